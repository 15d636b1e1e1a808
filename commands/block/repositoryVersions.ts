import {
  type CodeartifactClient,
  paginateListPackageVersions,
  type PackageVersionStatus,
  UpdatePackageVersionsStatusCommand,
} from "@aws-sdk/client-codeartifact";
import { compareVersions, normalVersion } from "../../naming/versions";
import { repositoryName, storeName } from "../../naming/registryNames";
import { collect, find } from "../aws/clients";
import { change } from "../aws/maintenance";
import { CommandError } from "../cli";
import type { Release } from "../promote/releases";

/** The repositories that retain public versions: the one that clients use first. */
export const retaining = [repositoryName, storeName] as const;
export type Retaining = (typeof retaining)[number];

/** A public version that a repository retains. */
export interface RetainedVersion {
  readonly repository: Retaining;
  readonly name: string;
  /** As CodeArtifact has it: `1.4` and `1.4.0` are two texts for one version. */
  readonly version: string;
  readonly status: string;
}

/**
 * A release as one repository retains it; several where CodeArtifact has several texts for its version, none where it is not there.
 *
 * @throws CommandError where AWS denies a request
 */
export async function retainedVersions(
  client: CodeartifactClient,
  domain: string,
  repository: Retaining,
  { name, version }: Release,
): Promise<readonly RetainedVersion[]> {
  const place = { domain, repository, format: "pypi", package: name } as const;
  const found = await find(`versions of ${name} in ${repository} of ${domain}`, () =>
    collect(paginateListPackageVersions({ client }, place), (page) => page.versions),
  );
  return (found ?? [])
    .map((one) => ({ repository, name, version: one.version ?? "", status: one.status ?? "" }))
    .filter((one) => normalVersion(one.version) !== undefined && compareVersions(one.version, version) === 0);
}

/**
 * Gives versions of one package in one repository another status.
 *
 * @param expectedStatus - a version that has another one by now is not changed
 * @throws CommandError where AWS denies the request, or does not change a version
 */
export async function setStatus(
  client: CodeartifactClient,
  domain: string,
  versions: readonly RetainedVersion[],
  targetStatus: PackageVersionStatus,
  expectedStatus?: PackageVersionStatus,
): Promise<void> {
  const [first] = versions;
  if (first === undefined) {
    return;
  }
  const { repository, name } = first;
  const texts = versions.map(({ version }) => version);
  const what = `${name} ${texts.join(", ")} in ${repository} of ${domain} to ${targetStatus}`;
  const place = { domain, repository, format: "pypi", package: name } as const;
  const { failedVersions = {} } = await change(what, () =>
    client.send(new UpdatePackageVersionsStatusCommand({ ...place, versions: texts, targetStatus, expectedStatus })),
  );
  const failed = Object.entries(failedVersions).map(
    ([version, { errorCode = "", errorMessage = "" }]) => `${version}: ${errorCode}: ${errorMessage}`,
  );
  if (failed.length > 0) {
    throw new CommandError(`Could not change: ${what}: ${failed.join("; ")}. Run the command again.`);
  }
}

/** Whether clients can download a version's files. */
export function givesFiles({ status }: Pick<RetainedVersion, "status">): boolean {
  return status === "Published" || status === "Unlisted";
}
