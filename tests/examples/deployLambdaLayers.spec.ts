import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeWheel, type MadeDistribution } from "../../sandbox/fixtures/distributions";
import { runProcess } from "../../commands/python/runProcess";
import { Person } from "../support/clients/person";
import { realPython } from "../support/realPython";
import { build, buildTools } from "../support/examples/builtPackages";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { Hub, type HubRun } from "../support/examples/hub";
import { type Environment, publishInto } from "../support/examples/registries";

const workflow = "deploy-lambda-layers.yml";
const shared = "backend/layers/shared";
const stem = "layer-shared-python3.12-x86_64";

describeWorkflows("deploy-lambda-layers.yml, run unchanged", ({ act }) => {
  let hub: Hub;
  let preReleases: readonly MadeDistribution[];

  before(async () => {
    const builder = new Person(await buildTools());
    const { files } = await build(builder, "releases", ["orb-common", "orb-models"]);
    ({ files: preReleases } = await build(builder, "pre", ["orb-common==1.4.0.dev7", "orb-models==1.2.0.dev7"]));
    builder.leave();
    hub = await Hub.open(act, [await makeWheel({ name: "orb-common", version: "99.0" })]);
    const { dev, staging, prod } = hub.registries.of;
    await Promise.all([publishInto(dev, preReleases), publishInto(staging, files), publishInto(prod, files)]);
  });

  after(() => hub.close());

  const start = async (branch: string, approve?: (environment: string) => Promise<boolean>): Promise<HubRun> => {
    const run = await hub.start({ workflow, branch, approve });
    expect(run, "no run was started").not.to.equal(undefined);
    return run!;
  };
  const layer = (run: HubRun, environment: Environment) =>
    join(run.jobsFolder, "../artifacts", `lambda-${environment}-${stem}`, `${stem}.zip`);

  it("builds nothing for a pull request, nor for another branch", async () => {
    expect(await hub.start({ workflow, branch: "main", event: "pull_request" })).to.equal(undefined);
    await hub.team.git(["push", "--quiet", "origin", "HEAD:refs/heads/organizations-feature"]);
    expect(await hub.start({ workflow, branch: "organizations-feature" })).to.equal(undefined);
    expect(hub.gateway.secrets).to.deep.equal([]);
  });

  it("builds from staging on a push to main, then from prod, once approved, the same bytes, which work by themselves", async () => {
    const asked: string[] = [];
    const run = await start("main", (environment) => {
      asked.push(environment);
      return Promise.resolve(true);
    });
    const [staging, prod] = [readFileSync(layer(run, "staging")), readFileSync(layer(run, "prod"))];

    expect(run.jobs, run.log).to.deep.equal({ builds: "success", "build-staging": "success", "build-prod": "success" });
    expect(asked).to.deep.equal(["staging", "prod"]);
    expect(sha256(prod)).to.equal(sha256(staging));
    expect(run.summary).to.include(`${sha256(prod)}  ${stem}.zip`);
    const used =
      "import sys; sys.path.insert(0, sys.argv[1] + '/python'); import orb_models; print(orb_models.__file__[-29:])";
    expect(await runProcess(realPython(), ["-I", "-S", "-c", used, layer(run, "prod")])).to.deep.equal({
      exitCode: 0,
      output: "python/orb_models/__init__.py\n",
    });
  });

  it("leaves no credential in the work tree, the home, the zip, the log or the environment of the following step", async () => {
    const { secrets } = hub.gateway;
    const before = secrets.length;
    const run = await start("main");
    const forms = secrets.flatMap((secret) => [secret, Buffer.from(`aws:${secret}`).toString("base64")]);
    const environment = readFileSync(join(run.jobsFolder, "build-prod/environment"), "utf8");

    expect(run.exitCode, run.log).to.equal(0);
    // Two keys of a role and a registry token for each environment.
    expect(secrets).to.have.length(before + 6);
    expect(forms.filter((secret) => `${run.log}${run.summary}`.includes(secret))).to.deep.equal([]);
    expect(existsSync(join(run.jobsFolder, `build-prod/workspace/prod/${stem}.zip`))).to.equal(true);
    // Homes, work trees, artifacts, environments, and what act and git keep.
    expect(filesWith(hub.folder, forms)).to.deep.equal([]);
    expect(environment).to.include(`PIP_INDEX_URL=${hub.registries.publicIndex.url}\n`);
    expect(environment).not.to.match(/^(AWS_(ACCESS|SECRET|SESSION)|CODEARTIFACT|TWINE|UV_INDEX|POETRY)/m);
  });

  it("builds from dev alone on a push to develop, whose lock names pre-releases", async () => {
    const path = join(hub.team.directory, shared, "Pipfile.lock");
    const lock = JSON.parse(readFileSync(path, "utf8")) as { default: Record<string, object> };
    for (const [name, version] of [
      ["orb-common", "1.4.0.dev7"],
      ["orb-models", "1.2.0.dev7"],
    ] as const) {
      const hashes = preReleases
        .filter(({ filename }) => filename.startsWith(name.replace("-", "_")))
        .map(({ bytes }) => `sha256:${sha256(bytes)}`);
      lock.default[name] = { hashes, version: `==${version}` };
    }
    await hub.team.commit({ [`${shared}/Pipfile.lock`]: JSON.stringify(lock) });
    const before = hub.registries.of.prod.context.decisions.entries().length;

    const run = await start("develop");

    expect(run.jobs, run.log).to.deep.equal({ builds: "success", "build-dev": "success" });
    expect(existsSync(layer(run, "dev"))).to.equal(true);
    expect(hub.registries.of.prod.context.decisions.entries()).to.have.length(before);
  });

  it("is red, and hands no layer on, where the registry does not have what the lock names", async () => {
    const run = await start("main");

    expect(run.jobs).to.deep.equal({ builds: "success", "build-staging": "failure" });
    expect(run.exitCode).not.to.equal(0);
    expect(run.log).to.include("No matching distribution found for orb-common==1.4.0.dev7");
    expect(existsSync(layer(run, "staging"))).to.equal(false);
  });
});

function filesWith(folder: string, secrets: readonly string[]): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const contents = readFileSync(path);
      return secrets.some((secret) => contents.includes(secret));
    });
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
