import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runProcess } from "../../commands/python/runProcess";
import { realPython } from "../support/realPython";
import { TeamRepository } from "../support/examples/teamRepository";

describe("what a run releases", () => {
  let folder: string;
  let team: TeamRepository;
  let first: string;

  const common = "backend/packages/orb-common";
  const changeCommon = (more: Readonly<Record<string, string>> = {}) =>
    team.commit({ [`${common}/src/orb_common/added.py`]: "", ...more });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "releases-"));
    mkdirSync(join(folder, "tree"));
    team = new TeamRepository(folder);
    await team.create();
    first = await team.head();
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const releases = (ref: string, before: string, event = "push", number = "42") =>
    runProcess("python3", [".github/registry/packages/releases.py", "orb-common", "orb-models"], {
      directory: team.directory,
      environment: {
        PATH: process.env.PATH ?? "",
        HOME: folder,
        PYTHONDONTWRITEBYTECODE: "1",
        GITHUB_EVENT_NAME: event,
        GITHUB_REF: ref,
        GITHUB_RUN_NUMBER: number,
        BEFORE: before,
      },
    });
  const said = async (ref: string, before: string, event = "push") => {
    const { exitCode, output } = await releases(ref, before, event);
    expect(exitCode, output).to.equal(0);
    return output.trim();
  };
  const [develop, main] = ["refs/heads/develop", "refs/heads/main"];

  it("on develop is a pre-release of what the push changed, and of nothing else", async () => {
    await changeCommon();

    expect(await said(develop, first)).to.equal("orb-common==1.4.0.dev42");
    expect(await said(develop, await team.head())).to.equal("");
  });

  it("on develop is all, where no one knows what was there before", async () => {
    expect(await said(develop, "0".repeat(40))).to.equal("orb-common==1.4.0.dev42 orb-models==1.2.0.dev42");
  });

  it("on main is what has no tag of its version yet, whatever the push changed", async () => {
    await team.git(["tag", "orb-models-v1.2.0"]);
    await team.commit({ "README.md": "changed" });

    expect(await said(main, await team.head())).to.equal("orb-common==1.4.0");
    await team.git(["tag", "orb-common-v1.4.0"]);
    expect(await said(main, first)).to.equal("");
  });

  it("on main is also what has changed since its tag, so that a forgotten version shows", async () => {
    await team.git(["tag", "orb-common-v1.4.0"]);
    await team.git(["tag", "orb-models-v1.2.0"]);
    await changeCommon();

    expect(await said(main, first)).to.equal("orb-common==1.4.0");
  });

  it("on main knows a version by the tag NAME-vVERSION alone, of an epoch too", async () => {
    await team.commit({ [`${common}/VERSION`]: "1!2.0\n" });
    await team.git(["tag", "orb-models-v1.2.0"]);
    for (const tag of [
      "v1!2.0",
      "orb-common-1!2.0",
      "release/orb-common-v1!2.0",
      "orb-common-v1!2.0rc1",
      "orb-common-v2.0",
    ]) {
      await team.git(["tag", tag]);
    }

    expect(await said(main, first)).to.equal("orb-common==1!2.0");
    await team.git(["tag", "orb-common-v1!2.0"]);
    expect(await said(main, first)).to.equal("");
  });

  it("on develop needs the number that GitHub gives the run", async () => {
    await changeCommon();
    for (const number of ["", "0", "4 2", "４２", "1.5"]) {
      const { exitCode, output } = await releases(develop, first, "push", number);

      expect(exitCode).to.equal(1);
      expect(output).to.equal(
        `GITHUB_RUN_NUMBER: '${number}' is not the number of a run, which GitHub sets: write one, such as 42\n`,
      );
    }
  });

  it("needs git, and says so", async () => {
    const { exitCode, output } = await runProcess(
      realPython(),
      [".github/registry/packages/releases.py", "orb-common"],
      {
        directory: team.directory,
        environment: {
          PATH: "",
          PYTHONDONTWRITEBYTECODE: "1",
          GITHUB_EVENT_NAME: "push",
          GITHUB_REF: main,
          GITHUB_RUN_NUMBER: "42",
          BEFORE: first,
        },
      },
    );

    expect(exitCode).to.equal(1);
    expect(output).to.match(/^git cannot be started \(.*\): install it\n$/);
  });

  it("is nothing where a package's tests alone have changed", async () => {
    await team.commit({ [`${common}/tests/test_added.py`]: "" });

    expect(await said(develop, first)).to.equal("");
  });

  it("in a pull request is what it changes, at its version", async () => {
    await changeCommon({ [`${common}/VERSION`]: "1.5.0\n" });

    expect(await said("refs/pull/7/merge", first, "pull_request")).to.equal("orb-common==1.5.0");
  });

  for (const [event, ref] of [
    ["push", "refs/heads/organizations-feature"],
    ["push", "refs/tags/develop"],
    ["pull_request_target", main],
  ] as const) {
    it(`is rejected for ${event} of ${ref}`, async () => {
      const { exitCode, output } = await releases(ref, first, event);

      expect(exitCode).to.equal(1);
      expect(output).to.equal(`${event} of ${ref}: releases come only from pushes to develop and main\n`);
    });
  }

  for (const version of ["1.5.0\r\n", "1!2.0", "1.5.0rc1", "1.5.0.post1"]) {
    it(`takes ${JSON.stringify(version)} in VERSION`, async () => {
      await team.commit({ [`${common}/VERSION`]: version });

      expect(await said("refs/pull/7/merge", first, "pull_request")).to.equal(`orb-common==${version.trim()}`);
    });
  }

  for (const version of [
    "",
    "\uFEFF1.5.0",
    "1.5.0\n1.6.0\n",
    "v1.5",
    "1.5.0.dev1",
    "1.5.0+local",
    "orb/1.5.0",
    "01.5",
    "１.５",
    "1.5\u0000",
    "[project]\nversion = 1.5",
  ]) {
    it(`rejects ${JSON.stringify(version)} in VERSION, and names the file`, async () => {
      await team.commit({ [`${common}/VERSION`]: version });
      const { exitCode, output } = await releases("refs/pull/7/merge", first, "pull_request");

      expect(exitCode).to.equal(1);
      expect(output).to.match(
        /^backend\/packages\/orb-common\/VERSION: '.*' is not a release as PEP 440 writes it: write one line of at most 100 characters, .*\n$/,
      );
    });
  }

  it("takes a VERSION of 100 characters, and rejects one of more without repeating all of it", async () => {
    const longest = `1.${"9".repeat(98)}`;
    await team.commit({ [`${common}/VERSION`]: longest });
    expect(await said("refs/pull/7/merge", first, "pull_request")).to.equal(`orb-common==${longest}`);

    for (const [version, characters] of [
      [`${longest}9`, 101],
      ["x".repeat(1_000_000), 1_000_000],
    ] as const) {
      await team.commit({ [`${common}/VERSION`]: version });
      const { exitCode, output } = await releases("refs/pull/7/merge", first, "pull_request");

      expect(exitCode).to.equal(1);
      expect(output).to.include(
        `${common}/VERSION: '${version.slice(0, 100)}'… (${characters} characters) is not a release`,
      );
      expect(output).to.have.length.below(420);
    }
  });

  it("rejects a VERSION that is a folder or not UTF-8, and a package without any version", async () => {
    const path = join(team.directory, common, "VERSION");
    const makeFolder = () => {
      mkdirSync(path);
    };
    const makeBytes = () => {
      writeFileSync(path, Buffer.from([0xff]));
    };
    for (const make of [makeFolder, makeBytes]) {
      rmSync(path, { recursive: true, force: true });
      make();
      const { exitCode, output } = await releases("refs/pull/7/merge", first, "pull_request");

      expect(exitCode).to.equal(1);
      expect(output).to.match(
        /^backend\/packages\/orb-common\/VERSION: it cannot be read \(.*\): write one line, such as 1\.4\.0, in UTF-8\n$/,
      );
    }
    rmSync(path, { recursive: true, force: true });
    const { exitCode, output } = await releases("refs/pull/7/merge", first, "pull_request");
    expect(exitCode).to.equal(1);
    expect(output).to.match(/^backend\/packages\/orb-common: no version of orb-common is written there\. Write .*\n$/);
  });
});
