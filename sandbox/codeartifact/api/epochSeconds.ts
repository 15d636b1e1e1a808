/** A point in time as the API writes it: seconds since 1970, with fractions. */
export function epochSeconds(time: Date | string): number {
  return new Date(time).getTime() / 1000;
}
