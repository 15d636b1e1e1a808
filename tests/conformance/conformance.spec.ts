import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { administratorVariables } from "../../commands/job/identity";
import { noPublicIndex } from "../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import { startAdministrator } from "../../sandbox/github/client";
import { type AccountSandbox, openSandbox } from "../../sandbox/sandbox";
import { run } from "../support/commands/processes";
import { describePulumi } from "../support/describePulumi";
import { preparedProjectAccount, PulumiProject } from "../support/pulumiProject";
import { exampleCreated, type SettingsChange, settingsChanges } from "../support/settingsChanges";
import { accountClients } from "./awsClients";
import { conformanceSteps, type StepResult } from "./sequence";

describePulumi("the sequence of npm run conformance, with the sandbox's own providers", (cli) => {
  let sandbox: AccountSandbox;
  let project: PulumiProject;

  beforeEach(async () => {
    // The providers and the clients have the same account, as with Pulumi's plugins.
    const account = preparedProjectAccount();
    sandbox = await openSandbox({ account, store: new MemoryPackageStore(), publicIndex: noPublicIndex });
    project = new PulumiProject(cli, account);
  });

  afterEach(async () => {
    project.close();
    await sandbox.close();
  });

  const results = async (changes: readonly SettingsChange[]) => {
    const identity = administratorVariables(sandbox.address, await startAdministrator(sandbox.address));
    const all: StepResult[] = [];
    for await (const result of conformanceSteps({ project, clients: accountClients(identity), changes })) {
      all.push(result);
    }
    return all;
  };
  const failed = (all: readonly StepResult[]) => all.filter(({ differences }) => differences.length > 0);

  it("passes from the first preview to an account without the stack, with what another client changes", async () => {
    const [change] = settingsChanges;
    const all = await results([change!]);

    expect(failed(all)).to.deep.equal([]);
    expect(all.map(({ title }) => title)).to.deep.equal([
      "a preview shows what an update makes",
      "the first update makes it",
      "the second update changes nothing",
      change!.title,
      `${change!.title}; and back`,
      "the example's settings again",
      "a refresh finds nothing that another client changed",
      "a refresh finds a domain's tag, a package group's origins, a role's policy, a repository's description",
      "the next update repairs each",
      "an update with a refresh then changes nothing",
      "a destroy deletes all of it",
      "neither domain nor role nor policy remains",
    ]);
  });

  it("says what differs where a provider takes other steps, and begins the next change from its settings", async () => {
    const [right] = settingsChanges;
    const settings = { ...right!.settings };
    const wrong = { title: "wrong", settings, there: ["update registry-domain"], back: [] };
    const rejected = { title: "rejected", settings: { packages: "orb" }, there: [], back: [] };
    const all = failed(await results([wrong, rejected, right!]));

    expect(all.map(({ title }) => title)).to.deep.equal(["wrong", "wrong; and back", "rejected", "rejected; and back"]);
    expect(all[0]!.differences).to.deep.equal([
      "expected: update registry-domain",
      "actual:   update registry-publisher-permissions",
    ]);
    expect(all[1]!.differences).to.deep.equal(["expected: no step", "actual:   update registry-publisher-permissions"]);
    expect(all[2]!.differences.join("\n")).to.match(/^exit code \d+\n[^]*packages/);
  });

  it("fails where a provider leaves a role behind, and names it", async () => {
    const { roles } = project.account.iam;
    project.hooks = {
      before: ({ operation }) => {
        if (operation === "delete" && !roles.list().some(({ roleName }) => roleName === "left")) {
          roles.create({ roleName: "left", assumeRolePolicyDocument: trust });
        }
      },
    };

    expect(failed(await results([]))).to.deep.equal([
      { title: "neither domain nor role nor policy remains", differences: ["role left"] },
    ]);
  });

  it("tries neither changes nor drift where the first update fails, and still destroys what it made", async () => {
    project.hooks = {
      before: ({ operation, urn }) => {
        if (operation === "create" && urn.endsWith("registry-python-packages")) {
          throw new Error("AWS is not reached");
        }
      },
    };
    const all = failed(await results(settingsChanges));

    expect(all.map(({ title }) => title)).to.deep.equal([
      "the first update makes it",
      "changes of settings, and drift",
      "a destroy deletes all of it",
    ]);
    expect(all[0]!.differences.join("\n")).to.include("exit code 1").and.to.include("AWS is not reached");
    expect(all[2]!.differences[0]).to.equal(
      `expected: ${exampleCreated.map((text) => text.replace("create", "delete")).join(", ")}`,
    );
  });
});

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" }],
});

describe("npm run conformance", () => {
  let folder: string;
  const conformance = (path: string) =>
    run(process.execPath, ["--import", "tsx", join(__dirname, "run.ts")], {
      environment: { PATH: path, HOME: folder },
    });

  let withPulumi: string;
  /** Puts a CLI on PATH that does this. */
  const pulumi = (commands: string) => {
    const lines = ["#!/bin/sh", 'if [ "$1" = version ]; then echo v3.259.0; exit; fi', commands];
    writeFileSync(join(folder, "pulumi"), lines.join("\n"), { mode: 0o755 });
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "conformance-"));
    withPulumi = [folder, process.env.PATH].join(delimiter);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("says that there is no Pulumi CLI", async () => {
    const { exitCode, stdout, stderr } = await conformance(folder);

    expect([exitCode, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.match(/^error: There is no pulumi on PATH\. /);
  });

  it("says that a plugin can neither be found nor downloaded, and why", async () => {
    const { version } = createRequire(__filename)("@pulumi/aws/package.json") as { readonly version: string };
    pulumi('echo "error: lookup get.pulumi.com: no such host" >&2; exit 1');
    const { exitCode, stdout, stderr } = await conformance(withPulumi);

    expect([exitCode, stdout]).to.deep.equal([1, ""]);
    expect(stderr).to.equal(
      `error: The Pulumi CLI has no plugin aws ${version}, and cannot download it:\n` +
        "  error: lookup get.pulumi.com: no such host\n" +
        "Run this where get.pulumi.com can be reached, or install the plugin from a file first: " +
        `pulumi plugin install resource aws v${version} --file ARCHIVE\n`,
    );
  });

  it("prints a line for each step and what differs below it, counts them, and ends with 1 where one fails", async () => {
    pulumi(
      'case $1 in plugin | stack) exit ;; esac; command -v pulumi-language-nodejs > /dev/null && echo "no" >&2; exit 255',
    );
    const { exitCode, stdout, stderr } = await conformance(withPulumi);
    const created = exampleCreated.join(", ");
    const failure = (expected: string) => [
      "       exit code 255",
      "       no",
      `       expected: ${expected}`,
      "       actual:   no step",
    ];

    expect(stderr).to.equal("");
    expect(stdout.split("\n").slice(1)).to.deep.equal([
      "FAIL a preview shows what an update makes",
      ...failure(created),
      "FAIL the first update makes it",
      ...failure(created),
      "FAIL changes of settings, and drift",
      "       not tried, because the first update failed",
      "FAIL a destroy deletes all of it",
      ...failure(created.replaceAll("create", "delete")),
      "ok   neither domain nor role nor policy remains",
      "1 passed, 4 failed",
      "",
    ]);
    expect(stdout).to.match(/^pulumi v3\.259\.0 with aws \d+\.\d+\.\d+ and aws-native \d+\.\d+\.\d+\n/);
    expect(exitCode).to.equal(1);
  });
});
