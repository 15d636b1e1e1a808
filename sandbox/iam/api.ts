import type {
  GetOpenIDConnectProviderCommandInput,
  GetOpenIDConnectProviderCommandOutput,
  GetPolicyCommandInput,
  GetPolicyCommandOutput,
  GetPolicyVersionCommandInput,
  GetPolicyVersionCommandOutput,
  GetRoleCommandInput,
  GetRoleCommandOutput,
  GetRolePolicyCommandInput,
  GetRolePolicyCommandOutput,
  ListAttachedRolePoliciesCommandInput,
  ListAttachedRolePoliciesCommandOutput,
  ListEntitiesForPolicyCommandInput,
  ListEntitiesForPolicyCommandOutput,
  ListOpenIDConnectProvidersCommandInput,
  ListOpenIDConnectProvidersCommandOutput,
  ListPoliciesCommandInput,
  ListPoliciesCommandOutput,
  ListRolePoliciesCommandInput,
  ListRolePoliciesCommandOutput,
  ListRolesCommandInput,
  ListRolesCommandOutput,
  Policy as PolicyOutput,
  Role as RoleOutput,
  Tag,
} from "@aws-sdk/client-iam";
import type { SandboxContext } from "../context";
import type { Tags } from "../core/identifiers";
import { AwsError } from "../core/awsError";
import { choiceError, constraintError, rangeError } from "../core/constraints";
import type { Answer } from "../core/model";
import { type Operation, perform } from "../core/operation";
import { pager } from "../core/pages";
import { type QueryOperation, type QueryService, toSecond } from "../core/queryProtocol";
import { invalid, throwIfInvalid } from "./errors";
import { policyArnError, policyNameError, roleNameError, sameName } from "./checks";
import { type Policy, policyUsages } from "./policies";
import type { Role } from "./roles";

const getRole: Operation<GetRoleCommandInput, GetRoleCommandOutput> = (context, input) => {
  const { roleName, resource } = readRole(context, input.RoleName);
  return { resource, answer: () => ({ Role: roleOutput(context.account.iam.roles.get({ roleName })) }) };
};

/** A list has less of each role: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
const listRoles: Operation<ListRolesCommandInput, ListRolesCommandOutput> = ({ account: { iam } }, input) => {
  const { PathPrefix: prefix = "/" } = input;
  const page = pageOf("ListRoles", input);
  return {
    resource: "*",
    answer: () => {
      const roles = iam.roles.list().filter(({ path }) => path.startsWith(prefix));
      const { items, ...rest } = page(roles, ({ arn }) => arn);
      return { Roles: items.map((role) => roleOutput({ ...role, permissionsBoundary: undefined, tags: {} })), ...rest };
    },
  };
};

const listRolePolicies: Operation<ListRolePoliciesCommandInput, ListRolePoliciesCommandOutput> = (context, input) => {
  const { roleName, resource } = readRole(context, input.RoleName);
  const page = pageOf("ListRolePolicies", input);
  return {
    resource,
    answer: () => {
      const { items, ...rest } = page(context.account.iam.roles.listPolicies({ roleName }), (name) => name);
      return { PolicyNames: items, ...rest };
    },
  };
};

const getRolePolicy: Operation<GetRolePolicyCommandInput, GetRolePolicyCommandOutput> = (context, input) => {
  const { roleName, resource } = readRole(context, input.RoleName);
  const { PolicyName: policyName } = input;
  throwIfInvalid(policyNameError(policyName));
  return {
    resource,
    answer: () => {
      const policy = context.account.iam.roles.getPolicy({ roleName, policyName });
      return {
        RoleName: policy.roleName,
        PolicyName: policy.policyName,
        PolicyDocument: encodedDocument(policy.policyDocument),
      };
    },
  };
};

const listAttachedRolePolicies: Operation<
  ListAttachedRolePoliciesCommandInput,
  ListAttachedRolePoliciesCommandOutput
> = (context, input) => {
  const { roleName, resource } = readRole(context, input.RoleName);
  const page = pageOf("ListAttachedRolePolicies", input);
  return {
    resource,
    answer: () => {
      const attached = context.account.iam.policies.attached({ roleName });
      const { items, ...rest } = page(attached, ({ policyArn }) => policyArn);
      const policies = items.map(({ policyArn, policyName }) => ({ PolicyName: policyName, PolicyArn: policyArn }));
      return { AttachedPolicies: policies, ...rest };
    },
  };
};

const getPolicy: Operation<GetPolicyCommandInput, GetPolicyCommandOutput> = ({ account }, { PolicyArn: policyArn }) => {
  checkPolicyArn(policyArn);
  return { resource: policyArn, answer: () => ({ Policy: policyOutput(account.iam.policies.get({ policyArn })) }) };
};

const getPolicyVersion: Operation<GetPolicyVersionCommandInput, GetPolicyVersionCommandOutput> = (
  { account },
  { PolicyArn: policyArn, VersionId: versionId },
) => {
  checkPolicyArn(policyArn);
  throwIfInvalid(constraintError("versionId", versionId, { pattern: "v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?" }));
  return {
    resource: policyArn,
    answer: () => {
      const version = account.iam.policies.getVersion({ policyArn, versionId });
      return {
        PolicyVersion: {
          Document: encodedDocument(version.document),
          VersionId: version.versionId,
          IsDefaultVersion: version.isDefaultVersion,
          CreateDate: toSecond(version.createDate),
        },
      };
    },
  };
};

/** A list has less of each policy: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html */
const listPolicies: Operation<ListPoliciesCommandInput, ListPoliciesCommandOutput> = ({ account: { iam } }, input) => {
  const { Scope: scope = "All", PathPrefix: prefix = "/", OnlyAttached: isOnlyAttached = false } = input;
  throwIfInvalid(choiceError("scope", scope, ["All", "AWS", "Local"]));
  if (scope !== "Local") {
    throw new AwsError("NotImplemented", `Scope ${scope} includes policies of AWS, which are not modelled.`, 501);
  }
  const page = pageOf("ListPolicies", input);
  return {
    resource: "*",
    answer: () => {
      const policies = iam.policies
        .list()
        .filter(({ path, attachmentCount }) => path.startsWith(prefix) && (!isOnlyAttached || attachmentCount > 0));
      const { items, ...rest } = page(policies, ({ arn }) => arn);
      const listed = items.map((policy) => policyOutput({ ...policy, description: undefined, tags: {} }));
      return { Policies: listed, ...rest };
    },
  };
};

const listEntitiesForPolicy: Operation<ListEntitiesForPolicyCommandInput, ListEntitiesForPolicyCommandOutput> = (
  { account: { iam } },
  input,
) => {
  const {
    PolicyArn: policyArn,
    PathPrefix: prefix = "/",
    PolicyUsageFilter: usage,
    EntityFilter: kind = "Role",
  } = input;
  checkPolicyArn(policyArn);
  throwIfInvalid(
    choiceError("policyUsageFilter", usage, policyUsages),
    choiceError("entityFilter", kind, ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"]),
  );
  const page = pageOf("ListEntitiesForPolicy", input);
  return {
    resource: policyArn,
    answer: () => {
      const usages = policyUsages.filter((one) => usage === undefined || one === usage);
      const roles = new Set(usages.flatMap((one) => iam.policies.rolesWith({ policyArn, usage: one })));
      const found = [...roles].filter(({ path }) => kind === "Role" && path.startsWith(prefix));
      const { items, ...rest } = page(found, ({ arn }) => arn);
      const policyRoles = items.map(({ roleName, roleId }) => ({ RoleName: roleName, RoleId: roleId }));
      return { PolicyGroups: [], PolicyUsers: [], PolicyRoles: policyRoles, ...rest };
    },
  };
};

const listOpenIDConnectProviders: Operation<
  ListOpenIDConnectProvidersCommandInput,
  ListOpenIDConnectProvidersCommandOutput
> = ({ account: { iam } }) => ({
  resource: "*",
  answer: () => ({ OpenIDConnectProviderList: iam.oidcProviders.list().map(({ arn }) => ({ Arn: arn })) }),
});

const getOpenIDConnectProvider: Operation<
  GetOpenIDConnectProviderCommandInput,
  GetOpenIDConnectProviderCommandOutput
> = ({ account: { iam } }, { OpenIDConnectProviderArn: arn }) => {
  const pattern = "arn:[\\w-]+:iam::\\d{12}:oidc-provider/\\S+";
  throwIfInvalid(constraintError("openIDConnectProviderArn", arn, { minLength: 20, maxLength: 2048, pattern }));
  return {
    resource: arn,
    answer: () => {
      const { url, clientIDList, createDate, tags } = iam.oidcProviders.get({ arn });
      return {
        Url: url,
        ClientIDList: clientIDList,
        ThumbprintList: [],
        CreateDate: toSecond(createDate),
        Tags: tagsOutput(tags),
      };
    },
  };
};

/** AWS IAM: roles, policies and identity providers can be read, and nothing can be changed. */
export const iam: QueryService = {
  prefix: "iam",
  title: "IAM",
  version: "2010-05-08",
  sdk: () => import("@aws-sdk/client-iam"),
  operations: new Map(
    // Each at https://docs.aws.amazon.com/IAM/latest/APIReference/API_NAME.html
    Object.entries<Operation<never, object>>({
      GetRole: getRole,
      ListRoles: listRoles,
      ListRolePolicies: listRolePolicies,
      GetRolePolicy: getRolePolicy,
      ListAttachedRolePolicies: listAttachedRolePolicies,
      GetPolicy: getPolicy,
      GetPolicyVersion: getPolicyVersion,
      ListPolicies: listPolicies,
      ListEntitiesForPolicy: listEntitiesForPolicy,
      ListOpenIDConnectProviders: listOpenIDConnectProviders,
      GetOpenIDConnectProvider: getOpenIDConnectProvider,
    }).map(([name, operation]) => [name, performing(name, operation)]),
  ),
};

function performing(name: string, operation: Operation<never, object>): QueryOperation<never, object> {
  return async (context, read, request) => {
    try {
      return await perform(context, "iam", `iam:${name}`, () => checked(operation, context, read()), request);
    } catch (error) {
      // The query protocol's name for it: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
      throw error instanceof AwsError && error.code === "AccessDeniedException"
        ? new AwsError("AccessDenied", error.message, error.status)
        : error;
    }
  };
}

function checked(operation: Operation<never, object>, context: SandboxContext, input: never) {
  return { ...operation(context, input), input };
}

/** The role of a name, with the ARN that it has or would have. */
function readRole({ account: { iam, partition, accountId } }: SandboxContext, roleName: string) {
  throwIfInvalid(roleNameError(roleName));
  const role = iam.roles.list().find((known) => sameName(known.roleName) === sameName(roleName));
  return { roleName, resource: role?.arn ?? `arn:${partition}:iam::${accountId}:role/${roleName}` };
}

function checkPolicyArn(policyArn: string): void {
  throwIfInvalid(policyArnError("policyArn", policyArn));
  if (/:iam::aws:/.test(policyArn)) {
    throw new AwsError("NotImplemented", `${policyArn} is AWS's own: policies of AWS are not modelled.`, 501);
  }
}

interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly IsTruncated: boolean;
  readonly Marker: string | undefined;
}

/** Cuts the page that a request names out of a list. */
function pageOf(operation: string, input: { readonly MaxItems?: number; readonly Marker?: string }) {
  const { MaxItems: maxItems = 100, Marker: marker, ...list } = input;
  throwIfInvalid(rangeError("maxItems", maxItems, 1, 1000));
  const page = pager(JSON.stringify([operation, list]), maxItems, marker);
  if (page === undefined) {
    throw invalid("Invalid Marker: give the one that the page before ended with.");
  }
  return <Item>(all: readonly Item[], nameOf: (item: Item) => string): ListPage<Item> => {
    const { items, nextToken } = page(all, nameOf);
    return { items, IsTruncated: nextToken !== undefined, Marker: nextToken };
  };
}

function roleOutput(role: Role): Answer<RoleOutput> {
  const { permissionsBoundary: boundary } = role;
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: role.arn,
    CreateDate: toSecond(role.createDate),
    AssumeRolePolicyDocument: encodedDocument(role.assumeRolePolicyDocument),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    PermissionsBoundary:
      boundary === undefined
        ? undefined
        : { PermissionsBoundaryType: "PermissionsBoundaryPolicy", PermissionsBoundaryArn: boundary },
    Tags: tagsOutput(role.tags),
  };
}

function policyOutput(policy: Policy): Answer<PolicyOutput> {
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: policy.attachmentCount,
    PermissionsBoundaryUsageCount: policy.permissionsBoundaryUsageCount,
    IsAttachable: true,
    Description: policy.description,
    CreateDate: toSecond(policy.createDate),
    UpdateDate: toSecond(policy.createDate),
    Tags: tagsOutput(policy.tags),
  };
}

/** Absent if there are no tags. */
function tagsOutput(tags: Tags): readonly Tag[] | undefined {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return list.length === 0 ? undefined : list;
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
