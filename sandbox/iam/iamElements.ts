import type { Tags } from "../core/account";
import type { Policy } from "./policies";
import type { Role } from "./roles";
import type { XmlElements } from "../core/xml";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html */
export function roleElements(role: Role): XmlElements {
  const { path, roleName, roleId, arn, createDate, description, maxSessionDuration, permissionsBoundary } = role;
  return {
    ...{ Path: path, RoleName: roleName, RoleId: roleId, Arn: arn, CreateDate: dateTime(createDate) },
    AssumeRolePolicyDocument: encodedDocument(role.assumeRolePolicyDocument),
    ...optional("Description", description),
    MaxSessionDuration: String(maxSessionDuration),
    ...(permissionsBoundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            ...{ PermissionsBoundaryType: "PermissionsBoundaryPolicy", PermissionsBoundaryArn: permissionsBoundary },
          },
        }),
    ...tagElements(role.tags),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html */
export function policyElements(policy: Policy): XmlElements {
  const { policyName, policyId, arn, path, defaultVersionId, description, createDate, tags } = policy;
  const { attachmentCount, permissionsBoundaryUsageCount } = policy;
  return {
    ...{ PolicyName: policyName, PolicyId: policyId, Arn: arn, Path: path, DefaultVersionId: defaultVersionId },
    ...{ AttachmentCount: String(attachmentCount), IsAttachable: "true" },
    PermissionsBoundaryUsageCount: String(permissionsBoundaryUsageCount),
    ...optional("Description", description),
    ...{ CreateDate: dateTime(createDate), UpdateDate: dateTime(createDate) },
    ...tagElements(tags),
  };
}

/** No element where there are no tags. */
export function tagElements(tags: Tags): XmlElements {
  const member = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return member.length === 0 ? {} : { Tags: { member } };
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

/** To the second. */
export function dateTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

function optional(name: string, text: string | undefined): XmlElements {
  return text === undefined ? {} : { [name]: text };
}
