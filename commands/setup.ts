import { type CommandOptions, CommandError, runCommand, UsageError } from "./cli";
import { colors } from "./terminal/colors";
import type { Answers } from "./setup/answers";
import { changeKind, changesBetween, type FileChange, renderChanges, writeChanges } from "./setup/changes";
import { checkFiles } from "./setup/checkFiles";
import { plannedFiles } from "./setup/plannedFiles";
import { presentAnswers } from "./setup/presentAnswers";
import { readProjectFiles } from "./setup/projectFiles";
import { askAll } from "./setup/questions";
import { AnswerError } from "./setup/readAnswers";
import { Options, Person } from "./setup/respondents";

void runCommand({
  usage: `Usage: npm run setup [-- OPTIONS]

Writes your team's names into Pulumi.yaml, the stack files, bootstrap's stack files and the branches
that deploy.yml runs on. It asks for what no option gives, shows what it would change, and asks before it writes.
The files as they stand are the answers that Enter takes. Comments stay, and so does every
setting that no question is about. It can be repeated. It asks neither AWS nor Pulumi.

  --customer NAME       first part of every name
  --project NAME        second part of every name
  --region REGION       AWS region, such as eu-central-1
  --environments LIST   NAME:BRANCH of each, in the order of their deployment:
                        dev:develop,staging:main,prod:main
  --protect LIST        environments whose packages are kept from deletion, or none
                        (default: all but dev)
  --accounts LIST       one account's 12 digits, or ENVIRONMENT=ACCOUNT of each
  --packages LIST       the private packages
  --private LIST        names that only you publish: WORD~ is every name that begins with
                        the word, NAME$ one name (default: the first word of each package)
  --repository O/N      the GitHub repository whose workflow publishes
  --workflow FILE       its workflow
  --publisher FIELDS    instead of the two above, once for each of several publishers:
                        name=NAME,repository=OWNER/NAME,workflow=FILE.yml,packages=A+B
  --reader FIELDS       a workflow that only installs, once for each, or none:
                        name=NAME,repository=OWNER/NAME,workflow=FILE.yml
  --registry O/N        the GitHub repository that holds this project
  --ids O/N=ID:OWNERID  GitHub's numbers of a repository and of its owner, once for each
                        repository (default: what gh answers)
  --yes                 asks nothing, and writes
  --dry-run             shows what it would change, and writes nothing
  --format FORMAT       text (default) or json

Exit code 0 where the files are as answered, 1 where they cannot be, 2 where an answer is missing or not
understood, 130 after Ctrl-C. Unless it is 0, no file was changed.`,
  options: {
    customer: { type: "string" },
    project: { type: "string" },
    region: { type: "string" },
    environments: { type: "string" },
    protect: { type: "string" },
    accounts: { type: "string" },
    packages: { type: "string" },
    private: { type: "string" },
    repository: { type: "string" },
    workflow: { type: "string" },
    publisher: { type: "string", multiple: true },
    reader: { type: "string", multiple: true },
    registry: { type: "string" },
    ids: { type: "string", multiple: true },
    yes: { type: "boolean", default: false },
    "dry-run": { type: "boolean", default: false },
    format: { type: "string", default: "text" },
  },
  run: async (options) => {
    const json = readFormat(options) === "json";
    const directory = process.cwd();
    const files = readProjectFiles(directory);
    const present = presentAnswers(files);
    const person = asks(options) ? new Person(options) : undefined;
    const answers = await (person === undefined ? answersOf(options, present) : askAll(person, present).catch(usageOf));
    const planned = plannedFiles(files, present, answers);
    const warnings = checkFiles(planned);
    const changes = changesBetween(files, planned);
    if (!json && changes.length > 0) {
      process.stdout.write(`${renderChanges(changes)}\n`);
    }
    const writes = changes.length > 0 && options["dry-run"] !== true;
    if (writes && (await person?.confirm(`Write ${counted(changes)}?`)) === false) {
      throw new CommandError("No file was written.");
    }
    if (writes) {
      writeChanges(directory, changes);
    }
    return {
      text: json ? renderJson(changes, writes) : renderEnd(changes, writes, answers),
      warnings,
      exitCode: 0,
    };
  },
});

function readFormat({ format }: CommandOptions): "text" | "json" {
  if (format !== "text" && format !== "json") {
    throw new UsageError(`--format ${String(format)} is not one of text, json.`);
  }
  return format;
}

/** Whether a person is there and wants to be asked. */
function asks({ yes, format, "dry-run": dryRun }: CommandOptions): boolean {
  if (yes === true || format === "json") {
    return false;
  }
  if (process.stdin.isTTY) {
    return true;
  }
  if (dryRun === true) {
    return false;
  }
  throw new UsageError("There is no terminal to ask on. Give --yes, and an option for each answer.");
}

async function answersOf(options: CommandOptions, present: Answers): Promise<Answers> {
  const isSetUp = Object.values(present.ids).some(({ repository }) => repository !== "0");
  // Until a team has set the project up, the files hold the values of an example.
  const respondent = new Options(options, isSetUp ? [] : ["customer", "project", "packages", "repository"]);
  const answers = await askAll(respondent, present).catch(usageOf);
  respondent.check();
  return answers;
}

function usageOf(error: unknown): never {
  throw error instanceof AnswerError ? new UsageError(error.message) : error;
}

function counted(changes: readonly FileChange[]): string {
  return changes.length === 1 ? "this file" : `these ${changes.length} files`;
}

function renderJson(changes: readonly FileChange[], written: boolean): string {
  const files = changes.map((change) => ({ path: change.path, change: changeKind(change) }));
  return JSON.stringify({ written, files }, undefined, 2);
}

function renderEnd(changes: readonly FileChange[], written: boolean, { environments }: Answers): string {
  const [first] = environments;
  const done =
    changes.length === 0
      ? "The files say all of this already."
      : written
        ? changes.map((change) => `${changeKind(change)}  ${change.path}`).join("\n")
        : "No file was written: --dry-run.";
  const stack = first?.name ?? "dev";
  const next = [
    [`npm start -- --stack ${stack}`, "watch the rules at work on this machine"],
    [`npm run access -- --stack ${stack}`, "read who can do what"],
    [`pulumi preview --stack ${stack}`, `see what AWS would get (after pulumi stack init ${stack})`],
  ] as const;
  const width = Math.max(...next.map(([command]) => command.length)) + 2;
  return [
    done,
    "",
    colors.bold("Next"),
    ...next.map(([command, purpose]) => `  ${command.padEnd(width)}${purpose}`),
  ].join("\n");
}
