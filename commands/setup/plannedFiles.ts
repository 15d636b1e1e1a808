import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseDocument } from "yaml";
import { deployWorkflow } from "../../bootstrap/settings";
import { EngineError, listStacks } from "../../sandbox/pulumi/stackFiles";
import { CommandError } from "../cli";
import { type Answers, type EnvironmentAnswer, unknownIds } from "./readAnswers";
import {
  bootstrapFile,
  bootstrapStacks,
  isProtectedByDefault,
  namePath,
  projectFile,
  type ProjectFiles,
  stackFile,
  stacksOf,
} from "./presentAnswers";
import { planStackFile } from "./stackFiles";
import { replaceInText, withAccountLine, writeAccount, YamlFile } from "./yamlFile";

/**
 * What the files are to be by these answers. A file that is left out of the result is to be deleted. What an answer does not
 * change stays as it is, comments included.
 *
 * @param before - the answers that the files give now
 * @throws CommandError where a stack that Pulumi knows already would lose its file
 */
export function plannedFiles(files: ProjectFiles, before: Answers, answers: Answers): ProjectFiles {
  const names = { customerId: answers.customer, projectId: answers.project };
  const stacks = answers.environments.map((environment): [string, string] => [
    stackFile(environment.name),
    planStackFile(files, before, answers, environment),
  ]);
  const planned = new Map<string, string>([
    [projectFile, withNames(projectFile, files, "package-registry", names)],
    ...stacks,
    [bootstrapProjectFile, withNames(bootstrapProjectFile, files, "package-registry-bootstrap", names)],
    ...planBootstrapFiles(files, answers),
    ...planWorkflow(files, answers),
  ]);
  rejectLosses(files, planned);
  return planned;
}

function withNames(
  path: string,
  files: ProjectFiles,
  namespace: string,
  names: Readonly<Record<string, string>>,
): string {
  return Object.entries(names).reduce(
    (text, [key, value]) => {
      const replaced = replaceInText(text, namePath(new YamlFile(path, text), `${namespace}:${key}`), scalar(value));
      if (replaced === undefined) {
        throw new CommandError(
          `${path} has no ${namespace}:${key} under config: add the line, with any value, and repeat.`,
        );
      }
      return replaced;
    },
    files.get(path) ?? "",
  );
}

const bootstrapProjectFile = "bootstrap/Pulumi.yaml";

/** A text as YAML writes it: in quotation marks where YAML would read `null`, `1.0` or a list without them. */
function scalar(text: string): string {
  return /^[\w./-]+$/.test(text) && parse(text) === text ? text : JSON.stringify(text);
}

/** The branches whose pushes deploy. A trigger takes them from nowhere but the workflow's own file. */
function planWorkflow(files: ProjectFiles, { environments }: Answers): readonly (readonly [string, string])[] {
  const text = files.get(deployWorkflow);
  if (text === undefined) {
    return [];
  }
  const branches = [...new Set(environments.map(({ branch }) => branch))];
  const path = ["on", "push", "branches"];
  const present = parseDocument(text).getIn(path, true) as { toJSON(): unknown } | undefined;
  const same = JSON.stringify(present?.toJSON()) === JSON.stringify(branches);
  const written = `[${branches.map(scalar).join(", ")}]`;
  return [[deployWorkflow, same ? text : (replaceInText(text, path, written) ?? text)]];
}

/** A stack file that Pulumi has written into belongs to a stack that may hold resources. */
function rejectLosses(files: ProjectFiles, planned: ProjectFiles): void {
  const lost = [...stacksOf(files).map(stackFile), ...bootstrapStacks(files).map(bootstrapFile)].filter(
    (path) => !planned.has(path) && /^(?:encryptionsalt|secretsprovider|encryptedkey):/m.test(files.get(path) ?? ""),
  );
  if (lost.length > 0) {
    throw new CommandError(
      `These files belong to stacks that Pulumi knows, and the environments leave them out: ${lost.join(", ")}. ` +
        "Name their environments too, or remove each stack first: pulumi destroy and pulumi stack rm.",
    );
  }
}

/** The stack files of bootstrap: one for each account, with the environments that live there. */
function planBootstrapFiles(files: ProjectFiles, answers: Answers): readonly (readonly [string, string])[] {
  const groups = byAccount(answers.environments);
  const stacks = bootstrapStacks(files);
  const taken = new Set<string>();
  return groups.map((environments): [string, string] => {
    const stack =
      stacks.find((one) => !taken.has(one) && belongs(files, one, environments, groups.length === 1)) ??
      newName(environments, groups.length, [...stacks, ...taken]);
    taken.add(stack);
    return [bootstrapFile(stack), planFile(files, stack, environments, answers)];
  });
}

/** The environments of each account, in their order; those whose account is not known yet are taken for one. */
function byAccount(environments: readonly EnvironmentAnswer[]): readonly (readonly EnvironmentAnswer[])[] {
  const accounts = [...new Set(environments.map(({ account }) => account))];
  return accounts.map((account) => environments.filter((one) => one.account === account));
}

/** Whether a file that is there is this account's. The only account keeps the only file. */
function belongs(
  files: ProjectFiles,
  stack: string,
  environments: readonly EnvironmentAnswer[],
  alone: boolean,
): boolean {
  const file = open(files, stack);
  const account = file.text("config", "aws:allowedAccountIds", 0);
  if (account !== undefined && account === environments[0]?.account) {
    return true;
  }
  const names = file.keys("config", setting("environments"));
  const overlaps = environments.some(({ name }) => names.includes(name));
  return alone ? bootstrapStacks(files).length === 1 : account === undefined && overlaps;
}

function newName([first]: readonly EnvironmentAnswer[], accounts: number, taken: readonly string[]): string {
  const name = accounts === 1 && !taken.includes("account") ? "account" : `${first?.name ?? ""}-account`;
  return taken.includes(name) ? `${name}-2` : name;
}

function planFile(
  files: ProjectFiles,
  stack: string,
  environments: readonly EnvironmentAnswer[],
  { region, source, ids }: Answers,
): string {
  const path = bootstrapFile(stack);
  const [account] = environments.flatMap((environment) => environment.account ?? []);
  const text = files.get(path) ?? copyOf(files);
  const file = new YamlFile(path, withAccountLine(text, account));
  const { repository, owner } = ids[source] ?? unknownIds;
  file.set(["config", "aws:region"], region);
  writeAccount(file, account);
  file.set(["config", setting("repository")], source);
  file.set(["config", setting("repositoryId")], Number(repository));
  file.set(["config", setting("ownerId")], Number(owner));
  for (const name of file.keys("config", setting("environments"))) {
    if (!environments.some((environment) => environment.name === name)) {
      file.remove("config", setting("environments"), name);
    }
  }
  const order = file.keys("config", setting("environments"));
  const wanted = environments.map(({ name }) => name);
  if (order.some((name, index) => name !== wanted[index])) {
    file.remove("config", setting("environments"));
  }
  for (const { name, branch } of environments) {
    file.set(["config", setting("environments"), name], `refs/heads/${branch}`);
  }
  const shared = file.get("config", setting("sharedEnvironments"));
  if (Array.isArray(shared)) {
    file.set(
      ["config", setting("sharedEnvironments")],
      shared.filter((name) => wanted.includes(String(name))),
    );
  }
  writeDeletable(file, environments);
  return file.toString();
}

/** Whose deployments delete package groups: those of environments that are not protected. Bootstrap assumes it of dev. */
function writeDeletable(file: YamlFile, environments: readonly EnvironmentAnswer[]): void {
  const path = ["config", setting("deletableEnvironments")];
  const named = (isNamed: (environment: EnvironmentAnswer) => boolean) =>
    environments.filter(isNamed).map(({ name }) => name);
  const wanted = named(({ protect }) => !protect);
  const assumed = named(({ name }) => !isProtectedByDefault(name));
  if (JSON.stringify(file.get(...path) ?? assumed) !== JSON.stringify(wanted)) {
    file.set(path, wanted);
  }
}

/** Text of an account's file that is there, without what belongs to that account alone. */
function copyOf(files: ProjectFiles): string {
  const [stack] = bootstrapStacks(files);
  if (stack === undefined) {
    return "config: {}\n";
  }
  const file = open(files, stack);
  for (const key of file.keys().filter((name) => name !== "config")) {
    file.remove(key);
  }
  for (const key of [
    "aws:allowedAccountIds",
    ...["sharedEnvironments", "deletableEnvironments", "stateKeyArn"].map(setting),
  ]) {
    file.remove("config", key);
  }
  return file.toString();
}

function open(files: ProjectFiles, stack: string): YamlFile {
  const path = bootstrapFile(stack);
  return new YamlFile(path, files.get(path) ?? "");
}

function setting(name: string): string {
  return `package-registry-bootstrap:${name}`;
}

/**
 * Reads every file that setup may change.
 *
 * @throws EngineError outside the folder of the project
 */
export function readProjectFiles(directory: string): ProjectFiles {
  for (const path of [projectFile, bootstrapProjectFile]) {
    if (!existsSync(join(directory, path))) {
      throw new EngineError(`There is no ${path} here: run this in the folder of the project.`);
    }
  }
  const bootstrap = readdirSync(join(directory, "bootstrap")).flatMap(
    (file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [],
  );
  const paths = [
    projectFile,
    ...listStacks(directory).map(stackFile),
    bootstrapProjectFile,
    ...bootstrap.sort().map(bootstrapFile),
    ...[deployWorkflow].filter((path) => existsSync(join(directory, path))),
  ];
  return new Map(paths.map((path) => [path, readFileSync(join(directory, path), "utf8")]));
}
