import type { Cloud } from "../../cloud/cloud";
import {
  createDomain,
  createDomainPermissions,
  createRepository,
  createRepositoryPermissions,
  getRepositoryEndpoint,
} from "./codeartifact";
import {
  createPolicy,
  createRole,
  createRolePolicy,
  createRolePolicyAttachment,
  getOpenIdConnectProvider,
} from "./iam";
import { createKey } from "./kms";
import { createPackageGroup } from "./packageGroup";
import type { CreatedResource, ResourceType } from "./resourceType";

const resourceTypes = {
  "aws:codeartifact/domain:Domain": createDomain,
  "aws:codeartifact/domainPermissions:DomainPermissions": createDomainPermissions,
  "aws:codeartifact/repository:Repository": createRepository,
  "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": createRepositoryPermissions,
  "aws:iam/policy:Policy": createPolicy,
  "aws:iam/role:Role": createRole,
  "aws:iam/rolePolicy:RolePolicy": createRolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": createRolePolicyAttachment,
  "aws:kms/key:Key": createKey,
  "aws-native:codeartifact:PackageGroup": createPackageGroup,
  "pulumi:providers:aws-native": (_cloud, inputs, name) => ({ id: name, state: inputs }),
} as Readonly<Record<string, ResourceType<unknown>>>;

const functions = {
  "aws:codeartifact/getRepositoryEndpoint:getRepositoryEndpoint": getRepositoryEndpoint,
  "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": getOpenIdConnectProvider,
} as Readonly<Record<string, (cloud: Cloud, args: unknown) => Readonly<Record<string, unknown>>>>;

/**
 * Makes a resource of a Pulumi type in an account, as the AWS providers would.
 *
 * @param inputs - as the type's schema has them
 * @throws AwsError where AWS refuses; Error for a type that is not modelled
 */
export function createResource(cloud: Cloud, type: string, name: string, inputs: unknown): CreatedResource {
  const create = resourceTypes[type];
  if (create === undefined) {
    throw new Error(`${type} is not modelled. Known: ${Object.keys(resourceTypes).join(", ")}`);
  }
  return create(cloud, inputs, name);
}

/**
 * Answers a provider function.
 *
 * @throws AwsError where AWS refuses; Error for a function that is not modelled
 */
export function callFunction(cloud: Cloud, token: string, args: unknown): Readonly<Record<string, unknown>> {
  const answer = functions[token];
  if (answer === undefined) {
    throw new Error(`${token} is not modelled. Known: ${Object.keys(functions).join(", ")}`);
  }
  return answer(cloud, args);
}
