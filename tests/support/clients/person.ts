import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { PythonTools } from "../../../commands/python/pythonTools";
import { cleanEnvironment, runProcess } from "../../../commands/python/runProcess";

/** How a client ended, and all that it printed. */
export interface ClientRun {
  readonly exitCode: number;
  /** Without colours, each run of white space as one space: clients break their lines where they like. */
  readonly text: string;
}

/** Someone with a home of their own, where a client finds no setting, no cache and no password of anyone else. */
export class Person {
  readonly home = mkdtempSync(join(tmpdir(), "client-"));
  /** Where commands are run. */
  readonly work = join(this.home, "work");

  constructor(readonly tools: PythonTools) {
    mkdirSync(this.work);
  }

  /** Writes a file below the work folder, and tells where it is. */
  write(path: string, contents: string | Buffer): string {
    const file = join(this.work, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
    return file;
  }

  read(path: string): string {
    return readFileSync(join(this.work, path), "utf8");
  }

  /** Runs one of the tools: `pip`, `twine`, `python` … */
  run(
    tool: string,
    options: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<ClientRun> {
    return this.#run(join(this.tools.bin, tool), options, environment);
  }

  /** Runs lines of a shell, with the tools on its PATH. The first that fails ends it. */
  shell(lines: string, environment: Readonly<Record<string, string>> = {}): Promise<ClientRun> {
    return this.#run("bash", ["--norc", "-euc", lines], environment);
  }

  async #run(
    program: string,
    options: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<ClientRun> {
    const { PATH = "", ...clean } = cleanEnvironment(this.home);
    const { exitCode, output } = await runProcess(program, options, {
      directory: this.work,
      environment: {
        ...clean,
        ...quiet,
        PATH: `${this.tools.bin}:${PATH}`,
        XDG_CACHE_HOME: join(this.home, ".cache"),
        XDG_CONFIG_HOME: join(this.home, ".config"),
        XDG_DATA_HOME: join(this.home, ".local/share"),
        ...environment,
      },
    });
    return { exitCode, text: plain(output) };
  }

  /** Files below the home that hold one of the texts, by their paths from there. */
  filesWith(secrets: readonly string[]): readonly string[] {
    return readdirSync(this.home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => {
        const contents = readFileSync(path);
        return secrets.some((secret) => contents.includes(secret));
      })
      .map((path) => path.slice(this.home.length + 1));
  }

  leave(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

const quiet = {
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  PIP_NO_INPUT: "1",
  PYTHONDONTWRITEBYTECODE: "1",
  COLUMNS: "1000",
  NO_COLOR: "1",
};

function plain(output: string): string {
  return output.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replace(/\s+/g, " ");
}
