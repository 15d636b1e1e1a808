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
  /** How many decisions the sandbox keeps, the latest. */
  readonly mostDecisions: number;
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

/** A decision with all that is known of it. */
export interface DecisionDetail {
  readonly row: DecisionRow;
  /** As AWS names the caller. */
  readonly caller: string;
  /** ARN, or `*`. */
  readonly resource: string;
  readonly reason: string;
  /** How the documents decide it; absent where they were not asked. A registry may still reject what they allow. */
  readonly outcome?: "allowed" | "explicitlyDenied" | "implicitlyDenied";
  /** What conditions could compare, in alphabetical order. A key without a value is one that the request does not have. */
  readonly context: readonly { readonly key: string; readonly values: readonly string[] }[];
  /** Condition keys that the nearest statement finds unmet. */
  readonly unmet: readonly string[];
  /** The document with the statement that decides or, where none allows the request, that came nearest. */
  readonly document?: MarkedDocument;
}

/** A policy document with one statement marked. */
export interface MarkedDocument {
  readonly name: string;
  /** Name of the marked statement. */
  readonly statement: string;
  /** Why it is marked. */
  readonly mark: "allows" | "denies" | "nearest";
  readonly statements: readonly StatementText[];
}

/** A statement as JSON with line breaks. */
export interface StatementText {
  readonly name: string;
  readonly text: string;
}

/** A package as the list shows it. */
export interface PackageSummary {
  readonly domain: string;
  readonly repository: string;
  /** Of Python its name; of another format `FORMAT/NAMESPACE/NAME`. */
  readonly key: string;
  /** Whether its versions were published here, not taken from a public index. */
  readonly isOwn: boolean;
  readonly versions: number;
  readonly newest: string;
  readonly status: string;
}

/** The packages of every repository, own ones first. */
export interface PackageList {
  readonly packages: readonly PackageSummary[];
}

/** A package with its versions, the newest first. */
export interface PackageDetail extends PackageSummary {
  /** Pattern of the package group that applies. */
  readonly group: string;
  /** Whether the package itself lets versions in. */
  readonly restrictions: { readonly publish: string; readonly upstream: string };
  readonly releases: readonly {
    readonly version: string;
    readonly status: string;
    /** ISO 8601; empty where it is not known. */
    readonly published: string;
    /** Where it comes from: `python-packages`, `public:pypi`. */
    readonly origin: string;
    readonly summary?: string;
    readonly files: readonly FileSummary[];
  }[];
}

/** A file of a version. */
export interface FileSummary {
  readonly filename: string;
  /** In bytes, where it is known. */
  readonly size?: number;
  readonly sha256: string;
}

/** The repositories and package groups of every domain. */
export interface GroupList {
  readonly domains: readonly {
    readonly domain: string;
    readonly repositories: readonly {
      readonly name: string;
      readonly arn: string;
      readonly upstreams: readonly string[];
      readonly externalConnection?: string;
    }[];
    /** The root first. */
    readonly groups: readonly GroupSummary[];
  }[];
}

/** A package group, and what holds in it. */
export interface GroupSummary {
  readonly pattern: string;
  /** Pattern of the group that it is in. */
  readonly parent?: string;
  readonly description?: string;
  readonly ways: readonly {
    readonly way: "publish" | "external" | "internal";
    readonly isOpen: boolean;
    /** `from no repository`, `from pypi-store`, `from every repository`. */
    readonly text: string;
    /** Pattern of the group whose setting holds here, where it is another one. */
    readonly inheritedFrom?: string;
  }[];
}

/** The roles of the account. */
export interface RoleList {
  readonly roles: readonly RoleSummary[];
}

/** A role in sentences, and the documents that say it. */
export interface RoleSummary {
  readonly name: string;
  /** What it is for, such as `publisher`. */
  readonly label: string;
  readonly arn: string;
  /** Who may assume it. */
  readonly trusts: readonly string[];
  readonly may: readonly string[];
  readonly mayNot: readonly string[];
  readonly boundary?: string;
  readonly documents: readonly { readonly name: string; readonly statements: readonly StatementText[] }[];
}

/** Lines to paste into another shell. */
export interface ConnectLines {
  readonly stacks: readonly {
    readonly stack: string;
    readonly identities: readonly PastedLines[];
    readonly clients: readonly PastedLines[];
  }[];
}

/** Lines under a heading. */
export interface PastedLines {
  readonly name: string;
  /** Where the lines belong, and what they do. */
  readonly note: string;
  readonly lines: string;
}
