/** What the page's script reads from the sandbox, as JSON. Nothing in it is secret. */

/** How far along the path from a job to the public index a request gets. */
export const stages = ["role", "token", "repository", "store", "index"] as const;
export type Stage = (typeof stages)[number];

/** Requests of one kind since the start. */
export interface Counts {
  readonly allowed: number;
  readonly denied: number;
}

/** What the page says of the sandbox as a whole. */
export interface Overview {
  /** The domain of the stack, or the account. */
  readonly title: string;
  readonly stacks: readonly string[];
  readonly accountId: string;
  readonly region: string;
  /** ISO 8601. Another start of the sandbox has another one. */
  readonly since: string;
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** The repository that clients use, and the one behind it; absent in an account without them. */
  readonly repository?: string;
  readonly store?: string;
  /** What the store is connected to, such as `public:pypi`. */
  readonly externalConnection?: string;
  readonly packages: { readonly own: number; readonly public: number };
  readonly total: Counts;
}

/** Who asks, in words. */
export interface Identity {
  readonly kind: "job" | "role" | "administrator" | "service" | "anonymous";
  readonly name: string;
  /** The environment of a job, the session of a role, or why there is no identity. */
  readonly note?: string;
}

/** A decision as one line of the timeline. */
export interface DecisionRow {
  readonly id: number;
  /** ISO 8601. */
  readonly time: string;
  readonly who: Identity;
  /** What is asked for, in words: `Publish`. */
  readonly did: string;
  /** `service:Action`. */
  readonly action: string;
  /** The package, the role or another resource that it is about. */
  readonly subject: string;
  /** Of a package. */
  readonly packageName?: string;
  readonly version?: string;
  readonly file?: string;
  readonly allowed: boolean;
  /** Why, in a few words. */
  readonly why: string;
  /** Absent where the request is not on the way to a package. */
  readonly stage?: Stage;
}

/** The timeline, the oldest first. */
export interface DecisionList {
  /** As in `Overview`. */
  readonly since: string;
  readonly decisions: readonly DecisionRow[];
}

/** What one event of `/page/events` brings. */
export interface DecisionEvent {
  readonly row: DecisionRow;
  readonly total: Counts;
}
