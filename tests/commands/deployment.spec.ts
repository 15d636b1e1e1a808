import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { deployedStacks } from "../../commands/deployment/deployedStacks";
import { readDeploymentTarget } from "../../commands/deployment/deploymentTarget";
import { renderDeploymentTarget } from "../../commands/deployment/render";
import { listStacks } from "../../sandbox/pulumi/stackFiles";
import { SettingsError } from "../../settings/errors";
import { prepareAccount, stacks } from "../support/bootstrap/account";
import { exampleFile, exampleProject } from "../support/exampleProject";
import { runCommand } from "../support/commands/processes";

const backend = "s3://acme-pulumi-state?region=us-east-1";
const target = {
  stack: "dev",
  account: "123456789012",
  region: "us-east-1",
  backend,
  previewRole: "arn:aws:iam::123456789012:role/orb-integration-hub-preview",
  deployRole: "arn:aws:iam::123456789012:role/orb-integration-hub-dev-deploy",
};

describe("the target of a deployment", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "registry-deployment-"));
    project(backend);
    accounts(["123456789012"]);
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const project = (url: string | undefined) => {
    const declared = {
      ...(parse(exampleFile("Pulumi.yaml")) as object),
      backend: url === undefined ? undefined : { url },
    };
    writeFileSync(join(directory, "Pulumi.yaml"), stringify(declared));
  };
  /** The stack's file with this list, or none, and with further settings. */
  const accounts = (list: unknown, stack = "dev", settings: Readonly<Record<string, string>> = {}) => {
    const { config } = parse(exampleFile(`Pulumi.${stack}.yaml`)) as { config: Readonly<Record<string, unknown>> };
    const listed = { ...config, ...settings, "aws:allowedAccountIds": list };
    writeFileSync(join(directory, `Pulumi.${stack}.yaml`), stringify({ config: listed }));
  };
  const errors = (stack = "dev", environmentBackend?: string): readonly string[] => {
    try {
      readDeploymentTarget(directory, stack, environmentBackend);
      return [];
    } catch (error) {
      expect(error).to.be.instanceOf(SettingsError);
      return (error as SettingsError).errors;
    }
  };

  it("is what Pulumi.yaml and the stack file say", () => {
    expect(readDeploymentTarget(directory, "dev")).to.deep.equal(target);
  });

  it("names the roles that the bootstrap program makes", async () => {
    const { roles } = await prepareAccount();
    for (const stack of stacks) {
      accounts(["123456789012"], stack);
      const { previewRole, deployRole } = readDeploymentTarget(directory, stack);
      expect([previewRole, deployRole]).to.deep.equal([roles.preview.arn, roles.deploy[stack].arn]);
    }
  });

  it("is not known while the files name no backend and no account", () => {
    project(undefined);
    accounts(undefined);

    expect(errors()).to.deep.equal([
      "backend.url: is missing in Pulumi.yaml, and a deployment takes it from there alone. Write s3://BUCKET?region=REGION, gs://BUCKET, azblob://CONTAINER?storage_account=NAME or https://api.pulumi.com",
      'aws:allowedAccountIds: is missing, and a deployment goes into one account. Write the account of stack dev into Pulumi.dev.yaml, as in: aws:allowedAccountIds: ["123456789012"]',
    ]);
  });

  it("names what is wrong with the settings in the same error", () => {
    project(undefined);
    accounts(undefined, "prod", { "package-registry:tokenLifetime": "5" });

    expect(errors("prod").map((line) => line.split(":").slice(0, 2).join(":"))).to.deep.equal([
      'tokenLifetime: "5" is not a number of seconds from 900 to 43200. Write whole seconds, as in 3600',
      "backend.url: is missing in Pulumi.yaml, and a deployment takes it from there alone. Write s3",
      "aws:allowedAccountIds",
    ]);
  });

  for (const [why, list, says] of [
    ["is of several accounts", ["123456789012", "210987654321"], "is not a list of exactly one account's 12 digits"],
    ["is empty", [], "the list is empty, which allows every account"],
    ["has too few digits", ["12345678901"], "is not an account's id"],
    ["lost the zero of a number", [12345678901], "is not an account's id"],
    ["is not a list", "123456789012", "is not a list"],
    ["holds more than digits", ["123456789012:role/x"], "is not an account's id"],
    ["holds a line break", ["123456789012\n"], "is not an account's id"],
  ] as const) {
    it(`takes no list of accounts that ${why}`, () => {
      accounts(list);
      expect(errors()).to.have.length(1);
      expect(errors()[0])
        .to.match(/^aws:allowedAccountIds(?:\[0\])?: /)
        .and.to.match(new RegExp(` ${says}. (?:Write|List) `));
    });
  }

  it("takes an account that is written as a number", () => {
    accounts([123456789012]);
    expect(readDeploymentTarget(directory, "dev").account).to.equal("123456789012");
  });

  it("is not changed by PULUMI_BACKEND_URL: another address is an error, the same one and an empty one are not", () => {
    expect(errors("dev", "http://attacker.example")).to.deep.equal([
      'PULUMI_BACKEND_URL: "http://attacker.example" is set in the environment, and a deployment takes the address from Pulumi.yaml. Unset it, or make the two equal',
    ]);
    expect(readDeploymentTarget(directory, "dev", backend)).to.deep.equal(target);
    expect(readDeploymentTarget(directory, "dev", "")).to.deep.equal(target);
  });

  it("is printed for a person, a program, and the next steps of a job", () => {
    const [text, json, output] = (["text", "json", "github-output"] as const).map((format) =>
      renderDeploymentTarget(target, format),
    );

    expect(text).to.equal(
      [
        "stack        dev",
        "account      123456789012",
        "region       us-east-1",
        `backend      ${backend}`,
        `preview-role ${target.previewRole}`,
        `deploy-role  ${target.deployRole}`,
      ].join("\n"),
    );
    expect(JSON.parse(json!)).to.deep.equal(target);
    expect(output).to.equal(
      [
        "stack=dev",
        "account=123456789012",
        "region=us-east-1",
        `backend=${backend}`,
        `preview-role=${target.previewRole}`,
        `deploy-role=${target.deployRole}`,
      ].join("\n"),
    );
  });

  it("is printed by a command, which prints nothing where something is missing", async () => {
    project(undefined);
    accounts(undefined, "staging");
    const missing = await runCommand("deployment", ["--stack", "staging", "--format", "github-output"], { directory });
    expect([missing.exitCode, missing.stdout]).to.deep.equal([1, ""]);
    expect(missing.stderr).to.match(
      /^error: 2 settings are wrong in stack staging \(Pulumi\.staging\.yaml, Pulumi\.yaml\):\n {2}backend\.url: .*\n {2}aws:allowedAccountIds: .*\n$/,
    );
    project(backend);
    const { stdout, exitCode } = await runCommand("deployment", ["--format", "github-output"], { directory });
    expect([exitCode, stdout]).to.deep.equal([0, `${renderDeploymentTarget(target, "github-output")}\n`]);
    const misread = await runCommand("deployment", ["--format", "yaml"]);
    expect(misread.exitCode).to.equal(2);
    expect(misread.stderr).to.match(
      /^error: --format yaml is not one of text, json, github-output\.\nSee npm run --silent deployment -- --help\n$/,
    );
  });
});

describe("the stacks that GitHub deploys", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "registry-deployment-"));
    cpSync(exampleProject, directory, { recursive: true });
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** Writes bootstrap's stack files, each with these environments. */
  const prepare = (accounts: Readonly<Record<string, Readonly<Record<string, string>>>>) => {
    const { config } = parse(exampleFile("bootstrap/Pulumi.account.yaml")) as { config: object };
    for (const account of listStacks(join(directory, "bootstrap"))) {
      rmSync(join(directory, `bootstrap/Pulumi.${account}.yaml`));
    }
    for (const [account, environments] of Object.entries(accounts)) {
      const settings = { ...config, "package-registry-bootstrap:environments": environments };
      writeFileSync(join(directory, `bootstrap/Pulumi.${account}.yaml`), stringify({ config: settings }));
    }
  };
  const [develop, main] = ["refs/heads/develop", "refs/heads/main"] as const;
  const all = [
    { stack: "dev", ref: develop },
    { stack: "staging", ref: main },
    { stack: "prod", ref: main },
  ];

  it("are those of bootstrap's files, each before those that its versions are carried on to, otherwise in the files' order", () => {
    expect(deployedStacks(directory)).to.deep.equal(all);

    prepare({ first: { prod: main }, second: { staging: main, dev: develop } });
    expect(deployedStacks(directory)).to.deep.equal(all);

    for (const order of [
      [0, 2],
      [2, 0],
    ]) {
      prepare({ second: Object.fromEntries(order.map((index) => [all[index]!.stack, all[index]!.ref])) });
      expect(deployedStacks(directory)).to.deep.equal(order.map((index) => all[index]));
    }
  });

  it("are an empty list without bootstrap", () => {
    rmSync(join(directory, "bootstrap"), { recursive: true });
    expect(deployedStacks(directory)).to.deep.equal([]);
  });

  it("have stack files", () => {
    prepare({ account: { dev: develop, qa: develop, uat: main } });
    expect(() => deployedStacks(directory)).to.throw(
      "bootstrap lists qa, uat under environments, and there is no Pulumi.qa.yaml, Pulumi.uat.yaml. Add the file, or remove the line.",
    );
  });

  it("are printed for a person, a program and a matrix, all or those of one ref", async () => {
    const printed = async (...options: readonly string[]) => {
      const { exitCode, stdout } = await runCommand("deployment", ["--list", ...options], { directory });
      expect(exitCode).to.equal(0);
      return stdout;
    };

    expect(await printed()).to.equal(`dev      ${develop}\nstaging  ${main}\nprod     ${main}\n`);
    expect(JSON.parse(await printed("--format", "json"))).to.deep.equal(all);
    expect(await printed("--ref", main, "--format", "github-output")).to.equal(
      `stacks=${JSON.stringify(all.slice(1))}\ncount=2\n`,
    );
    expect(await printed("--ref", "refs/heads/other", "--format", "github-output")).to.equal("stacks=[]\ncount=0\n");
  });

  it("are asked for without --stack, and a ref only together with them", async () => {
    const both = await runCommand("deployment", ["--list", "--stack", "dev"], { directory });
    const alone = await runCommand("deployment", ["--ref", main], { directory });

    expect([both.exitCode, both.stderr.split("\n")[0]]).to.deep.equal([
      2,
      "error: --list is about every stack. Leave --stack out.",
    ]);
    expect([alone.exitCode, alone.stderr.split("\n")[0]]).to.deep.equal([2, "error: --ref belongs to --list."]);
  });
});
