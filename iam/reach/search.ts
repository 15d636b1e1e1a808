import type { RequestContext } from "../evaluate";
import type { ReachAccount } from "./account";
import { anyOtherAction, catalogue, type ResourceKind, runners } from "./catalogue";
import { foreignLayer, principalContext, type Way, waysOf } from "./contexts";
import { type Fact, factKey, type Gain, Gains } from "./facts";
import { actions, kindOf, targetsOf } from "./targets";
import { administratorArn, World, type WorldRequest } from "./world";

/** Whom the search starts as: a role or user of the account, or the holder of an identity provider's token. */
export type Start =
  | { readonly principal: string }
  | { readonly token: { readonly providerArn: string; readonly context: RequestContext } };

/** What the search takes into account beside the account itself. */
interface SearchOptions {
  /** Whether the actor has an account of its own, whose administrator it is, to let in by a policy. @default false */
  readonly outsideAccount?: boolean;
}

/** The administrator of the actor's own account. */
export const outsider = "arn:aws:iam::999999999999:role/outsider";

/** A token as anyone can get it for a job of its own; what a trust policy asks for beside `Principal` it does not meet. */
const ownToken: RequestContext = {};

/**
 * Everything that a principal can come to. It tries each state-changing action on each resource, with the strongest argument, as
 * each principal that it has come to act as, until nothing new is gained. The first way to a fact is a shortest one.
 *
 * @throws PolicyError for a document that cannot be decided without guessing
 */
export function reach(account: ReachAccount, start: Start, { outsideAccount = false }: SearchOptions = {}): Gains {
  const gains = new Gains();
  const world = new World(account, gains);
  const settled = new Map<string, number>();
  if ("principal" in start) {
    gains.add({ fact: { kind: "acts", as: start.principal }, round: 0, because: [] });
  } else {
    assumedByToken(world, start.token).forEach((gain) => gains.add(gain));
  }
  if (outsideAccount) {
    gains.add({ fact: { kind: "acts", as: outsider }, round: 0, because: [] });
  }
  for (let round = 1; ; round++) {
    const before = gains.size;
    // Requests of one round do not see what the same round gains, so that no later way hides a shorter one.
    const found = [
      ...gains.of("acts").flatMap((actor) => requestsOf(world, actor, round, settled)),
      ...consequences(world, round),
    ];
    found.forEach((gain) => gains.add(gain));
    if (gains.size === before || gains.has({ kind: "did", action: anyOtherAction, resource: "*" })) {
      return gains;
    }
  }
}

/** The steps to a fact, each before those that need it; nothing where it was not gained. */
export function pathTo(gains: Gains, fact: Fact): readonly Gain[] {
  const steps = new Map<string, Gain>();
  const visit = (key: string) => {
    const gain = gains.get(key);
    if (gain !== undefined && !steps.has(key)) {
      gain.because.forEach(visit);
      steps.set(key, gain);
    }
  };
  visit(factKey(fact));
  // One request can gain several facts, and is one step.
  const bySteps = [...steps.values()].map((gain) => [JSON.stringify(gain.request ?? gain.fact), gain] as const);
  return [...new Map(bySteps).values()].sort((one, other) => one.round - other.round);
}

function requestsOf(world: World, actor: Actor, round: number, settled: Map<string, number>): readonly Gain[] {
  const { as: principal, rebound = false } = actor;
  const anything = world.isOwn(principal)
    ? granted(world, { actor, action: anyOtherAction, target: "*", kind: "nothing", round })
    : [];
  // An administrator comes to all the rest.
  if (anything.length > 0) {
    return anything;
  }
  const found: Gain[] = [];
  for (const { kind, action } of actions) {
    if (isOpen(world, principal, action)) {
      const targets = world.remember(`targets ${principal} ${kind}`, () => targetsOf(world, principal, kind));
      for (const target of targets.filter((one) => canBeAsked(world, action, one))) {
        const key = `${principal} ${rebound} ${action} ${target}`;
        const stamp = world.stamp(principal, target);
        if (settled.get(key) !== stamp) {
          settled.set(key, stamp);
          found.push(...granted(world, { actor, action, target, kind, round }));
        }
      }
    }
  }
  return [...found, ...runAs(world, principal, round)];
}

type Actor = Extract<Fact, { readonly kind: "acts" }>;

interface Attempt {
  readonly actor: Actor;
  readonly action: string;
  readonly target: string;
  readonly kind: ResourceKind;
  readonly round: number;
}

function granted(world: World, { actor, action, target, kind, round }: Attempt): readonly Gain[] {
  const { as: principal, rebound: principalRebound = false } = actor;
  const resource = kind === "inDomain" ? "*" : target;
  const found: Gain[] = [];
  for (const way of waysOf(world, principal, action, resource)) {
    const { context, rebound: resourceRebound } = way;
    const request: WorldRequest = { principal, principalRebound, action, resource, resourceRebound, context };
    const facts = factsOf(world, request, way, target, kind);
    const isNew = facts.filter((fact) => !world.gains.has(fact));
    if (isNew.length > 0 && world.allows(request)) {
      const because = reasons(world, request, actor);
      const asked = { principal, action, resource: target };
      found.push(...isNew.map((fact) => ({ fact, round, request: asked, ...said(way), because })));
    }
    // A policy that allows everything leaves nothing for others to add.
    const attached = [...found.map(({ fact }) => fact), ...facts.filter((fact) => !isNew.includes(fact))];
    if (attached.some((fact) => fact.kind === "attaches" && fact.policy === administratorArn(world.account))) {
      break;
    }
  }
  return found;
}

function factsOf(world: World, request: WorldRequest, way: Way, target: string, kind: ResourceKind): readonly Fact[] {
  const tags = Object.keys(way.tags ?? {}).sort();
  const tagged = kind === "inDomain" ? `with the tags ${tags.join(", ") || "none"}` : undefined;
  const how = way.how ?? tagged ?? (way.rebound ? "once it is bounded" : undefined);
  const { action } = request;
  const done: Fact = { kind: "did", action, resource: target, ...(how === undefined ? {} : { how }) };
  return [done, ...effectsOf(world, request, way).map((fact) => (way.rebound ? asRebound(fact) : fact))];
}

/** The same fact about an identity that has another boundary by now. */
function asRebound(fact: Fact): Fact {
  switch (fact.kind) {
    case "acts":
    case "grants":
    case "attaches":
    case "removes":
    case "trusts":
      return { ...fact, rebound: true };
    default:
      return fact;
  }
}

/** What an argument was, for people. */
function said({ argument }: Way): { readonly argument?: string } {
  return argument === undefined || argument === "" ? {} : { argument };
}

/** The facts that a request needs: each of those without which it is denied. */
function reasons(world: World, request: WorldRequest, actor: Actor): readonly string[] {
  const acting = factKey(actor);
  const relevant = world.relevant(world.subjectsOf(request.principal, request.resource)).map(factKey);
  const dropped = new Set<string>();
  for (const key of relevant) {
    if (world.without(new Set([...dropped, key])).allows(request)) {
      dropped.add(key);
    }
  }
  const made = world.gains
    .about(request.resource)
    .filter(({ kind }) => kind === "makes" || (kind === "bounds" && request.resourceRebound === true))
    .map(factKey);
  return [...new Set([acting, ...relevant.filter((key) => !dropped.has(key)), ...made])];
}

/** Only what exists is changed: of what does not, a document may speak, but nothing is gained by it. */
function canBeAsked({ account, gains }: World, action: string, target: string): boolean {
  const kind = kindOf(target);
  if (kind === undefined || !["role", "user", "group", "policy"].includes(kind) || target.endsWith("/elsewhere")) {
    return true;
  }
  const exists =
    account.identities.some(({ arn }) => arn === target) ||
    account.policies.some(({ arn }) => arn === target) ||
    gains.has({ kind: "makes", arn: target });
  const isNew = /^iam:Create(?:Role|User|Group|Policy)$/.test(action);
  // IAM deletes no policy that is attached or bounds something; one that is not gives nothing that a new one would not.
  const deleted =
    kind !== "policy" && gains.has({ kind: "did", action: action.replace("Create", "Delete"), resource: target });
  return isNew ? !exists || deleted : exists;
}

/** Whether any document could allow the action: one of the principal, or one of a resource. */
function isOpen(world: World, principal: string, action: string): boolean {
  const { account, gains } = world;
  const byResource =
    action === "sts:AssumeRole" ||
    (action.startsWith("kms:") && gains.of("opens").some(({ resource }) => resource.includes(":kms:"))) ||
    (action.startsWith("codeartifact:") &&
      !inOwnAccount.includes(action) &&
      (gains.of("opens").length > 0 ||
        account.domains.some(({ policy, repositories }) =>
          [policy, ...repositories.map((one) => one.policy)].some(Boolean),
        )));
  return byResource || (world.isOwn(principal) && world.mayAllow(principal, action));
}

/** Actions without a resource, which are decided in the caller's own account. */
const inOwnAccount: readonly string[] = catalogue.inDomain;

/** Roles that code can be made to run as. */
function runAs(world: World, principal: string, round: number): readonly Gain[] {
  const may = (action: string, resource: string, context: RequestContext = {}) =>
    world.allows({
      principal,
      action,
      resource,
      context: { ...principalContext(world.account, principal), ...context },
    });
  if (!world.isOwn(principal)) {
    return [];
  }
  const because = [factKey({ kind: "acts", as: principal })];
  const replaced = (world.account.workloads ?? [])
    .filter(({ arn, changedBy }) => world.mayAllow(principal, changedBy) && may(changedBy, arn))
    .map(({ arn, roleArn, changedBy }): Gain => ({
      fact: { kind: "acts", as: roleArn },
      round,
      request: { principal, action: changedBy, resource: arn },
      because,
    }));
  // A function that exists gets another role.
  const changesFunction = (world.account.workloads ?? []).some(
    ({ arn }) => kindOf(arn) === "function" && may("lambda:UpdateFunctionConfiguration", arn),
  );
  const handedOn = world.mayAllow(principal, "iam:PassRole")
    ? targetsOf(world, principal, "role").flatMap((role) =>
        Object.entries(runners)
          .filter(
            ([service, ways]) =>
              world.trustsService(role, service) &&
              may("iam:PassRole", role, { "iam:PassedToService": service }) &&
              (ways.some((needed) => needed.every((action) => may(action, "*"))) ||
                (service === "lambda.amazonaws.com" && changesFunction)),
          )
          .map(([service]): Gain => ({
            fact: { kind: "acts", as: role },
            round,
            request: { principal, action: "iam:PassRole", resource: role },
            argument: service,
            because: [...because, ...world.relevant([role]).map(factKey)],
          })),
      )
    : [];
  return [...replaced, ...handedOn];
}

/** What follows without a request to AWS's control plane: a trust policy that admits the actor, a provider that it answers for. */
function consequences(world: World, round: number): readonly Gain[] {
  const { account, gains } = world;
  const trusted = gains.of("trusts").flatMap((fact): readonly Gain[] => {
    const { role, rebound } = fact;
    const admitted = account.identityProviders.some((provider) => world.admits(role, provider, ownToken, rebound));
    const acts: Fact = { kind: "acts", as: role, ...(rebound === undefined ? {} : { rebound }) };
    return admitted ? [{ fact: acts, round, because: [factKey(fact)] }] : [];
  });
  const rebound = gains
    .of("acts")
    .filter(({ as }) => world.boundaries(as).some((state) => state.rebound))
    .map(({ as }): Gain => ({
      fact: { kind: "acts", as, rebound: true },
      round,
      because: [{ kind: "acts", as } as const, ...gains.about(as).filter(({ kind }) => kind === "bounds")].map(factKey),
    }));
  const forged = gains.of("forges").flatMap(({ provider }) =>
    account.identities
      .filter(({ arn, trust }) => arn.includes(":role/") && trust?.includes(provider))
      .map(({ arn }): Gain => ({
        fact: { kind: "acts", as: arn },
        round,
        because: [factKey({ kind: "forges", provider })],
      })),
  );
  return [...trusted, ...rebound, ...forged];
}

function assumedByToken(
  world: World,
  { providerArn, context }: { readonly providerArn: string; readonly context: RequestContext },
): readonly Gain[] {
  return world.account.identities
    .filter(({ arn, trust }) => trust !== undefined && world.admits(arn, providerArn, context))
    .map(({ arn }) => ({ fact: { kind: "acts", as: arn }, round: 0, because: [] }));
}

/** What is gained by a request that is allowed, beside having done it. */
function effectsOf(world: World, { principal, action, resource }: WorldRequest, way: Way): readonly Fact[] {
  const argument = way.argument ?? "";
  switch (action) {
    case "iam:PutRolePolicy":
    case "iam:PutUserPolicy":
    case "iam:PutGroupPolicy":
      return [{ kind: "grants", identity: resource }];
    case "iam:AttachRolePolicy":
    case "iam:AttachUserPolicy":
    case "iam:AttachGroupPolicy":
      return [{ kind: "attaches", identity: resource, policy: argument }];
    case "iam:DetachRolePolicy":
    case "iam:DetachUserPolicy":
    case "iam:DetachGroupPolicy":
      return [{ kind: "removes", identity: resource, document: argument }];
    case "iam:DeleteRolePolicy":
    case "iam:DeleteUserPolicy":
    case "iam:DeleteGroupPolicy":
      return inlineNames(world, resource).map((document) => ({ kind: "removes", identity: resource, document }));
    case "iam:RemoveUserFromGroup":
      return inlineNames(world, resource).map((document) => ({ kind: "removes", identity: resource, document }));
    case "iam:PutRolePermissionsBoundary":
    case "iam:PutUserPermissionsBoundary":
      return [{ kind: "bounds", identity: resource, boundary: argument }];
    case "iam:DeleteRolePermissionsBoundary":
    case "iam:DeleteUserPermissionsBoundary":
      return [{ kind: "bounds", identity: resource, boundary: "" }];
    case "iam:CreatePolicyVersion":
      return [{ kind: "writes", policy: resource }];
    case "iam:SetDefaultPolicyVersion":
      return [{ kind: "reverts", policy: resource }];
    case "iam:CreatePolicy":
      return [
        { kind: "makes", arn: resource },
        { kind: "writes", policy: resource },
      ];
    case "iam:CreateRole":
      return [
        { kind: "makes", arn: resource },
        { kind: "bounds", identity: resource, boundary: argument },
        { kind: "trusts", role: resource },
      ];
    case "iam:CreateUser":
      return [
        { kind: "makes", arn: resource },
        { kind: "bounds", identity: resource, boundary: argument },
      ];
    case "iam:CreateGroup":
      return [{ kind: "makes", arn: resource }];
    case "iam:UpdateAssumeRolePolicy":
      return [{ kind: "trusts", role: resource }];
    case "iam:AddUserToGroup":
      return [{ kind: "joins", user: argument, group: resource }];
    case "iam:CreateAccessKey":
    case "iam:CreateLoginProfile":
    case "iam:UpdateLoginProfile":
    case "iam:UploadSigningCertificate":
      return [{ kind: "acts", as: resource }];
    case "iam:UpdateSAMLProvider":
    case "iam:UpdateOpenIDConnectProviderThumbprint":
      return [{ kind: "forges", provider: resource }];
    case "sts:AssumeRole":
      return [{ kind: "acts", as: resource }];
    case "codeartifact:PutDomainPermissionsPolicy":
    case "codeartifact:PutRepositoryPermissionsPolicy":
      return [{ kind: "opens", resource }];
    case "kms:PutKeyPolicy":
      return [{ kind: "opens", resource }];
    case "kms:CreateGrant":
      // A grant that a service asks for is the service's own.
      return way.how === "directly" ? [{ kind: "opens", resource }] : [];
    case "lambda:UpdateFunctionConfiguration":
      return isOwnCode(world, principal, argument) ? rolesOf(world, resource).map((as) => ({ kind: "acts", as })) : [];
    default:
      return tagEffects(world, action, resource, way);
  }
}

/** Whether the actor decides what is in a layer: another account's, or one that it may publish. */
function isOwnCode(world: World, principal: string, layerVersion: string): boolean {
  const { account } = world;
  const layer = layerVersion.replace(/:\d+$/, "");
  const context = principalContext(account, principal);
  return (
    layerVersion !== "" &&
    (layerVersion === foreignLayer(account) ||
      world.allows({ principal, action: "lambda:PublishLayerVersion", resource: layer, context }))
  );
}

/** The roles that a function runs as. */
function rolesOf({ account }: World, functionArn: string): readonly string[] {
  return (account.workloads ?? []).flatMap(({ arn, roleArn }) => (arn === functionArn ? [roleArn] : []));
}

/** New tags beside the old, or any of the old gone. */
function tagEffects({ account }: World, action: string, resource: string, { tags = {} }: Way): readonly Fact[] {
  if (/:Tag(?:Resource|Role|User)$/.test(action)) {
    const old =
      account.keys.find(({ arn }) => arn === resource)?.tags ??
      account.identities.find(({ arn }) => arn === resource)?.tags;
    return [{ kind: "tags", resource, tags: JSON.stringify({ ...old, ...tags }) }];
  }
  return /:Untag(?:Resource|Role|User)$/.test(action) ? [{ kind: "tags", resource, tags: "{}" }] : [];
}

function inlineNames({ account }: World, identity: string): readonly string[] {
  return account.identities.find(({ arn }) => arn === identity)?.inline.map(({ name }) => name) ?? [];
}
