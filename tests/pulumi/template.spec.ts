import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { deployWorkflow } from "../../bootstrap/settings";
import { runProcess } from "../../commands/python/runProcess";
import { projectDirectory } from "../support/deployments";
import { describePulumi } from "../support/describePulumi";
import { exampleDeployWorkflow, exampleFile, exampleProject, stackFiles } from "../support/exampleProject";

describePulumi("pulumi new, with this project as its template", (cli) => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "package-registry-template-"));
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("makes a project whose names npm run setup writes, and whose access rules hold", async () => {
    const [template, project] = [join(root, "template"), join(root, "project")];
    const isOurs = (path: string) => path !== deployWorkflow && !/^(?:bootstrap\/)?Pulumi\..*yaml$/.test(path);
    const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
      cwd: projectDirectory,
      encoding: "utf8",
    });
    for (const path of listed.split("\n").filter((name) => name !== "" && isOurs(name))) {
      mkdirSync(dirname(join(template, path)), { recursive: true });
      cpSync(join(projectDirectory, path), join(template, path));
    }
    for (const path of ["Pulumi.yaml", ...stackFiles, "bootstrap/Pulumi.yaml", "bootstrap/Pulumi.account.yaml"]) {
      cpSync(join(exampleProject, path), join(template, path));
    }
    writeFileSync(join(template, deployWorkflow), exampleDeployWorkflow());
    const environment = {
      PATH: cli.path,
      HOME: process.env.HOME ?? root,
      TMPDIR: root,
      PULUMI_HOME: join(root, "home"),
      PULUMI_BACKEND_URL: `file://${root}`,
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    const run = (directory: string, program: string, ...options: readonly string[]) =>
      runProcess(program, options, { directory, environment });

    const made = await run(
      root,
      "pulumi",
      "new",
      template,
      "--dir",
      project,
      "--yes",
      "--non-interactive",
      "--stack",
      "dev",
    );
    expect(made.exitCode, made.output).to.equal(0);
    // The CLI writes each value of Pulumi.yaml in its long form.
    expect(readFileSync(join(project, "Pulumi.yaml"), "utf8")).to.contain(
      "package-registry:customerId:\n    default: orb\n",
    );
    expect(exampleFile("Pulumi.yaml")).to.contain("package-registry:customerId: orb\n");

    const set = await run(
      ...([
        project,
        "npm",
        "run",
        "--silent",
        "setup",
        "--",
        "--yes",
        "--customer",
        "acme",
        "--project",
        "shop",
      ] as const),
      ...["--packages", "acme-core", "--repository", "acme/services", "--workflow", "release.yml"],
      ...["--ids", "acme/services=123:45", "--ids", "acme/package-registry=678:45"],
    );
    expect(set.exitCode, set.output).to.equal(0);
    const access = await run(project, "npm", "run", "--silent", "access", "--", "--stack", "dev");
    expect(access.exitCode, access.output).to.equal(0);
    expect(access.output).to.contain("acme-shop-dev-codeartifact-publisher").and.not.to.match(/orb/);
  });
});
