import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { projectDirectory } from "../deployments";
import { exampleProject } from "../exampleProject";

/** Writes a copy of the example project in which one stack has other readers. @returns the folder */
export function projectWithReaders(folder: string, stack: string, readers: readonly object[]): string {
  cpSync(exampleProject, folder, { recursive: true });
  symlinkSync(join(projectDirectory, "node_modules"), join(folder, "node_modules"));
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const { config } = parse(readFileSync(file, "utf8")) as { readonly config: object };
  writeFileSync(file, stringify({ config: { ...config, "package-registry:readers": readers } }));
  return folder;
}
