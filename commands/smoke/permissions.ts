import { packageArn, type RegistryArns } from "../../iam/arns";
import { policyDocument, type PolicyDocument } from "../../iam/documents";
import { readerPolicy } from "../../iam/permissions";
import type { CanaryNames } from "./canary";

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

/**
 * What the identity needs beside that, to publish the canary and to remove it: it reads, as every reader does, and publishes
 * and deletes two names that are no one's packages. The second is one that package groups let no one publish, so that they and
 * not a missing right reject it.
 *
 * @param tokenLifetime - longest life of a token, in seconds
 */
export function publishingPolicy(
  arns: RegistryArns,
  tokenLifetime: number,
  { canary, outside }: CanaryNames,
): PolicyDocument {
  return policyDocument(...readerPolicy(arns, tokenLifetime).Statement, {
    Sid: "PublishAndRemoveCanary",
    Effect: "Allow",
    Action: ["codeartifact:PublishPackageVersion", "codeartifact:DeletePackage"],
    Resource: [canary, outside].map((name) => packageArn(arns.repository, name)),
  });
}
