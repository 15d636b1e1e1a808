import { exitCodeOfSignal, runCommand } from "./cli";
import { stackOption } from "./defaultStack";
import { progressOn } from "./terminal/progress";

// A signal ends the child processes with this one and removes temporary folders.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => process.exit(exitCodeOfSignal(signal)));
}

void runCommand({
  call: "npm start",
  summary: `
    Deploys a stack, by its unmodified program, into a sandbox on this machine and tries its rules with real clients:
    the intended job publishes with twine, a reader installs with pip, and every other caller is rejected, by the same
    documents that would be deployed. Nothing leaves this machine; only on the first run pip fetches Python's tools.
    Exit code 1 where AWS would reject a resource, or an attempt does not end as expected.`,
  options: {
    stack: stackOption(),
    dist: {
      type: "text",
      value: "DIR",
      help: "instead of the tour: publishes the wheels and source distributions in DIR as the jobs that may, and installs them",
    },
    format: { type: "choice", choices: ["text", "json"] },
  },
  run: async (options) => {
    const progress = progressOn(process.stderr);
    progress.wait(`deploying stack ${options.stack} into the sandbox`);
    // Loaded only now, because loading takes longer than a person waits for a first word.
    const { runTour } = await import("./tour/runTour.js");
    return runTour(process.cwd(), options, progress);
  },
});
