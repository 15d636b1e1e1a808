import { filesOf, settingsInFiles } from "../../settings/files";
import { CommandError } from "../cli";
import { inPromotionOrder, readingEnvironments } from "../deployment/deployedStacks";
import {
  type Answers,
  type EnvironmentAnswer,
  isPromotion,
  type JobAnswer,
  type PublisherAnswer,
  type RepositoryIds,
  unknownIds,
} from "./readAnswers";
import { YamlFile } from "./yamlFile";

const registry = "package-registry";
const bootstrap = "package-registry-bootstrap";

/**
 * What the files answer now. Where they leave something open, the answer is empty.
 *
 * @throws CommandError for a setting in files of its own, which setup would write into the stack file
 */
export function presentAnswers(files: ProjectFiles): Answers {
  checkSettingFiles(files);
  const project = open(files, projectFile);
  const accounts = bootstrapStacks(files).map((stack) => open(files, bootstrapFile(stack)));
  const environments = presentEnvironments(files, accounts);
  const [first] = environments.map(({ name }) => open(files, stackFile(name)));
  const config = (file: YamlFile | undefined, key: string) => file?.get("config", `${registry}:${key}`);
  const text = (name: "customerId" | "projectId") => project.text(...namePath(project, `${registry}:${name}`)) ?? "";
  const jobs = list(config(first, "publishers")).map(readPublisher);
  const readers = list(config(first, "readers")).map(readJob);
  return {
    customer: text("customerId"),
    project: text("projectId"),
    region: first?.text("config", "aws:region") ?? "",
    environments,
    packages: list(config(first, "packages")).map(String),
    privateNames: list((config(first, "origins") as { readonly private?: unknown } | undefined)?.private).map(String),
    publishers: jobs,
    readers: readers.filter(({ name }) => !isPromotion(name)),
    source: accounts[0]?.text("config", `${bootstrap}:repository`) ?? "",
    ids: presentIds(files, accounts),
  };
}

function checkSettingFiles(files: ProjectFiles): void {
  for (const stack of stacksOf(files)) {
    const file = open(files, stackFile(stack));
    const [key] = settingsInFiles.filter((name) => filesOf(file.get("config", `${registry}:${name}`)) !== undefined);
    if (key !== undefined) {
      throw new CommandError(
        `${stackFile(stack)} names files for ${key}, and npm run setup writes that setting into the stack file. ` +
          "Edit the files instead: docs/settings.md describes their settings.",
      );
    }
  }
}

/** Where a value of Pulumi.yaml is: `pulumi new` makes `KEY: { default: VALUE }` out of `KEY: VALUE`. */
export function namePath(project: YamlFile, key: string): readonly string[] {
  const [inner] = project.keys("config", key);
  return inner === undefined ? ["config", key] : ["config", key, inner];
}

/** Those of the bootstrap files, in their order, and after them stacks that no account is prepared for. */
function presentEnvironments(files: ProjectFiles, accounts: readonly YamlFile[]): readonly EnvironmentAnswer[] {
  const stacks = stacksOf(files);
  const prepared = accounts.flatMap((account) => account.keys("config", `${bootstrap}:environments`));
  const names = [
    ...prepared.filter((name) => stacks.includes(name)),
    ...stacks.filter((name) => !prepared.includes(name)),
  ];
  const nextOf = (name: string) =>
    readingEnvironments(open(files, stackFile(name)).get("config", `${registry}:readers`));
  return inPromotionOrder(names, nextOf).map((name) => {
    const file = open(files, stackFile(name));
    const refs = [
      ...accounts.map((account) => account.text("config", `${bootstrap}:environments`, name)),
      file.text("config", `${registry}:publishers`, 0, "ref"),
    ];
    const account = file.text("config", "aws:allowedAccountIds", 0);
    const protect = file.get("config", `${registry}:protect`);
    return {
      name,
      branch: refs.find((ref) => ref !== undefined)?.replace(/^refs\/heads\//, "") ?? "",
      ...(account === undefined ? {} : { account }),
      protect: protect === undefined ? isProtectedByDefault(name) : protect === true || protect === "true",
    };
  });
}

type Job = Readonly<Record<string, unknown>>;

/** What the setting `protect` is where a stack file leaves it out. */
export function isProtectedByDefault(environment: string): boolean {
  return environment !== "dev";
}

function presentIds(files: ProjectFiles, accounts: readonly YamlFile[]): Answers["ids"] {
  const ids: Record<string, RepositoryIds> = {};
  const note = (repository?: string, repositoryId?: string, ownerId?: string) => {
    if (repository !== undefined && (ids[repository] ?? unknownIds).repository === "0") {
      ids[repository] = { repository: repositoryId ?? "0", owner: ownerId ?? "0" };
    }
  };
  for (const account of accounts) {
    const [repository, repositoryId, ownerId] = ["repository", "repositoryId", "ownerId"].map((key) =>
      account.text("config", `${bootstrap}:${key}`),
    );
    note(repository, repositoryId, ownerId);
  }
  for (const stack of stacksOf(files)) {
    const file = open(files, stackFile(stack));
    for (const key of ["publishers", "readers"]) {
      list(file.get("config", `${registry}:${key}`)).forEach((_job, index) => {
        const field = (name: string) => file.text("config", `${registry}:${key}`, index, name);
        note(field("repository"), field("repositoryId"), field("ownerId"));
      });
    }
  }
  return ids;
}

function readJob(job: unknown): JobAnswer {
  const { name, repository, workflow } = (job ?? {}) as Job;
  return {
    ...(typeof name === "string" ? { name } : {}),
    repository: typeof repository === "string" ? repository : "",
    workflow: typeof workflow === "string" ? workflow : "",
  };
}

function readPublisher(job: unknown): PublisherAnswer {
  const { packages } = (job ?? {}) as Job;
  return { ...readJob(job), ...(Array.isArray(packages) ? { packages: packages.map(String) } : {}) };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function open(files: ProjectFiles, path: string): YamlFile {
  return new YamlFile(path, files.get(path) ?? "");
}

/** The text of each file that has a team's answers, by its path in the project. */
export type ProjectFiles = ReadonlyMap<string, string>;

export const projectFile = "Pulumi.yaml";

/** The file of a stack. */
export function stackFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** The file of a bootstrap stack. */
export function bootstrapFile(stack: string): string {
  return `bootstrap/Pulumi.${stack}.yaml`;
}

/** The bootstrap stacks among the files, by name. */
export function bootstrapStacks(files: ProjectFiles): readonly string[] {
  return [...files.keys()].flatMap((path) => /^bootstrap\/Pulumi\.(.+)\.yaml$/.exec(path)?.[1] ?? []).sort();
}

/** The stacks among the files, by name. */
export function stacksOf(files: ProjectFiles): readonly string[] {
  return [...files.keys()].flatMap((path) => /^Pulumi\.(.+)\.yaml$/.exec(path)?.[1] ?? []).sort();
}
