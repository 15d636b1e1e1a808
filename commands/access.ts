import { runCommand } from "./cli";
import { stackOption } from "./defaultStack";
import { progressOn } from "./terminal/progress";

void runCommand({
  call: "npm run access",
  summary: `
    Runs a stack's program on this machine and decides, by the documents that it registers, who can publish what, read,
    mint which tokens and change anything. Exit code 1 where a verdict is not what the settings say.`,
  options: {
    stack: stackOption(),
    format: {
      type: "choice",
      choices: ["text", "markdown", "json", "documents"],
      help: "documents prints the registered resources as JSON and decides nothing: npm run preview of the base branch reads them",
    },
  },
  run: async ({ stack, format }) => {
    const progress = progressOn(process.stderr);
    progress.wait(`running the program of stack ${stack}`);
    // Loaded only now, because loading takes longer than a person waits for a first word.
    const { access } = await import("./access/access.js");
    return access(process.cwd(), stack, format, progress);
  },
});
