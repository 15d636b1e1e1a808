import { uniqueId } from "../core/identifiers";
import type { Policy } from "./managedPolicies";

/** A policy that AWS maintains, by its name. All of these have one version. */
type AwsPolicy = Pick<Policy, "policyName" | "createDate" | "description" | "policyDocument">;

/**
 * AWS's policies whose documents are known here, by ARN. Source:
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html , whose dates have no seconds.
 */
export function awsPolicies(partition: string): ReadonlyMap<string, AwsPolicy & Pick<Policy, "arn" | "policyId">> {
  return new Map(
    known.map((policy) => {
      const arn = `arn:${partition}:iam::aws:policy/${policy.policyName}`;
      return [arn, { ...policy, arn, policyId: uniqueId("ANPA", arn) }];
    }),
  );
}

/** Whether AWS maintains the policy of this ARN. */
export function isAwsPolicy(policyArn: string): boolean {
  return /^arn:[\w-]+:iam::aws:policy\//.test(policyArn);
}

const bearerToken = {
  Effect: "Allow",
  Action: "sts:GetServiceBearerToken",
  Resource: "*",
  Condition: { StringEquals: { "sts:AWSServiceName": "codeartifact.amazonaws.com" } },
};

const known: readonly AwsPolicy[] = [
  {
    policyName: "AdministratorAccess",
    description: "Provides full access to AWS services and resources.",
    createDate: new Date("2015-02-06T18:39:00Z"),
    policyDocument: document({ Effect: "Allow", Action: "*", Resource: "*" }),
  },
  {
    policyName: "AWSCodeArtifactAdminAccess",
    description: "Provides full access to AWS CodeArtifact via the AWS Management Console.",
    createDate: new Date("2020-06-16T23:53:00Z"),
    policyDocument: document({ Action: ["codeartifact:*"], Effect: "Allow", Resource: "*" }, bearerToken),
  },
  {
    policyName: "AWSCodeArtifactReadOnlyAccess",
    description: "Provides read only access to AWS CodeArtifact via the AWS Management Console.",
    createDate: new Date("2020-06-25T21:23:00Z"),
    policyDocument: document(
      {
        Action: [
          "codeartifact:Describe*",
          "codeartifact:Get*",
          "codeartifact:List*",
          "codeartifact:ReadFromRepository",
        ],
        Effect: "Allow",
        Resource: "*",
      },
      bearerToken,
    ),
  },
];

function document(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}
