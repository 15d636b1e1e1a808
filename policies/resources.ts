import type { ResourceValidationArgs } from "@pulumi/policy";
import { isObject, listOf } from "../iam/json";

/** A resource of any stack, as a rule sees it: its type as a token of Pulumi's, its inputs, its options. */
export type SeenResource = Pick<ResourceValidationArgs, "type" | "name" | "urn" | "props">;

/** Resources of CodeArtifact and IAM, by both of Pulumi's providers. */
export const types = {
  domain: ["aws:codeartifact/domain:Domain", "aws-native:codeartifact:Domain"],
  repository: ["aws:codeartifact/repository:Repository", "aws-native:codeartifact:Repository"],
  role: ["aws:iam/role:Role", "aws-native:iam:Role"],
} as const;

/** A policy document that a resource sets, and where. */
export interface SetDocument {
  /** The property, as an error names it. */
  readonly property: string;
  /** JSON text, or its value. */
  readonly document: unknown;
}

/** The permissions that a resource gives to roles, users or groups: inline, or as a managed policy. */
export function permissionDocuments({ type, props }: SeenResource): readonly SetDocument[] {
  const [property, ofEntry] = permissionProperties.get(type) ?? [];
  if (property === undefined || ofEntry === undefined) {
    return property === undefined ? [] : setDocuments(property, props[property]);
  }
  return listOf(props[property] ?? undefined).flatMap((entry, index) =>
    isObject(entry) ? setDocuments(`${property}[${index}].${ofEntry}`, entry[ofEntry]) : [],
  );
}

/** The policies of a domain or repository that a resource sets. */
export function sharingDocuments({ type, props }: SeenResource): readonly SetDocument[] {
  const property = sharingProperties.get(type);
  return property === undefined ? [] : setDocuments(property, props[property]);
}

/** The trust policy that a role sets. */
export function trustDocuments({ type, props }: SeenResource): readonly SetDocument[] {
  const property = trustProperties.get(type);
  return property === undefined ? [] : setDocuments(property, props[property]);
}

/** Whether a resource is of one of these types. */
export function isOneOf(types: readonly string[], { type }: Pick<SeenResource, "type">): boolean {
  return types.includes(type);
}

/** Absent, null and an empty text set nothing. */
function setDocuments(property: string, document: unknown): readonly SetDocument[] {
  return document === undefined || document === null || document === "" ? [] : [{ property, document }];
}

/** The property that has the document, or a list of entries and their property. */
const permissionProperties: ReadonlyMap<string, readonly [property: string, ofEntry?: string]> = new Map<
  string,
  readonly [string, string?]
>([
  ["aws:iam/policy:Policy", ["policy"]],
  ["aws:iam/role:Role", ["inlinePolicies", "policy"]],
  ["aws:iam/rolePolicy:RolePolicy", ["policy"]],
  ["aws:iam/userPolicy:UserPolicy", ["policy"]],
  ["aws:iam/groupPolicy:GroupPolicy", ["policy"]],
  ["aws-native:iam:Group", ["policies", "policyDocument"]],
  ["aws-native:iam:GroupPolicy", ["policyDocument"]],
  ["aws-native:iam:ManagedPolicy", ["policyDocument"]],
  ["aws-native:iam:Role", ["policies", "policyDocument"]],
  ["aws-native:iam:RolePolicy", ["policyDocument"]],
  ["aws-native:iam:User", ["policies", "policyDocument"]],
  ["aws-native:iam:UserPolicy", ["policyDocument"]],
]);

const sharingProperties: ReadonlyMap<string, string> = new Map([
  ["aws:codeartifact/domainPermissions:DomainPermissions", "policyDocument"],
  ["aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy", "policyDocument"],
  ["aws-native:codeartifact:Domain", "permissionsPolicyDocument"],
  ["aws-native:codeartifact:Repository", "permissionsPolicyDocument"],
]);

const trustProperties: ReadonlyMap<string, string> = new Map([
  ["aws:iam/role:Role", "assumeRolePolicy"],
  ["aws-native:iam:Role", "assumeRolePolicyDocument"],
]);
