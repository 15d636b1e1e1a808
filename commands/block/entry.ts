import type { CodeartifactClient } from "@aws-sdk/client-codeartifact";
import { setTimeout } from "node:timers/promises";
import { storeName } from "../../naming/registryNames";
import { fetchFrom, type StackRegistry } from "../aws/stackRegistry";
import { CommandError } from "../cli";
import type { Release } from "../promote/releases";
import type { SourceFile } from "../promote/sourceFiles";
import type { Progress } from "../terminal/progress";
import { givesFiles, retaining, retainedVersions } from "./repositoryVersions";

/**
 * Brings a public version in, so that its status can be set: the API changes the status of versions alone that a repository
 * itself has, and an asset that is requested brings all of its version in, into the repository that is asked and into the one
 * that is connected. The bytes are read and dropped.
 *
 * CopyPackageVersions with includeFromUpstream would need a right that no role of a stack has.
 * Sources: https://docs.aws.amazon.com/codeartifact/latest/ug/upstream-repo-api-behavior.html,
 * https://docs.aws.amazon.com/codeartifact/latest/ug/repo-upstream-behavior.html,
 * https://docs.aws.amazon.com/codeartifact/latest/ug/python-upstream-external-connections-request.html
 *
 * @param files - of the version, as the index lists them
 * @throws CommandError where a file is not given out, or the version does not appear in time
 */
export async function bringIn(
  client: CodeartifactClient,
  registry: StackRegistry,
  release: Release,
  files: readonly SourceFile[],
  progress: Progress,
): Promise<void> {
  const { domain } = registry.place;
  for (const { filename, url } of smallestOfEach(files)) {
    progress.wait(`${filename}: brings ${release.name} ${release.version} in`);
    const drop = async ({ body }: Response) => {
      await body?.pipeTo(new WritableStream());
      return true;
    };
    if ((await fetchFrom(registry, `${filename} in ${domain}`, url, drop)) === undefined) {
      throw new CommandError(`${domain} lists ${filename}, and has nothing at ${url}.`);
    }
  }
  const until = Date.now() + longestDelay;
  while (!(await isThere(client, domain, release))) {
    if (Date.now() > until) {
      throw new CommandError(
        `${domain}: ${release.name} ${release.version} does not appear in ${storeName}. It has come in, so clients can ` +
          "install it: run the same command again.",
      );
    }
    progress.wait(`${release.name} ${release.version} is not listed yet`);
    await setTimeout(betweenLooks);
  }
}

/** Of each text that the version is written as, the file with the fewest bytes. */
function smallestOfEach(files: readonly SourceFile[]): readonly SourceFile[] {
  const smallest = new Map<string, SourceFile>();
  for (const file of files) {
    const other = smallest.get(file.version);
    if (other === undefined || (file.size ?? Infinity) < (other.size ?? Infinity)) {
      smallest.set(file.version, file);
    }
  }
  return [...smallest.values()];
}

async function isThere(client: CodeartifactClient, domain: string, release: Release): Promise<boolean> {
  const held = await Promise.all(retaining.map((repository) => retainedVersions(client, domain, repository, release)));
  return held.every((versions) => versions.some(givesFiles));
}

/**
 * How long a version that came in is waited for, in milliseconds. AWS gives about 3 minutes:
 * https://docs.aws.amazon.com/codeartifact/latest/ug/external-connection-requesting-packages.html
 */
const longestDelay = 6 * 60 * 1000;

/** In milliseconds. */
const betweenLooks = 5000;
