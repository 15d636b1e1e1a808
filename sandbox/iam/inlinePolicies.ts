import { countedLength, readDocument, type StoredDocument } from "./documents";
import { policyNameError, sameName } from "./names";
import { limitExceeded, noSuchEntity, throwIfInvalid } from "./errors";
import { type RoleState } from "./roles";

/** A policy that belongs to one role. */
export interface RolePolicy {
  readonly roleName: string;
  readonly policyName: string;
  /** JSON text. */
  readonly policyDocument: string;
}

// For all inline policies of a role together. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maximumLength = 10_240;

/** Adds a policy to a role, or replaces the one of that name. */
export function putInlinePolicy({ role, inlinePolicies }: RoleState, policyName: string, policyDocument: string): void {
  throwIfInvalid(policyNameError(policyName));
  const stored = readDocument(policyDocument, "identity");

  const others = [...inlinePolicies].filter(([name]) => sameName(name) !== sameName(policyName));
  const length = [...others.map(([, { document }]) => document), policyDocument]
    .map(countedLength)
    .reduce((sum, each) => sum + each);
  if (length > maximumLength) {
    throw limitExceeded(
      `Maximum policy size of ${maximumLength} bytes exceeded for role ${role.roleName} (its inline policies have ${length})`,
    );
  }

  inlinePolicies.delete(storedName(inlinePolicies, policyName) ?? policyName);
  inlinePolicies.set(policyName, stored);
}

/** @throws NoSuchEntity */
export function inlinePolicy({ role, inlinePolicies }: RoleState, policyName: string): RolePolicy {
  const name = storedName(inlinePolicies, policyName);
  const policyDocument = name === undefined ? undefined : inlinePolicies.get(name)?.document;
  if (name === undefined || policyDocument === undefined) {
    throw noSuchEntity(`The role policy with name ${policyName} cannot be found.`);
  }

  return { roleName: role.roleName, policyName: name, policyDocument };
}

/** @throws NoSuchEntity */
export function deleteInlinePolicy(state: RoleState, policyName: string): void {
  state.inlinePolicies.delete(inlinePolicy(state, policyName).policyName);
}

function storedName(inlinePolicies: ReadonlyMap<string, StoredDocument>, policyName: string): string | undefined {
  return [...inlinePolicies.keys()].find((name) => sameName(name) === sameName(policyName));
}
