import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { zip } from "../support/sandbox/archives";
import { exampleProject } from "../support/exampleProject";
import { type Held, HeldRegistry } from "../support/commands/heldVersions";
import { nodeWords } from "../support/commands/processes";

describe("cleanup", () => {
  let registry: HeldRegistry;
  const opened: HeldRegistry[] = [];
  const open = async (stack = "dev") => {
    registry = await HeldRegistry.open(stack);
    opened.push(registry);
    return registry;
  };

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });

  const cleanup = (...words: readonly string[]) => registry.run("cleanup", ["--older-than", "60d", ...words]);
  const versions = (name: string, count: number, about: Partial<Held> = {}): Held[] =>
    Array.from({ length: count }, (_, index) => ({ name, version: `1.0.0.dev${index + 1}`, ...about }));
  const named = (held: readonly Held[]) => held.map(({ name, version }) => `${name}==${version}`);
  const statusesWith = (held: readonly Held[], status: string) =>
    Object.fromEntries(named(held).map((text) => [text, status] as const));

  it("lists what would go and changes nothing, until --apply disposes of it", async () => {
    await open();
    const old = versions("orb-common", 8);
    await registry.hold(...old, { name: "orb-models", version: "2.0.0" });
    const before = registry.all();

    const listed = await cleanup();
    const untouched = registry.all();
    const applied = await cleanup("--apply");
    const again = await cleanup("--apply");

    expect([listed.exitCode, listed.stderr]).to.deep.equal([0, ""]);
    expect(untouched).to.deep.equal(before);
    expect(listed.stdout).to.match(
      /^would go +orb-common==1\.0\.0\.dev1 +\d{4}-\d\d-\d\d +Published\nwould go +orb-common==1\.0\.0\.dev2 /,
    );
    expect(listed.stdout.split("\n").slice(4)).to.deep.equal([
      "6 stay: 4 one of the newest 5; 2 the newest version.",
      "dev: 3 versions would be disposed of. Nothing was changed.",
      "Dispose: the files are gone for good, and the number stays taken. The version cannot be published",
      "again, and its record is still listed.",
      "To do it:",
      "  npm run cleanup -- --stack dev --older-than 60d --keep 5 --apply",
      "",
    ]);
    expect(applied.exitCode, applied.stderr).to.equal(0);
    expect(applied.stdout).to.include("dev: 3 versions disposed of, 0 failed, 0 left.");
    expect(registry.statuses()).to.deep.equal({
      ...statusesWith(old.slice(0, 3), "Disposed"),
      ...statusesWith(old.slice(3), "Published"),
      "orb-models==2.0.0": "Published",
    });
    expect(again.stdout.trimEnd().split("\n").at(-1)).to.equal("dev: 0 versions disposed of, 0 failed, 0 left.");
  });

  it("deletes by choice, and says that a deleted version can be published again; a disposed one cannot", async () => {
    await open();
    await registry.hold(...versions("orb-common", 2), { name: "orb-common", version: "1.0.0", age: 1 });
    const publishAgain = (version: string) => registry.hold({ name: "orb-common", version }).then(() => "published");

    const disposed = await cleanup("--keep", "1", "--apply", "orb-common==1.0.0.dev1");
    const taken = await publishAgain("1.0.0.dev1").catch((error: unknown) => (error as Error).message);
    const listed = await cleanup("--keep", "1", "--delete");
    const deleted = await cleanup("--keep", "1", "--delete", "--apply");

    expect([disposed.exitCode, deleted.exitCode], disposed.stderr + deleted.stderr).to.deep.equal([0, 0]);
    expect(taken).to.include("1.0.0.dev1").and.to.include("is Disposed and takes no file");
    expect(listed.stdout.replace(/\s+/g, " "))
      .to.include("dev: 2 versions would be deleted. Nothing was changed.")
      .and.to.include("the number is free. The same version can be published again, with other bytes.");
    expect(registry.statuses()).to.deep.equal({ "orb-common==1.0.0": "Published" });
    expect(await publishAgain("1.0.0.dev1")).to.equal("published");
  });

  it("takes nothing from production that is not named, and with its name it does", async () => {
    await open("prod");
    await registry.hold(...versions("orb-common", 3));
    const prod = ["--stack", "prod", "--keep", "1"];
    const before = registry.all();

    const listed = await cleanup(...prod);
    const unnamed = await cleanup(...prod, "--apply");
    const untouched = registry.all();
    const byName = await cleanup(...prod, "--apply", "orb-common==1.0.0.dev1");

    expect(listed.exitCode, listed.stderr).to.equal(0);
    expect(listed.stdout).to.include(
      "prod is a production stack. To do it, name each version that is to go:\n" +
        "  npm run cleanup -- --stack prod --older-than 60d --keep 1 --apply orb-common==1.0.0.dev1 orb-common==1.0.0.dev2\n",
    );
    expect([unnamed.exitCode, unnamed.stderr]).to.deep.equal([
      2,
      "error: --apply in prod needs versions, because it is a production stack: name each one that is to go, as in " +
        "orb-common==1.4.0. Without --apply the command lists them\nSee npm run cleanup -- --help\n",
    ]);
    expect(untouched).to.deep.equal(before);
    expect(byName.exitCode, byName.stderr).to.equal(0);
    expect(registry.statuses()).to.deep.equal({
      "orb-common==1.0.0.dev1": "Disposed",
      "orb-common==1.0.0.dev2": "Published",
      "orb-common==1.0.0.dev3": "Published",
    });
  });

  it("changes nothing where one of the named versions has to stay, and names every one that has", async () => {
    await open();
    await registry.hold(...versions("orb-common", 2), { name: "orb-models", version: "1.0", age: 3 });
    await registry.hold({ name: "orb-models", version: "1.1", age: 2 });
    const before = registry.all();
    const words = ["orb-common==1.0.0.dev1", "orb-common==1.0.0.dev2", "orb-models==1", "orb-models==7"];

    const kept = await cleanup("--keep", "1", "--apply", ...words);

    expect([kept.exitCode, kept.stdout]).to.deep.equal([1, ""]);
    expect(kept.stderr).to.equal(
      "error: orb-common==1.0.0.dev2 stays: the newest version.\norb-models==7 stays: not there.\n" +
        "orb-models==1.0 stays: younger than 60 days.\nNothing was changed.\n",
    );
    expect(registry.all()).to.deep.equal(before);
  });

  it("rejects a public name, both ways at once and an age without its unit, all at once", async () => {
    await open();

    const wrong = await registry.run("cleanup", [
      ...["--older-than", "60", "--keep", "0", "--delete", "--dispose", "--packages", "requests,orb-common"],
      "Dockerfile",
    ]);

    expect(wrong.exitCode).to.equal(2);
    expect(wrong.stderr).to.equal(
      [
        "error: --older-than 60 is no age: write whole days, at least one, as in 60d",
        "       --keep 0 is no number from 1: the newest version of a package always stays",
        "       --delete and --dispose exclude each other: give one of them",
        "       requests: requests is not private in stack dev, whose origins.private has orb~. To block a public version: npm run block",
        "       Dockerfile: write NAME==VERSION. A file is given by --locks or --layers",
        "       --packages and versions exclude each other: a version names its package",
        "See npm run cleanup -- --help\n",
      ].join("\n"),
    );
  });

  it("keeps what locks and layers name, and says which file it was; without them these versions go", async () => {
    await open();
    const old = versions("orb-common", 8);
    await registry.hold(...old, ...versions("orb-models", 3));
    const folder = mkdtempSync(join(tmpdir(), "cleanup-"));
    const write = (file: string, contents: string | Buffer) => {
      writeFileSync(join(folder, file), contents);
      return join(folder, file);
    };
    const uvLock = write("uv.lock", 'version = 1\n[[package]]\nname = "orb-common"\nversion = "1.0.0.dev1"\n');
    const pipfileLock = write(
      "Pipfile.lock",
      JSON.stringify({ _meta: {}, default: { Orb_Common: { version: "==1.0.dev2" } }, develop: {} }),
    );
    const layer = write(
      "layer.zip",
      await zip(["python/orb_common-1.0.0.dev3.dist-info/METADATA", "Name: orb-common\n"]),
    );
    const broken = write("poetry.lock", "[[package");
    const all = ["--keep", "1", "--locks", uvLock, pipfileLock, "--layers", layer];

    const listed = await cleanup(...all);
    const kept = await cleanup(...all, "--apply", "orb-common==1.0.0.dev3");
    const unreadable = await cleanup("--locks", broken, "--apply");
    const applied = await cleanup(...all, "--apply");
    const without = await cleanup("--keep", "1", "--packages", "orb-common");
    rmSync(folder, { recursive: true });

    expect(listed.exitCode, listed.stderr).to.equal(0);
    expect(listed.stdout.replace(/\s+/g, " "))
      .to.include(`1 named by ${uvLock}; 1 named by ${pipfileLock}; 1 named by ${layer}`)
      .and.to.include("dev: 6 versions would be disposed of. Nothing was changed.")
      .and.to.include(`--locks ${uvLock} --locks ${layer} --locks ${pipfileLock} --apply`);
    expect([kept.exitCode, kept.stderr]).to.deep.equal([
      1,
      `error: orb-common==1.0.0.dev3 stays: named by ${layer}.\nNothing was changed.\n`,
    ]);
    expect(unreadable.exitCode).to.equal(2);
    expect(unreadable.stderr).to.include(broken);
    expect(applied.exitCode, applied.stderr).to.equal(0);
    expect(registry.statuses()).to.deep.equal({
      ...statusesWith(old, "Disposed"),
      ...statusesWith([...old.slice(0, 3), old[7]!], "Published"),
      ...statusesWith(versions("orb-models", 2), "Disposed"),
      "orb-models==1.0.0.dev3": "Published",
    });
    expect(without.stdout).to.include("dev: 3 versions would be disposed of.");
  });

  it("is denied to the publisher's role, in AWS's words, and nothing is done", async () => {
    await open();
    await registry.hold(...versions("orb-common", 7));
    const before = registry.all();

    const denied = await registry.run("cleanup", ["--older-than", "60d", "--apply"], await registry.publisher());

    expect([denied.exitCode, denied.stdout]).to.deep.equal([2, ""]);
    expect(denied.stderr)
      .to.include("error: Could not look: packages orb… in python-packages of orb-integration-hub-dev: AccessDenied")
      .and.to.include("/orb-integration-hub-dev-codeartifact-publisher/")
      .and.to.include("is not authorized to perform: codeartifact:ListPackages");
    expect(registry.all()).to.deep.equal(before);
  });

  it("lists for an inspector, whose --apply is denied and names the maintainers", async () => {
    await open();
    await registry.hold(...versions("orb-common", 7));
    const before = registry.all();
    const inspector = await registry.inspector();

    const listed = await registry.run("cleanup", ["--older-than", "60d"], inspector);
    const denied = await registry.run("cleanup", ["--older-than", "60d", "--apply"], inspector);

    expect(listed.stdout).to.include("dev: 2 versions would be disposed of. Nothing was changed.");
    expect([denied.exitCode, denied.stdout]).to.deep.equal([2, ""]);
    expect(denied.stderr)
      .to.include("is not authorized to perform: codeartifact:DisposePackageVersions")
      .and.to.include(
        "A role of the setting maintainers may do this: give its AWS profile with --profile.\nNothing was changed.\n",
      );
    expect(registry.all()).to.deep.equal(before);
  });

  describe("of 200 versions", () => {
    const old = [...versions("orb-common", 140), ...versions("orb-models", 71)];
    const goes = [...old.slice(0, 135), ...old.slice(140, 205)];

    const start = async (...words: readonly string[]) => {
      const environment = await registry.environment();
      const { PATH, HOME } = process.env;
      const child = spawn(
        process.execPath,
        [...nodeWords("cleanup"), "--older-than", "60d", "--apply", "--format", "json", ...words],
        {
          cwd: exampleProject,
          env: { PATH, HOME, ...environment },
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
      return { child, ended: once(child, "exit"), stdout: text(child.stdout), stderr: text(child.stderr) };
    };

    beforeEach(async () => {
      await open();
      await registry.hold(...old, { name: "orb-other", version: "3.0", status: "Unlisted" });
      await registry.hold({ name: "orb-common", version: "2.0.0.dev1", age: 1 });
    });

    it("ends in the middle by SIGKILL, and the second run disposes of the rest and of nothing else", async () => {
      const before = registry.all(named(goes));
      const gate = registry.store.holdUp(2);
      const { child, ended } = await start("--keep", "6");
      await gate.reached;
      child.kill("SIGKILL");
      await ended;
      const middle = Object.values(registry.statuses()).filter((status) => status === "Disposed").length;
      gate.release();

      const second = await cleanup("--keep", "6", "--apply");

      expect(middle).to.equal(100);
      expect(second.exitCode, second.stderr).to.equal(0);
      const disposed = Object.entries(registry.statuses()).filter(([, status]) => status === "Disposed");
      expect(Object.fromEntries(disposed)).to.deep.equal(statusesWith(goes, "Disposed"));
      expect(disposed).to.have.length(200);
      expect(registry.all(named(goes))).to.deep.equal(before);
    });

    it("ends after the call under way by Ctrl-C, and says what is left", async () => {
      const gate = registry.store.holdUp(1);
      const { child, ended, stdout, stderr } = await start("--keep", "6");
      await gate.reached;
      child.kill("SIGINT");
      // The command has taken notice before the call ends.
      await new Promise<void>((resolve) => {
        child.stderr.on("data", (data: Buffer) => {
          if (data.toString().includes("ends after this call")) {
            resolve();
          }
        });
      });
      gate.release();
      const [exitCode] = (await ended) as [number];

      expect(exitCode, await stderr).to.equal(130);
      const report = JSON.parse(await stdout) as { readonly versions: readonly { readonly outcome: string }[] };
      const outcomes = report.versions.map(({ outcome }) => outcome);
      expect(outcomes.filter((outcome) => outcome === "disposed")).to.have.length(100);
      expect(outcomes.filter((outcome) => outcome === "left")).to.have.length(100);
      expect(Object.values(registry.statuses()).filter((status) => status === "Disposed")).to.have.length(100);
    });

    it("leaves versions that change meanwhile as they are, and disposes of all others of their call", async () => {
      const gate = registry.store.holdUp(1);
      const { ended, stdout } = await start("--keep", "6");
      await gate.reached;
      const record = registry.store.find(registry.place, "orb-models")!;
      const changed = {
        "1.0.0.dev7": { ...record.versions["1.0.0.dev7"]!, status: "Unlisted" as const },
        "1.0.0.dev8": { ...record.versions["1.0.0.dev8"]!, revision: "another" },
      };
      const put = registry.store.put(registry.place, { ...record, versions: { ...record.versions, ...changed } });
      gate.release();
      await put;
      const [exitCode] = (await ended) as [number];

      expect(exitCode).to.equal(1);
      const report = JSON.parse(await stdout) as {
        readonly versions: readonly { readonly version: string; readonly outcome: string; readonly reason?: string }[];
      };
      expect(
        report.versions
          .filter(({ outcome }) => outcome !== "disposed")
          .map(({ version, outcome, reason }) => [version, outcome, reason]),
      ).to.deep.equal([
        ["1.0.0.dev7", "failed", "MISMATCHED_STATUS: current status: Unlisted, expected status: Published"],
        [
          "1.0.0.dev8",
          "failed",
          `MISMATCHED_REVISION: current revision: another, expected revision: ${record.versions["1.0.0.dev8"]!.revision}`,
        ],
      ]);
      expect(registry.statuses()["orb-models==1.0.0.dev7"]).to.equal("Unlisted");
      expect(Object.values(registry.statuses()).filter((status) => status === "Disposed")).to.have.length(198);
    });
  });
});
