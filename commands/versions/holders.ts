import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { isPrivate, type Origins } from "../../naming/packagePatterns";
import { UsageError } from "../cli";
import { readLambdaZip } from "./lambdaZips";
import { LockError, lockReader, type Pin } from "./locks";
import type { Cell, PackageRows, VersionRow } from "./matrix";
import { isSelected, sameVersion, type Selection } from "./selection";

/** A lock or a zip, with the private packages that it holds. */
export interface Holder {
  /** As it was given. */
  readonly file: string;
  readonly pins: readonly Pin[];
}

/**
 * How the files that a holder names, or was made from, compare with those of a registry.
 *
 * - `same bytes`: each of one side is one of the other's
 * - `other bytes`: no file has a SHA-256 of the other side
 * - `not all files`: some are the same, and each side has others
 * - `not compared`: the holder has no SHA-256
 */
export type Comparison = "same bytes" | "other bytes" | "not all files" | "not compared" | "behind" | "missing";

/**
 * Reads locks and zips.
 *
 * @param origins - of every stack: what is private in one of them is looked at
 * @throws UsageError that lists every file that cannot be read
 */
export async function readHolders(
  files: readonly string[],
  selection: Selection,
  origins: readonly Origins[],
): Promise<readonly Holder[]> {
  const errors: string[] = [];
  const holders: Holder[] = [];
  for (const file of files) {
    try {
      const pins = (await readPins(file)).filter(
        ({ name, version }) => isSelected(selection, name, version) && origins.some((one) => isPrivate(one, name)),
      );
      holders.push({ file, pins: [...pins].sort((one, other) => (one.name < other.name ? -1 : 1)) });
    } catch (error) {
      if (!(error instanceof LockError) && (error as NodeJS.ErrnoException).code === undefined) {
        throw error;
      }
      errors.push(`--layers ${file}: ${(error as Error).message}`);
    }
  }
  if (errors.length > 0) {
    throw new UsageError(errors.join("\n       "));
  }
  return holders;
}

async function readPins(file: string): Promise<readonly Pin[]> {
  if (file.endsWith(".zip")) {
    return readLambdaZip(file);
  }
  const reader = lockReader(basename(file));
  if (reader === undefined) {
    throw new LockError(
      "its name is not Pipfile.lock, uv.lock, poetry.lock, pylock.toml, pylock.NAME.toml, NAME.txt or NAME.zip",
    );
  }
  return reader(readFileSync(file, "utf8"));
}

/** @param cell - of the version in an environment */
export function comparePin({ hashes }: Pin, cell: Cell): Comparison {
  if (cell.state !== "held") {
    return cell.state;
  }
  const held = cell.held.files.map(({ sha256 }) => sha256);
  if (hashes.length === 0 || held.length === 0) {
    return "not compared";
  }
  const same = held.filter((sha256) => hashes.includes(sha256));
  return same.length === 0
    ? "other bytes"
    : same.length === held.length || same.length === hashes.length
      ? "same bytes"
      : "not all files";
}

/** The cells of a pin's version. */
export function rowOf(pin: Pin, packages: readonly PackageRows[]): VersionRow {
  const row = packages
    .find(({ name }) => name === pin.name)
    ?.versions.find(({ version }) => sameVersion(version, pin.version));
  if (row === undefined) {
    throw new Error(`${pin.name} ${pin.version} is in no row`);
  }
  return row;
}
