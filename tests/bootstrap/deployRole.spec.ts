import { expect } from "chai";
import { decide, type RoleCaller } from "../../sandbox/authorization";
import { SandboxAccount } from "../../sandbox/account";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import { deployChanged } from "../support/deployments";
import { accountId, type PreparedAccount, prepareAccount, stacks } from "../support/bootstrap/account";
import { type Call, type Calls, callsOf, lookups } from "../support/bootstrap/providerCalls";
import { ofNoDomain, verifyCalls } from "../support/bootstrap/verifyCalls";

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

/** What an administrator makes with a stack's first deployment, and a deployment changes but never makes. */
const madeOnce = ["aws:codeartifact/domain:Domain", "aws:codeartifact/repository:Repository", "aws:kms/key:Key"];

/** What only an administrator makes, changes and deletes. Each stack but dev's keeps an audit trail by default. */
const auditTrail = /^aws:cloudwatch\//;

const sharing = /^codeartifact:(?:Put|Delete)(?:Domain|Repository)PermissionsPolicy on /;

const codeartifact = (resource: string) => `arn:aws:codeartifact:us-east-1:${accountId}:${resource}`;

describe("a deploy role", () => {
  let prepared: PreparedAccount;
  let sharingAccount: PreparedAccount;

  before(async () => {
    prepared = await prepareAccount();
    sharingAccount = await prepareAccount({ sharedEnvironments: stacks });
  });

  const decided = ({ account }: PreparedAccount, caller: RoleCaller, calls: readonly Call[], expected: boolean) =>
    calls
      .filter(
        ({ action, resource, context }) =>
          (decide(account, caller, action, resource, context).outcome === "allowed") === expected,
      )
      .map(({ action, resource }) => `${action} on ${resource}`);
  const rejected = (caller: RoleCaller, calls: readonly Call[], held = prepared) => decided(held, caller, calls, false);
  const allowed = (caller: RoleCaller, calls: readonly Call[], held = prepared) => decided(held, caller, calls, true);

  for (const stack of stacks) {
    describe(`of ${stack}`, () => {
      const domain = `orb-integration-hub-${stack}`;
      const domainArn = codeartifact(`domain/${domain}`);
      const [repository, store] = ["python-packages", "pypi-store"].map((name) =>
        codeartifact(`repository/${domain}/${name}`),
      );

      for (const [title, settings] of Object.entries(variants)) {
        describe(`for the stack ${title}`, () => {
          let deployment: Deployment;
          let calls: readonly (readonly [type: string, calls: Calls])[];

          before(async () => {
            const permissionsBoundary = prepared.boundaries[stack];
            const account = new SandboxAccount({ accountId });
            account.iam.oidcProviders.create({
              url: "https://token.actions.githubusercontent.com",
              clientIDList: ["sts.amazonaws.com"],
            });
            account.iam.policies.create({
              policyName: `${domain}-boundary`,
              policyDocument: prepared.account.iam.policies.get({ policyArn: permissionsBoundary }).policyDocument,
            });
            account.kms.createKey({ keyId: "existing" });
            deployment = await deployChanged({ stack, settings: { permissionsBoundary, ...settings }, account });
            calls = deployment.resources.map(
              (resource) => [resource.type, callsOf(resource, place, permissionsBoundary)] as const,
            );
          });

          const ofDeployments = () => calls.filter(([type]) => !auditTrail.test(type));
          const all = (kind: keyof Calls) => ofDeployments().flatMap(([, one]) => one[kind]);

          /** ARNs of what the stack has of one type, whose ids are ARNs or the last parts of ARNs. */
          const keys = () =>
            deployment.resources
              .filter(({ type }) => type === "aws:kms/key:Key")
              .map(({ id }) => `arn:aws:kms:us-east-1:${accountId}:key/${id}`);

          /** A later deployment with everything in it: all is refreshed and changed, and what can be added is added. */
          const later = () => [
            ...ofDeployments()
              .filter(([type]) => !madeOnce.includes(type))
              .flatMap(([, { create }]) => create),
            ...all("read"),
            ...all("update"),
            ...lookups(deployment.settings.domain, place),
          ];

          it("is rejected to make domain, repositories and key, and to use a key for a domain, and makes and reads all else", () => {
            const asked = [...all("create"), ...all("read"), ...lookups(deployment.settings.domain, place)];
            const keyOfDomain = title.includes("existing key")
              ? [`arn:aws:kms:us-east-1:${accountId}:key/existing`]
              : keys();

            expect(keys()).to.have.length(title.includes("key of its own") ? 1 : 0);
            expect(asked).to.have.length.above(40);
            expect(rejected(prepared.roles.deploy[stack], asked).filter((line) => !sharing.test(line))).to.have.members(
              [
                ...keys().flatMap((key) => ["kms:CreateKey on *", `kms:TagResource on ${key}`]),
                "codeartifact:CreateDomain on *",
                ...keyOfDomain.map((key) => `kms:CreateGrant on ${key}`),
                ...["codeartifact:CreateRepository on *", "codeartifact:CreateRepository on *"],
              ],
            );
          });

          it("may read and change all that exists, and add package groups, roles and policies, in every later deployment", () => {
            const caller = sharingAccount.roles.deploy[stack];
            const added = new Set(later().map(({ action }) => action));

            expect(later()).to.have.length.above(60);
            expect([...added]).to.include.members([
              "codeartifact:CreatePackageGroup",
              "iam:CreateRole",
              "iam:CreatePolicy",
              "iam:DeletePolicy",
            ]);
            expect(rejected(caller, later(), sharingAccount)).to.deep.equal([]);
          });

          it("reads the audit trail, and makes, changes and deletes nothing of it", () => {
            const caller = sharingAccount.roles.deploy[stack];
            const trail = calls.filter(([type]) => auditTrail.test(type)).map(([, one]) => one);
            const reads = trail.flatMap(({ read }) => read);
            const writes = trail.flatMap(({ create, update, delete: remove }) => [...create, ...update, ...remove]);

            expect(reads).to.have.length(stack === "dev" ? 0 : 12);
            expect(rejected(caller, reads, sharingAccount)).to.deep.equal([]);
            expect(writes).to.have.length(stack === "dev" ? 0 : 37);
            expect(allowed(caller, writes, sharingAccount)).to.deep.equal([]);
          });

          it("writes and deletes the policies of domain and repository only where sharedEnvironments names the stack", () => {
            const caller = prepared.roles.deploy[stack];
            const shares = "readerAccountIds" in settings;
            const [ofDomain, ofRepository] = ["DomainPermissionsPolicy", "RepositoryPermissionsPolicy"];
            const written = [
              `codeartifact:Put${ofDomain} on ${domainArn}`,
              `codeartifact:Put${ofRepository} on ${repository}`,
            ];
            const removed = written.map((line) => line.replace(":Put", ":Delete"));
            const policies = [...later(), ...all("delete")].filter(({ action, resource }) =>
              sharing.test(`${action} on ${resource}`),
            );

            expect([...new Set(rejected(caller, later()))]).to.have.members(shares ? written : []);
            expect([...new Set(rejected(caller, policies))]).to.have.members(shares ? [...written, ...removed] : []);
            expect(rejected(sharingAccount.roles.deploy[stack], policies, sharingAccount)).to.deep.equal([]);
          });

          it(`may delete roles${stack === "dev" ? ", policies and package groups" : " and policies"}, and not domain, repositories or key`, () => {
            const caller = sharingAccount.roles.deploy[stack];
            const groups = deployment.resources.filter(({ type }) => type === "aws-native:codeartifact:PackageGroup");
            const deletesGroups = groups.flatMap(({ id }) => [
              "cloudformation:DeleteResource on *",
              `codeartifact:DeletePackageGroup on ${id}`,
            ]);

            expect(groups).to.have.length.above(1);
            expect(all("delete")).to.have.length.above(10);
            expect(rejected(caller, all("delete"), sharingAccount)).to.have.members([
              `codeartifact:DeleteDomain on ${domainArn}`,
              ...[repository, store].map((arn) => `codeartifact:DeleteRepository on ${arn}`),
              ...keys().map((key) => `kms:ScheduleKeyDeletion on ${key}`),
              ...(stack === "dev" ? [] : deletesGroups),
            ]);
            expect(allowed(caller, all("delete"), sharingAccount)).to.include.members([
              ...(stack === "dev" ? deletesGroups : []),
              `iam:DeleteRole on arn:aws:iam::${accountId}:role/${domain}-codeartifact-publisher`,
            ]);
          });

          for (const other of stacks.filter((name) => name !== stack)) {
            it(`is rejected all of it where the role is ${other}'s, but to see which boundary a role has and whose a key is`, () => {
              const asked = [...all("create"), ...all("read"), ...all("update"), ...all("delete")];
              // Cloud Control has no resources: what it does is decided by the actions of CodeArtifact.
              const named = asked.filter(({ action }) => !action.startsWith("cloudformation:"));
              const caller = sharingAccount.roles.deploy[other];
              const seen = new Set(allowed(caller, named, sharingAccount).map((line) => line.split(" on ")[0]));

              expect(named).to.have.length.above(60);
              expect([...seen]).to.have.members([
                "iam:GetRole",
                ...(keys().length > 0 || title.includes("existing key") ? ["kms:DescribeKey"] : []),
              ]);
            });
          }
        });
      }

      it("may look at all that verify looks at, and in another domain at nothing that verify looks at there", () => {
        const caller = prepared.roles.deploy[stack];
        const ofAnother = verifyCalls(`${domain}-too`).filter(({ action }) => !ofNoDomain.includes(action));

        expect(verifyCalls(domain)).to.have.length.above(20);
        expect(rejected(caller, verifyCalls(domain))).to.deep.equal([]);
        expect(ofAnother).to.have.length.above(15);
        expect(allowed(caller, ofAnother)).to.deep.equal([]);
      });

      it("may see the boundary of a role of the team's own, and not what it may do", () => {
        const look = (action: string): Call => ({
          action: `iam:${action}`,
          resource: `arn:aws:iam::${accountId}:role/lambda-layers`,
          context: {},
        });

        expect(allowed(prepared.roles.deploy[stack], [look("GetRole")])).to.have.length(1);
        expect(
          allowed(
            prepared.roles.deploy[stack],
            ["GetRolePolicy", "ListRolePolicies", "ListAttachedRolePolicies"].map(look),
          ),
        ).to.deep.equal([]);
      });
    });
  }

  it("may connect the store to public PyPI, and no other repository", () => {
    const connect = (repository: string): Call => ({
      action: "codeartifact:AssociateExternalConnection",
      resource: `arn:aws:codeartifact:us-east-1:${accountId}:repository/orb-integration-hub-prod/${repository}`,
      context: {},
    });

    expect(rejected(prepared.roles.deploy.prod, [connect("pypi-store"), connect("python-packages")])).to.deep.equal([
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
      const actions = ["DisableKey", "EnableKeyRotation", "UntagResource", "UpdateKeyDescription"];
      const change = (context: Call["context"]) =>
        actions.map((action): Call => ({ action: `kms:${action}`, resource: arn, context }));
      const others = [...change(tags("ResourceTag", "dev")), ...change(tags("RequestTag", "prod")), ...change({})];

      expect(rejected(prepared.roles.deploy.prod, change(tags("ResourceTag", "prod")))).to.deep.equal([]);
      expect(allowed(prepared.roles.deploy.prod, others)).to.deep.equal([]);
    });

    it("may neither delete nor enable one, nor say who uses it, nor use it, whatever tags it carries", () => {
      const actions = ["ScheduleKeyDeletion", "EnableKey", "PutKeyPolicy", "Decrypt", "Encrypt", "CreateGrant"];
      const asked = stacks.flatMap((stack) =>
        actions.map((action) => ({
          action: `kms:${action}`,
          resource: arn,
          context: { ...tags("ResourceTag", stack), ...tags("RequestTag", stack) },
        })),
      );

      expect(stacks.flatMap((stack) => allowed(prepared.roles.deploy[stack], asked))).to.deep.equal([]);
    });

    it("may make none, tag none that has no tags yet, and have no service use one, whatever tags the request carries", () => {
      const asked: readonly Call[] = [
        { action: "kms:CreateKey", resource: "*", context: tags("RequestTag", "prod") },
        { action: "kms:TagResource", resource: arn, context: tags("RequestTag", "prod") },
        ...["codeartifact", "s3"].map((service) => ({
          action: "kms:CreateGrant",
          resource: arn,
          context: { ...tags("ResourceTag", "prod"), "kms:ViaService": `${service}.us-east-1.amazonaws.com` },
        })),
      ];
      const ownKey = { action: "kms:TagResource", resource: arn, context: tags("ResourceTag", "prod") };

      expect(allowed(prepared.roles.deploy.prod, asked)).to.deep.equal([]);
      expect(rejected(prepared.roles.deploy.prod, [ownKey])).to.deep.equal([]);
    });
  });
});
