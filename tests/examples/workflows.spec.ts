import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { pythonTools } from "../../commands/python/pythonTools";
import { runProcess } from "../../commands/python/runProcess";
import { projectDirectory } from "../support/deployments";
import { exampleFile } from "../support/exampleProject";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { environments } from "../support/examples/registries";
import { TeamRepository } from "../support/examples/teamRepository";
import { environmentOf, readWorkflow, type WorkflowFile, type WorkflowStep } from "../support/examples/workflowFile";

const folder = join(projectDirectory, "examples/integration-hub/.github/workflows");
const files = ["deploy-packages.yml", "deploy-lambda-layers.yml"] as const;
const workflows = Object.fromEntries(files.map((file) => [file, readWorkflow(join(folder, file))]));

/** Jobs that use one of the actions that become a role. */
function assumingJobs(workflow: WorkflowFile) {
  return Object.entries(workflow.jobs).flatMap(([name, job]) =>
    job.steps
      .filter(({ uses }) => uses?.startsWith("./.github/actions/") === true)
      .map((step) => ({ name, job, inputs: step.with ?? {} })),
  );
}

describe("the workflows of the integration hub", () => {
  for (const stack of environments) {
    it(`are the jobs that the stack ${stack} lets in, with its packages and its names`, () => {
      const { config } = parse(exampleFile(`Pulumi.${stack}.yaml`)) as { config: Record<string, unknown> };
      interface Job {
        readonly environment: string;
        readonly ref: string;
        readonly workflow: string;
        readonly name?: string;
      }
      const publishers = config["package-registry:publishers"] as readonly Job[];
      const readers = config["package-registry:readers"] as readonly Job[];
      const domain = `orb-integration-hub-${stack}`;
      const region = config["aws:region"];
      const role = (kind: string) => `arn:aws:iam::\${{ vars.AWS_ACCOUNT_ID }}:role/${domain}-codeartifact-${kind}`;
      const here = files.flatMap((file) =>
        assumingJobs(workflows[file]!)
          .filter(({ job }) => job.environment === stack)
          .map(({ job, inputs }) => ({
            workflow: `.github/workflows/${file}`,
            ref: /github\.ref == '([^']+)'/.exec(job.if ?? "")?.[1],
            domain: inputs.domain,
            role: inputs["role-to-assume"],
            region: inputs["aws-region"],
          })),
      );
      const publishing = Object.values(workflows["deploy-packages.yml"]!.jobs)
        .filter(({ environment }) => environment === stack)
        .flatMap(({ steps }) => steps.filter(({ uses }) => uses === "./.github/actions/publish-python"));

      const [publisher, reader] = [publishers[0]!, readers.find(({ name }) => name === "lambda-layers")!];
      expect([publisher.environment, reader.environment]).to.deep.equal([stack, stack]);
      expect(here).to.deep.equal([
        { workflow: publisher.workflow, ref: publisher.ref, domain, role: role("publisher"), region },
        { workflow: reader.workflow, ref: reader.ref, domain, role: role("reader-lambda-layers"), region },
      ]);
      expect(publishing.map((step) => [step.with?.["signer-workflow"], step.with?.["source-ref"]])).to.deep.equal([
        [publisher.workflow, publisher.ref].map((value) => `\${{ env.ATTESTED_BY && '${value}' }}`),
      ]);
      expect(workflows["deploy-packages.yml"]?.env?.PACKAGES?.split(" ")).to.deep.equal(
        config["package-registry:packages"],
      );
    });
  }

  for (const file of files) {
    it(`give each job what it needs and no more: ${file}`, () => {
      const workflow = workflows[file]!;
      const permissions = Object.fromEntries(
        Object.entries(workflow.jobs).map(([name, job]) => [name, JSON.stringify(job.permissions)]),
      );
      const reading = '{"contents":"read"}';
      const assuming = '{"contents":"read","id-token":"write"}';
      const publishing = '{"contents":"read","id-token":"write","attestations":"read"}';

      expect(workflow.permissions).to.deep.equal({});
      expect(permissions).to.deep.equal(
        file === "deploy-packages.yml"
          ? {
              releases: reading,
              dependencies: reading,
              test: reading,
              build: reading,
              attest: '{"contents":"read","id-token":"write","attestations":"write"}',
              "publish-dev": publishing,
              "publish-staging": publishing,
              "publish-prod": publishing,
              tag: '{"contents":"write"}',
            }
          : { builds: reading, "build-dev": assuming, "build-staging": assuming, "build-prod": assuming },
      );
      for (const { name } of assumingJobs(workflow)) {
        expect(environmentOf(workflow, name), name).to.be.oneOf(environments);
      }
    });

    it(`end by themselves, fail in the middle of a pipe, hide no failure, and never run on pull_request_target: ${file}`, () => {
      const workflow = workflows[file]!;

      for (const [name, job] of Object.entries(workflow.jobs)) {
        expect(job["timeout-minutes"], name).to.be.within(1, 15);
      }
      expect(workflow.defaults).to.deep.equal({ run: { shell: "bash" } });
      expect(Object.keys(workflow.on)).to.not.include("pull_request_target");
      expect(readFileSync(join(folder, file), "utf8")).to.not.match(/\|\| true|continue-on-error|GITHUB_ENV|secrets\./);
    });
  }

  it("use actions whose steps take no start file, library or endpoint from an earlier step", () => {
    const actions = join(projectDirectory, ".github/actions");
    for (const name of readdirSync(actions)) {
      const { runs } = parse(readFileSync(join(actions, name, "action.yml"), "utf8")) as {
        readonly runs: { readonly steps: readonly (WorkflowStep & { readonly env: Record<string, string> })[] };
      };
      const scripts = runs.steps.filter(({ run }) => run !== undefined);
      const others = runs.steps.filter(({ uses }) => uses !== undefined);

      expect([scripts.length, others.length], name).to.deep.equal([name === "publish-python" ? 2 : 1, 1]);
      for (const { run, env } of scripts) {
        expect(run).to.match(
          /^\/bin\/bash -p "\$GITHUB_ACTION_PATH\/(\.\.\/codeartifact-login\/)?isolated\.sh" "\$GITHUB_A/,
        );
        expect([env.BASH_ENV, env.LD_PRELOAD]).to.deep.equal(["", ""]);
      }
      expect(others[0]?.env).to.deep.equal({
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
        AWS_ENDPOINT_URL: "",
        AWS_ENDPOINT_URL_STS: "",
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        AWS_PROFILE: "",
        NODE_TLS_REJECT_UNAUTHORIZED: "1",
        NODE_EXTRA_CA_CERTS: "",
        LD_PRELOAD: "",
      });
    }
  });

  it("and the actions use other people's actions by their commit alone, each by the same one everywhere", () => {
    const actions = join(projectDirectory, ".github/actions");
    const texts = [
      ...files.map((file) => readFileSync(join(folder, file), "utf8")),
      ...readdirSync(actions).map((name) => readFileSync(join(actions, name, "action.yml"), "utf8")),
    ];
    const used = texts.flatMap((text) => [...text.matchAll(/uses: (?!\.\/)(.*)$/gm)].map(([, uses]) => uses!));

    expect(used.length).to.be.greaterThan(10);
    for (const uses of used) {
      expect(uses).to.match(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    expect(new Set(used).size).to.equal(new Set(used.map((uses) => uses.split("@")[0])).size);
  });
});

describeWorkflows("the workflows and actions, checked", ({ actionlint }) => {
  let temporary: string;
  let team: TeamRepository;

  before(async () => {
    temporary = mkdtempSync(join(tmpdir(), "workflows-"));
    mkdirSync(join(temporary, "tree"));
    team = new TeamRepository(temporary);
    await team.create();
  });

  after(() => {
    rmSync(temporary, { recursive: true });
  });

  it("are clean to actionlint, which does find what is wrong", async () => {
    const lint = () =>
      runProcess(actionlint, ["-no-color", "-shellcheck=", "-pyflakes="], { directory: team.directory });

    expect(await lint()).to.deep.equal({ exitCode: 0, output: "" });
    const path = join(".github/workflows", files[0]);
    await team.commit({
      [path]: readFileSync(join(team.directory, path), "utf8").replace("needs.releases.outputs", "needs.tag.outputs"),
    });
    const { exitCode, output } = await lint();
    expect(exitCode).to.equal(1);
    expect(output).to.include('property "tag" is not defined');
    await team.git(["reset", "--quiet", "--hard", "HEAD~1"]);
  });

  it("are clean to zizmor at its strictest, which does find what is wrong", async () => {
    const tools = await pythonTools(join(__dirname, "../support/github-actions/requirements.txt"), () => undefined);
    if ("missing" in tools) {
      throw new Error(`zizmor is installed by pip, and ${tools.missing}.`);
    }
    const audit = () =>
      runProcess(join(tools.bin, "zizmor"), ["--offline", "--persona", "auditor", "--no-progress", "."], {
        directory: team.directory,
      });
    const clean = await audit();

    expect(clean.output).to.include("No findings to report");
    expect(clean.exitCode).to.equal(0);
    const path = join(".github/workflows", files[0]);
    await team.commit({
      [path]: readFileSync(join(team.directory, path), "utf8").replace("persist-credentials: false", "clean: true"),
    });
    const { exitCode, output } = await audit();
    expect(exitCode).not.to.equal(0);
    expect(output).to.include("artipacked");
  });
});
