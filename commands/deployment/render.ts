import type { DeploymentTarget } from "./deploymentTarget";

export const formats = ["text", "json", "github-output"] as const;

/** Prints a target for a person, a program, or a step of a workflow. */
export function renderDeploymentTarget(target: DeploymentTarget, format: (typeof formats)[number]): string {
  switch (format) {
    case "json":
      return JSON.stringify(target, undefined, 2);
    case "github-output":
      return lines(target, (name, value) => `${name}=${value}`);
    case "text":
      return lines(target, (name, value) => `${name.padEnd(13)}${value}`);
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
