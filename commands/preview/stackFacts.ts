import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";
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
export type StackTable = AccessTable & { readonly mismatches: readonly (AccessAttempt & { readonly party: string })[] };

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
    return withMismatches(accessTable(deployment, otherStacks));
  } catch (error) {
    if (error instanceof EngineError || error instanceof SettingsError) {
      return undefined;
    }
    throw error;
  }
}

/** The table of the change, or why it cannot be made. */
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
    return withMismatches(accessTable(deployment, otherStacks));
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

function withMismatches(table: AccessTable): StackTable {
  return { ...table, mismatches: tableMismatches(table) };
}

/** What a file holds, or why it is not read. */
type HostileText = { readonly text: string } | { readonly problem: string };

/** The deepest nesting of JSON that is read. A plan of Pulumi has about ten levels. */
const depthLimit = 64;

/**
 * Reads a file that anyone may have written.
 *
 * @param limit - the most bytes that are read
 * @returns a problem where it is not a regular file or too long; undefined where there is no file
 */
export function readHostileText(path: string, limit: number): HostileText | undefined {
  const file = lstatSync(path, { throwIfNoEntry: false });
  if (file === undefined) {
    return undefined;
  }
  if (!file.isFile()) {
    return { problem: "not a regular file" };
  }
  return file.size > limit
    ? { problem: `${file.size} bytes long, and ${limit} are the most that is read` }
    : { text: readStart(path, limit) };
}

/** The last bytes of such a file, at most `limit`; undefined where there is no regular file. */
export function readHostileEnd(path: string, limit: number): string | undefined {
  const file = lstatSync(path, { throwIfNoEntry: false });
  return file?.isFile() === true ? readStart(path, limit, Math.max(0, file.size - limit)) : undefined;
}

/** The value of such a file as JSON. */
export function readHostileJson(
  path: string,
  limit: number,
): { readonly value: unknown } | { readonly problem: string } | undefined {
  const read = readHostileText(path, limit);
  if (read === undefined || "problem" in read) {
    return read;
  }
  if (depthOf(read.text) > depthLimit) {
    return { problem: `nested deeper than ${depthLimit} levels` };
  }
  try {
    return { value: JSON.parse(read.text) };
  } catch {
    return { problem: "not JSON" };
  }
}

function readStart(path: string, limit: number, position = 0): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const bytes = Buffer.alloc(Math.min(limit, fstatSync(file).size));
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, bytes.length, position));
  } finally {
    closeSync(file);
  }
}

/** How many brackets are open at once, at most. Parsers and walkers call themselves once for each. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  // A pattern that reads whole strings would start again at every quotation mark of a string without an end.
  for (let place = 0; place < json.length; place++) {
    const character = json[place];
    if (character === '"') {
      quoted = !quoted;
    } else if (quoted) {
      place += character === "\\" ? 1 : 0;
    } else if (character === "[" || character === "{") {
      deepest = Math.max(deepest, ++depth);
    } else if (character === "]" || character === "}") {
      depth--;
    }
  }
  return deepest;
}
