/** The processor time that some work took. */
export interface Turns<Result> {
  readonly result: Result;
  /** The most that the event loop was held without a pause, in milliseconds of processor time. */
  readonly longest: number;
}

/**
 * Does some work and measures how long it holds the event loop. Processor time, not the clock's, is measured: a busy machine
 * makes the one longer and not the other.
 */
export async function longestTurn<Result>(work: () => Promise<Result>): Promise<Turns<Result>> {
  let longest = 0;
  let last = process.cpuUsage();
  let isOver = false;
  const look = () => {
    const { user, system } = process.cpuUsage(last);
    longest = Math.max(longest, (user + system) / 1000);
    last = process.cpuUsage();
  };
  const tick = () => {
    look();
    if (!isOver) {
      setImmediate(tick);
    }
  };
  setImmediate(tick);
  try {
    const result = await work();
    look();
    return { result, longest };
  } finally {
    isOver = true;
  }
}
