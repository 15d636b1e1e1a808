import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isMap } from "yaml";
import { didYouMean } from "../../naming/closestName";
import { cliText, lostTexts, parseCliYaml } from "./cliYaml";

/** Why a stack cannot be deployed, in words for the person who asked; no stack trace belongs to it. */
export class EngineError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "EngineError";
  }
}

/** What the CLI hands to a program: names, and every configuration value as text or JSON. */
export interface StackConfiguration {
  readonly project: string;
  readonly stack: string;
  /** Keys with their namespace, `package-registry:packages`. */
  readonly values: Readonly<Record<string, string>>;
}

/** Source: sdk/go/common/tokens/names.go of pulumi/pulumi */
const stackName = /^[A-Za-z0-9_.-]{1,100}$/;

/** The stacks that have a file in `directory`, by name. */
export function listStacks(directory: string): readonly string[] {
  return readdirSync(directory)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

/**
 * Reads Pulumi.yaml and a stack's file as the Pulumi CLI reads them: a scalar is its text, a list or object its JSON, and
 * what the stack leaves out comes from the project's values and defaults.
 * Source: pkg/workspace/config.go and sdk/go/common/resource/config/object.go of pulumi/pulumi
 *
 * @throws EngineError for a stack without a file, YAML that does not parse, a number or date whose text the CLI changes, and
 *   encrypted values, which take the CLI and its passphrase or key to read
 */
export function readStackConfiguration(directory: string, stack: string): StackConfiguration {
  const stackFile = `Pulumi.${stack}.yaml`;
  const stacks = listStacks(directory);
  const others = stacks.length === 0 ? "There are none here" : `There are: ${stacks.join(", ")}`;
  if (!stackName.test(stack)) {
    throw new EngineError(`${stack} is not the name of a stack: letters, digits, ".", "_" and "-" alone. ${others}.`);
  }
  if (!existsSync(join(directory, stackFile))) {
    throw new EngineError(`There is no stack ${stack}: no file ${stackFile}. ${others}.${didYouMean(stack, stacks)}`);
  }
  const project = readYaml(directory, "Pulumi.yaml");
  const name = project.get("name");
  if (typeof name !== "string") {
    throw new EngineError("Pulumi.yaml: name is missing.");
  }
  const values = readValues(stackFile, name, readYaml(directory, stackFile));
  const declarations = readDeclarations(name, project);
  const missing: string[] = [];
  for (const [key, declaration] of declarations) {
    const value = declaredValue(declaration);
    if (values[key] === undefined && value !== undefined) {
      values[key] = value;
    } else if (values[key] === undefined && key.startsWith(`${name}:`)) {
      missing.push(key.slice(name.length + 1));
    }
  }
  if (missing.length > 0) {
    throw new EngineError(`Stack ${stack} is missing configuration: ${missing.sort().join(", ")}.`);
  }
  const errors = [...declarations].flatMap(([key, declaration]) => typeError(key, declaration, values[key]) ?? []);
  if (errors.length > 0) {
    throw new EngineError(errors.join("\n"));
  }
  return { project: name, stack, values };
}

function readYaml(directory: string, file: string): Document {
  const path = join(directory, file);
  if (!existsSync(path)) {
    throw new EngineError(`There is no ${file} here: run this in the folder of the project.`);
  }
  const document = parseCliYaml(readFileSync(path, "utf8"));
  const [error] = document.errors;
  if (error !== undefined) {
    throw new EngineError(`${file} is not YAML: ${error.message.trimEnd()}`);
  }
  const lost = isMap(document.contents) ? lostTexts(document.get("config")) : [];
  if (lost.length > 0) {
    throw new EngineError(lost.map((line) => `${file}: ${line}`).join("\n"));
  }
  if (contentsOf(file, document) !== null && !isMap(document.contents)) {
    throw new EngineError(`${file} is not a map of settings.`);
  }
  return document;
}

/** The whole document as plain values. */
function contentsOf(file: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias without its anchor is found here, and so are too many aliases.
    throw new EngineError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function readValues(file: string, project: string, document: Document): Record<string, string> {
  if (document.has("environment")) {
    throw new EngineError(`${file}: environment imports from Pulumi ESC, which only the Pulumi CLI reads.`);
  }
  const config = document.get("config");
  if (config !== undefined && config !== null && !isMap(config)) {
    throw new EngineError(`${file}: config is not a map of settings.`);
  }
  const values: Record<string, string> = {};
  for (const [key, content] of Object.entries(configOf(document))) {
    const name = qualified(project, key);
    if (holdsSecret(content)) {
      throw new EngineError(
        `${file}: ${name} is encrypted (secure:), which only the Pulumi CLI reads. No setting of this project is secret: ` +
          `write it in plain text with pulumi config set.`,
      );
    }
    values[name] = cliText(content);
  }
  return values;
}

function readDeclarations(project: string, document: Document): ReadonlyMap<string, ConfigDeclaration> {
  const declared = Object.entries(configOf(document));
  return new Map(declared.map(([key, value]) => [qualified(project, key), readDeclaration(value)]));
}

function configOf(document: Document): Readonly<Record<string, unknown>> {
  const contents = document.toJS() as { readonly config?: Record<string, unknown> | null } | null;
  return contents?.config ?? {};
}

/** A key with its namespace. The CLI still takes the old form `aws:config:region`. */
function qualified(project: string, key: string): string {
  return key.includes(":") ? key.replace(/^([^:]+):config:([^:]+)$/, "$1:$2") : `${project}:${key}`;
}

/** Pulumi writes an encrypted value as an object of the one key `secure` with a text, at any depth. */
function holdsSecret(content: unknown): boolean {
  if (typeof content !== "object" || content === null) {
    return false;
  }
  const entries = Object.entries(content) as [string, unknown][];
  const [[key, only] = []] = entries;
  return (
    (entries.length === 1 && key === "secure" && typeof only === "string") ||
    entries.some(([, value]) => holdsSecret(value))
  );
}

/** What Pulumi.yaml says of one configuration key. Source: https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
export interface ConfigDeclaration {
  readonly type?: string;
  readonly items?: ConfigDeclaration;
  readonly value?: unknown;
  readonly default?: unknown;
}

/** Reads the long form, an object of `type`, `value`, `default` and the like; anything else is the value itself. */
export function readDeclaration(content: unknown): ConfigDeclaration {
  return typeof content === "object" && content !== null && !Array.isArray(content) ? content : { value: content };
}

/** What a stack that says nothing gets, as text or JSON; undefined where the stack must say. */
export function declaredValue(declaration: ConfigDeclaration): string | undefined {
  const value = declaration.default ?? declaration.value;
  return value === undefined || value === null ? undefined : cliText(value);
}

/** What the CLI would say of a value that is not of the declared type. */
export function typeError(key: string, declaration: ConfigDeclaration, text: string | undefined): string | undefined {
  if (
    declaration.type === undefined ||
    text === undefined ||
    isOfType(declaration, contentOf(declaration.type, text))
  ) {
    return undefined;
  }
  return `${key} must be of type ${declaration.type}.`;
}

function contentOf(type: string, text: string): unknown {
  if (type !== "array" && type !== "object") {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The CLI compares scalars as text, so a number is a string too. */
function isOfType({ type, items }: ConfigDeclaration, content: unknown): boolean {
  const scalar = ["string", "number", "boolean"].includes(typeof content);
  switch (type) {
    case "string":
      return scalar;
    case "integer":
      return scalar && /^[-+]?\d+$/.test(String(content));
    case "boolean":
      return scalar && /^(?:true|false)$/.test(String(content));
    case "array":
      return Array.isArray(content) && (items === undefined || content.every((entry) => isOfType(items, entry)));
    case "object":
      return typeof content === "object" && content !== null && !Array.isArray(content);
    default:
      return false;
  }
}
