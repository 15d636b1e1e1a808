/** A document or a request that cannot be decided without guessing. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}

/** Makes the error for one problem, naming the document and statement where it stands. */
export type Refusal = (problem: string) => PolicyError;
