import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import type { SandboxAccount } from "../../sandbox/account";
import { deploy, type Deployment } from "../../sandbox/pulumi/deployment";
import { exampleFile, stackFiles } from "./exampleProject";

/** The folder of the project under test. */
export const projectDirectory = resolve(__dirname, "../..");

/** What a folder for the engine holds. */
export interface Folder {
  /** Text of Pulumi.yaml. @default the example project's */
  readonly project?: string;
  /** Texts of the stack files, by stack. @default the example project's three */
  readonly stacks?: Readonly<Record<string, string>>;
  /** CommonJS text of the program, which finds Pulumi as `pulumi`. @default the project's index.ts itself */
  readonly program?: string;
}

/** Makes a folder as the engine reads one, and removes it after use. */
export async function inFolder<Result>(
  { project, stacks, program }: Folder,
  use: (directory: string) => Result | Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), "package-registry-"));
  try {
    const main = program === undefined ? join(projectDirectory, "index.ts") : "./program.js";
    writeFileSync(join(directory, "package.json"), JSON.stringify({ main }));
    if (program !== undefined) {
      const pulumi = JSON.stringify(require.resolve("@pulumi/pulumi"));
      writeFileSync(join(directory, "program.js"), `const pulumi = require(${pulumi});\n${program}`);
    }
    writeFileSync(join(directory, "Pulumi.yaml"), project ?? exampleFile("Pulumi.yaml"));
    for (const [stack, text] of Object.entries(stacks ?? {})) {
      writeFileSync(join(directory, `Pulumi.${stack}.yaml`), text);
    }
    if (stacks === undefined) {
      for (const file of stackFiles) {
        writeFileSync(join(directory, file), exampleFile(file));
      }
    }
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The text of one of the project's files. */
export function shipped(file: string): string {
  return readFileSync(join(projectDirectory, file), "utf8");
}

/** What a deployment differs in from a stack of the example project. */
export interface Changes {
  /** @default dev */
  readonly stack?: string;
  /** Settings by their bare names, or by their whole ones (`aws:region`); undefined takes a line away. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** @default an account that an administrator has prepared */
  readonly account?: SandboxAccount;
  /** @default the project's index.ts itself */
  readonly program?: string;
}

/** Deploys a stack of the example project with changes, by the project's unmodified program unless another one is given. */
export function deployChanged({ stack = "dev", settings = {}, account, program }: Changes): Promise<Deployment> {
  const file = parse(exampleFile(`Pulumi.${stack}.yaml`)) as { config: Record<string, unknown> };
  for (const [key, value] of Object.entries(settings)) {
    file.config[key.includes(":") ? key : `package-registry:${key}`] = value;
  }
  return inFolder({ stacks: { [stack]: stringify(file) }, program }, (directory) =>
    deploy({ directory, stack, account }),
  );
}
