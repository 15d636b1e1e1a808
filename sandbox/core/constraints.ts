/** What an API's model asks of a string. */
export interface Constraint {
  readonly minLength?: number;
  readonly maxLength?: number;
  /** For the whole value, as the API reference prints it. */
  readonly pattern?: string;
}

/** What AWS answers to a string that its API's model does not take, or nothing. */
export function constraintError(member: string, value: string, constraint: Constraint): string | undefined {
  const { minLength = 0, maxLength = Infinity, pattern } = constraint;
  if (value.length < minLength) {
    return fault(member, value, `Member must have length greater than or equal to ${minLength}`);
  }
  if (value.length > maxLength) {
    return fault(member, value, `Member must have length less than or equal to ${maxLength} (it has ${value.length})`);
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, "u").test(value)) {
    return fault(member, value, `Member must satisfy regular expression pattern: ${pattern}`);
  }

  return undefined;
}

/** What AWS answers to a number outside its range, or nothing. */
export function rangeError(member: string, value: number, minimum: number, maximum: number): string | undefined {
  if (value < minimum) {
    return fault(member, String(value), `Member must have value greater than or equal to ${minimum}`);
  }
  if (value > maximum) {
    return fault(member, String(value), `Member must have value less than or equal to ${maximum}`);
  }

  return undefined;
}

/** What AWS answers to a value that is none of an enumeration, or nothing. */
export function choiceError(member: string, value: string, choices: readonly string[]): string | undefined {
  return choices.includes(value)
    ? undefined
    : fault(member, value, `Member must satisfy enum value set: [${choices.join(", ")}]`);
}

function fault(member: string, value: string, rule: string): string {
  return `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`;
}
