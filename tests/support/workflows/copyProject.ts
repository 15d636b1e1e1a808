import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { deployWorkflow } from "../../../bootstrap/settings";
import { projectDirectory } from "../deployments";
import { exampleDeployWorkflow, exampleFile } from "../exampleProject";

/** What the programs, their commands and their installation are made of. */
const entries = [
  ...["index.ts", "package.json", "tsconfig.json", ".nvmrc"],
  ...["bootstrap", "commands", "components", "github", "iam", "naming", "sandbox", "settings", "tools"],
  ".github/workflows",
];

/** Copies this project, with the example team's Pulumi.yaml, files of bootstrap and branches, and without a stack file. */
export function copyProject(tree: string): void {
  mkdirSync(tree, { recursive: true });
  for (const entry of entries) {
    const filter = (path: string) => !/^(?:Pulumi(?:\..+)?\.yaml|deploy\.yml)$/.test(basename(path));
    cpSync(join(projectDirectory, entry), join(tree, entry), { recursive: true, filter });
  }
  for (const file of ["Pulumi.yaml", "bootstrap/Pulumi.yaml", "bootstrap/Pulumi.account.yaml"]) {
    writeFileSync(join(tree, file), exampleFile(file));
  }
  writeFileSync(join(tree, deployWorkflow), exampleDeployWorkflow());
}
