import type { FastifyReply, FastifyRequest } from "fastify";
import Negotiator from "negotiator";
import { setImmediate } from "node:timers/promises";
import { html as markup } from "../../core/html";
import type { VisibleFile } from "../packages/search";
import { HttpError } from "./httpError";

type Renderer = (listed: ListedFiles) => Promise<Buffer>;

/** What is answered, and how it is written, by what is accepted. https://packaging.python.org/en/latest/specifications/simple-repository-api/ */
const formats = new Map<string, { readonly type: string; readonly render: Renderer }>([
  ["text/html", { type: "text/html; charset=utf-8", render: htmlPage }],
  ["application/vnd.pypi.simple.v1+json", { type: "application/vnd.pypi.simple.v1+json", render: jsonPage }],
  ["application/vnd.pypi.simple.latest+json", { type: "application/vnd.pypi.simple.v1+json", render: jsonPage }],
  [
    "application/vnd.pypi.simple.v1+html",
    { type: "application/vnd.pypi.simple.v1+html; charset=utf-8", render: htmlPage },
  ],
  [
    "application/vnd.pypi.simple.latest+html",
    { type: "application/vnd.pypi.simple.v1+html; charset=utf-8", render: htmlPage },
  ],
]);

const offered = [...formats.keys()];

/**
 * Pages by what they show, their type and the root of their links. A list belongs to one package in one repository, and
 * another one is made for every change.
 */
const rendered = new WeakMap<readonly VisibleFile[], Map<string, Promise<Buffer>>>();

/** @throws HttpError 406 */
export async function sendSimplePage(
  listed: ListedFiles,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const format = formats.get(preferredType(headers.accept) ?? "");
  if (format === undefined) {
    throw new HttpError(406, `A page can be had as ${offered.join(", ")}, and none is accepted.`, {
      vary: "Accept",
    });
  }
  void reply
    .header("vary", "Accept")
    .type(format.type)
    .send(await render(listed, format));
}

/**
 * The media type that the client prefers, or the first if it does not name any.
 *
 * @returns nothing if the client accepts none of the types
 */
export function preferredType(accept: string | undefined): string | undefined {
  return new Negotiator({ headers: { accept: accept?.trim() === "" ? undefined : accept } }).mediaType(offered);
}

function render(listed: ListedFiles, format: { readonly type: string; readonly render: Renderer }): Promise<Buffer> {
  const pages = rendered.get(listed.files) ?? new Map<string, Promise<Buffer>>();
  rendered.set(listed.files, pages);
  const key = `${format.type} ${listed.root}`;
  const page = pages.get(key) ?? format.render(listed);
  pages.set(key, page);
  return page;
}

// By its own name the formatter would take these templates apart, and spread them over the page.
/** A simple page as HTML: PEP 503, with `data-yanked` of PEP 592. */
async function htmlPage({ root, name, files }: ListedFiles): Promise<Buffer> {
  const links = await renderFiles(files, "", ({ filename, version, sha256, requiresPython, yanked = false }) => {
    const attributes = [
      ...(requiresPython === undefined ? [] : [markup` data-requires-python="${requiresPython}"`]),
      ...(yanked === false ? [] : [markup` data-yanked="${yanked === true ? "" : yanked}"`]),
    ];
    const href = `${filePath(root, name, version, filename)}#sha256=${sha256}`;
    return markup`<a href="${href}"${attributes}>${filename}</a><br>\n`.text;
  });
  const head = markup`<!DOCTYPE html>
<html>
<head>
<meta name="pypi:repository-version" content="1.1">
<title>Links for ${name}</title>
</head>
<body>
<h1>Links for ${name}</h1>
`;
  return Buffer.concat([Buffer.from(head.text), links, Buffer.from("</body>\n</html>\n")]);
}

/** A simple page as JSON: PEP 691, with what PEP 592 and 700 add. */
async function jsonPage({ root, name, files }: ListedFiles): Promise<Buffer> {
  const list = await renderFiles(
    files,
    ",",
    ({ filename, version, sha256, size, uploadTime, requiresPython, yanked }) =>
      JSON.stringify({
        filename,
        url: filePath(root, name, version, filename),
        hashes: { sha256 },
        size,
        "upload-time": uploadTime === undefined ? undefined : inMicroseconds(uploadTime),
        "requires-python": requiresPython,
        yanked: yanked ?? false,
      }),
  );
  const head = JSON.stringify({
    // A file without a size, which only a public index without JSON leaves out, is not as 1.1 has it.
    meta: { "api-version": files.every(({ size }) => size !== undefined) ? "1.1" : "1.0" },
    name,
    versions: [...new Set(files.map(({ version }) => version))],
  });
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"files":[`), list, Buffer.from("]}")]);
}

/**
 * Where a page of a repository shows a file, so that a client of the page finds it with the same host and password.
 *
 * @param root - the repository's path, such as `/pypi/REPOSITORY`
 */
export function filePath(root: string, name: string, version: string, filename: string): string {
  return `${projectPath(root, name)}${encodeURIComponent(version)}/${encodeURIComponent(filename)}`;
}

/**
 * Where the page of a package is.
 *
 * @param root - the repository's path, such as `/pypi/REPOSITORY`
 */
export function projectPath(root: string, name: string): string {
  return `${root}/simple/${name}/`;
}

/** `2026-01-02T03:04:05.000000Z`, as PEP 700 and PyPI write it; nothing where the time is written otherwise. */
function inMicroseconds(time: string): string | undefined {
  const [, second, fraction = ""] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?Z$/.exec(time) ?? [];
  return second === undefined ? undefined : `${second}.${fraction.padEnd(6, "0")}Z`;
}

/** A package's files as a page shows them. */
interface ListedFiles {
  /** The repository's path, such as `/pypi/REPOSITORY`. */
  readonly root: string;
  /** Normalised by PEP 503. */
  readonly name: string;
  readonly files: readonly VisibleFile[];
}

/** So many files are written at once, which takes a few milliseconds. */
const slice = 250;

/**
 * Writes a package's files into a page. Other work runs in between, so that a long page does not hold up the requests
 * beside it.
 *
 * @param separator - between two files
 */
async function renderFiles(
  files: readonly VisibleFile[],
  separator: string,
  textOf: (file: VisibleFile) => string,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let start = 0; start < files.length; start += slice) {
    if (start > 0) {
      await setImmediate();
    }
    const text = files
      .slice(start, start + slice)
      .map(textOf)
      .join(separator);
    parts.push(Buffer.from(start === 0 ? text : separator + text));
  }
  return Buffer.concat(parts);
}
