import { execFile } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { defaultStack } from "../../commands/defaultStack";
import { deploy } from "../../sandbox/pulumi/deployment";
import { runCommand } from "./commands/processes";
import { RunningSandbox } from "./commands/runningSandbox";
import { projectDirectory } from "./deployments";
import { exampleDeployWorkflow, exampleProject } from "./exampleProject";

describe("a test", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "package-registry-guard-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function errorOf(use: () => unknown): Promise<string> {
    try {
      await use();
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  }

  const uses: readonly (readonly [string, (project: string) => unknown])[] = [
    ["read them", (project) => readFileSync(join(project, "Pulumi.yaml"))],
    [
      "copy one",
      (project) => {
        copyFileSync(join(project, "bootstrap/Pulumi.yaml"), join(folder, "copy"));
      },
    ],
    [
      "copy their folder",
      (project) => {
        cpSync(join(project, "bootstrap"), join(folder, "copy"), { recursive: true });
      },
    ],
    [
      "link their folder",
      (project) => {
        symlinkSync(join(project, "bootstrap"), join(folder, "link"));
      },
    ],
    ["deploy a stack of them", (directory) => deploy({ directory, stack: defaultStack(directory) })],
    [
      "run a command on them",
      async (directory) => {
        const { exitCode, stderr } = await runCommand("access", [], { directory });
        if (exitCode !== 0) {
          throw new Error(stderr);
        }
      },
    ],
    [
      "run a script on them",
      (project) => {
        const script = `require("node:fs").readFileSync(${JSON.stringify(join(project, "Pulumi.yaml"))})`;
        return promisify(execFile)(process.execPath, ["-e", script]);
      },
    ],
    ["serve a sandbox of them", async (directory) => (await RunningSandbox.start(["--offline"], directory)).end()],
  ];
  for (const [what, use] of uses) {
    it(`cannot ${what} where they are the team's at the root, and can where they are the example's`, async () => {
      expect(await errorOf(() => use(projectDirectory))).to.include(" belongs to the team that uses this project. ");
      expect(await errorOf(() => use(exampleProject))).to.equal("");
    });
  }

  it("cannot read deploy.yml, whose branches are the team's, and can take it with the example's", async () => {
    const read = () => readFileSync(join(projectDirectory, ".github/workflows/deploy.yml"));

    expect(await errorOf(read)).to.include("deploy.yml belongs to the team that uses this project. ");
    expect(exampleDeployWorkflow()).to.include("\n    branches: [develop, main]\n");
  });

  it("can copy the programs beside them", () => {
    const isProgram = (path: string) => !path.endsWith(".yaml");
    cpSync(join(projectDirectory, "bootstrap"), join(folder, "copy"), { recursive: true, filter: isProgram });

    expect(readFileSync(join(folder, "copy/index.ts"), "utf8")).to.equal(
      readFileSync(join(projectDirectory, "bootstrap/index.ts"), "utf8"),
    );
  });
});
