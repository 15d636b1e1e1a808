import { parse, parseDocument } from "yaml";
import { CommandError } from "../cli";
import type { Answers } from "./answers";
import { planBootstrapFiles } from "./bootstrapFiles";
import {
  bootstrapFile,
  bootstrapProjectFile,
  bootstrapStacks,
  deployWorkflow,
  projectFile,
  type ProjectFiles,
  stackFile,
  stacksOf,
} from "./projectFiles";
import { namePath } from "./presentAnswers";
import { planStackFile } from "./stackFiles";
import { replaceInText, YamlFile } from "./yamlFile";

/**
 * What the files are to be by these answers. A file that is left out of the result is to be deleted. What an answer does not
 * change stays as it is, comments included.
 *
 * @param before - the answers that the files give as they stand
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
  refuseLosses(files, planned);
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
function refuseLosses(files: ProjectFiles, planned: ProjectFiles): void {
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
