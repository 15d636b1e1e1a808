import { nameInArn } from "../../iam/arns";
import type { Publisher } from "../../github/jobs";
import { readRestrictions, tryOrigins } from "./packageGroups";
import { apiOf, mintToken, rejectEachTokenRequest, rejectTokenRequests } from "./tokens";
import type { CodeArtifactApi } from "./codeartifactApi";
import { becomeJob, describeJob, rejectAllImpostors, rejectImpostors, type StackRole } from "./assumeRole";
import { install } from "./install";
import { publish, publishOwn, rejectOtherPublishers, rejectPublishing } from "./publish";
import { AttemptRecorder, type TourOptions, type TourAttempt } from "./attempts";

/**
 * Does with a stack's registry what its settings allow, and then what they do not.
 *
 * @returns every attempt, in the order in which they are shown
 */
export async function tour(options: TourOptions): Promise<readonly TourAttempt[]> {
  const { clients, deployment, administrator } = options;
  const { settings, outputs } = deployment;
  const { publisherRoleArns, readerRoleArns } = outputs as unknown as RoleOutputs;
  const [firstPublisher, ...otherPublishers] = settings.publishers.map((publisher) => ({
    ...publisher,
    arn: publisherRoleArns[publisher.name ?? "publisher"] ?? "",
  }));
  if (firstPublisher === undefined) {
    throw new Error("a stack has at least one publisher");
  }
  const name = tourPackage(settings.publishers);
  const recorder = new AttemptRecorder(options);

  const becoming = recorder.under(`Assume ${roleOf(firstPublisher)}, as`);
  const credentials = await becomeJob(becoming, firstPublisher);
  await rejectImpostors(becoming, firstPublisher);
  const asking = recorder.under("Ask CodeArtifact as this publisher for");
  const api = apiOf(asking, credentials);
  const publisher = { api, token: await mintToken(asking, api), packages: firstPublisher.packages };
  await rejectEachTokenRequest(asking, api);

  const readerTokens: string[] = [];
  for (const reader of settings.readers) {
    const role = { ...reader, arn: readerRoleArns[reader.name ?? "reader"] ?? "" };
    readerTokens.push((await enter(recorder.under(`Read as ${roleOf(role)}`), role)).token);
  }

  const publishing = recorder.under(`Publish with ${clients.publisher}`);
  const published = await publish(publishing, publisher, name);
  await rejectPublishing(publishing, publisher);
  await rejectOtherPublishers(publishing, readerTokens[0], name);
  for (const other of otherPublishers) {
    const theirs = recorder.under(`Publish as ${roleOf(other)}`);
    const access = { ...(await enter(theirs, other)), packages: other.packages };
    await publishOwn(theirs, access, name, published);
    await rejectPublishing(theirs, access);
  }

  const installing = recorder.under(`Install with ${clients.installer}`);
  await install(installing, { reader: readerTokens[0], publisher: publisher.token }, name);

  const administering = recorder.under("Try the package groups as an administrator, whom IAM allows everything");
  const administratorApi = apiOf(administering, administrator);
  await tryOrigins(administering, await mintToken(administering, administratorApi), name);
  await readRestrictions(recorder.under("Read the package groups: where may versions come in?"), administratorApi);
  return recorder.attempts();
}

/** The package that the tour builds. */
export function tourPackage(publishers: readonly Publisher[]): string {
  // Every publisher has at least one package.
  return publishers[0]?.packages[0] ?? "";
}

/** What each further role goes through. */
async function enter(
  recorder: AttemptRecorder,
  role: StackRole,
): Promise<{ readonly api: CodeArtifactApi; readonly token: string }> {
  const api = apiOf(recorder, await becomeJob(recorder, role));
  await rejectAllImpostors(recorder, role);
  const token = await mintToken(recorder, api);
  await rejectTokenRequests(recorder, api);
  return { api, token };
}

/** Those of a stack's outputs that the tour needs. */
interface RoleOutputs {
  readonly publisherRoleArns: Readonly<Record<string, string>>;
  readonly readerRoleArns: Readonly<Record<string, string>>;
}

function roleOf({ arn, job }: StackRole): string {
  return `${nameInArn(arn)} (${describeJob(job)})`;
}
