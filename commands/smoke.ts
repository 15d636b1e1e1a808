import { RunError } from "@pulumi/pulumi";
import { EngineError } from "../sandbox/pulumi/stackFiles";
import { couldNotLook, profileOption } from "./aws/clients";
import { CommandError, runCommand, UsageError } from "./cli";
import { stackOption } from "./defaultStack";
import { canaryNames, tryCanary } from "./smoke/canary";
import { askForRoles, isDifferent } from "./smoke/job";
import { renderJob, renderSmoke } from "./smoke/render";
import { exitCodeOf, smoke, smokeClients } from "./smoke/smoke";
import { stackSettings } from "./stackSettings";
import { progressOn } from "./terminal/progress";

void runCommand({
  call: "npm run smoke",
  summary: `
    Asks AWS itself about a stack and prints where AWS and this project's evaluator differ: IAM Access Analyzer about every
    policy document, and IAM's policy simulator about every row of the access table. It needs an account, and without
    --publish it changes nothing, and the stack need not be deployed. Exit code 0 where AWS agrees, 1 where it differs, 2 where it could not be asked.`,
  options: {
    stack: stackOption(),
    profile: profileOption("to ask with"),
    publish: {
      type: "flag",
      help:
        "publishes a package of its own name, installs it, has AWS reject the same version with other bytes, a name without " +
        "the right to it and a name that is not private, and removes it. The stack must be deployed",
    },
    job: {
      type: "flag",
      help:
        "within a GitHub Actions job with id-token: write: asks for every role of the stack and for the roles that preview and " +
        "deploy it with the job's own identity token, and for nothing else",
    },
    format: { type: "choice", choices: ["text", "json"] },
  },
  notes: `
    docs/smoke.md has the policy that the identity needs, and what the API has no form for.`,
  run: async ({ stack, profile, publish, job, format }) => {
    if (job && (publish || profile !== undefined)) {
      throw new UsageError("--job asks with the job's identity token alone: leave out --publish and --profile.");
    }
    const progress = progressOn(process.stderr);
    try {
      const settings = stackSettings(stack);
      if (job) {
        const report = await askForRoles(process.cwd(), stack, settings);
        return { text: renderJob(report, format), exitCode: report.roles.some(isDifferent) ? 1 : 0 };
      }
      if (publish) {
        // What cannot be published is said before anything is asked.
        canaryNames(settings);
      }
      const clients = await smokeClients(settings, profile);
      const asked = await smoke(process.cwd(), stack, settings, clients, progress).finally(progress.end);
      const canary = publish ? await tryCanary(settings, profile, progress).finally(progress.end) : undefined;
      const report = { ...asked, canary };
      return { text: renderSmoke(report, format), warnings: report.warnings, exitCode: exitCodeOf(report) };
    } catch (error) {
      throw error instanceof EngineError || RunError.isInstance(error)
        ? new CommandError(error.message, couldNotLook)
        : error;
    }
  },
});
