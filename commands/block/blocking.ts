import { type CodeartifactClient, PackageVersionStatus } from "@aws-sdk/client-codeartifact";
import type { Settings } from "../../settings";
import { CommandError } from "../cli";
import { openStackRegistry } from "../aws/stackRegistry";
import type { Release } from "../promote/releases";
import { listedFiles } from "../promote/sourceFiles";
import type { Progress } from "../terminal/progress";
import { bringIn } from "./entry";
import { givesFiles, type RetainedVersion, retainedVersions, retaining, setStatus } from "./repositoryVersions";

/** What became of a version in one repository. */
export interface ChangedVersion extends RetainedVersion {
  /** As it is now; `status` is what it was before. */
  readonly now: string;
}

/** The status that a released version gets. */
export type Released = "Published" | "Unlisted";

/**
 * Archives public versions wherever the registry retains them. AWS gives clients no file of an Archived version, and does not look
 * further up for a version that a repository has.
 * Sources: https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html#package-version-status,
 * https://docs.aws.amazon.com/codeartifact/latest/ug/repo-upstream-search-order.html
 *
 * The repository that clients use comes first: there each version is blocked by the first call. What the index still lists of a
 * version, because no repository retains it, is brought in, so that it can be archived and cannot come in later.
 *
 * @throws CommandError where AWS denies a request, and where neither the registry nor the public index has a version
 */
export async function blockVersions(
  client: CodeartifactClient,
  settings: Settings,
  releases: readonly Release[],
  profile: string | undefined,
  progress: Progress,
): Promise<readonly ChangedVersion[]> {
  const registry = await openStackRegistry(settings, profile);
  const changed: ChangedVersion[] = [];
  for (const release of releases) {
    const first = await archive(client, settings.domain, release, progress);
    const listed = await listedFiles(registry, release);
    if (first.length === 0 && listed.length === 0) {
      throw new CommandError(`${settings.domain} has no ${release.name} ${release.version}, and reaches none.`);
    }
    changed.push(...first);
    if (listed.length > 0) {
      await bringIn(client, registry, release, listed, progress);
      changed.push(...(await archive(client, settings.domain, release, progress)).filter(isNew));
      const [still] = await listedFiles(registry, release);
      if (still !== undefined) {
        throw new CommandError(`${settings.domain} still lists ${still.filename}. Run the same command again.`);
      }
    }
  }
  return changed;
}

/** Archives what the registry retains of a release. */
async function archive(
  client: CodeartifactClient,
  domain: string,
  release: Release,
  progress: Progress,
): Promise<readonly ChangedVersion[]> {
  const changed: ChangedVersion[] = [];
  for (const { repository, versions } of groups(await everywhere(client, domain, release))) {
    const open = versions.filter(givesFiles);
    if (open.length > 0) {
      progress.wait(`${release.name} ${release.version}: archives it in ${repository}`);
      await setStatus(client, domain, open, archived);
    }
    changed.push(...versions.map((one) => ({ ...one, now: givesFiles(one) ? archived : one.status })));
  }
  return changed;
}

const archived = PackageVersionStatus.ARCHIVED;

/** Whether it was not archived before. */
function isNew({ status }: ChangedVersion): boolean {
  return status !== archived;
}

/**
 * Makes blocked versions available again, in the store first. A version that is not Archived stays as it is.
 *
 * @throws CommandError where AWS denies a request, and where a version is in no repository
 */
export async function releaseVersions(
  client: CodeartifactClient,
  { domain }: Settings,
  releases: readonly Release[],
  status: Released,
  progress: Progress,
): Promise<readonly ChangedVersion[]> {
  const held: (readonly RetainedVersion[])[] = [];
  for (const release of releases) {
    held.push(await everywhere(client, domain, release));
  }
  const missing = releases.filter((_, index) => held[index]?.length === 0);
  if (missing.length > 0) {
    const names = missing.map(({ name, version }) => `${name} ${version}`).join(", ");
    throw new CommandError(`${domain} retains no ${names}: no version was blocked there. Nothing was changed.`);
  }
  const changed: ChangedVersion[] = [];
  for (const { repository, versions } of held.flatMap((found) => [...groups(found)].reverse())) {
    progress.wait(
      `makes ${versions.map(({ name, version }) => `${name} ${version}`).join(", ")} ${status} in ${repository}`,
    );
    const blocked = versions.filter((one) => one.status === archived);
    await setStatus(client, domain, blocked, status, archived);
    changed.push(...versions.map((one) => ({ ...one, now: blocked.includes(one) ? status : one.status })));
  }
  return changed;
}

async function everywhere(
  client: CodeartifactClient,
  domain: string,
  release: Release,
): Promise<readonly RetainedVersion[]> {
  const found = await Promise.all(retaining.map((repository) => retainedVersions(client, domain, repository, release)));
  return found.flat();
}

/** By repository, in the order in which they are blocked. */
function groups(held: readonly RetainedVersion[]) {
  return retaining
    .map((repository) => ({ repository, versions: held.filter((one) => one.repository === repository) }))
    .filter(({ versions }) => versions.length > 0);
}
