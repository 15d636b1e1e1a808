import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
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
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { projectDirectory } from "../support/deployments";
import { describePulumi } from "../support/describePulumi";
import { packArchives, type PulumiArchives } from "../support/tools/pulumiArchives";

/** A CLI that notes how it is called. */
const notingCli = `#!/bin/sh
echo "$*" >> "$CLI_CALLS"
`;

const cliVersion = /pulumi\/pkg\/v3 v(\S+)/.exec(
  readFileSync(join(projectDirectory, "tools/pulumi-cli/go.mod"), "utf8"),
)![1]!;
const { dependencies } = JSON.parse(readFileSync(join(projectDirectory, "package.json"), "utf8")) as {
  readonly dependencies: Readonly<Record<string, string>>;
};
const names = {
  cli: `pulumi-v${cliVersion}-linux-x64.tar.gz`,
  aws: `pulumi-resource-aws-v${dependencies["@pulumi/aws"]!}-linux-amd64.tar.gz`,
  native: `pulumi-resource-aws-native-v${dependencies["@pulumi/aws-native"]!}-linux-amd64.tar.gz`,
};

/** The script in a tree of its own. */
class Installation {
  readonly root = mkdtempSync(join(tmpdir(), "registry-tools-pulumi-"));
  readonly sums = join(this.root, "tools/pulumi/SHA256SUMS");
  readonly archives: PulumiArchives;

  constructor(cli: string) {
    for (const folder of ["bin", "temp", "home", "archives"]) {
      mkdirSync(join(this.root, folder));
    }
    symlinkSync(join(__dirname, "../support/tools/curl.sh"), join(this.root, "bin/curl"));
    cpSync(join(projectDirectory, "tools/pulumi"), join(this.root, "tools/pulumi"), { recursive: true });
    cpSync(join(projectDirectory, "tools/pulumi-cli/go.mod"), join(this.root, "tools/pulumi-cli/go.mod"));
    cpSync(join(projectDirectory, "package.json"), join(this.root, "package.json"));
    this.archives = packArchives(join(this.root, "archives"), cli);
    writeFileSync(this.sums, this.archives.sums);
  }

  async run(args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
    const install = spawn("sh", [join(this.root, "tools/pulumi/install.sh"), ...args], {
      env: {
        PATH: [join(this.root, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
        HOME: join(this.root, "home"),
        PULUMI_HOME: join(this.root, "home/.pulumi"),
        RUNNER_TEMP: join(this.root, "temp"),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        ARCHIVES: join(this.root, "archives"),
        CLI_CALLS: join(this.root, "calls"),
        DOWNLOADS: join(this.root, "downloads"),
        ...environment,
      },
    });
    const [stdout, stderr] = await Promise.all([text(install.stdout), text(install.stderr)]);
    const exitCode = install.exitCode ?? ((await once(install, "close")) as [number])[0];
    return { exitCode, folder: stdout.trim(), stderr };
  }

  /** Changes the line of one archive in the file of sums. */
  change(archive: string, line: string) {
    const lines = readFileSync(this.sums, "utf8").split("\n");
    writeFileSync(this.sums, lines.map((one) => (one.endsWith(`  ${archive}`) ? line : one)).join("\n"));
  }

  /** What the CLI was asked, and what was downloaded. */
  noted(file: "calls" | "downloads"): readonly string[] {
    const path = join(this.root, file);
    return existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
  }

  /** What is left of the runs. */
  left(): readonly string[] {
    return readdirSync(join(this.root, "temp"));
  }

  close() {
    rmSync(this.root, { recursive: true });
  }
}

const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
const other = "0".repeat(64);

describe("tools/pulumi/install.sh", () => {
  let here: Installation;

  beforeEach(() => {
    here = new Installation(notingCli);
  });

  afterEach(() => {
    here.close();
  });

  it("installs the CLI that go.mod pins and the plugins that package.json pins, each with its sum", async () => {
    const { exitCode, folder, stderr } = await here.run();

    expect([exitCode, stderr]).to.deep.equal([0, ""]);
    expect(readFileSync(join(folder, "pulumi"), "utf8")).to.equal(notingCli);
    expect(here.noted("downloads")).to.deep.equal([
      `https://get.pulumi.com/releases/sdk/${names.cli}`,
      `https://get.pulumi.com/releases/plugins/${names.aws}`,
      `https://get.pulumi.com/releases/plugins/${names.native}`,
    ]);
    expect(here.noted("calls")).to.deep.equal(
      (["aws", "native"] as const).map((key) => {
        const [, plugin, version] = /^pulumi-resource-(.*)-(v.*)-linux/.exec(names[key])!;
        const archive = join(dirname(folder), "downloads", names[key]);
        return `plugin install resource ${plugin!} ${version!} --exact --reinstall --file ${archive} --non-interactive`;
      }),
    );
  });

  it("downloads nothing while a sum is missing, and names every archive without one and what to run", async () => {
    for (const line of ["", `${"0".repeat(63)}  ${names.aws}`, `${"g".repeat(64)}  ${names.aws}`]) {
      writeFileSync(here.sums, here.archives.sums);
      here.change(names.aws, line);
      here.change(names.native, "");
      const { exitCode, folder, stderr } = await here.run();

      expect([exitCode, folder]).to.deep.equal([1, ""]);
      expect(stderr).to.equal(
        `tools/pulumi/install.sh: tools/pulumi/SHA256SUMS has no sum of: ${names.aws} ${names.native}. To renew the sums, ` +
          "run this, compare what it prints with the releases, and commit it: sh tools/pulumi/install.sh --renew\n",
      );
    }
    expect([here.noted("downloads"), here.noted("calls"), here.left()]).to.deep.equal([[], [], []]);
  });

  it("runs nothing where a sum is another, and says of every archive which it has", async () => {
    here.change(names.cli, `${other}  ${names.cli}`);
    here.change(names.native, `${other}  ${names.native}`);
    const { exitCode, folder, stderr } = await here.run();
    const found = (archive: string) =>
      `  ${archive}: expected ${other}, found ${digest(join(here.root, "archives", archive))}`;

    expect([exitCode, folder]).to.deep.equal([1, ""]);
    expect(stderr.split("\n")).to.deep.equal([
      "tools/pulumi/install.sh: archives differ from tools/pulumi/SHA256SUMS, and nothing of them was run:",
      found(names.cli),
      found(names.native),
      "Find out why before you go on. To renew the sums, run this, compare what it prints with the releases, and commit it: sh tools/pulumi/install.sh --renew",
      "",
    ]);
    expect([here.noted("calls"), here.left()]).to.deep.equal([[], []]);
  });

  it("asks for exact versions", async () => {
    const file = join(here.root, "package.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"@pulumi/aws": "', '"@pulumi/aws": "^'));
    const { exitCode, stderr } = await here.run();

    expect(exitCode).to.equal(1);
    expect(stderr).to.match(
      /^tools\/pulumi\/install\.sh: package\.json has no exact version of @pulumi\/aws\. Write one/,
    );
  });

  it("says how it is called", async () => {
    for (const args of [["--renew", "all"], ["help"]]) {
      expect(await here.run(args)).to.deep.equal({
        exitCode: 2,
        folder: "",
        stderr: "usage: sh tools/pulumi/install.sh [--renew]\n",
      });
    }
  });

  it("renews the sums from both places where Pulumi publishes, and keeps what the file says of itself", async () => {
    const heading = readFileSync(join(projectDirectory, "tools/pulumi/SHA256SUMS"), "utf8")
      .match(/^#.*\n/gm)!
      .join("");
    writeFileSync(here.sums, `${heading}${other}  pulumi-v1.0.0-linux-x64.tar.gz\n`);
    const { exitCode } = await here.run(["--renew"]);

    expect(exitCode).to.equal(0);
    expect(readFileSync(here.sums, "utf8")).to.equal(`${heading}${here.archives.sums}`);
    expect(here.noted("downloads")).to.deep.equal([
      `https://get.pulumi.com/releases/sdk/${names.cli}`,
      `https://github.com/pulumi/pulumi/releases/download/v${cliVersion}/${names.cli}`,
      `https://get.pulumi.com/releases/plugins/${names.aws}`,
      `https://github.com/pulumi/pulumi-aws/releases/download/v${dependencies["@pulumi/aws"]!}/${names.aws}`,
      `https://get.pulumi.com/releases/plugins/${names.native}`,
      `https://github.com/pulumi/pulumi-aws-native/releases/download/v${dependencies["@pulumi/aws-native"]!}/${names.native}`,
    ]);
    expect((await here.run()).exitCode).to.equal(0);
  });

  it("leaves the sums as they were where the two places differ", async () => {
    const elsewhere = join(here.root, "elsewhere");
    cpSync(join(here.root, "archives"), elsewhere, { recursive: true });
    writeFileSync(join(elsewhere, names.native), "changed");
    const { exitCode, stderr } = await here.run(["--renew"], { GITHUB_ARCHIVES: elsewhere });

    expect(exitCode).to.equal(1);
    expect(stderr).to.match(/pulumi-resource-aws-native-.* and .* differ\. SHA256SUMS is unchanged\n$/);
    expect(readFileSync(here.sums, "utf8")).to.equal(here.archives.sums);
    expect(here.left()).to.deep.equal([]);
  });
});

describePulumi("tools/pulumi/install.sh with the real CLI", (cli) => {
  let here: Installation;

  beforeEach(() => {
    const real = cli.path.split(delimiter).find((folder) => existsSync(join(folder, "pulumi")))!;
    here = new Installation(`#!/bin/sh\nexec "${real}/pulumi" "$@"\n`);
  });

  afterEach(() => {
    here.close();
  });

  const plugins = () => join(here.root, "home/.pulumi/plugins");

  it("has the plugins after it, and in the place of one that was there what has the sum", async () => {
    const folder = (plugin: string) => join(plugins(), `resource-${plugin}-v${dependencies[`@pulumi/${plugin}`]!}`);
    mkdirSync(folder("aws"), { recursive: true });
    writeFileSync(join(folder("aws"), "pulumi-resource-aws"), "put there before");
    const { exitCode, stderr } = await here.run();

    expect(exitCode, stderr).to.equal(0);
    for (const plugin of ["aws", "aws-native"]) {
      const program = join(folder(plugin), `pulumi-resource-${plugin}`);
      expect(readFileSync(program, "utf8")).to.equal(here.archives.plugin(plugin));
    }
  });

  it("installs no plugin where the sum of one is another", async () => {
    here.change(names.native, `${other}  ${names.native}`);
    const { exitCode, folder } = await here.run();

    expect([exitCode, folder]).to.deep.equal([1, ""]);
    expect([existsSync(plugins()), here.left()]).to.deep.equal([false, []]);
  });
});
