import * as pulumi from "@pulumi/pulumi";

/**
 * Why a program ends, to be thrown where an output becomes known. Pulumi shows the message alone, but it prints the stack for
 * itself before that, and Node 20 takes half a minute over a stack that leads through `node_modules/@pulumi/output.ts`, which is
 * where Pulumi's source maps say that all outputs live: so there is no stack. And as the error passes on through resources that
 * wait for the output, each would put its property's name before the message: so that stays as it is.
 */
export function refusal(message: string): pulumi.RunError {
  return Object.defineProperties(new pulumi.RunError(message), {
    stack: { value: message },
    message: { get: () => message, set: () => undefined },
  });
}
