import type { Subject } from "../../iam/reach/goals";

/** The kinds of role that an account of this project has. */
export const roleKinds = ["other", "reader", "publisher", "preview", "deploy", "deploy and share"] as const;
export type RoleKind = (typeof roleKinds)[number];

const deploy = [
  "in-other-stack",
  "act-registry",
  "open-name",
  "publish-other",
  "read",
  "token",
  "change-registry",
  "state",
];

/**
 * The goals that a role of each kind may reach: what it is made for, and what AWS gives no means to hold it from. A stack that shares
 * with other accounts writes policies of its domain, and these can let in any account, the deployer's own included.
 */
const permitted: Readonly<Record<RoleKind, readonly string[]>> = {
  other: [],
  reader: ["read", "token"],
  publisher: ["publish", "read", "token"],
  preview: [],
  deploy,
  "deploy and share": [...deploy, "share", "replace", "dispose", "publish-store", "read-elsewhere"],
};

/** Whether a role of this kind may reach a goal. */
export function mayReach(kind: RoleKind, goal: string): boolean {
  return permitted[kind].includes(goal);
}

/** The kind of a role, by its name. */
export function kindOf({ principal, domain }: Subject, shares: boolean): RoleKind {
  const name = principal.split("/").at(-1) ?? "";
  if (domain === undefined) {
    return name.endsWith("-preview") ? "preview" : "other";
  }
  const own = name.slice(domain.length);
  if (own === "-deploy") {
    return shares ? "deploy and share" : "deploy";
  }
  return own.startsWith("-codeartifact-publisher") ? "publisher" : "reader";
}
