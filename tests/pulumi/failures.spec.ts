import { expect } from "chai";
import { AwsError } from "../../sandbox/core/awsError";
import { describePulumi } from "../support/describePulumi";
import { FailingAccount } from "../support/failingAccount";
import { preparedProjectAccount, PulumiProject, stepTexts } from "../support/pulumiProject";

const domain = "orb-integration-hub-dev";
const denied = (action: string) =>
  new AwsError(
    "AccessDeniedException",
    `User: arn:aws:sts::123456789012:assumed-role/deploy/ci is not authorized to perform: ${action} because no ` +
      "identity-based policy allows it",
    403,
  );
const throttled = new AwsError("Throttling", "Rate exceeded");

describePulumi("an update in which AWS rejects a call", (cli) => {
  let account: FailingAccount;
  let project: PulumiProject;

  beforeEach(async () => {
    account = new FailingAccount(preparedProjectAccount());
    project = new PulumiProject(cli, account.account);
    await project.init("dev");
  });

  afterEach(() => {
    project.close();
  });

  /** Runs an update that is to fail, and answers with its errors. */
  async function failingUp(): Promise<string> {
    const { exitCode, messages } = await project.up("dev");
    expect(exitCode).to.equal(1);
    expect(account.pending).to.deep.equal([]);
    return messages.join("\n");
  }

  it("says which, and the next one makes what is missing", async () => {
    account.failOnce("codeartifact.repositories.create", denied("codeartifact:CreateRepository"));
    expect(await failingUp()).to.match(
      /^creating CodeArtifact Repository: AccessDeniedException: User: .* is not authorized to perform: codeartifact:CreateRepository because/m,
    );

    account.failOnce("iam.roles.create", throttled);
    expect(await failingUp()).to.match(/^creating IAM Role \(orb-.*\): Throttling: Rate exceeded$/m);

    expect((await project.up("dev")).exitCode).to.equal(0);
    expect((await project.preview("dev")).steps).to.deep.equal([]);
  });

  it("remembers a repository that was made but not connected, and the next one connects it", async () => {
    account.failOnce("codeartifact.repositories.associateExternalConnection", throttled);
    expect(await failingUp()).to.match(
      /associating CodeArtifact Repository \(arn:.*\/pypi-store\) external connection \(public:pypi\): Throttling: Rate exceeded/,
    );

    const { exitCode, steps } = await project.up("dev");
    const store = project.account.codeartifact.repositories.describe({ domain, repository: "pypi-store" });

    expect(exitCode).to.equal(0);
    expect(stepTexts(steps)).to.include("update registry-pypi-store");
    expect(store.externalConnections.map(({ externalConnectionName }) => externalConnectionName)).to.deep.equal([
      "public:pypi",
    ]);
    expect((await project.preview("dev")).steps).to.deep.equal([]);
  });

  it("repeats a change that was rejected", async () => {
    await project.up("dev");
    project.configure("dev", { tags: { Team: "platform" }, tokenLifetime: 1800 });
    account.failOnce("iam.policies.attach", throttled);
    expect(await failingUp()).to.match(
      /^attaching IAM Policy \(arn:aws:iam::123456789012:policy\/.*-reader-[0-9a-f]{8}\) to IAM Role \(.*\): Throttling: Rate exceeded$/m,
    );

    expect((await project.up("dev")).exitCode).to.equal(0);
    expect((await project.preview("dev")).steps).to.deep.equal([]);
    expect(project.account.iam.policies.list().map(({ policyDocument }) => policyDocument)).to.satisfy(
      ([document, ...others]: readonly string[]) => document!.includes('"1800"') && others.length === 0,
    );
  });

  it("hands out no publisher where a package group has no restrictions, until it is made again", async () => {
    // A group that was only just made may not be found yet: groups are eventually consistent.
    account.failOnce(
      "codeartifact.packageGroups.updateOriginConfiguration",
      new AwsError("ResourceNotFoundException", "Package group not found.", 404),
    );
    expect(await failingUp()).to.match(/operation CREATE failed with "NotFound": Resource of type 'AWS::Code.*'/);
    const open = project.account.codeartifact.packageGroups
      .list({ domain })
      .find(({ pattern, originConfiguration }) => {
        const modes = Object.values(originConfiguration.restrictions).map(({ mode }) => mode);
        return pattern !== "/*" && modes.every((mode) => mode === "INHERIT");
      });

    for (const attempt of [project.up("dev"), undefined]) {
      const { exitCode, messages } = await (attempt ?? project.preview("dev"));
      expect(exitCode).to.equal(1);
      expect(messages).to.include(
        `The package group ${open!.pattern} of ${domain} has no restrictions: an update was cut short once it ` +
          `was made. Delete it, and the next update makes it whole: aws codeartifact delete-package-group --domain ` +
          `${domain} --package-group '${open!.pattern}' && pulumi refresh && pulumi up`,
      );
    }

    project.account.codeartifact.packageGroups.delete({ domain, packageGroup: open!.pattern });
    await project.refresh("dev");
    expect((await project.up("dev")).exitCode).to.equal(0);
    const made = project.account.codeartifact.packageGroups.describe({ domain, packageGroup: open!.pattern });
    expect(made.originConfiguration.restrictions.EXTERNAL_UPSTREAM.mode).not.to.equal("INHERIT");
    expect((await project.preview("dev")).steps).to.deep.equal([]);
  });
});
