import { AwsError } from "../../core/awsError";
import { invalid } from "../errors";
import type { InRepository } from "../names";
import type { Packages } from "./packages";
import { describePackage } from "./queries";
import { namedBy, type VersionRecord } from "./records";
import {
  firstRestrictions,
  inSearchOrder,
  isDownloadable,
  type ReachableVersion,
  retained,
  type VersionReach,
  versionsAbove,
  versionsHeld,
} from "./search";

/** Names versions of a package: by `versions` or by `versionRevisions`, never by both. */
export interface CopyVersions {
  readonly versions?: readonly string[];
  /** By version; one that has another revision in the source is not copied. */
  readonly versionRevisions?: Readonly<Record<string, string>>;
  /** Whether versions that the destination has are replaced. @default false */
  readonly allowOverwrite?: boolean;
  /** Whether versions are also looked for upstream of the source. @default false */
  readonly includeFromUpstream?: boolean;
}

/** What became of each version. */
interface CopiedVersions {
  readonly successfulVersions: Readonly<Record<string, Pick<VersionRecord, "revision" | "status">>>;
  readonly failedVersions: Readonly<Record<string, CopyFailure>>;
}

interface CopyFailure {
  readonly errorCode: "ALREADY_EXISTS" | "MISMATCHED_REVISION" | "NOT_ALLOWED" | "NOT_FOUND" | "SKIPPED";
  readonly errorMessage: string;
}

/**
 * Copies versions from one repository of a domain to another: assets, status, revision, and the origin, which says how a
 * version came into the domain. If one version cannot be copied, none is.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/copy-package.html
 *
 * @throws ResourceNotFoundException for a repository or package that does not exist
 * @throws AwsError 502 where the public index is needed and does not answer
 */
export async function copyPackageVersions(
  packages: Packages,
  source: InRepository,
  destination: InRepository,
  key: string,
  request: CopyVersions,
): Promise<CopiedVersions> {
  const { versions, versionRevisions = {}, allowOverwrite = false, includeFromUpstream = false } = request;
  if ((versions === undefined) === (request.versionRevisions === undefined)) {
    throw invalid("Give one of 'versions' and 'versionRevisions', not both.");
  }
  packages.codeartifact.repositories.describe(source);
  packages.codeartifact.repositories.describe(destination);
  return packages.inTurn(destination, key, async () => {
    const reach = await sourceReach(packages, source, key, includeFromUpstream);
    const there = packages.store.find(destination, key);
    const named = [...new Set(versions ?? Object.keys(versionRevisions))].map((number) => {
      const found = reach.versions.find(({ version }) => version === number);
      const record = found && retained(found, packages.account.now());
      const isThere = there !== undefined && Object.hasOwn(there.versions, number);
      return {
        number,
        record,
        failure: failureOf(number, found, record, isThere && !allowOverwrite, versionRevisions),
      };
    });
    const missing = named.find(({ record }) => record === undefined);
    if (missing !== undefined && reach.unavailable !== undefined) {
      const message = `Whether ${key} ${missing.number} is public is not known: ${reach.unavailable.message}`;
      throw new AwsError("BadGatewayException", message, 502);
    }
    if (named.some(({ failure }) => failure !== undefined)) {
      const failed = named.map(({ number, failure }) => [number, failure ?? skipped(number)] as const);
      return { successfulVersions: {}, failedVersions: Object.fromEntries(failed) };
    }
    const records = named.flatMap(({ record }) => (record === undefined ? [] : [record]));
    const arrival = records.some(({ origin }) => origin.originType === "INTERNAL") ? "publish" : "upstream";
    const base = there ?? {
      ...namedBy(key),
      restrictions: firstRestrictions(packages.codeartifact, destination.domain, key, arrival),
      versions: {},
    };
    const copied = Object.fromEntries(records.map((record) => [record.version, record]));
    await packages.store.put(destination, { ...base, versions: { ...base.versions, ...copied } });
    const successful = records.map(({ version, revision, status }) => [version, { revision, status }] as const);
    return { successfulVersions: Object.fromEntries(successful), failedVersions: {} };
  });
}

async function sourceReach(
  packages: Packages,
  source: InRepository,
  key: string,
  includeFromUpstream: boolean,
): Promise<VersionReach> {
  if (!includeFromUpstream) {
    describePackage(packages, source, key);
    return { versions: versionsHeld(packages.store, source, key) };
  }
  const held = { versions: versionsHeld(packages.store, source, key) };
  return inSearchOrder([held, await versionsAbove(packages, source, key)]);
}

function failureOf(
  number: string,
  found: ReachableVersion | undefined,
  record: VersionRecord | undefined,
  isTaken: boolean,
  versionRevisions: Readonly<Record<string, string>>,
): CopyFailure | undefined {
  if (found === undefined || record === undefined) {
    return { errorCode: "NOT_FOUND", errorMessage: `version ${number} is not found` };
  }
  const expected = Object.hasOwn(versionRevisions, number) ? versionRevisions[number] : undefined;
  if (expected !== undefined && expected !== record.revision) {
    const errorMessage = `current revision: ${record.revision}, expected revision: ${expected}`;
    return { errorCode: "MISMATCHED_REVISION", errorMessage };
  }
  if (!isDownloadable(found)) {
    return { errorCode: "NOT_ALLOWED", errorMessage: `version ${number} is ${record.status}` };
  }
  return isTaken
    ? { errorCode: "ALREADY_EXISTS", errorMessage: `version ${number} already exists in the destination repository` }
    : undefined;
}

function skipped(number: string): CopyFailure {
  return { errorCode: "SKIPPED", errorMessage: `version ${number} is skipped` };
}
