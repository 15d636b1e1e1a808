import * as pulumi from "@pulumi/pulumi";
import type { Reader } from "../github/jobs";
import { logGroupArn, type RegistryArns } from "../iam/arns";
import {
  inspectorPolicy,
  maintainerPolicy,
  packageParts,
  publisherPolicy,
  publishPolicy,
  readerPolicy,
} from "../iam/permissions";
import {
  auditLogGroupName,
  readerPolicyName,
  type RegistryRoleKind,
  repositoryName,
  roleName,
} from "../naming/registryNames";
import { createImmutablePolicy, GithubActionsRole, type GithubActionsRoleArgs } from "./githubActionsRole";
import type { PackageRegistryArgs } from "./packageRegistry";

/** Who uses a registry, and within which bounds. */
export interface RegistryRolesArgs extends Pick<
  PackageRegistryArgs,
  | "domain"
  | "publishers"
  | "readers"
  | "inspectors"
  | "maintainers"
  | "tokenLifetime"
  | "sessionDuration"
  | "issuer"
  | "oidcProviderArn"
  | "permissionsBoundary"
  | "tags"
> {
  readonly arns: pulumi.Output<RegistryArns>;
  /** ARN of the repository that is connected to public PyPI. */
  readonly storeArn: pulumi.Output<string>;
}

/** Role ARNs by the jobs' names; a single unnamed job is called by its kind: `publisher`. */
interface RegistryRoles {
  readonly publisherArns: pulumi.Output<Readonly<Record<string, string>>>;
  readonly readerArns: pulumi.Output<Readonly<Record<string, string>>>;
  readonly inspectorArns: pulumi.Output<Readonly<Record<string, string>>>;
  readonly maintainerArns: pulumi.Output<Readonly<Record<string, string>>>;
  /** Managed policy with a reader's permissions, for roles that exist already. Other permissions are another policy. */
  readonly readerPolicyArn: pulumi.Output<string>;
}

/** Makes a role for each job, and the policy that readers share. */
export function createRegistryRoles(
  name: string,
  args: RegistryRolesArgs,
  child: pulumi.ComponentResourceOptions,
): RegistryRoles {
  const { domain, arns, storeArn, tokenLifetime, tags } = args;
  const readPolicy = createImmutablePolicy(
    `${name}-read-policy`,
    {
      stem: readerPolicyName(domain),
      description: `Reads ${domain}/${repositoryName}.`,
      document: arns.apply((known) => readerPolicy(known, tokenLifetime)),
      tags,
    },
    child,
  );
  const createRole = (kind: RegistryRoleKind, { name: jobName, job }: Reader, permissions: Permissions) => {
    const { issuer, oidcProviderArn, sessionDuration, permissionsBoundary } = args;
    return new GithubActionsRole(
      [name, kind, jobName].filter((part) => part !== undefined).join("-"),
      {
        roleName: roleName(domain, kind, jobName),
        job,
        issuer,
        oidcProviderArn,
        sessionDuration,
        permissionsBoundary,
        tags,
        ...permissions,
      },
      child,
    ).arn;
  };
  const withStore = pulumi.all([arns, storeArn]).apply(([known, store]) => ({ ...known, store }));
  return {
    publisherArns: byName(args.publishers, "publisher", (publisher) =>
      createRole("publisher", publisher, publisherPermissions(args, publisher.packages)),
    ),
    readerArns: byName(args.readers, "reader", (reader) =>
      createRole("reader", reader, { sharedPolicyArns: { read: readPolicy.arn } }),
    ),
    inspectorArns: byName(args.inspectors ?? [], "inspector", (inspector) =>
      createRole("inspector", inspector, {
        permissions: withStore.apply((known) =>
          inspectorPolicy(known, logGroupArn(known.domain, auditLogGroupName(domain))),
        ),
      }),
    ),
    maintainerArns: byName(args.maintainers ?? [], "maintainer", (maintainer) =>
      createRole("maintainer", maintainer, {
        permissions: withStore.apply((known) => maintainerPolicy(known, tokenLifetime)),
      }),
    ),
    readerPolicyArn: readPolicy.arn,
  };
}

type Permissions = Pick<GithubActionsRoleArgs, "permissions" | "packagePermissions" | "sharedPolicyArns">;

/** A publisher's permissions: in one document where they fit, else the packages apart in managed policies. */
function publisherPermissions(
  { domain, arns, tokenLifetime }: RegistryRolesArgs,
  packages: readonly string[],
): Permissions {
  const parts = packageParts(domain, repositoryName, tokenLifetime, packages);
  if (parts.length === 0) {
    return { permissions: arns.apply((known) => publisherPolicy(known, tokenLifetime, packages)) };
  }
  return {
    permissions: arns.apply((known) => readerPolicy(known, tokenLifetime)),
    packagePermissions: parts.map((part) => arns.apply((known) => publishPolicy(known, part))),
  };
}

function byName<Job extends Reader>(
  jobs: readonly Job[],
  unnamed: string,
  create: (job: Job) => pulumi.Output<string>,
): pulumi.Output<Readonly<Record<string, string>>> {
  return pulumi.output(Object.fromEntries(jobs.map((job) => [job.name ?? unnamed, create(job)])));
}
