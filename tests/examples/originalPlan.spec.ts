import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { pythonTools } from "../../commands/python/pythonTools";
import { runProcess } from "../../commands/python/runProcess";
import { Person } from "../support/clients/person";
import { clientTools } from "../support/clients/tools";
import { projectDirectory } from "../support/deployments";
import { realPython } from "../support/realPython";
import { runAct } from "../support/examples/act";
import { build, buildTools } from "../support/examples/builtPackages";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { openRegistries, publishInto, type Registries, readerToken } from "../support/examples/registries";
import { TeamRepository } from "../support/examples/teamRepository";
import { readWorkflow } from "../support/examples/workflowFile";
import { packageLocks, wheelhouse } from "../support/examples/wheelhouse";

const draft = join(__dirname, "../fixtures/originalPlan");
const example = join(projectDirectory, "examples/integration-hub");
const canary = "eyJ2ZXIiOjF9.canary";

/** Programs that note how they are called, in a folder for PATH. */
function stubs(folder: string, programs: Readonly<Record<string, string>>): string {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  for (const [name, script] of Object.entries(programs)) {
    const note = `echo "${name} $*" >> "${join(folder, "calls")}"`;
    writeFileSync(join(bin, name), `#!/bin/sh\n${note}\n${script}\n`, { mode: 0o755 });
  }
  return `${bin}:${process.env.PATH ?? ""}`;
}

const aws = `case "$2" in
get-authorization-token) echo ${canary} ;;
get-repository-endpoint) echo https://registry.example/pypi/python-packages/ ;;
esac`;

describeWorkflows("the original plan's workflows, beside ours", ({ act }) => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "draft-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const run = async (workflow: string, ref: string, programs: Readonly<Record<string, string>>) => {
    const directory = join(folder, "tree");
    mkdirSync(join(directory, ".github/workflows"), { recursive: true });
    cpSync(join(draft, workflow), join(directory, ".github/workflows", workflow));
    await runProcess("git", ["init", "--quiet"], { directory });
    const payload = join(folder, "event.json");
    writeFileSync(payload, JSON.stringify({ ref, after: "0".repeat(40), deleted: false }));
    const nothing = join(__dirname, "../support/examples/standIns/nothing");
    const jobs = join(folder, "jobs");
    mkdirSync(jobs);
    const ended = await runAct({
      program: act,
      directory,
      event: "push",
      payload,
      workflow: `.github/workflows/${workflow}`,
      secrets: {},
      variables: { CODEARTIFACT_DOMAIN: "orb-integration-hub-prod" },
      environment: { HUB_JOBS: jobs, HUB_ARTIFACTS: join(folder, "artifacts") },
      actions: {
        "actions/checkout@v4": nothing,
        "actions/download-artifact@v4": nothing,
        "aws-actions/configure-aws-credentials@v4": nothing,
      },
      processEnvironment: { PATH: stubs(folder, programs), HOME: join(folder, "home"), LANG: "C.UTF-8" },
    });
    return { ...ended, calls: read("calls"), environment: read("jobs/environment") };
  };
  const read = (path: string) => {
    try {
      return readFileSync(join(folder, path), "utf8");
    } catch {
      return "";
    }
  };

  it("publish from develop to prod; ours to dev", async () => {
    const { jobs, calls, log } = await run("deploy-packages.yml", "refs/heads/develop", { aws, pip: "", twine: "" });

    expect(jobs, log).to.deep.equal({ "build-common": "success", "publish-common": "success" });
    expect(calls).to.match(/^aws codeartifact get-authorization-token --domain orb-integration-hub-prod /m);
    expect(calls).to.match(/^twine upload /m);
    const ours = Object.values(readWorkflow(join(example, ".github/workflows/deploy-packages.yml")).jobs)
      .filter((job) => job.if?.includes("refs/heads/develop"))
      .map(({ environment, steps }) => [environment, steps.at(-1)?.with?.domain]);
    expect(ours).to.deep.equal([["dev", "orb-integration-hub-dev"]]);
  });

  it("put the token into the environment of every following step; ours into none", async () => {
    const { jobs, environment, log } = await run("deploy-lambda-layers.yml", "refs/heads/main", { aws });

    expect(jobs, log).to.deep.equal({ layers: "success" });
    expect(environment).to.include(`CODEARTIFACT_AUTH_TOKEN=${canary}\n`);
    // What ours leave to a following step: deployLambdaLayers.spec.ts.
  });

  it("are green where AWS gives no token; ours are red", async () => {
    const rejecting = { aws: "echo 'AccessDeniedException' >&2; exit 254" };
    const { jobs, environment, log } = await run("deploy-lambda-layers.yml", "refs/heads/main", rejecting);

    expect(jobs, log).to.deep.equal({ layers: "success" });
    expect(environment).to.include("CODEARTIFACT_AUTH_TOKEN=\n");
    const login = join(projectDirectory, ".github/actions/codeartifact-login/login.py");
    const { exitCode } = await runProcess(realPython(), [login], {
      environment: {
        ...{
          PATH: stubs(folder, rejecting),
          HOME: folder,
          REGION: "us-east-1",
          DOMAIN: "orb",
          REPOSITORY: "python-packages",
        },
        TOKEN_LIFETIME: "900",
        GITHUB_OUTPUT: join(folder, "output"),
        PYTHONDONTWRITEBYTECODE: "1",
      },
    });
    expect(exitCode).to.equal(1);
  });
});

describe("the original plan's tag step, beside ours", () => {
  let folder: string;
  let team: TeamRepository;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "tag-"));
    mkdirSync(join(folder, "tree"));
    team = new TeamRepository(folder);
    await team.create();
    await team.commit({ "backend/packages/orb-common/setup.py": readFileSync(join(draft, "setup.py"), "utf8") });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const stepOf = (path: string, job: string) => readWorkflow(path).jobs[job]?.steps.at(-1)?.run ?? "";
  const drafts = stepOf(join(draft, "deploy-packages.yml"), "publish-common");
  const ours = stepOf(join(example, ".github/workflows/deploy-packages.yml"), "tag");
  const shell = (script: string) =>
    runProcess("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      directory: team.directory,
      environment: {
        PATH: stubs(folder, { python: 'exec python3 "$@"' }),
        HOME: folder,
        RELEASES: "orb-common==1.4.0",
        GITHUB_SERVER_URL: "https://github.example",
        GITHUB_TOKEN: "of the job",
      },
    });

  it("finds no version in its own setup.py, so that what is published is never tagged; ours is", async () => {
    expect((await shell(drafts)).exitCode).not.to.equal(0);
    expect(await team.tags()).to.deep.equal({});

    const tagged = await shell(ours);
    expect(tagged.exitCode, tagged.output).to.equal(0);
    expect(await team.tags()).to.deep.equal({ "orb-common-v1.4.0": await team.head() });
  });

  it("is green where GitHub rejects the tag; ours is red", async () => {
    team.rejectTags();
    const lines = drafts.split("\n").filter((line) => line.startsWith("git "));

    expect(lines).to.have.length(2);
    expect((await shell(["VERSION=1.4.0", ...lines].join("\n"))).exitCode).to.equal(0);
    await team.git(["tag", "-d", "orb-common-v1.4.0"]);
    const { exitCode, output } = await shell(ours);
    expect(exitCode).not.to.equal(0);
    expect(output).to.include("hook declined");
    expect(await team.tags()).to.deep.equal({});
  });
});

describe("the original plan's layers, beside ours", () => {
  let registries: Registries;
  let person: Person;
  let token: string;
  let indexUrl: string;

  before(async () => {
    person = new Person(await clientTools());
    const { filename, bytes } = await makeWheel({
      name: "orb-common",
      version: "1.4.1",
      files: { "orb_common/__init__.py": "raise SystemExit('poisoned')\n" },
    });
    registries = await openRegistries([
      ...(await wheelhouse(packageLocks)),
      await makeWheel({ name: "orb-common", version: "99.0" }),
      // Of a version that the registry has too, with a build number, which pip prefers.
      { filename: filename.replace("-py3", "-1-py3"), bytes },
    ]);
    const builder = new Person(await buildTools());
    const { files } = await build(builder, "build", ["orb-common", "orb-models", "orb-common==1.4.1"]);
    builder.leave();
    const { staging } = registries.of;
    await publishInto(staging, files);
    token = await readerToken(staging, "staging");
    indexUrl = `${staging.address.replace("://", `://aws:${token}@`)}/pypi/python-packages/simple/`;
  });

  after(async () => {
    person.leave();
    await registries.close();
  });

  /** The plan's Pipfile, at these registries, with the token that it lacks, and without what has nothing to do with it. */
  const draftPipfile = () =>
    readFileSync(join(draft, "Pipfile"), "utf8")
      .replace(/https:\/\/orb-.*(?=")/, indexUrl.replace(token, "${CODEARTIFACT_AUTH_TOKEN}"))
      .replace("https://pypi.org/simple", registries.publicIndex.url)
      .replace(/^orb-models.*\n|^boto3.*\n/gm, "")
      .replace(/\[requires\][^]*/, "");
  /** Ours, likewise with orb-common by itself. */
  const ourPipfile = () =>
    readFileSync(join(example, "backend/layers/shared/Pipfile"), "utf8")
      .replace("orb-models", "orb-common")
      .replace(/\[requires\][^]*/, "");

  const environment = (folder: string) => ({
    PIPENV_PYTHON: person.tools.python,
    PIPENV_PIPFILE: join(person.work, folder, "Pipfile"),
    PIPENV_YES: "1",
    PIPENV_NOSPIN: "1",
    PIPENV_VENV_IN_PROJECT: "1",
    PIPENV_IGNORE_VIRTUALENVS: "1",
    CODEARTIFACT_AUTH_TOKEN: token,
    CODEARTIFACT_INDEX_URL: indexUrl,
  });
  const shell = (command: string, variables: Readonly<Record<string, string>>) =>
    person.run("python", ["-c", "import os, sys; os.execv('/bin/sh', ['sh', '-c', sys.argv[1]])", command], variables);
  const locked = (folder: string) =>
    (JSON.parse(person.read(`${folder}/Pipfile.lock`)) as { default: Record<string, { version: string }> }).default[
      "orb-common"
    ]?.version;

  it("take a poisoned orb-common 99.0 from PyPI with the pipenv of early 2022; ours do not", async () => {
    const old = await pythonTools(join(draft, "pipenv2022/requirements.txt"), () => undefined);
    if ("missing" in old) {
      throw new Error(old.missing);
    }
    const former = new Person(old);
    try {
      for (const [folder, pipfile, version] of [
        ["theirs", draftPipfile(), "==99.0"],
        ["ours", ourPipfile(), "==1.4.1"],
      ] as const) {
        person.write(`old-${folder}/Pipfile`, pipfile);
        const lock = await former.run("pipenv", ["lock"], {
          ...environment(`old-${folder}`),
          PIPENV_PYTHON: old.python,
        });
        expect(lock.exitCode, lock.text).to.equal(0);
        expect(locked(`old-${folder}`)).to.equal(version);
      }
    } finally {
      former.leave();
    }
  });

  it("give pip both indexes with today's pipenv, which takes the poison from PyPI then; ours give it one", async () => {
    for (const [folder, pipfile, index, taken] of [
      ["theirs", draftPipfile(), 2, "poisoned"],
      ["ours", ourPipfile(), 1, "wholesome"],
    ] as const) {
      person.write(`new-${folder}/Pipfile`, pipfile);
      const lock = await person.run("pipenv", ["lock"], environment(`new-${folder}`));
      expect(lock.exitCode, lock.text).to.equal(0);
      expect(locked(`new-${folder}`)).to.equal("==1.4.1");
      // What a layer's build gives to pip, since pipenv itself installs into no folder.
      const command = `cd new-${folder} && pipenv requirements > r.txt && pip install --quiet --target python -r r.txt`;
      const installed = await shell(command, environment(`new-${folder}`));
      expect(installed.exitCode, installed.text).to.equal(0);
      expect(person.read(`new-${folder}/r.txt`).match(/^(-i|--extra-index-url) /gm)).to.have.length(index);
      const used = await person.run("python", ["-c", "import orb_common; print('wholesome')"], {
        PYTHONPATH: join(person.work, `new-${folder}/python`),
      });
      expect(used.text.trim()).to.equal(taken);
    }
  });

  it("take what is newest where the lock is stale, for pipenv install locks again; ours are not built", async () => {
    cpSync(join(example, "backend/layers/shared"), join(person.work, "stale"), { recursive: true });
    person.write("stale/Pipfile", person.read("stale/Pipfile").replace("[requires]", 'attrs = "*"\n\n[requires]'));
    expect(locked("stale")).to.equal("==1.4.0");
    const ours = await shell(
      `sh ${join(projectDirectory, "hub/lambda/build_layer.sh")} stale stale.zip`,
      environment("stale"),
    );

    const theirs = await person.run("pipenv", ["install"], environment("stale"));

    expect(ours.exitCode).not.to.equal(0);
    expect(ours.text).to.include("Pipfile.lock is out-of-date");
    expect(theirs.exitCode, theirs.text).to.equal(0);
    expect(locked("stale")).to.equal("==1.4.1");
  });

  it("give the token to whatever runs after it is minted; ours to pip alone", async () => {
    const folder = join(person.home, "exported");
    const programs = { aws, pipenv: `env | grep -a canary > "${join(folder, "seen")}"`, python3: "env", uv: "" };
    mkdirSync(folder);
    const theirs = await runProcess("bash", [join(draft, "build_layer.sh")], {
      environment: { PATH: stubs(folder, programs), HOME: folder, CODEARTIFACT_DOMAIN: "orb-integration-hub-prod" },
    });
    expect(theirs.exitCode, theirs.output).to.equal(0);
    expect(readFileSync(join(folder, "seen"), "utf8")).to.include(
      `PIP_INDEX_URL=https://aws:${canary}@registry.example/pypi/python-packages/simple/`,
    );

    writeFileSync(join(folder, "seen"), "");
    cpSync(join(example, "backend/layers/shared"), join(folder, "shared"), { recursive: true });
    await runProcess("sh", [join(projectDirectory, "hub/lambda/build_layer.sh"), "shared", "shared.zip"], {
      directory: folder,
      environment: {
        PATH: stubs(folder, programs),
        HOME: folder,
        CODEARTIFACT_INDEX_URL: `https://aws:${canary}@registry.example/pypi/python-packages/simple/`,
      },
    });
    expect(readFileSync(join(folder, "seen"), "utf8")).to.equal("");
  });
});

describe("twine's --skip-existing", () => {
  it("is rejected for any registry but PyPI, before anything is sent", async () => {
    const person = new Person(await clientTools());
    try {
      const { filename, bytes } = await makeWheel({ name: "orb-common", version: "1.0.0" });
      const file = person.write(filename, bytes);
      const { exitCode, text } = await person.run(
        "twine",
        ["upload", "--skip-existing", "--config-file", devNull, file],
        {
          ...{
            TWINE_REPOSITORY_URL: "http://127.0.0.1:9/pypi/python-packages/",
            TWINE_USERNAME: "aws",
            TWINE_PASSWORD: canary,
          },
        },
      );

      expect(exitCode).to.equal(1);
      expect(text).to.include("UnsupportedConfiguration");
    } finally {
      person.leave();
    }
  });
});
