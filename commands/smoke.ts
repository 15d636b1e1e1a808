import { RunError } from "@pulumi/pulumi";
import { EngineError } from "../sandbox/pulumi/stackFiles";
import { couldNotLook, profileOption } from "./aws/clients";
import { CommandError, runCommand } from "./cli";
import { stackOption } from "./defaultStack";
import { renderSmoke } from "./smoke/render";
import { exitCodeOf, smoke, smokeClients } from "./smoke/smoke";
import { stackSettings } from "./stackSettings";
import { progressOn } from "./terminal/progress";

void runCommand({
  call: "npm run smoke",
  summary: `
    Asks AWS itself about a stack and prints where AWS and this project's evaluator differ: IAM Access Analyzer about every
    policy document, and IAM's policy simulator about every row of the access table. It needs an account, and changes
    nothing. The stack need not be deployed. Exit code 0 where AWS agrees, 1 where it differs, 2 where it could not be asked.`,
  options: {
    stack: stackOption(),
    profile: profileOption("to ask with"),
    format: { type: "choice", choices: ["text", "json"] },
  },
  notes: `
    docs/smoke.md has the policy that the identity needs, and what the API has no form for.`,
  run: async ({ stack, profile, format }) => {
    const progress = progressOn(process.stderr);
    try {
      const settings = stackSettings(stack);
      const clients = await smokeClients(settings, profile);
      const report = await smoke(process.cwd(), stack, settings, clients, progress).finally(progress.end);
      return { text: renderSmoke(report, format), warnings: report.warnings, exitCode: exitCodeOf(report) };
    } catch (error) {
      throw error instanceof EngineError || RunError.isInstance(error)
        ? new CommandError(error.message, couldNotLook)
        : error;
    }
  },
});
