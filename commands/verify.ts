import { RunError } from "@pulumi/pulumi";
import { EngineError } from "../engine/engineError";
import { CommandError, runCommand, UsageError } from "./cli";
import { stackSettings } from "./stackSettings";
import { awsClients, couldNotLook } from "./verify/aws";
import { githubDifferences } from "./verify/github";
import { readActions } from "./verify/readActions";
import { formats, renderVerification } from "./verify/render";
import { verify } from "./verify/verification";

void runCommand({
  usage: `Usage: npm run verify -- [--stack NAME] [--profile NAME] [--github] [--format text|json]

Holds what a stack's program declares against what AWS says of it, and changes nothing. Exit code 0 where all is
as declared, 1 where something differs, each with a way out, 2 where it could not look.

  --stack NAME     the stack, by its file Pulumi.NAME.yaml (default: dev)
  --profile NAME   the AWS profile to ask with (default: aws:profile of the stack, or the usual credentials)
  --github         asks GitHub too, through gh: the repositories' numbers and subjects, environments and their rules
  --format FORMAT  text (default) or json

It needs the right to these actions:
${wrapped(readActions)}`,
  options: {
    stack: { type: "string", default: "dev" },
    profile: { type: "string" },
    github: { type: "boolean", default: false },
    format: { type: "string", default: "text" },
  },
  run: async (options) => {
    const format = formats.find((name) => name === options.format);
    if (format === undefined) {
      throw new UsageError(`--format ${String(options.format)} is not one of ${formats.join(", ")}.`);
    }
    const stack = String(options.stack);
    try {
      const settings = stackSettings(stack);
      const profile = typeof options.profile === "string" ? options.profile : settings.aws.profile;
      const clients = awsClients({ ...settings.aws, profile });
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
