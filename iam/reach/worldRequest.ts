import type { RequestContext } from "../evaluate";

/** A signed request of a role or a user. */
export interface WorldRequest {
  readonly principal: string;
  /** Whether another boundary than its first one bounds the principal. @default false */
  readonly principalRebound?: boolean;
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** Whether another boundary than its first one bounds the role that is the resource. @default false */
  readonly resourceRebound?: boolean;
  readonly context: RequestContext;
}
