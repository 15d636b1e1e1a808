import { writeFile } from "node:fs/promises";
import type { StackRegistry } from "../aws/stackRegistry";
import { otherBytes, versionDigests } from "../aws/versionAssets";
import { CommandError } from "../cli";
import { openTwine } from "../python/twine";
import type { Progress } from "../terminal/progress";
import { describeSigner, type Signer, unattested } from "./attestations";
import type { Release } from "./releases";
import { sourceBytes, type SourceFile, sourceFiles } from "./sourceFiles";

/** The two ends of a promotion. */
export interface Registries {
  readonly source: StackRegistry;
  readonly target: StackRegistry;
}

/** A file of a release, and what became of it. */
export interface PromotedFile extends Release {
  readonly filename: string;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Whether it had to be sent; `left out` where twine does not send such a file. */
  readonly outcome: "carried" | "there already" | "left out";
}

interface PlannedFile extends PromotedFile {
  readonly file: SourceFile;
}

/**
 * Brings releases from one registry to the other, in their order. Everything is looked at before anything is sent.
 *
 * @param attestedBy - who must have attested every file of the releases, those too that the target has already
 * @throws CommandError that lists every release that cannot be carried, and every file that is not attested
 */
export async function promote(
  registries: Registries,
  releases: readonly Release[],
  progress: Progress,
  attestedBy?: Signer,
): Promise<readonly PromotedFile[]> {
  const planned = await plan(registries, releases);
  if (attestedBy !== undefined) {
    await verify(registries.source, withoutLeftOut(planned), attestedBy, progress);
  }
  const absent = planned.filter(({ outcome }) => outcome === "carried");
  if (absent.length > 0) {
    const upload = await openTwine(progress.wait);
    for (const [done, { file }] of absent.entries()) {
      progress.wait(`${file.filename} (${done + 1} of ${absent.length})`);
      const bytes = await sourceBytes(registries.source, file);
      await upload(registries.target, file.filename, (path) => writeFile(path, bytes));
    }
  }
  await confirm(registries.target, withoutLeftOut(planned));
  return planned.map(({ name, version, filename, sha256, outcome }) => ({ name, version, filename, sha256, outcome }));
}

function withoutLeftOut(planned: readonly PlannedFile[]): readonly PlannedFile[] {
  return planned.filter(({ outcome }) => outcome !== "left out");
}

async function plan({ source, target }: Registries, releases: readonly Release[]): Promise<readonly PlannedFile[]> {
  const errors: string[] = [];
  const planned: PlannedFile[] = [];
  for (const release of releases) {
    const found = await sourceFiles(source, release).catch((error: unknown) => {
      if (!(error instanceof CommandError)) {
        throw error;
      }
      errors.push(error.message);
      return [];
    });
    for (const file of found) {
      const { filename, sha256, version } = file;
      const held = (await versionDigests(target, release.name, version)).get(filename);
      if (held !== undefined && held !== sha256) {
        errors.push(otherBytes(target, filename, held, sha256));
      }
      const outcome = held !== undefined ? "there already" : file.canBeSent ? "carried" : "left out";
      planned.push({ name: release.name, version, filename, sha256, outcome, file });
    }
  }
  if (errors.length > 0) {
    throw new CommandError([...errors, "Nothing was sent."].join("\n"));
  }
  return planned;
}

/**
 * The bytes that are verified are those that are sent: both are compared with the SHA-256 of the plan. They are fetched twice, as
 * those of many releases do not fit into memory.
 */
async function verify(
  source: StackRegistry,
  planned: readonly PlannedFile[],
  attestedBy: Signer,
  progress: Progress,
): Promise<void> {
  const errors: string[] = [];
  for (const { file, filename, sha256 } of planned) {
    progress.wait(`verifying the attestation of ${filename}`);
    const error = await unattested(filename, await sourceBytes(source, file), attestedBy);
    if (error !== undefined) {
      errors.push(`${filename}, SHA-256 ${sha256}: ${error}`);
    }
  }
  if (errors.length > 0) {
    const wanted = `Wanted is an attestation by ${describeSigner(attestedBy)}. Nothing was sent.`;
    throw new CommandError([...errors, wanted].join("\n"));
  }
}

/** What the target says afterwards is what counts. */
async function confirm(target: StackRegistry, promoted: readonly PromotedFile[]): Promise<void> {
  for (const { name, version, filename, sha256 } of promoted) {
    const held = (await versionDigests(target, name, version)).get(filename);
    if (held !== sha256) {
      throw new CommandError(otherBytes(target, filename, held ?? "none", sha256));
    }
  }
}
