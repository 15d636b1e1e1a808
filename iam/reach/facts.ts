import { administratorAccess, type NamedDocument, ParsedPolicy, parsePolicy } from "../grammar";
import type { ReachAccount } from "./account";

/** A fact about an identity that is only there once another boundary than its first one bounds it, and that one does not come back. */
interface Rebound {
  readonly rebound?: true;
}

/** Something that a principal has come to. A fact is never lost again: what could be undone could have been used before. */
export type Fact =
  /** It acts as this role or user. */
  | (Rebound & { readonly kind: "acts"; readonly as: string })
  /** It has done this, or could; `how` tells apart what one action can do in several ways. */
  | { readonly kind: "did"; readonly action: string; readonly resource: string; readonly how?: string }
  /** It gives an identity a policy that allows everything. */
  | (Rebound & { readonly kind: "grants"; readonly identity: string })
  /** It attaches a managed policy to an identity. */
  | (Rebound & { readonly kind: "attaches"; readonly identity: string; readonly policy: string })
  /** It takes a document away from an identity: the name of an inline policy or the ARN of a managed one. */
  | (Rebound & { readonly kind: "removes"; readonly identity: string; readonly document: string })
  /** It sets the boundary of an identity; "" takes it away. */
  | { readonly kind: "bounds"; readonly identity: string; readonly boundary: string }
  /** It writes a managed policy that allows everything. */
  | { readonly kind: "writes"; readonly policy: string }
  /** It puts an older version of a managed policy in force. */
  | { readonly kind: "reverts"; readonly policy: string }
  /** It writes the trust policy of a role. */
  | (Rebound & { readonly kind: "trusts"; readonly role: string })
  /** It writes the policy of a domain, a repository or a key. */
  | { readonly kind: "opens"; readonly resource: string }
  /** It makes an identity or a policy. */
  | { readonly kind: "makes"; readonly arn: string }
  /** It puts a user into a group. */
  | { readonly kind: "joins"; readonly user: string; readonly group: string }
  /** It answers for an identity provider of the account. */
  | { readonly kind: "forges"; readonly provider: string }
  /** It sets the tags of a resource; JSON text. */
  | { readonly kind: "tags"; readonly resource: string; readonly tags: string };

/** How a fact came about. */
export interface Gain {
  readonly fact: Fact;
  /** The number of changes before this one; 0 for the start. */
  readonly round: number;
  /** Who asked, and for what; absent for the start and for what follows from a fact without a request. */
  readonly request?: { readonly principal: string; readonly action: string; readonly resource: string };
  /** The argument that the request was made with, in words. */
  readonly argument?: string;
  /** Keys of the facts that the request needed. */
  readonly because: readonly string[];
}

/** What has been gained so far, by key and by the thing a fact is about. */
export class Gains {
  readonly #gains = new Map<string, Gain>();
  readonly #bySubject = new Map<string, Fact[]>();
  readonly #byKind = new Map<Fact["kind"], Fact[]>();

  get size(): number {
    return this.#gains.size;
  }

  /** Takes a fact up unless it is known; the first way to it is the shortest. */
  add(gain: Gain): boolean {
    const key = factKey(gain.fact);
    if (this.#gains.has(key)) {
      return false;
    }
    this.#gains.set(key, gain);
    addTo(this.#bySubject, subjectOf(gain.fact), gain.fact);
    addTo(this.#byKind, gain.fact.kind, gain.fact);
    return true;
  }

  has(fact: Fact): boolean {
    return this.#gains.has(factKey(fact));
  }

  get(key: string): Gain | undefined {
    return this.#gains.get(key);
  }

  /** Facts about an identity, a policy or another resource. */
  about(subject: string): readonly Fact[] {
    return this.#bySubject.get(subject) ?? [];
  }

  all(): readonly Gain[] {
    return [...this.#gains.values()];
  }

  /** The facts of one kind. */
  of<Kind extends Fact["kind"]>(kind: Kind): readonly Extract<Fact, { readonly kind: Kind }>[] {
    return (this.#byKind.get(kind) ?? []) as Extract<Fact, { readonly kind: Kind }>[];
  }
}

function addTo<Key>(lists: Map<Key, Fact[]>, key: Key, fact: Fact): void {
  const list = lists.get(key);
  if (list === undefined) {
    lists.set(key, [fact]);
  } else {
    list.push(fact);
  }
}

/** What tells one fact from another. */
export function factKey(fact: Fact): string {
  return Object.values(fact).join("\n");
}

/** What a fact changes. */
export function subjectOf(fact: Fact): string {
  switch (fact.kind) {
    case "acts":
      return fact.as;
    case "did":
    case "opens":
    case "tags":
      return fact.resource;
    case "grants":
    case "attaches":
    case "removes":
    case "bounds":
      return fact.identity;
    case "writes":
    case "reverts":
      return fact.policy;
    case "trusts":
      return fact.role;
    case "makes":
      return fact.arn;
    case "joins":
      return fact.user;
    case "forges":
      return fact.provider;
  }
}

/** ARNs of what has the policies that decide about a resource: a package's are those of its repository and of its domain. */
export function policyHolders(resource: string): readonly string[] {
  const [, place, kind, domain = "", repository = ""] =
    /^(arn:[^:]*:codeartifact:[^:]*:[^:]*:)(domain|repository|package|package-group)\/([^/]+)(?:\/([^/]+))?/.exec(
      resource,
    ) ?? [];
  if (place === undefined) {
    return [resource];
  }
  const onDomain = `${place}domain/${domain}`;
  return kind === "domain" || kind === "package-group"
    ? [onDomain]
    : [onDomain, `${place}repository/${domain}/${repository}`];
}

/** The policy that a role, a domain or a repository has at the start, if any; JSON text. */
export function originalPolicy({ identities, domains }: ReachAccount, holder: string): string | undefined {
  return (
    identities.find(({ arn }) => arn === holder)?.trust ??
    domains.find(({ arn }) => arn === holder)?.policy ??
    domains.flatMap(({ repositories }) => repositories).find(({ arn }) => arn === holder)?.policy
  );
}

/** A policy of the search, with its name in sentences. */
export type SearchDocument = NamedDocument<ParsedPolicy>;

/** The permissions of an administrator. */
export const administratorPolicies: readonly SearchDocument[] = [
  { name: "administrator", document: administratorAccess },
];

/** A policy that names everyone, sessions included: the strongest argument of every action that writes a policy of a resource. */
export function admitEveryone(service: string): ParsedPolicy {
  const statement = { Effect: "Allow", Principal: "*", Action: `${service}:*`, Resource: "*" };
  return parsePolicy({ Version: "2012-10-17", Statement: statement }, "resource", "policy for everyone");
}

/** A trust policy that admits everyone, services and users of identity providers included. */
export const trustEveryone = parsePolicy(
  {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: "*",
      Action: ["sts:AssumeRole*", "sts:SetContext", "sts:SetSourceIdentity", "sts:TagSession"],
    },
  },
  "trust",
  "trust in everyone",
);

/** Whether a policy denies anything. */
export function denies({ document }: SearchDocument): boolean {
  return document.statements.some(({ effect }) => effect === "Deny");
}

/** A policy without its denials, where anything is left of it. */
export function allowances({ kind, statements }: ParsedPolicy): readonly ParsedPolicy[] {
  const allowing = statements.filter(({ effect }) => effect === "Allow");
  return allowing.length === 0 ? [] : [new ParsedPolicy(kind, allowing)];
}
