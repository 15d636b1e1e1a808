import { isDeepStrictEqual } from "node:util";

/**
 * Whether two policy documents mean the same, as far as the provider looks: the order of lists does not count, nor whether a
 * list of one is written as a list. Source: https://github.com/hashicorp/awspolicyequivalence
 */
export function samePolicy(one: unknown, other: unknown): boolean {
  if (one === other) {
    return true;
  }
  const [a, b] = [readable(one), readable(other)];
  return a !== undefined && b !== undefined && isDeepStrictEqual(normalised(a.document), normalised(b.document));
}

function readable(text: unknown): { readonly document: unknown } | undefined {
  try {
    return { document: JSON.parse(String(text)) as unknown };
  } catch {
    return undefined;
  }
}

function normalised(value: unknown): unknown {
  if (Array.isArray(value)) {
    const entries = value.map(normalised).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return entries.length === 1 ? entries[0] : entries;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, each]) => [key, normalised(each)]));
  }
  return value;
}
