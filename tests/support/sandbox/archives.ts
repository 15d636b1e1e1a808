import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { ZipFile } from "yazl";

/** A path in an archive, and what is there. */
export type ArchiveEntry = readonly [path: string, contents: string | Buffer];

/** What METADATA and PKG-INFO say at least. */
export function metadata(name = "orb-common", version = "1.0.0"): string {
  return `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
}

/** A zip file of any entries, some path twice if need be. */
export function zip(...entries: readonly ArchiveEntry[]): Promise<Buffer> {
  const file = new ZipFile();
  for (const [path, contents] of entries) {
    file.addBuffer(Buffer.from(contents), path);
  }
  file.end();
  return buffer(file.outputStream);
}

/** A zip file in which one path has been overwritten by another of the same length, whatever it is. */
export async function zipWithPath(path: string, ...entries: readonly ArchiveEntry[]): Promise<Buffer> {
  const standIn = "x".repeat(path.length);
  const bytes = await zip(...entries, [standIn, "contents"]);
  for (let at = bytes.indexOf(standIn); at !== -1; at = bytes.indexOf(standIn, at)) {
    bytes.write(path, at, "latin1");
  }
  return bytes;
}

/** A wheel's zip file with a file of so many zeros beside METADATA. */
export function zipBomb(zeros: number): Promise<Buffer> {
  const file = new ZipFile();
  file.addBuffer(Buffer.from(metadata()), "orb_common-1.0.0.dist-info/METADATA");
  file.addReadStream(zeroStream(zeros), "zeros");
  file.end();
  return buffer(file.outputStream);
}

/** A tar file of any entries, packed with gzip. */
export function tarGz(...entries: readonly ArchiveEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const [path, contents] of entries) {
    archive.entry({ name: path }, contents);
  }
  archive.finalize();
  return buffer(Readable.from(archive as AsyncIterable<Buffer>).pipe(createGzip()));
}

/** So many zeros, packed with gzip. */
export function gzipBomb(zeros: number): Promise<Buffer> {
  return buffer(zeroStream(zeros).pipe(createGzip()));
}

/** A tar file of so many empty files, packed with gzip. */
export async function crowd(files: number): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: "orb_common-1.0.0/x" }, "");
  archive.finalize();
  const header = (await buffer(Readable.from(archive as AsyncIterable<Buffer>))).subarray(0, 512);
  const thousand = Buffer.concat(Array.from({ length: 1000 }, () => header));
  return buffer(Readable.from(Array.from({ length: files / 1000 }, () => thousand)).pipe(createGzip()));
}

function zeroStream(zeros: number): Readable {
  const chunk = Buffer.alloc(2 ** 20);
  return Readable.from(Array.from({ length: zeros / chunk.length }, () => chunk));
}
