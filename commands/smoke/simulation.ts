import {
  type ContextEntry,
  type ContextKeyTypeEnum,
  type EvaluationResult,
  type IAMClient,
  paginateSimulateCustomPolicy,
} from "@aws-sdk/client-iam";
import type { Decision } from "../../iam/evaluate";
import { ask, collect } from "../aws/clients";
import { inParallel } from "../aws/inParallel";
import type { Progress } from "../terminal/progress";
import { callsFor, halves, questionKey, type SimulationCall } from "./calls";
import type { AskedQuestion, NotAsked, Row, Simulation } from "./questions";

/** A request that AWS decides otherwise than this project's evaluator. */
export interface DecisionDifference {
  readonly row: Row;
  readonly action: string;
  readonly resource: string;
  readonly evaluator: Verdict;
  /** AWS's word; `none` where its answer does not have the request. */
  readonly aws: Verdict | "none";
  readonly context: Simulation["context"];
}

/** As SimulateCustomPolicy names verdicts. */
export type Verdict = "allowed" | "explicitDeny" | "implicitDeny";

/** What AWS said about requests. */
export interface SimulationReport {
  /** Different requests: one is of several rows where these ask the same. */
  readonly requests: number;
  readonly calls: number;
  readonly differences: readonly DecisionDifference[];
  /** Requests that AWS does not take, with its words. */
  readonly rejected: readonly NotAsked[];
}

/** IAM's API takes few requests a second of an account. AWS does not document how many. */
const callsAtOnce = 4;

const verdicts: Readonly<Record<Decision["outcome"], Verdict>> = {
  allowed: "allowed",
  explicitlyDenied: "explicitDeny",
  implicitlyDenied: "implicitDeny",
};

/**
 * Asks AWS for every request and compares the verdicts.
 *
 * @throws CommandError with exit code 2 where AWS does not let ask
 */
export async function simulate(
  iam: IAMClient,
  questions: readonly AskedQuestion[],
  progress: Progress,
): Promise<SimulationReport> {
  const planned = callsFor(questions);
  const answers = new Map<string, Verdict | "none">();
  const rejections = new Map<string, string>();
  let calls = 0;
  let done = 0;

  const run = async (call: SimulationCall): Promise<void> => {
    calls += 1;
    const results = await resultsOf(iam, call);
    if (typeof results === "string") {
      const parts = halves(call);
      for (const part of parts) {
        await run(part);
      }
      for (const key of parts.length === 0 ? keysOf(call) : []) {
        rejections.set(key, results);
      }
      return;
    }
    const verdictOf = verdictsIn(results);
    for (const action of call.actions) {
      for (const resource of call.resources) {
        answers.set(questionKey(call.simulation, action, resource), verdictOf(action, resource) ?? "none");
      }
    }
  };

  await inParallel(planned, callsAtOnce, async (call) => {
    await run(call);
    done += 1;
    progress.step(`asking AWS for decisions: ${done} of ${planned.length} calls`);
  });
  return { calls, requests: answers.size + rejections.size, ...compare(questions, answers, rejections) };
}

function compare(
  questions: readonly AskedQuestion[],
  answers: ReadonlyMap<string, Verdict | "none">,
  rejections: ReadonlyMap<string, string>,
): Pick<SimulationReport, "differences" | "rejected"> {
  const differences: DecisionDifference[] = [];
  const rejected = new Map<string, NotAsked>();
  for (const { row, simulation, action, resource, outcome } of questions) {
    const key = questionKey(simulation, action, resource);
    const reason = rejections.get(key);
    if (reason !== undefined) {
      rejected.set(JSON.stringify([row, action, reason]), { row, reason: `${action}: ${reason}` });
      continue;
    }
    const [evaluator, aws] = [verdicts[outcome], answers.get(key) ?? "none"];
    if (evaluator !== aws) {
      differences.push({ row, action, resource, evaluator, aws, context: simulation.context });
    }
  }
  return { differences, rejected: [...rejected.values()] };
}

function keysOf({ simulation, actions, resources }: SimulationCall): readonly string[] {
  return actions.flatMap((action) => resources.map((resource) => questionKey(simulation, action, resource)));
}

/** @returns AWS's message where it does not take the call as it is */
async function resultsOf(
  iam: IAMClient,
  { simulation, actions, resources }: SimulationCall,
): Promise<readonly EvaluationResult[] | string> {
  const { policies, boundary, resourcePolicy, callerArn, resourceOwner, context } = simulation;
  const input = {
    PolicyInputList: [...policies],
    ...(boundary === undefined ? {} : { PermissionsBoundaryPolicyInputList: [boundary] }),
    ...(resourcePolicy === undefined ? {} : { ResourcePolicy: resourcePolicy }),
    CallerArn: callerArn,
    ResourceOwner: resourceOwner,
    ActionNames: [...actions],
    ResourceArns: [...resources],
    ContextEntries: Object.entries(context).map(([key, values]) => contextEntry(key, values)),
  };
  return ask("decisions, by iam:SimulateCustomPolicy", async () => {
    try {
      const pages = paginateSimulateCustomPolicy({ client: iam, pageSize: 1000 }, input);
      return await collect(pages, ({ EvaluationResults }) => EvaluationResults);
    } catch (error) {
      const { name, message } = error as Error;
      if (["InvalidInputException", "PolicyEvaluationException", "ValidationError"].includes(name)) {
        return `${name}: ${message}`;
      }
      throw error;
    }
  });
}

/** Keys whose values AWS compares as something else than text, of those that this project's documents have. */
const types: ReadonlyMap<string, ContextKeyTypeEnum> = new Map([
  ["sts:durationseconds", "numeric"],
  ["aws:viaawsservice", "boolean"],
  ["aws:principalisawsservice", "boolean"],
  ["aws:securetransport", "boolean"],
]);

function contextEntry(key: string, values: readonly string[]): ContextEntry {
  const type = types.get(key.toLowerCase()) ?? "string";
  return {
    ContextKeyName: key,
    ContextKeyValues: [...values],
    ContextKeyType: values.length > 1 ? (`${type}List` as ContextKeyTypeEnum) : type,
  };
}

/** AWS answers for each action, and within it for each resource or for the one that the action's own answer names. */
function verdictsIn(results: readonly EvaluationResult[]): (action: string, resource: string) => Verdict | undefined {
  const found = new Map<string, string>();
  for (const { EvalActionName = "", EvalResourceName = "*", EvalDecision, ResourceSpecificResults = [] } of results) {
    const add = (resource: string, verdict: string | undefined) => {
      if (verdict !== undefined) {
        found.set(`${EvalActionName} ${resource}`, verdict);
      }
    };
    add(EvalResourceName, EvalDecision);
    for (const one of ResourceSpecificResults) {
      add(one.EvalResourceName ?? "", one.EvalResourceDecision);
    }
  }
  return (action, resource) => found.get(`${action} ${resource}`) as Verdict | undefined;
}
