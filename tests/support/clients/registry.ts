import { connectLines } from "../../../commands/sandbox/connectLines";
import { repositoryName, storeName } from "../../../naming/registryNames";
import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import { type MadeDistribution, makeSdist, makeWheel, uploadForm } from "../../../sandbox/fixtures/distributions";
import { assumeRoleAsJob, identityToken, startJob } from "../../../sandbox/github/client";
import type { JobDescription } from "../../../sandbox/github/jobDescription";
import { simpleIndex } from "../../../sandbox/publicIndex/simpleIndex";
import { serveWatchedIndex, type WatchedIndex } from "../sandbox/watchedIndex";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { type AccountSandbox, openSandbox, type Sandbox } from "../../../sandbox/sandbox";
import type { AuthorizationToken } from "../../../sandbox/sts/authorizationTokens";
import type { Session } from "../../../sandbox/sts/sts";
import { deployChanged } from "../deployments";

/** A job of the stack, its role, and a registry token that it minted. */
export interface Party {
  readonly job: JobDescription;
  readonly roleArn: string;
  readonly session: Session;
  readonly token: string;
}

/** The stack dev, served to real clients, before a small public index. */
export interface ClientRegistry extends Pick<Sandbox, "context" | "address"> {
  readonly deployment: Deployment;
  readonly index: WatchedIndex;
  readonly publisher: Party;
  readonly reader: Party;
  /** `http://127.0.0.1:PORT/pypi/REPOSITORY/`, with the token in it where one is given. */
  readonly uploadUrl: (token?: string, repository?: string) => string;
  /** What pip reads. */
  readonly indexUrl: (token?: string, repository?: string) => string;
  readonly close: () => Promise<void>;
}

/** A package of the public index, of a name that no other index has. */
export const publicPackage = "dependency-of-the-client-tests";

const names = { repository: "acme/hub", repositoryId: 700000001, ownerId: 700000002 };
const place = { environment: "dev", ref: "refs/heads/develop" };

/** The private package as the tests publish it: 1.0.0 depends on the public package. */
export function commonWheel(version = "1.0.0", summary?: string): Promise<MadeDistribution> {
  return makeWheel({ name: "orb-common", version, requires: [publicPackage], summary });
}

export function commonSdist(version = "1.0.0"): Promise<MadeDistribution> {
  return makeSdist({ name: "orb-common", version, requires: [publicPackage] });
}

export async function openRegistry(): Promise<ClientRegistry> {
  const deployment = await deployChanged({
    settings: {
      publishers: [{ ...names, ...place, workflow: ".github/workflows/deploy-packages.yml" }],
      readers: [{ ...names, ...place, workflow: ".github/workflows/deploy-lambda-layers.yml" }],
    },
  });
  const index = await serveWatchedIndex([
    await makeWheel({ name: publicPackage, version: "2.1.0" }),
    await makeWheel({ name: "orb-common", version: "99.0" }),
    await makeWheel({ name: "orb-comon", version: "1.0.0" }),
  ]);
  const sandbox = await openSandbox({
    deployment,
    store: new MemoryPackageStore(),
    publicIndex: simpleIndex(index.url),
    connectLines: (place) => connectLines([deployment], [], place),
  });
  const { context, address } = sandbox;
  const { publisherRoleArns, readerRoleArns } = deployment.outputs as {
    readonly publisherRoleArns: Readonly<Record<string, string>>;
    readonly readerRoleArns: Readonly<Record<string, string>>;
  };
  const party = async (roleArn: string, workflow: string): Promise<Party> => {
    const job = { repository: names.repository, ...place, workflow: `.github/workflows/${workflow}` };
    const credentials = await assumeRoleAsJob(address, job, roleArn);
    const session = "accessKeyId" in credentials ? context.sts.find(credentials.accessKeyId) : undefined;
    if (session === undefined) {
      throw new Error(`${roleArn} rejects its job: ${JSON.stringify(credentials)}`);
    }
    return { job, roleArn, session, token: mintedToken({ context }, session).authorizationToken };
  };
  const url = (token: string | undefined, repository: string, path: string) =>
    `${token === undefined ? address : address.replace("://", `://aws:${token}@`)}/pypi/${repository}/${path}`;
  return {
    context,
    address,
    deployment,
    index,
    publisher: await party(publisherRoleArns.publisher ?? "", "deploy-packages.yml"),
    reader: await party(readerRoleArns.reader ?? "", "deploy-lambda-layers.yml"),
    uploadUrl: (token, repository = repositoryName) => url(token, repository, ""),
    indexUrl: (token, repository = repositoryName) => url(token, repository, "simple/"),
    close: async () => {
      await Promise.all([sandbox.close(), index.close()]);
    },
  };
}

/** A registry token for an hour. */
export function mintedToken({ context }: Pick<Sandbox, "context">, session: Session): AuthorizationToken {
  return context.tokens.mint(session, context.domain, 3600);
}

/** Puts a distribution into the registry as its publisher does, without a client. */
export async function publishDirectly(
  { publisher, uploadUrl }: ClientRegistry,
  distribution: MadeDistribution,
): Promise<void> {
  const headers = { authorization: `Bearer ${publisher.token}` };
  const response = await fetch(uploadUrl(), { method: "POST", headers, body: uploadForm(distribution) });
  if (response.status !== 200) {
    throw new Error(`${distribution.filename}: ${response.status} ${await response.text()}`);
  }
}

/** What AWS's clients take to be a job that has assumed the role. */
export function awsEnvironment(
  { address, context }: Pick<AccountSandbox, "address" | "context">,
  { accessKeyId, secretAccessKey, sessionToken }: Session,
): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: address,
    AWS_DEFAULT_REGION: context.account.region,
    AWS_REGION: context.account.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** The identity token of a party's job, as GitHub hands it out for AWS. */
export async function jobIdentity({ address }: ClientRegistry, { job }: Party): Promise<string> {
  return identityToken(address, await startJob(address, job), "sts.amazonaws.com");
}

export { repositoryName, storeName };
