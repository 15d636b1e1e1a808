import { colors } from "./colors";
import { defaultWidth, type PlainRow, plainTable, wrap } from "./wrap";

/** How an attempt was expected to end, and how it ended. */
export interface Attempt {
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
}

/** Attempts that a table shows below one heading. */
export interface AttemptGroup {
  readonly heading: string;
  readonly attempts: readonly (Attempt & { readonly why: string })[];
}

/** The attempts that did not end as expected. */
export function mismatches<One extends Attempt>(attempts: readonly One[]): readonly One[] {
  return attempts.filter(({ expected, seen }) => expected !== seen);
}

/**
 * A table of how each attempt ended, what it was and why it ended so. What was expected is shown only where it is something else.
 * Where the terminal has no room for three columns, the reason is below the attempt.
 *
 * @param width - of the terminal, in characters
 */
export function attemptTable(groups: readonly AttemptGroup[], width = process.stdout.columns || defaultWidth): string {
  const tables = groups.map(
    ({ heading, attempts }) => `${wrap(heading, width, indent)}\n${plainTable(attemptRows(attempts, width))}`,
  );
  return tables.join("\n\n");
}

function attemptRows(attempts: AttemptGroup["attempts"], width: number): readonly PlainRow[] {
  const outcomeWidth = Math.min(longestOutcome, longest(attempts.map(outcomeOf)));
  const room = width - indent.length - outcomeWidth - gap;
  const isWide = longest(attempts.map(({ what }) => what)) + gap + longest(attempts.map(({ why }) => why)) <= room;
  return attempts.map((attempt) => {
    const { what, expected, seen, why } = attempt;
    const paint = expected === seen ? colors.green : (text: string) => colors.bold(colors.red(text));
    const outcome = indented(paintLines(wrap(outcomeOf(attempt), outcomeWidth), paint));
    if (isWide) {
      return [outcome, what, colors.dim(why)];
    }
    const reason = why === "" ? [] : [paintLines(indented(wrap(why, room - indent.length)), colors.dim)];
    return [outcome, [wrap(what, room, indent), ...reason].join("\n")];
  });
}

function outcomeOf({ expected, seen }: Attempt): string {
  return expected === seen ? seen : `${seen}, expected ${expected}`;
}

const indent = "  ";

/** Between columns, in characters. */
const gap = 2;

/** In characters: longer ones, such as lists of packages, are wrapped. */
const longestOutcome = 28;

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length));
}

function indented(text: string): string {
  return text.replace(/^/gm, indent);
}

/** Each line by itself, so that a colour does not run into the next column. */
function paintLines(text: string, paint: (line: string) => string): string {
  return text.split("\n").map(paint).join("\n");
}
