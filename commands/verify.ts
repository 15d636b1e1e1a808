import { RunError } from "@pulumi/pulumi";
import { EngineError } from "../sandbox/pulumi/stackFiles";
import { awsClients, couldNotLook, profileOption, verifyActions } from "./aws/clients";
import { CommandError, runCommand, UsageError } from "./cli";
import { stackOption } from "./defaultStack";
import { stackSettings } from "./stackSettings";
import { boundaryActions, checkBoundaries } from "./verify/boundaries";
import { githubDifferences } from "./verify/github";
import { renderBoundaries, renderVerification } from "./verify/render";
import { verify } from "./verify/verification";

void runCommand({
  call: "npm run verify",
  summary: `
    Compares what is deployed with what a stack's program declares, and changes nothing. Exit code 0 where all is as
    declared, 1 where something differs, each with a way out, 2 where it could not look.`,
  options: {
    stack: stackOption(),
    profile: profileOption("to ask with"),
    github: {
      type: "flag",
      help: "asks GitHub too, through gh: the repositories' numbers and subjects, environments and their rules",
    },
    boundaries: {
      type: "flag",
      help:
        "checks permissions boundaries alone, before the first deployment too: every role of the registry has the one in " +
        "the settings, and every other role with its reader policy has one of its own",
    },
    format: { type: "choice", choices: ["text", "json"] },
  },
  notes: `
    It needs the right to these actions:

      ${verifyActions.join(" ")}

    With --boundaries these are enough:

      ${boundaryActions.join(" ")}`,
  run: async ({ stack, profile, github, boundaries, format }) => {
    if (boundaries && github) {
      throw new UsageError("--boundaries checks boundaries alone: leave out --github.");
    }
    try {
      const settings = stackSettings(stack);
      const clients = await awsClients(settings.aws, profile);
      if (boundaries) {
        const check = await checkBoundaries(stack, settings, clients.iam);
        return { text: renderBoundaries(stack, check, format), exitCode: check.differences.length === 0 ? 0 : 1 };
      }
      const registry = await verify({ directory: process.cwd(), stack, settings, clients });
      const onGithub = github ? await githubDifferences(settings) : [];
      const verification = { ...registry, differences: [...registry.differences, ...onGithub] };
      return {
        text: renderVerification(stack, verification, format),
        warnings: verification.warnings,
        exitCode: verification.differences.length === 0 ? 0 : 1,
      };
    } catch (error) {
      throw error instanceof EngineError || RunError.isInstance(error)
        ? new CommandError(error.message, couldNotLook)
        : error;
    }
  },
});
