import { arnParts, nameInArn, roleArn } from "../../iam/arns";
import { contextKeysOf } from "../../iam/contextKeys";
import { contextOf, type Decision } from "../../iam/evaluate";
import { administratorAccess, type NamedDocument, ParsedPolicy, parsePolicy } from "../../iam/grammar";
import { type Question, questionsOf } from "../../sandbox/authorization";
import { decisionsOf } from "../access/attempt";
import type { AccessTable } from "../access/table";

/** A row of the access table. */
export interface Row {
  readonly party: string;
  readonly relation: string;
  readonly what: string;
}

/** What requests have in common that SimulateCustomPolicy can take in one call. */
export interface Simulation {
  /** JSON texts. */
  readonly policies: readonly string[];
  readonly boundary?: string;
  readonly resourcePolicy?: string;
  /** ARN of an IAM user: SimulateCustomPolicy takes no role. */
  readonly callerArn?: string;
  readonly resourceOwner?: string;
  /** Values by condition key, of the keys alone that the documents ask for. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** A request of a row, in the form that AWS takes, and how this project's evaluator decides it. */
export interface AskedQuestion {
  readonly row: Row;
  readonly simulation: Simulation;
  readonly action: string;
  /** ARN, or `*`. */
  readonly resource: string;
  readonly outcome: Decision["outcome"];
}

/** A row, or a part of one, that the API has no form for. */
export interface NotAsked {
  readonly row: Row;
  readonly reason: string;
}

/** Every request of an access table: those that AWS can be asked, and the rows of those that it cannot. */
export interface TableQuestions {
  readonly rows: number;
  readonly asked: readonly AskedQuestion[];
  readonly notAsked: readonly NotAsked[];
}

const reasons = {
  provider: "AWS looks for the identity provider and its audience before it reads a policy",
  trust: "sts:AssumeRole on a role is decided by its trust policy, and SimulateCustomPolicy takes none",
  otherAccount:
    "the stack has no policy for other accounts, and SimulateCustomPolicy takes the resource's account by such a policy alone",
} as const;

/**
 * Writes every request of the table as SimulateCustomPolicy takes it.
 *
 * The API takes an IAM user as its caller, and only beside a resource policy does it need one: a user of the role's name and account
 * is given then. It takes one resource policy: the statements of the domain's and the repository's are put into one. And it takes no
 * trust policy: the conditions of one are asked as those of an identity policy on every resource.
 *
 * @param texts - JSON text of each parsed document
 */
export function tableQuestions(table: AccessTable, texts: ReadonlyMap<unknown, string>): TableQuestions {
  const asked: AskedQuestion[] = [];
  const notAsked: NotAsked[] = [];
  let rows = 0;
  for (const { party, relation, attempts } of table.sections) {
    for (const attempt of attempts) {
      rows += 1;
      const row = { party, relation, what: attempt.what };
      const left = new Set<string>();
      for (const decision of decisionsOf(attempt)) {
        const found = questionsOf(decision);
        if (found.length === 0) {
          left.add(reasons.provider);
        }
        for (const question of found) {
          const simulation = simulationOf(question, texts);
          if (typeof simulation === "string") {
            left.add(simulation);
          } else {
            const { caller, action, resource } = question.request;
            const on = caller.kind === "web-identity" ? "*" : resource;
            asked.push({ row, simulation, action, resource: on, outcome: question.outcome });
          }
        }
      }
      notAsked.push(...[...left].map((reason) => ({ row, reason })));
    }
  }
  return { rows, asked, notAsked };
}

/** @returns a reason where the API has no form for the question */
function simulationOf({ request, policies }: Question, texts: ReadonlyMap<unknown, string>): Simulation | string {
  const { caller, action, resource } = request;
  const textOf = ({ name, document }: NamedDocument) => {
    const text = document instanceof ParsedPolicy ? texts.get(document) : JSON.stringify(document);
    if (text === undefined) {
      throw new Error(`the text of ${name} is not known`);
    }
    return text;
  };
  const isOnRole = roleArn.test(resource);
  if (caller.kind === "web-identity") {
    const documents = (policies.resource ?? []).map((one) => asIdentityPolicy(textOf(one)));
    return { policies: documents, context: contextFor(request, documents) };
  }
  if (caller.kind !== "role" || (isOnRole && /^sts:/i.test(action))) {
    return reasons.trust;
  }
  const identity = (policies.identity ?? []).map(textOf);
  // A boundary whose document is not known is taken to allow everything: AWS is given no boundary then.
  const isKnown = policies.boundary?.document !== administratorAccess;
  const boundary = policies.boundary && isKnown ? textOf(policies.boundary) : undefined;
  const all = [...identity, ...(boundary === undefined ? [] : [boundary])];
  const { account = "" } = arnParts(caller.arn);
  const { resourceAccount = account } = policies;
  // A role's trust policy has nothing to say about actions of IAM.
  const ofResource = isOnRole ? [] : (policies.resource ?? []).map(textOf);
  if (ofResource.length === 0) {
    return resourceAccount === account
      ? { policies: identity, boundary, context: contextFor(request, all) }
      : reasons.otherAccount;
  }
  const resourcePolicy = oneDocument(ofResource);
  const { partition = "aws" } = arnParts(caller.arn);
  return {
    policies: identity,
    boundary,
    resourcePolicy,
    callerArn: `arn:${partition}:iam::${account}:user/${nameInArn(caller.arn)}`,
    resourceOwner: `arn:${partition}:iam::${resourceAccount}:root`,
    context: contextFor(request, all, resourcePolicy),
  };
}

interface WrittenDocument {
  readonly Version?: string;
  readonly Statement: unknown;
}

/** A trust policy without its principals, which are compared before: its actions and conditions are left. */
function asIdentityPolicy(trust: string): string {
  const { Version, Statement } = JSON.parse(trust) as WrittenDocument;
  const statements = [Statement].flat().map((statement) => {
    const elements = statement as Readonly<Record<string, unknown>>;
    // JSON leaves out what is undefined.
    return { ...elements, Principal: undefined, Resource: "*" };
  });
  return JSON.stringify({ Version, Statement: statements });
}

/** Several policies as one. The names of their statements may be the same, and are left out. */
function oneDocument(texts: readonly string[]): string {
  const statements = texts.flatMap((text) =>
    [(JSON.parse(text) as WrittenDocument).Statement].flat().map((statement) => ({
      ...(statement as Readonly<Record<string, unknown>>),
      Sid: undefined,
    })),
  );
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function contextFor(
  { context }: Question["request"],
  identity: readonly string[],
  resourcePolicy?: string,
): Simulation["context"] {
  const policies = [
    ...identity.map((text) => read(text, "identity")),
    ...(resourcePolicy === undefined ? [] : [read(resourcePolicy, "resource")]),
  ];
  const wanted = new Map(contextKeysOf(policies).map((key) => [key.toLowerCase(), key]));
  const values = Object.entries(contextOf(context)).flatMap(([key, value]) => {
    const name = wanted.get(key.toLowerCase());
    const list = typeof value === "string" ? [value] : value;
    return name === undefined || list.length === 0 ? [] : [[name, list] as const];
  });
  return Object.fromEntries(values.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** By text: thousands of requests rest on a few documents. */
const policiesByText = new Map<string, ParsedPolicy>();

function read(text: string, kind: "identity" | "resource"): ParsedPolicy {
  const key = `${kind} ${text}`;
  const known = policiesByText.get(key) ?? parsePolicy(text, kind, "document");
  policiesByText.set(key, known);
  return known;
}
