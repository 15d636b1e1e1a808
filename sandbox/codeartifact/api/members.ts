import { choiceError, type Constraint, constraintError, rangeError } from "../../core/constraints";
import { throwIfInvalid } from "../errors";
import { isObject, type JsonObject } from "../../../iam/json";
import { serializationError } from "./request";

// Members of requests, each by the name that the API's model gives it, which is what its errors say.

/** @throws ValidationException where it is absent */
export function required<Value>(member: string, value: Value | undefined): Value {
  if (value === undefined) {
    const rule = `Value null at '${member}' failed to satisfy constraint: Member must not be null`;
    throwIfInvalid(`1 validation error detected: ${rule}`);
  }
  return value as Value;
}

/** @throws ValidationException for text that does not fit */
export function text<Value extends string | undefined>(member: string, value: Value, constraint: Constraint): Value {
  throwIfInvalid(value === undefined ? undefined : constraintError(member, value, constraint));
  return value;
}

/** @throws ValidationException for text that is none of the choices */
export function choice<Choice extends string>(
  member: string,
  value: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  throwIfInvalid(value === undefined ? undefined : choiceError(member, value, choices));
  return value as Choice | undefined;
}

/** @throws ValidationException for what is no whole number, or lies outside of its range */
export function whole(member: string, value: string | undefined, minimum: number, maximum: number): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  throwIfInvalid(
    /^-?\d{1,15}$/.test(value)
      ? rangeError(member, Number(value), minimum, maximum)
      : `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
          "Member must be a whole number",
  );
  return Number(value);
}

/** @throws SerializationException for a member of the body that is no text */
export function bodyText(body: JsonObject, member: string): string | undefined {
  return ofType(member, body[member], "text", (value): value is string => typeof value === "string");
}

/** A number, in digits. @throws SerializationException for a member of the body that is none */
export function bodyNumber(body: JsonObject, member: string): string | undefined {
  return ofType(member, body[member], "a number", (value): value is number => typeof value === "number")?.toString();
}

/** @throws SerializationException for a member of the body that is no list of text */
export function bodyTexts(body: JsonObject, member: string): readonly string[] | undefined {
  return ofType(
    member,
    body[member],
    "a list of text",
    (value): value is readonly string[] => Array.isArray(value) && value.every((item) => typeof item === "string"),
  );
}

/** @throws SerializationException for a member of the body that is no list of objects */
export function bodyObjects(body: JsonObject, member: string): readonly JsonObject[] | undefined {
  return ofType(
    member,
    body[member],
    "a list of objects",
    (value): value is readonly JsonObject[] => Array.isArray(value) && value.every(isObject),
  );
}

/** @throws SerializationException for a member of the body that is no object */
export function bodyObject(body: JsonObject, member: string): JsonObject | undefined {
  return ofType(member, body[member], "an object", isObject);
}

/** JSON's null is as good as nothing. */
function ofType<Value>(
  member: string,
  value: unknown,
  expected: string,
  is: (value: unknown) => value is Value,
): Value | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (!is(value)) {
    throw serializationError(`'${member}' must be ${expected}, not ${described(value)}.`);
  }
  return value;
}

function described(value: unknown): string {
  if (Array.isArray(value)) {
    return "such a list";
  }
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
