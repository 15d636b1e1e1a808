import { parse } from "node-html-parser";
import * as z from "zod";
import { type PublicFile, PublicIndexUnavailable } from "../../cloud/codeartifact/packages/publicIndex";
import { distributionVersion } from "./distributionVersion";
import type { HostAnswer } from "./indexHosts";

/** What a project's page is asked for as: JSON, which alone says sizes and times, and HTML where there is no other. */
export const pageTypes =
  "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/**
 * The files of a project's page. Left out are those that are no distribution of the project, those without a SHA-256 and
 * those that are not reached by http or https: nothing of them could be verified or fetched.
 * Source: https://packaging.python.org/en/latest/specifications/simple-repository-api/
 *
 * @param project - normalised by PEP 503
 * @throws PublicIndexUnavailable where the answer is not a page of a simple index
 */
export function filesOfPage(answer: HostAnswer, project: string): readonly PublicFile[] {
  const [type = ""] = answer.contentType.toLowerCase().split(";");
  const read = readers[type.trim()];
  if (read === undefined) {
    throw notAPage(answer, `of type ${answer.contentType === "" ? "unknown" : answer.contentType}`);
  }
  const files = new Map<string, PublicFile>();
  for (const { filename, url: link, sha256 = "", ...about } of read(answer, project)) {
    const version = distributionVersion(filename, project);
    const url = fileUrl(link, answer.url);
    if (version !== undefined && url !== undefined && /^[0-9a-f]{64}$/i.test(sha256) && !files.has(filename)) {
      files.set(filename, { filename, version, url, sha256: sha256.toLowerCase(), ...about });
    }
  }
  return [...files.values()];
}

interface ListedFile extends Omit<PublicFile, "version" | "sha256"> {
  readonly sha256?: string;
}

type Reader = (answer: HostAnswer, project: string) => readonly ListedFile[];

const readers: Readonly<Record<string, Reader>> = {
  "application/vnd.pypi.simple.v1+json": readJson,
  "application/vnd.pypi.simple.v1+html": readHtml,
  "text/html": readHtml,
};

const jsonPage = z.object({
  meta: z.object({ "api-version": z.string() }),
  files: z.array(
    z.object({
      filename: z.string(),
      url: z.string(),
      hashes: z.record(z.string(), z.string()),
      "requires-python": z.string().nullish(),
      yanked: z.union([z.boolean(), z.string()]).optional(),
      size: z.int().nonnegative().nullish(),
      "upload-time": z.string().nullish(),
    }),
  ),
});

function readJson(answer: HostAnswer): readonly ListedFile[] {
  const parsed = jsonPage.safeParse(json(answer));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw notAPage(
      answer,
      `that is not as the simple API has it: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`,
    );
  }
  const { meta, files } = parsed.data;
  refuseOtherApi(answer, meta["api-version"]);
  return files.map((file) => ({
    ...{ filename: file.filename, url: file.url, sha256: file.hashes.sha256 },
    ...(typeof file.size === "number" ? { size: file.size } : {}),
    ...(typeof file["upload-time"] === "string" ? { uploadTime: file["upload-time"] } : {}),
    ...(typeof file["requires-python"] === "string" ? { requiresPython: file["requires-python"] } : {}),
    ...(file.yanked === undefined || file.yanked === false || file.yanked === "" ? {} : { yanked: file.yanked }),
  }));
}

function json(answer: HostAnswer): unknown {
  try {
    return JSON.parse(answer.body.toString());
  } catch {
    throw notAPage(answer, "that is no JSON");
  }
}

function readHtml(answer: HostAnswer, project: string): readonly ListedFile[] {
  const page = parse(answer.body.toString());
  const apiVersion = page.querySelector('meta[name="pypi:repository-version"]')?.getAttribute("content");
  refuseOtherApi(answer, apiVersion ?? "1.0");
  const base = page.querySelector("base")?.getAttribute("href") ?? "";
  const files = page.querySelectorAll("a").map((anchor) => {
    const [link = "", fragment] = (anchor.getAttribute("href") ?? "").split("#");
    const requiresPython = anchor.getAttribute("data-requires-python");
    const yanked = anchor.getAttribute("data-yanked");
    return {
      filename: anchor.text.trim(),
      url: URL.canParse(base, answer.url) ? new URL(link, new URL(base, answer.url)).href : link,
      sha256: /^sha256=(\w+)$/.exec(fragment ?? "")?.[1],
      ...(requiresPython === undefined ? {} : { requiresPython }),
      ...(yanked === undefined ? {} : { yanked: yanked === "" ? true : yanked }),
    };
  });
  // Whoever asks to log in, or to pay for a network, also answers 200 with HTML.
  if (apiVersion === undefined && !files.some(({ filename }) => distributionVersion(filename, project) !== undefined)) {
    throw notAPage(answer, "of HTML that names neither a file of the project nor a version of the simple API");
  }
  return files;
}

/** A client must refuse what speaks another major version than its own. */
function refuseOtherApi(answer: HostAnswer, version: string): void {
  if (!/^1\.\d+$/.test(version)) {
    throw notAPage(answer, `of version ${version} of the simple API; version 1 is understood`);
  }
}

function notAPage({ url }: HostAnswer, what: string): PublicIndexUnavailable {
  return new PublicIndexUnavailable(
    `${new URL(url).host} is no index that is understood here: it answers 200 with a page ${what}`,
  );
}

/** Where a file is, without what only the client reads, and without a password that somebody wrote into the page. */
function fileUrl(link: string, page: string): string | undefined {
  if (!URL.canParse(link, page)) {
    return undefined;
  }
  const url = new URL(link, page);
  Object.assign(url, { hash: "", username: "", password: "" });
  return /^https?:$/.test(url.protocol) ? url.href : undefined;
}
