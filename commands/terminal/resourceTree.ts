import { colors } from "./colors";
import type { DeployedResource } from "../../sandbox/pulumi/mockRuntime";

/** The resources of a stack below their parents, each with its type and what AWS knows it by. */
export function resourceTree(resources: readonly DeployedResource[]): string {
  return resources
    .filter(({ parent }) => parent === "")
    .flatMap((root) => branch(root, resources, "", ""))
    .join("\n");
}

function branch(
  resource: DeployedResource,
  all: readonly DeployedResource[],
  here: string,
  below: string,
): readonly string[] {
  const { urn, name, type, id, protect } = resource;
  const facts = [
    colors.bold(name),
    colors.cyan(shortType(type)),
    ...(id === "" || id === name ? [] : [colors.dim(id)]),
    ...(protect ? [colors.yellow("protected")] : []),
  ];
  const children = all.filter(({ parent }) => parent === urn);
  return [
    `${here}${facts.join("  ")}`,
    ...children.flatMap((child, index) => {
      const last = index === children.length - 1;
      return branch(child, all, `${below}${last ? "└─ " : "├─ "}`, `${below}${last ? "   " : "│  "}`);
    }),
  ];
}

/** `aws:iam/role:Role` as people write it, `aws:iam:Role`. */
function shortType(type: string): string {
  return type.replace(/\/[^:]*:/, ":");
}
