import { listStacks } from "../sandbox/pulumi/stackFiles";

/** The stack that a command takes unless another one is named: `dev`, or the first by name in a project without it. */
export function defaultStack(directory = process.cwd()): string {
  const stacks = listStacks(directory);
  return stacks.includes("dev") ? "dev" : (stacks[0] ?? "dev");
}
