import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
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
import { join } from "node:path";
import { expect } from "chai";
import { projectDirectory } from "../support/deployments";

/** Replaces Go: notes how it was called, and writes a command to its output path. */
const go = `#!/bin/sh
if [ "$1" = version ]; then
  echo "go version go1.26.0 linux/amd64"
  exit
fi
echo "$*" >> "$GO_CALLS"
[ -z "\${GO_FAILS:-}" ] || exit 1
while [ "$1" != -o ]; do shift; done
echo made > "$2/pulumi"
`;

describe("tools/build.sh", () => {
  let root: string;
  let calls: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "package-registry-build-"));
    calls = join(root, "calls");
    mkdirSync(join(root, "bin"));
    writeFileSync(join(root, "bin/go"), go);
    chmodSync(join(root, "bin/go"), 0o755);
    cpSync(join(projectDirectory, "tools/build.sh"), join(root, "tools/build.sh"));
    cpSync(join(projectDirectory, "tools/pulumi-cli"), join(root, "tools/pulumi-cli"), { recursive: true });
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  function build(args: readonly string[] = ["pulumi-cli"], environment: NodeJS.ProcessEnv = {}) {
    const { stdout, stderr, status } = spawnSync("/bin/sh", [join(root, "tools/build.sh"), ...args], {
      encoding: "utf8",
      env: {
        PATH: `${join(root, "bin")}:/usr/bin:/bin`,
        XDG_CACHE_HOME: join(root, "cache"),
        GO_CALLS: calls,
        ...environment,
      },
    });
    return { folder: stdout.trim(), stderr, status };
  }

  const built = () => readdirSync(join(root, "cache/package-registry"));
  const timesBuilt = () => readFileSync(calls, "utf8").trim().split("\n").length;

  it("builds what a folder pins, outside the tree, and prints where", () => {
    const { folder, status } = build();

    expect(status).to.equal(0);
    expect(folder).to.match(new RegExp(`^${join(root, "cache/package-registry")}/pulumi-cli-[0-9a-f]{16}$`));
    expect(readFileSync(join(folder, "pulumi"), "utf8")).to.equal("made\n");
  });

  it("stamps Pulumi's command with the version that the folder pins", () => {
    build();
    const [, version] = /pulumi\/sdk\/v3 (v\S+)/.exec(readFileSync(join(root, "tools/pulumi-cli/go.mod"), "utf8"))!;

    expect(readFileSync(calls, "utf8")).to.include(
      `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version!} `,
    );
  });

  it("builds once, and again for other pins", () => {
    const first = build().folder;
    const second = build().folder;
    expect([second, timesBuilt()]).to.deep.equal([first, 1]);

    writeFileSync(join(root, "tools/pulumi-cli/go.sum"), "other\n");
    expect(build().folder).not.to.equal(first);
    expect(timesBuilt()).to.equal(2);
    expect(built()).to.have.length(2);
  });

  it("leaves nothing behind where the build fails, and the next one builds", () => {
    const failed = build(["pulumi-cli"], { GO_FAILS: "yes" });

    expect([failed.status, failed.folder]).to.deep.equal([1, ""]);
    expect(built()).to.deep.equal([]);
    expect(build().status).to.equal(0);
  });

  it("says what it takes where it is called wrongly, or there is no Go", () => {
    for (const args of [[], ["none"], ["pulumi-cli", "more"]]) {
      const { status, stderr } = build(args);
      expect(status).to.equal(2);
      expect(stderr).to.match(/^usage: sh tools\/build\.sh FOLDER, where tools\/FOLDER has a go\.mod/);
    }
    const dirname = execFileSync("sh", ["-c", "command -v dirname"], { encoding: "utf8" }).trim();
    mkdirSync(join(root, "without-go"));
    symlinkSync(dirname, join(root, "without-go/dirname"));
    const { status, stderr } = build(["pulumi-cli"], { PATH: join(root, "without-go") });
    expect(status).to.equal(1);
    expect(stderr).to.equal(
      "tools/build.sh: go is not on PATH, and tools/pulumi-cli is built with it: https://go.dev/dl\n",
    );
    expect(existsSync(join(root, "cache"))).to.equal(false);
  });
});
