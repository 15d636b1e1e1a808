import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProcess } from "../../../commands/python/runProcess";
import { projectDirectory } from "../deployments";
import { realPython } from "../realPython";

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

/** The folder of this project's actions. */
export const actionsFolder = join(projectDirectory, ".github/actions");

const isolated = join(actionsFolder, "codeartifact-login/isolated.sh");

/** A runner for one step, on which some programs are what a test says they are. */
export class RunnerStep {
  readonly folder = mkdtempSync(join(tmpdir(), "step-"));
  readonly workspace = join(this.folder, "workspace");
  readonly #bin = join(this.folder, "bin");

  /** @param python - the interpreter behind `python3` */
  constructor(python = realPython()) {
    for (const folder of [this.workspace, this.#bin, join(this.folder, "temp"), join(this.folder, "home")]) {
      mkdirSync(folder);
    }
    symlinkSync(python, join(this.#bin, "python3"));
    writeFileSync(join(this.folder, "calls"), "");
  }

  /** Puts a program in place, whose shell script first notes that it is called. */
  program(name: string, script: string): void {
    const call = `printf '%s\\n' "${name} $*" >> "${join(this.folder, "calls")}"`;
    writeFileSync(join(this.#bin, name), `#!/bin/sh\n${call}\n${script}\n`, { mode: 0o755 });
  }

  /** Writes a file of the workspace, and tells where it is. */
  write(path: string, contents: string | Buffer, mode = 0o644): string {
    return this.#write(join(this.workspace, path), contents, mode);
  }

  /** Writes a file that is not in the workspace. */
  writeOutside(path: string, contents: string | Buffer): string {
    return this.#write(join(this.folder, path), contents, 0o644);
  }

  /** Runs one of the actions' programs as its step does. */
  async python(program: string, environment: Readonly<Record<string, string>>): Promise<StepEnd> {
    const [output, summary] = [this.writeOutside("output", ""), this.writeOutside("summary", "")];
    this.writeOutside("calls", "");
    const end = await runProcess("/bin/bash", ["-p", isolated, program], {
      directory: this.workspace,
      environment: {
        PATH: `${this.#bin}:${process.env.PATH ?? ""}`,
        HOME: join(this.folder, "home"),
        GITHUB_WORKSPACE: this.workspace,
        RUNNER_TEMP: join(this.folder, "temp"),
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        ...environment,
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

  #write(file: string, contents: string | Buffer, mode: number): string {
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, contents);
    chmodSync(file, mode);
    return file;
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

/** AWS's CLI, which answers by operation; `fail CODE` is AWS's error. */
export function awsProgram(answers: Readonly<Record<string, string>>): string {
  const cases = Object.entries(answers).map(([operation, answer]) => {
    const [, code] = /^fail (.*)$/.exec(answer) ?? [];
    return code === undefined
      ? `${operation}) cat <<'ANSWER'\n${answer}\nANSWER\n;;`
      : `${operation}) echo "An error occurred (${code}) when calling it: rejected" >&2; exit 254 ;;`;
  });
  return ['case "$2" in', ...cases, '*) echo "nothing is known of $2" >&2; exit 2 ;;', "esac"].join("\n");
}
