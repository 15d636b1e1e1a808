import { readFileSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { isObject } from "../iam/json";
import { type SettingErrors, shown, unreadable } from "./errors";

/** Settings that files may hold, as in `publishers: {file: registry/publishers.yaml}`, or a list of paths there. */
export const settingsInFiles = ["packages", "origins", "publishers", "readers", "inspectors", "maintainers"] as const;

/** A path that a setting may name: below the folder of Pulumi.yaml, without a hidden file or folder in it. */
export const settingFilePath = /^(?:\w[\w.-]*\/)*\w[\w.-]*\.ya?ml$/;

/** What a setting names as its files, nothing checked yet; undefined for a setting that the stack file itself holds. */
export function filesOf(value: unknown): readonly unknown[] | undefined {
  return isObject(value) && Object.keys(value).join() === "file" ? [value.file].flat() : undefined;
}

/**
 * The value of a setting, read from the files that it names: the entries of several follow each other, for `origins` those
 * under one key.
 *
 * @param directory - of Pulumi.yaml
 */
export function readFiles(errors: SettingErrors, key: string, value: unknown, directory: string): unknown {
  const paths = filesOf(value);
  if (paths === undefined) {
    return value;
  }
  const parts = paths.map((path) => ({ path: String(path), content: readFile(errors, key, path, directory) }));
  if (parts.some(({ content }) => content === unreadable)) {
    return unreadable;
  }
  if (key !== "origins") {
    return joined(errors, key, parts);
  }
  const objects = parts.flatMap(({ path, content }) => (isObject(content) ? { path, content } : []));
  if (objects.length < parts.length) {
    return parts.find(({ content }) => !isObject(content))?.content;
  }
  const names = new Set(objects.flatMap(({ content }) => Object.keys(content)));
  return Object.fromEntries(
    [...names].map((name) => {
      const named = objects.filter(({ content }) => name in content);
      const lists = named.map(({ path, content }) => ({ path, content: content[name] }));
      return [name, joined(errors, `${key}.${name}`, lists)];
    }),
  );
}

interface Part {
  readonly path: string;
  readonly content: unknown;
}

/** One list of several; what is not a list stays, so that its reader rejects it. */
function joined(errors: SettingErrors, list: string, parts: readonly Part[]): unknown {
  const lists = parts.flatMap(({ path, content }) => (Array.isArray(content) ? { path, content } : []));
  if (lists.length < parts.length) {
    return parts.find(({ content }) => !Array.isArray(content))?.content;
  }
  errors.locate(list, lists);
  return lists.flatMap(({ content }) => content as unknown[]);
}

function readFile(errors: SettingErrors, key: string, path: unknown, directory: string): unknown {
  const reject = (explanation: string) => {
    errors.add(`${key}.file`, `${shown(path)} ${explanation}`);
    return unreadable;
  };
  if (typeof path !== "string" || !settingFilePath.test(path)) {
    return reject(
      "is not the path of a YAML file. Write it from the folder of Pulumi.yaml on, as in registry/team.yaml",
    );
  }
  let text: string;
  try {
    const file = realpathSync(join(directory, path));
    if (!file.startsWith(realpathSync(directory) + sep)) {
      return reject("is a link out of the folder of Pulumi.yaml. Put the file itself there");
    }
    text = readFileSync(file, "utf8");
  } catch (error) {
    return reject(`is not read: ${(error as Error).message}. Create the file, or correct its path`);
  }
  return readYaml(errors, path, text);
}

/**
 * The value of a YAML file. The Pulumi CLI reads some unquoted texts otherwise than YAML 1.2, as 0123, 1_000 and dates: each
 * is an error, so that a setting means the same in a file as in a stack file.
 */
function readYaml(errors: SettingErrors, path: string, text: string): unknown {
  // Loaded here, because most previews need no file.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { LineCounter, parseDocument, visit } = require("yaml") as typeof import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { merge: true, lineCounter: lines });
  const found = [...document.errors, ...document.warnings].map(
    ({ message }) => `${path}: ${message.split("\n", 1)[0]}`,
  );
  visit(document, {
    Scalar: (_key, { type, source = "", value, range }) => {
      if (type === "PLAIN" && (typeof value === "number" ? String(value) !== source : isNumberToCli.test(source))) {
        const { line } = lines.linePos(range?.[0] ?? 0);
        found.push(`${path}:${line}: ${source} is a number or a date to the Pulumi CLI. Write it in quotation marks`);
      }
    },
  });
  let value: unknown = unreadable;
  try {
    value = document.toJS();
  } catch (error) {
    // An alias without its anchor, or too many aliases.
    found.push(`${path}: ${(error as Error).message}`);
  }
  found.forEach((line) => {
    errors.addLine(line);
  });
  return found.length > 0 ? unreadable : value;
}

/** What YAML 1.2 takes for text, and the Pulumi CLI may take for a number or a date. */
const isNumberToCli =
  /^(?:[-+.]?\d[\da-f_.+-]*_[\da-f_.+-]*|[-+]_+\d[\da-f_.+-]*|(?:[-+]_*)?0_*[box][-+\da-f_]+|\d{4}-\d\d?-\d\d?.*)$/i;
