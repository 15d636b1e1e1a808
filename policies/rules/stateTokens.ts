import type { ReportViolation, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { known } from "../unknowns";

/**
 * A registry token admits anyone who reads it. Pulumi keeps the inputs and outputs of resources and of the stack in its state, and
 * shows them to everyone who may read the stack. The engine does not show a policy what a program asks for
 * (`aws.codeartifact.getAuthorizationToken`), so the rule looks for the token itself.
 */
export const stateTokens: ResourceValidationPolicy & StackValidationPolicy = {
  name: "no-token-in-state",
  description: "No input or output of a resource or of the stack is, or contains, a CodeArtifact token.",
  severity: "critical",
  // Before a resource is made, so that its token does not get into the state.
  validateResource: ({ name, props }, report) => {
    reportTokens(name, props, report);
  },
  validateStack: ({ resources }, report) => {
    for (const { name, props, urn } of resources) {
      reportTokens(name, props, (message) => {
        report(message, urn);
      });
    }
  },
};

function reportTokens(name: string, props: object, report: ReportViolation): void {
  for (const place of placesOf(props, "")) {
    report(
      `${name}: ${place} contains a CodeArtifact token, which would be in the state of the stack. Do not read a token in a ` +
        "program: who needs one mints it, as by aws codeartifact get-authorization-token.",
    );
  }
}

/**
 * How a token begins, `{"ver"` in base64url, and a URL of CodeArtifact with a password that is no variable of a shell.
 * Form of the URL: https://docs.aws.amazon.com/codeartifact/latest/ug/python-configure-pip.html
 */
const token = /(?<![\w-])eyJ2ZXIi[\w.-]{32}|:\/\/[^\s/:@]*:[\w.=-]{64,}@[\w-]+\.d\.codeartifact\./;

/** The same in Basic authorization: base64 of `aws:` and a token. */
const basic = /(?<![\w+/])YXdzOmV5SjJaWElp[\w+/]{32}/;

/** The property paths whose text contains a token. */
function placesOf(value: unknown, path: string): readonly string[] {
  if (typeof value === "string") {
    return token.test(value) || basic.test(value) ? [path] : [];
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.keys(value).flatMap((key) => {
    const place = Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    return placesOf(known(value, key), place);
  });
}
