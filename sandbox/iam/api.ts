import type { Cloud } from "../account";
import { choiceError, constraintError } from "../core/constraints";
import { AwsError } from "../core/awsError";
import { policyNameError, roleNameError, sameName } from "./names";
import { policyUsages } from "./policies";
import { throwIfInvalid } from "./errors";
import { policyArnError } from "./roles";
import { dateTime, encodedDocument, policyElements, roleElements, tagElements } from "./iamElements";
import { listPage } from "./iamPages";
import { requiredParameters } from "../core/queryParameters";
import type { XmlElements } from "../core/xml";

/** Reads a request, and throws ValidationError for what does not fit the API's model; of what there is it learns nothing. */
export type IamOperation = (cloud: Cloud, parameters: URLSearchParams) => AskedOperation;

interface AskedOperation {
  /** What is looked at, as an ARN that the service authorization reference gives, or `*`. */
  readonly resource: string;
  readonly answer: () => XmlElements;
}

/** Operations: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html */
export const iamOperations: ReadonlyMap<string, IamOperation> = new Map<string, IamOperation>([
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
  return { resource, answer: () => ({ Role: roleElements(cloud.iam.getRole({ roleName })) }) };
}

/** A list tells less of each: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
function listRoles({ iam }: Cloud, parameters: URLSearchParams): AskedOperation {
  const prefix = parameters.get("PathPrefix") ?? "/";
  const page = listPage(parameters, "roles");
  return {
    resource: "*",
    answer: () => {
      const { items, ...rest } = page(
        iam.listRoles().filter(({ path }) => path.startsWith(prefix)),
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
      const { items, ...rest } = page(cloud.iam.listRolePolicies({ roleName }), (name) => name);
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
      const policy = cloud.iam.getRolePolicy({ roleName, policyName });
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
      const attached = cloud.iam.listAttachedRolePolicies({ roleName });
      const { items, ...rest } = page(attached, ({ policyArn }) => policyArn);
      const member = items.map(({ policyArn, policyName }) => ({ PolicyName: policyName, PolicyArn: policyArn }));
      return { AttachedPolicies: { member }, ...rest };
    },
  };
}

function getPolicy({ iam }: Cloud, parameters: URLSearchParams): AskedOperation {
  const policyArn = readPolicyArn(parameters);
  return { resource: policyArn, answer: () => ({ Policy: policyElements(iam.getPolicy({ policyArn })) }) };
}

function getPolicyVersion({ iam }: Cloud, parameters: URLSearchParams): AskedOperation {
  const policyArn = readPolicyArn(parameters);
  const [versionId] = requiredParameters(parameters, ["VersionId"] as const);
  throwIfInvalid(constraintError("versionId", versionId, { pattern: "v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?" }));
  return {
    resource: policyArn,
    answer: () => {
      const version = iam.getPolicyVersion({ policyArn, versionId });
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
      const policies = iam
        .listPolicies()
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
      const roles = new Set(usages.flatMap((one) => iam.listEntitiesForPolicy({ policyArn, usage: one })));
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
      OpenIDConnectProviderList: { member: iam.listOpenIDConnectProviders().map(({ arn }) => ({ Arn: arn })) },
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
      const { url, clientIDList, createDate, tags } = iam.getOpenIDConnectProvider({ arn });
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
  const role = iam.listRoles().find((known) => sameName(known.roleName) === sameName(roleName));
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
