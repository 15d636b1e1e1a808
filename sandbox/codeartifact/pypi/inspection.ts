import { Transform } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Extract, type Header } from "tar-stream";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { normalizePackageName } from "../../../naming/packagePatterns";
import { normalVersion } from "../../../naming/versions";
import { beyondLimit, ownLimits } from "../../ownLimits";
import type { DistributionName } from "./distributionName";
import { HttpError, quoted } from "./httpError";
import {
  type CoreMetadata,
  isPkgInfo,
  type MetadataFile,
  metadataTooLong,
  onePkgInfo,
  readCoreMetadata,
  SdistFolders,
} from "./metadata";

/**
 * What a distribution says of itself.
 *
 * @param named - what its file name says
 * @throws HttpError 400 where it cannot be read, or is of another package or version
 */
export async function inspect(filename: string, bytes: Buffer, named: DistributionName): Promise<CoreMetadata> {
  const isWheel = named.filetype === "bdist_wheel";
  const read = isWheel ? wheelMetadata : filename.endsWith(".zip") ? sdistZipMetadata : sdistMetadata;
  const { path, text } = await read(filename, bytes);
  const metadata = readCoreMetadata(text, `${path} in ${filename}`);
  // An installer finds METADATA by the folder's name, but asks nothing of the name of a source distribution's folder.
  if (isWheel) {
    const folder = path.replace(/\.dist-info\/.*$/, "");
    const [, name = folder, version = ""] = /^(.*)-([^-]*)$/.exec(folder) ?? [];
    checkAgreement(named, filename, { name, version }, `the folder of ${path}`);
  }
  checkAgreement(named, filename, metadata, path);
  return metadata;
}

/** @throws HttpError 400 where a name or version is another than the file's name says */
export function checkAgreement(
  { name, version }: DistributionName,
  filename: string,
  other: { readonly name: string; readonly version: string },
  where: string,
): void {
  if (normalizePackageName(other.name) !== name) {
    throw new HttpError(400, `${filename} is of ${name}, but ${where} names ${quoted(other.name)}.`);
  }
  if (normalVersion(other.version) !== version) {
    throw new HttpError(400, `${filename} is of version ${version}, but ${where} says ${quoted(other.version)}.`);
  }
}

/**
 * The one METADATA of a wheel. Nothing else in it is unpacked.
 *
 * @throws HttpError 400 where the bytes are no wheel, or one that would unpack to absurdly more
 */
function wheelMetadata(filename: string, bytes: Buffer): Promise<MetadataFile> {
  const isMetadata = ({ fileName }: Entry) => /^[^/]+\.dist-info\/METADATA$/.test(fileName);
  return readZip(filename, bytes, isMetadata, (found) => {
    const [entry, another] = found;
    if (entry === undefined || another !== undefined) {
      const seen = entry === undefined ? "none" : `${found.length}`;
      throw new HttpError(400, `${filename} has ${seen} of NAME-VERSION.dist-info/METADATA: a wheel has exactly one.`);
    }
    return entry;
  });
}

/**
 * The one PKG-INFO of a source distribution that is a zip file. Nothing else in it is unpacked.
 *
 * @throws HttpError 400 as for a wheel, and where not all files are in one folder
 */
function sdistZipMetadata(filename: string, bytes: Buffer): Promise<MetadataFile> {
  const folders = new SdistFolders(filename);
  const isMetadata = ({ fileName }: Entry) => isPkgInfo(folders.pathOf(fileName, fileName.endsWith("/")));
  return readZip(filename, bytes, isMetadata, (found) => onePkgInfo(filename, found));
}

async function readZip(
  filename: string,
  bytes: Buffer,
  isMetadata: (entry: Entry) => boolean,
  theOne: (found: readonly Entry[]) => Entry,
): Promise<MetadataFile> {
  try {
    const archive = await fromBufferPromise(bytes, { lazyEntries: true, strictFileNames: true });
    const entry = theOne(await findEntries(filename, bytes, archive, isMetadata));
    if (entry.uncompressedSize > ownLimits.metadata.most) {
      throw metadataTooLong(`${entry.fileName} in ${filename}`);
    }
    // A stream that gives more than the entry says is an error.
    const text = (await buffer(await archive.openReadStreamPromise(entry))).toString();
    return { path: entry.fileName, text };
  } catch (error) {
    throw error instanceof HttpError
      ? error
      : new HttpError(400, `${filename} is not a zip file, as its name says: ${(error as Error).message}.`);
  }
}

async function findEntries(
  filename: string,
  bytes: Buffer,
  archive: ZipFile,
  isMetadata: (entry: Entry) => boolean,
): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  let entries = 0;
  let unpacked = 0;
  for await (const entry of archive.eachEntry()) {
    entries += 1;
    unpacked += entry.uncompressedSize;
    checkUnpackedSize(filename, bytes.length, { entries, unpacked });
    if (isMetadata(entry)) {
      found.push(entry);
    }
  }
  return found;
}

/** What an archive unpacks to, as far as it has been read. */
interface Unpacked {
  readonly entries: number;
  /** In bytes. */
  readonly unpacked: number;
}

// PyPI's own rule for .whl and .zip: https://github.com/pypi/warehouse/blob/main/warehouse/forklift/legacy.py
const alwaysTaken = 64 * 2 ** 20;

/**
 * Rejects a distribution that would fill the disk of the machine that installs it.
 *
 * @param packed - bytes of the file
 * @throws HttpError 400
 */
function checkUnpackedSize(filename: string, packed: number, { entries, unpacked }: Unpacked): void {
  if (entries > ownLimits.archiveEntries.most) {
    throw new HttpError(400, beyondLimit(ownLimits.archiveEntries, `${filename} has`));
  }
  if (unpacked > ownLimits.unpacked.most) {
    throw new HttpError(400, beyondLimit(ownLimits.unpacked, `${filename} unpacks to`));
  }
  if (unpacked > alwaysTaken && unpacked > packed * ownLimits.inflation.most) {
    throw new HttpError(
      400,
      beyondLimit(ownLimits.inflation, `${filename} has ${packed} bytes and unpacks to ${unpacked} or more,`),
    );
  }
}

/**
 * The one PKG-INFO of a source distribution, in the folder that holds all. The archive is read to its end, so that one
 * that was cut off is noticed, yet no more of it is kept than PKG-INFO.
 *
 * @throws HttpError 400 where the bytes are no source distribution, or one that would unpack to absurdly more
 */
async function sdistMetadata(filename: string, bytes: Buffer): Promise<MetadataFile> {
  const archive = extract();
  const folders = new SdistFolders(filename);
  const unpacked = { entries: 0, unpacked: 0 };
  const [found, fed] = await Promise.allSettled([
    readMetadata(archive, folders, () => {
      unpacked.entries += 1;
      checkUnpackedSize(filename, bytes.length, unpacked);
    }),
    pipeline(
      [bytes],
      createGunzip({ chunkSize: 2 ** 18 }),
      counting((length) => {
        unpacked.unpacked += length;
        checkUnpackedSize(filename, bytes.length, unpacked);
      }),
      archive,
    ),
  ]);
  if (found.status === "rejected" || fed.status === "rejected") {
    const reason: unknown = found.status === "rejected" ? found.reason : (fed as PromiseRejectedResult).reason;
    throw reason instanceof HttpError
      ? reason
      : new HttpError(
          400,
          `${filename} is not a tar file packed with gzip, as a source distribution is: ${(reason as Error).message}.`,
        );
  }
  return onePkgInfo(filename, found.value);
}

async function readMetadata(
  archive: Extract,
  folders: SdistFolders,
  onEntry: () => void,
): Promise<readonly MetadataFile[]> {
  const found: MetadataFile[] = [];
  for await (const entry of archive) {
    onEntry();
    const { name, type } = entry.header;
    const path = folders.pathOf(name, type === "directory");
    if (type === "file" && isPkgInfo(path)) {
      found.push({ path, text: await textOf(entry.header, entry) });
    } else {
      entry.resume();
    }
  }
  return found;
}

async function textOf({ name, size }: Header, contents: AsyncIterable<unknown>): Promise<string> {
  if (size > ownLimits.metadata.most) {
    throw metadataTooLong(name);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of contents) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function counting(count: (length: number) => void): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      try {
        count(chunk.length);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}
