import type { PolicyDescriptorType } from "@aws-sdk/client-sts";
import { nameInArn } from "../../iam/arns";
import { type NamedDocument, parsePolicy, PolicyError } from "../../iam/grammar";
import type { SandboxAccount } from "../account";
import { AwsError } from "../core/awsError";
import { constraintError } from "../core/constraints";
import type { Tags } from "../core/identifiers";
import { throwIfInvalid } from "./errors";

/** What a request for a session may limit it with. */
export interface SessionLimits {
  /** JSON text. */
  readonly policy?: string;
  /** Of managed policies. */
  readonly policyArns?: readonly string[];
}

/** The most characters of the policies that a request gives, the ARNs of managed ones included. */
const longestPolicies = 2048;

/** Checks form and size. Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function sessionLimitsOf(input: {
  readonly Policy?: string;
  readonly PolicyArns?: readonly PolicyDescriptorType[];
}): SessionLimits {
  const policyArns = input.PolicyArns?.flatMap(({ arn }) => arn ?? []);
  throwIfInvalid(
    constraintError("policy", input.Policy, { minLength: 1, maxLength: longestPolicies }),
    policyArns !== undefined && policyArns.length > 10
      ? "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: " +
          "Member must have length less than or equal to 10"
      : undefined,
    ...(policyArns ?? []).map((arn) => constraintError("policyArns.arn", arn, { minLength: 20, maxLength: 2048 })),
  );
  return { policy: input.Policy, policyArns };
}

/**
 * The documents that limit a session. A managed policy limits it as it is when the session is opened.
 *
 * @throws MalformedPolicyDocument for a document that is not a policy, and for a managed policy that the account does not have
 * @throws PackedPolicyTooLarge
 */
export function sessionPolicies(
  { iam }: SandboxAccount,
  { policy, policyArns }: SessionLimits,
): readonly NamedDocument[] | undefined {
  if (policy === undefined && policyArns === undefined) {
    return undefined;
  }
  const length = [policy ?? "", ...(policyArns ?? [])].join("").length;
  if (length > longestPolicies) {
    const rule = `they have ${length} characters together, and at most ${longestPolicies} are taken`;
    throw new AwsError("PackedPolicyTooLarge", `The session policies are too large: ${rule}.`, 400);
  }
  const managed = (policyArns ?? []).map((arn) => {
    const document = iam.policies.find(arn)?.policy;
    if (document === undefined) {
      throw malformed(`The policy ${arn} does not exist.`);
    }
    return { name: `session policy ${nameInArn(arn)}`, document };
  });
  return policy === undefined ? managed : [{ name: "session policy", document: parsed(policy) }, ...managed];
}

/**
 * The share of what a request may have that its policies and tags take, in percent. How AWS packs them is not documented:
 * here they are counted as they are.
 */
export function packedSize({ policy = "", policyArns = [] }: SessionLimits, tags: Tags): number | undefined {
  const texts = [policy, ...policyArns, ...Object.entries(tags).flat()];
  const length = texts.join("").length;
  return length === 0 ? undefined : Math.min(100, Math.ceil((length / (2 * longestPolicies)) * 100));
}

function parsed(policy: string): ReturnType<typeof parsePolicy> {
  try {
    return parsePolicy(policy, "identity", "session policy");
  } catch (error) {
    throw error instanceof PolicyError ? malformed(error.reason) : error;
  }
}

function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicyDocument", message, 400);
}
