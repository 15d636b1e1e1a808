import { createHash, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** What some bytes are. */
export interface Digest {
  /** In hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** Where an export has a file, from its folder. Every part is checked before: see `isPathStep`. */
export function pathOf(name: string, version: string, filename: string): string {
  return `files/${name}/${version}/${filename}`;
}

/** What a file has; undefined for a file that does not exist. */
export async function digestOfFile(path: string): Promise<Digest | undefined> {
  try {
    return await digestOf(createReadStream(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

/** Writes bytes to a file, and to the disk. */
export async function writeDigested(source: AsyncIterable<Uint8Array>, path: string): Promise<Digest> {
  const digest = new RunningDigest();
  await pipeline(source, digest.passed, createWriteStream(path, { flush: true }));
  return digest.end();
}

/** Copies a file. */
export function copyDigested(from: string, to: string): Promise<Digest> {
  return writeDigested(createReadStream(from) as AsyncIterable<Buffer>, to);
}

/**
 * Puts a file into a folder under its name once all of its bytes are there and have a SHA-256.
 *
 * @param path - from the folder
 * @returns what the bytes are; with another SHA-256 the file is not there
 */
export async function putFile(
  folder: string,
  path: string,
  source: AsyncIterable<Uint8Array>,
  sha256: string,
): Promise<Digest> {
  return atOnce(folder, path, async (temporary) => {
    const digest = await writeDigested(source, temporary);
    return { result: digest, isGood: digest.sha256 === sha256 };
  });
}

/** Writes a text file, or puts it in the place of the former one. @param path - from the folder */
export async function writeText(folder: string, path: string, text: string): Promise<void> {
  await atOnce(folder, path, async (temporary) => {
    await writeDigested(Readable.from([Buffer.from(text)]), temporary);
    return { result: undefined, isGood: true };
  });
}

/** Removes what an export that was killed has left half done. */
export function removePartial(folder: string): Promise<void> {
  return rm(join(folder, partial), { recursive: true, force: true });
}

/** Of the folder itself, so that a file is only renamed; a name beside the file might be too long. */
const partial = "partial";

async function atOnce<Result>(
  folder: string,
  path: string,
  write: (temporary: string) => Promise<{ readonly result: Result; readonly isGood: boolean }>,
): Promise<Result> {
  const temporary = join(folder, partial, randomBytes(8).toString("hex"));
  await mkdir(dirname(temporary), { recursive: true });
  try {
    const { result, isGood } = await write(temporary);
    if (isGood) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await rename(temporary, join(folder, path));
    }
    return result;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function digestOf(source: AsyncIterable<Uint8Array>): Promise<Digest> {
  const digest = new RunningDigest();
  for await (const part of source) {
    digest.add(part);
  }
  return digest.end();
}

class RunningDigest {
  readonly #hash = createHash("sha256");
  #size = 0;

  readonly passed = async function* (this: RunningDigest, parts: AsyncIterable<Uint8Array>) {
    for await (const part of parts) {
      this.add(part);
      yield part;
    }
  }.bind(this);

  add(part: Uint8Array): void {
    this.#hash.update(part);
    this.#size += part.length;
  }

  end(): Digest {
    return { sha256: this.#hash.digest("hex"), size: this.#size };
  }
}
