import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { UsageError } from "../cli";
import type { AccessTable } from "../access/table";
import type { Attempt } from "../access/attempt";

/** What is known of one stack on both sides of a change. */
export interface StackFacts {
  readonly stack: string;
  /** The access table of the branch that the change goes to; undefined where it could not be made. */
  readonly before: StackTable | undefined;
  /** That of the change; undefined where it could not be made. */
  readonly after: StackTable | undefined;
  /** What Pulumi would do; undefined where it could not be asked. */
  readonly plan: Plan | undefined;
  /** What Pulumi said where it gave no plan. */
  readonly failure: string | undefined;
}

/** What `npm run access -- --format json` prints. */
export type StackTable = AccessTable & { readonly surprises: readonly (Attempt & { readonly party: string })[] };

const state = z.object({
  type: z.string().optional(),
  protect: z.boolean().optional(),
});

/** What `pulumi preview --json` prints. Source: PreviewDigest in pkg/display/json.go of pulumi/pulumi */
const digest = z.object({
  steps: z
    .array(
      z.object({
        op: z.string(),
        urn: z.string(),
        oldState: state.optional(),
        newState: state.optional(),
        diffReasons: z.array(z.string()).nullish(),
        replaceReasons: z.array(z.string()).nullish(),
        detailedDiff: z.record(z.string(), z.unknown()).nullish(),
      }),
    )
    .default([]),
  diagnostics: z.array(z.object({ message: z.string().optional(), severity: z.string().optional() })).default([]),
});

/** What Pulumi would do to a stack. */
export type Plan = z.output<typeof digest>;

export type PlanStep = Plan["steps"][number];

/** Where the tables of both sides lie, each as `STACK.json`, and the plans, as `STACK.json` beside `STACK.log`. */
export interface Folders {
  readonly before: string;
  readonly after: string;
  readonly plans: string;
}

/** What is known of these stacks, and of any other that only the branch which the change goes to has. */
export function readFacts(stacks: readonly string[], { before, after, plans }: Folders): readonly StackFacts[] {
  return [...new Set([...stacks, ...stacksIn(before)])].map((stack) => {
    const plan = digest.safeParse(readJson(join(plans, `${stack}.json`)));
    return {
      stack,
      before: readTable(before, stack),
      after: readTable(after, stack),
      plan: plan.success ? plan.data : undefined,
      failure: plan.success ? undefined : readText(join(plans, `${stack}.log`)),
    };
  });
}

function stacksIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? []) : [];
}

/** The parts of a table that an older version of the command may lack. */
const table = z.looseObject({
  stack: z.string(),
  account: z.string(),
  roles: z.array(z.unknown()),
  sections: z.array(z.unknown()),
  documents: z.array(z.unknown()),
  origins: z.array(z.unknown()),
  surprises: z.array(z.unknown()),
});

function readTable(folder: string, stack: string): StackTable | undefined {
  const value = readJson(join(folder, `${stack}.json`));
  const read = table.safeParse(value);
  if (read.success && read.data.stack !== stack) {
    throw new UsageError(`${join(folder, `${stack}.json`)} is the table of the stack ${read.data.stack}.`);
  }
  return read.success ? (value as StackTable) : undefined;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readText(file) ?? "");
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

function readText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
