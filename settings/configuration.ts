import { SettingErrors } from "./errors";

/** The namespace of this project's settings in stack files. */
const namespace = "package-registry";

/** Settings that are written as a list or an object; Pulumi hands them on as JSON. */
const structured = ["packages", "origins", "publishers", "readers", "readerAccountIds", "tags"] as const;

const scalar = [
  "customerId",
  "projectId",
  "environment",
  "githubEnterprise",
  "publicPackages",
  "tokenLifetime",
  "sessionDuration",
  "encryption",
  "readerOrganizationId",
  "oidcProviderArn",
  "permissionsBoundary",
  "protect",
  "adopt",
] as const;

/** Every setting of this project, those of one value first. */
export const settingNames = [...scalar, ...structured];

/** What a stack gives for each setting, nothing checked yet; absent where it gives none. */
export type Given = Readonly<Partial<Record<(typeof settingNames)[number], unknown>>>;

/**
 * The settings of this project among a stack's configuration. Every other key of its namespace is a mistake: a slip of the
 * hand must not pass for a setting. Lists and objects are parsed; where that fails the text stays, for their readers to refuse.
 */
export function readConfiguration(errors: SettingErrors, configuration: Readonly<Record<string, string>>): Given {
  const given: Record<string, unknown> = {};
  const known: readonly string[] = settingNames;
  for (const [qualified, text] of Object.entries(configuration)) {
    const key = qualified.slice(namespace.length + 1);
    if (!qualified.startsWith(`${namespace}:`)) {
      continue;
    }
    if (known.includes(key)) {
      given[key] = structured.some((name) => name === key) ? parsed(text) : text;
    } else {
      errors.addUnknownKey(key, known);
    }
  }
  return given;
}

/** A value that Pulumi may have handed on as JSON, else its text. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
