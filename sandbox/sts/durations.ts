import { rangeError } from "../core/constraints";

/** Longest life of a session and of a registry token, in seconds: 12 hours. */
export const longestDuration = 43_200;

/** What AWS answers to a life that is none from 15 minutes to 12 hours, or nothing. */
export function durationError(durationSeconds: number): string | undefined {
  return Number.isInteger(durationSeconds)
    ? rangeError("durationSeconds", durationSeconds, 900, longestDuration)
    : `1 validation error detected: Value '${durationSeconds}' at 'durationSeconds' failed to satisfy constraint: ` +
        "Member must be a whole number";
}
