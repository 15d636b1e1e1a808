import type { PolicyKind } from "../iam/elements";
import { type ParsedStatement, parsePolicy, PolicyError } from "../iam/grammar";
import { isObject, listOf, parseJson } from "../iam/json";
import { actionMatches } from "../iam/matching";
import type { SetDocument } from "./resources";

/** One statement of a policy. */
export interface SeenStatement extends ParsedStatement {
  /** Whether it names the principals that it leaves out. */
  readonly isNotPrincipal: boolean;
  /** The property and the statement, as an error names them. */
  readonly place: string;
}

/**
 * Calls `check` with the statements of each document. A document that AWS would reject is reported: no rule knows what it
 * allows.
 */
export function checkStatements(
  documents: readonly SetDocument[],
  kind: PolicyKind,
  report: (message: string) => void,
  check: (statements: readonly SeenStatement[]) => void,
): void {
  for (const set of documents) {
    const statements = readStatements(set, kind);
    if (typeof statements === "string") {
      report(`${statements}: AWS rejects this policy, and no rule knows what it allows. Correct the document.`);
    } else {
      check(statements);
    }
  }
}

/** Whether a statement's actions, or all but its NotAction, include this one. */
export function includesAction({ actions }: ParsedStatement, action: string): boolean {
  return actions.patterns.some((pattern) => actionMatches(pattern, action)) !== actions.negated;
}

/** The statements, or why AWS rejects the document. */
function readStatements({ property, document }: SetDocument, kind: PolicyKind): readonly SeenStatement[] | string {
  const value: unknown = typeof document === "string" ? parseJson(document)?.value : document;
  try {
    const { statements } = parsePolicy(value, kind, property);
    const written = isObject(value) ? listOf(value.Statement) : [];
    return statements.map((statement, index) => {
      const source = written[index];
      return {
        ...statement,
        isNotPrincipal: isObject(source) && source.NotPrincipal !== undefined,
        place: `${property}, ${statement.label}`,
      };
    });
  } catch (error) {
    if (error instanceof PolicyError) {
      return error.message;
    }
    throw error;
  }
}
