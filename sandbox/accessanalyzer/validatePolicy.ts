import type * as aws from "@aws-sdk/client-accessanalyzer";
import type { PolicyKind } from "../../iam/elements";
import { parsePolicy, PolicyError } from "../../iam/grammar";

import { AwsError, throwFirst } from "../core/awsError";
import { choiceError, rangeError } from "../core/constraints";
import type { Operation } from "../core/operation";
import { pager } from "../core/pages";

/** A member of the request does not fit the API's model. */
export function invalidField(message: string): AwsError {
  return new AwsError("ValidationException", message, 400);
}

const throwIfInvalid = throwFirst(invalidField);

const kinds = {
  IDENTITY_POLICY: "identity",
  RESOURCE_POLICY: "resource",
  SERVICE_CONTROL_POLICY: "service-control",
  RESOURCE_CONTROL_POLICY: "resource-control",
} as const satisfies Readonly<Record<string, PolicyKind>>;

const trustPolicies = "AWS::IAM::AssumeRolePolicyDocument";

const resourceTypes = [
  "AWS::DynamoDB::Table",
  trustPolicies,
  "AWS::S3::AccessPoint",
  "AWS::S3::Bucket",
  "AWS::S3::MultiRegionAccessPoint",
  "AWS::S3ObjectLambda::AccessPoint",
];

/**
 * Finds the first reason for which AWS would reject a policy, by the project's own parser. What else AWS finds, such as
 * security warnings, is not modelled.
 */
export const validatePolicy: Operation<aws.ValidatePolicyCommandInput, aws.ValidatePolicyCommandOutput> = (
  _context,
  { policyDocument, policyType, validatePolicyResourceType, maxResults = 100, nextToken },
) => {
  throwIfInvalid(
    choiceError("policyType", policyType, Object.keys(kinds)),
    choiceError("validatePolicyResourceType", validatePolicyResourceType, resourceTypes),
    rangeError("maxResults", maxResults, 1, 1000),
    policyType !== "RESOURCE_POLICY" && validatePolicyResourceType !== undefined
      ? `validatePolicyResourceType ${validatePolicyResourceType} is for a RESOURCE_POLICY, not for ${policyType}`
      : undefined,
  );
  const page = pager(JSON.stringify([policyDocument, policyType, validatePolicyResourceType]), maxResults, nextToken);
  if (page === undefined) {
    throw invalidField("Invalid nextToken: give the one that the page before ended with.");
  }
  return {
    resource: "*",
    answer: () => {
      const kind = validatePolicyResourceType === trustPolicies ? "trust" : kinds[policyType];
      const { items, nextToken: next } = page(findingsOf(policyDocument, kind), ({ issueCode }) => issueCode);
      return { findings: items, nextToken: next };
    },
  };
};

function findingsOf(document: string, kind: PolicyKind) {
  try {
    parsePolicy(document, kind, "the policy");
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) {
      throw error;
    }
    return [
      {
        findingType: "ERROR" as const,
        // AWS has about a hundred codes of its own, one for each rule.
        issueCode: "POLICY_SYNTAX_ERROR",
        findingDetails: error.message,
        learnMoreLink: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        locations: [{ path: [], span: { start: positionIn(document, 0), end: positionIn(document, document.length) } }],
      },
    ];
  }
}

function positionIn(document: string, offset: number) {
  const lines = document.slice(0, offset).split("\n");
  return { line: lines.length, column: lines.at(-1)?.length ?? 0, offset };
}
