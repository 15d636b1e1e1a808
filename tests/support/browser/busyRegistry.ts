import { CodeartifactClient, GetAuthorizationTokenCommand, ListPackagesCommand } from "@aws-sdk/client-codeartifact";
import { makeWheel, uploadForm } from "../../../sandbox/fixtures/distributions";
import { assumeRoleAsJob } from "../../../sandbox/github/client";
import {
  type ClientRegistry,
  commonSdist,
  commonWheel,
  type Party,
  publicPackage,
  publishDirectly,
  repositoryName,
  storeName,
} from "../clients/registry";

/** As long as CodeArtifact lets a package's name be at most 255, and as a timeline must still show it. */
export const longName = `orb-${"long-".repeat(39)}n`;

/** Sends what a morning's jobs send: uploads, reads, tokens, and requests that are denied. */
export async function makeBusy(registry: ClientRegistry): Promise<void> {
  const { address, publisher, reader, indexUrl } = registry;
  const ask = async (url: string, token?: string) => {
    const response = await fetch(url, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      redirect: "follow",
    });
    return response.text();
  };
  await mintToken(registry, publisher);
  for (const version of ["1.0.0", "1.1.0", "1.2.0"]) {
    await publishDirectly(registry, await commonWheel(version));
  }
  await publishDirectly(registry, await commonSdist("1.2.0"));
  await mintToken(registry, reader);
  const page = await ask(`${indexUrl()}orb-common/`, reader.token);
  for (const [, href = ""] of page.matchAll(/href="([^"#]*)#/g)) {
    await ask(new URL(href, `${indexUrl()}orb-common/`).href, reader.token);
  }
  const publicPage = await ask(`${indexUrl()}${publicPackage}/`, reader.token);
  for (const [, href = ""] of publicPage.matchAll(/href="([^"#]*)#/g)) {
    await ask(new URL(href, `${indexUrl()}${publicPackage}/`).href, reader.token);
  }
  await ask(`${indexUrl()}${longName}/`, reader.token);
  await ask(`${indexUrl()}orb-common/`);
  // Denied: another repository's job, a package of no one, an upload by a reader, an upload to the store, a list of packages.
  await assumeRoleAsJob(address, { ...publisher.job, repository: "mallory/hub" }, publisher.roleArn);
  await assumeRoleAsJob(address, { ...publisher.job, environment: "prod" }, publisher.roleArn);
  await upload(registry, publisher, await makeWheel({ name: longName, version: "1.0.0" }));
  await upload(registry, reader, await commonWheel("1.3.0"));
  await upload(registry, publisher, await commonWheel("1.3.0"), storeName);
  await clientOf(registry, reader)
    .send(new ListPackagesCommand({ domain: registry.context.domain, repository: repositoryName }))
    .catch(() => undefined);
}

async function mintToken(registry: ClientRegistry, party: Party): Promise<void> {
  await clientOf(registry, party).send(
    new GetAuthorizationTokenCommand({ domain: registry.context.domain, durationSeconds: 900 }),
  );
}

function clientOf({ address, context }: ClientRegistry, { session }: Party): CodeartifactClient {
  const { accessKeyId, secretAccessKey, sessionToken } = session;
  return new CodeartifactClient({
    region: context.account.region,
    endpoint: address,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
}

async function upload(
  { uploadUrl }: ClientRegistry,
  { token }: Party,
  distribution: Parameters<typeof uploadForm>[0],
  repository?: string,
): Promise<void> {
  const response = await fetch(uploadUrl(undefined, repository), {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: uploadForm(distribution),
  });
  await response.text();
}
