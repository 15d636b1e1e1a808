import { expect } from "chai";
import type { ReachAccount } from "../../../iam/reach/account";
import { type Fact, factKey, Gains } from "../../../iam/reach/facts";
import { reachedGoals, type Subject } from "../../../iam/reach/goals";
import { outsider, reach } from "../../../iam/reach/search";
import { accountId, accountOf, allowing, documentOf, iam, identity, trusting } from "../../support/reachAccounts";

const domain = "orb-dev";
const principal = iam(`role/${domain}-deploy`);
const publisher = iam(`role/${domain}-codeartifact-publisher`);
const boundary = iam(`policy/${domain}-boundary`);
const bucket = "arn:aws:s3:::state";
const subject: Subject = { principal, domain, stack: "dev" };

/** The goals that one fact reaches, in an account where one of two roles of the stack lacks the boundary. */
function reachedBy(fact: Fact, more: Partial<ReachAccount> = {}, about: Subject = subject): readonly string[] {
  const account = accountOf(
    [
      identity(`role/${domain}-deploy`, undefined, { attached: [iam("policy/attached")], boundary: iam("policy/own") }),
      identity(`role/${domain}-codeartifact-publisher`),
      identity(`role/${domain}-codeartifact-reader`, undefined, { boundary }),
    ],
    { objects: [`${bucket}/.pulumi/stacks/package-registry/dev.json`], ...more },
  );
  const gains = new Gains();
  gains.add({ fact, round: 1, because: [] });
  return reachedGoals(account, gains, about).map(({ goal }) => goal.id);
}

const did = (action: string, resource: string, how?: string): Fact => ({
  ...{ kind: "did", action, resource },
  ...(how === undefined ? {} : { how }),
});

describe("the goals of a search", () => {
  it("tell a boundary of another name from the stack's", () => {
    const bounds = (policy: string): Fact => ({ kind: "bounds", identity: publisher, boundary: policy });

    expect(reachedBy(bounds(iam("policy/other")))).to.deep.equal(["unbounded"]);
    expect(reachedBy(bounds(""))).to.deep.equal(["unbounded"]);
    expect(reachedBy(bounds(boundary))).to.deep.equal([]);
  });

  it("tell a change of a role that lacks the boundary from one of a role that has it", () => {
    const reader = iam(`role/${domain}-codeartifact-reader`);

    expect(reachedBy(did("iam:PutRolePolicy", publisher))).to.deep.equal(["unbounded"]);
    expect(reachedBy(did("iam:PutRolePolicy", reader))).to.deep.equal([]);
    expect(reachedBy(did("iam:PutRolePolicy", publisher, "once it is bounded"))).to.deep.equal([]);
    expect(reachedBy(did("iam:PutRolePermissionsBoundary", publisher))).to.deep.equal([]);
    expect(reachedBy(did("iam:TagRole", publisher))).to.deep.equal([]);
    expect(reachedBy(did("iam:PutRolePolicy", iam(`role/${domain}-codeartifact-publisher-new`)))).to.deep.equal([]);
    expect(reachedBy(did("iam:DeletePolicy", iam(`policy/${domain}-codeartifact-reader`)))).to.deep.equal([]);
  });

  it("know the subject's own documents: itself, what is attached to it, and what bounds it", () => {
    for (const arn of [principal, iam("policy/attached"), iam("policy/own")]) {
      expect(reachedBy(did("iam:DeletePolicy", arn))).to.include("own-rights");
    }
    expect(reachedBy(did("iam:DeletePolicy", iam("policy/other")))).not.to.include("own-rights");
  });

  it("allow a key of the state to be used through S3 for the state's bucket alone", () => {
    const key = `arn:aws:kms:us-east-1:${accountId}:key/state`;
    const used = (how?: string) => reachedBy(did("kms:Decrypt", key, how));

    expect(used(`through s3 for ${bucket}`)).to.deep.equal([]);
    expect(used(`through s3 for ${bucket}2`)).to.deep.equal(["use-key"]);
    expect(used(`through s3 for ${bucket.slice(0, -1)}`)).to.deep.equal(["use-key"]);
    expect(used(`not through s3 for ${bucket}`)).to.deep.equal(["use-key"]);
    expect(used("directly")).to.deep.equal(["use-key"]);
    expect(used()).to.deep.equal(["use-key"]);
  });

  it("tell the functions and layers that a role is named for, with their versions, from others", () => {
    const lambda = (path: string) => `arn:aws:lambda:us-east-1:${accountId}:${path}`;
    const deployer: Subject = { ...subject, lambda: [lambda("function:users"), lambda("layer:shared")] };
    const reached = (action: string, path: string, how?: string) =>
      reachedBy(did(`lambda:${action}`, lambda(path), how), {}, deployer);

    expect(reached("UpdateFunctionCode", "function:users")).to.deep.equal(["deploy-lambda"]);
    expect(reached("UpdateFunctionCode", "function:users-2")).to.deep.equal(["lambda-elsewhere"]);
    expect(reached("DeleteFunction", "function:users")).to.deep.equal(["lambda-more"]);
    expect(reached("DeleteLayerVersion", "layer:shared:1")).to.deep.equal(["lambda-more"]);
    expect(reached("PublishLayerVersion", "layer:shared")).to.deep.equal(["deploy-lambda"]);
    expect(reached("UpdateFunctionConfiguration", "function:users", `with ${lambda("layer:shared:1")}`)).to.deep.equal([
      "deploy-lambda",
    ]);
    expect(reached("UpdateFunctionConfiguration", "function:users", `with ${lambda("layer:other:1")}`)).to.deep.equal([
      "attach-other",
      "deploy-lambda",
    ]);
  });

  it("tell the role of a function that a role is named for from other roles", () => {
    const lambda = [`arn:aws:lambda:us-east-1:${accountId}:function:users`];
    const workloads = ["users", "posts"].map((name) => ({
      arn: `arn:aws:lambda:us-east-1:${accountId}:function:${name}`,
      roleArn: iam(`role/runs-${name}`),
      changedBy: "lambda:UpdateFunctionCode",
    }));
    const acts = (role: string) => reachedBy({ kind: "acts", as: iam(role) }, { workloads }, { ...subject, lambda });

    expect(acts("role/runs-users")).to.deep.equal(["act-function"]);
    expect(acts("role/runs-posts")).to.deep.equal(["act-elsewhere"]);
    expect(reachedBy({ kind: "acts", as: outsider })).to.deep.equal([]);
  });

  it("tell a zip file of its own from other objects", () => {
    const zipFiles = "arn:aws:s3:::zips/lambda-layers/";
    const reached = (action: string, path: string) =>
      reachedBy(did(`s3:${action}`, `arn:aws:s3:::${path}`), {}, { ...subject, zipFiles });

    expect(reached("PutObject", "zips/lambda-layers/a.zip")).to.deep.equal([]);
    expect(reached("GetObject", "zips/lambda-layers/a.zip")).to.deep.equal([]);
    expect(reached("PutObject", "zips/a.zip")).to.deep.equal(["other-state"]);
    expect(reached("GetObject", "zips/a.zip")).to.deep.equal(["read-other-state"]);
  });
});

describe("the start of a search", () => {
  it("is the principal alone, or with the administrator of an account of the actor's own", () => {
    const account = accountOf([identity("role/actor")]);
    const start = (outsideAccount: boolean) =>
      reach(account, { principal: iam("role/actor") }, { outsideAccount })
        .all()
        .map(({ fact, round, because }) => [factKey(fact), round, because]);

    expect(start(false)).to.deep.equal([[`acts\n${iam("role/actor")}`, 0, []]]);
    expect(start(true)).to.deep.equal([
      [`acts\n${iam("role/actor")}`, 0, []],
      [`acts\n${outsider}`, 0, []],
    ]);
  });

  it("lets a role of another account in by a policy of a repository, and by none of a domain without one", () => {
    const arn = `arn:aws:codeartifact:us-east-1:${accountId}:`;
    const policy = documentOf({ Effect: "Allow", Principal: "*", Action: "codeartifact:*", Resource: "*" });
    const read = (repositoryPolicy?: string) => {
      const repository = { arn: `${arn}repository/d/r`, ...(repositoryPolicy === undefined ? {} : { policy }) };
      const domains = [{ arn: `${arn}domain/d`, repositories: [repository], packages: [], packageGroups: [] }];
      return reach(
        accountOf([identity("role/actor")], { domains }),
        { principal: iam("role/actor") },
        { outsideAccount: true },
      )
        .of("did")
        .filter(({ action }) => action === "codeartifact:ReadFromRepository")
        .map(({ resource }) => resource);
    };

    expect(read(policy)).to.deep.equal([`${arn}repository/d/r`]);
    expect(read()).to.deep.equal([]);
  });

  it("passes a role on as that role, because of the facts that let it", () => {
    const strong = identity("role/strong", allowing("*"), { trust: trusting({ Service: "ec2.amazonaws.com" }) });
    const actor = identity("role/actor", allowing(["iam:PassRole", "ec2:RunInstances"]));
    const gains = reach(accountOf([actor, strong]), { principal: actor.arn });
    const acts: Fact = { kind: "acts", as: strong.arn };

    expect(gains.get(factKey(acts))).to.deep.equal({
      fact: acts,
      round: 1,
      request: { principal: actor.arn, action: "iam:PassRole", resource: strong.arn },
      argument: "ec2.amazonaws.com",
      because: [factKey({ kind: "acts", as: actor.arn })],
    });
  });
});
