import type { EventCaller } from "../aws/cloudTrail";
import { colors } from "../terminal/colors";
import { defaultWidth, plainTable, printable, wrap } from "../terminal/wrap";
import { type Comparison, comparePin, rowOf } from "./holders";
import { type Cell, marksOf, type VersionRow } from "./matrix";
import type { HeldFile, HeldVersion } from "./registryVersions";
import { cellOf, differing, type Report } from "./report";
import { sameVersion } from "./selection";

/** What each sign of a table means. */
const signs = {
  "≠": "other bytes",
  "±": "not all files",
  "↓": "behind",
  "–": "missing",
  "!": "no attestation",
  "=": "same bytes",
  "?": "not compared",
} as const;
type Sign = keyof typeof signs;

const paints: Readonly<Record<Sign, (text: string) => string>> = {
  "≠": (text) => colors.bold(colors.red(text)),
  "±": colors.yellow,
  "↓": colors.yellow,
  "–": colors.dim,
  "!": colors.yellow,
  "=": colors.green,
  "?": colors.dim,
};

const comparisons: Readonly<Record<Comparison, Sign>> = {
  "same bytes": "=",
  "other bytes": "≠",
  "not all files": "±",
  "not compared": "?",
  behind: "↓",
  missing: "–",
};

/**
 * A report for a person: a row for each version with a column for each environment, and below it the files of the versions that
 * differ or are named.
 *
 * @param width - of the terminal, in characters
 */
export function renderText(report: Report, width = process.stdout.columns || defaultWidth): string {
  const used = new Set<Sign>();
  const sign = (one: Sign) => {
    used.add(one);
    return paints[one](one);
  };
  const stacks = report.environments.map(({ stack }) => stack);
  const firstColumn = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length)) + 2;
  const first = firstColumn([
    ...report.packages.flatMap(({ name, versions }) => [name, ...versions.map(({ version }) => `  ${version}`)]),
    ...report.holders.flatMap(({ pins }) => pins.map(({ name, version }) => `  ${name} ${version}`)),
    "",
  ]);
  const tables = groups(stacks, Math.max(1, Math.floor((width - first) / columnWidth))).map((some) =>
    plainTable([["", ...some.map(colors.bold)], ...versionRows(report, some, sign), ...holderRows(report, some, sign)]),
  );
  const legend = (Object.keys(signs) as Sign[])
    .filter((one) => used.has(one))
    .map((one) => `${one} ${signs[one]}`)
    .join(", ");
  const shown = new Set([...differing(report), ...namedRows(report)]);
  return [
    ...(report.packages.length === 0 ? [] : tables),
    ...(legend === "" ? [] : [wrap(legend, width)]),
    ...[...shown].map((row) => details(report, row, width)),
    wrap(summary(report), width),
  ].join("\n\n");
}

/** Of an environment: a date, two signs and a gap. */
const columnWidth = 15;

function groups(stacks: readonly string[], size: number): readonly (readonly string[])[] {
  return stacks.length <= size ? [stacks] : [stacks.slice(0, size), ...groups(stacks.slice(size), size)];
}

type Signing = (sign: Sign) => string;

function versionRows({ packages, attested }: Report, stacks: readonly string[], sign: Signing) {
  return packages.flatMap(({ name, latest, behind, versions }) => [
    [
      colors.bold(printable(name)),
      ...stacks.map((stack) => {
        const newest = latest.get(stack);
        return newest === undefined
          ? sign("–")
          : [printable(newest), ...(behind.has(stack) ? [sign("↓")] : [])].join(" ");
      }),
    ],
    ...versions.map((row) => [
      `  ${printable(row.version)}`,
      ...stacks.map((stack) => cellText(cellOf(row, stack), attested?.digests, sign)),
    ]),
  ]);
}

function cellText(cell: Cell, attested: ReadonlySet<string> | undefined, sign: Signing): string {
  if (cell.state !== "held") {
    return sign(cell.state === "behind" ? "↓" : "–");
  }
  const { published, status, files } = cell.held;
  const found = marksOf(cell).map((mark) => (mark === "other bytes" ? sign("≠") : sign("±")));
  const lacks = attested !== undefined && files.some(({ sha256 }) => !attested.has(sha256));
  const line = [published.toISOString().slice(0, 10), ...found, ...(lacks ? [sign("!")] : [])].join(" ");
  return status === "Published" ? line : `${line}\n${status}`;
}

function holderRows({ holders, packages }: Report, stacks: readonly string[], sign: Signing) {
  return holders.flatMap(({ file, pins }) => [
    { heading: colors.bold(printable(file)) },
    ...(pins.length === 0 ? [{ heading: colors.dim("  none of these versions") }] : []),
    ...pins.map((pin) => [
      `  ${pin.name} ${printable(pin.version)}`,
      ...stacks.map((stack) => sign(comparisons[comparePin(pin, cellOf(rowOf(pin, packages), stack))])),
    ]),
  ]);
}

/** Those that a word names. */
function namedRows({ packages, selection: { versions } }: Report): readonly VersionRow[] {
  return packages.flatMap(({ name, versions: rows }) =>
    rows.filter(({ version }) => versions.get(name)?.some((one) => sameVersion(one, version)) === true),
  );
}

/** When and by whom a version was published, and the SHA-256 of each file with the environments that have it. */
function details(report: Report, row: VersionRow, width: number): string {
  const held = [...row.cells].flatMap(([stack, cell]) => (cell.state === "held" ? [{ stack, held: cell.held }] : []));
  const longest = Math.max(0, ...held.map(({ stack }) => stack.length));
  const who = held.map(({ stack, held: version }) => {
    const indent = " ".repeat(longest + 4);
    return `  ${stack.padEnd(longest)}  ${wrap(publicationText(report, stack, version), width - indent.length).replaceAll("\n", `\n${indent}`)}`;
  });
  const filenames = new Set(held.flatMap(({ held: { files } }) => files.map(({ filename }) => filename)));
  const files = [...filenames].sort().flatMap((filename) => {
    const having = held.flatMap(({ stack, held: { files: all } }) =>
      all.filter((file) => file.filename === filename).map((file) => ({ stack, file })),
    );
    const digests = [...new Set(having.map(({ file: { sha256 } }) => sha256))];
    return [
      `  ${printable(filename)}`,
      ...digests.flatMap((sha256) => {
        const stacks = having.filter(({ file }) => file.sha256 === sha256).map(({ stack }) => stack);
        return [
          `    sha256:${sha256}`,
          `      ${wrap(`${stacks.join(", ")}${attestationText(report, { sha256 })}`, width - 6, "      ")}`,
        ];
      }),
    ];
  });
  const holders = report.holders.flatMap(({ file, pins }) =>
    pins.some((pin) => rowOf(pin, report.packages) === row) ? [`  in ${printable(file)}`] : [],
  );
  return [colors.bold(printable(`${row.name} ${row.version}`)), ...who, ...files, ...holders].join("\n");
}

function publicationText({ publication }: Report, stack: string, version: HeldVersion): string {
  const by = publication(stack, version);
  const who = typeof by === "string" ? `, publisher ${by}` : ` by ${by.map(callerText).join("; ")}`;
  return `${version.status} ${version.published.toISOString().slice(0, 16).replace("T", " ")} UTC${who}`;
}

function callerText({ role, name = "an identity without a name" }: EventCaller): string {
  return role === undefined ? printable(name) : `${printable(name)} as role ${printable(role)}`;
}

function attestationText({ attested }: Report, { sha256 }: Pick<HeldFile, "sha256">): string {
  return attested === undefined
    ? ""
    : attested.digests.has(sha256)
      ? `: ${attested.repository} has an attestation`
      : `: ${attested.repository} has no attestation`;
}

function summary(report: Report): string {
  const { environments, packages } = report;
  const rows = packages.flatMap(({ versions }) => versions);
  const nowhere = rows.filter(({ cells }) => [...cells.values()].every(({ state }) => state !== "held"));
  const others = differing(report);
  return (
    [
      `${environments.map(({ stack }) => stack).join(", ")}: ${count(rows.length, "version")} of ${count(packages.length, "package")}`,
      ...(nowhere.length === 0 ? [] : [`${nowhere.length} in no environment`]),
      others.length === 0
        ? colors.green("no bytes differ")
        : colors.red(`${count(others.length, "version")} with other bytes`),
    ].join(", ") + "."
  );
}

function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}
