import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { pythonTools } from "../../commands/python/pythonTools";
import { runProcess } from "../../commands/python/runProcess";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { environmentOf, readWorkflow } from "../support/examples/workflowFile";
import { projectDirectory } from "../support/deployments";

const folder = join(projectDirectory, ".github/workflows");
const files = ["ci.yml", "preview.yml", "deploy.yml", "verify.yml", "smoke.yml", "conformance.yml"] as const;
/** Those that neither deploy nor compare: they have no secret and no identity. */
const withoutIdentity: readonly string[] = ["ci.yml", "conformance.yml"];
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
  it("run on a pull request's own merge, on a push to branches that are named, every night or week, or by hand, and on nothing else", () => {
    expect(readWorkflow(join(folder, "preview.yml")).on).to.deep.equal({ pull_request: null });
    // Which branches is the team's own; teamFiles.spec.ts compares them with bootstrap's.
    const { push, ...others } = readWorkflow(join(folder, "deploy.yml")).on as { push: { branches: string[] } };
    expect([Object.keys(push), others]).to.deep.equal([["branches"], {}]);
    expect(push.branches.filter((branch) => /[*?+[\]!]/.test(branch))).to.deep.equal([]);
    expect(readWorkflow(join(folder, "ci.yml")).on).to.deep.equal({ pull_request: null, push: { branches: ["main"] } });
    expect(readWorkflow(join(folder, "verify.yml")).on).to.deep.equal({
      schedule: [{ cron: "23 3 * * *" }],
      workflow_dispatch: null,
    });
    const { workflow_dispatch: byHand, ...rest } = readWorkflow(join(folder, "smoke.yml")).on as unknown as {
      workflow_dispatch: { inputs: Record<string, unknown> };
    };
    expect([Object.keys(byHand.inputs), rest]).to.deep.equal([["stack"], {}]);
    expect(readWorkflow(join(folder, "conformance.yml")).on).to.deep.equal({
      pull_request: {
        paths: ["package.json", "sandbox/**", "tests/conformance/**", ".github/workflows/conformance.yml"],
      },
      schedule: [{ cron: "41 4 * * 1" }],
      workflow_dispatch: null,
    });
  });

  it("let a preview's job either run the pull request's code or write, and never identify itself as a deployment", () => {
    expect(readWorkflow(join(folder, "preview.yml")).permissions).to.deep.equal({});
    expect(jobsOf("preview.yml")).to.deep.equal({
      check: { contents: "read", in: undefined, after: undefined },
      stacks: { contents: "read", in: undefined, after: undefined },
      plan: { contents: "read", "id-token": "write", in: "preview", after: "stacks" },
      documents: { contents: "read", in: undefined, after: undefined },
      describe: { contents: "read", in: undefined, after: ["documents", "plan"] },
      comment: { "pull-requests": "write", in: undefined, after: "describe" },
    });
    const { steps } = readWorkflow(join(folder, "preview.yml")).jobs.comment!;
    expect(steps.map(({ uses = "run" }) => uses.split("@")[0])).to.deep.equal(["run"]);
  });

  it("describe a change by the base branch's code, from data that the change's code wrote in a job without a secret", () => {
    const { documents, describe: describing } = readWorkflow(join(folder, "preview.yml")).jobs;
    const checkouts = describing!.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@") === true);
    const scripts = describing!.steps.filter(({ run }) => /npm|node/.test(run ?? ""));

    expect(checkouts.map(({ with: { path, ref } = {} }) => [path, ref])).to.deep.equal([
      ["base", "${{ github.event.pull_request.base.sha }}"],
      ["change", undefined],
    ]);
    expect(scripts.map((step) => step["working-directory"])).to.deep.equal(["base"]);
    expect(describing!.steps.map(({ run = "" }) => run.replaceAll("--change ../change", "")).join()).not.to.include(
      "../change",
    );
    expect(JSON.stringify([documents, describing])).not.to.match(/secrets\.|vars\.|github\.token|GITHUB_TOKEN/);
  });

  it("let the nightly job that identifies itself write nothing, and the one that writes run nothing but gh", () => {
    expect(readWorkflow(join(folder, "verify.yml")).permissions).to.deep.equal({});
    expect(jobsOf("verify.yml")).to.deep.equal({
      stacks: { contents: "read", in: undefined, after: undefined },
      verify: { actions: "read", contents: "read", "id-token": "write", in: "preview", after: "stacks" },
      issue: { issues: "write", in: undefined, after: ["stacks", "verify"] },
    });
    const { steps } = readWorkflow(join(folder, "verify.yml")).jobs.issue!;
    expect(steps.map(({ uses = "run" }) => uses.split("@")[0])).to.deep.equal(["actions/download-artifact", "run"]);
  });

  for (const [file, job, listed] of [
    ["deploy.yml", "plan", '--list --ref "$GITHUB_REF"'],
    ["deploy.yml", "deploy", '--list --ref "$GITHUB_REF"'],
    ["preview.yml", "plan", "--list"],
    ["verify.yml", "verify", "--list"],
  ] as const) {
    it(`take the stacks and their refs from bootstrap's files, in a job without an identity: ${job} of ${file}`, () => {
      const { stacks, ...jobs } = readWorkflow(join(folder, file)).jobs;
      const { strategy, env } = jobs[job] as unknown as {
        readonly strategy: { readonly matrix: unknown };
        readonly env: unknown;
      };

      expect(stacks?.steps.at(-1)?.run).to.equal(
        `npm run --silent deployment -- ${listed} --format github-output >> "$GITHUB_OUTPUT"`,
      );
      expect(strategy.matrix).to.deep.equal({
        include: "${{ fromJSON(needs.stacks.result == 'success' && needs.stacks.outputs.stacks || '[]') }}",
      });
      expect(env ?? jobs[job]?.steps.find(({ env: own }) => own?.STACK !== undefined)?.env).to.deep.include({
        STACK: "${{ matrix.stack }}",
      });
      // No name of a team's stack or branch is in a workflow, but for the branches whose pushes deploy.
      expect(text(file).replace(/^ {4}branches: .*$/m, "")).not.to.match(/(?<!\/)\b(?:dev|staging|prod)\b|refs\/heads/);
    });
  }

  it("ask for every role in the smoke test with the preview's environment, and write nothing", () => {
    expect(readWorkflow(join(folder, "smoke.yml")).permissions).to.deep.equal({});
    expect(jobsOf("smoke.yml")).to.deep.equal({
      roles: { contents: "read", "id-token": "write", in: "preview", after: undefined },
    });
    const { steps } = readWorkflow(join(folder, "smoke.yml")).jobs.roles!;
    expect(steps.at(-1)?.run).to.equal('npm run --silent smoke -- --stack "$STACK" --job');
    expect(text("smoke.yml").replace(/ {10}role-to-assume.*\n/, "")).not.to.match(
      /(?<!\/)\b(?:dev|staging|prod)\b|refs\/heads/,
    );
  });

  it("verify each stack at night by the files of the branch that it is deployed from", () => {
    const { steps } = readWorkflow(join(folder, "verify.yml")).jobs.verify!;
    expect(steps[0]!.with?.ref).to.equal("${{ matrix.ref }}");
  });

  it("deploy each stack only after its plan and the checks, one after the other, and none after one that failed", () => {
    const { strategy } = readWorkflow(join(folder, "deploy.yml")).jobs.deploy as unknown as {
      readonly strategy: Readonly<Record<string, unknown>>;
    };

    expect(readWorkflow(join(folder, "deploy.yml")).permissions).to.deep.equal({});
    expect(jobsOf("deploy.yml")).to.deep.equal({
      check: { contents: "read", in: undefined, after: undefined },
      stacks: { contents: "read", in: undefined, after: undefined },
      plan: { contents: "read", "id-token": "write", in: "preview", after: "stacks" },
      deploy: {
        contents: "read",
        "id-token": "write",
        in: "${{ matrix.stack }}",
        after: ["stacks", "check", "plan"],
      },
    });
    // GitHub ends the jobs of a matrix that wait when one fails.
    // Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategyfail-fast
    expect(strategy).to.deep.include({ "max-parallel": 1, "fail-fast": true });
  });

  it("deploy each stack as the role of its environment, and verify it before and after", () => {
    const { steps } = readWorkflow(join(folder, "deploy.yml")).jobs.deploy!;
    const [role] = steps.flatMap((step) => step.with?.["role-to-assume"] ?? []);

    expect(role).to.equal("${{ steps.deployment.outputs.deploy-role }}");
    expect(steps.flatMap(({ run }) => run ?? [])).to.deep.equal([
      "npm ci",
      'npm run --silent deployment -- --stack "$STACK" --format github-output >> "$GITHUB_OUTPUT"',
      'sh tools/pulumi/install.sh >> "$GITHUB_PATH"',
      'npm run verify -- --stack "$STACK" --boundaries',
      'pulumi up --stack "$STACK" --yes --diff --non-interactive',
      'npm run verify -- --stack "$STACK"',
    ]);
  });

  for (const file of files.filter((name) => !withoutIdentity.includes(name))) {
    it(`know role, region and backend from the checked-out files, before a job identifies itself: ${file}`, () => {
      const jobs = Object.values(readWorkflow(join(folder, file)).jobs).filter(
        ({ permissions }) => permissions?.["id-token"] === "write",
      );

      expect(jobs.length).to.be.above(0);
      for (const { steps } of jobs) {
        const at = (matches: (step: (typeof steps)[number]) => boolean) => steps.findIndex(matches);
        const credentials = at(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@") === true);
        const deployment = at(({ run }) => run?.startsWith("npm run --silent deployment -- ") === true);
        const installation = at(({ run }) => run?.startsWith("sh tools/pulumi/install.sh ") === true);
        const pulumi = at(({ run }) => /\bpulumi (?:up|preview) /.test(run ?? ""));

        const role = steps[pulumi]?.run?.startsWith("pulumi up ") === true ? "deploy" : "preview";

        expect(steps[credentials]?.with).to.deep.equal({
          "role-to-assume": `\${{ steps.deployment.outputs.${role}-role }}`,
          "aws-region": "${{ steps.deployment.outputs.region }}",
        });
        expect(deployment).to.be.within(0, credentials - 1);
        expect(steps.slice(0, credentials).some(({ run }) => run?.includes("secrets.") === true)).to.equal(false);
        if (pulumi >= 0) {
          expect(installation).to.be.within(0, credentials - 1);
          expect((steps[pulumi] as { env?: Record<string, string> }).env?.PULUMI_BACKEND_URL).to.equal(
            "${{ steps.deployment.outputs.backend }}",
          );
        }
      }
    });
  }

  it("let Pulumi download no plugin by itself", () => {
    for (const file of ["preview.yml", "deploy.yml"]) {
      expect(readWorkflow(join(folder, file)).env).to.deep.equal({
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      });
      expect(text(file).match(/PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION/g)).to.have.length(1);
    }
    expect(text("verify.yml")).not.to.match(/\bpulumi (?:up|preview) /);
  });

  it("never leave a deployment half-way: a run that is under way ends before the next begins", () => {
    expect(text("deploy.yml")).to.include(
      "concurrency:\n  group: deploy-${{ github.ref }}\n  cancel-in-progress: false\n",
    );
    expect(text("preview.yml")).to.include(
      "concurrency:\n  group: preview-${{ github.event.pull_request.number }}\n  cancel-in-progress: true\n",
    );
  });

  it("run on the Node of .nvmrc, and test a pull request on the oldest that package.json allows as well", () => {
    const { engines } = JSON.parse(readFileSync(join(projectDirectory, "package.json"), "utf8")) as {
      readonly engines: { readonly node: string };
    };
    const versions = files.flatMap((file) => [...text(file).matchAll(/node-version: (.*)$/gm)].map(([, one]) => one));
    const { strategy } = readWorkflow(join(folder, "ci.yml")).jobs.test as unknown as {
      readonly strategy: { readonly matrix: unknown };
    };

    expect(versions).to.deep.equal(["${{ matrix.node }}"]);
    expect(strategy.matrix).to.deep.equal({ node: ["", engines.node.replace(">=", "")] });
    expect(readFileSync(join(projectDirectory, ".nvmrc"), "utf8")).to.equal("24\n");
  });

  for (const file of ["preview.yml", "deploy.yml"]) {
    it(`check types, the access of every stack and the reach of every role, and end where one is not as meant: ${file}`, () => {
      const steps = readWorkflow(join(folder, file)).jobs.check!.steps.flatMap(({ run }) => run ?? []);
      expect(steps.slice(0, 2)).to.deep.equal(["npm ci", "npm run typecheck"]);
      expect(steps).to.have.length(3);

      const place = mkdtempSync(join(tmpdir(), "registry-check-"));
      try {
        writeFileSync(join(place, "npm"), '#!/bin/sh\necho "$@"\n! [ "$*" = "$WRONG" ]\n', { mode: 0o755 });
        for (const stack of ["blue", "prod"]) {
          writeFileSync(join(place, `Pulumi.${stack}.yaml`), "");
        }
        // As GitHub calls it. Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#defaultsrunshell
        const run = (wrong: string) =>
          spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", steps[2]!], {
            cwd: place,
            encoding: "utf8",
            env: { PATH: `${place}:${process.env.PATH ?? ""}`, WRONG: wrong },
          });
        const calls = ["run access -- --stack blue", "run access -- --stack prod", "run reach"];
        expect([run("").status, run("").stdout.trim().split("\n")]).to.deep.equal([0, calls]);
        expect(calls.map((call) => run(call).status)).to.deep.equal([1, 1, 1]);
      } finally {
        rmSync(place, { recursive: true });
      }
    });
  }

  it("run the whole suite of tests in ci.yml, which no deployment waits for", () => {
    const { steps } = readWorkflow(join(folder, "ci.yml")).jobs.test!;
    expect(steps.flatMap(({ run }) => run ?? [])).to.deep.equal(["bash .ci/run"]);
    expect(["deploy.yml", "preview.yml"].filter((file) => /npm test|\.ci\/run/.test(text(file)))).to.deep.equal([]);
  });

  it("deploy with Pulumi's own plugins into the sandbox in conformance.yml, with the pinned CLI and without an identity", () => {
    const { steps } = readWorkflow(join(folder, "conformance.yml")).jobs.plugins!;

    expect(readWorkflow(join(folder, "conformance.yml")).permissions).to.deep.equal({});
    expect(jobsOf("conformance.yml")).to.deep.equal({
      plugins: { contents: "read", in: undefined, after: undefined },
    });
    expect(steps.flatMap(({ run }) => run ?? [])).to.deep.equal([
      "npm ci",
      'sh tools/build.sh pulumi-cli >> "$GITHUB_PATH"',
      "npm run conformance",
    ]);
  });

  it("use other people's actions by their commit alone, each by the same one everywhere", () => {
    const used = files.flatMap((file) => [...text(file).matchAll(/uses: (.*)$/gm)].map(([, uses]) => uses!));

    expect(used.length).to.be.above(20);
    for (const uses of used) {
      expect(uses).to.match(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    expect(new Set(used).size).to.equal(new Set(used.map((uses) => uses.split("@")[0])).size);
  });

  it("read one variable, which is a switch, and two secrets, and bootstrap/README.md tells how to set each", () => {
    const readme = readFileSync(join(projectDirectory, "bootstrap/README.md"), "utf8");
    const read = files.flatMap((file) => text(file).match(/(?:vars|secrets)\.\w+/g) ?? []);
    const names = [...new Set(read.map((name) => name.split(".")[1]!))];

    expect(names.sort()).to.deep.equal(["DEPLOY_REGISTRY", "PULUMI_ACCESS_TOKEN", "VERIFY_GITHUB_TOKEN"]);
    expect(files.flatMap((file) => text(file).match(/.{4}\bvars\.\w+.{0,10}/g) ?? []).join("\n")).to.match(
      /^(?:.{4}vars\.DEPLOY_REGISTRY == 'true'\n?)+$/,
    );
    expect(names.filter((name) => !readme.includes(name))).to.deep.equal([]);
  });

  for (const file of files) {
    it(`end by themselves, keep no credentials, hold no expression in a script, and hide no failure: ${file}`, () => {
      const { defaults, jobs } = readWorkflow(join(folder, file));
      const steps = Object.values(jobs).flatMap((job) => job.steps);
      const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@") === true);

      expect(defaults).to.deep.equal({ run: { shell: "bash" } });
      for (const [name, job] of Object.entries(jobs)) {
        expect(job["timeout-minutes"], name).to.be.within(1, file === "ci.yml" ? 90 : 30);
      }
      expect(checkouts.length).to.be.above(0);
      expect(checkouts.map((step) => String(step.with?.["persist-credentials"]))).to.deep.equal(
        checkouts.map(() => "false"),
      );
      expect(steps.filter(({ run }) => run?.includes("${{") === true)).to.deep.equal([]);
      expect(text(file)).not.to.match(/continue-on-error|GITHUB_ENV/);
      // Pulumi Cloud's, for a team that keeps its state there, and one to read other repositories with.
      const secret = file === "verify.yml" ? "secrets.VERIFY_GITHUB_TOKEN" : "secrets.PULUMI_ACCESS_TOKEN";
      expect([...new Set(text(file).match(/secrets\.\w+/g) ?? [])]).to.deep.equal(
        withoutIdentity.includes(file) || file === "smoke.yml" ? [] : [secret],
      );
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
    const { exitCode, output } = await changed("steps.judge.outputs", "steps.jugde.outputs", lint);
    expect(exitCode).to.equal(1);
    expect(output).to.include('property "jugde" is not defined');
  });

  it("are clean to zizmor at its strictest, which does find what is wrong", async () => {
    const tools = await pythonTools(join(__dirname, "../support/github-actions/requirements.txt"), () => undefined);
    if ("missing" in tools) {
      throw new Error(`zizmor is installed by pip, and ${tools.missing}.`);
    }
    const options = ["--offline", "--persona", "auditor", "--no-progress"];
    const audit = () => runProcess(join(tools.bin, "zizmor"), [...options, "."], { directory });
    const clean = await audit();

    expect(clean.output).to.include("No findings to report");
    expect(clean.exitCode).to.equal(0);
    // Where the files are, by the settings beside them.
    const examples = "examples/integration-hub/.github";
    const inPlace = await runProcess(join(tools.bin, "zizmor"), [...options, ".github", examples], {
      directory: projectDirectory,
    });
    expect(inPlace.output).to.include("No findings to report");
    const { exitCode, output } = await changed("on:\n  pull_request:", "on:\n  pull_request_target:", audit);
    expect(exitCode).not.to.equal(0);
    expect(output).to.include("dangerous-triggers");
  });
});
