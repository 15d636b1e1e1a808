import { runCommand, UsageError } from "../../commands/cli";
import { compareStart, followGrowth } from "./comparisons";
import type { Progress } from "./measure";
import { renderReport } from "./render";

const formats = ["text", "json"] as const;

void runCommand({
  usage: `Usage: npm run bench:program [-- --rounds N] [--format text|json]

Times the program from start to end, in a process of its own as the Pulumi CLI starts it and with
nothing cached, as in CI: beside a program that only imports Pulumi, and as its packages grow. Exit
code 1 where a program does not run to its end.

  --rounds N       runs of each program, in turn, after one that does not count (default: 15)
  --format FORMAT  text (default) or json`,
  options: {
    rounds: { type: "string", default: "15" },
    format: { type: "string", default: "text" },
  },
  run: async ({ rounds: given, format }) => {
    if (!formats.some((name) => name === format)) {
      throw new UsageError(`--format ${String(format)} is not one of ${formats.join(", ")}.`);
    }
    if (typeof given !== "string" || !/^[1-9]\d{0,3}$/.test(given)) {
      throw new UsageError(`--rounds ${String(given)} is not a whole number from 1 to 9999.`);
    }
    const rounds = Number(given);
    try {
      const start = await compareStart(rounds, showProgress(rounds));
      const growth = await followGrowth(rounds, showProgress(rounds));
      const report = { rounds, start, growth };
      return { text: format === "json" ? JSON.stringify(report, undefined, 2) : renderReport(report), exitCode: 0 };
    } finally {
      clearProgress();
    }
  },
});

function showProgress(rounds: number): Progress {
  return (round, { name }) => {
    clearProgress();
    if (process.stderr.isTTY) {
      process.stderr.write(`${round === 0 ? "warm-up" : `round ${round} of ${rounds}`}: ${name}`);
    }
  };
}

/** On a terminal alone: a log has no use for lines that replace each other. */
function clearProgress(): void {
  if (process.stderr.isTTY) {
    process.stderr.clearLine(0);
    process.stderr.cursorTo(0);
  }
}
