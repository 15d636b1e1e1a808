import type { PolicyDocument } from "../../iam/documents";
import { publisherPolicy } from "../../iam/permissions";
import type { RegistryTargets } from "../targets";

/** The longest life of a token that settings can give, in seconds; what a stack's own settings say caps it further. */
const longestToken = 43_200;

/**
 * The most that any role of a stack can come to, whatever is written into its own documents: publish any package to the
 * stack's repository, and read it.
 */
export function boundaryPolicy({ domain, repository }: RegistryTargets): PolicyDocument {
  return publisherPolicy({ domain, repository }, longestToken, ["*"]);
}
