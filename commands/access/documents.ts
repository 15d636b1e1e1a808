/* eslint-disable plain-words/plain-words -- "siblings" is a key of the format */
import * as z from "zod";
import type { Deployment } from "../../sandbox/pulumi/deployment";

/** A resource that the program registers, as the program describes it. */
const resource = z.strictObject({
  /** Pulumi's type, `aws:iam/role:Role`. */
  type: z.string().regex(/^[\w-]+:[\w/-]+:[\w-]+$/),
  /** The logical name. */
  name: z.string(),
  inputs: z.record(z.string(), z.unknown()),
});

const stackOfProject = { stack: z.string(), resources: z.array(resource) };

const documents = z.strictObject({
  form: z.literal(1),
  ...stackOfProject,
  // The name is part of the format.
  siblings: z.array(z.strictObject(stackOfProject)),
});

/**
 * What `npm run access -- --format documents` prints: the resources that a stack's program registers in an account, in order,
 * and those that the project's other stacks register in the same account after it. The data suffices to make the account
 * again without the program.
 */
export type StackDocuments = z.output<typeof documents>;

/** The documents of a deployed stack. Components are left out: AWS does not see them. */
export function stackDocuments(deployment: Deployment, otherStacks: readonly Deployment[]): StackDocuments {
  return { form: 1, ...registeredBy(deployment), siblings: otherStacks.map(registeredBy) };
}

/**
 * Reads documents that anyone may have written.
 *
 * @returns the documents, or what is wrong with them
 */
export function readStackDocuments(value: unknown): StackDocuments | { readonly problem: string } {
  const read = documents.safeParse(value);
  if (read.success) {
    return read.data;
  }
  const [issue] = read.error.issues;
  return { problem: `${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? "cannot be read"}` };
}

function registeredBy({ stack, resources }: Deployment): Omit<StackDocuments, "form" | "siblings"> {
  return {
    stack,
    // Only a component has no id.
    resources: resources.filter(({ id }) => id !== "").map(({ type, name, inputs }) => ({ type, name, inputs })),
  };
}
