import { policyDocument, type PolicyDocument } from "../../iam/documents";
import { publisherPolicy, publishActions, readActions } from "../../iam/permissions";
import { packageArn } from "../../iam/arns";
import type { RegistryTargets } from "../targets";

/** The longest life of a token that settings can give, in seconds; what a stack's own settings say caps it further. */
const longestToken = 43_200;

/**
 * The most that any role of a stack can come to, whatever is written into its own documents: publish any package to the
 * stack's repository, and read it.
 *
 * What is outside of that is denied, not just left out: a policy of the domain or the repository that names a role's session
 * passes by a boundary that only leaves something out. Source: "Permissions boundaries for IAM entities" in the IAM User Guide,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function boundaryPolicy({ domain, repository }: RegistryTargets): PolicyDocument {
  const { Statement: allowed } = publisherPolicy({ domain, repository }, longestToken, ["*"]);
  return policyDocument(
    ...allowed,
    {
      Sid: "NothingElse",
      Effect: "Deny",
      NotAction: [...publishActions, ...readActions, "codeartifact:GetAuthorizationToken", "sts:GetServiceBearerToken"],
      Resource: "*",
    },
    {
      Sid: "PublishNowhereElse",
      Effect: "Deny",
      Action: publishActions,
      NotResource: packageArn(repository, "*"),
    },
    { Sid: "ReadNowhereElse", Effect: "Deny", Action: readActions, NotResource: repository },
  );
}
