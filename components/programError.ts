import * as pulumi from "@pulumi/pulumi";

/**
 * An error that ends a program, for use inside an output. It has no stack trace: Pulumi formats the trace even though it shows
 * the message alone, and source-mapping a trace through Pulumi's outputs takes Node 20 half a minute. Its message is read-only:
 * each resource that waits for the output would prefix it with the name of a property.
 */
export function programError(message: string): pulumi.RunError {
  return Object.defineProperties(new pulumi.RunError(message), {
    stack: { value: message },
    message: { get: () => message, set: () => undefined },
  });
}
