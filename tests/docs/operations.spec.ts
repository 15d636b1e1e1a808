import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { ResourceCall } from "../support/providerProxy";
import { Person } from "../support/clients/person";
import { clientTools, pinnedVersion } from "../support/clients/tools";
import { projectDirectory } from "../support/deployments";
import { describePulumi } from "../support/describePulumi";
import { type CliRun, PulumiProject } from "../support/pulumiProject";
import { codeBlocks, consoleCommands, sectionOf } from "../support/docs/document";

const path = "docs/operations.md";
const text = readFileSync(join(projectDirectory, path), "utf8");

describe(path, () => {
  it("leads to its own sections, and to files that are there", () => {
    const headings = [...text.matchAll(/^##+ (.+)$/gm)].map(([, heading = ""]) =>
      heading.toLowerCase().replaceAll(" ", "-"),
    );
    const anchors = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = ""]) => anchor);

    expect(anchors.length).to.be.greaterThan(7);
    expect(anchors.filter((anchor) => !headings.includes(anchor))).to.deep.equal([]);
    const files = [...text.matchAll(/\]\((\.[^)#]+)/g)].map(([, file = ""]) => file);
    expect(files.length).to.be.greaterThan(0);
    expect(files.filter((file) => !existsSync(join(projectDirectory, "docs", file)))).to.deep.equal([]);
  });

  it("runs commands of this project that are there", () => {
    const { scripts } = JSON.parse(readFileSync(join(projectDirectory, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, script = ""]) => script);

    expect(named).to.include.members(["verify", "promote"]);
    expect(named.filter((script) => scripts[script] === undefined)).to.deep.equal([]);
  });

  it("has no command but of tools that a test runs", () => {
    const tools = new Set(consoleCommands(text).map((command) => command.split(" ")[0]));

    expect([...tools].sort()).to.deep.equal(["aws", "cp", "npm", "pip", "pulumi"]);
    expect(
      codeBlocks(text).filter(({ language }) => !["", "console", "json", "yaml"].includes(language)),
    ).to.deep.equal([]);
  });
});

describe(`the aws commands of ${path}, with the AWS CLI ${pinnedVersion("awscli")}`, () => {
  const commands = [
    ...consoleCommands(text).filter((command) => command.startsWith("aws ")),
    ...[...text.matchAll(/`(aws [a-z0-9]+ [a-z-]+)`/g)].map(([, command = ""]) => command),
  ];
  let person: Person;

  before(async () => {
    person = new Person(await clientTools());
  });

  after(() => {
    person.leave();
  });

  /** The CLI reads the command and its options, and sends nothing. */
  const read = (command: string) =>
    person.shell(
      `pulumi() { echo arn:aws:iam::123456789012:policy/reader; }\n${command} --generate-cli-skeleton input`,
      { AWS_DEFAULT_REGION: "us-east-1" },
    );

  for (const command of new Set(commands)) {
    it(`has the operation and the options: ${command.slice(0, 60)}`, async () => {
      const known = await read(command);
      const unknown = await read(`${command} --no-such-option`);

      expect(known.exitCode, known.text).to.equal(0);
      expect(unknown.exitCode).not.to.equal(0);
    });
  }
});

describePulumi(`the pulumi commands of ${path}`, (cli) => {
  let project: PulumiProject;

  beforeEach(() => {
    project = new PulumiProject(cli);
  });

  afterEach(() => {
    project.close();
  });

  /** A section's Pulumi commands, as their words. */
  const commandsOf = (heading: string) =>
    consoleCommands(sectionOf(path, heading))
      .filter((command) => command.startsWith("pulumi "))
      .map((command) =>
        command
          .replace(/ \|.*$/, "")
          .split(" ")
          .slice(1),
      );
  const asking = ["up", "refresh", "destroy", "cancel", "import", "state"];
  const events = ["up", "refresh", "destroy"];
  const run = (stack: string, command: readonly string[]): Promise<CliRun> =>
    project.run(
      ...command,
      ...(command[1] === "init" ? [] : ["--stack", stack]),
      ...(asking.includes(command[0] ?? "") ? ["--yes"] : []),
      ...(events.includes(command[0] ?? "") ? ["--json"] : []),
    );
  const succeeds = async (stack: string, command: readonly string[]) => {
    const { exitCode, messages, stderr, stdout } = await run(stack, command);
    expect(exitCode, `${command.join(" ")}\n${messages.join("\n")}${stderr}`).to.equal(0);
    return stdout;
  };
  const started = async (stack: string, settings = {}) => {
    await project.init(stack, settings);
    expect((await project.up(stack)).exitCode).to.equal(0);
  };
  const domains = () => project.account.codeartifact.domains.list().map(({ name }) => name);

  /** Kills an update once AWS has made the repository python-packages, and before Pulumi knows. */
  const interrupted = async (stack: string) => {
    await project.init(stack);
    const held = new Promise<void>((resolve) => {
      project.hooks = {
        after: async ({ urn }: ResourceCall) => {
          if (urn.endsWith("::registry-python-packages")) {
            resolve();
            await new Promise(() => undefined);
          }
        },
      };
    });
    const update = await project.start("up", "--stack", stack, "--yes", "--skip-preview", "--json", "--parallel", "1");
    await held;
    update.kill();
    await update.ended;
    project.hooks = {};
    return project.account.codeartifact.repositories.describe({
      domain: `orb-integration-hub-${stack}`,
      repository: "python-packages",
    }).arn;
  };

  it("finish an interrupted update, and jq shows what was being made", async () => {
    const arn = await interrupted("dev");
    const [cancel, exported, imported, ...rest] = commandsOf("An interrupted update");
    const [, filter = ""] =
      /\| jq -r '([^']*)'/.exec(consoleCommands(sectionOf(path, "An interrupted update")).join("\n")) ?? [];

    await succeeds("dev", cancel!);
    const shown = spawnSync("jq", ["-r", filter], { input: await succeeds("dev", exported!), encoding: "utf8" });
    const [, parent = ""] = / {2}parent (\S+)/.exec(shown.stdout) ?? [];
    await succeeds(
      "dev",
      imported!.map((word) => word.replace(/^ARN$/, arn).replace("registry=PARENT", `registry=${parent}`)),
    );
    for (const command of rest) {
      await succeeds("dev", command);
    }

    expect(shown.stdout).to.match(
      /^aws:codeartifact\/repository:Repository\n {2}urn:\S+::registry-python-packages\n {2}parent urn:\S+\n$/,
    );
    expect(rest.map((command) => command.join(" "))).to.deep.equal(["refresh --clear-pending-creates", "up"]);
    expect((await project.preview("dev")).steps).to.deep.equal([]);
  });

  it("leave a resource out that AWS has made where no one imports it: the next update meets it", async () => {
    await interrupted("dev");
    const [cancel] = commandsOf("An interrupted update");
    await succeeds("dev", cancel!);

    const { exitCode, messages } = await project.up("dev");

    expect(exitCode).to.equal(1);
    expect(messages.join("\n")).to.match(/already exists/i);
  });

  it("do not have --import-pending-creates, which says nothing and forgets the resource", async () => {
    const arn = await interrupted("dev");
    const [cancel, exported] = commandsOf("An interrupted update");
    await succeeds("dev", cancel!);
    const pending = await succeeds("dev", exported!);
    const [urn = ""] = /urn:[^"]+::registry-python-packages/.exec(pending) ?? [];

    await succeeds("dev", ["refresh", "--import-pending-creates", urn, "--import-pending-creates", arn]);
    const state = await succeeds("dev", exported!);

    expect(pending).to.include("pending_operations");
    expect(state).not.to.include("::registry-python-packages");
    const domain = "orb-integration-hub-dev";
    const made = project.account.codeartifact.repositories.list({ domain }).map(({ name }) => name);
    expect(made).to.include("python-packages");
  });

  it("put drift right", async () => {
    await started("dev");
    const [, group] = project.account.codeartifact.packageGroups.list({ domain: "orb-integration-hub-dev" });
    project.account.codeartifact.packageGroups.delete({
      domain: "orb-integration-hub-dev",
      packageGroup: group!.pattern,
    });

    for (const command of commandsOf("Drift")) {
      await succeeds("dev", command);
    }

    const patterns = project.account.codeartifact.packageGroups
      .list({ domain: "orb-integration-hub-dev" })
      .map(({ pattern }) => pattern);
    expect(patterns).to.include(group!.pattern);
  });

  it("give up a protected stack in two updates; before, destroy touches nothing, or the roles with --skip-preview", async () => {
    await started("prod");
    const roles = project.account.iam.roles.list().length;
    const rejected = await run("prod", ["destroy"]);
    const untouched = project.account.iam.roles.list().length;
    const skipping = await run("prod", ["destroy", "--skip-preview"]);
    const withoutRoles = project.account.iam.roles.list().length;
    await succeeds("prod", ["up"]);
    const again = project.account.iam.roles.list().length;
    const [unprotect, update, destroy] = commandsOf("Giving something up");
    for (const command of [unprotect!, update!, destroy!]) {
      await succeeds("prod", command);
    }

    expect(destroy).to.deep.equal(["destroy"]);
    expect([rejected.exitCode, skipping.exitCode]).to.deep.equal([1, 1]);
    expect([untouched, withoutRoles, again]).to.deep.equal([roles, 0, roles]);
    expect([domains(), project.account.iam.roles.list()]).to.deep.equal([[], []]);
  });

  it("give up an origin, whose group stays and keeps the entry from being added again", async () => {
    const domain = "orb-integration-hub-prod";
    const withTool = { origins: { private: ["orb~", "legacy-tool$"] } };
    const patterns = () => project.account.codeartifact.packageGroups.list({ domain }).map(({ pattern }) => pattern);
    await started("prod", withTool);
    project.configure("prod", { origins: { private: ["orb~"] } });
    const rejected = await project.preview("prod");
    const [, urn = ""] = /`pulumi state unprotect '([^']+)'`/.exec(rejected.messages.join("\n")) ?? [];
    for (const command of commandsOf("Giving something up").slice(3)) {
      await succeeds(
        "prod",
        command.map((word) => word.replace(/^URN$/, urn)),
      );
    }
    const kept = patterns();
    project.configure("prod", withTool);
    const exists = await project.up("prod");
    project.account.codeartifact.packageGroups.delete({ domain, packageGroup: "/pypi//legacy-tool$" });
    const added = await project.up("prod");

    expect(kept).to.include("/pypi//legacy-tool$");
    expect([rejected.exitCode, exists.exitCode, added.exitCode]).to.deep.equal([1, 1, 0]);
    expect(exists.messages.join("\n")).to.match(/already exists/i);
    expect(patterns()).to.include("/pypi//legacy-tool$");
  });

  it("make a registry beside the old one", async () => {
    await started("prod");
    expect(sectionOf(path, "Another name or key")).to.include("$ cp Pulumi.prod.yaml Pulumi.prod-2.yaml");
    project.configure("prod-2", {}, "prod");

    for (const command of commandsOf("Another name or key")) {
      await succeeds("prod-2", command);
    }

    expect(domains()).to.deep.equal(["orb-integration-hub-prod", "orb-integration-hub-2-prod"]);
  });
});
