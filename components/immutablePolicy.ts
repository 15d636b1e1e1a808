import { Policy } from "@pulumi/aws/iam/policy";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyDocument } from "../iam/documents";
import { documentText } from "../iam/limits";
import { immutablePolicyName } from "../naming/registryNames";

/** What an immutable policy allows, and how it is named. */
export interface ImmutablePolicyArgs {
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
