import * as pulumi from "@pulumi/pulumi";
import { isDeepStrictEqual } from "node:util";
import type { Tags } from "../../core/identifiers";
import type { FoundResource, InputError, Properties, ResourceDifference, ResourceType } from "./resourceType";

/** An input as Terraform's AWS provider declares it, which @pulumi/aws is made of. */
export interface Input {
  readonly required?: true;
  /** Another value takes another resource (`ForceNew`). */
  readonly replaces?: true;
  /** AWS chooses where the program says nothing, and whatever it is then is right. */
  readonly computed?: true;
  /** What the provider fills in. */
  readonly default?: unknown;
  /** A policy and other JSON is compared by its meaning, and a set without its order. @default a value of its own */
  readonly is?: "policy" | "json" | "arn" | "set";
  /** @default - any value */
  readonly choices?: readonly unknown[];
  readonly range?: readonly [number, number];
}

export type Inputs = Readonly<Record<string, Input>>;

/** Inputs of every type that takes tags. */
export const tags: Inputs = { tags: {} };

/**
 * What is the same for every type of the bridged provider: inputs are checked against their declaration, and compared with
 * what AWS was last seen to have rather than with what the program last said.
 * Source: pkg/tfbridge of pulumi/pulumi-terraform-bridge
 */
export function bridged(inputs: Inputs): Pick<ResourceType, "inputs" | "check" | "diff"> {
  return {
    inputs: Object.keys(inputs),
    check: (news) => Object.entries(inputs).flatMap(([property, input]) => errorOf(property, input, news[property])),
    diff: (state, news) => difference(inputs, state, news),
  };
}

/** A resource as it was found, with those properties as inputs that the type declares. */
export function foundAs(inputs: Inputs, state: Properties): FoundResource {
  const declared = Object.entries(state).filter(([property]) => property in inputs);
  return { state, inputs: Object.fromEntries(declared) };
}

/** Tags as a resource's state has them: its own, and all, which differ by those that a provider may add to each. */
export function tagsState(all: Tags): Properties {
  return { ...(Object.keys(all).length === 0 ? {} : { tags: all }), tagsAll: all };
}

/** A text as a resource's state has it, and as a request that makes a resource sends it: Terraform tells no text from an empty one. */
export function textOf(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** JSON as Go writes it, and so the provider: without white space, and the members of each object by name. */
export function normalisedJson(text: string): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map(sorted);
    }
    return typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([one], [other]) => (one < other ? -1 : 1))
            .map(([name, each]) => [name, sorted(each)]),
        )
      : value;
  };
  return JSON.stringify(sorted(JSON.parse(text)));
}

/** Which tags an update adds or changes, and the keys of those it takes away. */
export function tagChanges(old: Properties, news: { readonly tags?: Tags }): { added: Tags; removed: string[] } {
  const before = (old.tags ?? {}) as Tags;
  const after = news.tags ?? {};
  return {
    added: Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value)),
    removed: Object.keys(before).filter((key) => !(key in after)),
  };
}

/** Whether an update is to change a property. */
export function changes(inputs: Inputs, property: string, old: Properties, news: object): boolean {
  return difference(inputs, old, news as Properties).changed.includes(property);
}

function difference(inputs: Inputs, state: Properties, news: Properties) {
  const changed = Object.entries(inputs)
    .filter(([property, input]) => differs(input, state[property], news[property]))
    .map(([property]) => property);
  const replaces = changed.filter((property) => inputs[property]?.replaces === true);
  // A name that the program chose, and that stays, is free only once the old resource is gone.
  const deleteBeforeReplace = replaces.length > 0 && "name" in inputs && !changed.includes("name");
  return { changed, replaces, deleteBeforeReplace } satisfies ResourceDifference;
}

function differs(input: Input, actual: unknown, given: unknown): boolean {
  const desired = given ?? input.default;
  if (isNothing(desired)) {
    return !isNothing(actual) && input.computed !== true;
  }
  switch (input.is) {
    case "policy":
      return !samePolicy(actual, desired);
    case "json":
      return !isDeepStrictEqual(readable(actual), readable(desired));
    case "set":
      return !isDeepStrictEqual(asSet(actual), asSet(desired));
    default:
      return !isDeepStrictEqual(actual, desired);
  }
}

function asSet(value: unknown): unknown {
  return Array.isArray(value) ? new Set(value as readonly unknown[]) : value;
}

/** Terraform tells no value from an empty one. */
function isNothing(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    isDeepStrictEqual(value, {}) ||
    isDeepStrictEqual(value, [])
  );
}

function errorOf(property: string, { required, is, range, choices }: Input, value: unknown): readonly InputError[] {
  const error = (reason: string) => [{ property, reason }];
  if (isNothing(value)) {
    return required === true ? error(`Missing required argument. The argument "${property}" is required`) : [];
  }
  if (value === pulumi.runtime.unknownValue) {
    return [];
  }
  if (is === "policy" && !isJson(value)) {
    return error(`"${property}" contains an invalid JSON policy`);
  }
  if (is === "json" && !isJson(value)) {
    return error(`"${property}" contains an invalid JSON`);
  }
  if (choices !== undefined && !choices.includes(value)) {
    return error(`expected ${property} to be one of ${JSON.stringify(choices)}, got ${String(value)}`);
  }
  if (is === "arn" && !/^arn:[\w-]+:[\w-]+:[\w-]*:(?:\d{12}|aws)?:./.test(String(value))) {
    return error(`"${property}" (${String(value)}) is an invalid ARN`);
  }
  if (range !== undefined && !(Number(value) >= range[0] && Number(value) <= range[1])) {
    return error(`expected ${property} to be in the range (${range[0]} - ${range[1]}), got ${String(value)}`);
  }
  return [];
}

function isJson(value: unknown): boolean {
  try {
    JSON.parse(String(value));
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether two policy documents mean the same, as far as the provider looks: the order of lists does not count, nor whether a
 * list of one is written as a list. Source: https://github.com/hashicorp/awspolicyequivalence
 * `npm run verify` compares policies on its own (commands/verify/comparable.ts): two independent readings check each other.
 */
function samePolicy(one: unknown, other: unknown): boolean {
  if (one === other) {
    return true;
  }
  const [a, b] = [readable(one), readable(other)];
  return a !== undefined && b !== undefined && isDeepStrictEqual(normalised(a.document), normalised(b.document));
}

function readable(text: unknown): { readonly document: unknown } | undefined {
  try {
    return { document: JSON.parse(String(text)) as unknown };
  } catch {
    return undefined;
  }
}

function normalised(value: unknown): unknown {
  if (Array.isArray(value)) {
    const entries = value.map(normalised).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return entries.length === 1 ? entries[0] : entries;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, each]) => [key, normalised(each)]));
  }
  return value;
}
