import { administratorAccess, type NamedDocument, ParsedPolicy, parsePolicy } from "../grammar";

/** A policy of the search, with its name in sentences. */
export type SearchDocument = NamedDocument<ParsedPolicy>;

/** The permissions of an administrator. */
export const administrator: readonly SearchDocument[] = [{ name: "administrator", document: administratorAccess }];

/** A policy that names everyone, sessions included: the strongest argument of every action that writes a policy of a resource. */
export function admitEveryone(service: string): ParsedPolicy {
  const statement = { Effect: "Allow", Principal: "*", Action: `${service}:*`, Resource: "*" };
  return parsePolicy({ Version: "2012-10-17", Statement: statement }, "resource", "policy for everyone");
}

/** A trust policy that admits everyone, services and users of identity providers included. */
export const trustEveryone = parsePolicy(
  {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: "*",
      Action: ["sts:AssumeRole*", "sts:SetContext", "sts:SetSourceIdentity", "sts:TagSession"],
    },
  },
  "trust",
  "trust in everyone",
);

/** Whether a policy denies anything. */
export function denies({ document }: SearchDocument): boolean {
  return document.statements.some(({ effect }) => effect === "Deny");
}

/** A policy without its denials, where anything is left of it. */
export function allowances({ kind, statements }: ParsedPolicy): readonly ParsedPolicy[] {
  const allowing = statements.filter(({ effect }) => effect === "Allow");
  return allowing.length === 0 ? [] : [new ParsedPolicy(kind, allowing)];
}
