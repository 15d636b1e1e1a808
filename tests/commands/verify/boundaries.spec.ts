import { expect } from "chai";
import { CommandError } from "../../../commands/cli";
import { boundaryActions } from "../../../commands/verify/boundaries";
import { verifyActions } from "../../../commands/aws/clients";
import { runCommand } from "../../support/commands/processes";
import { accountId, asked, sessionFor, type Standing, withStanding } from "../../support/commands/deployedRegistry";

const domain = "orb-integration-hub-dev";
const publisher = `${domain}-codeartifact-publisher`;
const policy = (name: string) => `arn:aws:iam::${accountId}:policy/${name}`;
const bounds = policy("bounds");
const settings = { permissionsBoundary: bounds };
const assumeRolePolicyDocument = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service: "codebuild.amazonaws.com" }, Action: "sts:AssumeRole" },
});

/** A role outside the stack with the readers' policy, and perhaps with a boundary. */
function attachTo(roleName: string, { account: { iam } }: Standing, permissionsBoundary?: string): string {
  const policyArn = iam.policies.list()[0]!.arn;
  iam.roles.create({ roleName, assumeRolePolicyDocument, permissionsBoundary });
  iam.policies.attach({ roleName, policyArn });
  return policyArn;
}

describe("verify --boundaries", () => {
  const run = (standing: Standing, ...options: readonly string[]) =>
    runCommand("verify", ["--boundaries", ...options], {
      directory: standing.directory,
      environment: { ...standing.environment(), AWS_EC2_METADATA_DISABLED: "true" },
    });

  it("finds nothing where every role has the boundary in the settings, and an outside role one of its own", () =>
    withStanding({ settings }, async (standing) => {
      attachTo("builds", standing, policy("of-builds"));

      expect(await standing.boundaries()).to.deep.equal({
        domain,
        account: accountId,
        compared: { roles: 3, otherRoles: 1 },
        differences: [],
      });
    }));

  it("finds nothing before the first deployment", () =>
    withStanding({ settings, changed: { projectId: "other" } }, async ({ boundaries }) => {
      expect(await boundaries()).to.deep.include({ compared: { roles: 0, otherRoles: 0 }, differences: [] });
    }));

  it("finds nothing in an account without roles, whichever the stack is allowed in", () =>
    withStanding({ settings: { ...settings, readers: [], "aws:allowedAccountIds": [accountId] } }, async (standing) => {
      const { iam } = standing.account;
      iam.roles.deletePolicy({ roleName: publisher, policyName: "permissions" });
      iam.roles.delete({ roleName: publisher });
      const ended = await run(standing);

      expect(await standing.boundaries()).to.deep.include({ account: undefined, differences: [] });
      expect(ended).to.deep.include({
        exitCode: 0,
        stderr: "",
        stdout: `dev: bounded. 0 roles of ${domain}, 0 other roles with its reader policy.\n`,
      });
    }));

  it("finds a role of the registry without the boundary, or with another, declared or not", () =>
    withStanding({ settings }, async ({ boundaries, account: { iam } }) => {
      const nobodys = `${domain}-codeartifact-reader-nobodys`;
      const [layers, promotion] = ["lambda-layers", "promotion"].map((name) => `${domain}-codeartifact-reader-${name}`);
      iam.roles.deleteBoundary({ roleName: publisher });
      iam.roles.putBoundary({ roleName: layers!, permissionsBoundary: policy("bound") });
      iam.roles.create({ roleName: nobodys, assumeRolePolicyDocument });
      iam.roles.create({ roleName: "orb-integration-hub-dev-deploy", assumeRolePolicyDocument });
      const { differences, compared } = await boundaries();

      expect(differences).to.deep.equal(
        [
          [publisher, "none"],
          [layers, policy("bound")],
          [nobodys, "none"],
        ].map(([role, live]) => ({
          what: `role ${role!}, permissions boundary`,
          declared: bounds,
          live,
          wayOut: `aws iam put-role-permissions-boundary --role-name ${role!} --permissions-boundary ${bounds}`,
        })),
      );
      expect(promotion).not.to.be.oneOf(differences.map(({ what }) => what));
      expect(compared).to.deep.equal({ roles: 4, otherRoles: 0 });
    }));

  it("finds an outside role without a boundary by every reader policy that it has, one that is left over too", () =>
    withStanding({ settings }, async (standing) => {
      const { iam } = standing.account;
      const readPolicy = attachTo("builds", standing);
      const { policyDocument } = iam.policies.get({ policyArn: readPolicy });
      const { arn: leftover } = iam.policies.create({ policyName: `${domain}-codeartifact-reader`, policyDocument });
      const { arn: others } = iam.policies.create({ policyName: `${domain}-codeartifact-readers`, policyDocument });
      iam.policies.attach({ roleName: "builds", policyArn: leftover });
      iam.roles.create({ roleName: "other-role", assumeRolePolicyDocument });
      iam.policies.attach({ roleName: "other-role", policyArn: others });
      const { differences, compared } = await standing.boundaries();

      expect(differences).to.deep.equal([
        {
          what: "role builds, permissions boundary",
          declared: `one of its own, because it has ${readPolicy} and ${leftover}`,
          live: "none",
          wayOut: [
            "aws iam put-role-permissions-boundary --role-name builds --permissions-boundary ARN, " +
              "with a boundary for all that this role does; or",
            `aws iam detach-role-policy --role-name builds --policy-arn ${readPolicy}`,
            `aws iam detach-role-policy --role-name builds --policy-arn ${leftover}`,
          ].join("\n"),
        },
      ]);
      expect(compared).to.deep.equal({ roles: 3, otherRoles: 1 });
    }));

  it("asks for the actions that it states, which are among those of the whole verify, and needs no more", () =>
    withStanding({ settings }, async (standing) => {
      attachTo("builds", standing, policy("of-builds"));
      const { differences } = await standing.boundaries(sessionFor(standing, boundaryActions));

      expect(differences).to.deep.equal([]);
      expect([...new Set(asked(standing))].sort()).to.deep.equal(boundaryActions);
      expect(verifyActions).to.include.members([...boundaryActions]);
    }));

  it("says that it could not look where AWS denies one of them", () =>
    withStanding({ settings }, async (standing) => {
      attachTo("builds", standing, policy("of-builds"));
      for (const action of boundaryActions) {
        const session = sessionFor(
          standing,
          boundaryActions.filter((name) => name !== action),
        );
        const error = (await standing.boundaries(session).catch((reason: unknown) => reason)) as CommandError;

        expect(error, action).to.be.instanceOf(CommandError);
        expect(error.exitCode).to.equal(2);
        expect(error.message).to.match(
          /^Could not look: .*: AccessDenied: User: .* is not authorized to perform: iam:/,
        );
      }
    }));

  it("looks at no account but one that the stack is allowed in", () =>
    withStanding({ settings, changed: { "aws:allowedAccountIds": ["111122223333"] } }, async ({ boundaries }) => {
      const error = (await boundaries().catch((reason: unknown) => reason)) as CommandError;

      expect(error.exitCode).to.equal(2);
      expect(error.message).to.equal(
        `Could not look: the credentials are of account ${accountId}, and aws:allowedAccountIds of stack dev has ` +
          "111122223333: name the profile of that account in aws:profile or with --profile.",
      );
    }));

  it("does not pass where the settings name no boundary, and says where to get it", () =>
    withStanding({}, async ({ boundaries }) => {
      const error = (await boundaries().catch((reason: unknown) => reason)) as CommandError;

      expect(error.exitCode).to.equal(2);
      expect(error.message).to.equal(
        "Could not look: stack dev sets no permissionsBoundary to compare roles with. Set it in Pulumi.dev.yaml to the ARN " +
          "that the project in bootstrap/ gives: pulumi stack output permissionsBoundaryArns",
      );
    }));

  describe("as a command", () => {
    it("ends with 0 where every role is bounded, with 1 and the way out where one is not", () =>
      withStanding({ settings }, async (standing) => {
        const bounded = await run(standing);
        standing.account.iam.roles.deleteBoundary({ roleName: publisher });
        const text = await run(standing);
        const json = await run(standing, "--format", "json");
        const difference = {
          what: `role ${publisher}, permissions boundary`,
          declared: bounds,
          live: "none",
          wayOut: `aws iam put-role-permissions-boundary --role-name ${publisher} --permissions-boundary ${bounds}`,
        };
        const looked = `3 roles of ${domain}, 0 other roles with its reader policy, account ${accountId}.`;

        expect(bounded).to.deep.include({ exitCode: 0, stdout: `dev: bounded. ${looked}\n`, stderr: "" });
        expect(text.exitCode, text.stderr).to.equal(1);
        expect(text.stdout.split("\n")).to.deep.equal([
          difference.what,
          `  declared  ${difference.declared}`,
          "  live      none",
          `  way out   ${difference.wayOut}`,
          "",
          `dev: 1 difference. ${looked}`,
          "",
        ]);
        expect(json.exitCode).to.equal(1);
        expect(JSON.parse(json.stdout)).to.deep.equal({
          stack: "dev",
          domain,
          account: accountId,
          compared: { roles: 3, otherRoles: 0 },
          differences: [difference],
        });
      }));

    it("ends with 2 where the settings name no boundary, or GitHub is to be asked as well", () =>
      withStanding({}, async (standing) => {
        const unset = await run(standing);
        const github = await run(standing, "--github");

        expect([unset.exitCode, unset.stdout]).to.deep.equal([2, ""]);
        expect(unset.stderr).to.match(/^error: Could not look: stack dev sets no permissionsBoundary/);
        expect([github.exitCode, github.stdout]).to.deep.equal([2, ""]);
        expect(github.stderr).to.match(
          /^error: --boundaries checks boundaries alone: leave out --github\.\nSee npm run verify -- --help\n$/,
        );
      }));
  });
});
