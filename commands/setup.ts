import { CommandError, type OptionValues, runCommand, UsageError } from "./cli";
import { setUpHub } from "./setup/hub/setUpHub";
import {
  changeKind,
  changesBetween,
  checkFiles,
  counted,
  type FileChange,
  renderChanges,
  renderJson,
  writeChanges,
} from "./setup/changes";
import { plannedFiles, readProjectFiles } from "./setup/plannedFiles";
import { presentAnswers } from "./setup/presentAnswers";
import { askAll } from "./setup/questions";
import { AnswerError, type Answers } from "./setup/readAnswers";
import { Options, Person } from "./setup/respondents";
import { colors } from "./terminal/colors";

void runCommand({
  call: "npm run setup",
  summary: `
    Writes your team's names into Pulumi.yaml, the stack files, bootstrap's stack files and the branches that deploy.yml
    runs on. It asks for what no option gives, shows what it would change, and asks before it writes. Enter takes the
    answer that the files have now. Comments stay, and so does every setting that no question is about. It can be
    repeated. It asks neither AWS nor Pulumi.`,
  options: {
    customer: { type: "text", value: "NAME", help: "first part of every name" },
    project: { type: "text", value: "NAME", help: "second part of every name" },
    region: { type: "text", value: "REGION", help: "AWS region, such as eu-central-1" },
    environments: {
      type: "text",
      value: "LIST",
      help: "NAME:BRANCH of each, in the order of their deployment: dev:develop,staging:main,prod:main",
    },
    protect: {
      type: "text",
      value: "LIST",
      help: "environments whose packages are kept from deletion, or none (default: all but dev)",
    },
    accounts: { type: "text", value: "LIST", help: "one account's 12 digits, or ENVIRONMENT=ACCOUNT of each" },
    packages: { type: "text", value: "LIST", help: "the private packages" },
    private: {
      type: "text",
      value: "LIST",
      help:
        "names that only you publish: WORD~ is every name that begins with the word, NAME$ one name (default: the first " +
        "word of each package)",
    },
    repository: { type: "text", value: "OWNER/NAME", help: "the GitHub repository whose workflow publishes" },
    workflow: { type: "text", value: "FILE", help: "its workflow" },
    publisher: {
      type: "text",
      value: "FIELDS",
      help:
        "instead of the two above, once for each of several publishers: " +
        "name=NAME,repository=O/N,workflow=FILE,packages=A+B",
      multiple: true,
    },
    reader: {
      type: "text",
      value: "FIELDS",
      help: "a workflow that only installs, once for each, or none: name=NAME,repository=O/N,workflow=FILE",
      multiple: true,
    },
    registry: { type: "text", value: "OWNER/NAME", help: "the GitHub repository that holds this project" },
    ids: {
      type: "text",
      value: "IDS",
      help:
        "OWNER/NAME=ID:OWNERID, GitHub's numbers of a repository and of its owner, once for each repository (default: what " +
        "gh answers)",
      multiple: true,
    },
    hub: {
      type: "text",
      value: "DIR",
      help:
        "writes into a team's repository what it needs to publish and install: workflows, actions, scripts, registry.toml. Takes " +
        "all names from the stack files",
    },
    yes: { type: "flag", help: "asks nothing, and writes" },
    "dry-run": { type: "flag", help: "shows what it would change, and writes nothing" },
    format: { type: "choice", choices: ["text", "json"] },
  },
  notes: `
    Exit code 0 where the files are as answered, 1 where they cannot be, 2 where an answer is missing or not understood,
    130 after Ctrl-C. Unless it is 0, no file was changed.`,
  run: async (options) => {
    if (options.hub !== undefined) {
      return setUpHub(options.hub, options);
    }
    const json = options.format === "json";
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
    const writes = changes.length > 0 && !options["dry-run"];
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

/** Whether a person is there and wants to be asked. */
function asks({ yes, format, "dry-run": dryRun }: OptionValues): boolean {
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

async function answersOf(options: OptionValues, present: Answers): Promise<Answers> {
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
