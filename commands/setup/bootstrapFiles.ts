import { withAccountLine, writeAccount } from "./accountLine";
import { type Answers, type Environment, unknownIds } from "./answers";
import { bootstrapFile, bootstrapStacks, type ProjectFiles } from "./projectFiles";
import { isProtectedByDefault } from "./presentAnswers";
import { YamlFile } from "./yamlFile";

/** The stack files of bootstrap: one for each account, with the environments that live there. */
export function planBootstrapFiles(files: ProjectFiles, answers: Answers): readonly (readonly [string, string])[] {
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
function byAccount(environments: readonly Environment[]): readonly (readonly Environment[])[] {
  const accounts = [...new Set(environments.map(({ account }) => account))];
  return accounts.map((account) => environments.filter((one) => one.account === account));
}

/** Whether a file that is there is this account's. The only account keeps the only file. */
function belongs(files: ProjectFiles, stack: string, environments: readonly Environment[], alone: boolean): boolean {
  const file = open(files, stack);
  const account = file.text("config", "aws:allowedAccountIds", 0);
  if (account !== undefined && account === environments[0]?.account) {
    return true;
  }
  const names = file.keys("config", setting("environments"));
  const overlaps = environments.some(({ name }) => names.includes(name));
  return alone ? bootstrapStacks(files).length === 1 : account === undefined && overlaps;
}

function newName([first]: readonly Environment[], accounts: number, taken: readonly string[]): string {
  const name = accounts === 1 && !taken.includes("account") ? "account" : `${first?.name ?? ""}-account`;
  return taken.includes(name) ? `${name}-2` : name;
}

function planFile(
  files: ProjectFiles,
  stack: string,
  environments: readonly Environment[],
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
function writeDeletable(file: YamlFile, environments: readonly Environment[]): void {
  const path = ["config", setting("deletableEnvironments")];
  const named = (isNamed: (environment: Environment) => boolean) =>
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
