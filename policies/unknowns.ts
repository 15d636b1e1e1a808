/** Whether a preview does not know a property yet. */
export function isUnknown(object: object, key: string): boolean {
  return read(object, key) === unknown;
}

/**
 * A property of a resource, or undefined where a preview does not know it yet. The SDK throws where such a property is read, and
 * ends the rule for the whole stack.
 */
export function known(object: object, key: string): unknown {
  const value = read(object, key);
  return value === unknown ? undefined : value;
}

const unknown = Symbol("unknown");

function read(object: object, key: string): unknown {
  try {
    return (object as Readonly<Record<string, unknown>>)[key];
  } catch (error) {
    // The class is not exported. Source: sdk/nodejs/policy/proxy.ts of pulumi/pulumi-policy
    if (error instanceof Error && error.message.endsWith("can't be known during preview")) {
      return unknown;
    }
    throw error;
  }
}
