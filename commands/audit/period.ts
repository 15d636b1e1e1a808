import { UsageError } from "../cli";

/** Milliseconds in the unit of a period such as `12h`. */
const units = { h: 3_600_000, d: 86_400_000 };

/**
 * Reads the option `--since`.
 *
 * @param text - `12h`, `7d`, or a day such as `2026-11-01`, which begins at 0:00 UTC
 * @throws UsageError
 */
export function readSince(text: string, now: Date): Date {
  const [, amount, unit] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  const since = amount === undefined ? readDay(text) : now.getTime() - Number(amount) * units[unit as "h" | "d"];
  if (since === undefined) {
    throw new UsageError(
      `--since ${text} is no period: write hours or days such as 12h or 7d, or a day such as 2026-11-01`,
    );
  }
  if (since >= now.getTime()) {
    throw new UsageError(`--since ${text} is in the future: it is ${now.toISOString().slice(0, 10)} in UTC`);
  }
  return new Date(since);
}

/** @returns undefined where there is no such day, such as 2026-02-30 */
function readDay(text: string): number | undefined {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? undefined : time;
}
