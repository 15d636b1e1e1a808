import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { RoleReach } from "../../commands/reach/judge";
import { inFolder, projectDirectory } from "../support/deployments";
import { exampleFile, exampleProject } from "../support/exampleProject";
import { type Ended, runCommand } from "../support/commands/processes";

const deployRole = "orb-integration-hub-dev-deploy";

/** The project's own program, and beside it a publisher's right to delete. */
const tooWide = `
// The command runs the program for each order of bootstrap and deployment.
const main = ${JSON.stringify(join(projectDirectory, "index.ts"))};
delete require.cache[main];
const registry = require(main);
new pulumi.CustomResource("aws:iam/rolePolicy:RolePolicy", "wide", {
  name: "wide",
  role: registry.publisherRoleArns.apply(({ publisher }) => publisher.split("/")[1]),
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: { Sid: "Wide", Effect: "Allow", Action: "codeartifact:DeletePackageVersions", Resource: "*" },
  }),
});
module.exports = registry;
`;

/** An account with the stack dev alone. */
function addBootstrap(directory: string, environments: string): void {
  mkdirSync(join(directory, "bootstrap"));
  cpSync(join(exampleProject, "bootstrap/Pulumi.yaml"), join(directory, "bootstrap/Pulumi.yaml"));
  const main = JSON.stringify(join(projectDirectory, "bootstrap/index.ts"));
  writeFileSync(join(directory, "bootstrap/package.json"), JSON.stringify({ main: "./program.js" }));
  writeFileSync(join(directory, "bootstrap/program.js"), `module.exports = require(${main});`);
  const text = exampleFile("bootstrap/Pulumi.account.yaml").replace(
    /environments:[^]*/,
    `environments: ${environments}\n`,
  );
  writeFileSync(join(directory, "bootstrap/Pulumi.account.yaml"), text);
}

describe("npm run reach", () => {
  let json: Ended;
  let wide: Ended;
  let unknown: Ended;
  let noAccount: Ended;

  before(async () => {
    json = await runCommand("reach", ["--role", deployRole, "--format", "json"]);
    [wide, unknown, noAccount] = await inFolder(
      { stacks: { dev: exampleFile("Pulumi.dev.yaml") }, program: tooWide },
      async (directory) => {
        addBootstrap(directory, "{ dev: refs/heads/develop }");
        return Promise.all([
          runCommand("reach", ["--stack", "dev"], { directory }),
          runCommand("reach", ["--role", "unknown-role"], { directory }),
          runCommand("reach", ["--account", "another"], { directory }),
        ]);
      },
    );
  });

  it("prints JSON with the way to each thing that a role reaches, and ends with 0 where it may", () => {
    const { roles, beyond } = JSON.parse(json.stdout) as { roles: RoleReach[]; beyond: number };
    const [reach] = roles;

    expect(json.exitCode).to.equal(0);
    expect(beyond).to.equal(0);
    expect(roles.map(({ role, kind }) => [role, kind])).to.deep.equal([[deployRole, "deploy"]]);
    expect(reach?.goals.map(({ id }) => id)).to.deep.equal([
      ...["act-registry", "in-other-stack", "open-name", "publish-other", "read", "token", "change-registry"],
    ]);
    expect(reach?.goals[0]?.path.map(({ action }) => action)).to.deep.equal([
      "iam:UpdateAssumeRolePolicy",
      "sts:AssumeRole",
    ]);
  });

  it("ends with 1 where a role reaches more, and names the role, the goal and the way", () => {
    expect([wide.exitCode, wide.stderr.replaceAll(/^warning: .*\n/gm, "")]).to.deep.equal([1, ""]);
    expect(wide.stdout).to.contain(
      [
        "  can, and may not, delete a package, a repository or the domain, and so replace a published file",
        "    1. orb-integration-hub-dev-codeartifact-publisher",
        "       codeartifact:DeletePackageVersions on codeartifact:us-east-1:123456789012:package/orb-integration-hub-dev/",
      ].join("\n"),
    );
    expect(wide.stdout.trimEnd()).to.match(/goals each: \d+ reached that may not be\.$/);
  });

  it("names the roles that there are where none has the name", () => {
    expect([unknown.exitCode, unknown.stdout]).to.deep.equal([2, ""]);
    expect(unknown.stderr).to.match(/^error: --role unknown-role names no role\. There are: orb-integration-hub-dev-/m);
  });

  it("names the accounts that there are where none has the name", () => {
    expect(noAccount.exitCode).to.equal(2);
    expect(noAccount.stderr).to.contain(
      "error: --account another: there is no bootstrap/Pulumi.another.yaml. There are: account.",
    );
  });
});
