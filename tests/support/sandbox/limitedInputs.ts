import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { ZipFile } from "yazl";
import { metadata } from "./archives";

const mebibyte = 2 ** 20;
export const sha256 = "0".repeat(64);
export const metadataPath = "orb_common-1.0.0.dist-info/METADATA";
export const wheelName = "orb_common-1.0.0-py3-none-any.whl";

/** The head of an upload that says how long it is. */
export function announced(length: number, token: string): string {
  const lines = ["POST /pypi/python-packages/ HTTP/1.1", "host: 127.0.0.1", "connection: close"];
  const type = "content-type: multipart/form-data; boundary=b";
  return [...lines, type, `authorization: Bearer ${token}`, `content-length: ${length}`, "", ""].join("\r\n");
}

/** A wheel of so many bytes. */
export async function wheelOf(size: number): Promise<Buffer> {
  const file = (filler: number) => {
    const made = new ZipFile();
    made.addBuffer(Buffer.from(metadata()), metadataPath);
    made.addBuffer(Buffer.alloc(filler), "filler", { compress: false });
    made.end();
    return buffer(made.outputStream);
  };
  const { length } = await file(0);
  return file(size - length);
}

/** Makes a form's texts so many bytes. */
export function fill(form: FormData, size: number): void {
  form.append("description", "");
  const texts = [...form].filter(([, value]) => typeof value === "string") as [string, string][];
  const length = texts.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  form.set("description", "d".repeat(size - length));
}

export function addFields(form: FormData, count: number): void {
  const fields = [...form].filter(([, value]) => typeof value === "string").length;
  for (let added = fields; added < count; added += 1) {
    form.append("classifiers", "Programming Language :: Python :: 3");
  }
}

export function sign(form: FormData, times: number): void {
  for (let added = 0; added < times; added += 1) {
    form.append("gpg_signature", new Blob(["-----BEGIN PGP SIGNATURE-----"]), `${wheelName}.asc`);
  }
}

/** A source distribution in several gzip members, so that what repeats is packed once. */
export async function sdistOf({ entries = 1, noise = 0, zeros = 0 }): Promise<Buffer> {
  const start = await tar("PKG-INFO", metadata());
  const empty = gzipSync(await tar("empty", ""));
  const parts = [gzipSync(start), ...Array.from({ length: entries - 1 }, () => empty)];
  if (noise > 0) {
    parts.push(gzipSync(await tar("noise", randomBytes(noise)), { level: 1 }));
    parts.push(gzipSync((await tar("zeros", Buffer.alloc(0), zeros)).subarray(0, 512)));
    const each = gzipSync(Buffer.alloc(mebibyte));
    parts.push(...Array.from({ length: Math.floor(zeros / mebibyte) }, () => each));
    parts.push(gzipSync(Buffer.alloc(Math.ceil((zeros % mebibyte) / 512) * 512)));
  }
  return Buffer.concat([...parts, gzipSync(Buffer.alloc(1024))]);
}

/** One entry of a tar file, without the file's end. */
async function tar(name: string, contents: string | Buffer, size?: number): Promise<Buffer> {
  const archive = pack();
  if (size === undefined) {
    archive.entry({ name: `orb_common-1.0.0/${name}` }, contents);
    archive.finalize();
    const bytes = await buffer(Readable.from(archive as AsyncIterable<Buffer>));
    return bytes.subarray(0, -1024);
  }
  archive.entry({ name: `orb_common-1.0.0/${name}`, size });
  const [chunk] = (await once(archive, "data")) as [Buffer];
  archive.destroy();
  return chunk;
}

export function describeJob(length: number): RequestInit {
  const job = JSON.stringify({ repository: "octo/tools", workflow: ".github/workflows/ci.yml" });
  return { headers: { "content-type": "application/json" }, body: job.padEnd(length) };
}

export function listed(filename: string, more = ""): string {
  return `{"filename":"${filename}","url":"${filename}","hashes":{"sha256":"${sha256}"}${more === "" ? "" : `,${more}`}}`;
}

export function many(count: number): readonly string[] {
  return Array.from({ length: count }, (_, number) => listed(`left-1.${number}.tar.gz`));
}

export function pageOf(...files: readonly string[]): string {
  return `{"meta":{"api-version":"1.1"},"files":[${files.join(",")}]}`;
}

/** A page of 20,000 files, so many bytes long. */
export function longPage(length: number): string {
  const files = Array.from({ length: 20_000 }, (_, number) =>
    listed(`left-1.${number}.tar.gz`, `"x":"${"x".repeat(1_500)}"`),
  );
  return pageOf(...files).padEnd(length);
}

/** A page of two files with so many bytes between them. */
export function gapOf(length: number): string {
  return pageOf(listed("left-1.0.tar.gz"), " ".repeat(length) + listed("left-2.0.tar.gz"));
}

export function htmlPage(depth: number): string {
  return `${"<div>".repeat(depth)}<a href="left-1.0.tar.gz#sha256=${sha256}">left-1.0.tar.gz</a>`;
}

export function deep(depth: number): string {
  return `"x":${"[".repeat(depth)}${"]".repeat(depth)}`;
}
