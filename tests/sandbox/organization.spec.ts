import {
  CodeartifactClient,
  CreateDomainCommand,
  DeleteDomainCommand,
  DeleteRepositoryCommand,
  ListDomainsCommand,
} from "@aws-sdk/client-codeartifact";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { join } from "node:path";
import { readOrganization } from "../../commands/sandbox/organizationFiles";
import { parsePolicy } from "../../iam/grammar";
import { SandboxAccount } from "../../sandbox/account";
import { decide, type RoleCaller } from "../../sandbox/authorization";
import { noPublicIndex } from "../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import { identityToken, startAdministrator, startJob } from "../../sandbox/github/client";
import type { OrganizationPolicies } from "../../sandbox/organization";
import { deploy } from "../../sandbox/pulumi/deployment";
import { openSandbox, type Sandbox } from "../../sandbox/sandbox";
import { exampleProject } from "../support/exampleProject";

const project = join(__dirname, "../..");
const registry = "orb-integration-hub-dev";
const account = "123456789012";

/** How a request ended: `allowed`, or the error's name and message. */
function ending(request: Promise<unknown>): Promise<string> {
  return request.then(
    () => "allowed",
    (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
  );
}

describe("a document of docs/organization that is attached to a sandbox's account", () => {
  let sandbox: Sandbox | undefined;

  afterEach(() => sandbox?.close());

  /** A sandbox with stack dev and the document, and AWS clients of its administrator. */
  async function start(option: "service" | "resource", name: string) {
    const deployment = await deploy({ directory: exampleProject, stack: "dev" });
    const file = join(project, `docs/organization/${name}.json`);
    const organization = option === "service" ? readOrganization([file]) : readOrganization([], [file]);
    deployment.account.organization = organization;
    sandbox = await openSandbox({ deployment, store: new MemoryPackageStore(), publicIndex: noPublicIndex });
    const { region, ...credentials } = await startAdministrator(sandbox.address);
    const configuration = { endpoint: sandbox.address, region, credentials };
    return {
      file,
      sandbox,
      codeartifact: new CodeartifactClient(configuration),
      iam: new IAMClient(configuration),
      reasons: () => sandbox!.context.decisions.entries().map(({ reason }) => reason),
    };
  }

  const administrator = `User: arn:aws:sts::${account}:assumed-role/Administrator/administrator`;
  const repository = { domain: registry, repository: "pypi-store" };
  const arn = `arn:aws:codeartifact:us-east-1:${account}:repository/${registry}/pypi-store`;

  for (const kind of ["service", "resource"] as const) {
    it(`denies by ${kind}-control-registry even the administrator a registry's deletion, and allows another's`, async () => {
      const { file, codeartifact, reasons } = await start(kind, `${kind}-control-registry`);
      const other = { domain: "other" };
      await codeartifact.send(new CreateDomainCommand(other));
      const decision = `denied by statement "KeepRegistries" of ${kind} control policy ${file}`;

      expect(await ending(codeartifact.send(new DeleteRepositoryCommand(repository)))).to.equal(
        `AccessDeniedException: ${administrator} is not authorized to perform: codeartifact:DeleteRepository ` +
          `on resource: ${arn} with an explicit deny in a ${kind} control policy (${decision})`,
      );
      expect(reasons().at(-1)).to.equal(decision);
      expect(await ending(codeartifact.send(new DeleteDomainCommand(other)))).to.equal("allowed");
      expect(await ending(codeartifact.send(new ListDomainsCommand({})))).to.equal("allowed");
    });
  }

  it("denies by service-control-roles a registry role without a boundary, and allows a role of another name", async () => {
    const { file, iam, reasons } = await start("service", "service-control-roles");
    const create = (RoleName: string) =>
      ending(
        iam.send(
          new CreateRoleCommand({
            RoleName,
            AssumeRolePolicyDocument: JSON.stringify({
              Version: "2012-10-17",
              Statement: { Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" },
            }),
          }),
        ),
      );

    expect(await create(`${registry}-codeartifact-reader-new`)).to.match(
      /^AccessDenied: .* with an explicit deny in a service control policy \(denied by statement "BoundRegistryRoles" /,
    );
    expect(reasons().at(-1)).to.equal(`denied by statement "BoundRegistryRoles" of service control policy ${file}`);
    expect(await create("another-team")).to.equal("allowed");
  });

  it("denies by resource-control-github a job of another owner the role that trusts it, and allows the owner's own", async () => {
    const { file, sandbox: running, iam, reasons } = await start("resource", "resource-control-github");
    const issuer = "token.actions.githubusercontent.com";
    const trust = (repositoryName: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              [`${issuer}:aud`]: "sts.amazonaws.com",
              [`${issuer}:sub`]: `repo:${repositoryName}:ref:refs/heads/main`,
            },
          },
        },
      });
    // The document as it is in docs/organization has the id 0 for the owner.
    const assume = async (name: string, ownerId: string) => {
      const role = { RoleName: name, AssumeRolePolicyDocument: trust(`acme/${name}`) };
      const { Role } = await iam.send(new CreateRoleCommand(role));
      const job = await startJob(running.address, { repository: `acme/${name}`, ownerId });
      const client = new STSClient({ endpoint: running.address, region: "us-east-1" });
      return ending(
        client.send(
          new AssumeRoleWithWebIdentityCommand({
            RoleArn: Role?.Arn,
            RoleSessionName: "job",
            WebIdentityToken: await identityToken(running.address, job, "sts.amazonaws.com"),
          }),
        ),
      );
    };

    expect(await assume("foreign", "11")).to.equal(
      "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
    );
    expect(reasons().at(-1)).to.equal(`denied by statement "OwnRepositoriesOnly" of resource control policy ${file}`);
    expect(await assume("own", "0")).to.equal("allowed");
  });
});

describe("an organization's policies", () => {
  const named = (kind: "service-control" | "resource-control", statement: object) => {
    const document = { Version: "2012-10-17", Statement: { Effect: "Deny", Resource: "*", ...statement } };
    return [{ name: "policy", document: parsePolicy(document, kind, "policy") }];
  };
  const denyAll: OrganizationPolicies = {
    serviceControl: named("service-control", { Action: "*" }),
    resourceControl: [],
  };
  const guardKeys: OrganizationPolicies = {
    serviceControl: [],
    resourceControl: named("resource-control", { Principal: "*", Action: "kms:*" }),
  };
  const everything = [
    { name: "all", document: { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } } },
  ];
  const by = (path: string, accountId = account): RoleCaller => ({
    arn: `arn:aws:iam::${accountId}:role/${path}`,
    permissions: everything,
  });
  const made = (organization: OrganizationPolicies | undefined) => {
    const one = new SandboxAccount();
    one.organization = organization;
    return one;
  };
  const outcome = (...request: Parameters<typeof decide>) => decide(...request).outcome;

  it("limit the account's roles by service control policies, but no service-linked role", () => {
    const domains = ["codeartifact:ListDomains", "*"] as const;

    expect(outcome(made(undefined), by("team"), ...domains)).to.equal("allowed");
    expect(outcome(made(denyAll), by("team"), ...domains)).to.equal("explicitlyDenied");
    expect(outcome(made(denyAll), by("aws-service-role/kms.amazonaws.com/AWSServiceRole"), ...domains)).to.equal(
      "allowed",
    );
  });

  it("leave roles of another account to the service control policies of that account", () => {
    const resource = `arn:aws:codeartifact:us-east-1:${account}:domain/orb`;
    const reason = (caller: RoleCaller) =>
      decide(made(denyAll), caller, "codeartifact:DescribeDomain", resource).reason;

    expect(reason(by("team"))).to.equal("denied by statement 1 of service control policy policy");
    expect(reason(by("team", "444455556666"))).to.match(
      /^statement 1 of all allows .* but a policy of account \d+ must/,
    );
  });

  it("limit a key's use by resource control policies, but neither RetireGrant nor a key that AWS manages", () => {
    const guarded = made(guardKeys);
    const own = guarded.kms.createKey({ description: "own" }).arn;
    const managed = guarded.kms.awsManagedKey("aws/codeartifact").arn;

    expect(outcome(guarded, by("team"), "kms:DescribeKey", own)).to.equal("explicitlyDenied");
    expect(outcome(guarded, by("team"), "kms:RetireGrant", own)).to.equal("allowed");
    guarded.organization = undefined;
    const withoutPolicies = outcome(guarded, by("team"), "kms:DescribeKey", managed);
    guarded.organization = guardKeys;
    expect(outcome(guarded, by("team"), "kms:DescribeKey", managed)).to.equal(withoutPolicies);
  });

  it("leave a request undecided whose statement asks for the organization's id, which is not known", () => {
    const perimeter = named("service-control", {
      Action: "*",
      Condition: { StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-1234567890" } },
    });
    const ask = () =>
      decide(made({ serviceControl: perimeter, resourceControl: [] }), by("team"), "codeartifact:ListDomains", "*");

    expect(ask).to.throw(/service control policy policy, statement 1: .*aws:PrincipalOrgID/i);
  });
});
