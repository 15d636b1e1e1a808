import { runCommand, UsageError } from "./cli";
import { defaultStack } from "./defaultStack";
import { deployedStacks } from "./deployment/deployedStacks";
import { readDeploymentTarget } from "./deployment/deploymentTarget";
import { renderDeployedStacks, renderDeploymentTarget } from "./deployment/render";

void runCommand({
  call: "npm run --silent deployment",
  summary: `
    Prints where a deployment of a stack goes and which roles it runs as. With --list, prints the stacks that
    bootstrap's files prepare an account for, in the order in which they are deployed: each stack comes before those
    that its versions are carried on to. Everything comes from files of the repository: Pulumi.yaml must name the
    backend, and the stack file exactly one account in aws:allowedAccountIds. Asks neither AWS nor GitHub, and changes
    nothing.`,
  options: {
    stack: {
      type: "text",
      value: "NAME",
      help: `the stack, by its file Pulumi.NAME.yaml (default: ${defaultStack()})`,
    },
    list: { type: "flag", help: "every stack with the only ref that it is deployed from" },
    ref: {
      type: "text",
      value: "REF",
      help: "with --list: only the stacks that are deployed from this ref, such as refs/heads/main",
    },
    format: {
      type: "choice",
      choices: ["text", "json", "github-output"],
      help: "github-output prints lines for a workflow's step to append to the file that $GITHUB_OUTPUT names",
    },
  },
  notes: `
    Exit code 0 where all of it is known, 1 where something is missing or not allowed, 2 where the call is wrong.`,
  run: ({ stack, list, ref, format }) => {
    if (list) {
      if (stack !== undefined) {
        throw new UsageError("--list is about every stack. Leave --stack out.");
      }
      const stacks = deployedStacks(process.cwd()).filter((one) => ref === undefined || one.ref === ref);
      return Promise.resolve({ text: renderDeployedStacks(stacks, format), exitCode: 0 });
    }
    if (ref !== undefined) {
      throw new UsageError("--ref belongs to --list.");
    }
    const target = readDeploymentTarget(process.cwd(), stack ?? defaultStack(), process.env.PULUMI_BACKEND_URL);
    return Promise.resolve({ text: renderDeploymentTarget(target, format), exitCode: 0 });
  },
});
