import type { LoggedDecision } from "../../sandbox/decisionLog";
import type { TopicMessage } from "../../sandbox/sns/topics";
import { colors } from "../terminal/colors";
import { printable } from "../terminal/wrap";

/** A decision as one line: when, allowed or denied, who, what, on what, and why. */
export function decisionLine({
  time,
  who,
  action,
  resource,
  allowed,
  reason,
}: Pick<LoggedDecision, "time" | "who" | "action" | "resource" | "allowed" | "reason">): string {
  const verdict = allowed ? colors.green("allowed") : colors.yellow("denied ");
  const clock = time.toISOString().slice(11, 19);
  const [caller, what, on, why] = [shortArn(who), action, shortArn(resource), reason].map(printable);
  return `${clock} ${verdict} ${caller} ${colors.bold(what)} ${on} ${colors.dim(why)}`;
}

/** A message that arrives at a topic as one line: when, at which topic, and its beginning. */
export function messageLine(topicArn: string, { time, subject, message }: TopicMessage): string {
  const clock = time.toISOString().slice(11, 19);
  const text = [subject, message].filter((part) => part !== undefined).join(": ");
  const shown = text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
  return `${clock} ${colors.yellow("message")} ${printable(shortArn(topicArn))} ${printable(shown)}`;
}

const shownCharacters = 200;

/** An ARN's own part: service, region and account are the same for all. */
function shortArn(arn: string): string {
  return arn.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, "");
}
