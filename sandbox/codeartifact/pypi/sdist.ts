import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Extract, type Header } from "tar-stream";
import { ownLimits } from "../../ownLimits";
import { checkUnpackedSize } from "./inspection";
import { HttpError } from "./httpError";
import { isPkgInfo, type MetadataFile, metadataTooLong, onePkgInfo, SdistFolders } from "./metadata";

/**
 * The one PKG-INFO of a source distribution, in the folder that holds all. The archive is read to its end, so that one
 * that was cut off is noticed, yet no more of it is kept than PKG-INFO.
 *
 * @throws HttpError 400 where the bytes are no source distribution, or one that would unpack to absurdly more
 */
export async function sdistMetadata(filename: string, bytes: Buffer): Promise<MetadataFile> {
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
