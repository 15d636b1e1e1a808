import type { RequestContext } from "../../iam/evaluate";
import type { SandboxAccount } from "../account";

/**
 * What a caller needs on a key of its own that CodeArtifact is to encrypt a domain with: CodeArtifact describes the key and makes
 * its grant with the caller's permissions.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/domain-create.html
 *
 * @param keyArn - of the key; nothing is needed for the key that AWS makes
 * @param allow - throws AccessDeniedException unless the caller may do this
 */
export function authorizeKeyUse(
  { region, accountId }: Pick<SandboxAccount, "region" | "accountId">,
  keyArn: string | undefined,
  allow: (action: string, resource: string, conditions: RequestContext) => void,
): void {
  if (keyArn === undefined || !keyArn.startsWith("arn:")) {
    return;
  }
  const conditions = { "kms:ViaService": `codeartifact.${region}.amazonaws.com`, "kms:CallerAccount": accountId };
  for (const action of ["kms:DescribeKey", "kms:CreateGrant"]) {
    allow(action, keyArn, conditions);
  }
}
