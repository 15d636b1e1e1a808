import { isObject } from "../../iam/json";
import type { BusEvent } from "./busEvent";
import type { Rule, Target } from "./rules";

/**
 * What a target receives of an event: the event itself as JSON, or what the target's input makes of it.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function inputOf({ input, inputPath, inputTransformer }: Target, event: BusEvent, rule: Rule): string {
  if (input !== undefined) {
    return input;
  }
  if (inputTransformer === undefined) {
    return JSON.stringify(inputPath === undefined ? event : (valueAt(event, inputPath) ?? {}));
  }
  const { inputPathsMap, inputTemplate } = inputTransformer;
  const variables: ReadonlyMap<string, unknown> = new Map<string, unknown>([
    ...Object.entries(inputPathsMap).map(([name, path]) => [name, valueAt(event, path)] as const),
    ["aws.events.rule-arn", rule.arn],
    ["aws.events.rule-name", rule.name],
    ["aws.events.event.ingestion-time", event.time],
    ["aws.events.event", event],
    ["aws.events.event.json", event],
  ]);
  return filled(inputTemplate, variables);
}

/**
 * A template with its variables filled in. A text has no quotes where the template has its own around it, and has quotes where a
 * value of JSON belongs.
 */
function filled(template: string, variables: ReadonlyMap<string, unknown>): string {
  let isInText = false;
  return template.replace(/\\.|"|<([\w.-]+)>/gs, (written, name: string | undefined) => {
    if (written === '"') {
      isInText = !isInText;
    }
    if (name === undefined || !variables.has(name)) {
      return written;
    }
    const value = variables.get(name);
    if (value === undefined || value === null) {
      return isInText ? "" : '""';
    }
    const json = JSON.stringify(value);
    return typeof value === "string" && isInText ? json.slice(1, -1) : isInText ? json.replaceAll('"', '\\"') : json;
  });
}

/** A path such as `$.detail.packageName`, or `$` for all; a part in brackets is an index of a list. */
export const inputPathForm = /^\$(?:\.[\w-]+|\[\d+\])*$/;

function valueAt(event: BusEvent, path: string): unknown {
  const parts = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
  return parts.reduce<unknown>(
    (value, part) =>
      typeof part === "number"
        ? Array.isArray(value)
          ? (value as readonly unknown[])[part]
          : undefined
        : isObject(value)
          ? value[part]
          : undefined,
    event,
  );
}
