import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { EngineError } from "../../sandbox/pulumi/engineError";
import { readStackConfiguration } from "../../sandbox/pulumi/stackFiles";
import { type RunOptions, runProgram } from "../support/monitor";
import { exampleProject } from "../support/exampleProject";
import type { Subject } from "./measure";

const project = resolve(__dirname, "../..");

/** The program with a stack of its own: all of these packages are one publisher's. */
export function programWith(packages: number): Subject {
  const { values, ...configuration } = readStackConfiguration(exampleProject, "dev");
  const names = Array.from({ length: packages }, (_, index) => `orb-package-${index + 1}`);
  return subject(`the program with ${packages} ${packages === 1 ? "package" : "packages"}`, {
    directory: project,
    configuration: {
      ...configuration,
      values: {
        ...values,
        "package-registry:packages": JSON.stringify(names),
        "package-registry:origins": JSON.stringify({ private: ["orb~"] }),
      },
    },
  });
}

/** The program with the stack dev of the example project. */
export function shippedProgram(): Subject {
  return subject("the program", { directory: project, configuration: readStackConfiguration(exampleProject, "dev") });
}

/** Gives a program that does nothing but import Pulumi, with this project's own dependencies and compiler settings. */
export async function withBareProgram<Result>(use: (bare: Subject) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), "package-registry-bench-"));
  try {
    writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "bare", private: true, main: "index.ts" }));
    writeFileSync(
      join(directory, "index.ts"),
      'import * as pulumi from "@pulumi/pulumi";\n\nexport const stack = pulumi.getStack();\n',
    );
    for (const file of ["tsconfig.json", "tsconfig.pulumi.json"]) {
      copyFileSync(join(project, file), join(directory, file));
    }
    symlinkSync(join(project, "node_modules"), join(directory, "node_modules"), "junction");
    const configuration = { project: "bare", stack: "dev", values: {} };
    return await use(subject("a program that only imports Pulumi", { directory, configuration }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A program that is run as the CLI's language host runs it. */
function subject(name: string, run: RunOptions): Subject {
  return {
    name,
    time: async () => {
      const { exitCode, milliseconds, messages, stderr } = await runProgram(run);
      if (exitCode !== 0) {
        const reasons = messages.filter(({ severity }) => severity === "error").map(({ text }) => text);
        throw new EngineError(
          [`${name} ended with exit code ${String(exitCode)}.`, ...reasons, stderr].join("\n").trimEnd(),
        );
      }
      return milliseconds;
    },
  };
}
