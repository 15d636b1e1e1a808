import { goals } from "../../iam/reach/goals";
import { colors } from "../terminal/colors";
import { beyond, mayReach, principalName, type RoleKind, roleKinds, type RoleReach, type Step } from "./judge";

/** How the reach of roles is written. */
export type ReachFormat = "text" | "markdown" | "json";

/** The reach of roles for a terminal or a pipe, for a page, or for a program. */
export function renderReach(reaches: readonly RoleReach[], format: ReachFormat, withPaths: boolean): string {
  switch (format) {
    case "text":
      return [...reaches.map((one) => textOf(one, withPaths)), summary(reaches)].join("\n\n");
    case "markdown":
      return matrix(reaches);
    case "json":
      return JSON.stringify({ roles: reaches, beyond: beyond(reaches).length }, undefined, 2);
  }
}

/** Goals by kind of role. A goal that is reached and may not be is in bold. */
export function matrix(reaches: readonly RoleReach[]): string {
  const kinds = roleKinds.filter((kind) => reaches.some((one) => one.kind === kind));
  const rows = goals.map(({ id, text }) => {
    const cells = kinds.map((kind) => {
      const reached = reaches.some((one) => one.kind === kind && one.goals.some((goal) => goal.id === id));
      return reached ? (mayReach(kind, id) ? "yes" : "**yes**") : "";
    });
    return `| ${[text, ...cells].join(" | ")} |`;
  });
  const heads = kinds.map((kind) => kindNames[kind]);
  return [`| | ${heads.join(" | ")} |`, `| --- |${" --- |".repeat(kinds.length)}`, ...rows].join("\n");
}

const kindNames: Readonly<Record<RoleKind, string>> = {
  other: "any other role",
  reader: "reader",
  publisher: "publisher",
  inspector: "inspector",
  maintainer: "maintainer",
  preview: "preview",
  deploy: "deploy",
  "deploy and share": "deploy, of a stack that shares",
  "lambda deployer": "Lambda deployer",
};

function textOf({ role, kind, goals: reached }: RoleReach, withPaths: boolean): string {
  const lines = reached.map((goal) => {
    const mark = goal.permitted ? "may" : colors.bold(colors.red("can, and may not,"));
    const path = withPaths || !goal.permitted ? goal.path.flatMap(stepLines) : [];
    return [`  ${mark} ${goal.text}`, ...path].join("\n");
  });
  const all = lines.length === 0 ? [colors.dim("  nothing of what is searched for")] : lines;
  return [`${colors.bold(role)} ${colors.dim(`(${kindNames[kind]})`)}`, ...all].join("\n");
}

function stepLines({ principal, action, resource, argument }: Step, index: number): readonly string[] {
  return [
    `    ${index + 1}. ${principalName(principal)}`,
    `       ${action} on ${resource.replace(/^arn:[^:]*:/, "")}`,
    ...(argument === undefined ? [] : [`       with ${argument.replace(/^arn:[^:]*:/, "")}`]),
  ];
}

function summary(reaches: readonly RoleReach[]): string {
  const found = beyond(reaches);
  const searched = `${reaches.length} roles, ${goals.length} goals each`;
  return found.length === 0
    ? `${searched}: no role reaches more than it may.`
    : `${searched}: ${found.length} reached that may not be.`;
}
