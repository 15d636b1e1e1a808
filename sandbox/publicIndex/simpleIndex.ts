import { type PublicFile, type PublicIndex, PublicIndexUnavailable } from "../codeartifact/packages/search";
import { LRUCache } from "lru-cache";
import { sha256Of } from "../codeartifact/packages/records";
import { ownLimits } from "../ownLimits";
import { IndexHosts } from "./indexHosts";
import { filesOfPage, pageTypes } from "./projectPage";

/** How much is taken from an index, and how long it may take. */
export interface IndexLimits {
  /** Of a project's page, in bytes. @default ownLimits.indexPage */
  readonly page: number;
  /** Of a file, in bytes: it is held in memory. @default ownLimits.indexFile */
  readonly file: number;
  /**
   * How long a host may send nothing, in milliseconds: less than the 15 seconds that pip waits, so that pip hears why.
   * @default ownLimits.indexSilence
   */
  readonly silence: number;
}

const defaults: IndexLimits = {
  page: ownLimits.indexPage.most,
  file: ownLimits.indexFile.most,
  silence: ownLimits.indexSilence.most * 1000,
};

/**
 * How long a page is good for, in milliseconds. CodeArtifact may lag half an hour behind; this much spares the index a
 * burst of installs, and shows a new file in a team's own index soon.
 */
const pageLifetime = 10_000;

const keptPages = 500;

/**
 * A client of a simple index, such as `https://pypi.org/simple/`. User and password in the address are sent to that host
 * alone and said nowhere.
 *
 * @param now - in milliseconds, from any point in time
 */
export function simpleIndex(
  url: string,
  limits: Partial<IndexLimits> = {},
  now = () => performance.now(),
): PublicIndex {
  const { page, file, silence } = { ...defaults, ...limits };
  const hosts = new IndexHosts(url, silence);
  const pages = new LRUCache<string, { readonly files: readonly PublicFile[] | undefined }>({
    max: keptPages,
    ttl: pageLifetime,
    ttlResolution: 0,
    perf: { now },
    // A page that other pages displace while it is on its way is still answered with.
    ignoreFetchAbort: true,
    fetchMethod: async (name) => {
      const answer = await hosts.get(hosts.below(`${name}/`), {
        headers: { accept: pageTypes },
        limit: { ...ownLimits.indexPage, most: page },
      });
      return { files: answer === undefined ? undefined : await filesOfPage(answer, name) };
    },
  });
  return {
    files: async (name) => (await pages.fetch(name))?.files,
    download: async (address, sha256) => {
      // A server that calls a .tar.gz an encoding of a .tar would have it unpacked on the way.
      const answer = await hosts.get(address, {
        headers: { "accept-encoding": "identity" },
        limit: { ...ownLimits.indexFile, most: file },
      });
      const { host, pathname } = new URL(address);
      if (answer === undefined) {
        throw new PublicIndexUnavailable(`${host} answers 404 for ${pathname}`);
      }
      const found = await sha256Of(answer.body);
      if (found !== sha256) {
        throw new PublicIndexUnavailable(`${host} has other bytes for ${pathname}: SHA-256 ${found}, not ${sha256}`);
      }
      return answer.body;
    },
  };
}
