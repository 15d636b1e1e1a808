import { runCommand, UsageError } from "./cli";
import { defaultStack } from "./defaultStack";
import { readDeploymentTarget } from "./deployment/deploymentTarget";
import { formats, renderDeploymentTarget } from "./deployment/render";

void runCommand({
  usage: `Usage: npm run --silent deployment -- [--stack NAME] [--format text|json|github-output]

Prints where a deployment of a stack goes and which roles it runs as. Everything comes from files
of the repository: Pulumi.yaml must name the backend, and the stack file exactly one account in
aws:allowedAccountIds. Asks neither AWS nor GitHub, and changes nothing.

  --stack NAME     the stack, by its file Pulumi.NAME.yaml (default: ${defaultStack()})
  --format FORMAT  text (default), json, or github-output: lines for a workflow's step to append to
                   the file that $GITHUB_OUTPUT names

Exit code 0 where all of it is known, 1 where something is missing or not allowed, 2 where the call
is not understood.`,
  options: {
    stack: { type: "string", default: defaultStack() },
    format: { type: "string", default: "text" },
  },
  run: (options) => {
    const format = formats.find((name) => name === options.format);
    if (format === undefined) {
      throw new UsageError(`--format ${String(options.format)} is not one of ${formats.join(", ")}.`);
    }
    const target = readDeploymentTarget(process.cwd(), String(options.stack), process.env.PULUMI_BACKEND_URL);
    return Promise.resolve({ text: renderDeploymentTarget(target, format), exitCode: 0 });
  },
});
