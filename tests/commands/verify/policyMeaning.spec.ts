import { expect } from "chai";
import { policyMeaning } from "../../../commands/verify/comparable";

const statement = {
  Sid: "One",
  Effect: "Allow",
  Action: ["s3:GetObject", "s3:PutObject"],
  Resource: "arn:aws:s3:::a/*",
  Principal: { AWS: ["111122223333", "arn:aws:iam::444455556666:role/r"] },
  Condition: { StringEquals: { "aws:PrincipalOrgID": ["o-1", "o-2"] }, Bool: { "aws:SecureTransport": "true" } },
};

/** What a document of this statement, with changes, says. */
const meaning = (changes: object = {}, document: object = {}) => [
  ...policyMeaning(
    JSON.stringify({ Version: "2012-10-17", Statement: { ...statement, ...changes }, ...document }),
  ).keys(),
];

describe("the meaning of a policy", () => {
  for (const [rule, changes] of [
    ["what a statement is called", { Sid: "Two" }],
    ["the order of actions, nor their case", { Action: ["S3:putobject", "s3:GETOBJECT"] }],
    ["whether one of a list comes twice", { Action: ["s3:GetObject", "s3:PutObject", "s3:GetObject"] }],
    ["whether a list of one is a list", { Resource: ["arn:aws:s3:::a/*"] }],
    [
      "how an account is named",
      { Principal: { AWS: [...statement.Principal.AWS.slice(1), "arn:aws:iam::111122223333:root"] } },
    ],
    [
      "the order of conditions, the case of operators and keys, whether true is text",
      { Condition: { bool: { "AWS:SecureTransport": true }, stringequals: { "aws:principalorgid": ["o-2", "o-1"] } } },
    ],
  ] as const) {
    it(`does not depend on ${rule}`, () => {
      expect(meaning(changes)).to.deep.equal(meaning());
    });
  }

  for (const [rule, changes] of [
    ["the effect", { Effect: "Deny" }],
    ["an action more", { Action: [...statement.Action, "s3:DeleteObject"] }],
    ["an action's negation", { Action: undefined, NotAction: statement.Action }],
    ["the case of a resource", { Resource: "arn:aws:s3:::A/*" }],
    ["a principal less", { Principal: { AWS: "111122223333" } }],
    ["the kind of principal", { Principal: { Federated: statement.Principal.AWS } }],
    [
      "an operator",
      { Condition: { ...statement.Condition, StringEquals: undefined, StringLike: statement.Condition.StringEquals } },
    ],
    [
      "the case of a value",
      { Condition: { ...statement.Condition, StringEquals: { "aws:PrincipalOrgID": ["o-1", "O-2"] } } },
    ],
    ["conditions at all", { Condition: undefined }],
  ] as const) {
    it(`depends on ${rule}`, () => {
      expect(meaning(changes)).not.to.deep.equal(meaning());
    });
  }

  it("is of everyone however that is written", () => {
    expect(meaning({ Principal: "*" })).to.deep.equal(meaning({ Principal: { AWS: ["*"] } }));
  });

  it("depends on the version, which decides whether a variable is read as one", () => {
    expect(meaning({}, { Version: "2008-10-17" })).to.deep.equal(meaning({}, { Version: undefined }));
    expect(meaning({}, { Version: "2008-10-17" })).not.to.deep.equal(meaning());
  });

  it("keeps each statement as it is written, in any order and whether or not it is alone", () => {
    const other = { Effect: "Deny", Action: "*", Resource: "*" };
    const both = (Statement: readonly object[]) => policyMeaning(JSON.stringify({ Version: "2012-10-17", Statement }));

    expect([...both([statement, other]).values()]).to.deep.equal(
      [statement, other].map((each) => JSON.stringify(each)),
    );
    expect([...both([other, statement]).keys()].sort()).to.deep.equal([...both([statement, other]).keys()].sort());
    expect([...policyMeaning("no JSON")]).to.deep.equal([["no JSON", "no JSON"]]);
  });
});
