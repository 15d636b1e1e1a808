import { constants } from "node:os";

/** How long after a signal it may come again for the same Ctrl-C, in milliseconds: npm hands on what the terminal sends to all. */
const echo = 500;

/** Waits until a person or the system asks this process to end. Asked once more it ends at once. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        first ??= performance.now();
        if (performance.now() - first > echo) {
          process.exit(128 + constants.signals[signal]);
        }
        resolve();
      });
    }
  });
}
