import type { VisibleFile } from "../packages/visibleFiles";

/** A package's files as a page shows them. */
export interface ListedFiles {
  readonly repository: string;
  /** Normalised by PEP 503. */
  readonly name: string;
  readonly files: readonly VisibleFile[];
}
