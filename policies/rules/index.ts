import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { auditTrail } from "./auditTrail";
import { boundary } from "./boundary";
import { githubTrust } from "./githubTrust";
import { protection } from "./protection";
import { stateTokens } from "./stateTokens";
import { storeConnection } from "./storeConnection";
import { wildcardPrincipal } from "./wildcardPrincipal";
import { wildcardPublish } from "./wildcardPublish";

/** The rules, as policies/README.md lists them. */
export const rules: readonly (ResourceValidationPolicy | StackValidationPolicy)[] = [
  wildcardPrincipal,
  wildcardPublish,
  storeConnection,
  githubTrust,
  protection,
  stateTokens,
  auditTrail,
  boundary,
];
