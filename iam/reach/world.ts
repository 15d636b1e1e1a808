import { arnParts, roleArn } from "../arns";
import { type ApplicablePolicies, evaluate, type RequestContext } from "../evaluate";
import type { PolicyKind } from "../elements";
import { administratorAccess, type ParsedPolicy, parsePolicy, statementsOf } from "../grammar";
import { actionMatches } from "../matching";
import type { Identity, ManagedPolicy, ReachAccount } from "./account";
import {
  administratorPolicies,
  admitEveryone,
  allowances,
  denies,
  type Fact,
  factKey,
  type Gains,
  originalPolicy,
  policyHolders,
  type SearchDocument,
  trustEveryone,
} from "./facts";

/** Name under which the search has every role's sessions run. */
export const sessionName = "reach";

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

/** A boundary that an identity can have; "" means no boundary. */
interface BoundaryState {
  readonly boundary: string;
  /** Whether it is another one than the first, which does not come back. */
  readonly rebound: boolean;
}

/** The ARN of AWS's own policy that allows everything. */
export function administratorArn({ partition }: ReachAccount): string {
  return `arn:${partition}:iam::aws:policy/AdministratorAccess`;
}

/** Decides requests in an account in which some things have been gained. */
export class World {
  readonly #identities: ReadonlyMap<string, Identity>;
  readonly #remembered = new Map<string, unknown>();
  #rememberedAt = -1;
  readonly #policies: ReadonlyMap<string, ManagedPolicy>;

  constructor(
    readonly account: ReachAccount,
    readonly gains: Gains,
    /** Keys of facts that are left out of every decision. */
    private readonly ignored: ReadonlySet<string> = new Set(),
    /** Policies of the account that have been read, by kind and text. */
    private readonly parsed = new Map<string, ParsedPolicy>(),
  ) {
    this.#identities = new Map(account.identities.map((identity) => [identity.arn, identity]));
    this.#policies = new Map(account.policies.map((policy) => [policy.arn, policy]));
  }

  /** The same, but for some facts. */
  without(keys: ReadonlySet<string>): World {
    return new World(this.account, this.gains, keys, this.parsed);
  }

  /** An answer that stays the same until something more is gained. */
  remember<Answer>(key: string, answer: () => Answer): Answer {
    if (this.#rememberedAt !== this.gains.size) {
      this.#remembered.clear();
      this.#rememberedAt = this.gains.size;
    }
    if (!this.#remembered.has(key)) {
      this.#remembered.set(key, answer());
    }
    return this.#remembered.get(key) as Answer;
  }

  /** Whether a principal is of this account, and not of another. */
  isOwn(principal: string): boolean {
    return arnParts(principal).account === this.account.id;
  }

  /** Whether the request is allowed in some order of the changes that have been gained. */
  allows(request: WorldRequest): boolean {
    const { principal, principalRebound = false, action, resource, resourceRebound = false, context } = request;
    const own = this.isOwn(principal);
    const identities = own
      ? this.remember(`variants ${principal} ${principalRebound}`, () => this.#variants(principal, principalRebound))
      : [administratorPolicies];
    const bounds = this.remember(`bounds ${principal} ${principalRebound}`, () =>
      this.boundaries(principal)
        .filter(({ rebound }) => rebound === principalRebound)
        .flatMap(({ boundary }): readonly (SearchDocument | undefined)[] =>
          boundary === "" ? [undefined] : this.#boundaryVersions(boundary),
        ),
    );
    const caller = principal.includes(":user/")
      ? ({ kind: "user", arn: principal } as const)
      : ({ kind: "role", arn: principal, sessionName } as const);
    const policies = {
      resource: this.remember(`resource ${resource} ${resourceRebound}`, () =>
        this.#resourceDocuments(resource, resourceRebound),
      ),
      resourceAccount: resource === "*" ? undefined : arnParts(resource).account || this.account.id,
      serviceControl: own ? this.#levels("service-control", this.account.serviceControl) : undefined,
      resourceControl: this.#levels("resource-control", this.account.resourceControl),
    } satisfies ApplicablePolicies;
    return identities.some((identity) =>
      bounds.some(
        (boundary) =>
          evaluate({ caller, action, resource, context }, { ...policies, identity, boundary }).outcome === "allowed",
      ),
    );
  }

  /** Whether the holder of a token may assume a role. */
  admits(role: string, providerArn: string, context: RequestContext, rebound = false): boolean {
    const decision = evaluate(
      {
        caller: { kind: "web-identity", providerArn },
        action: providerArn.includes(":saml-provider/") ? "sts:AssumeRoleWithSAML" : "sts:AssumeRoleWithWebIdentity",
        resource: role,
        context,
      },
      {
        resource: this.#resourceDocuments(role, rebound),
        resourceAccount: this.account.id,
        resourceControl: this.#levels("resource-control", this.account.resourceControl),
      },
    );
    return decision.outcome === "allowed";
  }

  /** Whether a role's trust policy lets a service act as the role. */
  trustsService(role: string, service: string): boolean {
    return this.#resourceDocuments(role).some((document) =>
      statementsOf(document, "trust").some(
        ({ effect, principals = [] }) =>
          effect === "Allow" &&
          principals.some(({ type, value }) => value === "*" || (type === "Service" && value === service)),
      ),
    );
  }

  /** Whether any document of a principal could allow the action on anything. */
  mayAllow(principal: string, action: string): boolean {
    return (
      !this.isOwn(principal) ||
      this.identityDocuments(principal).some((document) =>
        statementsOf(document, "identity").some(
          ({ effect, actions: { negated, patterns } }) =>
            effect === "Allow" && (negated || patterns.some((pattern) => actionMatches(pattern, action))),
        ),
      )
    );
  }

  /** The permissions of a role or user, those of its groups included, as far as they could be in force at some time. */
  identityDocuments(principal: string, rebound = true): readonly SearchDocument[] {
    return this.remember(`documents ${principal} ${rebound}`, () =>
      this.#holdersOf(principal).flatMap((arn) => this.#documentsOf(arn, rebound)),
    );
  }

  /** The same as they can be in force together: each document that denies and can be removed is there or gone. */
  #variants(principal: string, rebound: boolean): readonly (readonly SearchDocument[])[] {
    const removable = this.#holdersOf(principal).flatMap((arn) =>
      this.#about(arn).flatMap((fact) => {
        if (fact.kind === "removes" && (rebound || fact.rebound !== true)) {
          return [`${fact.document} of ${arn}`];
        }
        return fact.kind === "attaches" ? [`${fact.policy} of ${arn}`] : [];
      }),
    );
    return this.identityDocuments(principal, rebound).reduce<readonly (readonly SearchDocument[])[]>(
      (variants, document) => [
        ...variants.map((documents) => [...documents, document]),
        ...(removable.includes(document.name) && denies(document) ? variants : []),
      ],
      [[]],
    );
  }

  /** The principal itself, and the groups that it is in. */
  #holdersOf(principal: string): readonly string[] {
    return [
      principal,
      ...(this.#identities.get(principal)?.groups ?? []),
      ...this.#about(principal).flatMap((fact) => (fact.kind === "joins" ? [fact.group] : [])),
    ];
  }

  /** The boundaries that an identity can have. Where the first one can be put back, none is another. */
  boundaries(principal: string): readonly BoundaryState[] {
    const identity = this.#identities.get(principal);
    const set = this.#about(principal).flatMap((fact) => (fact.kind === "bounds" ? [fact.boundary] : []));
    // What was made has the boundary that it was made with, and no other.
    if (identity === undefined && set.length > 0) {
      return set.map((boundary) => ({ boundary, rebound: false }));
    }
    const first = identity?.boundary ?? "";
    const comesBack = set.includes(first);
    return [
      { boundary: first, rebound: false },
      ...set.filter((boundary) => boundary !== first).map((boundary) => ({ boundary, rebound: !comesBack })),
    ];
  }

  /** The documents of all boundaries that an identity can have. */
  boundaryDocuments(principal: string): readonly SearchDocument[] {
    return this.boundaries(principal).flatMap(({ boundary }) =>
      boundary === "" ? [] : this.#boundaryVersions(boundary),
    );
  }

  #boundaryVersions(boundary: string): readonly SearchDocument[] {
    return this.remember(`boundary ${boundary}`, () =>
      this.#versions(boundary).map((document) => ({ name: boundary, document })),
    );
  }

  /** Facts that decisions about these things can rest on. */
  relevant(subjects: readonly string[]): readonly Fact[] {
    return subjects.flatMap((subject) => this.#about(subject)).filter(({ kind }) => kind !== "did" && kind !== "acts");
  }

  /**
   * How much is known that a decision about a principal and a resource can rest on. Facts only ever come, so that the same
   * number means the same decision.
   */
  stamp(principal: string, resource: string): number {
    const ofPrincipal = this.remember(
      `stamp ${principal}`,
      () => this.relevant(this.subjectsOf(principal, principal)).length,
    );
    const ofResource = this.remember(
      `stamp of ${resource}`,
      () => this.relevant([...policyHolders(resource), resource]).length,
    );
    return ofPrincipal + ofResource + this.gains.of("makes").length;
  }

  /** What a decision about a principal and a resource can rest on: both, groups, policies and boundaries included. */
  subjectsOf(principal: string, resource: string): readonly string[] {
    const holders = this.#holdersOf(principal);
    const policies = holders.flatMap((arn) => [
      ...(this.#identities.get(arn)?.attached ?? []),
      ...this.#about(arn).flatMap((fact) => (fact.kind === "attaches" ? [fact.policy] : [])),
    ]);
    return [
      ...new Set([
        ...holders,
        ...policies,
        ...this.boundaries(principal).map(({ boundary }) => boundary),
        ...policyHolders(resource),
        resource,
      ]),
    ];
  }

  #about(subject: string): readonly Fact[] {
    const facts = this.gains.about(subject);
    return this.ignored.size === 0 ? facts : facts.filter((fact) => !this.ignored.has(factKey(fact)));
  }

  #documentsOf(arn: string, rebound: boolean): readonly SearchDocument[] {
    const identity = this.#identities.get(arn);
    const facts = this.#about(arn).filter((fact) => rebound || !("rebound" in fact));
    const named = (name: string, document: ParsedPolicy): SearchDocument => ({ name: `${name} of ${arn}`, document });
    const attached = [
      ...(identity?.attached ?? []),
      ...facts.flatMap((fact) => (fact.kind === "attaches" ? [fact.policy] : [])),
    ];
    return [
      ...(identity?.inline ?? []).map(({ name, document }) =>
        named(name, this.#parse(document, "identity", `${name} of ${arn}`)),
      ),
      ...[...new Set(attached)].flatMap((policy) =>
        this.#versions(policy).map((document, index) => named(index === 0 ? policy : `${policy} v${index}`, document)),
      ),
      ...(facts.some(({ kind }) => kind === "grants")
        ? [{ name: `new of ${arn}`, document: administratorAccess }]
        : []),
    ];
  }

  /** The documents that a managed policy could have; of one that the account does not have nothing is known: it allows everything. */
  #versions(policy: string): readonly ParsedPolicy[] {
    const held = this.#policies.get(policy);
    const facts = this.#about(policy);
    if (held === undefined || facts.some(({ kind }) => kind === "writes")) {
      return [administratorAccess];
    }
    const inForce = this.#parse(held.document, "identity", policy);
    return facts.some(({ kind }) => kind === "reverts")
      ? [
          ...allowances(inForce),
          ...(held.otherVersions ?? []).map((document) => this.#parse(document, "identity", policy)),
        ]
      : [inForce];
  }

  /** The policies that a resource itself has. */
  #resourceDocuments(resource: string, rebound = false): readonly SearchDocument[] {
    const { service = "" } = arnParts(resource);
    return policyHolders(resource).flatMap((holder) => {
      const isRole = roleArn.test(holder);
      const text = originalPolicy(this.account, holder);
      const original =
        text === undefined ? undefined : this.#parse(text, isRole ? "trust" : "resource", `policy of ${holder}`);
      const written = this.#about(holder).some(
        (fact) => fact.kind === "opens" || (fact.kind === "trusts" && (rebound || fact.rebound !== true)),
      );
      const kept = original === undefined ? [] : written ? allowances(original) : [original];
      return [
        ...kept.map((document) => ({ name: `policy of ${holder}`, document })),
        ...(written
          ? [{ name: `new policy of ${holder}`, document: isRole ? trustEveryone : admitEveryone(service) }]
          : []),
      ];
    });
  }

  #levels(
    kind: PolicyKind,
    levels: ReachAccount["serviceControl"],
  ): readonly (readonly SearchDocument[])[] | undefined {
    return levels?.map((level) =>
      level.map(({ name, document }) => ({ name, document: this.#parse(document, kind, name) })),
    );
  }

  #parse(text: string, kind: PolicyKind, name: string): ParsedPolicy {
    const key = `${kind} ${text}`;
    const policy = this.parsed.get(key) ?? parsePolicy(text, kind, name);
    this.parsed.set(key, policy);
    return policy;
  }
}
