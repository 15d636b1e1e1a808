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
import { exampleProject } from "../exampleProject";
import { RegistryClient } from "../sandbox/registryClient";

export const accountId = "123456789012";
export const domain = "orb-integration-hub-dev";
export const publisherRole = `${domain}-codeartifact-publisher`;
export const readerRole = `${domain}-codeartifact-reader-lambda-layers`;

const hub = {
  repository: "orb-integration-hub/orb-integration-hub",
  environment: "dev",
  ref: "refs/heads/develop",
};

/** The example's stack dev, whose account has a clock that can be put back. */
export interface AuditedRegistry {
  readonly sandbox: Sandbox;
  readonly clock: { aheadBy: number };
  /** For the command: where AWS is asked, and as whom; as the administrator where no credentials are given. */
  readonly environment: (credentials?: JobCredentials) => Readonly<Record<string, string>>;
  /** The session of a job. @param session - its name */
  readonly assume: (job: JobDescription, role: string, session: string) => ReturnType<typeof assumeRoleAsJob>;
  readonly close: () => Promise<void>;
}

export async function openAuditedRegistry(): Promise<AuditedRegistry> {
  const clock = { aheadBy: 0 };
  const account = new SandboxAccount({ now: () => new Date(Date.now() + clock.aheadBy) });
  account.iam.oidcProviders.create({ url: `https://${githubIssuer()}`, clientIDList: [audience] });
  const deployment = await deploy({ directory: exampleProject, stack: "dev", account });
  const sandbox = await openSandbox({ deployment, store: new MemoryPackageStore(), publicIndex: noPublicIndex });
  return {
    sandbox,
    clock,
    environment: (credentials = sandbox.context.sts.administrator()) => ({
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_ENDPOINT_URL: sandbox.address,
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    }),
    assume: (job, role, roleSessionName) =>
      assumeRoleAsJob(sandbox.address, job, `arn:aws:iam::${accountId}:role/${role}`, { roleSessionName }),
    close: () => sandbox.close(),
  };
}

/** The job that publishes, and one that reads. */
export const jobs = {
  publisher: { ...hub, workflow: ".github/workflows/deploy-packages.yml" },
  reader: { ...hub, workflow: ".github/workflows/deploy-lambda-layers.yml" },
  lookAlike: { ...hub, repository: "orb-integration-hub-team/orb-integration-hub" },
} as const;

/**
 * What several identities do, a second after each other: a publisher publishes, a reader reads and tries to publish, a job of a repository
 * that looks alike asks for the publisher's role, and the administrator sets a version aside, deletes it and changes a role.
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
  const { accessKeyId, secretAccessKey, sessionToken } = context.sts.administrator();
  secrets.push(accessKeyId, secretAccessKey, sessionToken);
  const place = { endpoint: address, region: "us-east-1", credentials: { accessKeyId, secretAccessKey, sessionToken } };
  const [codeartifact, iam] = [new CodeartifactClient(place), new IAMClient(place)];
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
