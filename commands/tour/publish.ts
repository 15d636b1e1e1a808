import { createHash } from "node:crypto";
import { repositoryName, storeName } from "../../naming/registryNames";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import type { Distribution } from "./clients";
import { type CodeArtifactApi, shownDigest } from "./codeartifactApi";
import { privateNames, publicName } from "./names";
import type { AttemptRecorder } from "./attempts";

/** A publisher. */
export interface PublisherAccess {
  readonly token: string;
  readonly api: CodeArtifactApi;
  readonly packages: readonly string[];
}

/** Publishes a package for the first time, again, and with other bytes. */
export async function publish(
  recorder: AttemptRecorder,
  { token, api, packages }: PublisherAccess,
  name: string,
): Promise<readonly Distribution[]> {
  const { clients } = recorder.options;
  const distributions = await clients.build(name);
  const publishing = (what: string, expected: string, files: readonly Distribution[]) =>
    recorder.attempt(what, expected, () => clients.publish(recorder.access(repositoryName, token), files));

  const altered = await makeWheel({ name, version: "1.0.0", summary: "Other bytes under the same name." });
  const others = packages.filter((one) => one !== name);
  const wheel = distributions.find(({ filename }) => filename.endsWith(".whl"))?.filename ?? altered.filename;
  await publishing(`an sdist and a wheel of ${name} 1.0.0`, "200", distributions);
  await Promise.all([
    publishing("the same files again", "200", distributions),
    publishing("the wheel with other bytes", "409", [{ ...altered, filename: wheel }]),
    ...(others.length === 0
      ? []
      : [
          publishing(
            `the publisher's other packages (${others.length})`,
            "200",
            await Promise.all(others.map(makeFirst)),
          ),
        ]),
    ...compare(recorder, api, name, distributions),
  ]);
  return distributions;
}

/** What another publisher does with its own packages. One of them may be there already with the same files. */
export async function publishOwn(
  recorder: AttemptRecorder,
  { token, api, packages }: PublisherAccess,
  name: string,
  published: readonly Distribution[],
): Promise<void> {
  const { clients } = recorder.options;
  const made = await Promise.all(packages.filter((one) => one !== name).map(makeFirst));
  const files = [...(packages.includes(name) ? published : []), ...made];
  await recorder.attempt(`the publisher's packages (${packages.length})`, "200", () =>
    clients.publish(recorder.access(repositoryName, token), files),
  );
  const [first = name] = packages;
  await Promise.all([
    ...compare(recorder, api, first, first === name ? published : made.slice(0, 1)),
    recorder.attempt(`install ${first}`, `${first} 1.0.0`, () =>
      clients.install(recorder.access(repositoryName, token), [first]),
    ),
  ]);
}

/** What a publisher's token does not let it publish. */
export async function rejectPublishing(recorder: AttemptRecorder, { token, packages }: PublisherAccess): Promise<void> {
  const { clients, deployment } = recorder.options;
  const { settings } = deployment;
  // Of the names that are not its own, one that origin controls would let in, if there is one.
  const foreign = [...privateNames(settings), ...settings.packages].filter((name) => !packages.includes(name));
  const [foreignName = publicName(settings)] = foreign;
  const [own = foreignName] = packages;
  await Promise.all([
    recorder.attempt(`${foreignName}, which is not the publisher's`, "403", async () =>
      clients.publish(recorder.access(repositoryName, token), [await makeFirst(foreignName)]),
    ),
    recorder.attempt(`directly into ${storeName}`, "403", async () =>
      clients.publish(recorder.access(storeName, token), [await makeFirst(own)]),
    ),
  ]);
}

/** Who may not publish at all. */
export async function rejectOtherPublishers(
  recorder: AttemptRecorder,
  readerToken: string | undefined,
  name: string,
): Promise<void> {
  const { clients } = recorder.options;
  const next = [await makeWheel({ name, version: "1.0.1" })];
  const publishing = (what: string, expected: string, token: string) =>
    recorder.attempt(what, expected, () => clients.publish(recorder.access(repositoryName, token), next));
  await Promise.all([
    ...(readerToken === undefined ? [] : [publishing("with a reader's token", "403", readerToken)]),
    publishing("with an invalid token", "401", "made-up"),
  ]);
}

/** How a publisher sees what is there already, before it sends anything. */
function compare(
  recorder: AttemptRecorder,
  api: CodeArtifactApi,
  name: string,
  distributions: readonly Distribution[],
): readonly Promise<unknown>[] {
  const digests = [...distributions]
    .sort((one, other) => (one.filename < other.filename ? -1 : 1))
    .map(({ bytes }) => createHash("sha256").update(bytes).digest("hex").slice(0, shownDigest));
  return [
    recorder.attempt(`look up the status of ${name} 1.0.0`, "Published", () => api.describe(name)),
    recorder.attempt("compare its files by SHA-256", digests.join(" "), () => api.hashes(name)),
  ];
}

function makeFirst(name: string): Promise<Distribution> {
  return makeWheel({ name, version: "1.0.0" });
}
