import { runCommand, UsageError } from "../../commands/cli";
import { compareServing, type ServedReport } from "./sandbox/comparison";
import { serveDevpi } from "./sandbox/devpi";
import { benchWheels } from "./sandbox/projects";
import { serveSandbox } from "./sandbox/servedSandbox";

void runCommand({
  call: "npm run bench:sandbox",
  summary: `
    Serves the same 100 projects of 5 wheels from the sandbox, where every request is authorised, and from devpi-server,
    and counts simple pages and files per second over 8 connections, in turn. Exit code 1 where the sandbox serves less
    than 5 times as many pages, or 3 times as many files.`,
  options: {
    rounds: {
      type: "text",
      value: "N",
      help: "rounds of 3 seconds for each, after one that does not count",
      default: "3",
    },
    format: { type: "choice", choices: ["text", "json"] },
  },
  run: async ({ rounds: given, format }) => {
    if (!/^[1-9]\d{0,2}$/.test(given)) {
      throw new UsageError(`--rounds ${given} is not a whole number from 1 to 999.`);
    }
    const progress = (what: string) => process.stderr.write(`… ${what}\n`);
    progress("filling devpi-server");
    const devpi = await serveDevpi(progress);
    try {
      progress("filling the sandbox");
      const sandbox = await serveSandbox();
      try {
        const projects = [...new Set((await benchWheels()).map(({ name }) => name))];
        const options = { rounds: Number(given), seconds: 3, progress };
        const reports = await compareServing({ sandbox, devpi }, projects, options);
        return {
          text: format === "json" ? JSON.stringify(reports, undefined, 2) : reports.map(renderServed).join("\n"),
          exitCode: reports.every(({ withinAim }) => withinAim) ? 0 : 1,
        };
      } finally {
        await sandbox.close();
      }
    } finally {
      await devpi.close();
    }
  },
});

function renderServed({ what, aim, withinAim, ratio, perSecond }: ServedReport): string {
  const [lower, upper] = [ratio.lowerQuartile, ratio.upperQuartile].map((value) => value.toFixed(1));
  const rates = `${perSecond.sandbox.median.toFixed(0)} beside ${perSecond.devpi.median.toFixed(0)} a second`;
  const verdict = withinAim ? "within" : "below";
  return `${what}: ${ratio.median.toFixed(1)} times devpi-server's (middle half ${lower} to ${upper}), ${verdict} the aim of ${aim}; ${rates}`;
}
