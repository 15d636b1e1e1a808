import { Policy } from "@pulumi/aws/iam/policy";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import * as pulumi from "@pulumi/pulumi";
import { type GithubJob, hasUnknownIds } from "../github/jobs";
import type { PolicyDocument } from "../iam/documents";
import { documentText } from "../iam/limits";
import { trustPolicy } from "../iam/trust";
import { immutablePolicyName, packagesPolicyName } from "../naming/registryNames";
import { checkJob } from "./validation";

/** What one job gets, and under which name. */
export interface GithubActionsRoleArgs {
  /** Unique in the account without regard to case, at most 64 characters. */
  readonly roleName: string;
  /** The only job that may assume the role. */
  readonly job: GithubJob;
  /** Where the job's token comes from, without `https://`. */
  readonly issuer: string;
  /** The account's OIDC provider for this issuer. */
  readonly oidcProviderArn: pulumi.Input<string>;
  /**
   * Permissions that belong to this role alone, at most 10,240 characters.
   * @default - none
   */
  readonly permissions?: pulumi.Input<PolicyDocument>;
  /**
   * Further permissions of this role, each an immutable policy `ROLE-packages-N-HASH` of at most 6,144 characters, at most 10.
   * @default - none
   */
  readonly packagePermissions?: readonly pulumi.Input<PolicyDocument>[];
  /**
   * ARNs of policies that others share, under the name the attachment gets.
   * @default - none
   */
  readonly sharedPolicyArns?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Longest session, in seconds, 3,600 to 43,200. */
  readonly sessionDuration: pulumi.Input<number>;
  /**
   * ARN of the policy that bounds the role.
   * @default - no boundary
   */
  readonly permissionsBoundary?: pulumi.Input<string>;
  /** On the role and its managed policies. */
  readonly tags: pulumi.Input<Readonly<Record<string, string>>>;
}

/** An IAM role that one GitHub Actions job assumes with its own identity token, so that no key is stored anywhere. */
export class GithubActionsRole extends pulumi.ComponentResource {
  /** ARN to give `aws-actions/configure-aws-credentials` as `role-to-assume`, once the role can do its work. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: GithubActionsRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    checkJob(name, args.job);
    super(
      "python-registry:index:GithubActionsRole",
      name,
      args,
      pulumi.mergeOptions(opts, { aliases: [{ type: "registry:index:GithubActionsRole" }] }),
    );
    const { job, issuer, roleName, tags } = args;
    if (hasUnknownIds(job)) {
      // Not as this resource's own: Pulumi holds such a message, and all later ones, back until the resource is made.
      void pulumi.log.warn(unknownIdsWarning(roleName, job));
    }

    const role = new Role(
      `${name}-role`,
      {
        name: roleName,
        assumeRolePolicy: pulumi
          .output(args.oidcProviderArn)
          .apply((arn) => documentText(trustPolicy(job, issuer, arn))),
        maxSessionDuration: args.sessionDuration,
        permissionsBoundary: args.permissionsBoundary,
        tags,
      },
      { parent: this },
    );
    const grants: pulumi.Output<string>[] = [];
    if (args.permissions !== undefined) {
      const policy = pulumi.output(args.permissions).apply(documentText);
      grants.push(
        new RolePolicy(`${name}-permissions`, { name: "permissions", role: role.name, policy }, { parent: this }).id,
      );
    }
    const attach = (attachment: string, policyArn: pulumi.Input<string>, deleteBeforeReplace: boolean) => {
      const opts = { parent: this, deleteBeforeReplace };
      grants.push(new RolePolicyAttachment(attachment, { role: role.name, policyArn }, opts).id);
    };
    args.packagePermissions?.forEach((document, index) => {
      const part = `packages-${index + 1}`;
      const policy = createImmutablePolicy(
        `${name}-${part}`,
        { stem: packagesPolicyName(roleName, index + 1), document, tags },
        { parent: this },
      );
      // IAM attaches 10 policies to a role, so up to 10 old and 10 new parts cannot be attached at once.
      attach(`${name}-${part}-attachment`, policy.arn, true);
    });
    Object.entries(args.sharedPolicyArns ?? {}).forEach(([shared, arn]) => {
      // The role keeps the old policy until it has the new one; the provider's own order leaves it without either.
      attach(`${name}-${shared}-attachment`, arn, false);
    });

    this.arn = pulumi.all([role.arn, pulumi.all(grants)]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}

function unknownIdsWarning(roleName: string, { repository }: GithubJob): string {
  return (
    `${roleName} admits no one yet: repositoryId or ownerId of ${repository} is 0, not known yet. ` +
    `Read both with: gh api repos/${repository} --jq '.id, .owner.id'`
  );
}

/** What an immutable policy allows, and how it is named. */
interface ImmutablePolicyArgs {
  /** The policy's name without the hash of its document, at most 119 characters. */
  readonly stem: string;
  /** At most 6,144 characters. */
  readonly document: pulumi.Input<PolicyDocument>;
  /**
   * What the policy is for. Another description is another policy of the same name, which IAM rejects.
   * @default - none
   */
  readonly description?: string;
  readonly tags: pulumi.Input<Readonly<Record<string, string>>>;
}

/**
 * Creates a managed policy whose document never changes: a new document gets a new policy, and the old one is deleted once
 * nothing of the stack uses it. So a deployment needs neither `iam:CreatePolicyVersion` nor `iam:SetDefaultPolicyVersion`,
 * which no condition can limit to bounded roles.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
export function createImmutablePolicy(
  name: string,
  { stem, document, description, tags }: ImmutablePolicyArgs,
  opts: pulumi.CustomResourceOptions,
): Policy {
  const policy = pulumi.output(document).apply(documentText);
  const policyName = policy.apply((text) => immutablePolicyName(stem, text));
  return new Policy(name, { name: policyName, policy, description, tags }, opts);
}
