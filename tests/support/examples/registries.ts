import { createLocalJWKSet, type JSONWebKeySet } from "jose";
import { parse } from "yaml";
import type { SandboxAccount } from "../../../sandbox/account";
import { MemoryPackageStore, type PackageStore } from "../../../sandbox/codeartifact/packages/store";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { repositoryName } from "../../../naming/registryNames";
import type { MadeDistribution } from "../../../sandbox/fixtures/distributions";
import { assumeRoleAsJob } from "../../../sandbox/github/client";
import { simpleIndex } from "../../../sandbox/publicIndex/simpleIndex";
import { serveWatchedIndex, type WatchedIndex } from "../sandbox/watchedIndex";
import { openSandbox, type Sandbox } from "../../../sandbox/sandbox";
import { deployChanged } from "../deployments";
import { exampleFile } from "../exampleProject";

export const environments = ["dev", "staging", "prod"] as const;

export type Environment = (typeof environments)[number];

/** A registry that serves, and the stack it was deployed from. */
export interface Registry extends Sandbox {
  readonly deployment: Deployment;
}

/** The three registries of the integration hub before one public index. */
export interface Registries {
  readonly of: Readonly<Record<Environment, Registry>>;
  readonly publicIndex: WatchedIndex;
  readonly close: () => Promise<void>;
}

/** The team's repository, as the stack files call it. */
export const repository = "orb-integration-hub/orb-integration-hub";

/** GitHub's numbers, which the example stack files leave open. */
const ids = { repositoryId: 700000001, ownerId: 700000002 };

/** What a stack is deployed over. */
export interface Ground {
  /** @default - an account that an administrator has prepared */
  readonly account?: SandboxAccount;
  /** @default - an empty one */
  readonly store?: PackageStore;
  /** Settings beside the ids. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Deploys the example stacks, in which nothing but the two ids is filled in, and serves them.
 *
 * @param grounds - of stacks that are deployed over something
 */
export async function openRegistries(
  publicPackages: readonly MadeDistribution[],
  grounds: Partial<Readonly<Record<Environment, Ground>>> = {},
): Promise<Registries> {
  const publicIndex = await serveWatchedIndex(publicPackages);
  const opened: Partial<Record<Environment, Registry>> = {};
  for (const environment of environments) {
    const { account, store = new MemoryPackageStore(), settings } = grounds[environment] ?? {};
    const deployment = await deployChanged({
      stack: environment,
      settings: { ...knownJobs(environment), ...settings },
      account,
    });
    const sandbox = await openSandbox({ deployment, store, publicIndex: simpleIndex(publicIndex.url) });
    opened[environment] = { ...sandbox, deployment };
  }
  const of = opened as Registries["of"];
  await trustOneIssuer(environments.map((environment) => of[environment]));
  return {
    of,
    publicIndex,
    close: async () => {
      await Promise.all([...environments.map((environment) => of[environment].close()), publicIndex.close()]);
    },
  };
}

/** GitHub has the same keys for every account, so that one token serves for roles of several. */
async function trustOneIssuer(registries: readonly Registry[]): Promise<void> {
  const keys = await Promise.all(
    registries.map(async ({ address }) => {
      const answer = await fetch(`${address}/github/.well-known/jwks`);
      return (await answer.json()) as JSONWebKeySet;
    }),
  );
  const all = createLocalJWKSet({ keys: keys.flatMap((set) => set.keys) });
  for (const { context, deployment } of registries) {
    context.sts.trustKeys(`https://${deployment.settings.issuer}`, all);
  }
}

/** Puts distributions into a registry, as if their publisher had. */
export async function publishInto({ context }: Registry, distributions: readonly MadeDistribution[]): Promise<void> {
  for (const { filename, bytes } of distributions) {
    const [name = "", version = ""] = filename.replace(/\.tar\.gz$/, "").split("-");
    const place = { domain: context.domain, repository: repositoryName };
    await context.packages.publish(place, name.replaceAll("_", "-"), { filename, version, bytes });
  }
}

/** A registry token of the job that builds an environment's layers, for an hour. */
export async function readerToken(
  { context, address, deployment }: Registry,
  environment: Environment,
): Promise<string> {
  const { readerRoleArns } = deployment.outputs as { readonly readerRoleArns: Readonly<Record<string, string>> };
  const job = {
    repository,
    environment,
    workflow: ".github/workflows/deploy-lambda-layers.yml",
    ref: environment === "dev" ? "refs/heads/develop" : "refs/heads/main",
  };
  const credentials = await assumeRoleAsJob(address, job, readerRoleArns["lambda-layers"] ?? "");
  const session = "accessKeyId" in credentials ? context.sts.find(credentials.accessKeyId) : undefined;
  if (session === undefined) {
    throw new Error(`the reader's role rejects its job: ${JSON.stringify(credentials)}`);
  }
  return context.tokens.mint(session, context.domain, 3600).authorizationToken;
}

function knownJobs(stack: string): Record<string, unknown> {
  const { config } = parse(exampleFile(`Pulumi.${stack}.yaml`)) as { config: Record<string, readonly object[]> };
  return Object.fromEntries(
    ["publishers", "readers"].map((setting) => [
      setting,
      config[`package-registry:${setting}`]?.map((job) => ({ ...job, ...ids })),
    ]),
  );
}
