import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { Hub, type HubRun } from "../support/examples/hub";
import { type Environment, publishInto } from "../support/examples/registries";

const workflow = "deploy-packages.yml";
const common = "backend/packages/orb-common";

describeWorkflows("deploy-packages.yml, run unchanged", ({ act }) => {
  let hub: Hub;
  /** What a later test builds on. */
  let published: Readonly<Record<string, string>>;

  before(async () => {
    hub = await Hub.open(act, [await makeWheel({ name: "orb-common", version: "99.0" })]);
  });

  after(() => hub.close());

  const start = async (options: Omit<Parameters<Hub["start"]>[0], "workflow">): Promise<HubRun> => {
    const run = await hub.start({ workflow, ...options });
    expect(run, "no run was started").not.to.equal(undefined);
    return run!;
  };
  /** Names of the packages that were published, in the order in which their files came. */
  const uploads = (environment: Environment) =>
    hub.registries.of[environment].context.decisions
      .entries()
      .filter(({ action, allowed }) => action === "codeartifact:PublishPackageVersion" && allowed)
      .map(({ resource }) => resource.split("//")[1]);
  const release = (version: string) =>
    hub.team.commit({
      [`${common}/VERSION`]: `${version}\n`,
      [`${common}/src/orb_common/release.py`]: `RELEASE = "${version}"\n`,
    });
  const files = (name: string, version: string) => [`${name}-${version}-py3-none-any.whl`, `${name}-${version}.tar.gz`];
  const reading = { releases: "success", dependencies: "success", test: "success" } as const;
  const building = { ...reading, build: "success" } as const;

  it("tests and builds what a pull request changes, and publishes nothing, nor asks AWS for anything", async () => {
    await hub.team.commit({ [`${common}/src/orb_common/proposed.py`]: "" });

    const run = await start({ event: "pull_request", branch: "main" });

    expect(run.jobs, run.log).to.deep.equal(building);
    expect(run.exitCode).to.equal(0);
    expect([hub.published("dev"), hub.published("staging"), hub.published("prod")]).to.deep.equal([{}, {}, {}]);
    expect(hub.gateway.secrets).to.deep.equal([]);
  });

  it("publishes nothing that was not attested", async () => {
    const path = `.github/workflows/${workflow}`;
    const develop = await hub.team.remoteHead("develop");
    const text = readFileSync(join(hub.team.directory, path), "utf8");
    const unsigned = text.replace("if: env.ATTESTED_BY != ''", "if: false");
    expect(unsigned).not.to.equal(text);
    await hub.team.commit({ [path]: unsigned, [`${common}/src/orb_common/unsigned.py`]: "" });

    const run = await start({ branch: "develop" });

    expect(run.jobs, run.log).to.deep.equal({ ...building, attest: "success", "publish-dev": "failure" });
    expect(run.log).to.match(/orb_common-1\.4\.0\.dev\d+-py3-none-any\.whl, SHA-256 \w+: gh .*: no attestations found/);
    expect([hub.published("dev"), hub.gateway.secrets]).to.deep.equal([{}, []]);
    await hub.team.git(["reset", "--quiet", "--hard", "HEAD~1"]);
    await hub.team.git(["push", "--quiet", "--force", "origin", `${develop}:refs/heads/develop`]);
  });

  it("is not started by a push to another branch, as the original plan's organizations-feature", async () => {
    expect(await hub.start({ workflow, branch: "main", event: "pull_request_target" })).to.equal(undefined);
    await hub.team.git(["push", "--quiet", "origin", "HEAD:refs/heads/organizations-feature"]);
    expect(await hub.start({ workflow, branch: "organizations-feature" })).to.equal(undefined);
  });

  it("publishes pre-releases to dev alone on a push to develop, common before models", async () => {
    await hub.team.commit({ "backend/packages/orb-models/src/orb_models/added.py": "" });

    const run = await start({ branch: "develop", runNumber: 7 });

    expect(run.jobs, run.log).to.deep.equal({ ...building, attest: "success", "publish-dev": "success" });
    expect(Object.keys(hub.published("dev"))).to.deep.equal([
      ...files("orb_common", "1.4.0.dev7"),
      ...files("orb_models", "1.2.0.dev7"),
    ]);
    expect(uploads("dev")).to.deep.equal(["orb-common", "orb-common", "orb-models", "orb-models"]);
    expect([hub.published("staging"), hub.published("prod")]).to.deep.equal([{}, {}]);
    expect(await hub.team.tags()).to.deep.equal({});
  });

  it("publishes the same bytes again, that is nothing, when the run is repeated", async () => {
    const before = hub.published("dev");
    await hub.team.git(["push", "--quiet", "--force", "origin", "HEAD~2:refs/heads/develop"]);

    const run = await start({ branch: "develop", runNumber: 7 });

    expect(run.jobs["publish-dev"], run.log).to.equal("success");
    expect(hub.published("dev")).to.deep.equal(before);
    expect(uploads("dev")).to.have.length(4);
    expect(run.summary.match(/\| there already \|/g)).to.have.length.at.least(4);
  });

  it("publishes to dev only the package that a push changes", async () => {
    await hub.team.commit({ [`${common}/src/orb_common/more.py`]: "" });

    const run = await start({ branch: "develop", runNumber: 8 });

    expect(run.jobs["publish-dev"], run.log).to.equal("success");
    expect(Object.keys(hub.published("dev")).filter((name) => name.includes("dev8"))).to.deep.equal(
      files("orb_common", "1.4.0.dev8"),
    );
  });

  it("publishes to staging on a push to main, the same files to prod once they are approved, then tags and not before", async () => {
    const seen: Record<string, unknown> = {};
    const head = await hub.team.head();

    const run = await start({
      branch: "main",
      approve: async (environment) => {
        seen[environment] = [hub.published("staging"), hub.published("prod"), await hub.team.tags()];
        return true;
      },
    });

    published = hub.published("staging");
    expect(run.jobs, run.log).to.deep.equal({
      ...building,
      attest: "success",
      "publish-staging": "success",
      "publish-prod": "success",
      tag: "success",
    });
    expect(Object.keys(published)).to.deep.equal([...files("orb_common", "1.4.0"), ...files("orb_models", "1.2.0")]);
    expect(hub.published("prod")).to.deep.equal(published);
    expect(seen).to.deep.equal({ staging: [{}, {}, {}], prod: [published, {}, {}] });
    expect(await hub.team.tags()).to.deep.equal({ "orb-common-v1.4.0": head, "orb-models-v1.2.0": head });
    expect(uploads("staging")).to.deep.equal(["orb-common", "orb-common", "orb-models", "orb-models"]);
    // What was attested is what was published, and both registries' jobs verified it.
    expect(attested(run)).to.deep.equal(published);
    const signer = "orb-integration-hub/orb-integration-hub/.github/workflows/deploy-packages.yml";
    for (const name of Object.keys(published)) {
      const verified = `${name}: attested by orb-integration-hub/orb-integration-hub, workflow ${signer}, ref refs/heads/main`;
      expect(run.log.split(verified)).to.have.length(3);
    }
    // A token for each registry, shown nowhere.
    expect(hub.gateway.secrets.length).to.be.greaterThan(4);
    expect(hub.gateway.secrets.filter((secret) => `${run.log}${run.summary}`.includes(secret))).to.deep.equal([]);
    for (const [name, sha256] of Object.entries(published)) {
      expect(run.summary).to.include(`| ${name} | published | \`${sha256}\` |`);
    }
  });

  it("is green and has nothing to do on a second run", async () => {
    const run = await start({ branch: "main" });

    expect(run.jobs, run.log).to.deep.equal(reading);
    expect(run.exitCode).to.equal(0);
    expect(run.summary).to.include("To be released: nothing");
  });

  it("is green and publishes nothing new where a former run ended before its tags", async () => {
    await hub.team.deleteTags();
    const before = [uploads("staging").length, uploads("prod").length];

    const run = await start({ branch: "main" });

    expect(run.exitCode, run.log).to.equal(0);
    expect([hub.published("staging"), hub.published("prod")]).to.deep.equal([published, published]);
    expect([uploads("staging").length, uploads("prod").length]).to.deep.equal(before);
    expect(Object.keys(await hub.team.tags())).to.deep.equal(["orb-common-v1.4.0", "orb-models-v1.2.0"]);
  });

  it("is red with both hashes where a package has changed and its version has not; nothing is published", async () => {
    await hub.team.commit({ [`${common}/src/orb_common/altered.py`]: "" });

    const run = await start({ branch: "main" });

    const name = "orb_common-1.4.0-py3-none-any.whl";
    const here = attested(run)[name]!;
    expect(run.exitCode).not.to.equal(0);
    expect(run.jobs).to.deep.equal({ ...building, attest: "success", "publish-staging": "failure" });
    expect(here).not.to.equal(published[name]);
    expect(run.log).to.include(
      `${name} is in orb-integration-hub-staging/python-packages with other bytes: there SHA-256 ${published[name]!}, here ${here}.`,
    );
    expect([hub.published("staging"), hub.published("prod")]).to.deep.equal([published, published]);
  });

  it("publishes only the package whose version was raised; prod gets nothing that is not approved, and nothing is tagged", async () => {
    await release("1.5.0");

    const run = await start({ branch: "main", approve: (environment) => Promise.resolve(environment !== "prod") });

    expect(run.jobs, run.log).to.deep.equal({
      ...building,
      attest: "success",
      "publish-staging": "success",
      "publish-prod": "failure",
    });
    expect(added("staging")).to.deep.equal(files("orb_common", "1.5.0"));
    expect(hub.published("prod")).to.deep.equal(published);
    expect(Object.keys(await hub.team.tags())).to.deep.equal(["orb-common-v1.4.0", "orb-models-v1.2.0"]);
  });

  it("carries on what a failed run left out", async () => {
    await hub.team.commit({ "README.md": "Another change.\n" });

    const run = await start({ branch: "main" });

    expect(run.exitCode, run.log).to.equal(0);
    expect(hub.published("prod")).to.deep.equal(hub.published("staging"));
    expect(added("prod")).to.deep.equal(files("orb_common", "1.5.0"));
    expect(Object.keys(await hub.team.tags())).to.include("orb-common-v1.5.0");
  });

  it("tags nothing where a publish fails", async () => {
    await release("1.6.0");
    await publishInto(hub.registries.of.prod, [await makeWheel({ name: "orb-common", version: "1.6.0" })]);

    const run = await start({ branch: "main" });

    expect(run.exitCode).not.to.equal(0);
    expect(run.jobs["publish-staging"]).to.equal("success");
    expect(run.jobs["publish-prod"]).to.equal("failure");
    expect(run.jobs).not.to.have.property("tag");
    expect(Object.keys(await hub.team.tags())).to.not.include("orb-common-v1.6.0");
  });

  it("is red where the tag cannot be pushed, though all is published", async () => {
    await release("1.7.0");
    hub.team.rejectTags();

    const run = await start({ branch: "main" });

    expect(run.exitCode).not.to.equal(0);
    expect(run.jobs["publish-prod"], run.log).to.equal("success");
    expect(run.jobs.tag).to.equal("failure");
  });

  it("lets no module, program or variable of the workspace take part in a publication", async () => {
    const marks = join(hub.folder, "marks");
    const path = `.github/workflows/${workflow}`;
    const text = readFileSync(join(hub.team.directory, path), "utf8");
    // Nothing but the action's own steps has FILES; the stand-in for another action between them is a shell too.
    const earlier = [
      "for name in twine packaging pip json sitecustomize requests step; do",
      `  echo "open('${marks}', 'a').write('$name ')" > $name.py`,
      "done",
      "mkdir bin",
      "for name in aws gh python3; do",
      `  printf '#!/bin/sh\\necho %s >> ${marks}\\n' $name > bin/$name`,
      "done",
      "chmod +x bin/*",
      `echo '[ -z "\${FILES+x}" ] || echo start >> ${marks}' > start.sh`,
      `printf '[install]\\nrequirement = missing.txt\\n' > pip.conf`,
      `printf '[default]\\nendpoint_url = http://127.0.0.1:9\\n' > config`,
      `printf '%s\\n' "PYTHONPATH=$PWD" "PIP_CONFIG_FILE=$PWD/pip.conf" "AWS_ENDPOINT_URL=http://127.0.0.1:9" \\`,
      `  "AWS_CONFIG_FILE=$PWD/config" "BASH_ENV=$PWD/start.sh" >> "$GITHUB_ENV"`,
      `echo "$PWD/bin" >> "$GITHUB_PATH"`,
    ];
    const publication = "      - uses: ./.github/actions/publish-python\n";
    const step = `      - run: |\n${earlier.map((line) => `          ${line}\n`).join("")}${publication}`;
    await hub.team.commit({
      [path]: text.replace(publication, () => step),
      [`${common}/src/orb_common/hostile.py`]: "",
    });

    const run = await start({ branch: "develop", runNumber: 100 });

    expect(run.jobs["publish-dev"], run.log).to.equal("success");
    expect(run.log).to.include(earlier[0]);
    expect(Object.keys(hub.published("dev"))).to.include.members(files("orb_common", "1.7.0.dev100"));
    expect(existsSync(marks) ? readFileSync(marks, "utf8") : "").to.equal("");
  });

  /** Files of a registry beyond those of the first release. */
  function added(environment: Environment): readonly string[] {
    return Object.keys(hub.published(environment)).filter((name) => !(name in published));
  }
});

function attested(run: HubRun): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readFileSync(join(run.jobsFolder, "attested"), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split("  dist/").reverse() as [string, string]),
  );
}
