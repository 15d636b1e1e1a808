import type { Condition } from "../../iam/conditions";
import type { PolicyDocument } from "../../iam/documents";
import type { PolicyKind } from "../../iam/elements";
import { type ParsedStatement, PolicyError, statementsOf } from "../../iam/grammar";
import { actionMatches, resourceMatches } from "../../iam/matching";

/** One thing that a statement allows. */
export interface Grant {
  readonly action: string;
  /** A resource, or undefined in a trust policy. */
  readonly resource: string | undefined;
  readonly statement: ParsedStatement;
}

/** What documents allow, action by action and resource by resource, and what they prohibit. */
export interface Grants {
  readonly allowed: readonly Grant[];
  readonly prohibited: readonly ParsedStatement[];
  /** Why a document could not be read. */
  readonly unread: readonly string[];
}

/** Reads the documents of one party together: which of them allows something makes no difference. */
export function grantsOf(
  documents: readonly { readonly name: string; readonly document: PolicyDocument }[],
  kind: PolicyKind,
): Grants {
  const unread: string[] = [];
  const statements = documents.flatMap(({ name, document }) => {
    try {
      return statementsOf({ name, document }, kind).map((statement) => ({
        ...statement,
        label: `${statement.label} of ${name}`,
      }));
    } catch (error) {
      if (!(error instanceof PolicyError)) {
        throw error;
      }
      unread.push(error.message);
      return [];
    }
  });
  return {
    allowed: statements.filter(({ effect }) => effect === "Allow").flatMap(grants),
    prohibited: statements.filter(({ effect }) => effect === "Deny"),
    unread,
  };
}

/** What is allowed after a change that was not allowed before, each as far as no statement before covers it. */
export function widened(before: Grants, after: Grants): readonly Grant[] {
  return after.allowed.filter((grant) => !before.allowed.some((known) => covers(known, grant)));
}

/** Prohibitions that a change takes away or alters. */
export function lifted(before: Grants, after: Grants): readonly ParsedStatement[] {
  return before.prohibited.filter((known) => !after.prohibited.some((one) => sameStatement(one, known)));
}

/** Whether whatever the second allows the first allows as well. */
export function covers(known: Grant, grant: Grant): boolean {
  const negated = [known, grant].some(
    ({ statement }) => statement.actions.negated || statement.resources?.negated === true,
  );
  if (negated) {
    return sameStatement(known.statement, grant.statement);
  }
  return (
    actionMatches(known.action, grant.action) &&
    (known.resource === undefined ||
      (grant.resource !== undefined &&
        (known.resource === grant.resource || resourceMatches(known.resource, grant.resource)))) &&
    coversPrincipals(known.statement, grant.statement) &&
    known.statement.conditions.every((condition) =>
      grant.statement.conditions.some((one) => isAsNarrow(one, condition)),
    )
  );
}

function grants(statement: ParsedStatement): readonly Grant[] {
  const resources = statement.resources?.patterns ?? [undefined];
  return statement.actions.patterns.flatMap((action) => resources.map((resource) => ({ action, resource, statement })));
}

function coversPrincipals({ principals: known = [] }: ParsedStatement, { principals = [] }: ParsedStatement) {
  return principals.every(({ type, value }) =>
    known.some((one) => (one.type === "AWS" && one.value === "*") || (one.type === type && one.value === value)),
  );
}

/** Whether a condition lets through no request that the known one does not. */
function isAsNarrow({ operator, key, wanted }: Condition, known: Condition): boolean {
  if (operator.name !== known.operator.name || key.toLowerCase() !== known.key.toLowerCase()) {
    return false;
  }
  const numbers = wanted.map(Number);
  const knownNumbers = known.wanted.map(Number);
  switch (operator.name) {
    case "NumericLessThan":
    case "NumericLessThanEquals":
      return Math.max(...numbers) <= Math.max(...knownNumbers);
    case "NumericGreaterThan":
    case "NumericGreaterThanEquals":
      return Math.min(...numbers) >= Math.min(...knownNumbers);
    default:
      return operator.comparison.negated
        ? known.wanted.every((value) => wanted.includes(value))
        : wanted.every((value) => known.wanted.includes(value));
  }
}

function sameStatement(one: ParsedStatement, other: ParsedStatement): boolean {
  const text = ({ effect, principals, actions, resources, conditions }: ParsedStatement) =>
    JSON.stringify({
      effect,
      principals,
      actions,
      resources,
      conditions: conditions.map(({ operator, key, wanted }) => [operator.name, key, wanted]),
    });
  return text(one) === text(other);
}
