import { isObject, parseJson } from "../../iam/json";
import { notModelled } from "../core/awsError";

/**
 * Reads a filter pattern: terms that must all be in the text, or one or more comparisons of fields of JSON.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 *
 * @returns whether a message matches
 * @throws NotImplemented for what is not modelled
 */
export function filterOf(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (text.startsWith("{")) {
    return jsonFilter(text);
  }
  const terms = text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const other = terms.find((term) => !term.startsWith('"') && !/^[\w]+$/.test(term));
  if (other !== undefined) {
    throw notModelled(
      `The term ${other} of filterPattern ${pattern} is not modelled: give words, texts in quotes, or { $.a.b = "x" }.`,
    );
  }
  const wanted = terms.map((term) => (term.startsWith('"') ? unquoted(term) : term));
  return (message) => wanted.every((term) => message.includes(term));
}

/** A comparison such as `$.detail.eventName = "CreateRepository"`. A text may begin or end with `*`. */
const comparison = /^\(?\s*(\$(?:\.[\w-]+|\[\d+\])+)\s*(!?=)\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[\w*-]+)\s*\)?$/;

function jsonFilter(text: string): (message: string) => boolean {
  const inside = /^\{(.*)\}$/s.exec(text)?.[1]?.trim() ?? "";
  const parts = inside.split(/\s*&&\s*/);
  const compared = parts.map((part) => comparison.exec(part));
  if (compared.includes(null)) {
    throw notModelled(
      `filterPattern ${text} is not modelled: give { $.a.b = "x" }, != in place of =, and && between several.`,
    );
  }
  const tests = compared.map((found) => {
    const [, path = "", operator, written = ""] = found ?? [];
    const wanted = written.startsWith('"') ? unquoted(written) : written;
    const isEqual = equalTo(wanted);
    return (value: unknown) => {
      const found = valueAt(value, path);
      return found !== undefined && isEqual(found) === (operator === "=");
    };
  });
  return (message) => {
    const event = parseJson(message);
    return event !== undefined && isObject(event.value) && tests.every((matches) => matches(event.value));
  };
}

function equalTo(wanted: string): (value: unknown) => boolean {
  const [starts, ends] = [wanted.endsWith("*"), wanted.startsWith("*")];
  const core = wanted.slice(ends ? 1 : 0, starts ? -1 : undefined);
  return (value) => {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      return false;
    }
    const text = String(value);
    if (starts && ends) {
      return text.includes(core);
    }
    return starts ? text.startsWith(core) : ends ? text.endsWith(core) : text === wanted;
  };
}

function valueAt(value: unknown, path: string): unknown {
  const parts = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
  return parts.reduce<unknown>((inside, part) => {
    if (typeof part === "number") {
      return Array.isArray(inside) ? (inside as readonly unknown[])[part] : undefined;
    }
    return isObject(inside) ? inside[part] : undefined;
  }, value);
}

function unquoted(term: string): string {
  return term.slice(1, -1).replace(/\\(.)/gs, "$1");
}
