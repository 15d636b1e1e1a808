import { colors } from "../terminal/colors";
import { type PlainRow, plainTable } from "../terminal/plainTable";
import type { TourAttempt } from "./attempts";

/** The attempts that did not end as they were meant to. */
export function differing(attempts: readonly TourAttempt[]): readonly TourAttempt[] {
  return attempts.filter(({ expected, seen }) => expected !== seen);
}

/**
 * The tour as a table of attempt, expected and seen, under its chapters. Beside it stands what stopped a refused attempt.
 *
 * @param width - of the terminal, in characters; reasons are cut to it, and left out where it has no room for them
 */
export function renderTour(attempts: readonly TourAttempt[], width = Infinity): string {
  const columns = ["what", "expected", "seen"] as const;
  const used = columns
    .map((column) => Math.max(...attempts.flatMap((one) => lines(one[column]).map(({ length }) => length))) + gap)
    .reduce((sum, each) => sum + each, indentation);
  const room = Math.min(longest, width - used);
  const why = (detail: string) => {
    const text = /^(?:200|OK)$/.test(detail) || room < shortest ? "" : shortened(reasonOf(detail), room);
    return text === "" ? "" : colors.dim(text);
  };
  const titles = ["attempt", "expected", "seen", ...(room < shortest ? [] : ["why"])];

  const rows: PlainRow[] = [titles.map((title) => colors.underline(title))];
  let chapter = "";
  for (const { what, expected, seen, detail, ...one } of attempts) {
    if (one.chapter !== chapter) {
      chapter = one.chapter;
      rows.push({ heading: `\n${colors.bold(chapter)}` });
    }
    const shown = lines(seen).join("\n");
    const verdict = expected === seen ? colors.green(shown) : colors.bold(colors.red(shown));
    rows.push([`  ${what}`, lines(expected).join("\n"), verdict, why(detail)]);
  }
  return plainTable(rows);
}

/** What the tour comes to, in one line. */
export function tourSummary(attempts: readonly TourAttempt[]): string {
  const others = differing(attempts).length;
  return `${attempts.length} attempts: ${others === 0 ? "all end as expected" : `${others} do not end as expected`}.`;
}

/** A list that would make its column wide, one entry a line. */
function lines(text: string): readonly string[] {
  return text.length > 24 ? text.split(/(?<=,) /) : [text];
}

/** Of columns, in characters. */
const gap = 2;
const indentation = 2;

/** Of reasons, in characters: a longer one is whole in the JSON, a shorter one says nothing. */
const longest = 110;
const shortest = 30;

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** Of what a client is told the reason alone, in which statements and resources go by their short names. */
function reasonOf(detail: string): string {
  const [, reason = detail] = /is not authorized to perform: \S+ on resource: \S+ \((.*)\)$/s.exec(detail) ?? [];
  return reason
    .replace(/: Not authorized to perform \S+$/, "")
    .replace(/statement "(\w+)" of [^:]*?(?=:| allows )/g, "$1")
    .replace(/arn:[^:]*:codeartifact:[^:]*:\d{12}:/g, "")
    .replace(/\bcodeartifact:/g, "");
}
