import { PublicIndexUnavailable } from "../codeartifact/packages/publicIndex";
import type { HostAnswer } from "./indexHosts";

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
