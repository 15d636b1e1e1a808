import { clean, valid } from "@renovatebot/pep440";

/**
 * The normal form of a version, or nothing where the text is none.
 * Source: https://packaging.python.org/en/latest/specifications/version-specifiers/#normalization
 */
export function normalVersion(text: string): string | undefined {
  const [release = "", local] = text.split("+");
  // Beyond 15 digits the library's numbers are no longer exact, and two versions could become one.
  if (text.length > 200 || /\d{16}/.test(release) || valid(text) === null) {
    return undefined;
  }
  const normal = clean(release) ?? undefined;
  return local === undefined ? normal : `${normal}+${normalLocal(local)}`;
}

/** The library would read `1e5` and `0x1f`, as which commits are known, as numbers. */
function normalLocal(local: string): string {
  const segments = local.toLowerCase().split(/[-_.]/);
  return segments.map((segment) => (/^\d+$/.test(segment) ? segment.replace(/^0+(?=\d)/, "") : segment)).join(".");
}
