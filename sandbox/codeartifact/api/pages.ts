import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { invalid } from "../errors";
import { text, whole } from "./members";
import type { RequestInput } from "./request";

/** A part of a list, and where it goes on. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly nextToken: string | undefined;
}

/** Which page of a list is asked for. */
export interface PageRequest {
  /** What all pages of the list have in common; a token of another list is refused. */
  readonly list: string;
  /** 1 to 1,000. */
  readonly maxResults: number;
  /** @default - the first page */
  readonly nextToken?: string;
}

/**
 * Reads which page is asked for.
 *
 * @param given - where the members stand in the body
 * @default given - in the query
 */
export function pageRequest(
  input: RequestInput,
  defaultResults = 100,
  given = { maxResults: input.query("max-results"), nextToken: input.query("next-token") },
): PageRequest {
  const nextToken = text("nextToken", given.nextToken, { minLength: 1, maxLength: 2000, pattern: "\\S+" });
  return {
    list: input.list(),
    maxResults: whole("maxResults", given.maxResults, 1, 1000) ?? defaultResults,
    ...(nextToken === undefined ? {} : { nextToken }),
  };
}

/**
 * One page. If the list has changed since the page before, this one goes on behind the last item of that, or where that stood.
 *
 * @param nameOf - what tells an item from every other of its list
 * @throws ValidationException for a token that was not given out here for this list
 */
export function pageOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { list, maxResults, nextToken }: PageRequest,
): Page<Item> {
  const start = nextToken === undefined ? 0 : startOf(items.map(nameOf), readToken(list, nextToken));
  const page = items.slice(start, start + maxResults);
  const end = start + page.length;
  const last = page.at(-1);
  const more = end < items.length && last !== undefined;
  return { items: page, nextToken: more ? writeToken(list, { end, last: fingerprint(nameOf(last)) }) : undefined };
}

/** Where a page ended. */
interface Position {
  /** How many items lay before it, its own included. */
  readonly end: number;
  /** The last of them. */
  readonly last: string;
}

/** Signs tokens as long as this process lives. */
const key = randomBytes(32);

function startOf(names: readonly string[], { end, last }: Position): number {
  // Where nothing has changed the last item stands where it stood.
  const unchanged = names[end - 1];
  if (unchanged !== undefined && fingerprint(unchanged) === last) {
    return end;
  }
  const found = names.findIndex((name) => fingerprint(name) === last);
  return found === -1 ? end : found + 1;
}

function writeToken(list: string, { end, last }: Position): string {
  const position = `${end}.${last}`;
  const signature = createHmac("sha256", key).update(`${list}\n${position}`).digest("base64url");
  return Buffer.from(`${position}.${signature}`).toString("base64url");
}

function readToken(list: string, token: string): Position {
  const [end = "", last = ""] = Buffer.from(token, "base64url").toString().split(".");
  const position = { end: Number(end), last };
  const [ours, given] = [Buffer.from(writeToken(list, position)), Buffer.from(token)];
  if (ours.length !== given.length || !timingSafeEqual(ours, given)) {
    throw invalid("Invalid nextToken: give the one that the page before ended with, and ask for the same list.");
  }
  return position;
}

function fingerprint(name: string): string {
  return createHash("sha256").update(name).digest("base64url").slice(0, 22);
}
