import { NormalizedSchema } from "@smithy/core/schema";
import { choiceError } from "./constraints";

/**
 * An operation as AWS's own model describes it. Every `@aws-sdk/client-*` package exports the model of its service as
 * schemas: https://github.com/smithy-lang/smithy-typescript/tree/main/packages/core
 */
export interface OperationModel {
  /** Such as `ListPackages`. */
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Method and path, where the service's protocol is REST. */
  readonly http?: readonly [method: string, path: string];
  /** Of a successful answer. */
  readonly status: number;
}

/** What a handler gets: every member that the model requires is there. */
export type Decoded<Input> = {
  readonly [Member in keyof Input]: Pick<Input, Member> extends Required<Pick<Input, Member>>
    ? NonNullable<Input[Member]>
    : Input[Member];
};

/** What a handler answers with. The model says which members are sent, and how each is written. */
export type Answer<Output> = ReadonlyDeep<Omit<Output, "$metadata">>;

type ReadonlyDeep<Value> = Value extends Date | Uint8Array
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly ReadonlyDeep<Item>[]
    : Value extends object
      ? { readonly [Member in keyof Value]: ReadonlyDeep<Value[Member]> }
      : Value;

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

/** The kind of an operation's schema, then its namespace, its name, its traits, its input and its output. */
type OperationSchema = readonly [
  kind: 9,
  namespace: string,
  name: string,
  traits: { readonly http?: readonly [method: string, path: string, status: number] } | number,
  input: SchemaRef,
  output: SchemaRef,
];

/** Every operation of a service by its name, from what the service's SDK client exports. */
export function operationsOf(sdk: object): ReadonlyMap<string, OperationModel> {
  const schemas = Object.values(sdk).filter(
    (value): value is OperationSchema => Array.isArray(value) && value[0] === 9,
  );
  return new Map(
    schemas.map(([, , name, traits, input, output]) => {
      const [method, path, status = 200] = (typeof traits === "object" && traits.http) || [];
      const http = method === undefined || path === undefined ? undefined : ([method, path] as const);
      return [name, { name, http, status, input: NormalizedSchema.of(input), output: NormalizedSchema.of(output) }];
    }),
  );
}

/** AWS's error for the required members that a decoded request does not have, or nothing. */
export function missingMembersError({ input }: OperationModel, decoded: unknown): string | undefined {
  const missing = missingMembers(input, decoded, []).map(
    (member) => `Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
  const count = missing.length === 1 ? "1 validation error" : `${missing.length} validation errors`;
  return missing.length === 0 ? undefined : `${count} detected: ${missing.join("; ")}`;
}

/** Paths such as `tags.value`. AWS's errors begin a member's name with a small letter. */
function missingMembers(schema: NormalizedSchema, value: unknown, path: readonly string[]): readonly string[] {
  if (value === undefined) {
    return [path.join(".")];
  }
  if (schema.isListSchema()) {
    return (value as readonly unknown[]).flatMap((item) => missingMembers(schema.getValueSchema(), item, path));
  }
  if (schema.isMapSchema()) {
    return Object.entries(value as object).flatMap(([key, item]) =>
      missingMembers(schema.getValueSchema(), item, [...path, key]),
    );
  }
  if (!schema.isStructSchema()) {
    return [];
  }
  return [...schema.structIterator()].flatMap(([name, member], index) => {
    const item = (value as Readonly<Record<string, unknown>>)[name];
    return item === undefined && index >= requiredCount(schema)
      ? []
      : missingMembers(member, item, [...path, name.charAt(0).toLowerCase() + name.slice(1)]);
  });
}

/** A structure's schema lists its required members first, and ends with their number. */
function requiredCount(structure: NormalizedSchema): number {
  const [, , , , , , count = 0] = structure.getSchema() as unknown as readonly (number | undefined)[];
  return count;
}

/**
 * A member that is written as text, in a query or in a form.
 *
 * @param invalid - makes the service's error for a value that does not fit the model
 */
export function readText(
  schema: NormalizedSchema,
  member: string,
  text: string,
  invalid: (message: string) => Error,
): string | number | boolean {
  if (schema.isNumericSchema()) {
    // Every number in a request to these services is an Integer, or a Long with a time in milliseconds.
    if (!/^-?\d{1,15}$/.test(text)) {
      const constraint = `Value '${text.slice(0, 64)}' at '${member}' failed to satisfy constraint`;
      throw invalid(`1 validation error detected: ${constraint}: Member must be a whole number`);
    }
    return Number(text);
  }
  if (schema.isBooleanSchema()) {
    const error = choiceError(member, text, ["true", "false"]);
    if (error !== undefined) {
      throw invalid(error);
    }
    return text === "true";
  }
  return text;
}
