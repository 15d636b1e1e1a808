import { type Durations, type Progress, type Spread, spread, spreadByRound, timeInTurn } from "./measure";
import { programWith, shippedProgram, withBareProgram } from "./subjects";

/** What the program is to take at most, as a multiple of one that only imports Pulumi. */
const aim = 1.3;

/** 300 fill most of the ten managed policies that a role can have. */
const packageCounts = [1, 10, 100, 300] as const;

/** How far above the straight line the last step may lie and still be on it, as a multiple. */
const tolerance = 1.1;

/** The program beside one that only imports Pulumi. */
export interface StartReport {
  readonly aim: number;
  readonly withinAim: boolean;
  /** The program's time as a multiple of the bare program's. */
  readonly ratio: Spread;
  readonly milliseconds: { readonly program: Spread; readonly bare: Spread };
}

export function compareStart(rounds: number, progress: Progress): Promise<StartReport> {
  return withBareProgram(async (bare) => {
    const [bareRuns = [], programRuns = []] = await timeInTurn([bare, shippedProgram()], rounds, progress);
    const ratio = spreadByRound((bareRun = NaN, programRun = NaN) => programRun / bareRun, bareRuns, programRuns);
    return {
      aim,
      withinAim: ratio.median <= aim,
      ratio,
      milliseconds: { program: spread(programRuns), bare: spread(bareRuns) },
    };
  });
}

/** The program with so many packages, all of one publisher. */
export interface GrowthStep {
  readonly packages: number;
  /** The time as a multiple of that with one package. */
  readonly ratio: Spread;
  /** What 100 more packages add since the step before, as a share of the time with one package; null for the first. */
  readonly slope: Spread | null;
  readonly milliseconds: Spread;
}

/** How the program's time grows with its packages. */
export interface GrowthReport {
  readonly steps: readonly GrowthStep[];
  /** The last step's time as a multiple of what the straight line through the first and the one before it gives. */
  readonly bend: number;
  /** Whether it grows no faster than its packages do. */
  readonly linear: boolean;
}

export async function followGrowth(rounds: number, progress: Progress): Promise<GrowthReport> {
  const series = await timeInTurn(packageCounts.map(programWith), rounds, progress);
  const [one = []] = series;
  const steps = packageCounts.map((packages, index): GrowthStep => {
    const runs: Durations = series[index] ?? [];
    const [runsBefore, packagesBefore] = [series[index - 1], packageCounts[index - 1]];
    return {
      packages,
      ratio: spreadByRound((first = NaN, run = NaN) => run / first, one, runs),
      slope:
        runsBefore === undefined || packagesBefore === undefined
          ? null
          : spreadByRound(
              (first = NaN, before = NaN, run = NaN) => ((run - before) / first / (packages - packagesBefore)) * 100,
              ...[one, runsBefore, runs],
            ),
      milliseconds: spread(runs),
    };
  });
  const bend = bendOf(steps);
  return { steps, bend, linear: bend <= tolerance };
}

function bendOf(steps: readonly GrowthStep[]): number {
  const [first, before, last] = [steps[0], steps.at(-2), steps.at(-1)];
  if (first === undefined || before === undefined || last === undefined) {
    return NaN;
  }
  // Where the machine's other work hides the growth, the line is level: time does not shrink with packages.
  const rise = Math.max(0, before.ratio.median - first.ratio.median) / (before.packages - first.packages);
  return last.ratio.median / (first.ratio.median + rise * (last.packages - first.packages));
}
