import { policyDocument, type PolicyDocument } from "../../iam/documents";

/**
 * What an identity needs to ask AWS about a stack, and no more. AWS names no resource for these actions but the boundary:
 * nothing narrower than * can be granted. None of them shows or changes what is in the account.
 * Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamaccessanalyzer.html and
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 *
 * @param boundary - ARN of the permissions boundary that the stack's settings name
 */
export function askingPolicy(boundary?: string): PolicyDocument {
  return policyDocument(
    {
      Sid: "AskAboutDocuments",
      Effect: "Allow",
      Action: ["access-analyzer:ValidatePolicy", "iam:GetContextKeysForCustomPolicy"],
      Resource: "*",
    },
    { Sid: "AskForDecisions", Effect: "Allow", Action: "iam:SimulateCustomPolicy", Resource: "*" },
    ...(boundary === undefined
      ? []
      : [
          {
            Sid: "ReadBoundary",
            Effect: "Allow",
            Action: ["iam:GetPolicy", "iam:GetPolicyVersion"],
            Resource: boundary,
          } as const,
        ]),
  );
}
