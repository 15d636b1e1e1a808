import { colors } from "../colors";
import { plainTable } from "../plainTable";
import type { PromotedFile } from "./promotion";

export const formats = ["text", "json"] as const;

/** What was carried, for a person or a program. */
export function renderPromotion(
  files: readonly PromotedFile[],
  { from, to }: { readonly from: string; readonly to: string },
  format: (typeof formats)[number],
): string {
  if (format === "json") {
    return JSON.stringify({ from, to, files }, undefined, 2);
  }
  const carried = files.filter(({ outcome }) => outcome === "carried").length;
  const rows = files.map(({ filename, sha256, outcome }) => [
    outcome === "carried" ? colors.green(outcome) : colors.dim(outcome),
    filename,
    colors.dim(`sha256:${sha256}`),
  ]);
  return `${plainTable(rows)}\n${from} → ${to}: ${carried} carried, ${files.length - carried} there already.`;
}
