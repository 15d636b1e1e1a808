import { type Document, isScalar, parseDocument, type ScalarTag } from "yaml";
import { cliTimestamp } from "./cliTimestamp";

/** A plain scalar as the Pulumi CLI reads it. A whole number is a bigint, so that it keeps all of its digits. */
export type CliScalar = null | boolean | bigint | number | string;

/**
 * Parses YAML as the Pulumi CLI does. The CLI reads numbers by YAML 1.1: `0123` is octal, `1_000` is a number, and a date is a
 * time. `yes`, `no`, `on` and `off` stay text.
 * Source: resolve.go of gopkg.in/yaml.v3, which sdk/go/common/encoding/marshal.go of pulumi/pulumi calls
 */
export function parseCliYaml(text: string): Document {
  return parseDocument(text, {
    schema: "failsafe",
    merge: true,
    customTags: Object.keys(typeOfTag).map(scalarTag),
    uniqueKeys: (one, other) => isScalar(one) && isScalar(other) && one.source === other.source,
  });
}

/** A value as the CLI hands it to a program: text for a scalar, JSON with sorted keys for a list or an object. */
export function cliText(value: unknown): string {
  if (value === null || value === undefined) {
    return "";
  }
  return typeof value === "string" || typeof value === "bigint" ? String(value) : cliJson(value);
}

/** A plain scalar's value. */
export function readPlainScalar(text: string): CliScalar {
  const word = words.get(text);
  if (word !== undefined) {
    return word;
  }
  if (text.startsWith(".")) {
    return /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?$/.test(text) ? finite(text.replaceAll("_", ""), text) : text;
  }
  return /^[-+\d]/.test(text) ? (cliTimestamp(text) ?? readNumber(text)) : text;
}

const words: ReadonlyMap<string, null | boolean | number> = new Map<string, null | boolean | number>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, NaN] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, Infinity] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, -Infinity] as const),
]);

function readNumber(text: string): CliScalar {
  // The CLI takes a sign behind the prefix, too: 0o-1.
  const digits = text.replaceAll("_", "").replace(/^(0[ob])([-+])/, "$2$1");
  const [, sign = "", prefix = "", whole = ""] =
    /^([-+]?)(0[xX]|0[oO]|0[bB]|0(?=\d))?([\da-fA-F]+)$/.exec(digits) ?? [];
  const integer = readInteger(sign, prefix.toLowerCase(), whole);
  if (integer !== undefined) {
    return integer;
  }
  return /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(digits) ? finite(digits, text) : text;
}

/** A whole number of up to 64 bits, signed or not, as Go's `strconv` reads it; a leading zero alone means octal. */
function readInteger(sign: string, prefix: string, digits: string): bigint | undefined {
  const form = digitsOf[prefix];
  if (form?.test(digits) !== true) {
    return undefined;
  }
  const value = BigInt(`${prefix === "0" ? "0o" : prefix}${digits}`);
  const signed = sign === "-" ? -value : value;
  const most = sign === "" ? 2n ** 64n - 1n : 2n ** 63n - 1n;
  return signed >= -(2n ** 63n) && signed <= most ? signed : undefined;
}

const digitsOf: Readonly<Record<string, RegExp>> = {
  "": /^\d+$/,
  "0": /^[0-7]+$/,
  "0o": /^[0-7]+$/,
  "0b": /^[01]+$/,
  "0x": /^[\da-f]+$/i,
};

/** A number with a fraction or exponent; it stays text where it is too large. A fraction of zero is dropped. */
function finite(digits: string, text = digits): CliScalar {
  const value = Number(digits);
  return Number.isFinite(value) ? value : text;
}

/** What an explicit tag asks for; without one, a plain scalar is whatever its text reads as. */
const typeOfTag: Readonly<Record<string, (value: CliScalar) => boolean>> = {
  "": () => true,
  null: (value) => value === null,
  bool: (value) => typeof value === "boolean",
  int: (value) => typeof value === "bigint",
  float: (value) => typeof value === "bigint" || typeof value === "number",
  timestamp: (value) => typeof value === "string",
};

function scalarTag(name: string): ScalarTag {
  return {
    // The plain scalar's tag comes first, and takes every text but the key of a merge.
    ...(name === "" ? { default: true, test: /^(?!<<$)/ } : {}),
    tag: `tag:yaml.org,2002:${name}`,
    resolve(text, onError) {
      const value = readPlainScalar(text);
      if (typeOfTag[name]?.(value) !== true) {
        onError(`cannot decode ${text} as !!${name}`);
      }
      return value;
    },
  };
}

function cliJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(cliJson).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${entries.map(([key, content]) => `${cliJson(key)}:${cliJson(content)}`).join(",")}}`;
  }
  if (typeof value === "bigint") {
    // In a list or an object, what does not fit into 64 bits with a sign becomes a float.
    return BigInt.asIntN(64, value) === value ? String(value) : JSON.stringify(Number(value));
  }
  // Go's encoder keeps JSON harmless inside HTML.
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
