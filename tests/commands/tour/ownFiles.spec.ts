import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { TourAttempt } from "../../../commands/tour/attempts";
import { makeWheel } from "../../../sandbox/fixtures/distributions";
import { cloneInto } from "../../support/exampleProject";
import { runCommand } from "../../support/commands/processes";

describe("npm start -- --dist", () => {
  let root: string;
  let clone: string;
  let dist: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "registry-dist-"));
    [clone, dist] = [join(root, "clone"), join(root, "dist")];
    [clone, dist].forEach((folder) => {
      mkdirSync(folder);
    });
    cloneInto(clone);
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const place = async (name: string, version: string) => {
    const { filename, bytes } = await makeWheel({ name, version });
    writeFileSync(join(dist, filename), bytes);
  };
  const start = () => runCommand("tour", ["--dist", dist, "--format", "json"], { directory: clone });

  it("publishes the folder's files as the job that may, and installs each version", async () => {
    await place("orb-common", "1.0.0");
    await place("orb-models", "2.1");
    writeFileSync(join(dist, ".gitignore"), "*");
    writeFileSync(join(dist, "._orb_common-1.0.0-py3-none-any.whl"), "of a Mac");
    const { exitCode, stdout, stderr } = await start();

    expect(exitCode, stderr).to.equal(0);
    const { attempts } = JSON.parse(stdout) as { attempts: readonly TourAttempt[] };
    expect(attempts.slice(3).map(({ what, seen }) => [what, seen])).to.deep.equal([
      ["orb_common-1.0.0-py3-none-any.whl, orb_models-2.1-py3-none-any.whl", "200"],
      ["orb-common 1.0.0", "orb-common 1.0.0"],
      ["orb-models 2.1", "orb-models 2.1"],
    ]);
    expect(attempts.filter(({ expected, seen }) => expected !== seen)).to.deep.equal([]);
  });

  it("rejects a file of a package that the stack does not list, and a folder without distributions", async () => {
    const empty = await start();
    expect([empty.exitCode, empty.stderr.split("\n").at(-2)]).to.deep.equal([
      1,
      `error: --dist ${dist} has no wheel or source distribution. Build your package first: python -m build`,
    ]);

    await place("requests", "1.0");
    const foreign = await start();
    expect([foreign.exitCode, foreign.stderr.split("\n").at(-2)]).to.deep.equal([
      1,
      "error: requests-1.0-py3-none-any.whl: not of a package in the setting packages (orb-common, orb-models). Add it there, or remove the file.",
    ]);
  });
});
