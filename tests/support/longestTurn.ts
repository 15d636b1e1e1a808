/** The processor time that some work took. */
export interface Turns<Result> {
  readonly result: Result;
  /** The most that the event loop was held without a pause, in milliseconds of processor time. */
  readonly longest: number;
}

/** What one request may hold the event loop for, in milliseconds of processor time. */
export const longestAllowed = 1_000;

/**
 * Does some work and measures how long it holds the event loop. Processor time is measured, because a busy machine makes the
 * clock's much longer, and processor time a little. What is above the limit is done up to four times more, because the process's
 * other threads, such as those that collect garbage, are measured too.
 */
export async function longestTurn<Result>(work: () => Promise<Result>): Promise<Turns<Result>> {
  let turns = await measure(work);
  for (let again = 0; again < 4 && turns.longest >= longestAllowed; again += 1) {
    const { result, longest } = await measure(work);
    turns = { result, longest: Math.min(longest, turns.longest) };
  }
  return turns;
}

async function measure<Result>(work: () => Promise<Result>): Promise<Turns<Result>> {
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
