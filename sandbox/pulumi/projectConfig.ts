import { cliText } from "./cliYaml";

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
export function typeFault(key: string, declaration: ConfigDeclaration, text: string | undefined): string | undefined {
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
