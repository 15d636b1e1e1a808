import type { FastifyRequest } from "fastify";
import type { Cloud } from "../account";
import { authorize, type SandboxContext } from "../context";
import type { Tags } from "../core/account";
import { AwsError } from "../core/awsError";
import { choiceError, constraintError } from "../core/constraints";
import { pager } from "../core/pages";
import { type QueryOperation, type QueryService, requiredParameters, type XmlElements } from "../core/queryProtocol";
import { verifiedSession } from "../core/signature";
import type { Session } from "../sts/session";
import { invalid, throwIfInvalid } from "./errors";
import { policyArnError, policyNameError, roleNameError, sameName } from "./checks";
import { type Policy, policyUsages } from "./policies";
import type { Role } from "./roles";

/** Reads a request, and throws ValidationError for what does not fit the API's model; of what there is it learns nothing. */
type IamOperation = (cloud: Cloud, parameters: URLSearchParams) => AskedOperation;

interface AskedOperation {
  /** What is looked at, as an ARN that the service authorization reference gives, or `*`. */
  readonly resource: string;
  readonly answer: () => XmlElements;
}

/** Operations: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html */
const iamOperations: ReadonlyMap<string, IamOperation> = new Map<string, IamOperation>([
  ["GetRole", getRole],
  ["ListRoles", listRoles],
  ["ListRolePolicies", listRolePolicies],
  ["GetRolePolicy", getRolePolicy],
  ["ListAttachedRolePolicies", listAttachedRolePolicies],
  ["GetPolicy", getPolicy],
  ["GetPolicyVersion", getPolicyVersion],
  ["ListPolicies", listPolicies],
  ["ListEntitiesForPolicy", listEntitiesForPolicy],
  ["ListOpenIDConnectProviders", listOpenIDConnectProviders],
  ["GetOpenIDConnectProvider", getOpenIDConnectProvider],
]);

function getRole(cloud: Cloud, parameters: URLSearchParams): AskedOperation {
  const { roleName, resource } = readRole(cloud, parameters);
  return { resource, answer: () => ({ Role: roleElements(cloud.iam.roles.get({ roleName })) }) };
}

/** A list tells less of each: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
function listRoles({ iam }: Cloud, parameters: URLSearchParams): AskedOperation {
  const prefix = parameters.get("PathPrefix") ?? "/";
  const page = listPage(parameters, "roles");
  return {
    resource: "*",
    answer: () => {
      const { items, ...rest } = page(
        iam.roles.list().filter(({ path }) => path.startsWith(prefix)),
        ({ arn }) => arn,
      );
      const listed = items.map((role) => ({ ...role, permissionsBoundary: undefined, tags: {} }));
      return { Roles: { member: listed.map(roleElements) }, ...rest };
    },
  };
}

function listRolePolicies(cloud: Cloud, parameters: URLSearchParams): AskedOperation {
  const { roleName, resource } = readRole(cloud, parameters);
  const page = listPage(parameters, `policies of ${roleName}`);
  return {
    resource,
    answer: () => {
      const { items, ...rest } = page(cloud.iam.roles.listPolicies({ roleName }), (name) => name);
      return { PolicyNames: { member: items }, ...rest };
    },
  };
}

function getRolePolicy(cloud: Cloud, parameters: URLSearchParams): AskedOperation {
  const { roleName, resource } = readRole(cloud, parameters);
  const [policyName] = requiredParameters(parameters, ["PolicyName"] as const);
  throwIfInvalid(policyNameError(policyName));
  return {
    resource,
    answer: () => {
      const policy = cloud.iam.roles.getPolicy({ roleName, policyName });
      return {
        ...{ RoleName: policy.roleName, PolicyName: policy.policyName },
        PolicyDocument: encodedDocument(policy.policyDocument),
      };
    },
  };
}

function listAttachedRolePolicies(cloud: Cloud, parameters: URLSearchParams): AskedOperation {
  const { roleName, resource } = readRole(cloud, parameters);
  const page = listPage(parameters, `attached to ${roleName}`);
  return {
    resource,
    answer: () => {
      const attached = cloud.iam.policies.attached({ roleName });
      const { items, ...rest } = page(attached, ({ policyArn }) => policyArn);
      const member = items.map(({ policyArn, policyName }) => ({ PolicyName: policyName, PolicyArn: policyArn }));
      return { AttachedPolicies: { member }, ...rest };
    },
  };
}

function getPolicy({ iam }: Cloud, parameters: URLSearchParams): AskedOperation {
  const policyArn = readPolicyArn(parameters);
  return { resource: policyArn, answer: () => ({ Policy: policyElements(iam.policies.get({ policyArn })) }) };
}

function getPolicyVersion({ iam }: Cloud, parameters: URLSearchParams): AskedOperation {
  const policyArn = readPolicyArn(parameters);
  const [versionId] = requiredParameters(parameters, ["VersionId"] as const);
  throwIfInvalid(constraintError("versionId", versionId, { pattern: "v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?" }));
  return {
    resource: policyArn,
    answer: () => {
      const version = iam.policies.getVersion({ policyArn, versionId });
      return {
        PolicyVersion: {
          ...{ Document: encodedDocument(version.document), VersionId: version.versionId },
          ...{ IsDefaultVersion: String(version.isDefaultVersion), CreateDate: dateTime(version.createDate) },
        },
      };
    },
  };
}

/** A list gives less of each: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html */
function listPolicies({ iam }: Cloud, parameters: URLSearchParams): AskedOperation {
  const scope = parameters.get("Scope") ?? "All";
  throwIfInvalid(choiceError("scope", scope, ["All", "AWS", "Local"]));
  if (scope !== "Local") {
    throw new AwsError("NotImplemented", `Scope ${scope} includes policies of AWS, which are not modelled.`, 501);
  }
  const prefix = parameters.get("PathPrefix") ?? "/";
  const isOnlyAttached = parameters.get("OnlyAttached") === "true";
  const page = listPage(parameters, "policies");
  return {
    resource: "*",
    answer: () => {
      const policies = iam.policies
        .list()
        .filter(({ path, attachmentCount }) => path.startsWith(prefix) && (!isOnlyAttached || attachmentCount > 0));
      const { items, ...rest } = page(policies, ({ arn }) => arn);
      const listed = items.map((policy) => ({ ...policy, description: undefined, tags: {} }));
      return { Policies: { member: listed.map(policyElements) }, ...rest };
    },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html */
function listEntitiesForPolicy({ iam }: Cloud, parameters: URLSearchParams): AskedOperation {
  const policyArn = readPolicyArn(parameters);
  const usage = parameters.get("PolicyUsageFilter");
  const entities = parameters.get("EntityFilter") ?? "Role";
  throwIfInvalid(
    ...(usage === null ? [] : [choiceError("policyUsageFilter", usage, policyUsages)]),
    choiceError("entityFilter", entities, ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"]),
  );
  const prefix = parameters.get("PathPrefix") ?? "/";
  const page = listPage(parameters, `entities with ${policyArn}`);
  return {
    resource: policyArn,
    answer: () => {
      const usages = policyUsages.filter((one) => usage === null || one === usage);
      const roles = new Set(usages.flatMap((one) => iam.policies.rolesWith({ policyArn, usage: one })));
      const asked = [...roles].filter(({ path }) => entities === "Role" && path.startsWith(prefix));
      const { items, ...rest } = page(asked, ({ arn }) => arn);
      const member = items.map(({ roleName, roleId }) => ({ RoleName: roleName, RoleId: roleId }));
      return { PolicyGroups: {}, PolicyUsers: {}, PolicyRoles: { member }, ...rest };
    },
  };
}

function listOpenIDConnectProviders({ iam }: Cloud): AskedOperation {
  return {
    resource: "*",
    answer: () => ({
      OpenIDConnectProviderList: { member: iam.oidcProviders.list().map(({ arn }) => ({ Arn: arn })) },
    }),
  };
}

function getOpenIDConnectProvider({ iam }: Cloud, parameters: URLSearchParams): AskedOperation {
  const [arn] = requiredParameters(parameters, ["OpenIDConnectProviderArn"] as const);
  const pattern = "arn:[\\w-]+:iam::\\d{12}:oidc-provider/\\S+";
  throwIfInvalid(constraintError("openIDConnectProviderArn", arn, { minLength: 20, maxLength: 2048, pattern }));
  return {
    resource: arn,
    answer: () => {
      const { url, clientIDList, createDate, tags } = iam.oidcProviders.get({ arn });
      return {
        ...{ Url: url, ClientIDList: { member: clientIDList }, ThumbprintList: {}, CreateDate: dateTime(createDate) },
        ...tagElements(tags),
      };
    },
  };
}

/** The role that is named, by the ARN that it has, or would have. */
function readRole({ iam, partition, accountId }: Cloud, parameters: URLSearchParams) {
  const [roleName] = requiredParameters(parameters, ["RoleName"] as const);
  throwIfInvalid(roleNameError(roleName));
  const role = iam.roles.list().find((known) => sameName(known.roleName) === sameName(roleName));
  return { roleName, resource: role?.arn ?? `arn:${partition}:iam::${accountId}:role/${roleName}` };
}

function readPolicyArn(parameters: URLSearchParams): string {
  const [policyArn] = requiredParameters(parameters, ["PolicyArn"] as const);
  throwIfInvalid(policyArnError("policyArn", policyArn));
  if (/:iam::aws:/.test(policyArn)) {
    throw new AwsError("NotImplemented", `${policyArn} is AWS's own: policies of AWS are not modelled.`, 501);
  }
  return policyArn;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html */
function roleElements(role: Role): XmlElements {
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
function policyElements(policy: Policy): XmlElements {
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
function tagElements(tags: Tags): XmlElements {
  const member = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return member.length === 0 ? {} : { Tags: { member } };
}

/**
 * IAM sends documents "URL-encoded compliant with RFC 3986":
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
 */
function encodedDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** To the second. */
function dateTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

function optional(name: string, text: string | undefined): XmlElements {
  return text === undefined ? {} : { [name]: text };
}

/** A part of a list, and what the answer tells beside it. */
type ListPage<Item> = {
  readonly items: readonly Item[];
  readonly IsTruncated: "true" | "false";
  /** Where the next page begins. */
  readonly Marker?: string;
};

/** Cuts a list into pages, each item told from the others by its name. */
type Pager = <Item>(items: readonly Item[], nameOf: (item: Item) => string) => ListPage<Item>;

/**
 * Reads which page of a list is asked for. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
 *
 * @param list - what all pages of the list have in common; a marker of another list is refused
 * @throws ValidationError for a number that is none from 1 to 1,000
 */
function listPage(parameters: URLSearchParams, list: string): Pager {
  const maxItems = parameters.get("MaxItems") ?? "100";
  const marker = parameters.get("Marker");
  if (!/^[1-9]\d{0,3}$/.test(maxItems) || Number(maxItems) > 1000) {
    throw invalid(
      `1 validation error detected: Value '${maxItems.slice(0, 64)}' at 'maxItems' failed to satisfy constraint: ` +
        "Member must be a whole number from 1 to 1000",
    );
  }
  const pages = pager(`iam ${list}`, Number(maxItems), marker ?? undefined);
  if (pages === undefined) {
    throw invalid("Invalid Marker: give the one that the page before ended with.");
  }
  return (items, nameOf) => {
    const { items: page, nextToken } = pages(items, nameOf);
    return nextToken === undefined
      ? { items: page, IsTruncated: "false" }
      : { items: page, IsTruncated: "true", Marker: nextToken };
  };
}

/** AWS IAM, as far as somebody looks at roles, policies and identity providers: nothing is changed here. */
export const iam: QueryService = {
  ...{ prefix: "iam", title: "IAM", version: "2010-05-08" },
  operations: new Map([...iamOperations].map(([name, operation]) => [name, performing(name, operation)] as const)),
};

/** Verifies a request's signature, then reads what it says, then asks for its sender's right, and only then answers. */
function performing(name: string, operation: IamOperation): QueryOperation {
  const action = `iam:${name}`;
  return async (context, parameters, request) => {
    const { session, resource, answer } = await readRequest(context, action, operation, parameters, request);
    try {
      authorize(context, session, action, resource);
    } catch (error) {
      // The query protocol's name for it: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
      throw error instanceof AwsError ? new AwsError("AccessDenied", error.message, error.status) : error;
    }
    return answer();
  };
}

interface AskedByCaller {
  readonly session: Session;
  readonly resource: string;
  readonly answer: () => XmlElements;
}

/** A refusal before the sender's right is asked for is logged as well. */
async function readRequest(
  context: SandboxContext,
  action: string,
  operation: IamOperation,
  parameters: URLSearchParams,
  request: FastifyRequest,
): Promise<AskedByCaller> {
  let who = "nobody (no valid signature)";
  try {
    const session = await verifiedSession(context, request, "iam");
    who = session.assumedRoleArn;
    return { session, ...operation(context.cloud, parameters) };
  } catch (error) {
    if (error instanceof AwsError) {
      // Whatever the request said may stand in the message, at any length.
      const reason = `${error.code}: ${error.message}`.slice(0, 500);
      context.decisions.add({ who, action, resource: "*" }, { allowed: false, reason });
    }
    throw error;
  }
}
