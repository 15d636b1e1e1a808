import { expect } from "chai";
import { parseSettings, type Settings } from "../../settings";
import { SettingsError } from "../../settings/errors";

/** Settings by their names in a stack file: bare ones of this project, whole ones of others (`aws:region`); undefined leaves one out. */
export type Changes = Readonly<Record<string, unknown>>;

/** A publisher as a stack file describes it. */
export const publisher = {
  repository: "acme/packages",
  repositoryId: 11,
  ownerId: 22,
  ref: "refs/heads/main",
  workflow: ".github/workflows/publish.yml",
} as const;

/** A reader as a stack file describes it. */
export const reader = { repository: "acme/service", repositoryId: 33, ownerId: 22 } as const;

/** A stack that gives what every stack must, and nothing else. */
export const complete: Changes = {
  "aws:region": "us-east-1",
  customerId: "orb",
  projectId: "hub",
  packages: ["orb-common", "orb-models"],
  origins: { private: ["orb~"] },
  publishers: [publisher],
};

/** The complete stack's configuration with changes, as Pulumi hands it on: text for a scalar, JSON for a list or an object. */
export function configuration(changes: Changes = {}): Record<string, string> {
  return handedOn(Object.entries({ ...complete, ...changes }));
}

/** Configuration as Pulumi hands it on. */
export function handedOn(entries: readonly (readonly [string, unknown])[]): Record<string, string> {
  return Object.fromEntries(
    entries
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        key.includes(":") ? key : `package-registry:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
  );
}

/** The settings of the complete stack with changes. */
export function settingsOf(changes: Changes = {}, stack = "dev"): Settings {
  return parseSettings(configuration(changes), stack, __dirname);
}

/** The error that the complete stack with changes ends in. */
export function errorOf(changes: Changes, stack = "dev"): SettingsError {
  try {
    settingsOf(changes, stack);
  } catch (error) {
    if (error instanceof SettingsError) {
      return error;
    }
    throw error;
  }
  throw new Error("nothing was rejected");
}

/** The whole message of an error that says these lines. */
export function message(lines: readonly string[], stack = "dev"): string {
  const heading = lines.length === 1 ? "1 setting is wrong" : `${lines.length} settings are wrong`;
  return [
    `${heading} in stack ${stack} (Pulumi.${stack}.yaml, Pulumi.yaml):`,
    ...lines.map((line) => `  ${line}`),
  ].join("\n");
}

/** A rule about settings, shown by what breaks it and by what comes closest to breaking it. */
export interface Rule {
  /** The rule, as a test's title. */
  readonly title: string;
  /** Changes that break it. */
  readonly wrong: Changes;
  /** Every line of the error. */
  readonly says: readonly string[];
  /** Changes that keep it. @default none to show */
  readonly right?: Changes;
}

/** Tests that each rule's wrong settings are rejected with exactly its lines, and its right ones are not. */
export function testRules(rules: readonly Rule[]): void {
  for (const { title, wrong, says, right } of rules) {
    it(title, () => {
      expect(errorOf(wrong).message).to.equal(message(says));
      if (right !== undefined) {
        expect(() => settingsOf(right)).not.to.throw();
      }
    });
  }
}

/** The form of one value: what has it, what has not, and what the error says of the latter. */
export interface Form {
  readonly title: string;
  /** The changes that give the value its place. */
  readonly place: (value: unknown) => Changes;
  readonly taken: readonly unknown[];
  readonly rejected: readonly unknown[];
  /** The line about a value, shown as JSON. */
  readonly says: (shown: string) => string;
  /** Whether a number or a boolean would be right in quotation marks, and is rejected with that advice. @default false */
  readonly isTextOnly?: boolean;
}

/** Tests each value of each form by itself. */
export function testForms(forms: readonly Form[]): void {
  for (const { title, place, taken, rejected, says, isTextOnly = false } of forms) {
    describe(title, () => {
      for (const value of taken) {
        it(`takes ${titleOf(value)}`, () => {
          expect(() => settingsOf(place(value))).not.to.throw();
        });
      }
      for (const value of rejected) {
        it(`rejects ${titleOf(value)}`, () => {
          const isUnquoted = isTextOnly && (typeof value === "number" || typeof value === "boolean");
          const line = says(JSON.stringify(value));
          const [path = ""] = line.split(": ");
          expect(errorOf(place(value)).message).to.equal(message([isUnquoted ? unquoted(path, value) : line]));
        });
      }
    });
  }
}

/** The line about a number or a boolean where text is meant. */
export function unquoted(path: string, value: number | boolean): string {
  return `${path}: ${String(value)} is a ${typeof value} in YAML, not text. Write what is meant in quotation marks`;
}

/** A value as a title shows it, shortened. */
function titleOf(value: unknown): string {
  const shown = JSON.stringify(value);
  return shown.length > 80 ? `${shown.slice(0, 30)}… (${shown.length - 2} characters)` : shown;
}
