import { buffer } from "node:stream/consumers";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { longestMetadata } from "./coreMetadata";
import { refuseBomb } from "./inflation";
import { Refusal } from "./refusal";

/** A file of a distribution that tells of it. */
export interface MetadataFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The one METADATA of a wheel. Nothing else in it is unpacked.
 *
 * @throws Refusal 400 where the bytes are no wheel, or one that would unpack to absurdly more
 */
export async function wheelMetadata(filename: string, bytes: Buffer): Promise<MetadataFile> {
  try {
    const archive = await fromBufferPromise(bytes, { lazyEntries: true, strictFileNames: true });
    return await readMetadata(filename, bytes, archive);
  } catch (error) {
    throw error instanceof Refusal
      ? error
      : new Refusal(400, `${filename} is not a zip file, as a wheel is: ${(error as Error).message}.`);
  }
}

async function readMetadata(filename: string, bytes: Buffer, archive: ZipFile): Promise<MetadataFile> {
  const found: Entry[] = [];
  let entries = 0;
  let unpacked = 0;
  for await (const entry of archive.eachEntry()) {
    entries += 1;
    unpacked += entry.uncompressedSize;
    refuseBomb(filename, bytes.length, { entries, unpacked });
    if (/^[^/]+\.dist-info\/METADATA$/.test(entry.fileName)) {
      found.push(entry);
    }
  }
  const [entry, another] = found;
  if (entry === undefined || another !== undefined) {
    const seen = entry === undefined ? "none" : `${found.length}`;
    throw new Refusal(400, `${filename} has ${seen} of NAME-VERSION.dist-info/METADATA: a wheel has exactly one.`);
  }
  if (entry.uncompressedSize > longestMetadata) {
    throw new Refusal(400, `${entry.fileName} in ${filename} has more than ${longestMetadata} bytes.`);
  }
  // A stream that gives more than the entry says is an error.
  const text = (await buffer(await archive.openReadStreamPromise(entry))).toString();
  return { path: entry.fileName, text };
}
