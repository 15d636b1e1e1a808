import { JSONParser, TokenType } from "@streamparser/json";
import { Parser } from "htmlparser2";
import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import { longestFileName, readSdistFileName, readWheelFileName, versionInStem } from "../../naming/distributionNames";
import { normalizePackageName } from "../../naming/packagePatterns";
import { normalVersion } from "../../naming/versions";
import { type PublicFile, PublicIndexUnavailable } from "../codeartifact/packages/search";
import { beyondLimit, ownLimits } from "../ownLimits";
import type { HostAnswer } from "./indexHosts";

/** What a project's page is asked for as: JSON, which alone says sizes and times, and HTML where there is no other. */
export const pageTypes =
  "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/**
 * The files of a project's page. Left out are those that are no distribution of the project, those without a SHA-256, those
 * that are not reached by http or https, and those with a text longer than clients have a use for: nothing of
 * them could be verified or fetched.
 * Source: https://packaging.python.org/en/latest/specifications/simple-repository-api/
 *
 * @param project - normalised by PEP 503
 * @throws PublicIndexUnavailable where the answer is not a page of a simple index
 */
export async function filesOfPage(answer: HostAnswer, project: string): Promise<readonly PublicFile[]> {
  const files = new Map<string, PublicFile>();
  const seen = { fileOfProject: false };
  const take = ({ filename, url: link, sha256 = "", ...about }: ListedFile) => {
    const version = distributionVersion(filename, project);
    seen.fileOfProject ||= version !== undefined;
    const texts = [link, about.requiresPython, about.yanked, about.uploadTime];
    if (version === undefined || !/^[0-9a-f]{64}$/i.test(sha256) || files.has(filename) || texts.some(isTooLong)) {
      return;
    }
    const url = fileUrl(link, answer.url);
    if (url !== undefined) {
      files.set(filename, { filename, version, url, sha256: sha256.toLowerCase(), ...about });
    }
    if (files.size > ownLimits.indexFiles.most) {
      throw notAPage(answer, beyondLimit(ownLimits.indexFiles, "with", " of the project"));
    }
  };

  switch (typeOf(answer)) {
    case "application/vnd.pypi.simple.v1+json":
      await readJsonPage(answer, take);
      break;
    case "application/vnd.pypi.simple.v1+html":
    case "text/html": {
      const hasVersion = await readHtmlPage(answer, take);
      // A page to log in, or to pay for a network, also comes as HTML with status 200.
      if (!hasVersion && !seen.fileOfProject) {
        throw notAPage(answer, "of HTML that names neither a file of the project nor a version of the simple API");
      }
      break;
    }
    default:
      throw notAPage(answer, `of type ${answer.contentType === "" ? "unknown" : answer.contentType.slice(0, 100)}`);
  }
  return [...files.values()];
}

function typeOf({ contentType }: HostAnswer): string {
  const [type = ""] = contentType.toLowerCase().split(";");
  return type.trim();
}

/** Where a file is, without what only the client reads, and without a password that is written in the page. */
function fileUrl(link: string, page: string): string | undefined {
  if (!URL.canParse(link, page)) {
    return undefined;
  }
  const url = new URL(link, page);
  Object.assign(url, { hash: "", username: "", password: "" });
  return /^https?:$/.test(url.protocol) ? url.href : undefined;
}

/** The error for an answer that is no page of a simple index; `what` completes "it answers 200 with a page …". */
function notAPage({ url }: HostAnswer, what: string): PublicIndexUnavailable {
  return new PublicIndexUnavailable(
    `${new URL(url).host} is no index that is understood here: it answers 200 with a page ${what}`,
  );
}

/** A client must reject another major version of the API than its own. */
function checkApiVersion(answer: HostAnswer, version: string): void {
  if (!/^1\.\d{1,9}$/.test(version)) {
    throw notAPage(answer, `of version ${version.slice(0, 20)} of the simple API; version 1 is understood`);
  }
}

/** A file as an index lists it, before anything of it is checked. */
interface ListedFile extends Omit<PublicFile, "version" | "sha256"> {
  readonly sha256?: string;
}

/** Whether a text of an index is longer than clients have a use for. */
function isTooLong(text: string | boolean | undefined): boolean {
  return typeof text === "string" && text.length > ownLimits.indexText.most;
}

/** So many bytes are read at once, which takes a few milliseconds. */
const slice = 64 * 1024;

/** Reads a page that is given to it in parts. */
interface PageParser {
  write(part: Buffer): void;
  /** How many files it has come across. */
  readonly found: number;
}

/**
 * Gives a page to a parser part by part and lets other work run in between, so that a page of many megabytes does not hold
 * up the requests beside it.
 *
 * @throws PublicIndexUnavailable where the page holds too much beside its files
 */
async function writeInSlices(answer: HostAnswer, parser: PageParser): Promise<void> {
  const { body } = answer;
  let last = { found: 0, start: 0 };
  for (let start = 0; start < body.length; start += slice) {
    if (start > 0) {
      await setImmediate();
    }
    parser.write(body.subarray(start, start + slice));
    if (parser.found > last.found) {
      last = { found: parser.found, start };
    } else if (start - last.start > ownLimits.indexGap.most) {
      throw notAPage(answer, beyondLimit(ownLimits.indexGap, "with", " between two files"));
    }
  }
}

/**
 * The version that a file of a project is of, in the normal form of PEP 440; nothing where the file's name is not that of
 * a wheel or source distribution of this project. Eggs and installers are not: pip does not take them.
 *
 * @param project - normalised by PEP 503
 */
export function distributionVersion(filename: string, project: string): string | undefined {
  return filename.length > longestFileName
    ? undefined
    : normalVersion(wheelVersion(filename, project) ?? sdistVersion(filename, project) ?? "");
}

function wheelVersion(filename: string, project: string): string | undefined {
  const { name = "", version = "" } = readWheelFileName(filename) ?? {};
  // A hyphen within a version is written as an underscore.
  return normalizePackageName(name) === project ? version.replaceAll("_", "-") : undefined;
}

function sdistVersion(filename: string, project: string): string | undefined {
  return versionInStem(readSdistFileName(filename)?.stem ?? "", project);
}

/**
 * Reads a page as PEP 503 has it, and hands on each link as it comes.
 *
 * @returns whether the page says that it is of the simple API
 */
async function readHtmlPage(answer: HostAnswer, take: (file: ListedFile) => void): Promise<boolean> {
  const page = new HtmlPage(answer, take);
  await writeInSlices(answer, page);
  page.end();
  return page.hasVersion;
}

type Attributes = Readonly<Record<string, string>>;

class HtmlPage implements PageParser {
  found = 0;
  hasVersion = false;
  readonly #decoder = new TextDecoder();
  readonly #parser: Parser;
  #depth = 0;
  #base: string;
  #hasBase = false;
  #link: { readonly attributes: Attributes; text: string } | undefined;

  constructor(
    readonly answer: HostAnswer,
    readonly take: (file: ListedFile) => void,
  ) {
    this.#base = answer.url;
    this.#parser = new Parser({
      onopentag: (name, attributes) => {
        this.#open(name, attributes);
      },
      ontext: (text) => {
        if (this.#link !== undefined) {
          this.#link.text += text;
        }
      },
      onclosetag: (name) => {
        this.#depth -= 1;
        if (name === "a") {
          this.#endLink();
        }
      },
    });
  }

  write(part: Buffer): void {
    this.#parser.write(this.#decoder.decode(part, { stream: true }));
  }

  end(): void {
    this.#parser.end(this.#decoder.decode());
  }

  #open(name: string, attributes: Attributes): void {
    this.#depth += 1;
    // The parser takes longer for each element the deeper it is.
    if (this.#depth > ownLimits.indexHtmlDepth.most) {
      throw notAPage(this.answer, beyondLimit(ownLimits.indexHtmlDepth, "of HTML that is"));
    }
    if (name === "a") {
      this.#endLink();
      this.#link = { attributes, text: "" };
    } else if (name === "base" && !this.#hasBase) {
      this.#hasBase = true;
      const { href = "" } = attributes;
      this.#base = this.#addressOf(href) ?? this.#base;
    } else if (name === "meta" && attributes.name === "pypi:repository-version") {
      checkApiVersion(this.answer, attributes.content ?? "");
      this.hasVersion = true;
    }
  }

  #endLink(): void {
    if (this.#link === undefined) {
      return;
    }
    const { attributes, text } = this.#link;
    const { "data-requires-python": requiresPython, "data-yanked": yanked } = attributes;
    const [link = "", fragment = ""] = (attributes.href ?? "").split("#");
    this.#link = undefined;
    this.found += 1;
    this.take({
      filename: text.trim(),
      url: this.#addressOf(link) ?? link,
      sha256: /^sha256=(\w+)$/.exec(fragment)?.[1],
      ...(requiresPython === undefined ? {} : { requiresPython }),
      ...(yanked === undefined ? {} : { yanked: yanked === "" ? true : yanked }),
    });
  }

  /** Where a link leads from the page's base, if anywhere. */
  #addressOf(link: string): string | undefined {
    return !isTooLong(link) && URL.canParse(link, this.#base) ? new URL(link, this.#base).href : undefined;
  }
}

const pageMeta = z.object({ "api-version": z.string() });

const pageFile = z.object({
  filename: z.string(),
  url: z.string(),
  hashes: z.record(z.string(), z.string()),
  "requires-python": z.string().nullish(),
  yanked: z.union([z.boolean(), z.string()]).optional(),
  size: z.int().nonnegative().nullish(),
  "upload-time": z.string().nullish(),
});

/** Reads a page as PEP 691 has it, and hands on each file as it comes. */
async function readJsonPage(answer: HostAnswer, take: (file: ListedFile) => void): Promise<void> {
  const page = new JsonPage(answer, take);
  try {
    await writeInSlices(answer, page);
    page.end();
  } catch (error) {
    throw error instanceof PublicIndexUnavailable ? error : notAPage(answer, "that is no JSON");
  }
}

class JsonPage implements PageParser {
  found = 0;
  readonly #parser = new JSONParser({ paths: ["$.meta", "$.files.*"], keepStack: false });
  #depth = 0;
  #key: unknown;
  #hasVersion = false;
  #hasList = false;

  constructor(
    readonly answer: HostAnswer,
    take: (file: ListedFile) => void,
  ) {
    this.#parser.onToken = ({ token, value }) => {
      this.#follow(token, value);
    };
    this.#parser.onValue = ({ value, key, stack }) => {
      if (stack.length === 1) {
        checkApiVersion(answer, this.#checked(pageMeta, value, "meta")["api-version"]);
        this.#hasVersion = true;
        return;
      }
      this.found += 1;
      take(listedFile(this.#checked(pageFile, value, `files.${String(key)}`)));
    };
  }

  write(part: Buffer): void {
    this.#parser.write(part);
  }

  end(): void {
    if (!this.#parser.isEnded) {
      this.#parser.end();
    }
    if (!this.#hasVersion) {
      throw this.#unlike("meta: it is missing");
    }
    if (!this.#hasList) {
      throw this.#unlike("files: the list is missing");
    }
  }

  #follow(token: TokenType, value: unknown): void {
    if (token === TokenType.STRING && this.#depth === 1) {
      this.#key = value;
    }
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) {
      this.#hasList ||= token === TokenType.LEFT_BRACKET && this.#depth === 1 && this.#key === "files";
      this.#depth += 1;
    } else if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) {
      this.#depth -= 1;
    }
    // The parser takes longer for each value the deeper it is.
    if (this.#depth > ownLimits.indexJsonDepth.most) {
      throw notAPage(this.answer, beyondLimit(ownLimits.indexJsonDepth, "of JSON that is"));
    }
  }

  #checked<Value>(schema: z.ZodType<Value>, value: unknown, path: string): Value {
    const { data, error } = schema.safeParse(value);
    const [issue] = error?.issues ?? [];
    if (issue !== undefined) {
      throw this.#unlike(`${[path, ...issue.path].join(".")}: ${issue.message}`);
    }
    return data as Value;
  }

  #unlike(what: string): PublicIndexUnavailable {
    return notAPage(this.answer, `that is not as the simple API has it: ${what}`);
  }
}

function listedFile(file: z.infer<typeof pageFile>): ListedFile {
  return {
    filename: file.filename,
    url: file.url,
    sha256: file.hashes.sha256,
    ...(typeof file.size === "number" ? { size: file.size } : {}),
    ...(typeof file["upload-time"] === "string" ? { uploadTime: file["upload-time"] } : {}),
    ...(typeof file["requires-python"] === "string" ? { requiresPython: file["requires-python"] } : {}),
    ...(file.yanked === undefined || file.yanked === false || file.yanked === "" ? {} : { yanked: file.yanked }),
  };
}
