/** A program whose runs are timed. */
export interface Subject {
  /** As progress shows it. */
  readonly name: string;
  /** Runs it once, and answers how long that took, in milliseconds; throws EngineError where it does not run to its end. */
  readonly time: () => Promise<number>;
}

/** Runs of one subject in milliseconds, by round. */
export type Durations = readonly number[];

/** Called before each run; the first round, 0, warms up. */
export type Progress = (round: number, subject: Subject) => void;

/**
 * Times subjects in turn, so that whatever else the machine does falls on all of them. The first round does not count: it
 * brings the files into memory.
 *
 * @returns durations by subject, in the order of the subjects
 * @throws EngineError where a program does not run to its end
 */
export async function timeInTurn(
  subjects: readonly Subject[],
  rounds: number,
  progress: Progress,
): Promise<readonly Durations[]> {
  const durations = subjects.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      progress(round, subject);
      const milliseconds = await subject.time();
      if (round > 0) {
        durations[index]?.push(milliseconds);
      }
    }
  }
  return durations;
}

/** Where the middle half of some numbers lies. */
export interface Spread {
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
}

/** The spread of a quantity that is taken round by round, from runs that were next to each other. */
export function spreadByRound(
  quantity: (...durations: readonly number[]) => number,
  ...series: readonly Durations[]
): Spread {
  const [first = []] = series;
  return spread(first.map((_duration, round) => quantity(...series.map((durations) => durations[round] ?? NaN))));
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  return {
    median: quantile(sorted, 0.5),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
  };
}

/** Between two numbers, in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}
