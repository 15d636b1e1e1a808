import { type PublicFile, type PublicIndex, PublicIndexUnavailable } from "../codeartifact/packages/search";
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
 * burst of installs, and lets whoever adds to an index of their own see it.
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
  const pages = new Recent<readonly PublicFile[] | undefined>(pageLifetime, keptPages, now);
  return {
    files: (name) =>
      pages.get(name, async () => {
        const answer = await hosts.get(hosts.below(`${name}/`), {
          headers: { accept: pageTypes },
          limit: { ...ownLimits.indexPage, most: page },
        });
        return answer === undefined ? undefined : await filesOfPage(answer, name);
      }),
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

/** Remembers answers for a while. What is asked for while its answer is under way is not asked again; a failure is not kept. */
export class Recent<Answer> {
  readonly #entries = new Map<string, { readonly answer: Promise<Answer>; until: number }>();

  /**
   * @param lifetime - from the answer's arrival, in milliseconds
   * @param count - at most so many answers are kept
   * @param now - in milliseconds, from any point in time
   */
  constructor(
    readonly lifetime: number,
    readonly count: number,
    readonly now: () => number,
  ) {}

  get(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const kept = this.#entries.get(key);
    if (kept !== undefined && this.now() < kept.until) {
      return kept.answer;
    }
    const asked = { answer: ask(), until: Infinity };
    this.#entries.delete(key);
    this.#entries.set(key, asked);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.count && oldest !== undefined) {
      this.#entries.delete(oldest);
    }
    asked.answer.then(
      () => {
        asked.until = this.now() + this.lifetime;
      },
      () => {
        asked.until = -Infinity;
      },
    );
    return asked.answer;
  }
}
