import { ownLimits } from "../ownLimits";
import type { PublicFile } from "../codeartifact/packages/publicIndex";

/** A file as an index lists it, before anything of it is checked. */
export interface ListedFile extends Omit<PublicFile, "version" | "sha256"> {
  readonly sha256?: string;
}

/** Whether a text of an index is longer than clients have a use for. */
export function isTooLong(text: string | boolean | undefined): boolean {
  return typeof text === "string" && text.length > ownLimits.indexText.most;
}
