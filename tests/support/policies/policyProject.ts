import { rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { projectDirectory } from "../deployments";
import { type CliRun, PulumiProject } from "../pulumiProject";

/** What a rule reports. */
export interface Violation {
  /** The rule's id. */
  readonly rule: string;
  readonly level: string;
  /** Logical name of the resource. */
  readonly resource: string;
  readonly message: string;
}

/** A preview with the policy pack. */
export interface PolicyRun extends CliRun {
  /** Each once, sorted by rule and resource. */
  readonly violations: readonly Violation[];
}

/** Settings of the pack's rules, by their ids: an enforcement level, or an object with it and the rule's own. */
export type PackConfig = Readonly<Record<string, unknown>>;

/** The project before the CLI, which runs the policy pack as a team does. */
export class PolicyProject extends PulumiProject {
  /** Puts another program in the place of the project's own. @param file - its path from tests/fixtures */
  useProgram(file: string): void {
    const manifest = join(this.directory, "package.json");
    rmSync(manifest);
    const main = relative(this.directory, join(projectDirectory, "tests/fixtures", file));
    writeFileSync(manifest, JSON.stringify({ private: true, main }));
  }

  previewWithPack(stack: string, config: PackConfig = {}): Promise<PolicyRun> {
    return this.#runWithPack(config, (...options) => this.preview(stack, ...options));
  }

  upWithPack(stack: string, config: PackConfig = {}): Promise<PolicyRun> {
    return this.#runWithPack(config, (...options) => this.up(stack, ...options));
  }

  async #runWithPack(config: PackConfig, run: (...options: readonly string[]) => Promise<CliRun>): Promise<PolicyRun> {
    const file = join(this.root, "policy-config.json");
    writeFileSync(file, JSON.stringify(config));
    const pack = join(projectDirectory, "policies");
    const ended = await run("--policy-pack", pack, "--policy-pack-config", file);
    return { ...ended, violations: readViolations(ended.stdout) };
  }
}

interface PolicyEvent {
  readonly resourceUrn?: string;
  readonly message: string;
  readonly policyName: string;
  readonly enforcementLevel: string;
}

/** The engine's policy events, one a line with `--json`. */
function readViolations(stdout: string): readonly Violation[] {
  const events = stdout
    .split("\n")
    .filter((line) => line.includes('"policyEvent"'))
    .map((line) => (JSON.parse(line) as { readonly policyEvent: PolicyEvent }).policyEvent);
  const violations = events.map(({ resourceUrn = "", message, policyName, enforcementLevel }) => ({
    rule: policyName,
    level: enforcementLevel,
    resource: resourceUrn.split("::").at(-1) ?? "",
    // The SDK puts the rule's description before what the rule reports.
    message: message.trimEnd().split("\n").at(-1) ?? "",
  }));
  const distinct = new Map(violations.map((one) => [JSON.stringify(one), one]));
  return [...distinct].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, violation]) => violation);
}
