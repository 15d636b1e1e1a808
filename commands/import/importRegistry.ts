import { join } from "node:path";
import { otherBytes, versionDigests } from "../aws/versionAssets";
import type { StackRegistry } from "../aws/stackRegistry";
import { copyDigested, pathOf } from "../backup/folder";
import type { ManifestFile } from "../backup/manifest";
import { CommandError } from "../cli";
import { openTwine, type Upload } from "../python/twine";
import type { Progress } from "../terminal/progress";
import { heldStatus, type ImportPlan, type PlannedVersion } from "./plan";
import { isKeptStatus, type KeptStatus, type Statuses } from "./statuses";

/** A file of an export, and what became of it. */
export interface ImportedFile {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  /** In hexadecimal. */
  readonly sha256: string;
  /** `left out` where twine does not send such a file, `withheld` where its version could not have its status. */
  readonly outcome: "sent" | "there already" | "left out" | "withheld";
}

/** A version that is not Published in the export, and what became of its status. */
export interface ImportedStatus {
  readonly name: string;
  readonly version: string;
  readonly status: KeptStatus;
  readonly outcome: "set" | "there already" | "denied";
}

/** What an import has done. */
export interface Import {
  readonly files: readonly ImportedFile[];
  readonly statuses: readonly ImportedStatus[];
}

export interface ImportOptions {
  readonly folder: string;
  readonly target: StackRegistry;
  readonly statuses: Statuses;
  readonly progress: Progress;
}

/**
 * Sends what the target does not have. A version that is Unlisted or Archived in the export is sent only where its status can
 * be set, and gets it right after its last file: else anyone could install it.
 *
 * @throws CommandError where twine or AWS rejects something; what was sent until then is there
 */
export async function importRegistry({ versions }: ImportPlan, options: ImportOptions): Promise<Import> {
  const { target, statuses, progress } = options;
  const denied = await deniedPackages(versions, statuses);
  const isWithheld = ({ name, version, absent }: PlannedVersion) =>
    isKeptStatus(version.status) && absent.length > 0 && denied.has(name);
  const sent = versions.filter((one) => !isWithheld(one));
  const total = sent.reduce((sum, { absent }) => sum + absent.length, 0);
  const upload = total > 0 ? await openTwine(progress.wait) : undefined;
  const outcomes: ImportedStatus[] = [];
  let done = 0;
  for (const one of versions) {
    const { name, version, absent, held } = one;
    if (isWithheld(one)) {
      outcomes.push({ name, version: version.version, status: version.status as KeptStatus, outcome: "denied" });
      continue;
    }
    for (const file of absent) {
      progress.wait(`${file.filename} (${++done} of ${total})`);
      await send(upload, options, one, file);
    }
    const { status } = version;
    if (isKeptStatus(status)) {
      const outcome =
        held === status ? "there already" : (await statuses.set(name, version.version, status)) ? "set" : "denied";
      outcomes.push({ name, version: version.version, status, outcome });
    }
  }
  const rejected = new Set(outcomes.filter(({ outcome }) => outcome === "denied").map(keyOf));
  await confirm(target, sent, rejected);
  return { files: versions.flatMap((one) => filesOf(one, isWithheld(one))), statuses: outcomes };
}

/** The packages whose statuses the identity may not change, of those that have a version to be sent which is not Published. */
async function deniedPackages(versions: readonly PlannedVersion[], statuses: Statuses): Promise<ReadonlySet<string>> {
  const denied = new Set<string>();
  const asked = new Set<string>();
  for (const { name, version, absent, held } of versions) {
    if (isKeptStatus(version.status) && absent.length > 0 && held === undefined && !asked.has(name)) {
      asked.add(name);
      if (!(await statuses.areAllowed(name, version.version))) {
        denied.add(name);
      }
    }
  }
  return denied;
}

async function send(
  upload: Upload | undefined,
  { folder, target }: ImportOptions,
  { name, version }: PlannedVersion,
  { filename, sha256 }: ManifestFile,
): Promise<void> {
  const path = pathOf(name, version.version, filename);
  await upload?.(target, filename, async (copy) => {
    // The copy is what is sent: it has the bytes that were checked.
    const digest = await copyDigested(join(folder, path), copy);
    if (digest.sha256 !== sha256) {
      throw new CommandError(
        `${path} has changed since it was checked: its SHA-256 is ${digest.sha256}, and was ${sha256}.`,
      );
    }
  });
}

/** What the target says afterwards is what counts. @param rejected - versions whose status could not be set */
async function confirm(
  target: StackRegistry,
  versions: readonly PlannedVersion[],
  rejected: ReadonlySet<string>,
): Promise<void> {
  for (const { name, version, absent, held: before } of versions) {
    const isChanged = absent.length > 0 || isKeptStatus(version.status);
    const digests = isChanged ? await versionDigests(target, name, version.version) : new Map<string, string>();
    for (const { filename, sha256 } of absent) {
      const held = digests.get(filename);
      if (held !== sha256) {
        throw new CommandError(otherBytes(target, filename, held ?? "none", sha256));
      }
    }
    const { status } = version;
    if (isKeptStatus(status) && before !== status && !rejected.has(keyOf({ name, version: version.version }))) {
      const held = await heldStatus(target, name, version.version);
      if (held !== status) {
        throw new CommandError(
          `${target.place.domain} has ${name} ${version.version} as ${held ?? "none"}, not ${status}.`,
        );
      }
    }
  }
}

function keyOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name} ${version}`;
}

function filesOf({ name, version, absent, there }: PlannedVersion, isWithheld: boolean): readonly ImportedFile[] {
  return version.files.map((file) => ({
    name,
    version: version.version,
    filename: file.filename,
    sha256: file.sha256,
    outcome: there.includes(file)
      ? "there already"
      : !absent.includes(file)
        ? "left out"
        : isWithheld
          ? "withheld"
          : "sent",
  }));
}
