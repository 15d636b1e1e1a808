import type { SandboxContext } from "../../context";
import type { JsonService } from "../../core/awsJson";
import type { Operation } from "../../core/operation";
import { invalid } from "../errors";
import { aliasOperations } from "./aliases";
import { keyOrAliasArnOf } from "./checks";
import { grantOperations } from "./grants";
import { keyOperations } from "./keys";
import { keySettingOperations } from "./keySettings";

/** AWS KMS: keys, their policies, aliases and grants. Nothing is encrypted. */
export const kms: JsonService = {
  name: "kms",
  title: "KMS",
  target: "TrentService",
  version: "1.1",
  sdk: () => import("@aws-sdk/client-kms"),
  invalid,
  operations: new Map(
    Object.entries<Operation<never, object>>({
      ...keyOperations,
      ...keySettingOperations,
      ...aliasOperations,
      ...grantOperations,
    }),
  ),
  resourceOf: (context: SandboxContext, { KeyId: keyId }) =>
    typeof keyId === "string" ? keyOrAliasArnOf(context, keyId) : "*",
};
