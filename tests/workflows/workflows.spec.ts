import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { pythonTools } from "../../sandbox/python/pythonTools";
import { runProcess } from "../../sandbox/python/runProcess";
import { describeWorkflows } from "../examples/describeWorkflows";
import { environmentOf, readWorkflow } from "../examples/workflowFile";
import { projectDirectory } from "../support/deployments";

const folder = join(projectDirectory, ".github/workflows");
const files = ["preview.yml", "deploy.yml"] as const;
const text = (file: string) => readFileSync(join(folder, file), "utf8");

/** What each job may, which environment it names, and after which others it runs. */
function jobsOf(file: string) {
  const { jobs } = readWorkflow(join(folder, file));
  return Object.fromEntries(
    Object.entries(jobs).map(([name, job]) => [
      name,
      { ...job.permissions, in: environmentOf({ on: {}, jobs }, name), after: (job as { needs?: unknown }).needs },
    ]),
  );
}

describe("the workflows of this repository", () => {
  it("run on a pull request's own merge, on a push to the two branches, and on nothing else", () => {
    expect(readWorkflow(join(folder, "preview.yml")).on).to.deep.equal({ pull_request: null });
    expect(readWorkflow(join(folder, "deploy.yml")).on).to.deep.equal({ push: { branches: ["develop", "main"] } });
  });

  it("let a preview's job either run the pull request's code or write, and never identify itself as a deployment", () => {
    expect(readWorkflow(join(folder, "preview.yml")).permissions).to.deep.equal({});
    expect(jobsOf("preview.yml")).to.deep.equal({
      check: { contents: "read", in: undefined, after: undefined },
      plan: { contents: "read", "id-token": "write", in: "preview", after: undefined },
      describe: { contents: "read", in: undefined, after: "plan" },
      comment: { "pull-requests": "write", in: undefined, after: "describe" },
    });
    const { steps } = readWorkflow(join(folder, "preview.yml")).jobs.comment!;
    expect(steps.map(({ uses = "run" }) => uses.split("@")[0])).to.deep.equal(["actions/download-artifact", "run"]);
  });

  it("deploy each environment only after its plan and the checks, and prod only after staging", () => {
    const deploys = (environment: string, after: unknown) => ({
      ...{ contents: "read", "id-token": "write", in: environment, after },
    });

    expect(readWorkflow(join(folder, "deploy.yml")).permissions).to.deep.equal({});
    expect(jobsOf("deploy.yml")).to.deep.equal({
      check: { contents: "read", in: undefined, after: undefined },
      "plan-dev": deploys("preview", undefined),
      plan: deploys("preview", undefined),
      dev: deploys("dev", ["check", "plan-dev"]),
      staging: deploys("staging", ["check", "plan"]),
      prod: deploys("prod", "staging"),
    });
  });

  it("deploy each environment from its own branch, as the role of that environment, and verify it", () => {
    const { jobs } = readWorkflow(join(folder, "deploy.yml"));
    for (const stack of ["dev", "staging", "prod"]) {
      const { steps, ...job } = jobs[stack]!;
      const [role] = steps.flatMap((step) => step.with?.["role-to-assume"] ?? []);

      expect(job.if).to.equal(`github.ref == 'refs/heads/${stack === "dev" ? "develop" : "main"}'`);
      expect(role).to.equal(
        `arn:aws:iam::\${{ vars.AWS_ACCOUNT_${stack.toUpperCase()} }}:role/orb-integration-hub-${stack}-deploy`,
      );
      expect(steps.flatMap(({ run }) => run ?? [])).to.deep.equal([
        "npm ci",
        `pulumi up --stack ${stack} --yes --diff --non-interactive`,
        `npm run verify -- --stack ${stack}`,
      ]);
    }
  });

  it("never leave a deployment half-way: a run that is under way ends before the next begins", () => {
    expect(text("deploy.yml")).to.include(
      "concurrency:\n  group: deploy-${{ github.ref }}\n  cancel-in-progress: false\n",
    );
    expect(text("preview.yml")).to.include(
      "concurrency:\n  group: preview-${{ github.event.pull_request.number }}\n  cancel-in-progress: true\n",
    );
  });

  it("install the Pulumi CLI that the tests run", () => {
    const pinned = /pulumi\/pkg\/v3 v(\S+)/.exec(
      readFileSync(join(projectDirectory, "tools/pulumi-cli/go.mod"), "utf8"),
    );
    const installed = files.flatMap((file) => [...text(file).matchAll(/pulumi-version: (\S+)/g)].map(([, one]) => one));

    expect(installed).to.have.length(6);
    expect(new Set(installed)).to.deep.equal(new Set([pinned?.[1]]));
  });

  it("use other people's actions by their commit alone, each by the same one everywhere", () => {
    const used = files.flatMap((file) => [...text(file).matchAll(/uses: (.*)$/gm)].map(([, uses]) => uses!));

    expect(used.length).to.be.above(20);
    for (const uses of used) {
      expect(uses).to.match(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    expect(new Set(used).size).to.equal(new Set(used.map((uses) => uses.split("@")[0])).size);
  });

  it("read no variable and no secret that bootstrap/README.md does not tell how to set", () => {
    const readme = readFileSync(join(projectDirectory, "bootstrap/README.md"), "utf8");
    const read = files.flatMap((file) => text(file).match(/(?:vars|secrets)\.\w+/g) ?? []);
    const names = [...new Set(read.map((name) => name.split(".")[1]!))];

    expect(names).to.have.length(5);
    expect(names.filter((name) => !readme.includes(name))).to.deep.equal([]);
  });

  for (const file of files) {
    it(`end by themselves, keep no credentials, hold no expression in a script, and hide no failure: ${file}`, () => {
      const { defaults, jobs } = readWorkflow(join(folder, file));
      const steps = Object.values(jobs).flatMap((job) => job.steps);
      const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@") === true);

      expect(defaults).to.deep.equal({ run: { shell: "bash" } });
      for (const [name, job] of Object.entries(jobs)) {
        expect(job["timeout-minutes"], name).to.be.within(1, 30);
      }
      expect(checkouts.length).to.be.above(2);
      expect(checkouts.map((step) => String(step.with?.["persist-credentials"]))).to.deep.equal(
        checkouts.map(() => "false"),
      );
      expect(steps.filter(({ run }) => run?.includes("${{") === true)).to.deep.equal([]);
      expect(text(file)).not.to.match(/continue-on-error|GITHUB_ENV/);
      // The secret is Pulumi Cloud's alone, for a team that keeps its state there.
      expect(new Set(text(file).match(/secrets\.\w+/g))).to.deep.equal(new Set(["secrets.PULUMI_ACCESS_TOKEN"]));
    });
  }
});

describeWorkflows("the workflows of this repository, checked", ({ actionlint }) => {
  let directory: string;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "registry-workflows-"));
    cpSync(join(projectDirectory, ".github"), join(directory, ".github"), { recursive: true });
    await runProcess("git", ["init", "--quiet"], { directory });
  });

  after(() => {
    rmSync(directory, { recursive: true });
  });

  /** Checks the workflows once more with one text in the place of another. */
  async function changed<Result>(from: string, to: string, check: () => Promise<Result>): Promise<Result> {
    const file = join(directory, ".github/workflows/preview.yml");
    const whole = readFileSync(file, "utf8");
    expect(whole).to.include(from);
    writeFileSync(file, whole.replace(from, to));
    try {
      return await check();
    } finally {
      writeFileSync(file, whole);
    }
  }

  it("are clean to actionlint, which does find what is wrong", async () => {
    const lint = () => runProcess(actionlint, ["-no-color", "-shellcheck=", "-pyflakes="], { directory });

    expect(await lint()).to.deep.equal({ exitCode: 0, output: "" });
    const { exitCode, output } = await changed("steps.tables.outputs", "steps.table.outputs", lint);
    expect(exitCode).to.equal(1);
    expect(output).to.include('property "table" is not defined');
  });

  it("are clean to zizmor at its strictest, which does find what is wrong", async function () {
    this.timeout(600_000);
    const tools = await pythonTools(join(__dirname, "../github-actions/requirements.txt"), () => undefined);
    if ("missing" in tools) {
      throw new Error(`zizmor is installed by pip, and ${tools.missing}.`);
    }
    const audit = () =>
      runProcess(join(tools.bin, "zizmor"), ["--offline", "--persona", "auditor", "--no-progress", "."], { directory });
    const clean = await audit();

    expect(clean.output).to.include("No findings to report");
    expect(clean.exitCode).to.equal(0);
    const { exitCode, output } = await changed("on:\n  pull_request:", "on:\n  pull_request_target:", audit);
    expect(exitCode).not.to.equal(0);
    expect(output).to.include("dangerous-triggers");
  });
});
