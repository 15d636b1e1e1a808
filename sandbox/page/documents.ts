import { type NamedDocument, ParsedPolicy } from "../../iam/grammar";
import { isObject, listOf, parseJson } from "../../iam/json";
import type { StatementText } from "./answers";

/** The statements of a document, as JSON texts under the names that sentences give them. */
export function statementTexts({ document }: NamedDocument): readonly StatementText[] {
  const value =
    document instanceof ParsedPolicy
      ? document.source
      : typeof document === "string"
        ? parseJson(document)?.value
        : document;
  const statements = isObject(value) ? listOf(value.Statement) : [];
  return statements.map((statement, index) => ({
    name: statementName(statement, index + 1),
    text: JSON.stringify(statement, undefined, 2),
  }));
}

function statementName(statement: unknown, number: number): string {
  return isObject(statement) && typeof statement.Sid === "string" && statement.Sid !== ""
    ? statement.Sid
    : `statement ${number}`;
}
