import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodeartifactClient } from "@aws-sdk/client-codeartifact";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { SandboxAccount } from "../../../sandbox/account";
import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import type { Session } from "../../../sandbox/sts/sts";
import type { AwsClients } from "../../../commands/aws/clients";
import { type BoundaryCheck, checkBoundaries } from "../../../commands/verify/boundaries";
import { verify, type Verification } from "../../../commands/verify/verification";
import { deploy } from "../../../sandbox/pulumi/deployment";
import { readStackConfiguration } from "../../../sandbox/pulumi/stackFiles";
import { audience, githubIssuer } from "../../../iam/trust";
import { roleName } from "../../../naming/registryNames";
import { openSandbox, type Sandbox } from "../../../sandbox/sandbox";
import { parseSettings, type Settings } from "../../../settings";
import { TestIndex } from "../sandbox/packages";
import { inFolder } from "../deployments";
import { exampleFile } from "../exampleProject";

/** A stack that is deployed in an account whose number no setting names. */
export interface Standing {
  readonly account: SandboxAccount;
  readonly sandbox: Sandbox;
  readonly settings: Settings;
  /** The folder of Pulumi.yaml. */
  readonly directory: string;
  /** What is behind the external connection. */
  readonly index: TestIndex;
  /** For the command: where AWS is asked, and as whom. */
  readonly environment: (session?: Session) => Readonly<Record<string, string>>;
  /** Runs what the command runs. @param session - an administrator's where none is given */
  readonly verify: (session?: Session) => Promise<Verification>;
  /** The same, by a client that takes the sandbox for AWS at its own address. */
  readonly verifyAtAws: () => Promise<Verification>;
  /** Runs what the command runs with `--boundaries`. @param session - an administrator's where none is given */
  readonly boundaries: (session?: Session) => Promise<BoundaryCheck>;
}

export const accountId = "210987654321";

/** What exists. */
export interface StandingOptions {
  /** @default dev */
  readonly stack?: string;
  /** Lines of the stack file beside the example ones, as the stack was deployed. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Lines that have been changed since. */
  readonly changed?: Readonly<Record<string, unknown>>;
}

export function withStanding<Result>(
  { stack = "dev", settings: given = {}, changed = {} }: StandingOptions,
  use: (standing: Standing) => Promise<Result>,
): Promise<Result> {
  const deployed = stackFile(stack, given);
  return inFolder({ stacks: { [stack]: deployed } }, async (directory) => {
    const account = new SandboxAccount({ accountId });
    account.iam.oidcProviders.create({ url: `https://${githubIssuer()}`, clientIDList: [audience] });
    account.kms.createKey({ keyId: "one" });
    const deployment = await deploy({ directory, stack, account });
    writeFileSync(join(directory, `Pulumi.${stack}.yaml`), stackFile(stack, { ...given, ...changed }));
    const settings = parseSettings(readStackConfiguration(directory, stack).values, stack, directory);
    const index = new TestIndex();
    const sandbox = await openSandbox({ deployment, store: new MemoryPackageStore(), publicIndex: index });
    const { sts } = sandbox.context;
    const run = async (clients: AwsClients) => {
      try {
        return await verify({ directory, stack, settings, clients });
      } finally {
        Object.values(clients).forEach((client: { readonly destroy: () => void }) => {
          client.destroy();
        });
      }
    };
    try {
      return await use({
        account,
        sandbox,
        settings,
        directory,
        index,
        environment: (session = sts.administrator()) => ({
          AWS_ACCESS_KEY_ID: session.accessKeyId,
          AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
          AWS_SESSION_TOKEN: session.sessionToken,
          AWS_ENDPOINT_URL: sandbox.address,
          AWS_CONFIG_FILE: "/dev/null",
          AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        }),
        verify: (session = sts.administrator()) => run(clientsOf(sandbox.address, session)),
        boundaries: async (session = sts.administrator()) => {
          const { iam } = clientsOf(sandbox.address, session);
          try {
            return await checkBoundaries(stack, settings, iam);
          } finally {
            iam.destroy();
          }
        },
        verifyAtAws: () => {
          const { codeartifact, ...others } = clientsOf(sandbox.address, sts.administrator());
          const { credentials } = codeartifact.config;
          return run({
            ...others,
            codeartifact: new CodeartifactClient({
              region: "us-east-1",
              credentials,
              requestHandler: {
                handle: (request: object, options: object) => {
                  const { hostname, port } = new URL(sandbox.address);
                  Object.assign(request, { protocol: "http:", hostname, port: Number(port) });
                  return codeartifact.config.requestHandler.handle(request, options);
                },
              },
            }),
          });
        },
      });
    } finally {
      await sandbox.close();
    }
  });
}

/** A session that may do these actions, on everything, and nothing else. */
export function sessionFor(standing: Standing, actions: readonly string[]): Session {
  return sessionWith(standing, {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: actions, Resource: "*" },
  });
}

/** A session that has the permissions of a policy document alone. */
export function sessionWith({ sandbox: { context } }: Standing, document: unknown): Session {
  const session = context.sts.administrator();
  return Object.assign(session, { caller: { ...session.caller, permissions: [{ name: "its own policy", document }] } });
}

/** A job of the setting `inspectors`, in dev. */
export const inspector = {
  repository: "orb-integration-hub/orb-integration-hub",
  repositoryId: 1,
  ownerId: 2,
  environment: "dev",
  ref: "refs/heads/develop",
  workflow: ".github/workflows/inspect.yml",
};

/** A session of the deployed role of the one inspector, with what its inline policy allows. */
export function inspectorSession({ account, sandbox, settings }: Standing): Session {
  const role = { roleName: roleName(settings.domain, "inspector"), policyName: "permissions" };
  const document = JSON.parse(account.iam.roles.getPolicy(role).policyDocument) as object;
  const session = sandbox.context.sts.administrator();
  const permissions = [{ name: role.policyName, document }];
  return Object.assign(session, { caller: { ...session.caller, permissions } });
}

/** Every action that was asked for, in order. Writes by event rules are left out. */
export function asked({ sandbox: { context } }: Standing): readonly string[] {
  const calls = context.decisions.entries().filter(({ who }) => !who.startsWith("events.amazonaws.com"));
  return calls.map(({ action }) => action);
}

function stackFile(stack: string, lines: Readonly<Record<string, unknown>>): string {
  const file = parse(exampleFile(`Pulumi.${stack}.yaml`)) as { config: Record<string, unknown> };
  for (const [key, value] of Object.entries(lines)) {
    file.config[key.includes(":") ? key : `package-registry:${key}`] = value;
  }
  return stringify(file);
}

function clientsOf(endpoint: string, { accessKeyId, secretAccessKey, sessionToken }: Session): AwsClients {
  const place = { region: "us-east-1", endpoint, credentials: { accessKeyId, secretAccessKey, sessionToken } };
  return {
    codeartifact: new CodeartifactClient(place),
    iam: new IAMClient(place),
    cloudTrail: new CloudTrailClient(place),
    logs: new CloudWatchLogsClient(place),
    eventBridge: new EventBridgeClient(place),
  };
}
