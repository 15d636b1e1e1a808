import type { PublicFile } from "../codeartifact/packages/publicIndex";
import { beyond, ownLimits } from "../ownLimits";
import { distributionVersion } from "./distributionVersion";
import { readHtmlPage } from "./htmlPage";
import type { HostAnswer } from "./indexHosts";
import { readJsonPage } from "./jsonPage";
import { isTooLong, type ListedFile } from "./listedFile";
import { notAPage } from "./pageError";

/** What a project's page is asked for as: JSON, which alone says sizes and times, and HTML where there is no other. */
export const pageTypes =
  "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/**
 * The files of a project's page. Left out are those that are no distribution of the project, those without a SHA-256, those
 * that are not reached by http or https, and those of which something is longer than clients have a use for: nothing of
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

/** Where a file is, without what only the client reads, and without a password that somebody wrote into the page. */
function fileUrl(link: string, page: string): string | undefined {
  if (!URL.canParse(link, page)) {
    return undefined;
  }
  const url = new URL(link, page);
  Object.assign(url, { hash: "", username: "", password: "" });
  return /^https?:$/.test(url.protocol) ? url.href : undefined;
}
