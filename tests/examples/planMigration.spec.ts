import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import type { PythonTools } from "../../commands/python/pythonTools";
import { runProcess } from "../../commands/python/runProcess";
import { clientTools } from "../support/clients/tools";
import { projectDirectory } from "../support/deployments";
import { consoleCommands } from "../support/docs/document";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { Hub, type HubRun } from "../support/examples/hub";
import { layerWheels } from "../support/examples/layerWheels";
import { lambdaSetting, liveVersion, prepareLambda, writeLambdaProject } from "../support/examples/planLambda";
import { planLocks, writePlanRepository } from "../support/examples/planRepository";
import type { Environment } from "../support/examples/registries";
import { runCommand } from "../support/commands/processes";
import { connection, domain, repository, roleName, templateRegistry } from "../support/templateRegistry";

const guide = readFileSync(join(projectDirectory, "docs/migration.md"), "utf8");

describeWorkflows("the plan's repository, through the four weeks of docs/migration.md", ({ act }) => {
  let hub: Hub;
  let project: string;
  let tools: PythonTools;
  /** Lines that a person wrote, by week. */
  const byHand: string[] = [];

  before(async () => {
    const { account, store } = await templateRegistry([]);
    account.codeartifact.repositories.disassociateExternalConnection({
      domain,
      repository,
      externalConnection: connection,
    });
    tools = await clientTools();
    const publicPackages = [...(await layerWheels()), await makeWheel({ name: "orb-models", version: "99.0" })];
    hub = await Hub.open(act, publicPackages, {
      write: writePlanRepository,
      locks: planLocks,
      grounds: {
        dev: { account, store, settings: { adopt: true, "aws:allowedAccountIds": ["123456789012"] } },
      },
    });
    project = join(hub.folder, "registry-project");
    writeLambdaProject(project);
    byHand.push(...lambdaSetting.trimEnd().split("\n"));
    await prepareLambda(hub.registries, project);
  });

  after(() => hub.close());

  const read = (path: string) => readFileSync(join(hub.team.directory, path), "utf8");
  const edit = async (path: string, ...pairs: readonly (readonly [from: string, to: string])[]) => {
    const text = read(path);
    for (const [from, to] of pairs) {
      expect(text, path).to.include(from);
      byHand.push(...to.split("\n").filter((line) => !from.split("\n").includes(line)));
    }
    await hub.team.commit({ [path]: pairs.reduce((changed, [from, to]) => changed.replace(from, () => to), text) });
  };
  const setup = async () => {
    const { exitCode, stdout, stderr } = await runCommand("setup", ["--hub", hub.team.directory, "--yes"], {
      directory: project,
    });
    expect(exitCode, stderr).to.equal(0);
    await hub.team.commit({});
    return stdout;
  };
  const start = async (workflow: "deploy-packages.yml" | "deploy-lambda-layers.yml", branch: string) => {
    const run = await hub.start({ workflow, branch });
    expect(run, "no run was started").not.to.equal(undefined);
    return run as HubRun;
  };

  const workflows = ".github/workflows";
  const name = (environment: Environment, key: string) => `orb-integration-hub-${environment}-${key}`;
  /** Removes the # of a table in registry.toml, and changes it. */
  const useLambda = async (table: string, ...changes: readonly (readonly [from: string, to: string])[]) => {
    const [found = ""] = new RegExp(`^# \\[${table}\\]\\n(?:# .*\\n)*`, "m").exec(read("registry.toml")) ?? [];
    const used = changes.reduce((text, [from, to]) => text.replace(from, to), found.replace(/^# /gm, ""));
    await edit("registry.toml", [found, used]);
  };
  /** Runs the guide's command. */
  const lock = async (layer: string) => {
    const [, command = ""] =
      /\$ (\.github\/actions\/\S+registry_login\.py run [^$]*lock_layer\.sh backend\/layers\/)shared\n/.exec(guide) ??
      [];
    const { exitCode, output } = await inHub(`${command}${layer}`, {
      ...administrator("staging"),
      PIPENV_PYTHON: tools.python,
      PIPENV_NOSPIN: "1",
    });
    expect(exitCode, output).to.equal(0);
    await hub.team.commit({});
  };
  /** Runs a command as a person does, in the root of the repository. */
  const inHub = (command: string, environment: Readonly<Record<string, string>> = {}) =>
    runProcess("bash", ["-c", command], {
      directory: hub.team.directory,
      environment: {
        PATH: `${tools.bin}:${process.env.PATH ?? ""}`,
        HOME: hub.home,
        PYTHONDONTWRITEBYTECODE: "1",
        AWS_PAGER: "",
        ...environment,
      },
    });
  const administrator = (environment: Environment) => {
    const { context, address } = hub.registries.of[environment];
    const { accessKeyId, secretAccessKey, sessionToken } = context.sts.administrator();
    return {
      AWS_ENDPOINT_URL: address,
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  };
  /** What callers of a function get. */
  const live = (environment: Environment, key: string) => {
    const { account } = hub.registries.of[environment].context;
    return liveVersion(account, name(environment, key));
  };
  const manifest = (run: HubRun, environment: Environment, stem: string) =>
    JSON.parse(
      readFileSync(join(run.jobsFolder, "../artifacts", `lambda-${environment}-${stem}`, `${stem}.json`), "utf8"),
    ) as { readonly packages: readonly { readonly name: string; readonly version: string }[] };

  it("week 1: takes over the registry that the template made, with its packages", () => {
    const { account, packages } = hub.registries.of.dev.context;
    const { arn } = account.codeartifact.repositories.describe({ domain, repository });

    expect(arn).to.equal(
      "arn:aws:codeartifact:us-east-1:123456789012:repository/orb-integration-hub-dev/python-packages",
    );
    expect(Object.keys(packages.store.find({ domain, repository }, "orb-common")?.versions ?? {})).to.deep.equal([
      "1.0.0",
      "1.1.0",
    ]);
  });

  it("week 2: publishes both packages to dev from develop, after setup and two lines by hand", async () => {
    await setup();
    await edit("registry.toml", [
      'sources = ["schemas/**"]\n',
      'sources = ["schemas/**"]\ngenerate = ["python", "backend/packages/orb-models/generate_models.py"]\n',
    ]);
    // The template's registry has 1.1.0 already.
    await edit("backend/packages/orb-common/VERSION", ["0.1.0", "1.2.0"]);

    const run = await start("deploy-packages.yml", "develop");

    expect(run.exitCode, run.log).to.equal(0);
    expect(Object.keys(hub.published("dev"))).to.deep.equal([
      "orb_common-1.0.0-py3-none-any.whl",
      "orb_common-1.1.0-py3-none-any.whl",
      "orb_common-1.2.0.dev1-py3-none-any.whl",
      "orb_models-0.1.0.dev1-py3-none-any.whl",
    ]);
  });

  it("week 2: publishes the same files to staging and prod from main", async () => {
    const run = await start("deploy-packages.yml", "main");

    expect(run.exitCode, run.log).to.equal(0);
    expect(Object.keys(hub.published("prod"))).to.deep.equal([
      "orb_common-1.2.0-py3-none-any.whl",
      "orb_models-0.1.0-py3-none-any.whl",
      "orb_models-0.1.0.tar.gz",
    ]);
    expect(hub.published("prod")).to.deep.equal(hub.published("staging"));
    expect(Object.keys(await hub.team.tags())).to.deep.equal(["orb-common-v1.2.0", "orb-models-v0.1.0"]);
  });

  it("week 2: builds and tests what a schema changes on organizations-feature, and publishes nothing", async () => {
    await hub.team.git(["push", "--quiet", "origin", "HEAD:refs/heads/organizations-feature"]);
    const path = "schemas/organization.schema.json";
    await hub.team.commit({ [path]: read(path).replace("integer", "string") });

    const run = await start("deploy-packages.yml", "organizations-feature");

    expect(run.exitCode, run.log).to.equal(0);
    expect(Object.keys(run.jobs)).to.have.members(["releases", "dependencies", "test", "build", "attest"]);
    expect(run.summary).to.include("To be released: orb-models==0.1.0\n");
    await hub.team.git(["reset", "--quiet", "--hard", "HEAD~1"]);
  });

  it("week 3: builds the pilot's layer from the registries, and moves one function to it", async () => {
    await hub.team.git(["mv", `${workflows}/deploy-lambda-layers.yml`, `${workflows}/old-lambda-layers.yml`]);
    await useLambda("layers.shared");
    await useLambda("functions.users", ['"users"', '"shared"']);
    await setup();
    await lock("shared");

    const run = await start("deploy-lambda-layers.yml", "main");

    expect(run.exitCode, run.log).to.equal(0);
    expect(run.jobs).to.have.all.keys(...["builds", "build-staging", "deploy-staging", "build-prod", "deploy-prod"]);
    expect(live("prod", "users")).to.deep.equal({ version: "1", layers: [`${name("prod", "shared")}:1`] });
    expect(live("staging", "users")).to.deep.equal({ version: "1", layers: [`${name("staging", "shared")}:1`] });
    expect(live("prod", "organizations")).to.equal(undefined);
    const { packages } = manifest(run, "prod", "layer-shared-python3.12-x86_64");
    expect(packages.filter(({ name: one }) => one.startsWith("orb-")).map(({ version }) => version)).to.deep.equal([
      "1.2.0",
      "0.1.0",
    ]);
  });

  it("week 4: builds all layers and functions from the registries", async () => {
    await useLambda("layers.organizations");
    await useLambda("layers.users");
    await useLambda("functions.organizations");
    await edit("registry.toml", ['layers = ["shared"]', 'layers = ["users"]']);
    await setup();
    await lock("organizations");
    await lock("users");
    await hub.team.git(["rm", "--quiet", `${workflows}/old-lambda-layers.yml`, "backend/layers/build_layer.sh"]);

    const run = await start("deploy-lambda-layers.yml", "main");

    expect(run.exitCode, run.log).to.equal(0);
    for (const environment of ["staging", "prod"] as const) {
      expect(live(environment, "users")).to.deep.equal({
        version: "2",
        layers: [`${name(environment, "users")}:1`],
      });
      expect(live(environment, "organizations")).to.deep.equal({
        version: "1",
        layers: [`${name(environment, "organizations")}:1`],
      });
    }
  });

  it("week 4: rolls one function of prod back by one command", async () => {
    const rollback = "python3 .github/registry/lambda/deploy_lambda.py rollback --environment prod users";
    expect(guide).to.include(`$ ${rollback}\n`);

    const { exitCode, output } = await inHub(rollback, administrator("prod"));

    expect(exitCode, output).to.equal(0);
    expect(live("prod", "users")).to.deep.equal({ version: "1", layers: [`${name("prod", "shared")}:1`] });
    expect(live("prod", "organizations")?.version).to.equal("1");
    expect(live("staging", "users")?.version).to.equal("2");
  });

  it("week 4: has no workflow that names the template's role or another index, so that the role can go", async () => {
    const { output } = await inHub(
      "git grep -lE 'codeartifact-publisher\\b|pypi.org|CODEARTIFACT_PUBLISHER' -- .github backend",
    );
    expect(output.split("\n").filter((path) => /^backend|old-/.test(path))).to.deep.equal([]);

    const commands = consoleCommands(guide)
      .map((command) => /^aws iam (delete-role\S*) (.*)$/.exec(command))
      .filter((found) => found !== null)
      .map(([, operation, words = ""]) => ({ operation, words }));
    expect(commands.map(({ operation }) => operation)).to.deep.equal(["delete-role-policy", "delete-role"]);
    for (const { operation, words } of commands) {
      const deleted = await inHub(`aws iam ${operation ?? ""} ${words}`, administrator("dev"));
      expect(deleted.exitCode, deleted.output).to.equal(0);
    }
    const { roles } = hub.registries.of.dev.context.account.iam;
    expect(roles.list().map((role) => role.roleName)).to.not.include(roleName);
  });

  it("takes a person as many lines by hand as the guide says", () => {
    const lines = byHand.filter((line) => line.trim() !== "").length;

    expect(guide).to.include(`the team writes ${lines} lines by hand`);
  });
});
