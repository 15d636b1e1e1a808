import { nameInArn } from "../../iam/arns";
import type { RoleCaller } from "../../sandbox/authorization";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import { type GithubJob, hasUnknownIds, type Reader } from "../../github/jobs";
import { type RegistryRoleKind, registryRoleKinds } from "../../naming/registryNames";
import { roleAttempts, registryAttempts, combinedAttempt, type Rights } from "./permissions";
import { trustAttempts } from "./trust";
import type { AccessAttempt } from "./attempt";
import { administratorRole, unprivilegedRole, unnamedAccount } from "./otherPrincipals";
import { type RegisteredDocument, registeredDocuments, type RegisteredOrigin, registeredOrigins } from "./registered";
import { type AttemptTargets, attemptTargets } from "./targets";

/** The attempts of one party. */
export interface AccessSection {
  readonly party: string;
  /** What the attempts have in common: `may be assumed by`, `may`. */
  readonly relation: string;
  readonly attempts: readonly AccessAttempt[];
}

/** What a role of the stack comes to. */
export interface RoleSummary {
  readonly role: string;
  /** The job that it is made for. */
  readonly job: string;
  /** What it was allowed. */
  readonly may: readonly string[];
}

/** Who can do what with one stack's registry, decided by the documents that its program registers. */
export interface AccessTable {
  readonly stack: string;
  readonly domain: string;
  readonly roles: readonly RoleSummary[];
  readonly sections: readonly AccessSection[];
  /** What the verdicts rest on beside the documents. */
  readonly notes: readonly string[];
  /** The account that the ARNs below name, 12 digits. */
  readonly account: string;
  readonly documents: readonly RegisteredDocument[];
  /** By package group, the closest pattern deciding. */
  readonly origins: readonly RegisteredOrigin[];
}

/**
 * Tries everything on a deployed stack.
 *
 * @param otherStacks - stacks deployed into the same account, whose roles have no rights here
 */
export function accessTable(deployment: Deployment, otherStacks: readonly Deployment[]): AccessTable {
  const { stack, settings } = deployment;
  const targets = attemptTargets(deployment);
  const others = otherStacks.map(attemptTargets);
  const roles = [
    ...settings.publishers.map((one) =>
      roleAccess(targets, others, "publisher", one, { publishes: one.packages, reads: true }),
    ),
    ...settings.readers.map((one) => roleAccess(targets, others, "reader", one, { publishes: [], reads: true })),
    ...settings.inspectors.map((one) =>
      roleAccess(targets, others, "inspector", one, { publishes: [], reads: false, looks: true, inspects: true }),
    ),
    ...settings.maintainers.map((one) =>
      roleAccess(targets, others, "maintainer", one, { publishes: [], reads: true, looks: true, maintains: true }),
    ),
  ];
  return {
    stack,
    domain: settings.domain,
    roles: roles.map(({ summary }) => summary),
    sections: [
      ...roles.flatMap(({ sections }) => sections),
      ...otherStacks.map((other) => otherStackSection(targets, other)),
      ...accountSections(targets),
    ],
    notes: boundaryNotes(deployment),
    account: deployment.account.accountId,
    documents: registeredDocuments(deployment),
    origins: registeredOrigins(deployment),
  };
}

/** The attempts that did not end as the settings mean them to. */
export function tableMismatches({ sections }: AccessTable): readonly (AccessAttempt & { readonly party: string })[] {
  return sections.flatMap(({ party, attempts }) =>
    attempts.filter(({ expected, seen }) => expected !== seen).map((one) => ({ ...one, party })),
  );
}

function roleAccess(
  targets: AttemptTargets,
  others: readonly AttemptTargets[],
  kind: RegistryRoleKind,
  { name, job }: Reader,
  rights: Rights,
): { readonly summary: RoleSummary; readonly sections: readonly AccessSection[] } {
  const { deployment } = targets;
  const arn = roleArns(deployment, kind)[name ?? kind] ?? "";
  const assuming = trustAttempts(deployment, arn, job);
  const acting = roleAttempts(targets, ownRole(deployment, arn), rights, others);
  const role = nameInArn(arn);
  return {
    summary: {
      role,
      job: jobText(job),
      may: acting.filter(({ seen }) => seen === "allowed").map(({ what }) => what),
    },
    sections: [
      { party: role, relation: "may be assumed by", attempts: assuming },
      { party: role, relation: "may", attempts: acting },
    ],
  };
}

function jobText(job: GithubJob): string {
  const { repository, subjectContext, ref = "any ref", jobWorkflowRef = "any workflow" } = job;
  const own = jobWorkflowRef.startsWith(`${repository}/`) && jobWorkflowRef.endsWith(`@${ref}`);
  const workflow = own ? jobWorkflowRef.slice(repository.length + 1, -ref.length - 1) : jobWorkflowRef;
  return [repository, subjectContext, ref, workflow, ...(hasUnknownIds(job) ? ["once its ids are known"] : [])].join(
    ", ",
  );
}

function otherStackSection(targets: AttemptTargets, other: Deployment): AccessSection {
  const arns = registryRoleKinds.flatMap((kind) => Object.values(roleArns(other, kind)));
  return {
    party: `stack ${other.stack}`,
    relation: "has roles, here without rights",
    attempts: arns.map((arn) =>
      combinedAttempt(targets, ownRole(targets.deployment, arn), `anything, by ${nameInArn(arn)}`),
    ),
  };
}

/** Roles of no stack: one of this account without rights, and those that other accounts allow everything. */
function accountSections(targets: AttemptTargets): readonly AccessSection[] {
  const { deployment } = targets;
  const { otherAccounts } = deployment.settings;
  const section = (party: string, accountId: string, organizationId: string | undefined, reads: boolean) => ({
    party,
    relation: "may",
    attempts: registryAttempts(targets, administratorRole(deployment, accountId, organizationId), {
      publishes: [],
      reads,
    }),
  });
  const organization = otherAccounts?.organizationId;
  return [
    {
      party: "a role of this account that is of no stack",
      relation: "may",
      attempts: registryAttempts(targets, unprivilegedRole(deployment), { publishes: [], reads: false }),
    },
    section("an administrator of another account", unnamedAccount(deployment), undefined, false),
    ...(organization === undefined
      ? []
      : [
          section(
            "an administrator of the organization's other accounts",
            unnamedAccount(deployment),
            organization,
            true,
          ),
        ]),
    ...(otherAccounts?.accountIds ?? [])
      .filter((accountId) => accountId !== deployment.account.accountId)
      .map((accountId) => section(`an administrator of account ${accountId}`, accountId, undefined, true)),
  ];
}

function boundaryNotes({ account, settings }: Deployment): readonly string[] {
  const boundary = settings.permissionsBoundary;
  return boundary === undefined || account.iam.policies.list().some(({ arn }) => arn === boundary)
    ? []
    : [`${boundary} is taken to allow everything: what it says is not this program's to know.`];
}

/** A role of the stack's own account, which belongs to the organization if any does. */
function ownRole({ settings }: Deployment, arn: string): RoleCaller {
  return { arn, organizationId: settings.otherAccounts?.organizationId };
}

function roleArns({ outputs }: Deployment, kind: RegistryRoleKind): Readonly<Record<string, string>> {
  return outputs[`${kind}RoleArns`] as Readonly<Record<string, string>>;
}
