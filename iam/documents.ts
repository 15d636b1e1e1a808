/** One value or a list of them, as a policy document may hold either. */
type OneOrMany<Value> = Value | readonly Value[];

/** Operator, then condition key, then its values: one must match (for a negated operator: none). */
export type Conditions = Readonly<Record<string, Readonly<Record<string, OneOrMany<string>>>>>;

/** Whom a statement of a trust or resource policy names. */
type StatementPrincipal =
  | "*"
  | { readonly AWS: OneOrMany<string> }
  | { readonly Federated: OneOrMany<string> }
  | { readonly Service: OneOrMany<string> };

/** One statement of a policy as this project writes it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  /** Only in trust and resource policies. */
  readonly Principal?: StatementPrincipal;
  /** Exactly one of the two. */
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  /** At most one of the two; both are absent only in trust policies. */
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Condition?: Conditions;
}

/** A policy document as IAM and CodeArtifact take it. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

/** The document of these statements. */
export function policyDocument(...statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}
