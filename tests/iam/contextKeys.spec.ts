import { expect } from "chai";
import { contextKeysOf } from "../../iam/contextKeys";
import { parsePolicy } from "../../iam/grammar";

describe("contextKeysOf", () => {
  const keys = (...statements: readonly object[]) =>
    contextKeysOf(
      statements.map((Statement) => parsePolicy({ Version: "2012-10-17", Statement }, "identity", "policy")),
    );
  const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };

  it("finds the keys of conditions, each once in whatever case", () => {
    expect(
      keys(
        { ...allow, Condition: { StringEquals: { "sts:AWSServiceName": "a" }, Null: { "aws:PrincipalArn": "true" } } },
        { ...allow, Condition: { StringLike: { "STS:awsservicename": "b" } } },
      ),
    ).to.deep.equal(["aws:PrincipalArn", "sts:AWSServiceName"]);
  });

  it("finds the keys of variables in resources and values, and not the characters that look like one", () => {
    expect(
      keys({
        ...allow,
        Resource: ["arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::a${*}"],
        Condition: { StringEquals: { "s3:prefix": "${aws:PrincipalTag/team, 'none'}" } },
      }),
    ).to.deep.equal(["aws:PrincipalTag/team", "aws:username", "s3:prefix"]);
  });

  it("finds no variable in a policy without a version, where one is plain text", () => {
    const policy = { Statement: { ...allow, Resource: "arn:aws:s3:::${aws:username}/*" } };
    expect(contextKeysOf([parsePolicy(policy, "identity", "policy")])).to.deep.equal([]);
    expect(keys({ ...allow, Resource: "arn:aws:s3:::${aws:username}/*" })).to.deep.equal(["aws:username"]);
  });

  it("finds nothing in a policy without conditions", () => {
    expect(keys(allow)).to.deep.equal([]);
  });
});
