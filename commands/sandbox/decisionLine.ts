import type { LoggedDecision } from "../../sandbox/decisionLog";
import { colors } from "../terminal/colors";
import { printable } from "../terminal/wrap";

/** A decision as one line: when, allowed or denied, who, what, on what, and why. */
export function decisionLine({ time, who, action, resource, allowed, reason }: LoggedDecision): string {
  const verdict = allowed ? colors.green("allowed") : colors.yellow("denied ");
  const clock = time.toISOString().slice(11, 19);
  const [caller, what, on, why] = [shortArn(who), action, shortArn(resource), reason].map(printable);
  return `${clock} ${verdict} ${caller} ${colors.bold(what)} ${on} ${colors.dim(why)}`;
}

/** An ARN's own part: service, region and account are the same for all. */
function shortArn(arn: string): string {
  return arn.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, "");
}
