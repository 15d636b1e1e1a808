import type { FastifyReply, FastifyRequest } from "fastify";
import type { VisibleFile } from "../packages/visibleFiles";
import { preferredType } from "./accept";
import { HttpError } from "./httpError";
import type { ListedFiles } from "./listedFiles";
import { htmlPage } from "./simpleHtml";
import { jsonPage } from "./simpleJson";

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

/** Pages by what they show: a list belongs to one package in one repository, and another one is made for every change. */
const rendered = new WeakMap<readonly VisibleFile[], Map<Renderer, Promise<Buffer>>>();

/** @throws HttpError 406 */
export async function sendSimplePage(
  listed: ListedFiles,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const format = formats.get(preferredType(headers.accept, offered) ?? "");
  if (format === undefined) {
    throw new HttpError(406, `A page can be had as ${offered.join(", ")}, none of which is accepted.`, {
      vary: "Accept",
    });
  }
  void reply
    .header("vary", "Accept")
    .type(format.type)
    .send(await render(listed, format.render));
}

function render(listed: ListedFiles, renderer: Renderer): Promise<Buffer> {
  const pages = rendered.get(listed.files) ?? new Map<Renderer, Promise<Buffer>>();
  rendered.set(listed.files, pages);
  const page = pages.get(renderer) ?? renderer(listed);
  pages.set(renderer, page);
  return page;
}
