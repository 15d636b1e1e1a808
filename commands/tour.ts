import { constants } from "node:os";
import { MemoryPackageStore } from "../sandbox/codeartifact/packages/store";
import { deploy } from "../sandbox/pulumi/deployment";
import { simpleIndex } from "../sandbox/publicIndex/simpleIndex";
import { openSandbox } from "../sandbox/sandbox";
import { runCommand, UsageError } from "./cli";
import { colors } from "./terminal/colors";
import { defaultStack } from "./defaultStack";
import { chooseClients } from "./tour/chooseClients";
import { publishOwnFiles, readOwnFiles } from "./tour/ownFiles";
import { progressOn } from "./terminal/progress";
import { differing, renderTour, tourSummary } from "./tour/render";
import { resourceTree } from "./terminal/resourceTree";
import { tour, tourPackage } from "./tour/tour";
import { publicPackages, serveTourIndex } from "./tour/publicIndex";

// What is under way ends with this process, and temporary folders go.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

void runCommand({
  usage: `Usage: npm start -- [--stack NAME] [--dist DIR] [--format text|json]

Deploys a stack, by its unmodified program, to a model of AWS on this machine, and tries its rules with real
clients: the job that may publishes with twine, a reader installs with pip, and everybody else is refused, by the
very documents that would be deployed. Nothing leaves this machine; only on the first run pip fetches Python's
tools. Exit code 1 where AWS would refuse a resource, or an attempt does not end as expected.

  --stack NAME     the stack, by its file Pulumi.NAME.yaml (default: ${defaultStack()})
  --dist DIR       instead of the tour: publishes the wheels and source distributions in DIR as the
                   jobs that may, and installs them
  --format FORMAT  text (default) or json`,
  options: {
    stack: { type: "string", default: defaultStack() },
    dist: { type: "string" },
    format: { type: "string", default: "text" },
  },
  run: async ({ stack, format, dist }) => {
    if (format !== "text" && format !== "json") {
      throw new UsageError(`--format ${String(format)} is not one of text, json.`);
    }
    const ownFiles = typeof dist === "string" ? readOwnFiles(dist) : undefined;
    const progress = progressOn(process.stderr);
    progress.step("deploying");
    const deployment = await deploy({ directory: process.cwd(), stack: String(stack) }).finally(progress.end);
    const { clients, remark } = await chooseClients(progress.wait);
    const { settings, resources, warnings } = deployment;
    const offered = publicPackages(settings, tourPackage(settings.publishers));
    const index = await serveTourIndex(offered);
    const publicIndex = simpleIndex(index.url);
    const sandbox = await openSandbox({ deployment, store: new MemoryPackageStore(), publicIndex });
    try {
      const { address, context } = sandbox;
      const administrator = context.sts.administrator();
      const options = { deployment, address, administrator, clients, offered, progress: progress.step };
      const attempts = await (ownFiles === undefined ? tour(options) : publishOwnFiles(options, ownFiles));
      const sections = [
        ...[
          heading("Resources"),
          resourceTree(resources),
          heading(ownFiles === undefined ? "Tour" : "Your files"),
          renderTour(attempts, process.stdout.columns),
        ],
        [tourSummary(attempts), ...remark].join("\n"),
        "Go on: npm run sandbox serves this registry to your own clients, npm run access tells who can do what.",
      ];
      const { publisher, installer } = clients;
      const report = { stack, domain: settings.domain, clients: { publisher, installer }, remark, attempts };
      return {
        text: format === "json" ? JSON.stringify(report, undefined, 2) : sections.join("\n\n"),
        warnings,
        exitCode: differing(attempts).length === 0 ? 0 : 1,
      };
    } finally {
      progress.end();
      await Promise.all([sandbox.close(), index.close()]);
    }
  },
});

function heading(text: string): string {
  return colors.underline(colors.bold(text));
}
