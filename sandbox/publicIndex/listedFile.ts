import type { PublicFile } from "../../cloud/codeartifact/packages/publicIndex";

/** A file as an index lists it, before anything of it is checked. */
export interface ListedFile extends Omit<PublicFile, "version" | "sha256"> {
  readonly sha256?: string;
}

/** The most characters of an address, or of anything else that an index says about a file. */
const longestText = 2_048;

/** Whether a text of an index is longer than clients have a use for. */
export function isTooLong(text: string | boolean | undefined): boolean {
  return typeof text === "string" && text.length > longestText;
}
