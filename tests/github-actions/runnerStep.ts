import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProcess } from "../../sandbox/python/runProcess";
import { realPython } from "../support/realPython";

/** How a step of an action ended. */
export interface StepEnd {
  readonly exitCode: number;
  /** In the order in which it came, unmasked. */
  readonly output: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What was called, a line each: the program and its arguments. */
  readonly calls: readonly string[];
}

/** A runner for one step, on which some programs are what a test says they are. */
export class RunnerStep {
  readonly folder = mkdtempSync(join(tmpdir(), "step-"));
  readonly #bin = join(this.folder, "bin");

  constructor() {
    mkdirSync(this.#bin);
    this.write("calls", "");
  }

  /** Puts a program in place, whose shell script gets to know that it is called. */
  program(name: string, script: string): void {
    const call = `printf '%s\\n' "${name} $*" >> "${join(this.folder, "calls")}"`;
    writeFileSync(join(this.#bin, name), `#!/bin/sh\n${call}\n${script}\n`, { mode: 0o755 });
  }

  /** Writes a file, and tells where it is. */
  write(path: string, contents: string | Buffer): string {
    const file = join(this.folder, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, contents);
    return file;
  }

  /** Runs a Python program as the step does. */
  async python(program: string, environment: Readonly<Record<string, string>>): Promise<StepEnd> {
    const [output, summary] = [this.write("output", ""), this.write("summary", "")];
    this.write("calls", "");
    const end = await runProcess(realPython(), [program], {
      directory: this.folder,
      environment: {
        ...{ PATH: `${this.#bin}:${process.env.PATH ?? ""}`, HOME: this.folder, PYTHONDONTWRITEBYTECODE: "1" },
        ...{ GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, ...environment },
      },
    });
    const lines = (file: string) =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "");
    return {
      ...end,
      outputs: Object.fromEntries(lines(output).map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string])),
      summary: readFileSync(summary, "utf8"),
      calls: lines(join(this.folder, "calls")),
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What the actions put into their step's environment for a registry. */
export const registryInputs = {
  REGION: "us-east-1",
  DOMAIN: "orb-integration-hub-dev",
  DOMAIN_OWNER: "",
  REPOSITORY: "python-packages",
  TOKEN_LIFETIME: "900",
};

/** AWS's CLI, which answers by operation; `fail CODE` is AWS's refusal. */
export function awsProgram(answers: Readonly<Record<string, string>>): string {
  const cases = Object.entries(answers).map(([operation, answer]) => {
    const [, code] = /^fail (.*)$/.exec(answer) ?? [];
    return code === undefined
      ? `${operation}) cat <<'ANSWER'\n${answer}\nANSWER\n;;`
      : `${operation}) echo "An error occurred (${code}) when calling it: refused" >&2; exit 254 ;;`;
  });
  return ['case "$2" in', ...cases, '*) echo "nothing is known of $2" >&2; exit 2 ;;', "esac"].join("\n");
}
