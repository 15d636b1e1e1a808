import { nameInArn } from "../../iam/arns";
import {
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  type Tag,
} from "@aws-sdk/client-iam";
import type { Tags } from "../../sandbox/core/identifiers";
import { isPackagesPolicyName, isReaderPolicyName, isRegistryRoleName } from "../../naming/registryNames";
import { ask, find } from "./clients";
import { each, type Listed, listPolicies, listRoles, rolesWithPolicy } from "../verify/iamLists";
import type { Registry, RegistryOidcProvider, RegistryPolicy, RegistryRole } from "./registry";

/** What of IAM a registry has. */
type LiveRoles = Pick<Registry, "roles" | "policies" | "oidcProviders">;

/**
 * Reads from AWS what a stack declares of IAM, and beside it every role and managed policy that is named as this
 * domain's are.
 *
 * @throws CommandError where AWS denies a request
 */
export async function liveRoles(iam: IAMClient, domain: string, declared: LiveRoles): Promise<LiveRoles> {
  const alike = (await listRoles(iam)).filter(({ name }) => isRegistryRoleName(domain, name));
  const names = new Set([...declared.roles.map(({ name }) => name), ...alike.map(({ name }) => name)]);
  const leftover = (await listPolicies(iam)).filter(
    ({ name, arn }) =>
      (isReaderPolicyName(domain, name) || isPackagesPolicyName(domain, name)) &&
      !declared.policies.some((policy) => policy.arn === arn),
  );
  return {
    roles: await each([...names], (name) => liveRole(iam, name)),
    policies: [
      ...(await each(declared.policies, ({ arn }) => livePolicy(iam, arn))),
      ...(await each(leftover, (policy) => leftoverPolicy(iam, domain, policy, declared))),
    ],
    oidcProviders: await each(declared.oidcProviders, (provider) => liveOidcProvider(iam, provider)),
  };
}

async function leftoverPolicy(
  iam: IAMClient,
  domain: string,
  { name, arn }: Listed,
  declared: LiveRoles,
): Promise<RegistryPolicy | undefined> {
  const policy = await livePolicy(iam, arn);
  const successor = isReaderPolicyName(domain, name)
    ? declared.policies.find((one) => isReaderPolicyName(domain, nameInArn(one.arn)))?.arn
    : undefined;
  return policy && { ...policy, leftOver: { roles: await rolesWithPolicy(iam, arn), successor } };
}

async function liveRole(iam: IAMClient, name: string): Promise<RegistryRole | undefined> {
  const about = { RoleName: name };
  const role = (await find(`role ${name}`, () => iam.send(new GetRoleCommand(about))))?.Role;
  if (role === undefined) {
    return undefined;
  }
  return ask(`policies of role ${name}`, async () => {
    const inlinePolicies: Record<string, string> = {};
    for await (const { PolicyNames = [] } of paginateListRolePolicies({ client: iam }, about)) {
      for (const PolicyName of PolicyNames) {
        const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ ...about, PolicyName }));
        inlinePolicies[PolicyName] = decoded(PolicyDocument);
      }
    }
    const attachedPolicies: string[] = [];
    for await (const { AttachedPolicies = [] } of paginateListAttachedRolePolicies({ client: iam }, about)) {
      attachedPolicies.push(...AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []));
    }
    return {
      name,
      inlinePolicies,
      attachedPolicies,
      tags: tagsOf(role.Tags),
      trust: decoded(role.AssumeRolePolicyDocument),
      maxSessionDuration: role.MaxSessionDuration ?? 0,
      permissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn,
    };
  });
}

async function livePolicy(iam: IAMClient, arn: string): Promise<RegistryPolicy | undefined> {
  const about = { PolicyArn: arn };
  const policy = (await find(`policy ${arn}`, () => iam.send(new GetPolicyCommand(about))))?.Policy;
  if (policy === undefined) {
    return undefined;
  }
  const { PolicyVersion: version } = await ask(`the document of policy ${arn}`, () =>
    iam.send(new GetPolicyVersionCommand({ ...about, VersionId: policy.DefaultVersionId })),
  );
  return { arn, document: decoded(version?.Document), tags: tagsOf(policy.Tags) };
}

/** Of its audiences those that are asked after: others may use it too. */
async function liveOidcProvider(
  iam: IAMClient,
  { arn, audiences }: RegistryOidcProvider,
): Promise<RegistryOidcProvider | undefined> {
  const found = await find(`OIDC provider ${arn}`, () =>
    iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
  );
  return found === undefined
    ? undefined
    : { arn, audiences: audiences.filter((name) => found.ClientIDList?.includes(name)) };
}

/** IAM sends documents URL-encoded. */
function decoded(document = ""): string {
  return decodeURIComponent(document);
}

/** Those that AWS itself sets begin with `aws:` and are never declared. */
function tagsOf(tags: readonly Tag[] = []): Tags {
  return Object.fromEntries(
    tags.flatMap(({ Key = "", Value = "" }) => (Key.startsWith("aws:") ? [] : [[Key, Value] as const])),
  );
}
