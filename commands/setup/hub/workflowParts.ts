import type { HubStack } from "./hubStacks";

/** Other people's actions, each by the commit of a version. */
const actions = {
  checkout: "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
  setupPython: "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0",
  setupNode: "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
  upload: "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1",
  download: "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
  attest: "actions/attest@1e69f48acb82d1966a394da916b4c1698aa569d6 # v4.2.2",
} as const;

/** The Python that the workflows run their scripts with. */
const python = "3.12";

/** A step of another person's action. */
export function uses(action: keyof typeof actions, inputs: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries(inputs).map(([name, value]) => `    ${name}: ${value}`);
  return [`- uses: ${actions[action]}`, ...(lines.length === 0 ? [] : ["  with:", ...lines])].join("\n");
}

/** The sources, without a credential in the work tree. */
export const checkout = uses("checkout", { "persist-credentials": "false" });

export const checkoutWithHistory = uses("checkout", { "fetch-depth": "0", "persist-credentials": "false" });

export const setupPython = uses("setupPython", { "python-version": `"${python}"` });

/** One job of a workflow. */
export interface Job {
  readonly id: string;
  readonly name: string;
  readonly needs?: readonly string[];
  /** @default - runs whenever what it needs has succeeded */
  readonly if?: string;
  readonly minutes: number;
  readonly environment?: string;
  /** Rest of the job before its permissions, as YAML. @default - none */
  readonly settings?: string;
  /** Lines such as `contents: read`. */
  readonly permissions: readonly string[];
  /** @default - none */
  readonly outputs?: readonly string[];
  readonly steps: readonly string[];
}

export function renderJob(job: Job): string {
  const needs = job.needs ?? [];
  const lines = [
    `name: ${job.name}`,
    ...(needs.length === 0 ? [] : [`needs: ${needs.length === 1 ? needs.join("") : `[${needs.join(", ")}]`}`]),
    ...(job.if === undefined ? [] : [`if: ${job.if}`]),
    "runs-on: ubuntu-24.04",
    `timeout-minutes: ${job.minutes}`,
    ...(job.environment === undefined ? [] : [`environment: ${job.environment}`]),
    ...(job.settings === undefined ? [] : [job.settings]),
    "permissions:",
    ...job.permissions.map((line) => `  ${line}`),
    ...(job.outputs === undefined ? [] : ["outputs:", ...job.outputs.map((line) => `  ${line}`)]),
    "steps:",
    ...job.steps.map((step) => indented(step, 2)),
  ];
  return `  ${job.id}:\n${indented(lines.join("\n"), 4)}`;
}

export function indented(text: string, spaces: number): string {
  return text.replace(/^(?=.)/gm, " ".repeat(spaces));
}

/** The lines `branches` and `paths` of a trigger. */
export function trigger(event: string, branches: readonly string[], paths: readonly string[]): string {
  const entry = (path: string) => `      - ${/^[*!&]|[:#{}[\],]/.test(path) ? JSON.stringify(path) : path}`;
  return [`  ${event}:`, `    branches: [${branches.join(", ")}]`, "    paths:", ...paths.map(entry)].join("\n");
}

/** The pattern of every file in a folder. */
export function everythingIn(folder: string): string {
  return folder === "." ? "**" : `${folder}/**`;
}

/** The condition of a job that only a push to one branch starts. */
export function onPushTo(branch: string): string {
  return `github.event_name == 'push' && github.ref == 'refs/heads/${branch}'`;
}

/**
 * A role of a stack's account.
 *
 * @param variable - has the account's id, if the stack file does not
 */
export function roleArn({ account = "" }: HubStack, role: string, variable: string = accountVariable): string {
  return `arn:aws:iam::${account || variable}:role/${role}`;
}

/** A variable of the GitHub environment. */
export const accountVariable = "${{ vars.AWS_ACCOUNT_ID }}";

/** What every workflow begins with, after its triggers. */
export function common(name: string, group: string, cancels: boolean): string {
  return `permissions: {}

# This also ends a pipe that fails in its middle.
defaults:
  run:
    shell: bash

concurrency:
  group: ${name}-${group}
  cancel-in-progress: ${cancels}
`;
}

export const writtenBySetup =
  "# `npm run setup -- --hub` of the registry's project writes this file from registry.toml and the stacks. Change those, and run it again.";
