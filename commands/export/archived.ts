import {
  DescribePackageVersionCommand,
  PackageVersionStatus,
  UpdatePackageVersionsStatusCommand,
} from "@aws-sdk/client-codeartifact";
import { ask, find } from "../aws/clients";
import type { StackRegistry } from "../aws/stackRegistry";
import { CommandError } from "../cli";

/** An Archived version. */
export interface ArchivedVersion {
  readonly name: string;
  readonly version: string;
}

/**
 * Makes Archived versions Unlisted for the moment in which their files are read: AWS gives out no file of an Archived one.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html#package-version-status
 */
export class Unlisting {
  #unlisted: ArchivedVersion | undefined;

  constructor(readonly registry: StackRegistry) {}

  /** @throws CommandError where the version cannot be Unlisted */
  async begin(archived: ArchivedVersion): Promise<void> {
    this.#unlisted = archived;
    try {
      await this.#move(archived, PackageVersionStatus.ARCHIVED, PackageVersionStatus.UNLISTED);
    } catch (error) {
      this.#unlisted = undefined;
      throw error;
    }
  }

  /** Archives a version again that this or an earlier export has made Unlisted. */
  archive(version: ArchivedVersion): Promise<void> {
    return this.#move(version, PackageVersionStatus.UNLISTED, PackageVersionStatus.ARCHIVED);
  }

  /** Archives again what is Unlisted now, such as before a signal ends this process. */
  async end(): Promise<void> {
    const unlisted = this.#unlisted;
    if (unlisted !== undefined) {
      this.#unlisted = undefined;
      await this.archive(unlisted);
    }
  }

  /** Nothing changes where the version has another status than it is expected to have. */
  async #move(
    { name, version }: ArchivedVersion,
    expectedStatus: PackageVersionStatus,
    targetStatus: PackageVersionStatus,
  ): Promise<void> {
    const { client, place } = this.registry;
    const named = { ...place, package: name, versions: [version], expectedStatus, targetStatus };
    try {
      await ask(`${name} ${version} in ${place.domain}, from ${expectedStatus} to ${targetStatus}`, () =>
        client.send(new UpdatePackageVersionsStatusCommand(named)),
      );
    } catch (error) {
      if (!(error instanceof CommandError) || targetStatus === PackageVersionStatus.UNLISTED) {
        throw error;
      }
      throw new CommandError(
        `${error.message}\n${name} ${version} may be Unlisted, and was Archived. Archive it again:\n` +
          `aws codeartifact update-package-versions-status --domain ${place.domain} --repository ${place.repository} ` +
          `--format pypi --package ${name} --versions ${version} --target-status Archived`,
        error.exitCode,
      );
    }
  }
}

/**
 * Archives again what an export that was killed has left Unlisted.
 *
 * @throws CommandError where there is such a version, and no right to change it is given
 */
export async function archiveAgain(
  { client, place }: StackRegistry,
  left: readonly ArchivedVersion[],
  unlisting: Unlisting | undefined,
): Promise<void> {
  for (const { name, version } of left) {
    const found = await find(`${name} ${version} in ${place.domain}`, () =>
      client.send(new DescribePackageVersionCommand({ ...place, package: name, packageVersion: version })),
    );
    if (found?.packageVersion?.status !== PackageVersionStatus.UNLISTED) {
      continue;
    }
    if (unlisting === undefined) {
      throw new CommandError(
        `${name} ${version} is Unlisted since an export was killed, and was Archived. Run the export with ` +
          "--unlist-archived: it archives the version again first.",
      );
    }
    await unlisting.archive({ name, version });
  }
}
