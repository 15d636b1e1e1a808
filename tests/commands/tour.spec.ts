import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { chooseClients } from "../../commands/tour/clients";
import type { TourAttempt } from "../../commands/tour/attempts";
import { inFolder, projectDirectory, shipped } from "../support/deployments";
import { codeBlocks } from "../support/docs/document";
import { cloneInto, exampleFile, exampleProject } from "../support/exampleProject";
import { type Ended, nodeWords, type Place, run, runCommand } from "../support/commands/processes";

const dev = exampleFile("Pulumi.dev.yaml");

/** A key of another region, which CodeArtifact cannot use. */
const missingKey = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/** A path on which there is no Python. */
const withoutPython = { environment: { PATH: "/nowhere" } };

function withSettings(...lines: readonly string[]): string {
  return dev + lines.map((line) => `  package-registry:${line}\n`).join("");
}

/** Starts the stack that is alone in a folder, with this stack file. */
function startAlone(stack: string, text: string, place: Place = {}): Promise<Ended> {
  return inFolder({ stacks: { [stack]: text } }, (directory) =>
    runCommand("tour", ["--stack", stack], { ...place, directory }),
  );
}

interface Report {
  readonly stack: string;
  readonly domain: string;
  readonly clients: { readonly publisher: string; readonly installer: string };
  readonly remark: readonly string[];
  readonly attempts: readonly TourAttempt[];
}

function report({ stdout }: Ended): Report {
  return JSON.parse(stdout) as Report;
}

describe("npm start", () => {
  let clone: string;
  let started: Ended;
  let asJson: Ended;
  let withNode: Ended;
  let prod: Ended;

  before(async () => {
    clone = mkdtempSync(join(tmpdir(), "package-registry-clone-"));
    cloneInto(clone);
    // Python's tools are installed beforehand, so that nothing is said of it.
    await chooseClients(() => undefined);
    [started, withNode] = await Promise.all([
      run("npm", ["start", "--silent"], { directory: clone, environment: { CI: "true" } }),
      runCommand("tour", ["--format", "json"], withoutPython),
    ]);
    [asJson, prod] = await Promise.all([
      runCommand("tour", ["--format", "json"]),
      startAlone("prod", exampleFile("Pulumi.prod.yaml"), {
        environment: { ...withoutPython.environment, FORCE_COLOR: "1" },
      }),
    ]);
  });

  after(() => {
    rmSync(clone, { recursive: true });
  });

  it("deploys dev and prints what was made, and a table of what was tried, expected and seen", () => {
    const headings = ["Resources", "Tour"];

    expect(started.exitCode).to.equal(0);
    expect(started.stdout.split("\n").filter((line) => headings.includes(line))).to.deep.equal(headings);
    expect(started.stdout).to.match(/^Resources\n\npackage-registry-dev {2}pulumi:pulumi:Stack\n/);
    expect(started.stdout).to.include(
      "   ├─ registry-domain  aws:codeartifact:Domain  arn:aws:codeartifact:us-east-1:123456789012:domain/orb-integration-hub-dev\n",
    );
    expect(started.stdout).to.match(/\n {2}AccessDenied +a fork\n +stopped by sub, repository_id, /);
    expect(started.stdout).to.match(
      /\n {2}409 +the wheel with other bytes\n +orb_common-1\.0\.0-py3-none-any\.whl is /,
    );
    expect(started.stdout).to.match(/\n\d+ attempts: all end as expected\.\n/);
  });

  it("prints the twelve lines that README shows, in their order, whatever the versions of twine and pip", () => {
    const withoutVersions = (text: string) => text.replaceAll(/^((?:Publish|Install) with \w+) [\d.]+$/gm, "$1");
    const shown = codeBlocks(shipped("README.md")).find(({ language }) => language === "text")?.text ?? "";
    const lines = withoutVersions(shown).trimEnd().split("\n");
    const printed = withoutVersions(started.stdout).split("\n");

    expect(lines).to.have.length(12);
    expect(printed.filter((line, index) => lines.includes(line) && printed.indexOf(line) === index)).to.deep.equal(
      lines,
    );
  });

  it("publishes with twine and installs with pip", () => {
    const { stack, domain, clients, remark } = report(asJson);

    expect(asJson.exitCode).to.equal(0);
    expect([stack, domain, remark]).to.deep.equal(["dev", "orb-integration-hub-dev", []]);
    expect(clients.publisher).to.match(/^twine \d+\.\d+\.\d+$/);
    expect(clients.installer).to.match(/^pip \d+\.\d+/);
    expect(started.stdout).to.include(`\nPublish with ${clients.publisher}\n`);
    expect(started.stdout).to.include(`\nInstall with ${clients.installer}\n`);
  });

  /** What a tour is for, each with how it ends. */
  for (const [what, seen] of [
    ["the job, its subject by name", "credentials"],
    ["the job, its subject with GitHub's ids", "credentials"],
    ["another environment", "AccessDenied"],
    ["another workflow of the repository", "AccessDenied"],
    ["a pull request", "AccessDenied"],
    ["a fork", "AccessDenied"],
    ["look-alike owners and repositories", "AccessDenied"],
    ["the job itself, with a token for another audience", "AccessDenied"],
    ["a token for 3600 seconds", "token"],
    ["a token for 12 hours", "AccessDeniedException"],
    ["a token for as long as the session (0)", "AccessDeniedException"],
    ["an sdist and a wheel of orb-common 1.0.0", "200"],
    ["the same files again", "200"],
    ["the wheel with other bytes", "409"],
    ["orb-unlisted, which is not the publisher's", "403"],
    ["directly into pypi-store", "403"],
    ["with a reader's token", "403"],
    ["with an invalid token", "401"],
    ["orb-common, and a public package through pypi-store", "orb-common 1.0.0, tour-dependency 2.1.0"],
    ["the poisoned orb-common 99.0 of the public index", "not found"],
    ["the squatted orb-comon of the public index", "not found"],
    ["without a token", "401"],
    ["publish unlisted-name, which is not private", "403"],
    ["/pypi//orb~ EXTERNAL_UPSTREAM", "BLOCK"],
  ] as const) {
    it(`tries ${what}: ${seen}`, () => {
      const [found] = report(asJson).attempts.filter((attempt) => attempt.what === what);

      expect([found?.expected, found?.seen]).to.deep.equal([seen, seen]);
    });
  }

  it("makes the same attempts with Node's clients where there is no Python, and says so", () => {
    const { clients, remark, attempts } = report(withNode);
    const outcomes = (all: readonly TourAttempt[]) =>
      all
        .map(({ what, expected, seen }) => [what, expected, seen].join(": "))
        // Other builders make other bytes.
        .filter((line) => !line.startsWith("compare its files"));

    expect(withNode.exitCode).to.equal(0);
    expect(clients).to.deep.equal({ publisher: "Node's fetch", installer: "Node's fetch" });
    expect(remark).to.deep.equal([
      "Without twine and pip: there is no Python on the PATH (python3, python). The same attempts were made with Node's fetch.",
    ]);
    expect(attempts).to.have.length(report(asJson).attempts.length);
    expect(outcomes(attempts)).to.deep.equal(outcomes(report(asJson).attempts));
    expect(prod.stdout).to.include(remark[0]);
  });

  it("says beside it what the program warned of, and nothing else where no one watches", () => {
    for (const { stdout, stderr } of [started, asJson, withNode]) {
      expect(stdout).not.to.include("warning: ");
      expect(stderr).to.match(
        /^… deploying stack dev into the sandbox\nwarning: 3 roles admit no one at AWS yet: their repositories' ids are 0\. npm run access names them\.\n$/,
      );
    }
  });

  it("prints no token", () => {
    for (const { stdout, stderr } of [started, asJson, withNode]) {
      expect(stdout + stderr).not.to.match(/eyJ|IQoJ|ghs_|aws:[^*\s][^@\s]*@/);
    }
  });

  it("prints no codes of colour into a pipe, in a CI job neither, and colours where they are forced", () => {
    expect(started.stdout).not.to.include("\u001b");
    expect(prod.exitCode).to.equal(0);
    expect(prod.stdout).to.include("\u001b[32mcredentials\u001b[39m");
    expect(prod.stdout).to.include("\u001b[33mprotected\u001b[39m");
    expect(prod.stdout).to.match(/\d+ attempts: all end as expected\./);
    expect(prod.stderr).to.match(
      /^… deploying stack prod into the sandbox\nwarning: 2 roles admit no one at AWS yet: .*\n$/,
    );
  });

  it("deploys the stack that is asked for, also where it is the only one", () => {
    expect(prod.stdout).to.include("package-registry-prod");
    expect(prod.stdout).not.to.include("orb-integration-hub-dev");
  });

  it("ends with exit code 1, and shows which attempts differ, where the program registers another document", async () => {
    const program = `
      pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
        if (type === "aws:iam/rolePolicy:RolePolicy") {
          props.policy = pulumi.output(props.policy).apply((text) => text.replace('"3600"', '"43200"'));
        }
        return { props, opts };
      });
      module.exports = require(${JSON.stringify(join(projectDirectory, "index.ts"))});`;
    const changed = await inFolder({ program }, (directory) => runCommand("tour", [], { ...withoutPython, directory }));

    expect(changed.exitCode).to.equal(1);
    expect(changed.stdout).to.match(/\n {2}token, expected +a token for 12 hours\n {2}AccessDeniedException\n/);
    expect(changed.stdout).to.match(/\n\d+ attempts: 1 do not end as expected\.\n/);
  });

  it("that is interrupted leaves nothing behind", async () => {
    const folder = mkdtempSync(join(tmpdir(), "package-registry-interrupted-"));
    const temporaries = () => readdirSync(folder).filter((name) => name.startsWith("package-registry-"));
    const seen = new Promise<void>((resolve) => {
      const watcher = watch(folder, () => {
        if (temporaries().length > 0) {
          watcher.close();
          resolve();
        }
      });
    });
    try {
      const child = spawn(process.execPath, nodeWords("tour"), {
        cwd: exampleProject,
        env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: folder },
        stdio: "ignore",
      });
      await seen;
      child.kill("SIGINT");
      const [exitCode] = (await once(child, "exit")) as [number | null];

      expect(exitCode).to.equal(130);
      expect(temporaries()).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("npm start that cannot deploy", () => {
  let unknown: Ended;
  let invalid: Ended;
  let rejected: Ended;

  before(async () => {
    [unknown, invalid, rejected] = await Promise.all([
      runCommand("tour", ["--stack", "production"]),
      startAlone("dev", withSettings("customerId: Orb_X", "tokenLifetime: 60")),
      startAlone("dev", withSettings(`encryption: ${missingKey}`)),
    ]);
  });

  it("says which stacks there are where the one that is asked for has no file, and prints nothing else", () => {
    expect(unknown).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr:
        "… deploying stack production into the sandbox\n" +
        "error: There is no stack production: no file Pulumi.production.yaml. There are: dev, prod, staging.\n",
    });
  });

  it("reports two errors in one, each with its setting, value, rule and remedy, and prints nothing else", () => {
    const [, heading, ...errors] = invalid.stderr.trimEnd().split("\n");

    expect(invalid.exitCode).to.equal(1);
    expect(invalid.stdout).to.equal("");
    expect(heading).to.equal("error: 2 settings are wrong in stack dev (Pulumi.dev.yaml, Pulumi.yaml):");
    expect(errors).to.have.length(2);
    expect(errors[0]).to.equal(
      '  customerId: "Orb_X" is not a part of a name. Use lower-case letters, digits and single hyphens, as in integration-hub',
    );
    expect(errors[1]).to.match(
      /^ {2}tokenLifetime: "?60"? is not a number of seconds from 900 to 43200\. Write whole seconds, as in 3600$/,
    );
  });

  it("gives AWS's reason where AWS would reject a resource, and prints nothing else", () => {
    expect(rejected.exitCode).to.equal(1);
    expect(rejected.stdout).to.equal("");
    expect(rejected.stderr).to.match(
      /^… deploying stack dev into the sandbox\nerror: registry-domain \(aws:codeartifact\/domain:Domain\): \w+: .*\n$/,
    );
    expect(rejected.stderr).to.include(missingKey);
  });
});
