import { choiceError } from "../../core/constraints";
import { invalid, throwIfInvalid } from "../errors";
import { coordinateOf, type InRepository, packageNameError } from "../names";
import type { Packages } from "./packages";
import { describePackage, versionOf } from "./queries";
import {
  namedBy,
  type PackageRecord,
  type PackageRestrictions,
  type VersionRecord,
  type VersionStatus,
} from "./records";

// https://docs.aws.amazon.com/codeartifact/latest/ug/update-package-version-status.html

/** Names versions of a package. */
export interface ChangeVersions {
  readonly versions: readonly string[];
  /** By version; one that has another revision by now is not changed. */
  readonly versionRevisions?: Readonly<Record<string, string>>;
  /** A version that has another status by now is not changed. */
  readonly expectedStatus?: VersionStatus | "Deleted";
}

/** What became of each version: "either all versions are updated successfully or no versions are updated". */
interface VersionChanges {
  readonly successfulVersions: Readonly<Record<string, ChangedVersion>>;
  readonly failedVersions: Readonly<Record<string, VersionFailure>>;
}

interface ChangedVersion {
  readonly revision: string;
  readonly status: Target;
}

interface VersionFailure {
  readonly errorCode: "MISMATCHED_REVISION" | "MISMATCHED_STATUS" | "NOT_ALLOWED" | "NOT_FOUND" | "SKIPPED";
  readonly errorMessage: string;
}

type Target = VersionStatus | "Deleted";

/** Moves versions to Archived, Published or Unlisted. */
export async function updatePackageVersionsStatus(
  packages: Packages,
  place: InRepository,
  key: string,
  request: ChangeVersions & { readonly targetStatus: Target },
): Promise<VersionChanges> {
  throwIfInvalid(choiceError("targetStatus", request.targetStatus, ["Archived", "Published", "Unlisted"]));
  return change(packages, place, key, request, request.targetStatus);
}

/** Does away with the assets of versions for good; their records stay, and keep the numbers taken. */
export function disposePackageVersions(
  packages: Packages,
  place: InRepository,
  key: string,
  request: ChangeVersions,
): Promise<VersionChanges> {
  return change(packages, place, key, request, "Disposed");
}

/**
 * Takes versions away, after which their numbers are free. The package stays, even without versions, and so do its
 * settings: https://docs.aws.amazon.com/codeartifact/latest/ug/delete-package.html
 */
export function deletePackageVersions(
  packages: Packages,
  place: InRepository,
  key: string,
  request: ChangeVersions,
): Promise<VersionChanges> {
  return change(packages, place, key, request, "Deleted");
}

async function change(
  packages: Packages,
  place: InRepository,
  key: string,
  request: ChangeVersions,
  target: Target,
): Promise<VersionChanges> {
  const { versions: numbers, versionRevisions } = request;
  if (versionRevisions !== undefined && !sameTexts(Object.keys(versionRevisions), numbers)) {
    throw invalid("The versions given in versionRevisions must be the same as those given in versions.");
  }
  return packages.inTurn(place, key, async () => {
    const record = describePackage(packages, place, key);
    const named = [...new Set(numbers)].map((number) => ({ number, version: versionOf(record, number) }));
    const failures = named.map(({ number, version }) => [number, failure(number, version, request, target)] as const);
    if (failures.some(([, failed]) => failed !== undefined)) {
      const failed = failures.map(([number, found]) => [number, found ?? skipped(number)] as const);
      return { successfulVersions: {}, failedVersions: Object.fromEntries(failed) };
    }
    const changed = named.flatMap(({ version }) => (version === undefined ? [] : moved(version, target)));
    await packages.store.put(place, withVersions(record, changed, target));
    const successful = changed.map(({ version, revision }) => [version, { revision, status: target }] as const);
    return { successfulVersions: Object.fromEntries(successful), failedVersions: {} };
  });
}

/** Why a version cannot be changed, or nothing. */
function failure(
  number: string,
  version: VersionRecord | undefined,
  { versionRevisions = {}, expectedStatus }: ChangeVersions,
  target: Target,
): VersionFailure | undefined {
  if (version === undefined) {
    return { errorCode: "NOT_FOUND", errorMessage: `version ${number} is not found` };
  }
  const { revision, status } = version;
  const expectedRevision = Object.hasOwn(versionRevisions, number) ? versionRevisions[number] : undefined;
  if (expectedRevision !== undefined && expectedRevision !== revision) {
    const errorMessage = `current revision: ${revision}, expected revision: ${expectedRevision}`;
    return { errorCode: "MISMATCHED_REVISION", errorMessage };
  }
  if (expectedStatus !== undefined && expectedStatus !== status) {
    const errorMessage = `current status: ${status}, expected status: ${expectedStatus}`;
    return { errorCode: "MISMATCHED_STATUS", errorMessage };
  }
  // "The only action that can be taken on a package version that has been disposed is for it to be deleted".
  return status === "Disposed" && target !== "Deleted"
    ? { errorCode: "NOT_ALLOWED", errorMessage: `version ${number} is Disposed and can only be deleted` }
    : undefined;
}

function skipped(number: string): VersionFailure {
  return { errorCode: "SKIPPED", errorMessage: `version ${number} is skipped` };
}

function moved(version: VersionRecord, target: Target): VersionRecord {
  switch (target) {
    case "Deleted":
      return version;
    case "Disposed":
      // The revision stays: https://docs.aws.amazon.com/codeartifact/latest/ug/dispose-package-versions.html
      return { ...version, status: target, assets: {} };
    default:
      return { ...version, status: target };
  }
}

function withVersions(record: PackageRecord, changed: readonly VersionRecord[], target: Target): PackageRecord {
  const versions = new Map(Object.entries(record.versions));
  for (const version of changed) {
    if (target === "Deleted") {
      versions.delete(version.version);
    } else {
      versions.set(version.version, version);
    }
  }
  return { ...record, versions: Object.fromEntries(versions) };
}

function sameTexts(some: readonly string[], others: readonly string[]): boolean {
  const [one, other] = [new Set(some), new Set(others)];
  return one.size === other.size && [...one].every((text) => other.has(text));
}

/**
 * Sets where a package's versions may come from. A package that is not there is made, without versions: so a name can be
 * closed before anyone brings it in.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_PutPackageOriginConfiguration.html
 *
 * @throws ValidationException for a name that no Python package has, or that is not normalised
 */
export async function putPackageOriginConfiguration(
  packages: Packages,
  place: InRepository,
  key: string,
  { publish, upstream }: PackageRestrictions,
): Promise<PackageRecord> {
  const { format, package: name } = coordinateOf(key);
  throwIfInvalid(format === "pypi" ? packageNameError(name) : undefined);
  packages.codeartifact.repositories.describe(place);
  return packages.inTurn(place, key, async () => {
    const held = packages.store.find(place, key) ?? { ...namedBy(key), versions: {} };
    const record = { ...held, restrictions: { publish, upstream } };
    await packages.store.put(place, record);
    return record;
  });
}

/**
 * Takes a package away, with all its versions and its settings.
 *
 * @throws ResourceNotFoundException
 */
export function deletePackage(packages: Packages, place: InRepository, key: string): Promise<PackageRecord> {
  return packages.inTurn(place, key, async () => {
    const record = describePackage(packages, place, key);
    await packages.store.delete(place, key);
    return record;
  });
}
