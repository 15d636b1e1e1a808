import { environmentOf, jobLists, type RegistryJobs } from "../github/jobs";
import { type SettingErrors, type Path, shown } from "./errors";

interface NamedEnvironment {
  readonly path: Path;
  readonly repository: string;
  readonly environment: string;
}

/**
 * Notes two spellings of one GitHub environment. GitHub does not tell the environments of a repository apart by case, so one of the
 * two is not its own; IAM compares a token's subject by case and denies the job whose spelling differs.
 * Source: https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments
 */
export function checkSpellings(errors: SettingErrors, jobs: RegistryJobs): void {
  const seen = new Map<string, NamedEnvironment>();
  for (const job of environmentsOf(jobs)) {
    const place = `${job.repository} ${job.environment}`.toLowerCase();
    const first = seen.get(place) ?? job;
    seen.set(place, first);
    if (first.environment !== job.environment) {
      errors.add(
        job.path,
        `${shown(job.environment)} is the environment ${shown(first.environment)} of ${first.path} to GitHub, but not to IAM, ` +
          "which compares by case. Write both as GitHub spells it",
      );
    }
  }
}

/** The GitHub environments that are named as the stack's is, but for case: IAM denies their jobs unless GitHub spells them so. */
export function otherSpellings(jobs: RegistryJobs, environment: string): readonly string[] {
  return environmentsOf(jobs)
    .filter((job) => job.environment !== environment && job.environment.toLowerCase() === environment.toLowerCase())
    .map(
      (job) =>
        `${job.path}: ${shown(job.environment)} differs from the stack's environment ${shown(environment)} by case alone. ` +
        `IAM compares by case: keep it where ${job.repository} has an environment of that very spelling, or write ${environment}`,
    );
}

function environmentsOf(jobs: RegistryJobs): readonly NamedEnvironment[] {
  return jobLists(jobs).flatMap(({ key, jobs: list }) =>
    list.flatMap(({ job: { repository, subjectContext } }, index) => {
      const environment = environmentOf(subjectContext);
      return environment === undefined ? [] : [{ path: `${key}[${index}].environment`, repository, environment }];
    }),
  );
}
