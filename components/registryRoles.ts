import * as pulumi from "@pulumi/pulumi";
import type { Reader } from "../github/jobs";
import type { RegistryArns } from "../iam/arns";
import { packageParts, publisherPolicy, publishPolicy, readerPolicy } from "../iam/permissions";
import { readerPolicyName, repositoryName, roleName } from "../naming/registryNames";
import { createImmutablePolicy, GithubActionsRole, type GithubActionsRoleArgs } from "./githubActionsRole";
import type { PackageRegistryArgs } from "./packageRegistry";

/** Who uses a registry, and within which bounds. */
export interface RegistryRolesArgs extends Pick<
  PackageRegistryArgs,
  | "domain"
  | "publishers"
  | "readers"
  | "tokenLifetime"
  | "sessionDuration"
  | "issuer"
  | "oidcProviderArn"
  | "permissionsBoundary"
  | "tags"
> {
  readonly arns: pulumi.Output<RegistryArns>;
}

/** Role ARNs by the jobs' names; a single unnamed job is called `publisher` or `reader`. */
interface RegistryRoles {
  readonly publisherArns: pulumi.Output<Readonly<Record<string, string>>>;
  readonly readerArns: pulumi.Output<Readonly<Record<string, string>>>;
  /** Managed policy with a reader's permissions, for roles that exist already. Other permissions are another policy. */
  readonly readerPolicyArn: pulumi.Output<string>;
}

/** Makes a role for each publisher and reader, and the policy that readers share. */
export function createRegistryRoles(
  name: string,
  args: RegistryRolesArgs,
  child: pulumi.ComponentResourceOptions,
): RegistryRoles {
  const { domain, arns, tokenLifetime, tags } = args;
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
  const createRole = (kind: "publisher" | "reader", { name: jobName, job }: Reader, permissions: Permissions) => {
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
  return {
    publisherArns: byName(args.publishers, "publisher", (publisher) =>
      createRole("publisher", publisher, publisherPermissions(args, publisher.packages)),
    ),
    readerArns: byName(args.readers, "reader", (reader) =>
      createRole("reader", reader, { sharedPolicyArns: { read: readPolicy.arn } }),
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
