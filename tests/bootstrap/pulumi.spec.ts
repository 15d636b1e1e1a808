import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { SandboxAccount } from "../../sandbox/account";
import { projectDirectory } from "../support/deployments";
import { exampleFile } from "../support/exampleProject";
import { describePulumi } from "../support/describePulumi";
import { type CliRun, PulumiProject } from "../support/pulumiProject";

const url = "https://token.actions.githubusercontent.com";
const providerArn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";

/** What the program shares with the registry's. */
const shared = ["components", "github", "iam", "naming", "settings", "tools"];

describePulumi("the bootstrap project", (cli) => {
  let root: string;

  before(() => {
    root = mkdtempSync(join(tmpdir(), "registry-bootstrap-"));
    for (const entry of [...shared, "node_modules", "package.json"]) {
      symlinkSync(join(projectDirectory, entry), join(root, entry));
    }
  });

  after(() => {
    rmSync(root, { recursive: true });
  });

  /** An administrator in an account. */
  async function administer(
    account: SandboxAccount,
    use: (run: (...args: readonly string[]) => Promise<CliRun>) => Promise<void>,
  ) {
    const administered = new PulumiProject(cli, account);
    const directory = mkdtempSync(join(root, "bootstrap-"));
    const isProgram = (path: string) => !/\/Pulumi\.[^/]*$/.test(path);
    cpSync(join(projectDirectory, "bootstrap"), directory, { recursive: true, filter: isProgram });
    writeFileSync(join(directory, "Pulumi.yaml"), exampleFile("bootstrap/Pulumi.yaml"));
    const stackFile = exampleFile("bootstrap/Pulumi.account.yaml").replace(/Id: 0$/gm, "Id: 700000001");
    writeFileSync(join(directory, "Pulumi.account.yaml"), stackFile);
    mkdirSync(join(directory, "tmp"));
    try {
      const run = (...args: readonly string[]) => administered.runIn(directory, ...args);
      const { exitCode, stderr } = await run("stack", "init", "account");
      expect(exitCode, stderr).to.equal(0);
      await use(run);
    } finally {
      administered.close();
      rmSync(directory, { recursive: true });
    }
  }

  const up = ["up", "--stack", "account", "--yes", "--skip-preview", "--json"];
  const ofProvider = ({ steps }: CliRun) => steps.filter(({ name }) => name === "github").map(({ op }) => op);

  it("makes the provider where there is none, and all roles, and changes nothing the second time", async () => {
    const account = new SandboxAccount();
    await administer(account, async (run) => {
      const first = await run(...up);
      const second = await run("preview", "--stack", "account", "--json", "--expect-no-changes");

      expect(first.exitCode, first.stdout).to.equal(0);
      expect(ofProvider(first)).to.deep.equal(["create"]);
      expect(first.messages.filter((line) => !line.includes("pulumi-language-nodejs"))).to.deep.equal([]);
      expect(account.iam.oidcProviders.list().map(({ arn, clientIDList }) => [arn, clientIDList])).to.deep.equal([
        [providerArn, ["sts.amazonaws.com"]],
      ]);
      expect(account.iam.roles.list().map(({ roleName }) => roleName)).to.have.members([
        ...["dev", "staging", "prod"].map((stack) => `orb-integration-hub-${stack}-deploy`),
        "orb-integration-hub-preview",
      ]);
      expect([second.exitCode, second.steps]).to.deep.equal([0, []]);
    });
  });

  it("previews clean where it was deployed when its roles' components had another type", async () => {
    await administer(new SandboxAccount(), async (run) => {
      await run(...up);
      const { stdout: state } = await run("stack", "export", "--stack", "account");
      const file = join(root, "state.json");
      writeFileSync(file, state.replaceAll("python-registry:index:", "registry:index:"));
      const imported = await run("stack", "import", "--stack", "account", "--file", file);
      const preview = await run("preview", "--stack", "account", "--json", "--expect-no-changes");

      expect(state).to.include("::python-registry:index:GithubActionsRole$aws:iam/role:Role::");
      expect([imported.exitCode, preview.exitCode, preview.steps]).to.deep.equal([0, 0, []]);
    });
  });

  it("takes a provider over that is there, leaves what others made of it, and is never let to delete it", async () => {
    const account = new SandboxAccount();
    const clientIDList = ["https://another-use.example", "sts.amazonaws.com"];
    account.iam.oidcProviders.create({ url, clientIDList, tags: { Owner: "another team" } });
    const before = account.iam.oidcProviders.get({ arn: providerArn });
    await administer(account, async (run) => {
      const first = await run(...up);
      const second = await run("preview", "--stack", "account", "--json", "--expect-no-changes");
      const destroy = await run("destroy", "--stack", "account", "--yes", "--skip-preview", "--json");

      expect(first.exitCode, first.stdout).to.equal(0);
      expect(ofProvider(first)).to.deep.equal(["import"]);
      expect([second.exitCode, second.steps]).to.deep.equal([0, []]);
      expect(destroy.exitCode).not.to.equal(0);
      expect(destroy.messages.join("\n")).to.match(/github" cannot be deleted\s+because it is protected/);
      expect(account.iam.oidcProviders.get({ arn: providerArn })).to.deep.equal(before);
    });
  });

  it("is removed as README says: all but the provider, which stays for anyone who else uses it", async () => {
    const account = new SandboxAccount();
    await administer(account, async (run) => {
      await run(...up);
      const unprotected = await run("state", "unprotect", "--stack", "account", "--all", "--yes");
      const destroy = await run("destroy", "--stack", "account", "--yes", "--skip-preview", "--json");

      expect(unprotected.exitCode, unprotected.stderr).to.equal(0);
      expect(destroy.exitCode, destroy.stdout).to.equal(0);
      expect([account.iam.roles.list(), account.iam.policies.list()]).to.deep.equal([[], []]);
      expect(account.iam.oidcProviders.list().map(({ arn }) => arn)).to.deep.equal([providerArn]);
    });
  });
});
