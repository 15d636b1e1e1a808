import type { Answers } from "./answers";
import { deployWorkflow, type ProjectFiles } from "./projectFiles";
import { YamlFile } from "./yamlFile";

/**
 * What a person has to change in deploy.yml by hand, because its jobs are written for certain environments and branches.
 *
 * @returns one sentence for each difference; none where the workflow deploys just these environments from these branches
 */
export function workflowGaps(files: ProjectFiles, { environments }: Answers): readonly string[] {
  const text = files.get(deployWorkflow);
  if (text === undefined) {
    return [];
  }
  const file = new YamlFile(deployWorkflow, text);
  const deploying = file
    .keys("jobs")
    .map((job) => ({
      job,
      environment: file.text("jobs", job, "environment"),
      branch: /refs\/heads\/([^' ]+)/.exec(file.text("jobs", job, "if") ?? "")?.[1],
    }))
    .filter(({ environment }) => environment !== undefined && environment !== "preview");
  return [
    ...environments.flatMap(({ name, branch }) => {
      const job = deploying.find(({ environment }) => environment === name);
      if (job === undefined) {
        return [`${deployWorkflow} has no job that deploys ${name}: copy that of another environment, and its plan.`];
      }
      return job.branch === branch
        ? []
        : [
            `${deployWorkflow} deploys ${name} from ${job.branch ?? "no branch"}: write ${branch} there, and in its plan.`,
          ];
    }),
    ...deploying
      .filter(({ environment }) => !environments.some(({ name }) => name === environment))
      .map(
        ({ job, environment }) =>
          `${deployWorkflow} deploys ${environment ?? ""}, which you do not have: remove the job ${job} and its plan, and the stack from preview.yml and verify.yml, with verify.yml's two counts of stacks.`,
      ),
  ];
}
