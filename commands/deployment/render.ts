import type { DeployedStack } from "./deployedStacks";
import type { DeploymentTarget } from "./deploymentTarget";

/** Prints a target for a person, a program, or a step of a workflow. */
export function renderDeploymentTarget(target: DeploymentTarget, format: "text" | "json" | "github-output"): string {
  switch (format) {
    case "json":
      return JSON.stringify(target, undefined, 2);
    case "github-output":
      return lines(target, (name, value) => `${name}=${value}`);
    case "text":
      return lines(target, (name, value) => `${name.padEnd(13)}${value}`);
  }
}

/** Prints stacks in their order. A workflow's matrix takes the output `stacks`; `count` is their number. */
export function renderDeployedStacks(
  stacks: readonly DeployedStack[],
  format: "text" | "json" | "github-output",
): string {
  switch (format) {
    case "json":
      return JSON.stringify(stacks, undefined, 2);
    case "github-output":
      return `stacks=${JSON.stringify(stacks)}\ncount=${stacks.length}`;
    case "text": {
      const width = Math.max(...stacks.map(({ stack }) => stack.length)) + 2;
      return stacks.map(({ stack, ref }) => `${stack.padEnd(width)}${ref}`).join("\n");
    }
  }
}

/** Each value is one line: the settings take no other. */
function lines(target: DeploymentTarget, line: (name: string, value: string) => string): string {
  const { stack, account, region, backend, previewRole, deployRole } = target;
  const values = { stack, account, region, backend, "preview-role": previewRole, "deploy-role": deployRole };
  return Object.entries(values)
    .map(([name, value]) => line(name, value))
    .join("\n");
}
