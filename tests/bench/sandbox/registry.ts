/** A registry that serves in a process of its own, filled with the bench's wheels. */
export interface ServedRegistry {
  readonly name: string;
  /** Address of a project's simple page. */
  readonly pageUrl: (project: string) => string;
  /** What every request carries. */
  readonly headers: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/** What pip asks for. */
export const acceptedPages =
  "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01";
