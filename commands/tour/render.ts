import { colors } from "../terminal/colors";
import { type AttemptGroup, attemptTable, mismatches } from "../terminal/attemptTable";
import type { TourAttempt } from "./attempts";

/**
 * The tour as a table of its attempts under their chapters, each with what stopped it.
 *
 * @param width - of the terminal, in characters. @default - that of this process's terminal, or 80
 */
export function renderTour(attempts: readonly TourAttempt[], width?: number): string {
  const chapters = new Map<string, AttemptGroup["attempts"]>();
  for (const attempt of attempts) {
    const why = /^(?:200|OK)$/.test(attempt.detail) ? "" : reasonOf(attempt.detail);
    chapters.set(attempt.chapter, [...(chapters.get(attempt.chapter) ?? []), { ...attempt, why }]);
  }
  const groups = [...chapters].map(([chapter, own]) => ({ heading: colors.bold(chapter), attempts: own }));
  return attemptTable(groups, width);
}

/** How the tour ended, in one line. */
export function tourSummary(attempts: readonly TourAttempt[]): string {
  const others = mismatches(attempts).length;
  return `${attempts.length} attempts: ${others === 0 ? "all end as expected" : `${others} do not end as expected`}.`;
}

/** The reason in what a client was answered, with the short names of statements and resources. */
function reasonOf(detail: string): string {
  const [, reason = detail] = /is not authorized to perform: \S+ on resource: \S+ \((.*)\)$/s.exec(detail) ?? [];
  return reason
    .replace(/: Not authorized to perform \S+$/, "")
    .replace(/statement "(\w+)" of [^:]*?(?=:| allows )/g, "$1")
    .replace(/arn:[^:]*:codeartifact:[^:]*:\d{12}:/g, "")
    .replace(/\bcodeartifact:/g, "");
}
