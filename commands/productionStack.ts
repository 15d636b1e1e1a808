import { listStacks } from "../sandbox/pulumi/stackFiles";
import { environmentContext } from "../github/jobs";
import type { Settings } from "../settings";

/**
 * Whether a stack is production, whatever a team calls it: it is protected, and no job of another stack's environment reads it to
 * carry its versions on.
 *
 * @param directory - the folder of the stack files
 */
export function isProduction(
  { environment, protect, readers }: Pick<Settings, "environment" | "protect" | "readers">,
  directory = process.cwd(),
): boolean {
  const others = listStacks(directory).filter((stack) => stack !== environment);
  const carriesOn = readers.some(({ job }) => others.some((stack) => job.subjectContext === environmentContext(stack)));
  return protect && !carriesOn;
}
