import { createHash } from "node:crypto";

/** A part of a list, and where the list continues. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly nextToken: string | undefined;
}

/**
 * Cuts one page out of a list. If the list has changed since the page before, this one continues after the last item of
 * that page, or at its place if the item is gone.
 *
 * @param nameOf - differs for every item of the list
 */
export type Pager = <Item>(items: readonly Item[], nameOf: (item: Item) => string) => Page<Item>;

/**
 * A pager for one request. A token is the list's digest, the number of items up to the end of its page, and the digest of
 * the last item's name.
 *
 * @param list - the same for all pages of a list, and another for other lists
 * @param size - of a page
 * @param token - that the page before ended with, or undefined for the first page
 * @returns nothing if the token is not one of this list
 */
export function pager(list: string, size: number, token: string | undefined): Pager | undefined {
  const [, tokenList, before, last] = /^([\w-]{22})\.([1-9]\d{0,8})\.([\w-]{22})$/.exec(token ?? "") ?? [];
  if (token !== undefined && tokenList !== digest(list)) {
    return undefined;
  }
  return (items, nameOf) => {
    const start = last === undefined ? 0 : startOf(items.map(nameOf), Number(before), last);
    const page = items.slice(start, start + size);
    const end = start + page.length;
    const lastItem = page.at(-1);
    const nextToken =
      end < items.length && lastItem !== undefined
        ? [digest(list), end, digest(nameOf(lastItem))].join(".")
        : undefined;
    return { items: page, nextToken };
  };
}

function startOf(names: readonly string[], before: number, last: string): number {
  const unchanged = names[before - 1];
  if (unchanged !== undefined && digest(unchanged) === last) {
    return before;
  }
  const found = names.findIndex((name) => digest(name) === last);
  return found === -1 ? before : found + 1;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
