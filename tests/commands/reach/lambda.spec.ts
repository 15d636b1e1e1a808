import { expect } from "chai";
import { deployAccount } from "../../../commands/reach/accounts";
import { judge, mayReach, modelOf, subjectsOf } from "../../../commands/reach/judge";
import type { ReachAccount } from "../../../iam/reach/account";
import { reachedGoals, type Subject } from "../../../iam/reach/goals";
import { reach } from "../../../iam/reach/search";
import { exampleProject } from "../../support/exampleProject";
import { accountId, lambda } from "../../support/bootstrap/account";

interface Statement {
  readonly Sid: string;
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

type Change = (statements: readonly Statement[]) => readonly object[];

/** The statements, with another in place of one of them. */
const instead =
  (sid: string, change: (statement: Statement) => object): Change =>
  (statements) =>
    statements.map((statement) => (statement.Sid === sid ? change(statement) : statement));
const also =
  (actions: string | readonly string[], resource: string | readonly string[] = "*"): Change =>
  (statements) => [...statements, { Sid: "Also", Effect: "Allow", Action: actions, Resource: resource }];

const place = `arn:aws:lambda:us-east-1:${accountId}`;
const registry = `arn:aws:codeartifact:us-east-1:${accountId}`;
const prefix = "orb-integration-hub";

describe("the reach of the role that deploys layers and functions", () => {
  let account: ReachAccount;
  let subjects: readonly Subject[];

  before(async () => {
    const deployed = await deployAccount(exampleProject, "account", {
      bootstrap: {
        "package-registry-bootstrap:environments": '{"dev":"refs/heads/develop","prod":"refs/heads/main"}',
        "package-registry-bootstrap:lambda": JSON.stringify(lambda),
      },
    });
    account = modelOf(deployed);
    subjects = subjectsOf(deployed);
    const kinds = judge(deployed, { includes: (name) => name.endsWith("-lambda-deployer") });
    expect(kinds.map(({ kind }) => kind)).to.deep.equal(["lambda deployer", "lambda deployer"]);
  });

  /** The goals that dev's deployer, or another role, reaches and may not, with a change of its own document. */
  const beyond = (
    change: Change = (statements) => statements,
    role = "dev-lambda-deployer",
    kind = "lambda deployer" as const,
  ) => {
    const principal = `arn:aws:iam::${accountId}:role/${prefix}-${role}`;
    const identities = account.identities.map((identity) =>
      identity.arn === principal
        ? {
            ...identity,
            inline: identity.inline.map(({ name, document }) => ({ name, document: changed(document, change) })),
          }
        : identity,
    );
    const changedAccount = { ...account, identities };
    const subject = subjects.find((one) => one.principal === principal)!;
    return reachedGoals(changedAccount, reach(changedAccount, { principal }, { outsideAccount: true }), subject)
      .map(({ goal }) => goal.id)
      .filter((goal) => !mayReach(kind, goal));
  };

  it("is what it is made for: its functions, their roles, and its layers", () => {
    expect(beyond()).to.deep.equal([]);
    for (const goal of ["act-function", "deploy-lambda"]) {
      expect(mayReach("lambda deployer", goal)).to.equal(true);
      expect(mayReach("deploy and share", goal)).to.equal(false);
    }
  });

  const users = `${place}:function:orb-dev-users`;
  const losses: readonly (readonly [string, Change, readonly string[]])[] = [
    [
      "with the right to pass the role of another function",
      also("iam:PassRole", `arn:aws:iam::${accountId}:role/runs-not-named`),
      ["iam-elsewhere", "act-elsewhere"],
    ],
    [
      "with the right to pass any role, its own and other stacks' included",
      also("iam:PassRole"),
      ["iam-elsewhere", "own-rights", "act-elsewhere", "other-stack"],
    ],
    [
      "for every function of the account",
      instead("DeployFunctions", (statement) => ({ ...statement, Resource: `${place}:function:*` })),
      ["act-elsewhere", "lambda-elsewhere"],
    ],
    [
      "without the condition on lambda:Layer",
      instead("DeployFunctions", (statement) => ({ ...statement, Condition: undefined })),
      ["attach-other"],
    ],
    [
      "for every layer of its account",
      instead("DeployFunctions", (statement) => ({
        ...statement,
        Condition: { "ForAllValues:StringLike": { "lambda:Layer": `${place}:layer:*` } },
      })),
      ["attach-other"],
    ],
    [
      "with the right to publish every layer",
      instead("PublishLayers", (statement) => ({ ...statement, Resource: `${place}:layer:*` })),
      ["lambda-elsewhere"],
    ],
    ["with the right to delete its function", also("lambda:DeleteFunction", users), ["lambda-more"]],
    ["with the right to let others call its function", also("lambda:AddPermission", users), ["lambda-more"]],
    [
      "with the right to share its layer",
      also("lambda:AddLayerVersionPermission", `${place}:layer:orb-dev-shared:*`),
      ["lambda-more"],
    ],
    ["with the right to make functions", also("lambda:CreateFunction"), ["lambda-elsewhere", "lambda-more"]],
    [
      "with all of the bucket",
      instead("StoreZipFiles", (statement) => ({ ...statement, Resource: "arn:aws:s3:::orb-dev-zips/*" })),
      ["other-state", "read-other-state"],
    ],
    [
      "with the right to publish a package",
      also("codeartifact:PublishPackageVersion", `${registry}:package/${prefix}-dev/python-packages/pypi//orb-common`),
      ["publish-other"],
    ],
    [
      "with the right to read packages",
      also("codeartifact:ReadFromRepository", `${registry}:repository/${prefix}-dev/python-packages`),
      ["read"],
    ],
    [
      "with the right to mint a token",
      also("codeartifact:GetAuthorizationToken", `${registry}:domain/${prefix}-dev`),
      ["token"],
    ],
    [
      "with its own document",
      also("iam:PutRolePolicy", `arn:aws:iam::${accountId}:role/${prefix}-dev-lambda-deployer`),
      [],
    ],
  ];
  for (const [title, change, found] of losses.slice(0, -1)) {
    it(`is more, and exactly that, ${title}`, () => {
      expect(beyond(change)).to.have.members(found);
    });
  }

  it("is everything with the right to write its own document", () => {
    expect(beyond(losses.at(-1)![1])).to.include.members(["administrator", "own-rights"]);
  });

  it("is not the registry's deploy role's, which a right on Lambda would show", () => {
    const goals = (change?: Change) => beyond(change, "dev-deploy");
    const before = goals();

    expect(before.filter((goal) => /lambda|function|attach|act-elsewhere/.test(goal))).to.deep.equal([]);
    expect(goals(also("lambda:UpdateFunctionCode", users)).filter((goal) => !before.includes(goal))).to.deep.equal([
      "act-elsewhere",
      "lambda-elsewhere",
    ]);
  });
});

function changed(document: string, change: Change): string {
  const { Version, Statement: statements } = JSON.parse(document) as {
    readonly Version: string;
    readonly Statement: readonly Statement[];
  };
  return JSON.stringify({ Version, Statement: change(statements) });
}
