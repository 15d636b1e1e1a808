import { RunError } from "@pulumi/pulumi";
import { EngineError } from "../sandbox/pulumi/engineError";
import { CommandError, runCommand, UsageError } from "./cli";
import { defaultStack } from "./defaultStack";
import { stackSettings } from "./stackSettings";
import { awsClients, couldNotLook } from "./aws/clients";
import { boundaryActions, checkBoundaries } from "./verify/boundaries";
import { githubDifferences } from "./verify/github";
import { readActions } from "./verify/readActions";
import { formats, renderBoundaries, renderVerification } from "./verify/render";
import { verify } from "./verify/verification";

void runCommand({
  usage: `Usage: npm run verify -- [--stack NAME] [--profile NAME] [--github | --boundaries] [--format text|json]

Compares what is deployed with what a stack's program declares, and changes nothing. Exit code 0 where all is as
declared, 1 where something differs, each with a way out, 2 where it could not look.

  --stack NAME     the stack, by its file Pulumi.NAME.yaml (default: ${defaultStack()})
  --profile NAME   the AWS profile to ask with (default: aws:profile of the stack, or the usual credentials)
  --github         asks GitHub too, through gh: the repositories' numbers and subjects, environments and their rules
  --boundaries     checks permissions boundaries alone, before the first deployment too: every role of the registry has
                   the one in the settings, and every other role with its reader policy has one of its own
  --format FORMAT  text (default) or json

It needs the right to these actions:
${wrapped(readActions)}

With --boundaries these are enough:
${wrapped(boundaryActions)}`,
  options: {
    stack: { type: "string", default: defaultStack() },
    profile: { type: "string" },
    github: { type: "boolean", default: false },
    boundaries: { type: "boolean", default: false },
    format: { type: "string", default: "text" },
  },
  run: async (options) => {
    const format = formats.find((name) => name === options.format);
    if (format === undefined) {
      throw new UsageError(`--format ${String(options.format)} is not one of ${formats.join(", ")}.`);
    }
    if (options.boundaries === true && options.github === true) {
      throw new UsageError("--boundaries checks boundaries alone: leave out --github.");
    }
    const stack = String(options.stack);
    try {
      const settings = stackSettings(stack);
      const profile = typeof options.profile === "string" ? options.profile : settings.aws.profile;
      const clients = awsClients({ ...settings.aws, profile });
      if (options.boundaries === true) {
        const check = await checkBoundaries(stack, settings, clients.iam);
        return { text: renderBoundaries(stack, check, format), exitCode: check.differences.length === 0 ? 0 : 1 };
      }
      const registry = await verify({ directory: process.cwd(), stack, settings, clients });
      const onGithub = options.github === true ? await githubDifferences(settings) : [];
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

function wrapped(names: readonly string[]): string {
  return names
    .join(" ")
    .replace(/(.{1,108})(?: |$)/g, "  $1\n")
    .trimEnd();
}
