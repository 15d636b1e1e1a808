import { expect } from "chai";

import { knownOperators } from "../../iam/conditions";
import { PolicyError } from "../../iam/policyError";
import { readStatements, type CheckedStatement, type DocumentKind } from "../../iam/statements";

const bucket = "arn:aws:s3:::bucket";
const plain = { Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: bucket };
const trust = { Sid: "Assume", Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" };

function read(document: unknown, kind: DocumentKind = "identity"): readonly CheckedStatement[] {
  return readStatements({ name: "permissions", document }, kind);
}

function readOne(statement: unknown, kind: DocumentKind = "identity", version: unknown = "2012-10-17") {
  return read({ Version: version, Statement: statement }, kind)[0]!;
}

/** The whole message of the error. */
function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).to.be.instanceOf(PolicyError);
    expect((error as PolicyError).name).to.equal("PolicyError");
    return (error as PolicyError).message;
  }
  throw new Error("nothing was refused");
}

/** What is refused about a statement called Read, without the place, which is always the same. */
function refusal(statement: Record<string, unknown>, kind?: DocumentKind, version?: unknown): string {
  const message = messageOf(() => readOne(statement, kind, version));
  expect(message).to.match(/^permissions, statement "(Read|Assume)": /);
  return message.replace(/^.*?": /, "");
}

function without(statement: Record<string, unknown>, element: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(statement).filter(([name]) => name !== element));
}

describe("statements", () => {
  describe("a document", () => {
    it("may be given parsed or as text", () => {
      const document = { Version: "2012-10-17", Id: "any", Statement: [plain] };
      expect(read(document).map(({ name }) => name)).to.deep.equal(["Read"]);
      expect(read(JSON.stringify(document)).map(({ name }) => name)).to.deep.equal(["Read"]);
    });

    it("that is text is read once for each name and kind, and told apart from every other", () => {
      const document = JSON.stringify({ Statement: trust });
      const first = read(document, "resource");
      const renamed = readStatements({ name: "another", document }, "resource");

      expect(read(document, "resource")).to.equal(first);
      expect(renamed.map(({ label }) => label)).to.deep.equal(['statement "Assume" of another']);
      expect(first.map(({ label }) => label)).to.deep.equal(['statement "Assume" of permissions']);
      for (const count of [1, 2]) {
        expect(
          messageOf(() => read(document)),
          `reading ${count}`,
        ).to.match(/^permissions, statement "Assume": /);
      }
    });

    it("that is text is read anew once 256 others have been read", () => {
      const document = JSON.stringify({ Id: "first", Statement: plain });
      const readOthers = (count: number) => {
        for (let id = 0; id < count; id += 1) {
          read(JSON.stringify({ Id: `other ${id}`, Statement: plain }));
        }
      };
      const first = read(document);
      readOthers(255);
      expect(read(document)).to.equal(first);

      readOthers(256);
      expect(read(document)).not.to.equal(first);
      expect(read(document).map(({ name }) => name)).to.deep.equal(["Read"]);
    });

    it("that is given parsed may change between two readings", () => {
      const document = { Statement: { ...plain } };
      const [before] = read(document);
      document.Statement.Sid = "Changed";

      expect([before?.name, read(document)[0]?.name]).to.deep.equal(["Read", "Changed"]);
    });

    it("may hold one statement or a list of them, in their order", () => {
      expect(read({ Statement: plain })).to.have.length(1);
      expect(read({ Statement: [plain, { ...plain, Sid: "Again" }] }).map(({ name }) => name)).to.deep.equal([
        "Read",
        "Again",
      ]);
    });

    it("that is text but not JSON is refused", () => {
      expect(messageOf(() => read("{"))).to.equal("permissions: its text is not JSON");
      expect(messageOf(() => read(""))).to.equal("permissions: its text is not JSON");
    });

    for (const document of [undefined, null, 1, [], [plain], "[]", '"{}"', "null"]) {
      it(`that is ${JSON.stringify(document)} is refused`, () => {
        expect(messageOf(() => read(document))).to.equal("permissions: a policy must be an object");
      });
    }

    it("with an element beside Version, Id and Statement is refused", () => {
      expect(messageOf(() => read({ Statement: plain, version: "2012-10-17" }))).to.equal(
        'permissions: element "version" is not known; known: Version, Id, Statement',
      );
    });

    for (const version of ["2012-10-17", "2008-10-17", undefined]) {
      it(`may have the version ${version ?? "of none"}`, () => {
        expect(read({ Version: version, Statement: plain })).to.have.length(1);
      });
    }

    for (const version of ["2012-10-18", "", 20121017, null]) {
      it(`with the version ${JSON.stringify(version)} is refused`, () => {
        expect(messageOf(() => read({ Version: version, Statement: plain }))).to.equal(
          `permissions: Version must be one of "2012-10-17", "2008-10-17", but is ${JSON.stringify(version)}`,
        );
      });
    }

    it("with an Id that is not text is refused", () => {
      expect(messageOf(() => read({ Id: 7, Statement: plain }))).to.equal("permissions: Id must be text");
    });

    it("without a statement is refused", () => {
      expect(messageOf(() => read({}))).to.equal("permissions: Statement is missing or empty");
      expect(messageOf(() => read({ Statement: [] }))).to.equal("permissions: Statement is missing or empty");
    });

    it("with a statement that is no object is refused, whichever it is", () => {
      expect(messageOf(() => read({ Statement: "all" }))).to.equal(
        "permissions, statement 1: a statement must be an object",
      );
      expect(messageOf(() => read({ Statement: [plain, null] }))).to.equal(
        "permissions, statement 2: a statement must be an object",
      );
    });
  });

  describe("a Sid", () => {
    it("names its statement", () => {
      const { name, label, document } = readOne(plain);
      expect({ name, label, document }).to.deep.equal({
        name: "Read",
        label: 'statement "Read" of permissions',
        document: "permissions",
      });
    });

    it("may be absent or empty, where the statement goes by its number", () => {
      const statements = read({
        Statement: [plain, without(plain, "Sid"), { ...plain, Sid: "" }, { ...plain, Sid: "" }],
      });
      expect(statements.map(({ name }) => name)).to.deep.equal(["Read", "statement 2", "statement 3", "statement 4"]);
      expect(statements[1]?.label).to.equal("statement 2 of permissions");
    });

    it("used twice in a document is refused", () => {
      expect(messageOf(() => read({ Statement: [plain, { ...plain, Sid: "Other" }, plain] }))).to.equal(
        'permissions, statement "Read": its Sid is used twice',
      );
    });

    it("may look like the number of another statement", () => {
      expect(read({ Statement: [without(plain, "Sid"), { ...plain, Sid: "statement 1" }] })).to.have.length(2);
    });

    it("that is not text is refused", () => {
      expect(messageOf(() => readOne({ ...plain, Sid: 1 }))).to.equal("permissions, statement 1: Sid must be text");
    });
  });

  describe("elements", () => {
    for (const element of ["NotPrincipal", "effect", "Conditions", "Actions", "toString"]) {
      it(`do not include ${element}`, () => {
        expect(refusal({ ...plain, [element]: "*" })).to.equal(
          `element "${element}" is not known; known: Sid, Effect, Principal, Action, NotAction, Resource, NotResource, Condition`,
        );
      });
    }
  });

  describe("Effect", () => {
    it("is Allow or Deny", () => {
      expect(readOne(plain).effect).to.equal("Allow");
      expect(readOne({ ...plain, Effect: "Deny" }).effect).to.equal("Deny");
    });

    it("is required", () => {
      expect(refusal(without(plain, "Effect"))).to.equal('Effect must be one of "Allow", "Deny", but is absent');
    });

    it("in another case is refused", () => {
      expect(refusal({ ...plain, Effect: "allow" })).to.equal('Effect must be one of "Allow", "Deny", but is "allow"');
    });
  });

  describe("Action", () => {
    it("is one pattern or a list of them", () => {
      expect(readOne(plain).actions).to.deep.equal({ negated: false, patterns: ["s3:GetObject"] });
      expect(readOne({ ...plain, Action: ["s3:Get*", "*"] }).actions.patterns).to.deep.equal(["s3:Get*", "*"]);
    });

    it("may be NotAction instead", () => {
      const statement = { ...without(plain, "Action"), NotAction: ["s3:Get*"] };
      expect(readOne(statement).actions).to.deep.equal({ negated: true, patterns: ["s3:Get*"] });
    });

    it("is required", () => {
      expect(refusal(without(plain, "Action"))).to.equal("Action or NotAction is required");
    });

    it("excludes NotAction", () => {
      expect(refusal({ ...plain, NotAction: "s3:*" })).to.equal("Action and NotAction exclude each other");
    });

    it("that is malformed is refused", () => {
      expect(refusal({ ...plain, Action: ["s3:Get*", "Get"] })).to.equal(
        'Action "Get" must be "*" or of the form service:name',
      );
      expect(refusal({ ...without(plain, "Action"), NotAction: "s*:Get" })).to.equal(
        'NotAction "s*:Get" must be "*" or of the form service:name',
      );
    });

    it("that is empty or not text is refused", () => {
      expect(refusal({ ...plain, Action: [] })).to.equal("Action is missing or empty");
      expect(refusal({ ...plain, Action: [7] })).to.equal("Action must be text or a list of texts, but is 7");
      expect(refusal({ ...plain, Action: null })).to.equal("Action must be text or a list of texts, but is null");
      expect(refusal({ ...plain, Action: [["s3:*"]] })).to.equal(
        'Action must be text or a list of texts, but is ["s3:*"]',
      );
    });
  });

  describe("Resource", () => {
    it("is one pattern or a list of them", () => {
      expect(readOne(plain).resources).to.deep.equal({ negated: false, patterns: [bucket] });
      expect(readOne({ ...plain, Resource: ["*", bucket] }).resources?.patterns).to.deep.equal(["*", bucket]);
    });

    it("may be NotResource instead", () => {
      const statement = { ...without(plain, "Resource"), NotResource: bucket };
      expect(readOne(statement).resources).to.deep.equal({ negated: true, patterns: [bucket] });
    });

    it("excludes NotResource", () => {
      expect(refusal({ ...plain, NotResource: "*" })).to.equal("Resource and NotResource exclude each other");
    });

    it("that is malformed is refused", () => {
      expect(refusal({ ...plain, Resource: "bucket" })).to.equal(
        'Resource "bucket" must be "*" or an ARN of six parts',
      );
      expect(refusal({ ...without(plain, "Resource"), NotResource: "arn:aws:*:::x" })).to.equal(
        'NotResource "arn:aws:*:::x" has a wildcard in the service part of its ARN',
      );
    });

    const required = "Resource or NotResource is required, but in a trust policy, whose actions are all of sts";

    it("is required in the policy of an identity, for every action", () => {
      expect(refusal(without(plain, "Resource"))).to.equal(required);
      expect(refusal({ ...without(plain, "Resource"), Action: "sts:AssumeRole" })).to.equal(required);
    });

    it("may be left out in a trust policy only", () => {
      expect(readOne(trust, "resource").resources).to.equal(undefined);
      expect(readOne({ ...trust, Action: ["STS:AssumeRole", "sts:TagSession"] }, "resource").resources).to.equal(
        undefined,
      );
      expect(readOne({ ...trust, Resource: "*" }, "resource").resources?.patterns).to.deep.equal(["*"]);
      expect(refusal({ ...trust, Action: ["sts:AssumeRole", "s3:Get*"] }, "resource")).to.equal(required);
      expect(refusal({ ...trust, Action: "xsts:AssumeRole" }, "resource")).to.equal(required);
      expect(refusal({ ...trust, Action: "*" }, "resource")).to.equal(required);
      expect(refusal({ ...without(trust, "Action"), NotAction: "sts:AssumeRole" }, "resource")).to.equal(required);
    });
  });

  describe("Principal", () => {
    const principalsOf = (Principal: unknown) => readOne({ ...trust, Principal }, "resource").principals;

    it('may be "*", which is everyone', () => {
      expect(principalsOf("*")).to.deep.equal([{ type: "AWS", value: "*" }]);
      expect(principalsOf({ AWS: "*" })).to.deep.equal([{ type: "AWS", value: "*" }]);
    });

    it("may be of several types with several values", () => {
      expect(
        principalsOf({
          AWS: ["123456789012", "210987654321"],
          Federated: "accounts.google.com",
          Service: "ec2.amazonaws.com",
        }),
      ).to.deep.equal([
        { type: "AWS", value: "123456789012" },
        { type: "AWS", value: "210987654321" },
        { type: "Federated", value: "accounts.google.com" },
        { type: "Service", value: "ec2.amazonaws.com" },
      ]);
    });

    const refusalOf = (Principal: unknown) => refusal({ ...trust, Principal }, "resource");

    it("is required in the policy of a resource", () => {
      expect(refusal(without(trust, "Principal"), "resource")).to.equal(
        "Principal is required in a policy of a resource",
      );
    });

    it("is forbidden in the policy of an identity", () => {
      expect(refusal({ ...plain, Principal: "*" })).to.equal("Principal is forbidden in a policy of an identity");
      expect(readOne(plain).principals).to.equal(undefined);
    });

    it("must be an object with something in it", () => {
      for (const principal of ["123456789012", ["*"], null]) {
        expect(refusalOf(principal)).to.equal('Principal, where it is not "*", must be an object');
      }
      expect(refusalOf({})).to.equal("Principal is empty");
      expect(refusalOf({ AWS: [] })).to.equal("Principal AWS is missing or empty");
      expect(refusalOf({ AWS: [7] })).to.equal("Principal AWS must be text or a list of texts, but is 7");
    });

    it("of another type is refused", () => {
      expect(refusalOf({ AWS: "*", CanonicalUser: "79a59df9" })).to.equal(
        'principal type "CanonicalUser" is not known; known: AWS, Federated, Service',
      );
    });

    it("with a wildcard inside is refused", () => {
      expect(refusalOf({ AWS: ["123456789012", "arn:aws:iam::123456789012:role/*"] })).to.equal(
        'Principal AWS "arn:aws:iam::123456789012:role/*" must be "*", an account number, or the ARN of an account, role, user or session, without wildcards inside',
      );
      expect(refusalOf({ Federated: "*" })).to.equal(
        'Principal Federated "*" must be the ARN or the host name of an identity provider, without wildcards inside',
      );
    });
  });

  describe("Condition", () => {
    const conditionsOf = (Condition: unknown) =>
      readOne({ ...plain, Condition }).conditions.map(({ operator, key, wanted }) => [operator.name, key, ...wanted]);
    const refusalOf = (Condition: unknown) => refusal({ ...plain, Condition });

    it("may be absent", () => {
      expect(readOne(plain).conditions).to.deep.equal([]);
    });

    it("is read operator by operator and key by key", () => {
      expect(conditionsOf({ StringEquals: { "a:b": "1", "a:c": ["2", "3"] }, Bool: { "a:d": "true" } })).to.deep.equal([
        ["StringEquals", "a:b", "1"],
        ["StringEquals", "a:c", "2", "3"],
        ["Bool", "a:d", "true"],
      ]);
    });

    it("may leave out the quotation marks of numbers and truth values", () => {
      expect(conditionsOf({ NumericEquals: { "a:b": [5, 7.5] }, Null: { "a:c": false } })).to.deep.equal([
        ["NumericEquals", "a:b", "5", "7.5"],
        ["Null", "a:c", "false"],
      ]);
    });

    for (const operator of ["DateLessThan", "IpAddress", "BinaryEquals", "stringEquals", "constructor"]) {
      it(`with the operator ${operator} is refused`, () => {
        expect(refusalOf({ [operator]: { "a:b": "1" } })).to.equal(
          `operator "${operator}" is not known; known: ${knownOperators}`,
        );
      });
    }

    it("with a value of the wrong form is refused", () => {
      expect(refusalOf({ NumericLessThan: { "a:b": ["5", "five"] } })).to.equal(
        'NumericLessThan a:b "five" must be a number',
      );
      expect(refusalOf({ Bool: { "a:b": "yes" } })).to.equal('Bool a:b "yes" must be "true" or "false"');
      expect(refusalOf({ Null: { "a:b": 1 } })).to.equal('Null a:b "1" must be "true" or "false"');
      expect(refusalOf({ ArnLike: { "a:b": "*" } })).to.equal('ArnLike a:b "*" must be an ARN of six parts');
    });

    it("must be made of objects with values in them", () => {
      expect(refusalOf([])).to.equal("Condition must be an object");
      expect(refusalOf(null)).to.equal("Condition must be an object");
      expect(refusalOf({})).to.equal("Condition is empty");
      expect(refusalOf({ StringEquals: "a" })).to.equal("StringEquals must be an object");
      expect(refusalOf({ StringEquals: {} })).to.equal("StringEquals is empty");
      expect(refusalOf({ StringEquals: { "a:b": [] } })).to.equal("StringEquals a:b is missing or empty");
      expect(refusalOf({ StringEquals: { "a:b": [null] } })).to.equal(
        "StringEquals a:b must be text or a list of texts, but is null",
      );
      expect(refusalOf({ StringEquals: { "a:b": { c: "d" } } })).to.equal(
        'StringEquals a:b must be text or a list of texts, but is {"c":"d"}',
      );
    });
  });

  describe("policy variables", () => {
    const inResource = { ...plain, Resource: "arn:aws:s3:::bucket/${aws:username}" };
    const inNotResource = { ...without(plain, "Resource"), NotResource: "arn:aws:s3:::bucket/${aws:username}" };
    const inCondition = { ...plain, Condition: { StringEquals: { "a:b": ["x", "${*}"] } } };
    const problem = "holds a policy variable, and policy variables are not evaluated";

    it("are refused in version 2012-10-17", () => {
      expect(refusal(inResource)).to.equal(`Resource "arn:aws:s3:::bucket/\${aws:username}" ${problem}`);
      expect(refusal(inNotResource)).to.equal(`NotResource "arn:aws:s3:::bucket/\${aws:username}" ${problem}`);
      expect(refusal(inCondition)).to.equal(`StringEquals a:b "\${*}" ${problem}`);
    });

    for (const version of ["2008-10-17", undefined]) {
      it(`are plain text in version ${version ?? "of none"}`, () => {
        const [first, second, third] = read({
          Version: version,
          Statement: [inResource, { ...inNotResource, Sid: "B" }, { ...inCondition, Sid: "C" }],
        });
        expect(first?.resources?.patterns).to.deep.equal(["arn:aws:s3:::bucket/${aws:username}"]);
        expect(second?.resources?.patterns).to.deep.equal(["arn:aws:s3:::bucket/${aws:username}"]);
        expect(third?.conditions[0]?.wanted).to.deep.equal(["x", "${*}"]);
      });
    }

    it("are not seen in a dollar or a brace alone", () => {
      expect(readOne({ ...plain, Resource: "arn:aws:s3:::a$b{c}$" }).resources?.patterns).to.have.length(1);
    });
  });

  it("makes errors of a request in the name of the statement", () => {
    expect(readOne(plain).refuse("a problem").message).to.equal('permissions, statement "Read": a problem');
    expect(readOne(without(plain, "Sid")).refuse("a problem").message).to.equal("permissions, statement 1: a problem");
  });
});
