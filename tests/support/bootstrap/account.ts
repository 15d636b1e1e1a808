import * as pulumi from "@pulumi/pulumi";
import { type AccountRoles, createAccountRoles } from "../../../bootstrap/accountRoles";
import { type BootstrapSettings, parseSettings } from "../../../bootstrap/settings";
import { type RoleCaller } from "../../../sandbox/authorization";
import { SandboxAccount } from "../../../sandbox/account";
import type { NamedDocument } from "../../../iam/grammar";
import { audience } from "../../../iam/trust";
import { handedOn } from "../configuration";
import { record, type Registration, valueOf } from "../mocks";

export const accountId = "123456789012";
export const stacks = ["dev", "staging", "prod"] as const;

/** What an administrator writes into the stack file, with ids as GitHub gives them. */
export const complete = {
  "aws:region": "us-east-1",
  customerId: "orb",
  projectId: "integration-hub",
  repository: "acme/registry",
  repositoryId: 700000001,
  ownerId: 700000002,
  environments: { dev: "refs/heads/develop", staging: "refs/heads/main", prod: "refs/heads/main" },
  stateBucket: "acme-pulumi-state",
  stateKeyArn: `arn:aws:kms:us-east-1:${accountId}:key/state`,
};

/** The team's job that deploys layers and functions, in two of the environments. */
export const lambda = {
  ...{ repository: "acme/hub", repositoryId: 700000003, ownerId: 700000002 },
  branches: { dev: "refs/heads/develop", prod: "refs/heads/main" },
  layers: ["orb-{environment}-shared"],
  functions: ["orb-{environment}-users", "orb-{environment}-posts"],
  bucket: "orb-{environment}-zips",
};

type Changes = Readonly<
  Partial<
    Record<
      | keyof typeof complete
      | "sharedEnvironments"
      | "deletableEnvironments"
      | "githubEnterprise"
      | "lambda"
      | "typo"
      | `aws:${string}`,
      unknown
    >
  >
>;

/** The complete configuration with changes, as Pulumi hands it on. */
export function configurationOf(changes: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return handedOn(
    Object.entries({ ...complete, ...changes }).map(([key, value]) => [
      key.includes(":") ? key : `package-registry-bootstrap:${key}`,
      value,
    ]),
  );
}

/** The complete settings with changes; undefined leaves one out. */
export function settingsOf(changes: Changes = {}): BootstrapSettings {
  return parseSettings(configurationOf(changes), "account");
}

/** An account that an administrator has run the program in. */
export interface PreparedAccount {
  readonly account: SandboxAccount;
  readonly settings: BootstrapSettings;
  readonly resources: readonly Registration[];
  readonly roles: {
    readonly preview: RoleCaller;
    readonly deploy: Readonly<Record<(typeof stacks)[number], RoleCaller>>;
  };
  readonly boundaries: Readonly<Record<(typeof stacks)[number], string>>;
}

/** Runs the program's part that makes roles and policies, and makes what it registers in a model of the account. */
export async function prepareAccount(changes: Changes = {}): Promise<PreparedAccount> {
  const settings = settingsOf(changes);
  const account = new SandboxAccount({ accountId });
  const { arn } = account.iam.oidcProviders.create({
    url: `https://${settings.issuer}`,
    clientIDList: [audience, "https://another-use.example"],
  });
  const { result, resources } = await record((): AccountRoles => createAccountRoles(settings, pulumi.output(arn)));
  await Promise.all(Object.values(result).map((output) => valueOf(output as pulumi.Output<unknown>)));
  for (const { type, inputs } of resources) {
    makeIn(account, type, inputs);
  }
  const role = (name: string): RoleCaller => ({ arn: account.iam.roles.get({ roleName: name }).arn });
  const byStack = <Value>(value: (stack: string) => Value) =>
    Object.fromEntries(stacks.map((stack) => [stack, value(stack)])) as Record<(typeof stacks)[number], Value>;
  return {
    account,
    settings,
    resources,
    roles: {
      preview: role("orb-integration-hub-preview"),
      deploy: byStack((stack) => role(`orb-integration-hub-${stack}-deploy`)),
    },
    boundaries: byStack((stack) => `arn:aws:iam::${accountId}:policy/orb-integration-hub-${stack}-boundary`),
  };
}

/** The documents of a role's permissions, as the account holds them. */
export function permissionsOf({ iam }: SandboxAccount, { arn }: RoleCaller): readonly NamedDocument[] {
  const roleName = arn.split("/").at(-1)!;
  return [
    ...iam.roles.listPolicies({ roleName }).map((policyName) => ({
      name: policyName,
      document: iam.roles.getPolicy({ roleName, policyName }).policyDocument,
    })),
    ...iam.policies.attached({ roleName }).map(({ policyName, policyArn }) => ({
      name: policyName,
      document: iam.policies.get({ policyArn }).policyDocument,
    })),
  ];
}

function makeIn({ iam }: SandboxAccount, type: string, inputs: Readonly<Record<string, unknown>>): void {
  const { name, role, policy, policyArn, assumeRolePolicy, maxSessionDuration } = inputs as Readonly<
    Record<string, string>
  >;
  switch (type) {
    case "aws:iam/role:Role":
      iam.roles.create({
        roleName: name!,
        assumeRolePolicyDocument: assumeRolePolicy!,
        maxSessionDuration: Number(maxSessionDuration),
      });
      break;
    case "aws:iam/rolePolicy:RolePolicy":
      iam.roles.putPolicy({ roleName: role!, policyName: name!, policyDocument: policy! });
      break;
    case "aws:iam/policy:Policy":
      iam.policies.create({ policyName: name!, policyDocument: policy! });
      break;
    case "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
      // Pulumi's mocks answer for an account of their own.
      iam.policies.attach({ roleName: role!, policyArn: policyArn!.replace(/::\d{12}:/, `::${accountId}:`) });
      break;
  }
}
