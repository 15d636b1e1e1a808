import { runCommand, UsageError } from "./cli";
import { defaultStack } from "./defaultStack";
import { deployedStacks } from "./deployment/deployedStacks";
import { readDeploymentTarget } from "./deployment/deploymentTarget";
import { formats, renderDeployedStacks, renderDeploymentTarget } from "./deployment/render";

void runCommand({
  usage: `Usage: npm run --silent deployment -- [--stack NAME] [--format text|json|github-output]
       npm run --silent deployment -- --list [--ref REF] [--format text|json|github-output]

Prints where a deployment of a stack goes and which roles it runs as. With --list, prints the stacks
that bootstrap's files prepare an account for, in the order in which they are deployed: each stack
comes before those that its versions are carried on to. Everything comes from files of the
repository: Pulumi.yaml must name the backend, and the stack file exactly one account in
aws:allowedAccountIds. Asks neither AWS nor GitHub, and changes nothing.

  --stack NAME     the stack, by its file Pulumi.NAME.yaml (default: ${defaultStack()})
  --list           every stack with the only ref that it is deployed from
  --ref REF        of these the ones that are deployed from this ref, such as refs/heads/main
  --format FORMAT  text (default), json, or github-output: lines for a workflow's step to append to
                   the file that $GITHUB_OUTPUT names

Exit code 0 where all of it is known, 1 where something is missing or not allowed, 2 where the call
is not understood.`,
  options: {
    stack: { type: "string" },
    list: { type: "boolean", default: false },
    ref: { type: "string" },
    format: { type: "string", default: "text" },
  },
  run: (options) => {
    const format = formats.find((name) => name === options.format);
    if (format === undefined) {
      throw new UsageError(`--format ${String(options.format)} is not one of ${formats.join(", ")}.`);
    }
    if (options.list === true) {
      if (options.stack !== undefined) {
        throw new UsageError("--list is about every stack. Leave --stack out.");
      }
      const stacks = deployedStacks(process.cwd()).filter(
        ({ ref }) => options.ref === undefined || ref === options.ref,
      );
      return Promise.resolve({ text: renderDeployedStacks(stacks, format), exitCode: 0 });
    }
    if (options.ref !== undefined) {
      throw new UsageError("--ref belongs to --list.");
    }
    const stack = typeof options.stack === "string" ? options.stack : defaultStack();
    const target = readDeploymentTarget(process.cwd(), stack, process.env.PULUMI_BACKEND_URL);
    return Promise.resolve({ text: renderDeploymentTarget(target, format), exitCode: 0 });
  },
});
