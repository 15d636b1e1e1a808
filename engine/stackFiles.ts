import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isAlias, isMap, isScalar, parseDocument, type Scalar } from "yaml";
import { type ConfigDeclaration, declaredValue, readDeclaration, typeFault } from "./projectConfig";
import { EngineError } from "./engineError";

/** What the CLI hands to a program: names, and every configuration value as text or JSON. */
export interface StackConfiguration {
  readonly project: string;
  readonly stack: string;
  /** Keys with their namespace, `package-registry:packages`. */
  readonly values: Readonly<Record<string, string>>;
}

/** The stacks that have a file in `directory`, by name. */
export function listStacks(directory: string): readonly string[] {
  return readdirSync(directory)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

/**
 * Reads Pulumi.yaml and a stack's file as the Pulumi CLI reads them: a scalar is its text, a list or object its JSON, and
 * what the stack leaves out comes from the project's values and defaults.
 * Source: sdk/go/common/workspace/config.go and sdk/go/common/resource/config/value.go of pulumi/pulumi
 *
 * @throws EngineError for a stack without a file, YAML that does not parse, and encrypted values, which take the CLI and
 *   its passphrase or key to read
 */
export function readStackConfiguration(directory: string, stack: string): StackConfiguration {
  const stackFile = `Pulumi.${stack}.yaml`;
  if (!existsSync(join(directory, stackFile))) {
    const stacks = listStacks(directory);
    const others = stacks.length === 0 ? "There are none here" : `There are: ${stacks.join(", ")}`;
    throw new EngineError(`There is no stack ${stack}: no file ${stackFile}. ${others}.`);
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
  const faults = [...declarations].flatMap(([key, declaration]) => typeFault(key, declaration, values[key]) ?? []);
  if (faults.length > 0) {
    throw new EngineError(faults.join("\n"));
  }
  return { project: name, stack, values };
}

function readYaml(directory: string, file: string): Document {
  const path = join(directory, file);
  if (!existsSync(path)) {
    throw new EngineError(`There is no ${file} here: run this in the folder of the project.`);
  }
  const document = parseDocument(readFileSync(path, "utf8"));
  const [error] = document.errors;
  if (error !== undefined) {
    throw new EngineError(`${file} is not YAML: ${error.message.trimEnd()}`);
  }
  if (document.toJS() !== null && !isMap(document.contents)) {
    throw new EngineError(`${file} is not a map of settings.`);
  }
  return document;
}

function readValues(file: string, project: string, document: Document): Record<string, string> {
  if (document.has("environment")) {
    throw new EngineError(`${file}: environment imports from Pulumi ESC, which only the Pulumi CLI reads.`);
  }
  const config = document.get("config");
  if (config !== undefined && config !== null && !isMap(config)) {
    throw new EngineError(`${file}: config is not a map of settings.`);
  }
  const contents = configOf(document);
  const values: Record<string, string> = {};
  for (const { key, value } of isMap(config) ? config.items : []) {
    const name = qualified(project, String(key));
    const node = isAlias(value) ? value.resolve(document) : value;
    const content = contents[String(key)];
    if (holdsSecret(content)) {
      throw new EngineError(
        `${file}: ${name} is encrypted (secure:), which only the Pulumi CLI reads. No setting of this project is secret: ` +
          `write it in plain text with pulumi config set.`,
      );
    }
    values[name] = isScalar(node) ? scalarText(node) : JSON.stringify(content ?? "");
  }
  return values;
}

/** A scalar as it is written, so that 0123 keeps its zero; nothing for a null. */
function scalarText({ value, source }: Scalar): string {
  return value === null ? "" : (source ?? "");
}

function readDeclarations(project: string, document: Document): ReadonlyMap<string, ConfigDeclaration> {
  const declared = Object.entries(configOf(document));
  return new Map(declared.map(([key, value]) => [qualified(project, key), readDeclaration(value)]));
}

function configOf(document: Document): Readonly<Record<string, unknown>> {
  const contents = document.toJS() as { readonly config?: Record<string, unknown> | null } | null;
  return contents?.config ?? {};
}

function qualified(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
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
