import { setImmediate } from "node:timers/promises";
import { longestFileName, readSdistFileName, readWheelFileName, versionInStem } from "../../naming/distributionNames";
import { normalizePackageName } from "../../naming/packagePatterns";
import { normalVersion } from "../../naming/versions";
import { type PublicFile, PublicIndexUnavailable } from "../codeartifact/packages/search";
import { beyond, ownLimits } from "../ownLimits";
import { readHtmlPage } from "./htmlPage";
import type { HostAnswer } from "./indexHosts";
import { readJsonPage } from "./jsonPage";

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
      throw notAPage(answer, beyond(ownLimits.indexFiles, "with", " of the project"));
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
export function notAPage({ url }: HostAnswer, what: string): PublicIndexUnavailable {
  return new PublicIndexUnavailable(
    `${new URL(url).host} is no index that is understood here: it answers 200 with a page ${what}`,
  );
}

/** A client must reject another major version of the API than its own. */
export function checkApiVersion(answer: HostAnswer, version: string): void {
  if (!/^1\.\d{1,9}$/.test(version)) {
    throw notAPage(answer, `of version ${version.slice(0, 20)} of the simple API; version 1 is understood`);
  }
}

/** A file as an index lists it, before anything of it is checked. */
export interface ListedFile extends Omit<PublicFile, "version" | "sha256"> {
  readonly sha256?: string;
}

/** Whether a text of an index is longer than clients have a use for. */
export function isTooLong(text: string | boolean | undefined): boolean {
  return typeof text === "string" && text.length > ownLimits.indexText.most;
}

/** So many bytes are read at once, which takes a few milliseconds. */
const slice = 64 * 1024;

/** Reads a page that is given to it in parts. */
export interface PageParser {
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
export async function writeInSlices(answer: HostAnswer, parser: PageParser): Promise<void> {
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
      throw notAPage(answer, beyond(ownLimits.indexGap, "with", " between two files"));
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
