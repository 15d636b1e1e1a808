import { resolve } from "node:path";
import { profileOption } from "./aws/clients";
import { openStackRegistry } from "./aws/stackRegistry";
import { manifestName } from "./backup/manifest";
import { packagesOption, readPackageNames } from "./backup/packagesOption";
import { exitCodeOfSignal, runCommand } from "./cli";
import { Unlisting } from "./export/archived";
import { exportRegistry } from "./export/exportRegistry";
import { checkoutWarnings } from "./export/checkout";
import { renderExport } from "./export/render";
import { stackSettings } from "./stackSettings";
import { progressOn } from "./terminal/progress";

void runCommand({
  call: "npm run export",
  summary: `
    Saves every version of a stack's private packages in a folder: all files with their SHA-256, status, metadata and the
    packages' origin settings. The folder needs no AWS: pip installs from its simple/, and npm run import puts it into
    another registry.

    A file that is there already is not fetched again, so an export that was interrupted, or one of last week, is simply
    repeated. What the registry no longer has stays in the folder.`,
  options: {
    stack: { type: "text", value: "STACK", help: "the stack to save, by its file Pulumi.STACK.yaml", required: true },
    to: { type: "text", value: "DIR", help: "the folder; an empty one, or that of an earlier export", required: true },
    profile: profileOption("that reads, such as a maintainer's"),
    packages: packagesOption,
    "unlist-archived": {
      type: "flag",
      help:
        "makes each Archived version Unlisted while its files are read, and Archived again: AWS gives out no file of an " +
        "Archived version (default: the files that are not there yet are named)",
    },
    format: { type: "choice", choices: ["text", "json"] },
  },
  notes: `
    Exit code 0 where all is saved, 1 where something is not, each with its reason, 2 where AWS cannot be asked.
    docs/operations.md describes ${manifestName}.`,
  run: async ({ stack, to, profile, packages, format, ...options }) => {
    const only = readPackageNames(packages);
    const settings = stackSettings(stack);
    const registry = await openStackRegistry(settings, profile);
    const folder = resolve(to);
    const unlisting = options["unlist-archived"] ? new Unlisting(registry) : undefined;
    const progress = progressOn(process.stderr);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        void (unlisting?.end() ?? Promise.resolve())
          .catch((error: unknown) => process.stderr.write(`error: ${(error as Error).message}\n`))
          .finally(() => process.exit(exitCodeOfSignal(signal)));
      });
    }
    const { domain, aws, origins } = settings;
    const source = { stack, region: aws.region, domain, repository: registry.place.repository };
    const exported = await exportRegistry({ registry, source, origins, only, folder, unlisting, progress }).finally(
      progress.end,
    );
    return {
      text: renderExport(exported, { stack, folder: to }, format),
      warnings: await checkoutWarnings(folder),
      exitCode: exported.problems.length === 0 ? 0 : 1,
    };
  },
});
