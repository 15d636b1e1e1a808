import type { Deployment } from "../../engine/deployment";
import { hasUnknownIds, type Reader } from "../../iam/githubJobs";
import { actingAttempts, registryAttempts } from "./acting";
import { assumingAttempts } from "./assuming";
import type { Attempt } from "./attempt";

/** The attempts of one party. */
export interface AccessSection {
  readonly party: string;
  /** What the attempts have in common: `may be assumed by`, `may`. */
  readonly relation: string;
  readonly attempts: readonly Attempt[];
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
}

/** Accounts that no stack belongs to. */
const otherAccount = "210987654321";
const organization = "o-another0001";

/**
 * Tries everything on a deployed stack.
 *
 * @param siblings - stacks deployed into the same account, whose roles are strangers here
 */
export function accessTable(deployment: Deployment, siblings: readonly Deployment[]): AccessTable {
  const { stack, settings } = deployment;
  const roles = [
    ...settings.publishers.map((publisher) => roleAccess(deployment, "publisher", publisher, publisher.packages)),
    ...settings.readers.map((reader) => roleAccess(deployment, "reader", reader, [])),
  ];
  return {
    stack,
    domain: settings.domain,
    roles: roles.map(({ summary }) => summary),
    sections: [
      ...roles.flatMap(({ sections }) => sections),
      ...siblings.flatMap((sibling) => siblingSections(deployment, sibling)),
      ...accountSections(deployment),
    ],
    notes:
      settings.permissionsBoundary === undefined
        ? []
        : [`${settings.permissionsBoundary} is taken to allow everything: what it says is not this program's to know.`],
  };
}

/** The attempts that did not end as the settings mean them to. */
export function surprises({ sections }: AccessTable): readonly (Attempt & { readonly party: string })[] {
  return sections.flatMap(({ party, attempts }) =>
    attempts.filter(({ expected, seen }) => expected !== seen).map((one) => ({ ...one, party })),
  );
}

type Kind = "publisher" | "reader";

function roleAccess(
  deployment: Deployment,
  kind: Kind,
  { name, job }: Reader,
  publishes: readonly string[],
): { readonly summary: RoleSummary; readonly sections: readonly AccessSection[] } {
  const { cloud, settings } = deployment;
  const arn = roleArns(deployment, kind)[name ?? kind] ?? "";
  const role = arn.split("/").at(-1) ?? arn;
  const acting = actingAttempts(deployment, { arn }, { publishes, reads: true });
  return {
    summary: {
      role,
      job: [
        job.repository,
        job.subjectContext,
        job.ref ?? "any ref",
        job.jobWorkflowRef?.replace(`${job.repository}/`, "").replace(/@.*$/, "") ?? "any workflow",
        ...(hasUnknownIds(job) ? ["once its ids are known"] : []),
      ].join(", "),
      may: acting.filter(({ seen }) => seen === "allowed").map(({ what }) => what),
    },
    sections: [
      {
        party: role,
        relation: "may be assumed by",
        attempts: assumingAttempts(cloud, { roleName: role, job, issuer: settings.issuer }),
      },
      { party: role, relation: "may", attempts: acting },
    ],
  };
}

function siblingSections(deployment: Deployment, sibling: Deployment): readonly AccessSection[] {
  const arns = (["publisher", "reader"] as const).flatMap((kind) => Object.values(roleArns(sibling, kind)));
  return arns.map((arn) => ({
    party: arn.split("/").at(-1) ?? arn,
    relation: `of stack ${sibling.stack} may`,
    attempts: registryAttempts(deployment, { arn }, { publishes: [], reads: false }),
  }));
}

/** Roles that their own account allows everything: what they may do here is this account's word alone. */
function accountSections(deployment: Deployment): readonly AccessSection[] {
  const { otherAccounts } = deployment.settings;
  const permissions = [
    {
      name: "its own administrator policy",
      document: { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
    },
  ];
  const section = (party: string, account: string, organizationId: string, reads: boolean): AccessSection => ({
    party,
    relation: "may",
    attempts: registryAttempts(
      deployment,
      { arn: `arn:${deployment.cloud.partition}:iam::${account}:role/administrator`, organizationId, permissions },
      { publishes: [], reads },
    ),
  });
  return [
    section("an administrator of another account", otherAccount, organization, false),
    ...(otherAccounts?.organizationId === undefined
      ? []
      : [
          section(
            "an administrator of another account of the organization",
            otherAccount,
            otherAccounts.organizationId,
            true,
          ),
        ]),
    ...(otherAccounts?.accountIds ?? [])
      .filter((account) => account !== deployment.cloud.accountId)
      .map((account) => section(`an administrator of account ${account}`, account, organization, true)),
  ];
}

function roleArns({ outputs }: Deployment, kind: Kind): Readonly<Record<string, string>> {
  return outputs[`${kind}RoleArns`] as Readonly<Record<string, string>>;
}
