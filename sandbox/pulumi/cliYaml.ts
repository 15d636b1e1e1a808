import { type Document, isMap, isScalar, isSeq, parseDocument, Scalar, type ScalarTag } from "yaml";

/** A plain scalar as the Pulumi CLI reads it. A whole number is a bigint, so that it keeps all of its digits. */
type CliScalar = null | boolean | bigint | number | string;

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
function readPlainScalar(text: string): CliScalar {
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

/** A day, and behind it a time with an offset, or after a space a time of UTC. */
const form =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?(?:Z|([-+]\d{2}):(\d{2})))| (\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?)?$/;

/**
 * A date or time that the Pulumi CLI reads, as the text that it hands on: `2026-09-01` becomes `2026-09-01 00:00:00 +0000 UTC`.
 * Undefined for any other text. An offset that the local time zone has would get that zone's name from the CLI; here it keeps its digits.
 * Source: parseTimestamp in resolve.go of gopkg.in/yaml.v3
 */
function cliTimestamp(text: string): string | undefined {
  const [whole, ...parts] = form.exec(text) ?? [];
  if (whole === undefined) {
    return undefined;
  }
  const [year, month, day] = parts.slice(0, 3).map(Number) as [number, number, number];
  const [hour, minute, second] = [3, 4, 5].map((at) => Number(parts[at] ?? parts[at + 6] ?? 0)) as [
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const zone = parts[7] ?? "+00";
  const [zoneHours, zoneMinutes] = [Number(zone.slice(1)), Number(parts[8] ?? 0)];
  if (!isDay || hour > 23 || minute > 59 || second > 59 || zoneHours > 24 || zoneMinutes > 60) {
    return undefined;
  }
  const two = (number: number) => String(number).padStart(2, "0");
  const fraction = (parts[6] ?? parts[12] ?? "").slice(1, 10).replace(/0+$/, "");
  const ahead = zoneHours * 60 + zoneMinutes;
  const offset = `${zone.charAt(0)}${two(Math.floor(ahead / 60))}${two(ahead % 60)}`;
  return (
    `${String(year).padStart(4, "0")}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}` +
    `${fraction === "" ? "" : `.${fraction}`} ${ahead === 0 ? "+0000 UTC" : `${offset} ${offset}`}`
  );
}

/**
 * Every number and date of a configuration whose text the Pulumi CLI changes, so that a program cannot see what was written: an
 * account's id 012345678901 arrives as 12345678901. Each line names the place, the text, what the CLI makes of it and the way out.
 */
export function lostTexts(config: unknown): readonly string[] {
  return lostBelow("", config);
}

function lostBelow(path: string, node: unknown): readonly string[] {
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) => {
      const name = isScalar(key) ? (key.source ?? cliText(key.value)) : "";
      return [...lostInKey(path, key), ...lostBelow(path === "" ? name : `${path}.${name}`, value)];
    });
  }
  if (isSeq(node)) {
    return node.items.flatMap((item, index) => lostBelow(`${path}[${index}]`, item));
  }
  return isScalar(node) ? lostInScalar(path, node) : [];
}

function lostInKey(path: string, key: unknown): readonly string[] {
  if (!isScalar(key)) {
    return [`${path} has a list or an object for a key, and the Pulumi CLI takes text alone. Write the key as text`];
  }
  return key.value === null
    ? [`${path} has a key without text, which the Pulumi CLI reads as "<nil>". Write the key in quotation marks`]
    : lostInScalar(`${path} has the key ${key.source ?? ""}`, key);
}

function lostInScalar(path: string, { value, source = "", type }: Scalar): readonly string[] {
  // Quoted text is kept as it is, and so is plain text that YAML takes for text.
  if (type !== Scalar.PLAIN || source === "" || value === null || typeof value === "boolean" || value === source) {
    return [];
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    return [`${path}: ${source} is a number that the Pulumi CLI cannot read. Write it in quotation marks`];
  }
  const text = cliText(value);
  if (text === source) {
    return [];
  }
  return typeof value === "string"
    ? [`${path}: ${source} is a date to the Pulumi CLI, which reads it as "${text}". Write it in quotation marks`]
    : [`${path}: ${source} is a number to the Pulumi CLI, which reads it as ${text}. Write it in quotation marks`];
}
