import type { LoggedDecision } from "../../sandbox/decisionLog";
import { colors } from "../terminal/colors";

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

/** What a client names may hold anything; it must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
}
