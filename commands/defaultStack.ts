import { listStacks } from "../sandbox/pulumi/stackFiles";

/** The option `--stack` of a command that takes one stack. */
export function stackOption() {
  return {
    type: "text",
    value: "NAME",
    help: "the stack, by its file Pulumi.NAME.yaml",
    default: defaultStack(),
  } as const;
}

/** The stack that a command takes unless another one is named: `dev`, or the first by name in a project without it. */
export function defaultStack(directory = process.cwd()): string {
  const stacks = listStacks(directory);
  return stacks.includes("dev") ? "dev" : (stacks[0] ?? "dev");
}
