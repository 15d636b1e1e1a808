import type { NamedDocument } from "../evaluate";
import { readStatements } from "../statements";

/** A document that allows everything: the strongest argument of every action that writes a policy of an identity. */
export const allowEverything = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
});

/** The permissions of an administrator. */
export const administrator: readonly NamedDocument[] = [{ name: "administrator", document: allowEverything }];

/** A policy that names everyone, sessions included: the strongest argument of every action that writes a policy of a resource. */
export const admitEveryone = (action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: "*", Action: action, Resource: "*" },
  });

/** A trust policy that lets everybody in, users of services and identity providers included. */
export const trustEveryone = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: "*", Action: "sts:*" },
});

/** Whether a document of an identity denies anything. */
export function denies(document: NamedDocument): boolean {
  return readStatements(document, "identity").some(({ effect }) => effect === "Deny");
}

/** A document without its denials, where anything is left of it. */
export function allowances(document: string): readonly string[] {
  const { Statement: statements, ...rest } = JSON.parse(document) as { Statement: unknown };
  const list = (Array.isArray(statements) ? statements : [statements]) as readonly { readonly Effect?: string }[];
  const allowing = list.filter(({ Effect }) => Effect !== "Deny");
  return allowing.length === 0 ? [] : [JSON.stringify({ ...rest, Statement: allowing })];
}
