import { resolve } from "node:path";
import { awsClients, profileOption } from "./aws/clients";
import { openStackRegistry } from "./aws/stackRegistry";
import { packagesOption, readPackageNames } from "./backup/packagesOption";
import { exitCodeOfSignal, runCommand } from "./cli";
import { checkedExport } from "./import/checkedExport";
import { importRegistry } from "./import/importRegistry";
import { planImport } from "./import/plan";
import { renderImport } from "./import/render";
import { Statuses } from "./import/statuses";
import { stackSettings } from "./stackSettings";
import { progressOn } from "./terminal/progress";

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => process.exit(exitCodeOfSignal(signal)));
}

void runCommand({
  call: "npm run import",
  summary: `
    Puts an export of npm run export into a stack's registry: the same files, with their status. Every file is compared
    with the manifest before anything is sent, and with the registry: nothing is sent where one has other bytes. What is
    there already stays, so an import that was interrupted is simply repeated.`,
  options: {
    stack: {
      type: "text",
      value: "STACK",
      help: "the stack to bring to, by its file Pulumi.STACK.yaml",
      required: true,
    },
    from: { type: "text", value: "DIR", help: "the folder of the export", required: true },
    profile: profileOption("that publishes"),
    "status-profile": {
      type: "text",
      value: "NAME",
      help: "the AWS profile that makes versions Unlisted or Archived, such as a maintainer's (default: that of --profile)",
    },
    packages: packagesOption,
    format: { type: "choice", choices: ["text", "json"] },
  },
  notes: `
    A version that is Unlisted or Archived in the export is sent only where its status may be set. One that was disposed of
    is not made again, and neither is one that the export's registry no longer had; they are named, and so is a file that
    is not a .whl, .tar.gz or .zip. twine does the uploads; it is installed on the first run. The packages' own origin
    settings are not set: the package groups of the stack decide.

    Exit code 0 where all is there, 1 where something is not, each with its reason, 2 where AWS cannot be asked.`,
  run: async ({ stack, from, profile, packages, format, ...options }) => {
    const only = readPackageNames(packages);
    const settings = stackSettings(stack);
    const folder = resolve(from);
    const progress = progressOn(process.stderr);
    try {
      const exported = await checkedExport(folder, only, progress);
      const target = await openStackRegistry(settings, profile);
      const { codeartifact } = await awsClients(settings.aws, options["status-profile"] ?? profile);
      const statuses = new Statuses(codeartifact, target.place);
      const plan = await planImport(exported, target, settings, progress);
      const imported = await importRegistry(plan, { folder, target, statuses, progress });
      const isComplete =
        plan.notImported.every(({ isIntended }) => isIntended) &&
        imported.statuses.every(({ outcome }) => outcome !== "denied");
      return {
        text: renderImport(imported, plan, { stack, folder: from }, format),
        exitCode: isComplete ? 0 : 1,
      };
    } finally {
      progress.end();
    }
  },
});
