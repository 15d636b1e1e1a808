import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type CommandResult, CommandError, type OptionValues, UsageError } from "../../cli";
import { colors } from "../../terminal/colors";
import {
  changeKind,
  changesBetween,
  counted,
  type FileChange,
  renderChanges,
  renderJson,
  writeChanges,
} from "../changes";
import { Person } from "../respondents";
import { ciEnvironment, type HubStack, hubStacks, lambdaDeployer } from "./hubStacks";
import { type PlannedHub, plannedHub } from "./plannedHub";

/** Options that `--hub` takes beside itself. */
const taken = ["hub", "repository", "yes", "dry-run", "format"];

/**
 * Writes into a team's repository what it needs, after it has shown what changes.
 *
 * @param folder - the root of the repository
 * @throws UsageError for an option that asks for another file
 * @throws CommandError if the stacks and the repository do not fit each other
 */
export async function setUpHub(folder: string, options: OptionValues): Promise<CommandResult> {
  const others = Object.entries(options).filter(([name, value]) => value !== undefined && !taken.includes(name));
  if (others.length > 0) {
    throw new UsageError(
      `--hub takes all names from the stack files. Leave out ${others.map(([name]) => `--${name}`).join(", ")}.`,
    );
  }
  const directory = resolve(folder);
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CommandError(`--hub: there is no folder ${directory}. Give the root of the team's repository.`);
  }
  const project = process.cwd();
  const { repository, stacks } = hubStacks(project, options.repository as string | undefined);
  const hub = plannedHub(directory, stacks, lambdaDeployer(project, repository));
  const changes = changesBetween(hub.before, hub.planned);
  const json = options.format === "json";
  if (!json && changes.length > 0) {
    process.stdout.write(`${renderHubChanges(changes)}\n\n`);
  }
  const writes = changes.length > 0 && options["dry-run"] !== true;
  if (writes && options.yes !== true && !json) {
    if (!process.stdin.isTTY) {
      throw new UsageError("There is no terminal to ask on. Give --yes to write, or --dry-run to look.");
    }
    if (!(await new Person(options).confirm(`Write ${counted(changes)} into ${directory}?`))) {
      throw new CommandError("No file was written.");
    }
  }
  if (writes) {
    writeChanges(directory, changes, hub.executable);
  }
  return {
    text: json ? renderJson(changes, writes) : renderEnd(changes, writes, repository, stacks, hub),
    exitCode: 0,
  };
}

/** The diff of what is the team's, and the names of the files that are copied as they are. */
function renderHubChanges(changes: readonly FileChange[]): string {
  const isCopied = ({ path }: FileChange) => /^\.github\/(?:actions|registry)\//.test(path);
  const copies = changes.filter(isCopied).map((change) => `${changeKind(change)}  ${change.path}`);
  return [renderChanges(changes.filter((change) => !isCopied(change))), ...copies].join("\n");
}

function renderEnd(
  changes: readonly FileChange[],
  written: boolean,
  repository: string,
  stacks: readonly HubStack[],
  { team, leftOut }: PlannedHub,
): string {
  const done =
    changes.length === 0
      ? "The repository has all of this already."
      : written
        ? `Written: ${changes.length} files.`
        : "No file was written: --dry-run.";
  const locks = changes
    .filter(({ path }) => path.endsWith("/Pipfile"))
    .map(({ path }) => path.replace(/\/Pipfile$/, ""));
  const next = [
    ...leftOut.map((one) => `In registry.toml, if it is to stay: ${one}`),
    ...stacks.map(
      ({ environment, publishers, account }) =>
        `On GitHub, in ${repository}: environment ${environment}, deployments from ${branches(publishers)} only` +
        (account === undefined ? `, variable AWS_ACCOUNT_ID (Pulumi.${environment}.yaml names no account)` : ""),
    ),
    ...(stacks.some(({ ciReader }) => ciReader !== undefined)
      ? [`On GitHub: environment ${ciEnvironment}, without protection rules`]
      : []),
    ...locks.map(
      (path) =>
        `Lock it again: .github/actions/codeartifact-login/registry_login.py run --registry ${stacks.at(-1)?.environment ?? ""} -- ` +
        `.github/registry/lambda/lock_layer.sh ${path}`,
    ),
    ...(Object.keys(team.layers).length === 0 ? ["For layers and functions: their tables in registry.toml"] : []),
    "Look at the files with git diff, and commit them",
  ];
  return [done, "", colors.bold("Next"), ...next.map((line) => `  ${line}`)].join("\n");
}

function branches(publishers: HubStack["publishers"]): string {
  return [...new Set(publishers.map(({ branch }) => branch))].join(" and ");
}
