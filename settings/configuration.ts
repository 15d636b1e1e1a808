import { SettingErrors } from "./errors";
import { readFiles, settingsInFiles } from "./files";

/** The namespace of this project's settings in stack files. */
const namespace = "package-registry";

/** Settings that are written as a list or an object; Pulumi hands them on as JSON. */
const structured = [
  "packages",
  "origins",
  "publishers",
  "readers",
  "inspectors",
  "maintainers",
  "readerAccountIds",
  "audit",
  "tags",
] as const;

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

/**
 * The most bytes of a configuration as JSON. Pulumi hands it to a program in the environment variable PULUMI_CONFIG, and Linux
 * takes 131,072 bytes for a variable with its name and a final zero. Source: MAX_ARG_STRLEN, https://man7.org/linux/man-pages/man2/execve.2.html
 */
export const configurationLimit = 131_072 - "PULUMI_CONFIG=".length - 1;

/** Every setting of this project, those of one value first. */
export const settingNames = [...scalar, ...structured];

/** What a stack gives for each setting, nothing checked yet; absent where it gives none. */
export type Given = Readonly<Partial<Record<(typeof settingNames)[number], unknown>>>;

/**
 * The settings of this project among a stack's configuration. Every other key of its namespace is an error, so
 * that a typo is not ignored. Lists and objects are parsed; text that is not JSON stays text, and its reader rejects it.
 */
export function readConfiguration(
  errors: SettingErrors,
  configuration: Readonly<Record<string, string>>,
  directory: string,
): Given {
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
  checkSize(errors, configuration);
  for (const key of settingsInFiles) {
    given[key] = readFiles(errors, key, given[key], directory);
  }
  return given;
}

/** Notes a configuration that the Pulumi CLI cannot hand to the program. */
function checkSize(errors: SettingErrors, configuration: Readonly<Record<string, string>>): void {
  const bytes = Buffer.byteLength(JSON.stringify(configuration));
  if (bytes > configurationLimit) {
    const sizeOf = (key: string) => configuration[`${namespace}:${key}`]?.length ?? 0;
    const largest = settingsInFiles.reduce((one, other) => (sizeOf(other) > sizeOf(one) ? other : one));
    errors.add(
      largest,
      `the stack's configuration has ${bytes} bytes, and Pulumi hands ${configurationLimit} to a program at most. ` +
        `Put this setting into a file, as in ${largest}: {file: registry/${largest}.yaml}`,
    );
  }
}

/** A value that Pulumi may have handed on as JSON, else its text. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
