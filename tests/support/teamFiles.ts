import { existsSync } from "node:fs";
import { join } from "node:path";
import { deployWorkflow } from "../../bootstrap/settings";
import { parseSettings as parseBootstrapSettings } from "../../bootstrap/settings";
import {
  EngineError,
  listStacks,
  readStackConfiguration,
  type StackConfiguration,
} from "../../sandbox/pulumi/stackFiles";
import { parseSettings } from "../../settings";
import { parsed } from "../../settings/configuration";
import { SettingsError } from "../../settings/errors";
import { isStartedBy, readWorkflow } from "./examples/workflowFile";

/**
 * Everything that is wrong with a team's Pulumi.yaml, stack files and files of bootstrap, whatever values and stacks they have.
 *
 * @param directory - of the team's Pulumi.yaml
 */
export function teamFileErrors(directory: string): readonly string[] {
  const stacks = readAll(directory, "", "package-registry", ({ values, stack }) =>
    parseSettings(values, stack, directory),
  );
  const bootstrapDirectory = join(directory, "bootstrap");
  const accounts = existsSync(join(bootstrapDirectory, "Pulumi.yaml"))
    ? readAll(bootstrapDirectory, "bootstrap/", "package-registry-bootstrap", ({ values, stack }) =>
        parseBootstrapSettings(values, stack),
      )
    : { errors: [], read: [] };
  return [
    ...(listStacks(directory).length === 0 ? ["There is no stack file: no Pulumi.NAME.yaml."] : []),
    ...stacks.errors,
    ...accounts.errors,
    ...idErrors([...stacks.read, ...accounts.read]),
    ...accountErrors(stacks, accounts),
    ...refErrors(directory, accounts),
  ];
}

/** A stack file that is accepted, and its configuration. */
interface ReadFile {
  readonly file: string;
  readonly configuration: StackConfiguration;
}

/** The stack files of a folder that are accepted, and why the others are not. */
interface ReadFolder {
  readonly read: readonly ReadFile[];
  readonly errors: readonly string[];
}

function readAll(
  directory: string,
  prefix: string,
  project: string,
  accept: (configuration: StackConfiguration) => unknown,
): ReadFolder {
  const read: ReadFile[] = [];
  const errors: string[] = [];
  for (const stack of listStacks(directory)) {
    const file = `${prefix}Pulumi.${stack}.yaml`;
    try {
      const configuration = readStackConfiguration(directory, stack);
      // Every key of a setting starts with this name.
      if (configuration.project !== project) {
        throw new EngineError(`${prefix}Pulumi.yaml: name is ${configuration.project}. Write ${project}.`);
      }
      accept(configuration);
      read.push({ file, configuration });
    } catch (error) {
      if (!(error instanceof EngineError || error instanceof SettingsError)) {
        throw error;
      }
      errors.push(`${file}: ${error.message}`);
    }
  }
  return { read, errors };
}

interface Job {
  readonly repository: string;
  readonly repositoryId: number | string;
  readonly ownerId: number | string;
}

/** A repository has one pair of ids, so a file that still has 0 while another has the id is not finished. */
function idErrors(files: readonly ReadFile[]): readonly string[] {
  const seen = new Map<string, readonly [ids: string, file: string]>();
  const errors: string[] = [];
  for (const { file, configuration } of files) {
    for (const { repository, repositoryId, ownerId } of jobsOf(configuration)) {
      const ids = `repositoryId ${repositoryId} and ownerId ${ownerId}`;
      const [others, elsewhere] = seen.get(repository) ?? [ids, file];
      seen.set(repository, [others, elsewhere]);
      if (others !== ids) {
        errors.push(`${file}: ${repository} has ${ids}, and ${others} in ${elsewhere}.`);
      } else if ((String(repositoryId) === "0") !== (String(ownerId) === "0")) {
        errors.push(`${file}: ${repository} has ${ids}: fill in both, or leave both 0.`);
      }
    }
  }
  return errors;
}

function jobsOf({ project, values }: StackConfiguration): readonly Job[] {
  const value = (key: string) => values[`${project}:${key}`];
  const [repository, repositoryId, ownerId] = ["repository", "repositoryId", "ownerId"].map(value);
  return [
    ...["publishers", "readers"].flatMap((key) => parsed(value(key) ?? "[]") as Job | readonly Job[]),
    ...(repository === undefined ? [] : [{ repository, repositoryId: repositoryId ?? "", ownerId: ownerId ?? "" }]),
  ];
}

/** What bootstrap prepares an account for must be what the stacks are. A stack that a person deploys needs no bootstrap. */
function accountErrors(stacks: ReadFolder, accounts: ReadFolder): readonly string[] {
  const listed = new Map<string, string>();
  return accounts.read.flatMap(({ file, configuration }) => {
    return Object.keys(environmentsOf(configuration)).flatMap((stack) => {
      const other = listed.get(stack);
      listed.set(stack, file);
      const found = stacks.read.find(({ configuration: { stack: name } }) => name === stack);
      return [
        ...(other === undefined ? [] : [`${file}: environments lists ${stack}, which ${other} lists too.`]),
        ...(found === undefined
          ? [`${file}: environments lists ${stack}, and there is no valid Pulumi.${stack}.yaml.`]
          : differences({ file, configuration }, found)),
      ];
    });
  });
}

/** A deploy role trusts the jobs of one ref, so a workflow that does not run there deploys nothing. */
function refErrors(directory: string, accounts: ReadFolder): readonly string[] {
  const path = join(directory, deployWorkflow);
  if (!existsSync(path)) {
    return [];
  }
  const workflow = readWorkflow(path);
  return accounts.read.flatMap(({ file, configuration }) =>
    Object.entries(environmentsOf(configuration))
      .filter(([, ref]) => !isStartedBy(workflow, "push", ref.replace("refs/heads/", "")))
      .map(
        ([stack, ref]) => `${file}: environments has ${ref} for ${stack}, and ${deployWorkflow} does not run there.`,
      ),
  );
}

/** The ref of each stack that bootstrap prepares an account for. */
function environmentsOf({ project, values }: StackConfiguration): Readonly<Record<string, string>> {
  return parsed(values[`${project}:environments`] ?? "{}") as Readonly<Record<string, string>>;
}

function differences(account: ReadFile, stack: ReadFile): readonly string[] {
  const value = ({ configuration: { project, values } }: ReadFile, key: string) =>
    values[key.includes(":") ? key : `${project}:${key}`];
  return ["customerId", "projectId", "aws:region", "aws:allowedAccountIds"].flatMap((key) => {
    const [ofAccount, ofStack] = [value(account, key), value(stack, key)];
    // Without a list of accounts, any account is taken.
    const isOpen = key === "aws:allowedAccountIds" && (ofAccount === undefined || ofStack === undefined);
    return isOpen || ofAccount === ofStack
      ? []
      : [`${account.file}: ${key} is ${String(ofAccount)}, and ${String(ofStack)} for ${stack.file}.`];
  });
}
