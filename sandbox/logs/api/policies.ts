import type {
  DeleteResourcePolicyCommandInput,
  DeleteResourcePolicyCommandOutput,
  DescribeResourcePoliciesCommandInput,
  DescribeResourcePoliciesCommandOutput,
  PutResourcePolicyCommandInput,
  PutResourcePolicyCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { notModelled } from "../../core/awsError";
import { choiceError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { invalid, throwIfInvalid } from "../errors";
import type { ResourcePolicy } from "../resourcePolicies";
import { pageOf } from "./checks";

const putResourcePolicy: Operation<PutResourcePolicyCommandInput, PutResourcePolicyCommandOutput> = (
  { account: { logs } },
  { policyName, policyDocument, resourceArn },
) => ({
  resource: "*",
  answer: () => {
    requireAccountScope(resourceArn);
    if (policyName === undefined || policyDocument === undefined) {
      throw invalid("Policy name and policy document are required.");
    }
    const policy = logs.resourcePolicies.put(policyName, policyDocument);
    return { resourcePolicy: policyOf(policy), revisionId: policy.revisionId };
  },
});

const describeResourcePolicies: Operation<
  DescribeResourcePoliciesCommandInput,
  DescribeResourcePoliciesCommandOutput
> = ({ account: { logs } }, input) => {
  throwIfInvalid(choiceError("policyScope", input.policyScope, ["ACCOUNT", "RESOURCE"]));
  const page = pageOf("DescribeResourcePolicies", input);
  return {
    resource: "*",
    answer: () => {
      requireAccountScope(input.resourceArn ?? (input.policyScope === "RESOURCE" ? "RESOURCE" : undefined));
      const { items, nextToken } = page(logs.resourcePolicies.list(), ({ policyName }) => policyName);
      return { resourcePolicies: items.map(policyOf), nextToken };
    },
  };
};

const deleteResourcePolicy: Operation<DeleteResourcePolicyCommandInput, DeleteResourcePolicyCommandOutput> = (
  { account: { logs } },
  { policyName, resourceArn },
) => ({
  resource: "*",
  answer: () => {
    requireAccountScope(resourceArn);
    if (policyName === undefined) {
      throw invalid("Policy name is required.");
    }
    logs.resourcePolicies.delete(policyName);
    return {};
  },
});

/** A policy of a log group alone is another kind. */
function requireAccountScope(resourceArn: string | undefined): void {
  if (resourceArn !== undefined) {
    throw notModelled(
      "Resource policies of a single log group are not modelled: leave out resourceArn and policyScope.",
    );
  }
}

function policyOf({ policyName, policyDocument, lastUpdatedTime, revisionId }: ResourcePolicy) {
  return {
    policyName,
    policyDocument,
    lastUpdatedTime: lastUpdatedTime.getTime(),
    policyScope: "ACCOUNT" as const,
    revisionId,
  };
}

/** Each at https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_NAME.html */
export const policyOperations = {
  PutResourcePolicy: putResourcePolicy,
  DescribeResourcePolicies: describeResourcePolicies,
  DeleteResourcePolicy: deleteResourcePolicy,
};
