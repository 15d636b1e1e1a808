import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { WorkflowFile, WorkflowStep } from "./workflowFile";

/**
 * A folder of this one for each action of other people that a workflow uses, the composite actions of its repository
 * included: `owner/name@commit` and the folder.
 */
export function standIns({ jobs }: WorkflowFile, repository: string): Readonly<Record<string, string>> {
  const actions = join(repository, ".github/actions");
  const steps = [
    ...Object.values(jobs).flatMap((job) => job.steps),
    ...readdirSync(actions).flatMap((name) => compositeSteps(join(actions, name, "action.yml"))),
  ];
  return Object.fromEntries(
    steps
      .flatMap(({ uses }) => (uses === undefined || uses.startsWith("./") ? [] : [uses]))
      .map((uses) => {
        const [, name = ""] = /^[\w-]+\/([\w-]+)@[0-9a-f]{40}$/.exec(uses) ?? [];
        const folder = join(__dirname, "standIns", name);
        if (!existsSync(join(folder, "action.yml"))) {
          throw new Error(`${uses}: there is no stand-in for it in ${join(__dirname, "standIns")}`);
        }
        return [uses, folder];
      }),
  );
}

function compositeSteps(file: string): readonly WorkflowStep[] {
  const { runs } = parse(readFileSync(file, "utf8")) as { runs: { steps: readonly WorkflowStep[] } };
  return runs.steps;
}
