import { evaluate, type NamedDocument, type RequestContext } from "../evaluate";
import { actionMatches } from "../matching";
import { readStatements } from "../statements";
import type { Identity, ManagedPolicy, ReachAccount } from "./account";
import { administrator, admitEveryone, allowances, allowEverything, denies, trustEveryone } from "./documents";
import { factKey, type Fact, type Gains } from "./facts";

/** Name under which the search has every role's sessions run. */
export const sessionName = "reach";

/** A signed request of a role or a user. */
export interface WorldRequest {
  readonly principal: string;
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** AWS's own policy that allows everything. */
export function administratorAccess({ partition }: ReachAccount): string {
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
  ) {
    this.#identities = new Map(account.identities.map((identity) => [identity.arn, identity]));
    this.#policies = new Map(account.policies.map((policy) => [policy.arn, policy]));
  }

  /** The same, but for some facts. */
  without(keys: ReadonlySet<string>): World {
    return new World(this.account, this.gains, keys);
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
    return principal.split(":")[4] === this.account.id;
  }

  /** Whether the request is allowed in some order of the changes that have been gained. */
  allows({ principal, action, resource, context }: WorldRequest): boolean {
    const { serviceControl, resourceControl, id } = this.account;
    const own = this.isOwn(principal);
    const identities = own ? this.remember(`variants ${principal}`, () => this.#variants(principal)) : [administrator];
    const bounds = this.remember(`bounds ${principal}`, () =>
      this.boundaries(principal).flatMap((policy) =>
        policy === "" ? [undefined] : this.#versions(policy).map((document) => ({ name: policy, document })),
      ),
    );
    const caller = principal.includes(":user/")
      ? ({ kind: "user", arn: principal } as const)
      : ({ kind: "role", arn: principal, sessionName } as const);
    const policies = {
      resource: this.remember(`resource ${resource}`, () => this.#resourceDocuments(resource)),
      resourceAccount: resource === "*" ? undefined : resource.split(":")[4] || id,
      ...(own && serviceControl !== undefined ? { serviceControl } : {}),
      ...(resourceControl === undefined ? {} : { resourceControl }),
    };
    return identities.some((identity) =>
      bounds.some(
        (boundary) => evaluate({ caller, action, resource, context }, { ...policies, identity, boundary }).allowed,
      ),
    );
  }

  /** Whether the holder of a token may assume a role. */
  admits(role: string, providerArn: string, context: RequestContext): boolean {
    const { resourceControl } = this.account;
    return evaluate(
      {
        caller: { kind: "web-identity", providerArn },
        action: providerArn.includes(":saml-provider/") ? "sts:AssumeRoleWithSAML" : "sts:AssumeRoleWithWebIdentity",
        resource: role,
        context,
      },
      {
        resource: this.#resourceDocuments(role),
        resourceAccount: this.account.id,
        ...(resourceControl === undefined ? {} : { resourceControl }),
      },
    ).allowed;
  }

  /** Whether a role's trust policy lets a service act as the role. */
  trustsService(role: string, service: string): boolean {
    return this.#resourceDocuments(role).some((document) =>
      readStatements(document, "resource").some(
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
        readStatements(document, "identity").some(
          ({ effect, actions: { negated, patterns } }) =>
            effect === "Allow" && (negated || patterns.some((pattern) => actionMatches(pattern, action))),
        ),
      )
    );
  }

  /** The permissions of a role or user, those of its groups included, as far as they could be in force at some time. */
  identityDocuments(principal: string): readonly NamedDocument[] {
    return this.remember(`documents ${principal}`, () =>
      this.#holdersOf(principal).flatMap((arn) => this.#documentsOf(arn)),
    );
  }

  /** The same as they can be in force together: each document that denies and can be removed is there or gone. */
  #variants(principal: string): readonly (readonly NamedDocument[])[] {
    const removable = this.#holdersOf(principal).flatMap((arn) =>
      this.#about(arn).flatMap((fact) => (fact.kind === "removes" ? [`${fact.document} of ${arn}`] : [])),
    );
    return this.identityDocuments(principal).reduce<readonly (readonly NamedDocument[])[]>(
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

  /** ARNs of the policies that could bound an identity at some time; "" is no boundary. */
  boundaries(principal: string): readonly string[] {
    const identity = this.#identities.get(principal);
    const set = this.#about(principal).flatMap((fact) => (fact.kind === "bounds" ? [fact.boundary] : []));
    // What was made has the boundary that it was made with, and no other.
    return [...(identity === undefined && set.length > 0 ? [] : [identity?.boundary ?? ""]), ...set];
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
      () => this.relevant([...this.#holders(resource), resource]).length,
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
    return [...new Set([...holders, ...policies, ...this.boundaries(principal), ...this.#holders(resource), resource])];
  }

  #about(subject: string): readonly Fact[] {
    const facts = this.gains.about(subject);
    return this.ignored.size === 0 ? facts : facts.filter((fact) => !this.ignored.has(factKey(fact)));
  }

  #documentsOf(arn: string): readonly NamedDocument[] {
    const identity = this.#identities.get(arn);
    const facts = this.#about(arn);
    const named = (name: string, document: string): NamedDocument => ({ name: `${name} of ${arn}`, document });
    const attached = [
      ...(identity?.attached ?? []),
      ...facts.flatMap((fact) => (fact.kind === "attaches" ? [fact.policy] : [])),
    ];
    return [
      ...(identity?.inline ?? []).map(({ name, document }) => named(name, document)),
      ...[...new Set(attached)].flatMap((policy) =>
        this.#versions(policy).map((document, index) => named(index === 0 ? policy : `${policy} v${index}`, document)),
      ),
      ...(facts.some(({ kind }) => kind === "grants") ? [{ name: `new of ${arn}`, document: allowEverything }] : []),
    ];
  }

  /** The documents that a managed policy could have; of one that the account does not have nothing is known: it allows everything. */
  #versions(policy: string): readonly string[] {
    const held = this.#policies.get(policy);
    const facts = this.#about(policy);
    if (held === undefined || facts.some(({ kind }) => kind === "writes")) {
      return [allowEverything];
    }
    return facts.some(({ kind }) => kind === "reverts")
      ? [...allowances(held.document), ...(held.otherVersions ?? [])]
      : [held.document];
  }

  /** The policies that a resource itself has. */
  #resourceDocuments(resource: string): readonly NamedDocument[] {
    const service = resource.split(":")[2] ?? "";
    return this.#holders(resource).flatMap((holder) => {
      const original = this.#originalPolicy(holder);
      const written = this.#about(holder).some(({ kind }) => kind === "opens" || kind === "trusts");
      return [
        ...(original === undefined
          ? []
          : (written ? allowances(original) : [original]).map((document) => ({
              name: `policy of ${holder}`,
              document,
            }))),
        ...(written
          ? [
              {
                name: `new policy of ${holder}`,
                document: holder.includes(":role/") ? trustEveryone : admitEveryone(`${service}:*`),
              },
            ]
          : []),
      ];
    });
  }

  /** What holds the policies that decide about a resource: a package's are those of its repository and of its domain. */
  #holders(resource: string): readonly string[] {
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

  #originalPolicy(holder: string): string | undefined {
    const { domains } = this.account;
    return (
      this.#identities.get(holder)?.trust ??
      domains.find(({ arn }) => arn === holder)?.policy ??
      domains.flatMap(({ repositories }) => repositories).find(({ arn }) => arn === holder)?.policy
    );
  }
}
