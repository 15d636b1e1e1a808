import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runProcess } from "../../../commands/python/runProcess";
import { TeamRepository } from "../../support/examples/teamRepository";

const common = "backend/packages/orb-common";
const models = "backend/packages/orb-models";

describe("what a run releases, by registry.toml", () => {
  let folder: string;
  let team: TeamRepository;
  let first: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "versions-"));
    mkdirSync(join(folder, "tree"));
    team = new TeamRepository(folder);
    await team.create();
    first = await team.commit({
      "registry.toml":
        '[branches]\npre-release = ["develop"]\nrelease = ["main"]\nbuild = ["organizations-feature"]\n\n' +
        `[packages.orb-common]\npath = "${common}"\nversion = "tag"\n\n` +
        `[packages.orb-models]\npath = "${models}"\nsources = ["schemas/**"]\n`,
      "schemas/organization.schema.json": "{}\n",
    });
  });

  beforeEach(async () => {
    await team.git(["reset", "--quiet", "--hard", first]);
    const tags = (await team.git(["tag"])).split("\n").filter((tag) => tag !== "");
    for (const tag of tags) {
      await team.git(["tag", "-d", tag]);
    }
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (branch: string, environment: Readonly<Record<string, string>> = {}) =>
    runProcess("python3", [".github/registry/packages/releases.py"], {
      directory: team.directory,
      environment: {
        PATH: process.env.PATH ?? "",
        HOME: folder,
        PYTHONDONTWRITEBYTECODE: "1",
        GITHUB_EVENT_NAME: "push",
        GITHUB_REF: `refs/heads/${branch}`,
        GITHUB_RUN_NUMBER: "42",
        BEFORE: first,
        ...environment,
      },
    });
  const releases = async (branch: string, environment: Readonly<Record<string, string>> = {}) => {
    const { exitCode, output } = await run(branch, environment);
    expect(exitCode, output).to.equal(0);
    return output.trim();
  };

  it("is the package whose models are made of a schema, where the schema changes", async () => {
    await team.commit({ "schemas/organization.schema.json": '{"title": "Organization"}\n' });

    expect(await releases("develop")).to.equal("orb-models==1.2.0.dev42");
    await team.git(["tag", "orb-models-v1.2.0", first]);
    expect(await releases("main")).to.equal("orb-models==1.2.0");
  });

  it("is nothing where another file changes", async () => {
    await team.commit({ "docs/schemas.md": "A change.\n" });

    expect(await releases("develop")).to.equal("");
  });

  it("on a build branch is what the push changes, at its version, to be built and tested", async () => {
    await team.commit({ [`${models}/src/orb_models/added.py`]: "" });

    expect(await releases("organizations-feature")).to.equal("orb-models==1.2.0");
    expect((await run("another")).output).to.equal(
      "push of refs/heads/another: releases come only from pushes to develop and main\n",
    );
  });

  it("is the version of the commit's tag on a release branch, and nothing without a tag", async () => {
    await team.git(["tag", "orb-models-v1.2.0"]);

    expect(await releases("main")).to.equal("");
    await team.git(["tag", "orb-common-v3.1.0"]);
    expect(await releases("main")).to.equal("orb-common==3.1.0");
    await team.commit({ "README.md": "A change.\n" });
    expect(await releases("main")).to.equal("");
  });

  for (const [tag, version] of [
    ["orb-common-v3.1.0", "3.1.1.dev42"],
    ["orb-common-v3.1", "3.2.dev42"],
    ["orb-common-v2.0rc1", "2.0rc2.dev42"],
    [undefined, "0.1.0.dev42"],
  ] as const) {
    it(`on a pre-release branch is the version after the nearest tag: ${version} after ${tag ?? "none"}`, async () => {
      if (tag !== undefined) {
        await team.git(["tag", tag]);
        await team.git(["tag", "orb-models-v9.0"]);
      }
      await team.commit({ [`${common}/src/orb_common/added.py`]: "" });

      expect(await releases("develop")).to.equal(`orb-common==${version}`);
    });
  }

  it("rejects a commit with two tags of a package, and a tag that is no release", async () => {
    await team.git(["tag", "orb-common-v3.1.0"]);
    await team.git(["tag", "orb-common-v3.2.0"]);
    expect((await run("main")).output).to.equal(
      "orb-common: the commit has orb-common-v3.1.0 and orb-common-v3.2.0. Delete all of them but one\n",
    );
    await team.git(["tag", "-d", "orb-common-v3.1.0", "orb-common-v3.2.0"]);
    await team.git(["tag", "orb-common-vNext"]);
    expect((await run("main")).output).to.match(
      /^tag orb-common-vNext: 'Next' is not a release as PEP 440 writes it: write one line/,
    );
  });

  it("is PACKAGE_VERSION where the workflow sets it", async () => {
    await team.commit({ [`${common}/src/orb_common/added.py`]: "" });

    expect(await releases("develop", { PACKAGE_VERSION: "4.0.0" })).to.equal("orb-common==4.0.0.dev42");
    expect((await run("develop", { PACKAGE_VERSION: "v4" })).output).to.match(
      /^PACKAGE_VERSION: 'v4' is not a release/,
    );
  });
});
