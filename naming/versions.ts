// https://packaging.python.org/en/latest/specifications/version-specifiers/#appendix-parsing-version-strings-with-regular-expressions

/**
 * The normal form of a version, as `str(packaging.version.Version(text))` gives it. White space around a version is no part
 * of it. Numbers are read digit by digit, so a number of any length stays exact.
 * Source: https://packaging.python.org/en/latest/specifications/version-specifiers/#normalization
 *
 * @returns nothing where the text is not a version
 */
export function normalVersion(text: string): string | undefined {
  const version = parse(text);
  if (version === undefined) {
    return undefined;
  }
  const { epoch, release, pre, post, dev, local } = version;
  return [
    ...(epoch === "0" ? [] : [`${epoch}!`]),
    release.join("."),
    ...(pre === undefined ? [] : pre),
    ...(post === undefined ? [] : [`.post${post}`]),
    ...(dev === undefined ? [] : [`.dev${dev}`]),
    ...(local === undefined ? [] : [`+${local.join(".")}`]),
  ].join("");
}

/**
 * Orders versions as PEP 440 does: `1.0` and `1.0.0` are equal, and local versions count.
 * Source: https://packaging.python.org/en/latest/specifications/version-specifiers/#summary-of-permitted-suffixes-and-relative-ordering
 *
 * @returns a number below, above or equal to zero, as `Array.sort` takes it
 * @throws RangeError for a text that is not a version
 */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map(known) as [Version, Version];
  return (
    compareNumbers(left.epoch, right.epoch) ||
    compareReleases(left.release, right.release) ||
    compareStages(left, right) ||
    comparePresence(left.post, right.post, -1) ||
    comparePresence(left.dev, right.dev, 1) ||
    compareLocals(left.local ?? [], right.local ?? [])
  );
}

/**
 * Whether a version is a pre-release or a development release.
 *
 * @throws RangeError for a text that is not a version
 */
export function isPrerelease(text: string): boolean {
  const { pre, dev } = known(text);
  return pre !== undefined || dev !== undefined;
}

/** A version's parts. A number is a text of digits without leading zeros. */
interface Version {
  readonly epoch: string;
  readonly release: readonly string[];
  readonly pre?: readonly ["a" | "b" | "rc", string];
  readonly post?: string;
  readonly dev?: string;
  /** Lower case; never empty. */
  readonly local?: readonly string[];
}

const pattern = new RegExp(
  [
    "^\\s*v?(?:(?<epoch>\\d+)!)?(?<release>\\d+(?:\\.\\d+)*)",
    "(?:[-_.]?(?<stage>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<stageNumber>\\d+)?)?",
    "(?:-(?<hyphenPost>\\d+)|[-_.]?(?<post>post|rev|r)[-_.]?(?<postNumber>\\d+)?)?",
    "(?:[-_.]?(?<dev>dev)[-_.]?(?<devNumber>\\d+)?)?",
    "(?:\\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\\s*$",
  ].join(""),
  "i",
);

function parse(text: string): Version | undefined {
  const found = pattern.exec(text)?.groups;
  if (found === undefined) {
    return undefined;
  }
  const { epoch, release = "", stage, stageNumber, hyphenPost, post, postNumber, dev, devNumber, local } = found;
  return {
    epoch: plainNumber(epoch),
    release: release.split(".").map(plainNumber),
    pre: stage === undefined ? undefined : [stageLetter(stage.toLowerCase()), plainNumber(stageNumber)],
    post: hyphenPost === undefined && post === undefined ? undefined : plainNumber(hyphenPost ?? postNumber),
    dev: dev === undefined ? undefined : plainNumber(devNumber),
    local: local
      ?.toLowerCase()
      .split(/[-_.]/)
      .map((part) => (isNumber(part) ? plainNumber(part) : part)),
  };
}

function known(text: string): Version {
  const version = parse(text);
  if (version === undefined) {
    throw new RangeError(`${JSON.stringify(text)} is not a version as PEP 440 writes it`);
  }
  return version;
}

function stageLetter(stage: string): "a" | "b" | "rc" {
  return stage.startsWith("a") ? "a" : stage.startsWith("b") ? "b" : "rc";
}

/** A part of a version that is not written counts as 0. */
function plainNumber(digits = "0"): string {
  return digits.replace(/^0+(?=\d)/, "");
}

function isNumber(part: string): boolean {
  return /^\d+$/.test(part);
}

/** A release segment that is not written counts as 0: `1.0` is `1.0.0`. */
function compareReleases(left: readonly string[], right: readonly string[]): number {
  const indexes = [...(left.length > right.length ? left : right).keys()];
  return (
    indexes.map((index) => compareNumbers(left[index] ?? "0", right[index] ?? "0")).find((found) => found !== 0) ?? 0
  );
}

/** A development release comes before the pre-releases of its release, unless it is one of a pre- or post-release. */
function compareStages(left: Version, right: Version): number {
  const [one, other] = [left, right].map(({ pre, post, dev }) => {
    const rank = pre !== undefined ? 1 : post === undefined && dev !== undefined ? 0 : 2;
    return { rank, letter: pre?.[0] ?? "", number: pre?.[1] ?? "0" };
  }) as [Stage, Stage];
  return one.rank - other.rank || compareTexts(one.letter, other.letter) || compareNumbers(one.number, other.number);
}

interface Stage {
  readonly rank: number;
  readonly letter: string;
  readonly number: string;
}

/** @param absent - where a version without this part sorts: -1 before every number, 1 after every number */
function comparePresence(one: string | undefined, other: string | undefined, absent: -1 | 1): number {
  if (one === undefined || other === undefined) {
    return one === other ? 0 : one === undefined ? absent : -absent;
  }
  return compareNumbers(one, other);
}

/** A number comes after every text. */
function compareLocalParts(one: string, other: string): number {
  const [left, right] = [isNumber(one), isNumber(other)];
  return left && right ? compareNumbers(one, other) : Number(left) - Number(right) || compareTexts(one, other);
}

/** Part by part; where one local version begins with the other, the longer one comes after. */
function compareLocals(left: readonly string[], right: readonly string[]): number {
  const difference = left
    .slice(0, right.length)
    .map((part, index) => compareLocalParts(part, right[index] ?? ""))
    .find((found) => found !== 0);
  return difference ?? left.length - right.length;
}

function compareNumbers(one: string, other: string): number {
  return one.length - other.length || compareTexts(one, other);
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
