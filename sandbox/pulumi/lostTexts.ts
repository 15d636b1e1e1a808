import { isMap, isScalar, isSeq, Scalar } from "yaml";
import { cliText } from "./cliYaml";

/**
 * Every number and date of a configuration whose text the Pulumi CLI changes, so that a program cannot see what was written: an
 * account's id 012345678901 arrives as 12345678901. Each line names the place, the text, what the CLI makes of it and the way out.
 */
export function lostTexts(config: unknown): readonly string[] {
  return lostBelow("", config);
}

function lostBelow(path: string, node: unknown): readonly string[] {
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) => {
      const name = isScalar(key) ? (key.source ?? cliText(key.value)) : "";
      return [...lostInKey(path, key), ...lostBelow(path === "" ? name : `${path}.${name}`, value)];
    });
  }
  if (isSeq(node)) {
    return node.items.flatMap((item, index) => lostBelow(`${path}[${index}]`, item));
  }
  return isScalar(node) ? lostInScalar(path, node) : [];
}

function lostInKey(path: string, key: unknown): readonly string[] {
  if (!isScalar(key)) {
    return [`${path} has a list or an object for a key, and the Pulumi CLI takes text alone. Write the key as text`];
  }
  return key.value === null
    ? [`${path} has a key without text, which the Pulumi CLI reads as "<nil>". Write the key in quotation marks`]
    : lostInScalar(`${path} has the key ${key.source ?? ""}`, key);
}

function lostInScalar(path: string, { value, source = "", type }: Scalar): readonly string[] {
  // Quoted text is kept as it is, and so is plain text that YAML takes for text.
  if (type !== Scalar.PLAIN || source === "" || value === null || typeof value === "boolean" || value === source) {
    return [];
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    return [`${path}: ${source} is a number that the Pulumi CLI cannot read. Write it in quotation marks`];
  }
  const text = cliText(value);
  if (text === source) {
    return [];
  }
  return typeof value === "string"
    ? [`${path}: ${source} is a date to the Pulumi CLI, which reads it as "${text}". Write it in quotation marks`]
    : [`${path}: ${source} is a number to the Pulumi CLI, which reads it as ${text}. Write it in quotation marks`];
}
