import { createHash } from "node:crypto";

/** A number as GitHub gives them, which follows from the text, so that it stays the same from one run to the next. */
export function madeUpId(text: string): string {
  return String(100_000_000 + (digest(text).readUInt32BE() % 900_000_000));
}

/** A commit that follows from the text: 40 hexadecimal digits. */
export function madeUpCommit(text: string): string {
  return digest(text).toString("hex").slice(0, 40);
}

/** GitHub tells names apart without regard to case. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text.toLowerCase()).digest();
}
