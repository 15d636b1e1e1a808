import type { Publisher } from "../../github/jobs";
import { readRestrictions, tryOrigins } from "./packageGroups";
import { apiOf, mintToken, refuseAsking, refuseAskingAny } from "./tokens";
import type { CodeArtifactApi } from "./codeartifactApi";
import { becomeJob, describeJob, refuseAllStrangers, refuseStrangers, roleName, type StackRole } from "./assumeRole";
import { install } from "./install";
import { publish, publishOwn, refusePublishers, refusePublishing } from "./publish";
import { Stage, type StageOptions, type TourAttempt } from "./attempts";

/**
 * Does with a stack's registry what its settings allow, and then what they do not.
 *
 * @returns every attempt, in the order in which they are told
 */
export async function tour(options: StageOptions): Promise<readonly TourAttempt[]> {
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
  const stage = new Stage(options);

  const becoming = stage.under(`Assume ${roleOf(firstPublisher)}, as`);
  const credentials = await becomeJob(becoming, firstPublisher);
  await refuseStrangers(becoming, firstPublisher);
  const asking = stage.under("Ask CodeArtifact as this publisher for");
  const api = apiOf(asking, credentials);
  const publisher = { api, token: await mintToken(asking, api), packages: firstPublisher.packages };
  await refuseAsking(asking, api);

  const readerTokens: string[] = [];
  for (const reader of settings.readers) {
    const role = { ...reader, arn: readerRoleArns[reader.name ?? "reader"] ?? "" };
    readerTokens.push((await enter(stage.under(`Read as ${roleOf(role)}`), role)).token);
  }

  const publishing = stage.under(`Publish with ${clients.publisher}`);
  const published = await publish(publishing, publisher, name);
  await refusePublishing(publishing, publisher);
  await refusePublishers(publishing, readerTokens[0], name);
  for (const other of otherPublishers) {
    const theirs = stage.under(`Publish as ${roleOf(other)}`);
    const access = { ...(await enter(theirs, other)), packages: other.packages };
    await publishOwn(theirs, access, name, published);
    await refusePublishing(theirs, access);
  }

  const installing = stage.under(`Install with ${clients.installer}`);
  await install(installing, { reader: readerTokens[0], publisher: publisher.token }, name);

  const administering = stage.under("Try the package groups as an administrator, whom IAM refuses nothing");
  const administratorApi = apiOf(administering, administrator);
  await tryOrigins(administering, await mintToken(administering, administratorApi), name);
  await readRestrictions(stage.under("Read the package groups: where may versions come in?"), administratorApi);
  return stage.attempts();
}

/** The package that the tour builds. */
export function tourPackage(publishers: readonly Publisher[]): string {
  // Every publisher has at least one package.
  return publishers[0]?.packages[0] ?? "";
}

/** What each further role goes through. */
async function enter(
  stage: Stage,
  role: StackRole,
): Promise<{ readonly api: CodeArtifactApi; readonly token: string }> {
  const api = apiOf(stage, await becomeJob(stage, role));
  await refuseAllStrangers(stage, role);
  const token = await mintToken(stage, api);
  await refuseAskingAny(stage, api);
  return { api, token };
}

/** Those of a stack's outputs that the tour needs. */
interface RoleOutputs {
  readonly publisherRoleArns: Readonly<Record<string, string>>;
  readonly readerRoleArns: Readonly<Record<string, string>>;
}

function roleOf({ arn, job }: StackRole): string {
  return `${roleName(arn)} (${describeJob(job)})`;
}
