import type { SandboxAccount } from "../../account";
import { logGroupType, logResourcePolicyType } from "./logsTypes";
import { eventRuleType, eventTargetType } from "./eventTypes";
import { domainPermissionsType, domainType, repositoryPermissionsType, repositoryType } from "./codeartifactTypes";
import { openIdConnectProviderType, policyType, rolePolicyAttachmentType, rolePolicyType, roleType } from "./iamTypes";
import { keyType } from "./key";
import { packageGroupType } from "./packageGroup";
import { type CreatedResource, type Properties, ProviderError, type ResourceType } from "./resourceType";

const resourceTypes = {
  "aws:codeartifact/domain:Domain": domainType,
  "aws:codeartifact/domainPermissions:DomainPermissions": domainPermissionsType,
  "aws:codeartifact/repository:Repository": repositoryType,
  "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": repositoryPermissionsType,
  "aws:cloudwatch/eventRule:EventRule": eventRuleType,
  "aws:cloudwatch/eventTarget:EventTarget": eventTargetType,
  "aws:cloudwatch/logGroup:LogGroup": logGroupType,
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": logResourcePolicyType,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": openIdConnectProviderType,
  "aws:iam/policy:Policy": policyType,
  "aws:iam/role:Role": roleType,
  "aws:iam/rolePolicy:RolePolicy": rolePolicyType,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachmentType,
  "aws:kms/key:Key": keyType,
  "aws-native:codeartifact:PackageGroup": packageGroupType,
} as Readonly<Record<string, ResourceType<unknown>>>;

const functions = {
  "aws:codeartifact/getRepositoryEndpoint:getRepositoryEndpoint": getRepositoryEndpoint,
  "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": getOpenIdConnectProvider,
  "aws:kms/getKey:getKey": getKey,
} as Readonly<Record<string, (account: SandboxAccount, args: unknown) => Properties>>;

/** The one resource that the engine makes without asking AWS: a provider that the program sets up itself. */
const explicitProvider = "pulumi:providers:aws-native";

/**
 * How the AWS providers handle a Pulumi type.
 *
 * @throws Error for a type that is not modelled
 */
export function resourceType(type: string): ResourceType<unknown> {
  const known = resourceTypes[type];
  if (known === undefined) {
    throw new Error(`${type} is not modelled. Known: ${[...Object.keys(resourceTypes), explicitProvider].join(", ")}`);
  }
  return known;
}

/**
 * Makes a resource of a Pulumi type in an account, as the AWS providers would.
 *
 * @param inputs - as the type's schema has them
 * @throws AwsError where AWS rejects it; Error for a type or an input that is not modelled
 */
export function createResource(account: SandboxAccount, type: string, name: string, inputs: unknown): CreatedResource {
  if (type === explicitProvider) {
    return { id: name, state: inputs as Properties };
  }
  const handled = resourceType(type);
  // What AWS would make of an input that is not modelled, such as a role's inlinePolicies, would be missing here.
  const unknown = Object.keys(inputs as Properties).filter((input) => !handled.inputs.includes(input));
  if (unknown.length > 0) {
    throw new Error(`${unknown.join(", ")} is not modelled. Known inputs of ${type}: ${handled.inputs.join(", ")}`);
  }
  try {
    return handled.create(account, inputs, name);
  } catch (error) {
    throw error instanceof ProviderError ? error.cause : error;
  }
}

/**
 * Makes a resource, or takes over the one with the id that the program imports, where the account has it.
 *
 * @throws AwsError where AWS rejects it; Error for a type that is not modelled
 */
export function makeResource(
  account: SandboxAccount,
  resource: { readonly type: string; readonly name: string; readonly inputs: unknown; readonly importId?: string },
): CreatedResource {
  const { type, name, inputs, importId } = resource;
  const existing = importId === undefined || importId === "" ? undefined : resourceType(type).read(account, importId);
  return existing === undefined || importId === undefined
    ? createResource(account, type, name, inputs)
    : { id: existing.id ?? importId, state: existing.state };
}

/**
 * Answers a provider function.
 *
 * @throws AwsError where AWS rejects it; Error for a function that is not modelled
 */
export function callFunction(account: SandboxAccount, token: string, args: unknown): Properties {
  const answer = functions[token];
  if (answer === undefined) {
    throw new Error(`${token} is not modelled. Known: ${Object.keys(functions).join(", ")}`);
  }
  return answer(account, args);
}

interface EndpointArgs {
  readonly domain: string;
  readonly repository: string;
  readonly format: string;
}

/** `aws:codeartifact/getRepositoryEndpoint:getRepositoryEndpoint` */
function getRepositoryEndpoint(account: SandboxAccount, args: EndpointArgs): Properties {
  const repositoryEndpoint = account.codeartifact.repositories.endpoint(args);
  return { ...args, id: repositoryEndpoint, repositoryEndpoint };
}

/** `aws:kms/getKey:getKey` */
function getKey(account: SandboxAccount, { keyId }: { readonly keyId: string }): Properties {
  const { arn, keyManager, keyState, description } = account.kms.describeKey({ keyId });
  return { keyId, id: arn, arn, keyManager, keyState, description, enabled: keyState === "Enabled" };
}

/** `aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider` */
function getOpenIdConnectProvider(account: SandboxAccount, { url = "" }: { readonly url?: string }): Properties {
  const issuer = url.replace(/^https:\/\//, "");
  const provider = account.iam.oidcProviders.list().find(({ arn }) => arn.endsWith(`:oidc-provider/${issuer}`));
  if (provider === undefined) {
    throw new Error(
      `finding IAM OIDC Provider by url (${url}): not found. An administrator makes it once for the account: aws iam ` +
        `create-open-id-connect-provider --url ${url} --client-id-list sts.amazonaws.com`,
    );
  }
  const { arn, clientIDList, thumbprintList, tags } = provider;
  return { id: arn, arn, url: issuer, clientIdLists: clientIDList, thumbprintLists: thumbprintList, tags };
}
