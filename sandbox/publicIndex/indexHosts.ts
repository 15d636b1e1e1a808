import { Semaphore } from "async-mutex";
import { unescape } from "node:querystring";
import { PublicIndexUnavailable } from "../codeartifact/packages/search";
import { beyondLimit, type OwnLimit, ownLimits } from "../ownLimits";

/** What is asked for, and how much of it is taken. */
export interface Asked {
  readonly headers: Readonly<Record<string, string>>;
  /** Of bytes, once unpacked. */
  readonly limit: OwnLimit;
}

/** An answer with status 200. */
export interface HostAnswer {
  /** Where it came from in the end. */
  readonly url: string;
  /** As the header says it; empty where it says nothing. */
  readonly contentType: string;
  readonly body: Buffer;
}

/** As many as pip itself has open at most. */
const connections = 10;

/** Speaks HTTP to a public index and to the hosts of its files. */
export class IndexHosts {
  readonly #connections = new Semaphore(connections);
  /** Without user and password, which are sent in a header and to this origin alone, so that no record and no error holds them. */
  readonly #index: URL;
  readonly #authorization: string | undefined;

  /** @param silence - how long a host may send nothing, in milliseconds */
  constructor(
    url: string,
    readonly silence: number,
  ) {
    this.#index = new URL(url);
    const { username, password, pathname } = this.#index;
    const login = `${unescape(username)}:${unescape(password)}`;
    this.#authorization = login === ":" ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;
    Object.assign(this.#index, { username: "", password: "", search: "", hash: "" });
    this.#index.pathname = pathname.replace(/\/*$/, "/");
  }

  /** Something below the index's own address. */
  below(path: string): string {
    return new URL(path, this.#index).href;
  }

  /**
   * Follows redirects, which fetch does to http and https alone, and without the index's password to another origin.
   *
   * @returns nothing where the host says 404
   * @throws PublicIndexUnavailable for any other answer than 200
   */
  get(url: string, asked: Asked): Promise<HostAnswer | undefined> {
    return this.#connections.runExclusive(async () => {
      const silent = new AbortController();
      const timer = setTimeout(() => {
        silent.abort();
      }, this.silence);
      try {
        const response = await fetch(url, { headers: this.#headers(url, asked), signal: silent.signal });
        return await read(response, asked.limit, timer);
      } catch (error) {
        if (error instanceof PublicIndexUnavailable) {
          throw error;
        }
        const { host } = new URL(url);
        const silence = { ...ownLimits.indexSilence, most: this.silence / 1000 };
        throw new PublicIndexUnavailable(
          silent.signal.aborted ? beyondLimit(silence, `${host} sends nothing for`) : reasonOf(host, error),
        );
      } finally {
        clearTimeout(timer);
      }
    });
  }

  #headers(url: string, { headers }: Asked): Record<string, string> {
    const ofIndex = new URL(url).origin === this.#index.origin;
    return {
      ...headers,
      "user-agent": "package-registry-sandbox",
      ...(ofIndex && this.#authorization !== undefined ? { authorization: this.#authorization } : {}),
    };
  }
}

async function read(response: Response, limit: OwnLimit, timer: NodeJS.Timeout): Promise<HostAnswer | undefined> {
  timer.refresh();
  const { host } = new URL(response.url);
  if (response.status !== 200) {
    await response.body?.cancel();
    if (response.status === 404) {
      return undefined;
    }
    throw new PublicIndexUnavailable(`${host} answers ${`${response.status} ${response.statusText}`.trim()}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    timer.refresh();
    size += chunk.length;
    if (size > limit.most) {
      throw new PublicIndexUnavailable(beyondLimit(limit, `${host} answers with`));
    }
    chunks.push(chunk);
  }
  const contentType = response.headers.get("content-type") ?? "";
  return { url: response.url, contentType, body: Buffer.concat(chunks, size) };
}

/** What lies behind fetch's own `fetch failed`; where several addresses were tried there is a code alone. */
function reasonOf(host: string, error: unknown): string {
  const { code = "no reason is known", message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  // fetch has this limit: https://fetch.spec.whatwg.org/#http-redirect-fetch
  return message === "redirect count exceeded"
    ? beyondLimit(ownLimits.indexRedirects, `${host} answers with`)
    : `${host}: ${message === "" ? code : message}`;
}
