import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registryArns } from "../../../iam/arns";
import { maintainerPolicy } from "../../../iam/permissions";
import { repositoryName, storeName } from "../../../naming/registryNames";
import { noPublicIndex } from "../../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import { type MadeDistribution, uploadForm } from "../../../sandbox/fixtures/distributions";
import { assumeRoleAsJob } from "../../../sandbox/github/client";
import { deploy } from "../../../sandbox/pulumi/deployment";
import { openSandbox, type Sandbox } from "../../../sandbox/sandbox";
import type { Session } from "../../../sandbox/sts/sts";
import type { Settings } from "../../../settings";
import { exampleProject } from "../exampleProject";
import { serveByDomain } from "./serveByDomain";

export type Stack = "dev" | "staging" | "prod";

/** The example stacks, each served by a sandbox of its own, and an AWS profile for every role that a promotion takes. */
export interface PromotionRegistries {
  readonly sandboxes: Readonly<Record<Stack, Sandbox>>;
  /**
   * For the command: where its profiles are. `STACK-publisher`, `STACK-maintainer`, `STACK-administrator`, and `STACK-reader`
   * where another stack's job reads.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Puts a distribution into a stack's registry, without a client. */
  readonly publish: (stack: Stack, distribution: MadeDistribution) => Promise<void>;
  /** SHA-256 by file name of all that a stack's registry holds. */
  readonly held: (stack: Stack) => Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

const stacks = ["dev", "staging", "prod"] as const;
const repository = "orb-integration-hub/orb-integration-hub";
const refs = { dev: "refs/heads/develop", staging: "refs/heads/main", prod: "refs/heads/main" };

/** Which environment's job reads a stack, to carry its versions on. */
const readBy = { dev: "staging", staging: "prod" } as const;

export async function openRegistries(): Promise<PromotionRegistries> {
  const folder = mkdtempSync(join(tmpdir(), "promotion-"));
  const profiles: string[] = [];
  const opened: Partial<Record<Stack, Sandbox>> = {};
  const publishers: Partial<Record<Stack, Readonly<Record<string, string>>>> = {};
  for (const stack of stacks) {
    const deployment = await deploy({ directory: exampleProject, stack });
    const sandbox = await openSandbox({ deployment, store: new MemoryPackageStore(), publicIndex: noPublicIndex });
    opened[stack] = sandbox;
    const outputs = deployment.outputs as Record<"publisherRoleArns" | "readerRoleArns", Record<string, string>>;
    const profile = async (name: string, environment: Stack, roleArn = "") => {
      const credentials = await assumeRoleAsJob(
        sandbox.address,
        { repository, environment, ref: refs[environment], workflow: ".github/workflows/deploy-packages.yml" },
        roleArn,
      );
      if ("code" in credentials) {
        throw new Error(`${name}: ${credentials.code}`);
      }
      profiles.push(...profileOf(name, credentials));
      return credentials.accessKeyId;
    };
    const accessKeyId = await profile(`${stack}-publisher`, stack, outputs.publisherRoleArns.publisher);
    if (stack !== "prod") {
      await profile(`${stack}-reader`, readBy[stack], outputs.readerRoleArns.promotion);
    }
    const { context } = sandbox;
    profiles.push(...profileOf(`${stack}-administrator`, context.sts.administrator()));
    profiles.push(...profileOf(`${stack}-maintainer`, maintainer(sandbox, deployment.settings)));
    const { authorizationToken } = context.tokens.mint(context.sts.find(accessKeyId)!, context.domain, 3600);
    publishers[stack] = { authorization: `Bearer ${authorizationToken}` };
  }
  const sandboxes = opened as Record<Stack, Sandbox>;
  writeFileSync(join(folder, "config"), profiles.join("\n"));
  const api = await serveByDomain(
    new Map(Object.values(sandboxes).map(({ context, address }) => [context.domain, address] as const)),
  );
  return {
    sandboxes,
    environment: {
      AWS_CONFIG_FILE: join(folder, "config"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
      AWS_ENDPOINT_URL: api.address,
      AWS_EC2_METADATA_DISABLED: "true",
    },
    publish: async (stack, distribution) => {
      const url = `${sandboxes[stack].address}/pypi/${repositoryName}/`;
      const headers = publishers[stack];
      const { status } = await fetch(url, { method: "POST", headers, body: uploadForm(distribution) });
      if (status !== 200) {
        throw new Error(`${distribution.filename}: ${status}`);
      }
    },
    held: (stack) => {
      const { packages, domain } = sandboxes[stack].context;
      const assets = packages.store
        .list({ domain, repository: repositoryName })
        .flatMap(({ versions }) => Object.values(versions))
        .flatMap((version) => Object.values(version.assets));
      return Object.fromEntries(assets.map(({ filename, sha256 }) => [filename, sha256]));
    },
    close: async () => {
      await api.close();
      await Promise.all(Object.values(sandboxes).map((sandbox) => sandbox.close()));
      rmSync(folder, { recursive: true });
    },
  };
}

function profileOf(
  name: string,
  {
    accessKeyId,
    secretAccessKey,
    sessionToken,
  }: Readonly<Record<"accessKeyId" | "secretAccessKey" | "sessionToken", string>>,
): readonly string[] {
  return [
    ...[`[profile ${name}]`, `region = us-east-1`],
    ...[`aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`],
    `aws_session_token = ${sessionToken}`,
  ];
}

/** A session with a maintainer's rights; the example's stacks have no maintainer. */
function maintainer({ context: { sts, account, domain } }: Sandbox, { tokenLifetime }: Settings): Session {
  const arns = registryArns(account, domain, repositoryName);
  const { repository: store } = registryArns(account, domain, storeName);
  const permissions = [{ name: "maintains", document: maintainerPolicy({ ...arns, store }, tokenLifetime) }];
  const session = sts.administrator();
  return Object.assign(session, { caller: { ...session.caller, permissions } });
}
