import { eventsAction, lookActions } from "../iam/permissions";
import { awsClients, profileOption } from "./aws/clients";
import { runCommand } from "./cli";
import { allStacks } from "./deployment/deployedStacks";
import { readSigner } from "./promote/attestations";
import { stackSettings } from "./stackSettings";
import { progressOn } from "./terminal/progress";
import { renderCsv, renderJson } from "./versions/renderData";
import { renderText } from "./versions/renderText";
import { differing, makeReport } from "./versions/report";
import { readSelection, readStacks, splitFiles } from "./versions/selection";

void runCommand({
  call: "npm run versions",
  summary: `
    Shows which version of each private package is in which environment: when it was published and by whom, its status
    and the SHA-256 of its files. It marks versions whose bytes differ, that are missing, and environments that are
    behind. Words narrow it down to packages or single versions, as in npm run versions -- orb-common==1.4.0. It reads
    lists and descriptions, never a package, and changes nothing.`,
  words: "[NAME|NAME==VERSION …]",
  options: {
    stacks: {
      type: "text",
      value: "NAMES",
      help: "the stacks, by their files Pulumi.NAME.yaml, as in dev,staging,prod (default: all)",
    },
    packages: { type: "text", value: "NAMES", help: "these packages, as in orb-common,orb-models (default: all)" },
    layers: {
      type: "text",
      value: "FILE",
      multiple: true,
      help:
        "a lock (Pipfile.lock, uv.lock, poetry.lock, pylock.toml, requirements.txt) or the zip of a Lambda layer or " +
        "function: says which versions it holds; may be given several times, and further files may follow it",
    },
    "attested-by": {
      type: "text",
      value: "REPO",
      help:
        "OWNER/NAME of the repository that GitHub is asked for attestations of each SHA-256, through gh; it verifies none: " +
        "npm run promote does",
    },
    profile: {
      ...profileOption("to ask with"),
      help: profileOption("to ask with, or one for each stack, as in dev=NAME,prod=NAME").help,
    },
    format: { type: "choice", choices: ["text", "json", "csv"], help: "csv has a row for each file" },
  },
  notes: `
    Exit code 0 where no bytes differ, 1 where a version has other bytes in another environment, lock or layer, 2 where
    AWS or GitHub cannot be asked. Who published comes from CloudTrail, which knows 90 days.

    An inspector's role has the right to all that it needs:

      ${[...lookActions, eventsAction].join(" ")}`,
  run: async ({ stacks, packages, layers, "attested-by": repository, profile, format }, words) => {
    const attestedBy = readSigner(repository)?.repository;
    const chosen = readStacks(stacks, profile, allStacks(process.cwd())).map((one) => ({
      ...one,
      settings: stackSettings(one.stack),
    }));
    const [files, names] = layers === undefined ? [[], words] : splitFiles(words);
    const selection = readSelection(
      names,
      packages,
      chosen.map(({ settings }) => settings),
    );
    const environments = await Promise.all(
      chosen.map(async ({ stack, settings, profile: own }) => ({
        stack,
        settings,
        clients: await awsClients(settings.aws, own),
      })),
    );
    const progress = progressOn(process.stderr);
    const question = { environments, selection, files: [...(layers ?? []), ...files], attestedBy };
    const report = await makeReport(question, progress).finally(progress.end);
    const render = { text: renderText, json: renderJson, csv: renderCsv }[format];
    return { text: render(report), warnings: report.warnings, exitCode: differing(report).length === 0 ? 0 : 1 };
  },
});
