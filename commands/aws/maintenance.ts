import { CommandError } from "../cli";
import { couldNotLook } from "./clients";

/** AWS's words for a change of versions that it rejects as a whole, and who may make it. */
export function rejection({ name, message }: Error): string {
  const wayOut =
    name === "AccessDeniedException"
      ? ". A role of the setting maintainers may do this: give its AWS profile with --profile."
      : "";
  return `${name}: ${message}${wayOut}`;
}

/** @throws CommandError with exit code 2 that says what was to change and what AWS answered */
export async function change<Answer>(what: string, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    throw new CommandError(`Could not change: ${what}: ${rejection(error as Error)}`, couldNotLook);
  }
}
