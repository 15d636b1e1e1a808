import { expect } from "chai";
import type { ReachAccount } from "../../../iam/reach/account";
import { waysOf } from "../../../iam/reach/contexts";
import { Gains } from "../../../iam/reach/facts";
import { World } from "../../../iam/reach/world";
import { accountOf, allowing, iam, identity } from "../../support/reachAccounts";

const principal = iam("role/actor");
const target = iam("role/target");
const [one, other] = [iam("policy/one"), iam("policy/other")];

/** The contexts in which the actor can ask, where its document has this condition. */
function contexts(action: string, condition?: object, more: Partial<ReachAccount> = {}) {
  const document = allowing(action, condition === undefined ? {} : { Condition: condition });
  const account = accountOf(
    [identity("role/actor", document), identity("role/target", undefined, { attached: [one, other] })],
    { policies: [one, other].map((arn) => ({ arn, document: allowing("s3:ListAllMyBuckets") })), ...more },
  );
  return waysOf(new World(account, new Gains()), principal, action, target).map(({ context }) => context);
}

describe("the ways to make a request", () => {
  for (const key of [
    ...["aws:RequestTag/team", "aws:TagKeys", "aws:SourceIp", "aws:UserAgent", "aws:Referer", "aws:CurrentTime"],
    ...["aws:EpochTime", "aws:RequestedRegion", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"],
    ...["iam:AWSServiceName", "sts:ExternalId", "kms:GrantIsForAWSResource", "IAM:awsservicename"],
  ]) {
    it(`have the value that a document asks for, where the caller sets ${key}, and also none`, () => {
      const values = contexts("iam:UpdateRole", { StringEquals: { [key]: "wanted" } }).map((context) => context[key]);

      expect(values).to.deep.equal([undefined, "wanted"]);
    });
  }

  for (const key of [
    ...["aws:PrincipalTag/team", "aws:ResourceTag/team", "aws:PrincipalOrgID", "aws:ResourceOrgID", "aws:CalledVia"],
    ...["aws:SourceAccount", "aws:SourceArn", "aws:userid", "aws:username", "iam:PermissionsBoundary", "iam:PolicyARN"],
    ...["iam:ResourceTag/team", "kms:ViaService", "kms:EncryptionContext:a", "kms:ResourceAliases", "lambda:Layer"],
    "token.actions.githubusercontent.com:sub",
  ]) {
    it(`do not have it where ${key} follows from who asks, and for what`, () => {
      const values = contexts("iam:UpdateRole", { StringEquals: { [key]: "wanted" } }).map((context) => context[key]);

      expect(values).to.deep.equal([undefined]);
    });
  }

  for (const key of [
    "s3:prefix",
    "aws:other",
    "xaws:RequestTag/team",
    "aws:SourceIpOther",
    "aws:TagKeysOther",
    "lambda:LayerOther",
    "lambda:VpcIds",
    "xlambda:Layer",
    "token.actions.example:actor",
  ]) {
    it(`are an error where it is not known who sets ${key}`, () => {
      expect(() => contexts("iam:UpdateRole", { StringEquals: { [key]: "wanted" } })).to.throw(
        `who sets the condition key "${key}" is not known`,
      );
    });
  }

  it("have a value that matches a pattern, none that is excluded, and one where there must be one", () => {
    const values = (operator: string, value: string) =>
      contexts("iam:UpdateRole", { [operator]: { "sts:ExternalId": value } }).map(
        (context) => context["sts:ExternalId"],
      );

    expect(values("StringLike", "a*b?")).to.deep.equal([undefined, "axbx"]);
    expect(values("StringNotEquals", "a")).to.deep.equal([undefined]);
    expect(values("Null", "true")).to.deep.equal([undefined]);
    expect(values("Null", "false")).to.deep.equal([undefined, "given"]);
  });

  it("name the policy that a request attaches or detaches: any of the account, or those that the role has", () => {
    const admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    const policies = (action: string) => contexts(action).map((context) => context["iam:PolicyARN"]);

    expect(policies("iam:AttachRolePolicy")).to.deep.equal([admin, one, other]);
    expect(policies("iam:DetachRolePolicy")).to.deep.equal([one, other]);
    expect(policies("iam:UpdateRole")).to.deep.equal([undefined]);
  });

  it("name the boundary that a request sets, or none for what it makes", () => {
    const boundaries = (action: string) => contexts(action).map((context) => context["iam:PermissionsBoundary"]);
    const admin = "arn:aws:iam::aws:policy/AdministratorAccess";

    expect(boundaries("iam:PutRolePermissionsBoundary")).to.deep.equal([admin, one, other]);
    expect(boundaries("iam:CreateRole")).to.deep.equal([undefined, admin, one, other]);
  });
});
