import { expect } from "chai";
import { ResourceGroups } from "../../../commands/access/targets";
import { accessTable } from "../../../commands/access/table";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { deployRegistry, publisher, publisherRole, readerRole } from "../../support/commands/accessRegistry";

const alike = () => "";

describe("resources of one kind", () => {
  const arns = ["orb-a", "orb-b", "orb-c", "requests"].map((name) => `arn:aws:x:::package/${name}`);
  const [a, b, c, requests] = arns as [string, string, string, string];

  it("are one group as long as no pattern distinguishes them", () => {
    expect(new ResourceGroups(arns, alike).distinct([])).to.deep.equal([a]);
    expect(new ResourceGroups(arns, alike).distinct(["*", "Allow", "arn:aws:x:::package/other"])).to.deep.equal([a]);
  });

  it("are a group of their own where a pattern names one", () => {
    expect(new ResourceGroups(arns, alike).distinct([c])).to.deep.equal([a, c]);
    expect(new ResourceGroups(arns, alike).distinct([a, c])).to.deep.equal([a, b, c]);
  });

  it("are distinguished by a wildcard, and keep their order", () => {
    expect(new ResourceGroups(arns, alike).distinct(["arn:aws:x:::package/orb-*"])).to.deep.equal([a, requests]);
    expect(new ResourceGroups(arns, alike).distinct(["arn:aws:x:::package/orb-?", c])).to.deep.equal([a, c, requests]);
    expect(new ResourceGroups(arns, alike).distinct(["arn:aws:x:::package/*-b"])).to.deep.equal([a, b]);
  });

  it("are distinguished by their own policies", () => {
    const groups = new ResourceGroups(arns, (arn) => (arn === b ? "open" : ""));

    expect(groups.distinct([])).to.deep.equal([a, b]);
  });

  it("leave out those that are excepted, and another of the group takes their place", () => {
    const groups = new ResourceGroups(arns, alike);

    expect(groups.distinct([a, b], [a, b])).to.deep.equal([c]);
    expect(groups.distinct([], arns)).to.deep.equal([]);
    expect(groups.distinct([])).to.deep.equal([a]);
  });
});

describe("an access table by groups", () => {
  const packages = ["orb-common", "orb-core", "orb-models", "orb-tools"];
  const modelsRole = `${publisherRole}-models`;
  const group = "arn:aws:codeartifact:us-east-1:123456789012";
  const inRepository = `${group}:package/orb-integration-hub-dev/python-packages/pypi//`;
  const anyRole = "arn:aws:iam::123456789012:role/";

  /** A right of the publisher beyond its own, by action and resource. */
  const rights = [
    ["codeartifact:PublishPackageVersion", `${inRepository}orb-cor*`],
    ["codeartifact:PublishPackageVersion", `${inRepository}requests`],
    ["codeartifact:PublishPackageVersion", `${group}:package/orb-integration-hub-dev/*/pypi//orb-tool?`],
    ["codeartifact:DescribePackageVersion", `${inRepository}orb-tools`],
    ["codeartifact:*", "*"],
    ["codeartifact:DeletePackage", `${inRepository}orb-tools`],
    ["codeartifact:DeletePackageGroup", `${group}:package-group/orb-integration-hub-dev/pypi/*`],
    ["iam:PassRole", `${anyRole}*reader`],
    ["iam:UpdateRole", `${anyRole}${readerRole}`],
    ["iam:*", `${anyRole}${modelsRole}`],
    ["sts:AssumeRole", "*"],
  ] as const;

  let deployment: Deployment;
  let staging: Deployment;

  beforeEach(async () => {
    deployment = await deployRegistry({
      packages,
      publishers: [
        { ...publisher, name: "commons", packages: packages.slice(0, 2) },
        { ...publisher, name: "models", packages: packages.slice(2) },
      ],
      readers: [publisher],
      readerAccountIds: ["111122223333"],
    });
    staging = await deployRegistry({ readers: [publisher] }, { stack: "staging", account: deployment.account });
  });

  function expectSame(): void {
    const byGroups = accessTable(deployment, [staging]);

    expect(byGroups).to.deep.equal(exhaustively(() => accessTable(deployment, [staging])));
  }

  it("is the same as that of every single request", expectSame);

  for (const [action, resource] of rights) {
    it(`is the same where the publisher has ${action} on ${resource}`, () => {
      putPolicy("Allow", action, resource);

      expectSame();
    });
  }

  it("is the same where a right is denied to the publisher", () => {
    putPolicy("Deny", "codeartifact:PublishPackageVersion", `${inRepository}orb-t*`);

    expectSame();
  });

  it("is the same where a permissions boundary ends a right", () => {
    const { arn } = deployment.account.iam.policies.create({
      policyName: "boundary",
      policyDocument: document({ Effect: "Allow", Action: "*", Resource: [`${inRepository}orb-cor*`, anyRole + "*"] }),
    });
    deployment.account.iam.roles.putBoundary({ roleName: modelsRole, permissionsBoundary: arn });
    putPolicy("Allow", "*", "*");

    expectSame();
  });

  it("is the same where trust policies let roles in that differ by a condition only", () => {
    const admitted = { [`${publisherRole}-commons`]: readerRole, [modelsRole]: readerRole, [readerRole]: modelsRole };
    for (const [roleName, other] of Object.entries(admitted)) {
      deployment.account.iam.roles.updateTrust({
        roleName,
        policyDocument: document({
          Effect: "Allow",
          Principal: { AWS: "123456789012" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:PrincipalArn": anyRole + other } },
        }),
      });
    }
    putPolicy("Allow", "sts:AssumeRole", "*");

    expectSame();
  });

  it("is the same where the repository's policy opens some packages to others", () => {
    deployment.account.codeartifact.repositories.putPermissionsPolicy({
      domain: deployment.settings.domain,
      repository: "python-packages",
      policyDocument: document({
        Effect: "Allow",
        Principal: "*",
        Action: "codeartifact:PublishPackageVersion",
        Resource: `${inRepository}orb-cor*`,
      }),
    });

    expectSame();
  });

  it("decides as many requests for each publisher more, however many there are", async () => {
    const decided = [];
    for (const count of [3, 6, 9]) {
      const names = Array.from({ length: count }, (_, index) => `orb-package-${100 + index}`);
      const many = await deployRegistry({
        packages: names,
        publishers: names.map((name) => ({ ...publisher, name, environment: name, packages: [name] })),
      });
      decided.push(distinctResources(() => accessTable(many, [])));
    }
    const [three = 0, six = 0, nine = 0] = decided;

    expect(six - three).to.be.above(0);
    expect(nine - six).to.equal(six - three);
  });

  function putPolicy(effect: string, action: string, resource: string): void {
    const policyDocument = document({ Effect: effect, Action: action, Resource: resource });
    deployment.account.iam.roles.putPolicy({ roleName: modelsRole, policyName: "more", policyDocument });
  }
});

function document(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statement });
}

type Distinct = ResourceGroups["distinct"];

/** The result with every resource decided by itself. */
function exhaustively<Result>(find: () => Result): Result {
  return withDistinct(
    () =>
      function (this: ResourceGroups, _patterns, except = []) {
        return this.arns.filter((arn) => !except.includes(arn));
      },
    find,
  );
}

/** How many resources are left to decide. */
function distinctResources(find: () => unknown): number {
  let count = 0;
  withDistinct(
    (distinct) =>
      function (this: ResourceGroups, ...args) {
        const left = distinct.apply(this, args);
        count += left.length;
        return left;
      },
    find,
  );
  return count;
}

function withDistinct<Result>(replace: (distinct: Distinct) => Distinct, find: () => Result): Result {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is put back as it was
  const { distinct } = ResourceGroups.prototype;
  ResourceGroups.prototype.distinct = replace(distinct);
  try {
    return find();
  } finally {
    ResourceGroups.prototype.distinct = distinct;
  }
}
