import { type ApplicablePolicies, contextOf, explain, type Explanation } from "../../iam/evaluate";
import { type NamedDocument, PolicyError } from "../../iam/grammar";
import type { Question } from "../authorization";
import type { LoggedDecision } from "../decisionLog";
import type { DecisionDetail, DecisionRow, MarkedDocument } from "./answers";
import { statementTexts } from "./documents";

/** All that is known of a decision: the request, and the statement that decides it or came nearest. */
export function decisionDetail({ who, resource, reason, question }: LoggedDecision, row: DecisionRow): DecisionDetail {
  const explanation = question && explanationOf(question);
  const document = question && explanation && markedDocument(question.policies, explanation);
  return {
    row,
    caller: who,
    resource,
    reason,
    ...(explanation === undefined ? {} : { outcome: explanation.outcome }),
    context: question === undefined ? [] : contextLines(question),
    unmet: explanation?.unmet ?? [],
    ...(document === undefined ? {} : { document }),
  };
}

/** Nothing where the documents cannot decide: the reason then says why. */
function explanationOf({ request, policies }: Question): Explanation | undefined {
  try {
    return explain(request, policies);
  } catch (error) {
    if (error instanceof PolicyError) {
      return undefined;
    }
    throw error;
  }
}

function markedDocument(
  policies: ApplicablePolicies,
  { outcome, decidedBy, nearest }: Explanation,
): MarkedDocument | undefined {
  const named = decidedBy ?? nearest;
  const document = documentsOf(policies).find(({ name }) => name === named?.document);
  return named === undefined || document === undefined
    ? undefined
    : {
        name: named.document,
        statement: named.statement,
        mark: decidedBy === undefined ? "nearest" : outcome === "allowed" ? "allows" : "denies",
        statements: statementTexts(document),
      };
}

/** The documents under the names that a decision has for them. */
function documentsOf(policies: ApplicablePolicies): readonly NamedDocument[] {
  const { identity = [], boundary, session = [], resource = [], serviceControl = [], resourceControl = [] } = policies;
  const ofOrganization = (kind: string, levels: readonly (readonly NamedDocument[])[]) =>
    levels.flat().map(({ name, document }) => ({ name: `${kind} control policy ${name}`, document }));
  return [
    ...identity,
    ...(boundary === undefined ? [] : [boundary]),
    ...session,
    ...resource,
    ...ofOrganization("service", serviceControl),
    ...ofOrganization("resource", resourceControl),
  ];
}

function contextLines({ request: { context } }: Question): DecisionDetail["context"] {
  return Object.entries(contextOf(context))
    .map(([key, value]) => ({ key, values: typeof value === "string" ? [value] : [...value] }))
    .sort((one, other) => (one.key.toLowerCase() < other.key.toLowerCase() ? -1 : 1));
}
