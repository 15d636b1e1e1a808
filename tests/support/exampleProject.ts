import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { deployWorkflow } from "../../bootstrap/settings";

const root = resolve(__dirname, "../..");

/**
 * A folder with the stack files of one team and this project's programs. Tests and the tables of the documents use it. The stack files at the
 * root belong to the team that uses this project, so no test depends on their values.
 */
export const exampleProject = resolve(__dirname, "../fixtures/orb");

/** The text of one of its files, by its path from the folder: `bootstrap/Pulumi.account.yaml`. */
export function exampleFile(path: string): string {
  return readFileSync(join(exampleProject, path), "utf8");
}

/** deploy.yml with the example's branches: setup writes a team's own into it. */
export function exampleDeployWorkflow(): string {
  const text = readFileSync(join(root, deployWorkflow), "utf8");
  if (!branches.test(text)) {
    throw new Error(`${deployWorkflow} names no branches where setup writes them.`);
  }
  return text.replace(branches, "    branches: [develop, main]");
}

const branches = /^ {4}branches: \[.*\]$/m;

/** The file of each stack. */
export const stackFiles: readonly string[] = readdirSync(exampleProject).filter((file) =>
  /^Pulumi\..+\.yaml$/.test(file),
);

/** Makes an empty folder a clone of this project, without bootstrap, whose team has the example's stack files. */
export function cloneInto(folder: string): void {
  for (const entry of readdirSync(root)) {
    if (!entry.startsWith(".") && !entry.startsWith("Pulumi.") && entry !== "bootstrap") {
      symlinkSync(join(root, entry), join(folder, entry));
    }
  }
  // The Pulumi CLI writes into stack files.
  for (const file of ["Pulumi.yaml", ...stackFiles]) {
    writeFileSync(join(folder, file), exampleFile(file));
  }
}
