import { colors } from "../terminal/colors";
import { plainTable } from "../terminal/wrap";
import type { PromotedFile } from "./promotion";
import { formatsOfTwine } from "./sourceFiles";

/** What was carried, for a person or a program. */
export function renderPromotion(
  files: readonly PromotedFile[],
  { from, to }: { readonly from: string; readonly to: string },
  format: "text" | "json",
): string {
  if (format === "json") {
    return JSON.stringify({ from, to, files }, undefined, 2);
  }
  const [carried, leftOut] = (["carried", "left out"] as const).map(
    (wanted) => files.filter(({ outcome }) => outcome === wanted).length,
  ) as [number, number];
  const rows = files.map(({ filename, sha256, outcome }) => [
    outcome === "carried" ? colors.green(outcome) : outcome === "left out" ? outcome : colors.dim(outcome),
    filename,
    colors.dim(`sha256:${sha256}`),
  ]);
  const there = files.length - carried - leftOut;
  const others = leftOut === 0 ? "" : ` ${leftOut} left out: twine sends only ${formatsOfTwine}.`;
  return `${plainTable(rows)}\n${from} → ${to}: ${carried} carried, ${there} there already.${others}`;
}
