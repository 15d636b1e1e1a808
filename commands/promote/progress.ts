/** Shows how far a promotion is. */
export interface Progress {
  readonly tell: (what: string) => void;
  /** @param file - that is being carried; empty at the end */
  readonly step: (done: number, of: number, file: string) => void;
}

const width = 24;

/** On a terminal a bar that is redrawn; a log gets a line for each file. */
export const showProgress: Progress = {
  tell: (what) => process.stderr.write(`… ${what}\n`),
  step: (done, of, file) => {
    if (process.stderr.isTTY) {
      const filled = Math.round((width * done) / of);
      process.stderr.clearLine(0);
      process.stderr.cursorTo(0);
      process.stderr.write(
        file === "" ? "" : `${"█".repeat(filled)}${"░".repeat(width - filled)} ${done}/${of} ${file}`,
      );
    } else if (file !== "") {
      process.stderr.write(`… ${file} (${done + 1} of ${of})\n`);
    }
  },
};
