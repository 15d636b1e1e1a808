import { join } from "node:path";
import { EngineError } from "../../sandbox/pulumi/stackFiles";
import type { Settings } from "../../settings";
import { SettingsError } from "../../settings/errors";
import type { AccessAttempt } from "../access/attempt";
import { readStackDocuments } from "../access/documents";
import { deployWithOtherStacks } from "../access/otherStacks";
import { accessTable, type AccessTable, tableMismatches } from "../access/table";
import { stackSettings } from "../stackSettings";
import type { ChangedStack } from "./change";
import { readHostileEnd, readHostileJson } from "./hostileFile";
import { type Plan, readPlan } from "./plan";
import { replayStacks } from "./replay";

/** What is known of one stack on both sides of a change. */
export interface StackFacts {
  readonly stack: string;
  /** The access table of the branch that the change goes to; undefined where it has no such stack, or cannot run it. */
  readonly before: StackTable | undefined;
  /** That of the change; undefined where it has no such stack, or where it cannot be judged. */
  readonly after: StackTable | undefined;
  /** Why the change cannot be judged; its first line says it in short. */
  readonly problem: string | undefined;
  /** What Pulumi would do; undefined where it gave no plan. */
  readonly plan: Plan | undefined;
  /** What Pulumi printed where it gave no plan, or why its plan is not read. */
  readonly failure: string | undefined;
}

/** Who can do what with a stack's registry, and which of it the settings do not mean. */
export type StackTable = AccessTable & { readonly surprises: readonly (AccessAttempt & { readonly party: string })[] };

/** Where the facts are. Only the base is trusted. */
export interface Folders {
  /** The base branch's project, whose program is run. */
  readonly base: string;
  /** Pulumi.yaml and the stack files of the change. */
  readonly configuration: string;
  /** STACK.json for each stack: what the change's program registers. */
  readonly documents: string;
  /** STACK.json for each stack, Pulumi's plan, and STACK.log. */
  readonly plans: string;
}

/** The most bytes that are read: of a stack's documents, of its plan, and of the end of what Pulumi printed. */
const limits = { documents: 4_000_000, plan: 16_000_000, log: 20_000 };

/**
 * What is known of a stack: the base branch's program runs on the base branch's settings; of the change nothing is run.
 */
export async function readFacts(stack: ChangedStack, folders: Folders): Promise<StackFacts> {
  const { name } = stack;
  const before = stack.isInBase ? await tableBefore(folders.base, name) : undefined;
  const after = stack.isInChange ? tableAfter(stack, folders) : undefined;
  const plan = readPlan(readHostileJson(join(folders.plans, `${name}.json`), limits.plan));
  const log = () => readHostileEnd(join(folders.plans, `${name}.log`), limits.log);
  return {
    stack: name,
    before,
    after: typeof after === "string" ? undefined : after,
    problem: typeof after === "string" ? after : undefined,
    plan: typeof plan === "object" ? plan : undefined,
    failure: typeof plan === "object" ? undefined : (plan ?? log()),
  };
}

async function tableBefore(base: string, stack: string): Promise<StackTable | undefined> {
  try {
    const { deployment, otherStacks } = await deployWithOtherStacks(base, stack);
    return withSurprises(accessTable(deployment, otherStacks));
  } catch (error) {
    if (error instanceof EngineError || error instanceof SettingsError) {
      return undefined;
    }
    throw error;
  }
}

/** The table of the change, or why there is none. */
function tableAfter({ name, problem }: ChangedStack, { configuration, documents }: Folders): StackTable | string {
  if (problem !== undefined) {
    return problem;
  }
  try {
    const settings = settingsOf(configuration, name);
    const read = readHostileJson(join(documents, `${name}.json`), limits.documents);
    if (read === undefined) {
      return "its program registered nothing; see the log of the job that runs it";
    }
    const registered = "problem" in read ? read : readStackDocuments(read.value);
    if ("problem" in registered) {
      return `what its program registered is not read: ${registered.problem}`;
    }
    if (registered.stack !== name) {
      return `what its program registered is of the stack ${registered.stack}`;
    }
    const { deployment, otherStacks } = replayStacks(registered, (other) =>
      other === name ? settings : settingsOf(configuration, other),
    );
    return withSurprises(accessTable(deployment, otherStacks));
  } catch (error) {
    // Whatever the base branch's code stumbles over in these files is a reason not to pass them.
    return error instanceof Error ? `${problemPrefix(error)}${error.message}` : String(error);
  }
}

function settingsOf(configuration: string, stack: string): Settings {
  return stackSettings(stack, configuration);
}

function problemPrefix(error: Error): string {
  return error instanceof EngineError || error instanceof SettingsError ? "" : "the base branch's code failed on it: ";
}

function withSurprises(table: AccessTable): StackTable {
  return { ...table, surprises: tableMismatches(table) };
}
