import type { ParsedPolicy } from "./grammar";
import { variableKeys } from "./variables";

/**
 * Every condition key that policies ask for, in conditions and in variables, as they write it: each once, without regard to
 * case, in order. Of a policy that cannot be evaluated too.
 */
export function contextKeysOf(policies: readonly ParsedPolicy[]): readonly string[] {
  const keys = policies.flatMap(({ statements }) =>
    statements.flatMap(({ written, resources, hasVariables }) => [
      ...written.map(([, key]) => key),
      ...(hasVariables
        ? [...(resources?.patterns ?? []), ...written.flatMap(([, , values]) => values)].flatMap(variableKeys)
        : []),
    ]),
  );
  const byName = new Map([...keys].reverse().map((key) => [key.toLowerCase(), key]));
  return [...byName.values()].sort();
}
