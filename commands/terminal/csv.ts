import { stringify } from "csv-stringify/sync";

/**
 * Rows as CSV, the header first. Source: https://www.rfc-editor.org/rfc/rfc4180
 *
 * Callers choose some of the text, such as the names of sessions. A spreadsheet would compute a cell that begins as a formula, so it
 * gets an apostrophe, and a control character becomes a space. Source: https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  const printable = rows.map((row) => row.map((cell) => cell.replace(/[\p{Cc}\p{Cf}]/gu, " ")));
  return stringify(printable, { record_delimiter: "windows", escape_formulas: true });
}
