import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { packageParts } from "../../iam/permissions";
import { describePulumi } from "../support/describePulumi";
import { FailingAccount } from "../support/failingAccount";
import { preparedProjectAccount, PulumiProject, type Settings, stepTexts } from "../support/pulumiProject";

const domain = "orb-integration-hub-dev";
const publisher = `${domain}-codeartifact-publisher`;
const readers = ["lambda-layers", "promotion"].map((name) => `${domain}-codeartifact-reader-${name}`);
const versionChanges = ["iam.policies.createVersion", "iam.policies.setDefaultVersion", "iam.policies.deleteVersion"];
const serviceTrust =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"codebuild.amazonaws.com"},' +
  '"Action":"sts:AssumeRole"}]}';

/** As many packages as 10 managed policies have room for, which is what IAM attaches to a role. */
function tenParts(word: string): Settings {
  const packages: string[] = [];
  while (packageParts(domain, "python-packages", 3600, packages).length <= 10) {
    packages.push(`orb-${word}-${String(packages.length).padStart(4, "0")}`);
  }
  return { packages: packages.slice(0, -1) };
}

describePulumi("the managed policies of a stack on the real engine", (cli) => {
  let watched: FailingAccount;
  let project: PulumiProject;

  beforeEach(async () => {
    watched = new FailingAccount(preparedProjectAccount());
    project = new PulumiProject(cli, watched.account);
    await project.init("dev");
  });

  afterEach(() => {
    project.close();
  });

  const up = async (settings: Settings) => {
    project.configure("dev", settings);
    const { exitCode, steps, messages } = await project.up("dev");
    expect(exitCode, messages.join("\n")).to.equal(0);
    return stepTexts(steps);
  };
  const failingUp = async (settings: Settings) => {
    project.configure("dev", settings);
    const { exitCode, messages } = await project.up("dev");
    expect(exitCode).to.equal(1);
    return messages.join("\n");
  };
  const policyNames = () => project.account.iam.policies.list().map(({ policyName }) => policyName);
  const attached = (roleName: string) =>
    project.account.iam.policies.attached({ roleName }).map(({ policyName }) => policyName);
  const arn = (policyName: string) => `arn:aws:iam::123456789012:policy/${policyName}`;
  /** How many policies a role has after each call of the provider. */
  const counted = (roles: readonly string[]): ReadonlySet<number> => {
    const counts = new Set<number>();
    project.hooks = {
      after: () => {
        roles.forEach((role) => counts.add(attached(role).length));
      },
    };
    return counts;
  };

  it("are replaced where tokenLifetime changes, and a reader has the old policy until it has the new one", async () => {
    await up({});
    const [before] = policyNames();
    const counts = counted(readers);
    watched.asked.length = 0;
    const steps = await up({ tokenLifetime: 1800 });
    const [after, ...others] = policyNames();

    expect(steps.filter((step) => step.startsWith("create-replacement"))).to.deep.equal([
      "create-replacement registry-read-policy",
      "create-replacement registry-reader-lambda-layers-read-attachment",
      "create-replacement registry-reader-promotion-read-attachment",
    ]);
    expect(before).to.match(/^orb-integration-hub-dev-codeartifact-reader-[0-9a-f]{8}$/);
    expect(after).to.match(/^orb-integration-hub-dev-codeartifact-reader-[0-9a-f]{8}$/);
    expect(after).not.to.equal(before);
    expect(others).to.deep.equal([]);
    expect(readers.map(attached)).to.deep.equal([[after], [after]]);
    expect([...counts].sort()).to.deep.equal([1, 2]);
    expect(watched.asked).to.include("iam.policies.create");
    expect(watched.asked.filter((operation) => versionChanges.includes(operation))).to.deep.equal([]);
  });

  it("can all be replaced where a publisher has 10 and every package moves, with never more than 10 attached", async () => {
    await up(tenParts("alpha"));
    const before = attached(publisher);
    const counts = counted([publisher]);
    watched.asked.length = 0;
    await up(tenParts("beta"));
    const after = attached(publisher);

    expect(before).to.have.length(10);
    expect(after).to.have.length(10);
    expect(after.filter((name) => before.includes(name))).to.deep.equal([]);
    expect(
      policyNames()
        .filter((name) => name.startsWith(publisher))
        .sort(),
    ).to.deep.equal([...after].sort());
    expect(Math.max(...counts)).to.equal(10);
    expect(watched.asked.filter((operation) => versionChanges.includes(operation))).to.deep.equal([]);
  });

  it("stay while a role outside the stack has the old one: the update says so, and the next deletes it", async () => {
    await up({});
    const { iam } = project.account;
    const [before] = policyNames();
    iam.roles.create({ roleName: "builds", assumeRolePolicyDocument: serviceTrust });
    iam.policies.attach({ roleName: "builds", policyArn: arn(before!) });
    const conflict = `deleting IAM Policy (${arn(before!)}): DeleteConflict: Cannot delete a policy attached to entities.`;

    expect(await failingUp({ tokenLifetime: 1800 })).to.include(conflict);
    const [, after] = policyNames();
    expect(readers.map(attached)).to.deep.equal([[after], [after]]);
    expect(attached("builds")).to.deep.equal([before]);
    expect(await failingUp({})).to.include(
      `creating IAM Policy (${before!}): EntityAlreadyExists: A policy called ${before!} already exists.`,
    );

    iam.policies.attach({ roleName: "builds", policyArn: arn(after!) });
    iam.policies.detach({ roleName: "builds", policyArn: arn(before!) });
    expect(await up({ tokenLifetime: 1800 })).to.deep.equal(["delete-replaced registry-read-policy"]);
    expect(policyNames()).to.deep.equal([after]);
    expect(attached("builds")).to.deep.equal([after]);
  });

  it("of a stack from before they had hashes are replaced by one update, and a reader has the old one until it has the new one", async () => {
    const settings = { packages: Array.from({ length: 90 }, (_, index) => `orb-package-${index}`) };
    await up(settings);
    const named = policyNames();
    const unhashed = named.map((name) => name.replace(/-[0-9a-f]{8}$/, ""));
    await renamePolicies();
    const counts = counted(readers);
    const steps = await up(settings);

    expect(unhashed).to.include.members([`${domain}-codeartifact-reader`, `${publisher}-packages-1`]);
    expect(steps.filter((step) => step.startsWith("delete-replaced"))).to.deep.equal([
      "delete-replaced registry-publisher-packages-1",
      "delete-replaced registry-publisher-packages-1-attachment",
      "delete-replaced registry-publisher-packages-2",
      "delete-replaced registry-publisher-packages-2-attachment",
      "delete-replaced registry-read-policy",
      "delete-replaced registry-reader-lambda-layers-read-attachment",
      "delete-replaced registry-reader-promotion-read-attachment",
    ]);
    expect(policyNames().sort()).to.deep.equal([...named].sort());
    expect([...counts].sort()).to.deep.equal([1, 2]);
    expect((await project.preview("dev")).steps).to.deep.equal([]);
  });

  /** Makes account and state those of a stack whose policies have no hash in their names. */
  async function renamePolicies(): Promise<void> {
    const { iam } = project.account;
    for (const { arn: policyArn, policyName, ...policy } of iam.policies.list()) {
      const renamed = iam.policies.create({ ...policy, policyName: policyName.replace(/-[0-9a-f]{8}$/, "") });
      for (const { roleName } of iam.roles.list()) {
        if (attached(roleName).includes(policyName)) {
          iam.policies.detach({ roleName, policyArn });
          iam.policies.attach({ roleName, policyArn: renamed.arn });
        }
      }
      iam.policies.delete({ policyArn });
    }
    const { stdout } = await project.run("stack", "export", "--stack", "dev");
    const folder = mkdtempSync(join(tmpdir(), "package-registry-state-"));
    try {
      const file = join(folder, "state.json");
      writeFileSync(file, stdout.replace(/(-codeartifact-reader|-packages-\d+)-[0-9a-f]{8}(?=")/g, "$1"));
      const { exitCode, stderr } = await project.run("stack", "import", "--stack", "dev", "--file", file);
      expect(exitCode, stderr).to.equal(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});
