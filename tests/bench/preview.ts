import { CommandError, runCommand, UsageError } from "../../commands/cli";
import { findPulumiCli, howToGetCli } from "../support/pulumiCli";
import type { Progress } from "./measure";
import { comparePreviews, type Comparison } from "./preview/comparisons";
import { EngineBench } from "./preview/engineBench";

void runCommand({
  call: "npm run bench",
  summary: `
    Times cold previews on the real Pulumi engine, before providers of an empty account on this machine: of the program
    beside one that only imports Pulumi, beside itself under Pulumi's defaults (types are checked at every run, and
    packages are loaded whole), and as its publishers and packages grow. Of each difference it says which phase took it:
    loading the program, registering its resources, or the engine. Exit code 1 where an aim is missed.`,
  options: {
    rounds: {
      type: "text",
      value: "N",
      help: "previews of each, in turn, after one that does not count",
      default: "7",
    },
    format: { type: "choice", choices: ["text", "json"] },
  },
  run: async ({ rounds: given, format }) => {
    if (!/^[1-9]\d{0,2}$/.test(given)) {
      throw new UsageError(`--rounds ${given} is not a whole number from 1 to 999.`);
    }
    const cli = findPulumiCli();
    if (cli === undefined) {
      throw new CommandError(`There is no pulumi on PATH. ${howToGetCli.replace("npm test", "npm run bench")}`);
    }
    const bench = await EngineBench.open(cli);
    try {
      const rounds = Number(given);
      const comparisons = await comparePreviews(bench, rounds, showProgress);
      const report = { pulumi: cli.version, rounds, comparisons };
      return {
        text: format === "json" ? JSON.stringify(report, undefined, 2) : comparisons.map(render).join("\n"),
        exitCode: comparisons.every(({ withinAim }) => withinAim) ? 0 : 1,
      };
    } finally {
      bench.close();
    }
  },
});

const showProgress: Progress = (round, { name }) => {
  process.stderr.write(`… ${round === 0 ? "warm-up" : `round ${round}`}: ${name}\n`);
};

function render({ what, ratio, aim, withinAim, milliseconds, above }: Comparison): string {
  const [low, high] = [ratio.lowerQuartile, ratio.upperQuartile].map((value) => value.toFixed(2));
  const [mine, other] = [milliseconds.this, milliseconds.other].map(({ median }) => (median / 1000).toFixed(2));
  const verdict = withinAim ? "within" : "outside";
  const phases = (["loading", "registering", "engine"] as const).map(
    (phase) => `${phase} ${above[phase].toFixed(0)} ms`,
  );
  return [
    `${ratio.median.toFixed(2)} times (middle half ${low} to ${high}), ${verdict} the aim of ${aim}: ${what}`,
    `  ${mine} s and ${other} s, of the difference ${phases.join(", ")}`,
  ].join("\n");
}
