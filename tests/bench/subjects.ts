import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readStackConfiguration } from "../../engine/stackFiles";
import type { Subject } from "./measure";

const project = resolve(__dirname, "../..");

/** The program with a stack of its own: all of these packages are one publisher's. */
export function programWith(packages: number): Subject {
  const { values, ...configuration } = readStackConfiguration(project, "dev");
  const names = Array.from({ length: packages }, (_, index) => `orb-package-${index + 1}`);
  return {
    name: `the program with ${packages} ${packages === 1 ? "package" : "packages"}`,
    run: {
      directory: project,
      configuration: {
        ...configuration,
        values: {
          ...values,
          "package-registry:packages": JSON.stringify(names),
          "package-registry:origins": JSON.stringify({ private: ["orb~"] }),
        },
      },
    },
  };
}

/** The program with the stack dev as it is shipped. */
export function shippedProgram(): Subject {
  return {
    name: "the program",
    run: { directory: project, configuration: readStackConfiguration(project, "dev") },
  };
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
    return await use({
      name: "a program that only imports Pulumi",
      run: { directory, configuration: { project: "bare", stack: "dev", values: {} } },
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
