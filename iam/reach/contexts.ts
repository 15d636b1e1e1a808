import { arnParts } from "../arns";
import type { RequestContext } from "../evaluate";
import { type ParsedStatement, PolicyError, statementsOf } from "../grammar";
import { actionMatches } from "../matching";
import type { ReachAccount } from "./account";
import type { Gains } from "./facts";
import { administratorArn, type World } from "./world";

/** One way to make a request: what AWS sees of it beside principal, action and resource. */
export interface Way {
  readonly context: RequestContext;
  /** The argument that matters for what is gained: the ARN of a policy, a boundary, a group's user, or a service. */
  readonly argument?: string;
  /** Tags that the request sets. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Tells apart what one action does in several ways. */
  readonly how?: string;
  /** Whether another boundary than its first one bounds the role that is the resource. */
  readonly rebound: boolean;
}

type Argument = Omit<Way, "rebound">;

/** Keys whose values the request itself carries, so that the caller chooses them. */
const chosen =
  /^(?:aws:(?:requesttag\/|tagkeys$|sourceip$|useragent$|referer$|currenttime$|epochtime$|requestedregion$|multifactorauth)|iam:(?!permissionsboundary$|policyarn$|resourcetag\/)|sts:|kms:(?!viaservice$|encryptioncontext|resourcealiases$))/i;

/** Keys whose values follow from who asks, and for what. */
const given =
  /^(?:aws:(?:principal|resource(?:tag\/|account$|org)|securetransport$|viaawsservice$|calledvia|source(?:account|arn|org)|userid$|username$)|iam:(?:permissionsboundary$|policyarn$|resourcetag\/)|kms:(?:viaservice$|encryptioncontext|resourcealiases$)|lambda:layer$|[\w.-]+(?:\/[\w.-]+)?:(?:aud|sub)$)/i;

/**
 * Every way to make a request that could be decided differently.
 *
 * @throws PolicyError for a condition key where it is not known who sets it
 */
export function waysOf(world: World, principal: string, action: string, resource: string): readonly Way[] {
  const base = {
    ...principalContext(world.account, principal),
    "aws:SecureTransport": "true",
    "aws:ViaAWSService": "false",
    // An ARN of S3 names no account.
    "aws:ResourceAccount": arnParts(resource).account || world.account.id,
  };
  const free = world.remember(`free ${principal} ${action}`, () => freeContexts(world, principal, action));
  const states = resourceContexts(world, resource, setsBoundary.includes(action));
  return argumentsOf(world, action, resource).flatMap((way) =>
    states.flatMap(({ state, rebound }) =>
      free.map(({ context, tags }) => ({
        ...way,
        ...(isTagging(action) ? { tags } : {}),
        context: { ...base, ...context, ...state, ...way.context },
        rebound,
      })),
    ),
  );
}

/** What AWS says of every request of a principal. */
export function principalContext(account: ReachAccount, principal: string): RequestContext {
  const owner = arnParts(principal).account ?? "";
  const tags = account.identities.find(({ arn }) => arn === principal)?.tags ?? {};
  return {
    "aws:PrincipalArn": principal,
    "aws:PrincipalAccount": owner,
    "aws:PrincipalType": principal.includes(":user/") ? "User" : "AssumedRole",
    ...prefixed("aws:PrincipalTag", tags),
  };
}

/** Whether the action sets tags on what it makes or changes. */
function isTagging(action: string): boolean {
  return /:(?:Tag|Create)/.test(action);
}

/** For each statement that could decide the action, the values that it asks for; and no values at all. */
function freeContexts(world: World, principal: string, action: string) {
  const statements = world.isOwn(principal)
    ? [...world.identityDocuments(principal), ...world.boundaryDocuments(principal)]
        .flatMap((document) => statementsOf(document, "identity").map((statement) => ({ document, statement })))
        .filter(
          ({ statement: { actions } }) =>
            actions.negated || actions.patterns.some((pattern) => actionMatches(pattern, action)),
        )
    : [];
  const wanted = statements
    .map(({ statement, document }) => wantedValues(statement, document.name))
    .filter((context) => Object.keys(context).length > 0);
  const contexts: RequestContext[] = [{}, ...wanted];
  const distinct = [...new Map(contexts.map((context) => [JSON.stringify(context), context])).values()];
  return distinct.map((context) => ({ context, tags: tagsIn(context) }));
}

function wantedValues({ conditions, hasVariables, label }: ParsedStatement, document: string): RequestContext {
  if (hasVariables) {
    throw new PolicyError(`${label} of ${document}: policy variables are not searched`);
  }
  const entries = conditions.flatMap(({ operator, key, wanted }): (readonly [string, string])[] => {
    if (!chosen.test(key)) {
      if (!given.test(key)) {
        throw new PolicyError(`${label} of ${document}: who sets the condition key "${key}" is not known`);
      }
      return [];
    }
    const [first = ""] = wanted;
    if (operator.comparison.negated || (operator.comparison.name === "Null" && first === "true")) {
      return [];
    }
    return [[key, operator.comparison.name === "Null" ? "given" : meeting(operator.comparison.name, first)]];
  });
  return Object.fromEntries(entries);
}

/** A value that meets a condition on it. */
function meeting(operator: string, wanted: string): string {
  switch (operator) {
    case "DateLessThan":
    case "DateLessThanEquals":
      return "1970-01-01T00:00:00Z";
    case "DateGreaterThan":
    case "DateGreaterThanEquals":
      return "9999-12-31T23:59:59Z";
    case "IpAddress":
      return wanted.split("/")[0] ?? "";
    default:
      return wanted.replaceAll(/[*?]/g, "x");
  }
}

function tagsIn(context: RequestContext): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(context).flatMap(([key, value]) => {
      const [, name] = /^aws:RequestTag\/(.+)$/i.exec(key) ?? [];
      return name === undefined ? [] : [[name, String(value)]];
    }),
  );
}

/** Actions in whose requests `iam:PermissionsBoundary` is the boundary that they set. */
const setsBoundary = [
  "iam:CreateRole",
  "iam:CreateUser",
  "iam:PutRolePermissionsBoundary",
  "iam:PutUserPermissionsBoundary",
];

/** What AWS says of the resource as it is or could be by now: its tags, and the boundary of an identity. */
function resourceContexts(
  world: World,
  resource: string,
  setsOwn: boolean,
): readonly { readonly state: RequestContext; readonly rebound: boolean }[] {
  const { account, gains } = world;
  const original = tagsOf(account, resource);
  const set = gains
    .about(resource)
    .flatMap((fact) => (fact.kind === "tags" ? [JSON.parse(fact.tags) as Record<string, string>] : []));
  const tags = [...(original === undefined ? [] : [original]), ...set];
  const ofTags = (tags.length === 0 ? [{}] : tags).map((one) => ({
    ...prefixed("aws:ResourceTag", one),
    ...(resource.includes(":iam:") ? prefixed("iam:ResourceTag", one) : {}),
  }));
  const isIdentity = /:iam::\d+:(?:role|user)\//.test(resource);
  const bounds = isIdentity && !setsOwn ? world.boundaries(resource) : [{ boundary: "", rebound: false }];
  return bounds.flatMap(({ boundary, rebound }) =>
    ofTags.map((tags) => ({
      state: boundary === "" ? tags : { ...tags, "iam:PermissionsBoundary": boundary },
      rebound,
    })),
  );
}

function tagsOf(account: ReachAccount, resource: string): Readonly<Record<string, string>> | undefined {
  const domain = account.domains.find(({ arn, repositories, packageGroups }) =>
    [arn, ...repositories.map((repository) => repository.arn), ...packageGroups].includes(resource),
  );
  return (
    domain?.tags ??
    account.keys.find(({ arn }) => arn === resource)?.tags ??
    account.identities.find(({ arn }) => arn === resource)?.tags
  );
}

/** The arguments of a request that what is gained depends on. */
function argumentsOf(world: World, action: string, resource: string): readonly Argument[] {
  const { account, gains } = world;
  const policies = [
    ...new Set([
      administratorArn(account),
      ...account.policies.map(({ arn }) => arn),
      ...made(gains).filter((arn) => arn.includes(":policy/")),
    ]),
  ];
  switch (action) {
    case "iam:AttachRolePolicy":
    case "iam:AttachUserPolicy":
    case "iam:AttachGroupPolicy":
      return policies.map((argument) => ({ argument, context: { "iam:PolicyARN": argument } }));
    case "iam:DetachRolePolicy":
    case "iam:DetachUserPolicy":
    case "iam:DetachGroupPolicy":
      return (account.identities.find(({ arn }) => arn === resource)?.attached ?? []).map((argument) => ({
        argument,
        context: { "iam:PolicyARN": argument },
      }));
    case "iam:PutRolePermissionsBoundary":
    case "iam:PutUserPermissionsBoundary":
      return policies.map((argument) => ({ argument, context: { "iam:PermissionsBoundary": argument } }));
    case "iam:CreateRole":
    case "iam:CreateUser":
      return [
        { argument: "", context: {} },
        ...policies.map((argument) => ({ argument, context: { "iam:PermissionsBoundary": argument } })),
      ];
    case "iam:AddUserToGroup":
      return [...account.identities.map(({ arn }) => arn), ...made(gains)]
        .filter((arn) => arn.includes(":user/"))
        .map((argument) => ({ argument, context: {} }));
    case "sts:GetServiceBearerToken":
      return bearerTokens;
    case "lambda:UpdateFunctionConfiguration":
      return layerUses(account);
    case "kms:CreateGrant":
    case "kms:Decrypt":
    case "kms:GenerateDataKey":
      return keyUses(account, resource);
    default:
      return [{ context: {} }];
  }
}

const codeartifactToken = { "sts:AWSServiceName": "codeartifact.amazonaws.com", "sts:DurationSeconds": "900" };

/**
 * A token of CodeArtifact for its shortest life, and the kinds that a role is to be held from; 0 is as long as its session.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
 */
const bearerTokens: readonly Argument[] = [
  { context: codeartifactToken },
  {
    how: "for another service",
    context: { ...codeartifactToken, "sts:AWSServiceName": "another.amazonaws.com" },
  },
  ...["0", "43201"].map((seconds) => ({
    how: `for ${seconds} seconds`,
    context: { ...codeartifactToken, "sts:DurationSeconds": seconds },
  })),
];

/** A key is used directly, or through a service that passes the caller's right on. */
function keyUses({ region, objects = [], partition }: ReachAccount, key: string): readonly Argument[] {
  const buckets = [...new Set(objects.map((object) => object.split("/")[0] ?? ""))];
  const keyRegion = arnParts(key).region ?? region;
  return [
    { how: "directly", context: {} },
    // A caller names any encryption context that it likes.
    ...buckets.map((bucket) => ({
      how: `directly, as for ${bucket}`,
      context: { "kms:EncryptionContext:aws:s3:arn": bucket },
    })),
    ...["codeartifact", "lambda"].map((service) => ({
      how: `through ${service}`,
      context: { "kms:ViaService": `${service}.${keyRegion}.amazonaws.com` },
    })),
    ...[...buckets, `arn:${partition}:s3:::another-bucket`].map((bucket) => ({
      how: `through s3 for ${bucket}`,
      context: { "kms:ViaService": `s3.${keyRegion}.amazonaws.com`, "kms:EncryptionContext:aws:s3:arn": bucket },
    })),
  ];
}

/** The layer of an account that is the actor's own, and open to all. */
export function foreignLayer({ partition, region }: ReachAccount): string {
  return `arn:${partition}:lambda:${region}:999999999999:layer:outside:1`;
}

/**
 * A function gets any one layer, of this account or of another, or none. AWS asks for the right to read the layer, too; the search
 * does not rely on that.
 */
function layerUses(account: ReachAccount): readonly Argument[] {
  const versions = [...(account.layers ?? []).map((arn) => `${arn}:1`), foreignLayer(account)];
  return [
    { context: {} },
    ...versions.map((argument) => ({
      argument,
      how: `with ${argument}`,
      context: { "lambda:Layer": [argument] },
    })),
  ];
}

function made(gains: Gains): readonly string[] {
  return gains.of("makes").map(({ arn }) => arn);
}

function prefixed(prefix: string, tags: Readonly<Record<string, string>>): RequestContext {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));
}
