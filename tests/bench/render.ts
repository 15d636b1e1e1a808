import type { GrowthReport, StartReport } from "./comparisons";
import type { Spread } from "./measure";

/** What was measured, in rounds that all programs took in turn. */
export interface Report {
  readonly rounds: number;
  readonly start: StartReport;
  readonly growth: GrowthReport;
}

/** The report for a terminal or a pipe. */
export function renderReport({ rounds, start, growth }: Report): string {
  return [
    `Start: ${multiple(start.ratio.median)}, ${start.withinAim ? "within" : "above"} the aim of ${multiple(start.aim)}`,
    table(
      ["", "ratio", "middle half", "median time"],
      ["the program", multiple(start.ratio.median), half(start.ratio, multiple), seconds(start.milliseconds.program)],
      ["one that only imports Pulumi", multiple(1), "", seconds(start.milliseconds.bare)],
    ),
    `Packages of one publisher: ${growth.linear ? "linear" : "faster than linear"}, the last step at ` +
      `${multiple(growth.bend)} of the straight line`,
    table(
      ["packages", "ratio", "middle half", "per 100 more", "middle half", "median time"],
      ...growth.steps.map(({ packages, ratio, slope, milliseconds }, index) => [
        String(packages),
        multiple(ratio.median),
        index === 0 ? "" : half(ratio, multiple),
        slope === null ? "" : percent(slope.median),
        slope === null ? "" : half(slope, percent),
        seconds(milliseconds),
      ]),
    ),
    `Rounds: ${rounds}. Ratios are of runs next to each other; times are those of this machine as it was.`,
  ].join("\n\n");
}

function table(...rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_heading, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd())
    .join("\n");
}

function multiple(value: number): string {
  return `${value.toFixed(2)} x`;
}

/** With its sign: what is added may be less than what the machine's other work takes away. */
function percent(share: number): string {
  return `${share < 0 ? "-" : "+"}${Math.abs(share * 100).toFixed(1)} %`;
}

function half({ lowerQuartile, upperQuartile }: Spread, show: (value: number) => string): string {
  return `${show(lowerQuartile)} to ${show(upperQuartile)}`;
}

function seconds({ median }: Spread): string {
  return `${(median / 1000).toFixed(2)} s`;
}
