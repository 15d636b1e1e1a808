import { invalid } from "./errors";
import { pager } from "../core/pages";

/** A part of a list, and what the answer tells beside it. */
export type ListPage<Item> = {
  readonly items: readonly Item[];
  readonly IsTruncated: "true" | "false";
  /** Where the next page begins. */
  readonly Marker?: string;
};

/** Cuts a list into pages, each item told from the others by its name. */
type Pager = <Item>(items: readonly Item[], nameOf: (item: Item) => string) => ListPage<Item>;

/**
 * Reads which page of a list is asked for. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
 *
 * @param list - what all pages of the list have in common; a marker of another list is refused
 * @throws ValidationError for a number that is none from 1 to 1,000
 */
export function listPage(parameters: URLSearchParams, list: string): Pager {
  const maxItems = parameters.get("MaxItems") ?? "100";
  const marker = parameters.get("Marker");
  if (!/^[1-9]\d{0,3}$/.test(maxItems) || Number(maxItems) > 1000) {
    throw invalid(
      `1 validation error detected: Value '${maxItems.slice(0, 64)}' at 'maxItems' failed to satisfy constraint: ` +
        "Member must be a whole number from 1 to 1000",
    );
  }
  const pages = pager(`iam ${list}`, Number(maxItems), marker ?? undefined);
  if (pages === undefined) {
    throw invalid("Invalid Marker: give the one that the page before ended with.");
  }
  return (items, nameOf) => {
    const { items: page, nextToken } = pages(items, nameOf);
    return nextToken === undefined
      ? { items: page, IsTruncated: "false" }
      : { items: page, IsTruncated: "true", Marker: nextToken };
  };
}
