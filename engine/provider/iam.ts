import type { Cloud } from "../../cloud/cloud";
import type { ResourceType, Tags } from "./resourceType";

interface RoleInputs {
  readonly name: string;
  readonly assumeRolePolicy: string;
  readonly maxSessionDuration?: number;
  readonly permissionsBoundary?: string;
  readonly tags?: Tags;
}

/** `aws:iam/role:Role` */
export const createRole: ResourceType<RoleInputs> = (cloud, inputs) => {
  const role = cloud.iam.createRole({
    roleName: inputs.name,
    assumeRolePolicyDocument: inputs.assumeRolePolicy,
    maxSessionDuration: inputs.maxSessionDuration,
    permissionsBoundary: inputs.permissionsBoundary,
    tags: inputs.tags,
  });
  return {
    id: role.roleName,
    state: { ...inputs, arn: role.arn, uniqueId: role.roleId, path: "/", tagsAll: inputs.tags ?? {} },
  };
};

interface RolePolicyInputs {
  readonly name: string;
  readonly role: string;
  readonly policy: string;
}

/** `aws:iam/rolePolicy:RolePolicy` */
export const createRolePolicy: ResourceType<RolePolicyInputs> = (cloud, inputs) => {
  cloud.iam.putRolePolicy({ roleName: inputs.role, policyName: inputs.name, policyDocument: inputs.policy });
  return { id: `${inputs.role}:${inputs.name}`, state: { ...inputs } };
};

interface PolicyInputs {
  readonly name: string;
  readonly policy: string;
  readonly description?: string;
  readonly tags?: Tags;
}

/** `aws:iam/policy:Policy` */
export const createPolicy: ResourceType<PolicyInputs> = (cloud, inputs) => {
  const { name: policyName, policy: policyDocument, description, tags } = inputs;
  const { arn } = cloud.iam.createPolicy({ policyName, policyDocument, description, tags });
  return { id: arn, state: { ...inputs, arn, path: "/", tagsAll: tags ?? {} } };
};

interface RolePolicyAttachmentInputs {
  readonly role: string;
  readonly policyArn: string;
}

/** `aws:iam/rolePolicyAttachment:RolePolicyAttachment` */
export const createRolePolicyAttachment: ResourceType<RolePolicyAttachmentInputs> = (cloud, inputs) => {
  cloud.iam.attachRolePolicy({ roleName: inputs.role, policyArn: inputs.policyArn });
  return { id: `${inputs.role}/${inputs.policyArn}`, state: { ...inputs } };
};

/** `aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider` */
export function getOpenIdConnectProvider(
  cloud: Cloud,
  { url = "" }: { readonly url?: string },
): Readonly<Record<string, unknown>> {
  const issuer = url.replace(/^https:\/\//, "");
  const provider = cloud.iam.listOpenIDConnectProviders().find(({ arn }) => arn.endsWith(`:oidc-provider/${issuer}`));
  if (provider === undefined) {
    throw new Error(
      `finding IAM OIDC Provider by url (${url}): not found. An administrator makes it once for the account: aws iam ` +
        `create-open-id-connect-provider --url ${url} --client-id-list sts.amazonaws.com`,
    );
  }
  const { arn, clientIDList, tags } = provider;
  return { id: arn, arn, url: issuer, clientIdLists: clientIDList, thumbprintLists: [], tags };
}
