import type {
  Policy as PolicyOutput,
  PolicyVersion as VersionOutput,
  Role as RoleOutput,
  Tag,
} from "@aws-sdk/client-iam";
import type { Tags } from "../../core/identifiers";
import type { Answer } from "../../core/model";
import { toSecond } from "../../core/queryProtocol";
import type { Policy, PolicyVersion } from "../managedPolicies";
import type { Role } from "../roles";

/** A role as the operation that makes it answers it: less than `wholeRole`. */
export function newRole(role: Role): Answer<RoleOutput> {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: role.arn,
    CreateDate: toSecond(role.createDate),
    AssumeRolePolicyDocument: encodedDocument(role.assumeRolePolicyDocument),
    PermissionsBoundary: boundaryOutput(role),
    Tags: Object.keys(role.tags).length > 0 ? tagsOutput(role.tags) : undefined,
  };
}

/** A role in a list: without boundary and tags. */
export function listedRole(role: Role): Answer<RoleOutput> {
  return {
    ...newRole({ ...role, permissionsBoundary: undefined, tags: {} }),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
  };
}

/** All of a role. When it was last used is not known here. */
export function wholeRole(role: Role): Answer<RoleOutput> {
  return {
    ...newRole(role),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    RoleLastUsed: {},
  };
}

/** Recorded answers have `Policy` here, where the API's pages say `PermissionsBoundaryPolicy`. */
export function boundaryOutput({ permissionsBoundary }: Role): RoleOutput["PermissionsBoundary"] {
  return permissionsBoundary === undefined
    ? undefined
    : { PermissionsBoundaryType: "Policy" as never, PermissionsBoundaryArn: permissionsBoundary };
}

/** A policy in a list: without description and tags. */
export function listedPolicy(policy: Policy): Answer<PolicyOutput> {
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: policy.attachmentCount,
    PermissionsBoundaryUsageCount: policy.permissionsBoundaryUsageCount,
    IsAttachable: true,
    CreateDate: toSecond(policy.createDate),
    UpdateDate: toSecond(policy.updateDate),
  };
}

/** A version in a list: without its document. */
export function listedVersion({ versionId, isDefaultVersion, createDate }: PolicyVersion): Answer<VersionOutput> {
  return { VersionId: versionId, IsDefaultVersion: isDefaultVersion, CreateDate: toSecond(createDate) };
}

export function wholeVersion(version: PolicyVersion): Answer<VersionOutput> {
  return { Document: encodedDocument(version.document), ...listedVersion(version) };
}

export function tagsOutput(tags: Tags): readonly Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/**
 * IAM sends documents "URL-encoded compliant with RFC 3986":
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
 */
export function encodedDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
