import { expect } from "chai";
import type { Identity, ReachAccount } from "../../../iam/reach/account";
import { anyOtherAction } from "../../../iam/reach/catalogue";
import type { Fact } from "../../../iam/reach/facts";
import { pathTo, reach } from "../../../iam/reach/search";
import { accountOf, allowing, documentOf, iam, identity, trusting } from "../../support/reachAccounts";

const administrator: Fact = { kind: "did", action: anyOtherAction, resource: "*" };
const everything = allowing("*");
const admin = "arn:aws:iam::aws:policy/AdministratorAccess";

/** The role or user that the search starts as. */
const actor = (actions: readonly string[], more: Partial<Identity> = {}) =>
  identity("role/actor", allowing(actions), more);
const asUser = (actions: readonly string[], more: Partial<Identity> = {}) =>
  identity("user/actor", allowing(actions), more);
const adminRole = (service: string) => identity("role/admin", everything, { trust: trusting({ Service: service }) });
const adminUser = identity("user/admin", everything);

interface Method {
  readonly title: string;
  /** The account in which it works; the actor comes first. */
  readonly account: ReachAccount;
  /** The actions of its steps that are requests, in their order. */
  readonly steps: readonly string[];
  /** The same account with one right or fact less, in which it does not. */
  readonly closed: ReachAccount;
}

/** An account whose actor has some actions, and one whose actor lacks the last of them. */
function withActions(
  actions: readonly string[],
  others: readonly Identity[] = [],
  more: Partial<ReachAccount> = {},
  make = actor,
  parts: Partial<Identity> = {},
): Pick<Method, "account" | "closed"> {
  return {
    account: accountOf([make(actions, parts), ...others], more),
    closed: accountOf([make(["iam:Get*", ...actions.slice(0, -1)], parts), ...others], more),
  };
}

const own = iam("policy/own");
const ownPolicy = { arn: own, document: allowing("s3:ListAllMyBuckets") };
const provider = iam("saml-provider/company");
const denied = documentOf({ Effect: "Deny", Action: ["account:*", "iam:CreateUser"], Resource: "*" });

/**
 * Ways to more rights that are publicly known. Sources: the list of Rhino Security Labs
 * (https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/), Bishop Fox's iam-vulnerable, and the IAM User
 * Guide on permissions boundaries.
 */
const methods: readonly Method[] = [
  {
    title: "a new version of a policy that is attached to it",
    ...withActions(["iam:CreatePolicyVersion"], [], { policies: [ownPolicy] }, actor, { attached: [own] }),
    steps: ["iam:CreatePolicyVersion"],
  },
  {
    title: "an older version of a policy put in force again",
    account: accountOf([actor(["iam:SetDefaultPolicyVersion"], { attached: [own] })], {
      policies: [{ ...ownPolicy, otherVersions: [everything] }],
    }),
    closed: accountOf([actor(["iam:SetDefaultPolicyVersion"], { attached: [own] })], { policies: [ownPolicy] }),
    steps: ["iam:SetDefaultPolicyVersion"],
  },
  {
    title: "an EC2 instance started with a stronger role",
    ...withActions(["iam:PassRole", "ec2:RunInstances"], [adminRole("ec2.amazonaws.com")]),
    steps: ["iam:PassRole"],
  },
  {
    title: "an access key for another user",
    ...withActions(["iam:CreateAccessKey"], [adminUser]),
    steps: ["iam:CreateAccessKey"],
  },
  {
    title: "a console password for another user",
    ...withActions(["iam:CreateLoginProfile"], [adminUser]),
    steps: ["iam:CreateLoginProfile"],
  },
  {
    title: "another user's console password changed",
    ...withActions(["iam:UpdateLoginProfile"], [adminUser]),
    steps: ["iam:UpdateLoginProfile"],
  },
  {
    title: "AdministratorAccess attached to its own user",
    ...withActions(["iam:AttachUserPolicy"], [], {}, asUser),
    steps: ["iam:AttachUserPolicy"],
  },
  {
    title: "AdministratorAccess attached to a group that it is in",
    ...withActions(["iam:AttachGroupPolicy"], [identity("group/team")], {}, asUser, { groups: [iam("group/team")] }),
    steps: ["iam:AttachGroupPolicy"],
  },
  {
    title: "AdministratorAccess attached to its own role",
    ...withActions(["iam:AttachRolePolicy"]),
    steps: ["iam:AttachRolePolicy"],
  },
  {
    title: "an inline policy of its own user",
    ...withActions(["iam:PutUserPolicy"], [], {}, asUser),
    steps: ["iam:PutUserPolicy"],
  },
  {
    title: "an inline policy of a group that it is in",
    ...withActions(["iam:PutGroupPolicy"], [identity("group/team")], {}, asUser, { groups: [iam("group/team")] }),
    steps: ["iam:PutGroupPolicy"],
  },
  {
    title: "an inline policy of its own role",
    ...withActions(["iam:PutRolePolicy"]),
    steps: ["iam:PutRolePolicy"],
  },
  {
    title: "its own user added to a stronger group",
    ...withActions(["iam:AddUserToGroup"], [identity("group/admins", everything)], {}, asUser),
    steps: ["iam:AddUserToGroup"],
  },
  {
    title: "a stronger role's trust policy that names it",
    ...withActions(["iam:UpdateAssumeRolePolicy"], [adminRole("ec2.amazonaws.com")]),
    steps: ["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"],
  },
  {
    title: "a Lambda function made with a stronger role, and invoked",
    ...withActions(
      ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"],
      [adminRole("lambda.amazonaws.com")],
    ),
    steps: ["iam:PassRole"],
  },
  {
    title: "a Lambda function made with a stronger role, and invoked by an event source",
    ...withActions(
      ["iam:PassRole", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
      [adminRole("lambda.amazonaws.com")],
    ),
    steps: ["iam:PassRole"],
  },
  {
    title: "new code for a Lambda function that has a stronger role",
    ...withActions(["lambda:UpdateFunctionCode"], [adminRole("lambda.amazonaws.com")], {
      workloads: [
        {
          arn: "arn:aws:lambda:us-east-1:111122223333:function:deployed",
          roleArn: iam("role/admin"),
          changedBy: "lambda:UpdateFunctionCode",
        },
      ],
    }),
    steps: ["lambda:UpdateFunctionCode"],
  },
  {
    title: "a Glue development endpoint with a stronger role",
    ...withActions(["iam:PassRole", "glue:CreateDevEndpoint"], [adminRole("glue.amazonaws.com")]),
    steps: ["iam:PassRole"],
  },
  {
    title: "a CloudFormation stack with a stronger role",
    ...withActions(["iam:PassRole", "cloudformation:CreateStack"], [adminRole("cloudformation.amazonaws.com")]),
    steps: ["iam:PassRole"],
  },
  {
    title: "a data pipeline with a stronger role",
    ...withActions(
      [
        "iam:PassRole",
        "datapipeline:CreatePipeline",
        "datapipeline:PutPipelineDefinition",
        "datapipeline:ActivatePipeline",
      ],
      [adminRole("datapipeline.amazonaws.com")],
    ),
    steps: ["iam:PassRole"],
  },
  {
    title: "a CodeBuild project with a stronger role",
    ...withActions(
      ["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild"],
      [adminRole("codebuild.amazonaws.com")],
    ),
    steps: ["iam:PassRole"],
  },
  {
    title: "a SageMaker notebook with a stronger role",
    ...withActions(
      ["iam:PassRole", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"],
      [adminRole("sagemaker.amazonaws.com")],
    ),
    steps: ["iam:PassRole"],
  },
  {
    title: "a stronger role that trusts the whole account",
    ...withActions(["sts:AssumeRole"], [identity("role/admin", everything, { trust: trusting({ AWS: iam("root") }) })]),
    steps: ["sts:AssumeRole"],
  },
  {
    title: "two roles on the way to a third",
    ...withActions(
      ["sts:AssumeRole"],
      [
        identity("role/first", allowing("sts:AssumeRole"), { trust: trusting({ AWS: iam("root") }) }),
        identity("role/admin", everything, { trust: trusting({ AWS: iam("role/first") }) }),
      ],
    ),
    steps: ["sts:AssumeRole", "sts:AssumeRole"],
  },
  {
    title: "its own boundary taken away",
    ...boundary(["iam:DeleteRolePermissionsBoundary"]),
    steps: ["iam:DeleteRolePermissionsBoundary"],
  },
  {
    title: "another boundary in the place of its own",
    ...boundary(["iam:PutRolePermissionsBoundary"]),
    steps: ["iam:PutRolePermissionsBoundary"],
  },
  {
    title: "a new version of its own boundary",
    ...boundary(["iam:CreatePolicyVersion"]),
    steps: ["iam:CreatePolicyVersion"],
  },
  {
    title: "the inline policy removed that denies it the rest",
    ...denial(["iam:DeleteRolePolicy"], { inline: [{ name: "denial", document: denied }] }),
    steps: ["iam:DeleteRolePolicy"],
  },
  {
    title: "the managed policy detached that denies it the rest",
    ...denial(["iam:DetachRolePolicy"], { attached: [iam("policy/denial")] }),
    steps: ["iam:DetachRolePolicy"],
  },
  {
    title: "a new role with AdministratorAccess that trusts it",
    ...withActions(["iam:CreateRole", "iam:AttachRolePolicy"], [], {}, (actions) =>
      identity("role/actor", allowing(actions, { NotResource: iam("role/actor"), Resource: undefined })),
    ),
    steps: ["iam:CreateRole", "iam:AttachRolePolicy", "sts:AssumeRole"],
  },
  {
    title: "a SAML provider whose metadata it replaces",
    ...withActions(
      ["iam:UpdateSAMLProvider"],
      [
        identity("role/admin", everything, {
          trust: trusting({ Federated: provider }, { Action: "sts:AssumeRoleWithSAML" }),
        }),
      ],
      { identityProviders: [provider] },
    ),
    steps: ["iam:UpdateSAMLProvider"],
  },
];

function boundary(actions: readonly string[]): Pick<Method, "account" | "closed"> {
  const bound = iam("policy/boundary");
  const policies = [{ arn: bound, document: allowing(["iam:*"]) }];
  const wide = (rights: readonly string[]) =>
    accountOf([identity("role/actor", allowing(["account:*", ...rights]), { boundary: bound })], { policies });
  return { account: wide(actions), closed: wide([]) };
}

function denial(actions: readonly string[], more: Partial<Identity>): Pick<Method, "account" | "closed"> {
  const role = (rights: readonly string[]) => ({
    ...identity("role/actor"),
    ...more,
    inline: [
      { name: "rights", document: allowing(rights) },
      { name: "rest", document: allowing(["account:*", "ec2:*"]) },
      ...(more.inline ?? []),
    ],
  });
  const policies = [{ arn: iam("policy/denial"), document: denied }];
  return {
    account: accountOf([role(actions)], { policies }),
    closed: accountOf([role(["iam:GetRole"])], { policies }),
  };
}

describe("the search", () => {
  it("knows at least fifteen publicly known ways to more rights", () => {
    expect(methods).to.have.length.above(14);
  });

  for (const { title, account, steps, closed } of methods) {
    const start = { principal: account.identities[0]!.arn };

    it(`finds ${title}`, () => {
      const path = pathTo(reach(account, start), administrator);

      expect(path.flatMap(({ request }) => request?.action ?? []).slice(0, -1)).to.deep.equal(steps);
    });

    it(`finds no way where one part is missing: ${title}`, () => {
      expect(pathTo(reach(closed, start), administrator)).to.deep.equal([]);
    });
  }

  for (const action of ["kms:PutKeyPolicy", "kms:CreateGrant"]) {
    it(`finds that ${action} lets a role decrypt with a key, and nothing where it has no such right`, () => {
      const key = { arn: "arn:aws:kms:us-east-1:111122223333:key/other", tags: {} };
      const decrypts: Fact = { kind: "did", action: "kms:Decrypt", resource: key.arn, how: "directly" };
      const pathIn = (rights: readonly string[]) =>
        pathTo(reach(accountOf([actor(rights)], { keys: [key] }), { principal: iam("role/actor") }), decrypts);

      expect(pathIn([action]).flatMap(({ request }) => request?.action ?? [])).to.deep.equal([action, "kms:Decrypt"]);
      expect(pathIn(["kms:DescribeKey"])).to.deep.equal([]);
    });
  }

  it("finds nothing where nothing is allowed", () => {
    const gains = reach(accountOf([identity("role/actor"), adminUser, adminRole("ec2.amazonaws.com")]), {
      principal: iam("role/actor"),
    });

    expect(gains.all().map(({ fact }) => fact)).to.deep.equal([{ kind: "acts", as: iam("role/actor") }]);
  });

  it(`says which policy it attaches`, () => {
    const account = accountOf([actor(["iam:AttachRolePolicy"])]);
    const [, step] = pathTo(reach(account, { principal: iam("role/actor") }), administrator);

    expect(step?.argument).to.equal(admin);
  });
});
