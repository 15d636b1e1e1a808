import * as z from "zod";

const text = z.string();

const state = z.object({ type: text.optional(), protect: z.boolean().optional() });

/** What `pulumi preview --json` prints. Source: PreviewDigest in pkg/display/json.go of pulumi/pulumi */
const digest = z.object({
  steps: z
    .array(
      z.object({
        op: text.regex(/^[a-z-]{1,30}$/),
        urn: text,
        oldState: state.optional(),
        newState: state.optional(),
        diffReasons: z.array(text).nullish(),
        replaceReasons: z.array(text).nullish(),
        detailedDiff: z.record(text, z.unknown()).nullish(),
      }),
    )
    .default([]),
  diagnostics: z.array(z.object({ message: text.optional(), severity: text.optional() })).default([]),
});

/** What Pulumi would do to a stack. */
export type Plan = z.output<typeof digest>;

export type PlanStep = Plan["steps"][number];

/** The longest message of a diagnostic that is looked at, in characters. */
const messageLimit = 4000;

/**
 * Reads a plan that the change's code may have written.
 *
 * @returns the plan, a text that says why it is not read, or undefined where Pulumi printed none
 */
export function readPlan(read: { readonly value: unknown } | { readonly problem: string } | undefined) {
  if (read === undefined || ("problem" in read && read.problem === "not JSON")) {
    return undefined;
  }
  if ("problem" in read) {
    return `the plan is not read: ${read.problem}`;
  }
  const plan = digest.safeParse(read.value);
  return plan.success
    ? { ...plan.data, diagnostics: plan.data.diagnostics.map(shortened) }
    : "the plan is not read: it is not of the form that pulumi preview --json prints";
}

function shortened({ message = "", ...others }: Plan["diagnostics"][number]): Plan["diagnostics"][number] {
  return { ...others, message: message.slice(0, messageLimit) };
}
