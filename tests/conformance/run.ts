import { CommandError, runCommand } from "../../commands/cli";
import type { Variables } from "../../commands/job/identity";
import { runCommand as runProjectCommand } from "../support/commands/processes";
import { RunningSandbox } from "../support/commands/runningSandbox";
import { findPulumiCli, type PulumiCli } from "../support/pulumiCli";
import { settingsChanges } from "../support/settingsChanges";
import { accountClients } from "./awsClients";
import { PluginProject } from "./pluginProject";
import { conformanceSteps, type StepResult } from "./sequence";

void runCommand({
  call: "npm run conformance",
  summary: `
    Deploys the example's stack dev with the Pulumi CLI on PATH and Pulumi's own plugins aws and aws-native into an empty
    sandbox: the first update, every change of settings and back, what another client changes, and the end of the stack. It
    needs no AWS account, and downloads the plugins unless this user's Pulumi has them. The stack's state is in a temporary
    folder.`,
  options: {},
  notes: `
    Prints a line for each step, and below a failed one what the plugins did and what was expected of them. Exit code 1 if a
    step fails, or a plugin is missing and cannot be downloaded.`,
  run: async () => {
    const cli = findPulumiCli();
    if (cli === undefined) {
      throw new CommandError(
        "There is no pulumi on PATH. Install it (https://www.pulumi.com/docs/install/), or build the pinned one: " +
          'PATH="$(sh tools/build.sh pulumi-cli):$PATH" npm run conformance',
      );
    }
    const sandbox = await RunningSandbox.start(["--empty", "--offline"]);
    try {
      const { passed, failed } = await deploy(cli, sandbox);
      return { text: `${passed} passed, ${failed} failed`, exitCode: failed === 0 ? 0 : 1 };
    } finally {
      await sandbox.end();
    }
  },
});

async function administrator(address: string): Promise<Variables> {
  const options = ["--administrator", "--format", "json", "--sandbox", address];
  const { exitCode, stdout, stderr } = await runProjectCommand("job", options);
  if (exitCode !== 0) {
    throw new CommandError(stderr.trim());
  }
  return JSON.parse(stdout) as Variables;
}

interface Count {
  readonly passed: number;
  readonly failed: number;
}

async function deploy(cli: PulumiCli, sandbox: RunningSandbox): Promise<Count> {
  const identity = await administrator(sandbox.address);
  const project = new PluginProject(cli, identity);
  // The CLI runs in a group of its own, which Ctrl-C does not reach.
  const interrupted = () => {
    project.close();
    sandbox.process.kill();
    process.exit(1);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    const plugins = await project.installPlugins();
    process.stdout.write(`pulumi ${cli.version} with ${plugins.join(" and ")}\n`);
    let [passed, failed] = [0, 0];
    for await (const result of conformanceSteps({
      project,
      clients: accountClients(identity),
      changes: settingsChanges,
    })) {
      process.stdout.write(resultLines(result));
      if (result.differences.length === 0) {
        passed++;
      } else {
        failed++;
      }
    }
    return { passed, failed };
  } finally {
    project.close();
  }
}

function resultLines({ title, differences }: StepResult): string {
  return [
    `${differences.length === 0 ? "ok  " : "FAIL"} ${title}`,
    ...differences.map((line) => `       ${line}`),
    "",
  ].join("\n");
}
