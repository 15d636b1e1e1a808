import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { presentAnswers } from "../../commands/setup/presentAnswers";
import { readProjectFiles } from "../../commands/setup/plannedFiles";
import { atTerminal, type Exchange } from "../support/atTerminal";
import { projectDirectory } from "../support/deployments";
import { exampleProject } from "../support/exampleProject";
import { type Ended, nodeWords, runCommand } from "../support/commands/processes";

const answers = [
  ...["--customer", "acme", "--project", "shop", "--region", "eu-central-1"],
  ...["--environments", "dev:develop,prod:main", "--accounts", "dev=012345678901,prod=210987654321"],
  ...["--packages", "acme-core,acme-billing", "--repository", "acme-org/services", "--workflow", "release.yml"],
  ...["--ids", "acme-org/services=11:22", "--ids", "acme-org/package-registry=33:22"],
];

describe("npm run setup", () => {
  let directory: string;
  let programs: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "registry-setup-"));
    programs = join(directory, "programs");
    mkdirSync(programs);
    // Nothing here asks GitHub.
    gh("exit 1");
    for (const path of readProjectFiles(exampleProject).keys()) {
      mkdirSync(join(directory, path, ".."), { recursive: true });
      cpSync(join(exampleProject, path), join(directory, path));
    }
    symlinkSync(join(projectDirectory, "node_modules"), join(directory, "node_modules"));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const gh = (script: string) => {
    writeFileSync(join(programs, "gh"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, "gh"), 0o755);
  };
  const environment = () => ({ PATH: `${programs}:${process.env.PATH ?? ""}` });
  const setup = (...options: readonly string[]): Promise<Ended> =>
    runCommand("setup", options, { directory, environment: environment() });
  const files = () => [...readProjectFiles(directory)];
  const entries = () =>
    readdirSync(directory)
      .concat(readdirSync(join(directory, "bootstrap")))
      .sort();

  it("writes the answers that its options give, and ends with the next three commands", async () => {
    const { exitCode, stdout, stderr } = await setup("--yes", ...answers);

    expect([exitCode, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.match(
      /\nchanged {2}Pulumi\.dev\.yaml\nchanged {2}Pulumi\.prod\.yaml\ndeleted {2}Pulumi\.staging\.yaml\n/,
    );
    expect(stdout.split("\nNext\n")[1]?.match(/(?<=^ {2}).*?(?= {2})/gm)).to.deep.equal([
      "npm start -- --stack dev",
      "npm run access -- --stack dev",
      "pulumi preview --stack dev",
    ]);
    const { customer, environments, publishers } = presentAnswers(readProjectFiles(directory));
    expect([customer, environments, publishers]).to.deep.equal([
      "acme",
      [
        { name: "dev", branch: "develop", account: "012345678901", protect: false },
        { name: "prod", branch: "main", account: "210987654321", protect: true },
      ],
      [{ repository: "acme-org/services", workflow: ".github/workflows/release.yml" }],
    ]);
  });

  it("changes nothing where the files say all of it already, and leaves nothing beside them", async () => {
    await setup("--yes", ...answers);
    const [before, names] = [files(), entries()];
    const { exitCode, stdout } = await setup("--yes");

    expect([exitCode, stdout.split("\n")[0]]).to.deep.equal([0, "The files say all of this already."]);
    expect([files(), entries()]).to.deep.equal([before, names]);
  });

  it("shows a diff and writes nothing with --dry-run, and writes without it", async () => {
    const before = files();
    const dry = await setup("--dry-run", "--yes", ...answers);
    expect(dry.exitCode).to.equal(0);
    expect(dry.stdout)
      .to.contain("--- Pulumi.yaml\n+++ Pulumi.yaml\n")
      .and.to.contain("+  package-registry:customerId: acme\n");
    expect(dry.stdout).to.contain("No file was written: --dry-run.");
    expect(files()).to.deep.equal(before);

    await setup("--yes", ...answers);
    expect(files()).not.to.deep.equal(before);
  });

  it("tells a program which files it changes", async () => {
    const { stdout } = await setup("--dry-run", "--format", "json", ...answers);

    expect(JSON.parse(stdout)).to.deep.equal({
      written: false,
      files: [
        { path: "Pulumi.dev.yaml", change: "changed" },
        { path: "Pulumi.prod.yaml", change: "changed" },
        { path: "Pulumi.staging.yaml", change: "deleted" },
        { path: "Pulumi.yaml", change: "changed" },
        { path: "bootstrap/Pulumi.account.yaml", change: "changed" },
        { path: "bootstrap/Pulumi.prod-account.yaml", change: "created" },
        { path: "bootstrap/Pulumi.yaml", change: "changed" },
      ],
    });
  });

  it("lists every answer that is missing or not understood, and writes nothing", async () => {
    const before = files();
    const { exitCode, stderr } = await setup(
      ...["--yes", "--customer", "Acme", "--accounts", "12345678901", "--packages", "acme-core", "--private", "shop~"],
    );

    expect(exitCode).to.equal(2);
    expect(stderr.split("\nSee ")[0]?.split("\n  ")).to.deep.equal([
      "error: 5 answers are missing or not understood:",
      '--customer: "Acme" is not a part of a name. Use lower-case letters, digits and single hyphens, as in integration-hub',
      "--project is missing: Project, the second part",
      '--accounts: "12345678901" is not an account\'s id. Write its 12 digits, zeros at the beginning too',
      "--private: acme-core: no pattern covers this. Add acme-core$",
      "--repository is missing: GitHub repository whose workflow publishes",
    ]);
    expect(files()).to.deep.equal(before);
  });

  it("asks for GitHub's numbers only where gh does not tell them", async () => {
    const withoutIds = answers.slice(0, answers.indexOf("--ids"));
    const rejected = await setup("--yes", ...withoutIds);
    expect(rejected.exitCode).to.equal(2);
    expect(rejected.stderr).to.contain(
      "--ids acme-org/services=REPOSITORY_ID:OWNER_ID is missing, and gh does not tell them",
    );

    gh(
      '[ "$1 $2" = "api repos/acme-org/services" ] && echo \'{"id":4242,"owner":{"id":2424}}\' || echo \'{"id":4343,"owner":{"id":2424}}\'',
    );
    const read = await setup("--yes", ...withoutIds);
    expect([read.exitCode, read.stderr]).to.deep.equal([0, ""]);
    expect(presentAnswers(readProjectFiles(directory)).ids).to.deep.equal({
      "acme-org/services": { repository: "4242", owner: "2424" },
      "acme-org/package-registry": { repository: "4343", owner: "2424" },
    });
  });

  it("rejects answers that a deployment would reject, before it writes", async () => {
    const before = files();
    const name = "a-customer-whose-name-is-much-too-long-for-aws";
    const { exitCode, stderr } = await setup("--yes", ...answers.map((word) => (word === "acme" ? name : word)));

    expect(exitCode).to.equal(1);
    expect(stderr).to.contain("error: No file was written, because a deployment would reject them.\n");
    expect(stderr).to.contain(`customerId, projectId: the domain "${name}-shop-dev" has`);
    expect(files()).to.deep.equal(before);
  });

  it("needs --yes where there is no terminal to ask on", async () => {
    const { exitCode, stderr } = await setup();

    expect(exitCode).to.equal(2);
    expect(stderr.split("\n")[0]).to.equal(
      "error: There is no terminal to ask on. Give --yes, and an option for each answer.",
    );
  });

  describe("on a terminal", () => {
    const typing = (exchanges: readonly Exchange[]) =>
      atTerminal(
        ["/usr/bin/env", `PATH=${programs}:${process.env.PATH ?? ""}`, process.execPath, ...nodeWords("setup")],
        directory,
        exchanges,
      );
    const questions: readonly Exchange[] = [
      ["Customer, the first part of every name: (orb)", "acme\r"],
      ["Project, the second part: (integration-hub)", "shop\r"],
      ["AWS region: (us-east-1)", "\r"],
      ["each with its branch: (dev:develop, staging:main, prod:main)", "dev:develop prod:main\r"],
      ["kept from deletion: (prod)", "\r"],
      ["AWS account", "012345678901\r"],
      ["Private packages: (orb-common, orb-models)", "Acme_Core, acme-billing\r"],
      ["NAME$ for one: (acme~)", "\r"],
      ["GitHub repository whose workflow publishes", "acme-org/services\r"],
      ["Its workflow: (.github/workflows/deploy-packages.yml)", "release.yml\r"],
      ["GitHub repository that holds this project: (acme-org/package-registry)", "\r"],
      ["GitHub's numbers of acme-org/package-registry", "33:22\r"],
      ["GitHub's numbers of acme-org/services", "11:22\r"],
    ];

    it("asks for each answer, shows what it would change, and writes after a yes", async () => {
      const { exitCode, shown } = await typing([...questions, ["Write these", "y\r"]]);

      expect(exitCode, shown).to.equal(0);
      const { customer, packages, ids } = presentAnswers(readProjectFiles(directory));
      expect([customer, packages, ids["acme-org/services"]]).to.deep.equal([
        "acme",
        ["acme-core", "acme-billing"],
        { repository: "11", owner: "22" },
      ]);
    });

    it("asks again after an answer that it does not understand", async () => {
      const [first, ...others] = questions;
      const { exitCode, shown } = await typing([
        ["Customer", "Acme\r"],
        ["is not a part of a name", "\x15acme\r"],
        ...others,
        ["Write these", "y\r"],
      ]);

      expect(first?.[1]).to.equal("acme\r");
      expect(exitCode, shown).to.equal(0);
      expect(presentAnswers(readProjectFiles(directory)).customer).to.equal("acme");
    });

    it("writes nothing after a no, after Ctrl-C at a question, and after Ctrl-C at the end", async () => {
      const before = files();
      const no = await typing([...questions, ["Write these", "n\r"]]);
      expect([no.exitCode, no.shown.trimEnd().split("\n").at(-1)]).to.deep.equal([1, "error: No file was written."]);
      for (const exchanges of [questions.slice(0, 3), questions]) {
        const { exitCode, shown } = await typing([...exchanges, ["", "\x03"]]);
        expect(exitCode, shown).to.equal(130);
        expect(shown).to.contain("error: Interrupted. No file was written.");
      }
      expect(files()).to.deep.equal(before);
    });
  });
});
