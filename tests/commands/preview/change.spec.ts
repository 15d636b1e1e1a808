import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { type Change, changeBetween, readFileLimit } from "../../../commands/preview/change";
import { commitAll } from "../../support/gitRepository";

type Files = Readonly<Record<string, string>>;

describe("a change, as git knows it", () => {
  let folder: string;
  let found: Change | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "package-registry-git-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
    rmSync(found?.configuration ?? folder, { recursive: true, force: true });
  });

  const base: Files = { "Pulumi.yaml": "name: p", "Pulumi.dev.yaml": "config: {}", "iam/a.ts": "a" };

  function write(side: string, files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, side, path)), { recursive: true });
      writeFileSync(join(folder, side, path), text);
    }
  }

  /** What is found where the change's tree is made of these files, and of whatever else is done to it. */
  async function compare(
    files: Files,
    also: (change: string) => void = () => undefined,
    before: Files = base,
  ): Promise<Change> {
    write("base", before);
    write("change", files);
    also(join(folder, "change"));
    await commitAll(join(folder, "base"));
    await commitAll(join(folder, "change"));
    found = changeBetween(join(folder, "base"), join(folder, "change"));
    return found;
  }

  it("touches stack files alone, whether they change, come or go", async () => {
    const { otherFiles, stacks, configuration } = await compare({
      "Pulumi.yaml": "name: p",
      "iam/a.ts": "a",
      "Pulumi.prod.yaml": "config: {b: 1}",
      "Pulumi.acme.yaml": "config: {}",
    });

    expect(otherFiles).to.deep.equal([]);
    expect(stacks).to.deep.equal([
      { name: "acme", isInBase: false, isInChange: true, problem: undefined },
      { name: "dev", isInBase: true, isInChange: false, problem: undefined },
      { name: "prod", isInBase: false, isInChange: true, problem: undefined },
    ]);
    expect(readdirSync(configuration).sort()).to.deep.equal(["Pulumi.acme.yaml", "Pulumi.prod.yaml", "Pulumi.yaml"]);
    expect(readFileSync(join(configuration, "Pulumi.prod.yaml"), "utf8")).to.equal("config: {b: 1}");
  });

  it("lists each stack before those that its versions are carried on to, as the base has them", async () => {
    const readBy = (environment: string) => `config: { package-registry:readers: [{ environment: ${environment} }] }`;
    const files = { "Pulumi.yaml": "name: p", "Pulumi.test.yaml": readBy("live"), "Pulumi.live.yaml": "config: {}" };
    const broken = { "Pulumi.a.yaml": "config: [", "Pulumi.b.yaml": "config: { package-registry:readers: [~, 1] }" };
    const changed = { ...files, "Pulumi.test.yaml": "config: {}", "Pulumi.live.yaml": readBy("test") };
    const { stacks } = await compare(changed, undefined, { ...files, ...broken });

    expect(stacks.map(({ name }) => name)).to.deep.equal(["a", "b", "test", "live"]);
  });

  it("is read with the files that its stack files name for settings, and does not list those as other files that the base names", async () => {
    const naming = (...files: readonly string[]) =>
      `config: { package-registry:readers: { file: [${files.join(", ")}] } }`;
    const readBy = (environment: string) => `- environment: ${environment}\n`;
    const before = {
      "Pulumi.yaml": "name: p",
      "Pulumi.live.yaml": "config: {}",
      "Pulumi.test.yaml": naming("registry/a.yaml", "b.yaml"),
      "registry/a.yaml": readBy("else"),
      "b.yaml": readBy("live"),
    };
    const { stacks, otherFiles, configuration } = await compare(
      {
        ...before,
        "Pulumi.live.yaml": naming("registry/c.yaml", "../d.yaml", "gone.yaml", ".github/e.yaml"),
        "registry/a.yaml": readBy("other"),
        "registry/c.yaml": "[]",
        ".github/e.yaml": "[]",
      },
      (change) => {
        rmSync(join(change, "b.yaml"));
        symlinkSync("/etc/passwd", join(change, "b.yaml"));
      },
      before,
    );

    expect(stacks.map(({ name, problem }) => [name, problem])).to.deep.equal([
      ["test", "b.yaml is not a regular file"],
      ["live", "the change has no gone.yaml"],
    ]);
    expect([...otherFiles].sort()).to.deep.equal([".github/e.yaml", "b.yaml", "registry/c.yaml"]);
    expect(readdirSync(configuration, { recursive: true }).sort()).to.deep.equal([
      ...["Pulumi.live.yaml", "Pulumi.test.yaml", "Pulumi.yaml", "registry"],
      ...["registry/a.yaml", "registry/c.yaml"],
    ]);
    expect(readFileSync(join(configuration, "registry/a.yaml"), "utf8")).to.equal(readBy("other"));
  });

  it("touches more where any other file changes, comes or goes, Pulumi.yaml and other folders' stack files among them", async () => {
    const { otherFiles } = await compare({
      "Pulumi.yaml": "name: q",
      "Pulumi.dev.yaml": "config: {}",
      "bootstrap/Pulumi.account.yaml": "",
      "Pulumi.dev.yaml.ts": "",
      ".npmrc": "",
      "Pulumi./x.yaml": "",
    });

    expect([...otherFiles].sort()).to.deep.equal([
      ...[".npmrc", "Pulumi./x.yaml", "Pulumi.dev.yaml.ts", "Pulumi.yaml", "bootstrap/Pulumi.account.yaml", "iam/a.ts"],
    ]);
  });

  it("touches more where a file's mode changes, and where a stack file becomes a link, which is not followed", async () => {
    const { otherFiles, stacks, configuration } = await compare(
      { "Pulumi.yaml": "name: p", "iam/a.ts": "a" },
      (change) => {
        chmodSync(join(change, "iam/a.ts"), 0o755);
        symlinkSync("/etc/passwd", join(change, "Pulumi.dev.yaml"));
      },
    );

    expect([...otherFiles].sort()).to.deep.equal(["Pulumi.dev.yaml", "iam/a.ts"]);
    expect(stacks.map(({ problem }) => problem)).to.deep.equal(["Pulumi.dev.yaml is not a regular file"]);
    expect(existsSync(join(configuration, "Pulumi.dev.yaml"))).to.equal(false);
  });

  it("is read from the commit, not from the work tree", async () => {
    await compare(base);
    rmSync(found?.configuration ?? "", { recursive: true });
    for (const path of ["Pulumi.dev.yaml", "Pulumi.yaml", "Pulumi.prod.yaml", "iam/a.ts"]) {
      writeFileSync(join(folder, "change", path), "not committed");
    }
    found = changeBetween(join(folder, "base"), join(folder, "change"));

    expect(found.otherFiles).to.deep.equal([]);
    expect(found.stacks.map(({ name }) => name)).to.deep.equal(["dev"]);
    expect(readFileSync(join(found.configuration, "Pulumi.dev.yaml"), "utf8")).to.equal("config: {}");
  });

  it("has a problem with a stack file of any length or name that is not Pulumi's, and none beside it", async () => {
    const name = "<img src=x>";
    const { stacks } = await compare({
      ...base,
      "Pulumi.staging.yaml": "#".repeat(readFileLimit + 1),
      "Pulumi.prod.yaml": "#".repeat(readFileLimit),
      [`Pulumi.${name}.yaml`]: "config: {}",
    });

    expect(Object.fromEntries(stacks.map((stack) => [stack.name, stack.problem]))).to.deep.equal({
      dev: undefined,
      staging: "Pulumi.staging.yaml is 200001 bytes long, and 200000 are the most that is read",
      prod: undefined,
      [name]: "Pulumi allows no such name of a stack",
    });
  });

  it("has a problem with every stack where Pulumi.yaml is missing", async () => {
    const { stacks } = await compare({ "Pulumi.dev.yaml": "config: {}" });

    expect(stacks.map(({ problem }) => problem)).to.deep.equal(["the change has no Pulumi.yaml"]);
  });
});
