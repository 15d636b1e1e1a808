import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { CommandError } from "../../commands/cli";
import { verifyActions } from "../../commands/aws/clients";
import type { Policy } from "../../sandbox/iam/managedPolicies";
import { repositoryName } from "../../naming/registryNames";
import { wheel } from "../support/sandbox/packages";
import { type Ended, runCommand } from "../support/commands/processes";
import { auditDrifts } from "../support/commands/auditDrifts";
import { drifts } from "../support/commands/drifts";
import { withGh } from "../support/commands/ghStub";
import { accountId, asked, sessionFor, type Standing, withStanding } from "../support/commands/deployedRegistry";

const domain = "orb-integration-hub-dev";
const publisher = `${domain}-codeartifact-publisher`;
const bounds = `arn:aws:iam::${accountId}:policy/bounds`;
const serviceTrust = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service: "codebuild.amazonaws.com" }, Action: "sts:AssumeRole" },
});

describe("verify", () => {
  it("finds nothing where the stack is as it declares, in whatever account", () =>
    withStanding({}, async ({ verify, sandbox: { context } }) => {
      await context.packages.publish(
        { domain, repository: repositoryName },
        "orb-common",
        wheel("orb-common", "1.0.0"),
      );
      const { differences, account, compared } = await verify();

      expect(differences).to.deep.equal([]);
      expect(account).to.equal(accountId);
      expect(compared).to.deep.equal({
        repositories: 2,
        packageGroups: 2,
        packages: 2,
        roles: 3,
        policies: 1,
        eventRules: 0,
      });
    }));

  for (const { title, settings, changed, make, found } of [...drifts, ...auditDrifts]) {
    it(`finds that ${title}`, () =>
      withStanding({ settings, changed }, async (standing) => {
        await make?.(standing);
        const { differences } = await standing.verify();

        expect(differences.map(({ what, declared, live }) => `${what}: ${declared} -> ${live}`)).to.deep.equal(found);
        expect(differences.map(({ wayOut }) => wayOut)).not.to.include("");
        expect(asked(standing)).to.satisfy(onlyReads);
      }));
  }

  it("wants the endpoint at AWS, unless anyone who is asked in AWS's place serves the packages too", () =>
    withStanding({}, async ({ verify, verifyAtAws, sandbox }) => {
      expect((await verify()).differences).to.deep.equal([]);
      expect((await verifyAtAws()).differences).to.deep.equal([
        {
          what: `repository ${repositoryName}, endpoint`,
          declared: `https://${domain}-${accountId}.d.codeartifact.us-east-1.amazonaws.com/pypi/${repositoryName}/`,
          live: `${sandbox.address}/pypi/${repositoryName}/`,
          wayOut: "See that AWS itself is asked, and nothing that AWS_ENDPOINT_URL or a profile names",
        },
      ]);
    }));

  it("says of a domain that is not there only that", () =>
    withStanding({ changed: { projectId: "other" } }, async ({ verify }) => {
      const { differences, account } = await verify();

      expect(differences).to.deep.equal([
        { what: "domain orb-other-dev", declared: "there", live: "none", wayOut: "pulumi up --refresh --stack dev" },
      ]);
      expect(account).to.equal(undefined);
    }));

  it("takes a document that means the same for the same", () =>
    withStanding({}, async ({ verify, account: { iam } }) => {
      const { policyDocument } = iam.roles.getPolicy({ roleName: publisher, policyName: "permissions" });
      const { Version, Statement } = JSON.parse(policyDocument) as { Version: string; Statement: Written[] };
      const rewritten = Statement.map(({ Sid, Action, Resource, Condition, ...rest }) => ({
        ...(Condition === undefined ? {} : { Condition: upperCaseKeys(Condition) }),
        Resource: [Resource].flat().reverse(),
        Action: [Action]
          .flat()
          .reverse()
          .map((action) => action.toUpperCase()),
        ...rest,
        Sid: `${Sid}Renamed`,
      }));
      const sameMeaning = JSON.stringify({ Id: "x", Statement: rewritten.reverse(), Version }, undefined, 2);
      iam.roles.putPolicy({ roleName: publisher, policyName: "permissions", policyDocument: sameMeaning });

      expect((await verify()).differences).to.deep.equal([]);
    }));

  it("gives the commands that put right a boundary, a policy's document, and a policy that is left over", () =>
    withStanding({ settings: { permissionsBoundary: bounds } }, async (standing) => {
      const { iam } = standing.account;
      const [{ arn: readPolicy, policyDocument }] = iam.policies.list() as [Policy];
      const { versionId } = iam.policies.createVersion({
        policyArn: readPolicy,
        policyDocument: policyDocument.replace("3600", "7200"),
      });
      iam.policies.setDefaultVersion({ policyArn: readPolicy, versionId });
      iam.roles.deleteBoundary({ roleName: publisher });
      const { arn: policyArn } = iam.policies.create({ policyName: `${domain}-codeartifact-reader`, policyDocument });
      for (const roleName of ["builds", "layers"]) {
        iam.roles.create({ roleName, assumeRolePolicyDocument: serviceTrust, permissionsBoundary: bounds });
        iam.policies.attach({ roleName, policyArn });
      }
      const { differences } = await standing.verify();
      const wayOut = (what: string) => differences.find((difference) => difference.what === what)?.wayOut;

      expect(wayOut(`role ${publisher}, permissions boundary`)).to.equal(
        `aws iam put-role-permissions-boundary --role-name ${publisher} --permissions-boundary ${bounds}`,
      );
      expect(wayOut(`policy ${readPolicy}, document`)).to.equal(
        `aws iam set-default-policy-version --policy-arn ${readPolicy} --version-id v1`,
      );
      expect(wayOut(`policy ${policyArn}`)).to.equal(
        [
          ...["builds", "layers"].flatMap((role) => [
            `aws iam attach-role-policy --role-name ${role} --policy-arn ${readPolicy}`,
            `aws iam detach-role-policy --role-name ${role} --policy-arn ${policyArn}`,
          ]),
          `aws iam delete-policy --policy-arn ${policyArn}`,
        ].join("\n"),
      );
    }));

  it("leaves to an update a policy that roles of the registry still have", () =>
    withStanding({ changed: { tokenLifetime: 1800 } }, async ({ verify, account: { iam } }) => {
      const [{ arn }] = iam.policies.list() as [Policy];
      const { differences } = await verify();

      expect(differences.find(({ what }) => what === `policy ${arn}`)).to.deep.equal({
        what: `policy ${arn}`,
        declared: "none",
        live: "there",
        wayOut: "pulumi up --refresh --stack dev",
      });
    }));

  it("asks for the read actions that it states, all of them and no others, and needs no more", () =>
    withStanding({ settings: { permissionsBoundary: bounds, audit: { retentionDays: 90 } } }, async (standing) => {
      const { context } = standing.sandbox;
      await context.packages.publish(
        { domain, repository: repositoryName },
        "orb-common",
        wheel("orb-common", "1.0.0"),
      );
      const { differences } = await standing.verify(sessionFor(standing, verifyActions));

      expect(differences).to.deep.equal([]);
      expect([...new Set(asked(standing))].sort()).to.deep.equal([...verifyActions].sort());
      expect(verifyActions).to.satisfy(onlyReads);
    }));

  it("asks nothing of events and logs where the stack has no audit trail", () =>
    withStanding({}, async (standing) => {
      await standing.verify();

      expect(asked(standing).filter((action) => /^(?:events|logs):/.test(action))).to.deep.equal([]);
    }));

  it("says that it could not look where AWS rejects one of them", () =>
    withStanding({ settings: { audit: { retentionDays: 90 } } }, async (standing) => {
      for (const [action, what] of [
        ["codeartifact:DescribeDomain", `domain ${domain} in us-east-1`],
        ["codeartifact:GetAssociatedPackageGroup", "package group of orb-"],
        ["events:DescribeRule", `event rule ${domain}-codeartifact-`],
        ["iam:GetRolePolicy", `policies of role ${publisher}`],
        ["iam:ListRoles", "the account's roles"],
        ["iam:ListPolicies", "the account's policies"],
        ["logs:DescribeLogGroups", `log group /aws/events/${domain}-codeartifact-audit`],
      ] as const) {
        const session = sessionFor(
          standing,
          verifyActions.filter((name) => name !== action),
        );
        const error = await standing.verify(session).catch((reason: unknown) => reason);

        expect(error, action).to.be.instanceOf(CommandError);
        expect((error as CommandError).exitCode).to.equal(2);
        expect((error as CommandError).message).to.match(/^Could not look: /);
        expect((error as CommandError).message).to.include(what);
        expect((error as CommandError).message).to.match(/AccessDenied(?:Exception)?: User: .* is not authorized/);
      }
    }));

  it("looks at no account but one that the stack is allowed in", () =>
    withStanding({ changed: { "aws:allowedAccountIds": ["111122223333"] } }, async ({ verify }) => {
      const error = await verify().catch((reason: unknown) => reason);

      expect((error as CommandError).exitCode).to.equal(2);
      expect((error as CommandError).message).to.equal(
        `Could not look: the credentials are of account ${accountId}, and aws:allowedAccountIds of stack dev has ` +
          "111122223333: name the profile of that account in aws:profile or with --profile.",
      );
    }));

  it("looks where the stack is allowed", () =>
    withStanding({ settings: { "aws:allowedAccountIds": [accountId] } }, async ({ verify }) => {
      expect((await verify()).differences).to.deep.equal([]);
    }));

  describe("as a command", () => {
    const run = (standing: Standing, options: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
      runCommand("verify", options, {
        directory: standing.directory,
        environment: { ...standing.environment(), AWS_EC2_METADATA_DISABLED: "true", ...environment },
      });

    it("ends with 0 where nothing differs, asking with the stack's own profile", () =>
      withStanding({ stack: "prod", settings: { "aws:profile": "registry" } }, async (standing) => {
        const { accessKeyId, secretAccessKey, sessionToken } = standing.sandbox.context.sts.administrator();
        const config = join(standing.directory, "aws-config");
        writeFileSync(
          config,
          `[profile registry]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n` +
            `aws_session_token = ${sessionToken}\n`,
        );
        const { AWS_ENDPOINT_URL = "" } = standing.environment();
        const ended = await runCommand("verify", ["--stack", "prod"], {
          directory: standing.directory,
          environment: { AWS_ENDPOINT_URL, AWS_CONFIG_FILE: config, AWS_EC2_METADATA_DISABLED: "true" },
        });

        expect(ended.exitCode, ended.stderr).to.equal(0);
        expect(ended.stdout).to.equal(
          `prod: as declared. orb-integration-hub-prod in us-east-1, account ${accountId}: domain, 2 repositories, ` +
            "2 package groups, 2 packages, 2 roles, 1 policy, 3 event rules.\n",
        );
        expect(ended.stderr).to.match(/^warning: orb-integration-hub-prod-codeartifact-publisher admits no one yet/);
        expect(asked(standing)).to.satisfy(onlyReads);
      }));

    it("ends with 1 where something differs, and says what, how and the way out", () =>
      withStanding({}, async (standing) => {
        const { iam } = standing.account;
        iam.roles.update({ roleName: publisher, maxSessionDuration: 43_200 });
        const difference = {
          what: `role ${publisher}, session duration`,
          declared: "3600 s",
          live: "43200 s",
          wayOut: "pulumi up --refresh --stack dev",
        };
        const text = await run(standing, []);
        const json = await run(standing, ["--format", "json"]);

        expect(text.exitCode, text.stderr).to.equal(1);
        expect(text.stdout.split("\n").slice(0, 6)).to.deep.equal([
          difference.what,
          `  declared  ${difference.declared}`,
          `  live      ${difference.live}`,
          `  way out   ${difference.wayOut}`,
          "",
          `dev: 1 difference. ${domain} in us-east-1, account ${accountId}: domain, 2 repositories, 2 package groups, ` +
            "2 packages, 3 roles, 1 policy.",
        ]);
        expect(json.exitCode).to.equal(1);
        expect(JSON.parse(json.stdout)).to.deep.equal({
          stack: "dev",
          domain,
          region: "us-east-1",
          account: accountId,
          compared: { repositories: 2, packageGroups: 2, packages: 2, roles: 3, policies: 1, eventRules: 0 },
          differences: [difference],
        });
      }));

    it("ends with 2 where it could not look, and says why in a line", () =>
      withStanding({}, async (standing) => {
        const noCredentials = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SESSION_TOKEN: "" };

        expectNoLook(
          await run(standing, [], noCredentials),
          /^error: Could not look: domain .* CredentialsProviderError: /,
        );
        expectNoLook(await run(standing, ["--stack", "other"]), /^error: .*Pulumi\.other\.yaml/);
        expectNoLook(
          await run(standing, ["--github"], { PATH: "/nowhere" }),
          /^error: Could not look: gh api repos\/orb-integration-hub\/orb-integration-hub: gh is not on PATH/,
        );
      }));

    it("asks GitHub too with --github", () =>
      withStanding({}, async (standing) => {
        const repository = "orb-integration-hub/orb-integration-hub";
        const environment = { protection_rules: [], deployment_branch_policy: { protected_branches: true } };
        const answers = {
          [`repos/${repository}`]: { full_name: repository, id: 7, owner: { id: 8 } },
          [`repos/${repository}/environments/dev`]: environment,
          [`repos/${repository}/environments/staging`]: environment,
        };
        const ended = await withGh(answers, (path) => run(standing, ["--github", "--format", "json"], { PATH: path }));
        const { differences } = JSON.parse(ended.stdout) as { differences: readonly { what: string }[] };

        expect(ended.exitCode, ended.stderr).to.equal(1);
        expect(differences.map(({ what }) => what)).to.deep.equal([
          `GitHub repository ${repository}, id`,
          `GitHub repository ${repository}, owner's id`,
        ]);
      }));

    it("explains itself, with what it needs the right to, and rejects a format it does not know", async () => {
      const help = await runCommand("verify", ["--help"]);
      const rejected = await runCommand("verify", ["--format", "xml"]);

      expect(help.exitCode).to.equal(0);
      expect(help.stdout.split(/\s+/)).to.include.members([...verifyActions]);
      expect(rejected.exitCode).to.equal(2);
      expect(rejected.stderr).to.match(
        /^error: --format xml is not one of text, json\.\nSee npm run verify -- --help\n$/,
      );
    });
  });
});

interface Written {
  readonly Sid: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Operators and keys in another case, and a list for each value. */
function upperCaseKeys(conditions: NonNullable<Written["Condition"]>) {
  return Object.fromEntries(
    Object.entries(conditions).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, value]) => [key.toUpperCase(), [value]])),
    ]),
  );
}

function onlyReads(actions: readonly string[]): boolean {
  return (
    actions.length >= 20 &&
    actions.every((action) => /^(?:codeartifact|events|iam|logs):(?:Describe|Get|List)/.test(action))
  );
}

function expectNoLook({ exitCode, stdout, stderr }: Ended, said: RegExp): void {
  expect(exitCode, stderr).to.equal(2);
  expect(stdout).to.equal("");
  expect(stderr).to.match(said);
  expect(stderr).not.to.match(/^ {4}at /m);
}
