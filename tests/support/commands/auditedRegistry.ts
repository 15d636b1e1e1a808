import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CodeartifactClient,
  DeletePackageVersionsCommand,
  type DeletePackageVersionsCommandInput,
  UpdatePackageVersionsStatusCommand,
} from "@aws-sdk/client-codeartifact";
import { IAMClient, TagRoleCommand } from "@aws-sdk/client-iam";
import { codeArtifactApi } from "../../../commands/tour/codeartifactApi";
import { repositoryName } from "../../../naming/registryNames";
import { noPublicIndex } from "../../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import { makeWheel } from "../../../sandbox/fixtures/distributions";
import { SandboxAccount } from "../../../sandbox/account";
import { assumeRoleAsJob, type JobCredentials } from "../../../sandbox/github/client";
import type { JobDescription } from "../../../sandbox/github/jobDescription";
import { deploy } from "../../../sandbox/pulumi/deployment";
import { openSandbox, type Sandbox } from "../../../sandbox/sandbox";
import { audience, githubIssuer } from "../../../iam/trust";
import { cloneInto } from "../exampleProject";
import { RegistryClient } from "../sandbox/registryClient";

export const accountId = "123456789012";
export const domain = "orb-integration-hub-dev";
export const publisherRole = `${domain}-codeartifact-publisher`;
export const inspectorRole = `${domain}-codeartifact-inspector`;
export const maintainerRole = `${domain}-codeartifact-maintainer`;
export const readerRole = `${domain}-codeartifact-reader-lambda-layers`;

const hub = {
  repository: "orb-integration-hub/orb-integration-hub",
  environment: "dev",
  ref: "refs/heads/develop",
};

/** The example's stack dev, whose account has a clock that can be put back. */
export interface AuditedRegistry {
  readonly sandbox: Sandbox;
  /** The folder of its stack file. */
  readonly directory: string;
  readonly clock: { aheadBy: number };
  /** For the command: where AWS is asked, and as whom; as the administrator where no credentials are given. */
  readonly environment: (credentials?: JobCredentials) => Readonly<Record<string, string>>;
  /** The session of a job. @param session - its name */
  readonly assume: (job: JobDescription, role: string, session: string) => ReturnType<typeof assumeRoleAsJob>;
  readonly close: () => Promise<void>;
}

/** @param logged - whether the stack has an audit trail */
export async function openAuditedRegistry({ logged = false, region = "us-east-1" } = {}): Promise<AuditedRegistry> {
  const directory = mkdtempSync(join(tmpdir(), "audited-"));
  cloneInto(directory);
  const file = join(directory, "Pulumi.dev.yaml");
  const lines = ["inspectors", "maintainers"].map((setting) => {
    const { workflow, ...job } = setting === "inspectors" ? jobs.inspector : jobs.maintainer;
    const value = [{ ...job, repositoryId: 0, ownerId: 0, workflow }];
    return `  package-registry:${setting}: ${JSON.stringify(value)}\n`;
  });
  const trail = logged ? "  package-registry:audit: { retentionDays: 90 }\n" : "";
  writeFileSync(file, `${readFileSync(file, "utf8").replace("us-east-1", region)}${lines.join("")}${trail}`);
  const clock = { aheadBy: 0 };
  const account = new SandboxAccount({ region, now: () => new Date(Date.now() + clock.aheadBy) });
  account.iam.oidcProviders.create({ url: `https://${githubIssuer()}`, clientIDList: [audience] });
  const deployment = await deploy({ directory, stack: "dev", account });
  const sandbox = await openSandbox({ deployment, store: new MemoryPackageStore(), publicIndex: noPublicIndex });
  return {
    sandbox,
    directory,
    clock,
    environment: (credentials: Omit<JobCredentials, "expiration"> = sandbox.context.sts.administrator()) => ({
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_ENDPOINT_URL: sandbox.address,
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    }),
    assume: (job, role, roleSessionName) =>
      assumeRoleAsJob(sandbox.address, job, `arn:aws:iam::${accountId}:role/${role}`, { roleSessionName }),
    close: async () => {
      await sandbox.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** A job of each kind, and one that looks like the publisher's. */
export const jobs = {
  publisher: { ...hub, workflow: ".github/workflows/deploy-packages.yml" },
  reader: { ...hub, workflow: ".github/workflows/deploy-lambda-layers.yml" },
  inspector: { ...hub, workflow: ".github/workflows/inspect.yml" },
  maintainer: { ...hub, workflow: ".github/workflows/maintain.yml" },
  lookAlike: { ...hub, repository: "orb-integration-hub-team/orb-integration-hub" },
} as const;

/**
 * What several identities do, a second after each other: a publisher publishes, a reader reads and tries to publish, a job of a repository
 * that looks alike asks for the publisher's role, a maintainer archives a version and deletes it, and the administrator changes a role.
 *
 * @returns every token and key that took part
 */
export async function play({ sandbox, assume, clock }: AuditedRegistry): Promise<readonly string[]> {
  const { address, context } = sandbox;
  const secrets: string[] = [];
  clock.aheadBy = -60_000;
  const later = () => (clock.aheadBy += 1000);
  const registryOf = async (job: JobDescription, role: string, session: string) => {
    const credentials = await assume(job, role, session);
    if ("code" in credentials) {
      throw new Error(credentials.message);
    }
    later();
    const { token = "" } = await codeArtifactApi(credentials, { address, region: "us-east-1", domain }).mint(900);
    later();
    secrets.push(token, credentials.accessKeyId, credentials.secretAccessKey, credentials.sessionToken);
    return new RegistryClient(`${address}/pypi/${repositoryName}/`, token);
  };
  const publisher = await registryOf(jobs.publisher, publisherRole, "1001-1");
  await publisher.publish(await makeWheel({ name: "orb-common", version: "1.4.0" }));
  later();
  const reader = await registryOf(jobs.reader, readerRole, "2002-3");
  await reader.install("orb-common");
  later();
  await reader.publish(await makeWheel({ name: "orb-common", version: "9.9" }));
  later();
  await assume(jobs.lookAlike, publisherRole, "3003-1");
  later();
  const maintainer = await assume(jobs.maintainer, maintainerRole, "5005-1");
  if ("code" in maintainer) {
    throw new Error(maintainer.message);
  }
  later();
  const place = (credentials: Omit<JobCredentials, "expiration">) => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    secrets.push(accessKeyId, secretAccessKey, sessionToken);
    return { endpoint: address, region: "us-east-1", credentials: { accessKeyId, secretAccessKey, sessionToken } };
  };
  const codeartifact = new CodeartifactClient(place(maintainer));
  const iam = new IAMClient(place(context.sts.administrator()));
  const version = {
    ...{ domain, repository: repositoryName, format: "pypi", package: "orb-common" },
    versions: ["1.4.0"],
  } satisfies DeletePackageVersionsCommandInput;
  await codeartifact.send(new UpdatePackageVersionsStatusCommand({ ...version, targetStatus: "Archived" }));
  later();
  await codeartifact.send(new DeletePackageVersionsCommand(version));
  later();
  await iam.send(new TagRoleCommand({ RoleName: publisherRole, Tags: [{ Key: "team", Value: "orb" }] }));
  codeartifact.destroy();
  iam.destroy();
  clock.aheadBy = 0;
  return secrets;
}
