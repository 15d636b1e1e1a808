import { expect } from "chai";
import { decide, type RoleCaller } from "../../cloud/authorization";
import { readActions } from "../../commands/verify/readActions";
import { Cloud } from "../../cloud/cloud";
import type { Deployment } from "../../engine/deployment";
import { deployChanged } from "../support/deployments";
import { accountId, type PreparedAccount, prepareAccount, stacks } from "./account";
import { type Call, type Calls, callsOf, lookups } from "./providerCalls";

const place = { account: accountId, region: "us-east-1" };

/** Settings that bring in every type of resource that the program can register. */
const variants: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "as shipped": {},
  "with a key of its own, other accounts that read, and more packages than an inline policy holds": {
    encryption: "create",
    readerAccountIds: ["210987654321"],
    readerOrganizationId: "o-a1b2c3d4e5",
    packages: Array.from({ length: 120 }, (_, index) => `orb-package-${index}`),
    origins: { private: ["orb~"], public: ["orb-billing"], blocked: ["orb-comon"] },
  },
  "with an existing key, and without public packages": {
    encryption: `arn:aws:kms:us-east-1:${accountId}:key/existing`,
    publicPackages: false,
  },
};

/** What an action of `verify` is asked of, in a domain. */
function looking(action: string, domain: string): Pick<Call, "action" | "resource"> {
  const codeartifact = (resource: string) => `arn:aws:codeartifact:us-east-1:${accountId}:${resource}`;
  const iam = (resource: string) => `arn:aws:iam::${accountId}:${resource}`;
  const resources: readonly (readonly [RegExp, string])[] = [
    [/^iam:ListRoles$/, "*"],
    [/^iam:.*OpenIDConnectProvider$/, iam("oidc-provider/token.actions.githubusercontent.com")],
    [/^iam:(?:GetPolicy|GetPolicyVersion)$/, iam(`policy/${domain}-codeartifact-reader`)],
    [/^iam:/, iam(`role/${domain}-codeartifact-reader-nobody-declared`)],
    [/:(?:DescribeDomain|GetDomain|ListPackageGroups|ListRepositoriesInDomain)/, codeartifact(`domain/${domain}`)],
    [/PackageGroup$|ForGroup$/, codeartifact(`package-group/${domain}/pypi//orb~`)],
    [/:ListPackageVersions$/, codeartifact(`package/${domain}/undeclared/pypi//orb-common`)],
    [/^codeartifact:/, codeartifact(`repository/${domain}/undeclared`)],
  ];
  return { action, resource: resources.find(([pattern]) => pattern.test(action))![1] };
}

describe("a deploy role", () => {
  let account: PreparedAccount;

  before(async () => {
    account = await prepareAccount();
  });

  function refused(caller: RoleCaller, calls: readonly Call[]): readonly string[] {
    return calls
      .filter(({ action, resource, context }) => !decide(account.cloud, caller, action, resource, context).allowed)
      .map(({ action, resource }) => `${action} on ${resource}`);
  }

  const allowed = (caller: RoleCaller, calls: readonly Call[]) =>
    calls
      .filter(({ action, resource, context }) => decide(account.cloud, caller, action, resource, context).allowed)
      .map(({ action, resource }) => `${action} on ${resource}`);

  for (const stack of stacks) {
    describe(`of ${stack}`, () => {
      for (const [title, settings] of Object.entries(variants)) {
        describe(`for the stack ${title}`, () => {
          let deployment: Deployment;
          let calls: readonly Calls[];

          before(async () => {
            const permissionsBoundary = account.boundaries[stack];
            const cloud = new Cloud({ accountId });
            cloud.iam.createOpenIDConnectProvider({
              url: "https://token.actions.githubusercontent.com",
              clientIDList: ["sts.amazonaws.com"],
            });
            cloud.iam.createPolicy({
              policyName: `orb-integration-hub-${stack}-boundary`,
              policyDocument: account.cloud.iam.getPolicy({ policyArn: permissionsBoundary }).policyDocument,
            });
            cloud.kms.createKey({ keyId: "existing" });
            deployment = await deployChanged({ stack, settings: { permissionsBoundary, ...settings }, cloud });
            calls = deployment.resources.map((resource) => callsOf(resource, place, permissionsBoundary));
          });

          const all = (kind: keyof Calls) => calls.flatMap((one) => one[kind]);

          it("may make, read and change everything that the program registers, and look up what it looks up", () => {
            const caller = account.roles.deploy[stack];
            const asked = [
              ...all("create"),
              ...all("read"),
              ...all("update"),
              ...lookups(deployment.settings.domain, place),
            ];

            expect(asked).to.have.length.above(60);
            expect(refused(caller, asked)).to.deep.equal([]);
          });

          it(`may delete roles and policies${stack === "dev" ? ", and all else but a key" : " alone"}`, () => {
            const caller = account.roles.deploy[stack];
            const kept =
              stack === "dev" ? /^kms:/ : /^(?:kms|codeartifact|cloudformation):(?!Delete\w+PermissionsPolicy)/;
            const expected = all("delete").filter(({ action }) => kept.test(action));

            expect(all("delete")).to.have.length.above(10);
            expect(refused(caller, all("delete"))).to.deep.equal(
              expected.map(({ action, resource }) => `${action} on ${resource}`),
            );
          });

          for (const other of stacks.filter((name) => name !== stack)) {
            it(`is refused it where the role is ${other}'s`, () => {
              const asked = [...all("create"), ...all("read"), ...all("update"), ...all("delete")];
              // Cloud Control has no resources; any key may be looked at, and used, through CodeArtifact, for a domain that is
              // the role's own.
              const held = asked.filter(
                ({ action, context }) =>
                  !/^cloudformation:|^kms:DescribeKey$/.test(action) && !("kms:ViaService" in context),
              );

              expect(held).to.have.length.above(60);
              expect(allowed(account.roles.deploy[other], held)).to.deep.equal([]);
            });
          }
        });
      }

      it("may look at all that verify looks at, and at nothing of another domain", () => {
        const domain = `orb-integration-hub-${stack}`;
        const looks = (domainName: string) =>
          readActions.map((action) => ({ ...looking(action, domainName), context: {} }));
        // What names no domain: the account's roles and its provider.
        const ofNoDomain = /^iam:(?:ListRoles|GetOpenIDConnectProvider) /;

        expect(looks(domain)).to.have.length.above(15);
        expect(refused(account.roles.deploy[stack], looks(domain))).to.deep.equal([]);
        expect(
          allowed(account.roles.deploy[stack], looks(`${domain}-too`)).filter((line) => !ofNoDomain.test(line)),
        ).to.deep.equal([]);
      });

      it("may not touch a package, or mint a token to do so", () => {
        const arn = `arn:aws:codeartifact:us-east-1:${accountId}`;
        const packageArn = `${arn}:package/orb-integration-hub-${stack}/python-packages/pypi//orb-common`;
        const repositoryArn = `${arn}:repository/orb-integration-hub-${stack}/python-packages`;
        const asked: readonly Call[] = [
          ...["PublishPackageVersion", "DeletePackageVersions", "DeletePackage", "DisposePackageVersions"].map(
            (action) => ({ action: `codeartifact:${action}`, resource: packageArn, context: {} }),
          ),
          ...["UpdatePackageVersionsStatus", "PutPackageOriginConfiguration", "GetPackageVersionAsset"].map(
            (action) => ({
              action: `codeartifact:${action}`,
              resource: packageArn,
              context: {},
            }),
          ),
          { action: "codeartifact:ReadFromRepository", resource: repositoryArn, context: {} },
          {
            action: "codeartifact:GetAuthorizationToken",
            resource: `${arn}:domain/orb-integration-hub-${stack}`,
            context: {},
          },
          {
            action: "sts:GetServiceBearerToken",
            resource: "*",
            context: { "sts:AWSServiceName": "codeartifact.amazonaws.com", "sts:DurationSeconds": "900" },
          },
        ];

        expect(allowed(account.roles.deploy[stack], asked)).to.deep.equal([]);
      });
    });
  }

  it("may connect the store to public PyPI, and no other repository", () => {
    const connect = (repository: string): Call => ({
      action: "codeartifact:AssociateExternalConnection",
      resource: `arn:aws:codeartifact:us-east-1:${accountId}:repository/orb-integration-hub-prod/${repository}`,
      context: {},
    });

    expect(refused(account.roles.deploy.prod, [connect("pypi-store"), connect("python-packages")])).to.deep.equal([
      `codeartifact:AssociateExternalConnection on arn:aws:codeartifact:us-east-1:${accountId}:repository/orb-integration-hub-prod/python-packages`,
    ]);
  });

  describe("for a key", () => {
    const arn = `arn:aws:kms:us-east-1:${accountId}:key/somebodys`;
    const tags = (kind: "RequestTag" | "ResourceTag", environment: string) => ({
      [`aws:${kind}/Environment`]: environment,
      [`aws:${kind}/Project`]: "integration-hub",
      [`aws:${kind}/ManagedBy`]: "pulumi",
    });

    it("may change one that carries its stack's tags, and none that carries others or none", () => {
      const rotate = (context: Call["context"]): Call => ({ action: "kms:EnableKeyRotation", resource: arn, context });

      expect(refused(account.roles.deploy.prod, [rotate(tags("ResourceTag", "prod"))])).to.deep.equal([]);
      expect(allowed(account.roles.deploy.prod, [rotate(tags("ResourceTag", "dev")), rotate({})])).to.deep.equal([]);
    });

    it("may neither delete nor disable one, nor say who uses it, nor use it, whatever tags it carries", () => {
      const actions = ["ScheduleKeyDeletion", "DisableKey", "PutKeyPolicy", "Decrypt", "Encrypt", "CreateGrant"];
      const asked = stacks.flatMap((stack) =>
        actions.map((action) => ({
          action: `kms:${action}`,
          resource: arn,
          context: { ...tags("ResourceTag", stack), ...tags("RequestTag", stack) },
        })),
      );

      expect(stacks.flatMap((stack) => allowed(account.roles.deploy[stack], asked))).to.deep.equal([]);
    });

    it("may have CodeArtifact use one for a domain, and no other service", () => {
      const grant = (service: string): Call => ({
        action: "kms:CreateGrant",
        resource: arn,
        context: { "kms:ViaService": `${service}.us-east-1.amazonaws.com` },
      });

      expect(refused(account.roles.deploy.prod, [grant("codeartifact"), grant("s3")])).to.deep.equal([
        `kms:CreateGrant on ${arn}`,
      ]);
      expect(allowed(account.roles.deploy.prod, [grant("codeartifact")])).to.deep.equal([`kms:CreateGrant on ${arn}`]);
    });
  });
});
