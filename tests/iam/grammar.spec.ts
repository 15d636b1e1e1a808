import { expect } from "chai";
import { evaluatedOperators } from "../../iam/conditions";
import type { PolicyKind } from "../../iam/elements";
import { administratorAccess, parsePolicy, type ParsedStatement, PolicyError, statementsOf } from "../../iam/grammar";

const statements = {
  identity: { Effect: "Allow", Action: "codeartifact:ReadFromRepository", Resource: "*" },
  trust: { Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" },
  resource: {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::210987654321:root" },
    Action: ["codeartifact:ReadFromRepository", "codeartifact:DescribeRepository"],
    Resource: "*",
  },
};
type StoredKind = keyof typeof statements;
const kinds = Object.keys(statements) as StoredKind[];

/** Why AWS rejects a policy, if it does. */
function errorOf(document: unknown, kind: PolicyKind): string | undefined {
  try {
    parsePolicy(document, kind, "policy");
    return undefined;
  } catch (error) {
    expect(error).to.be.instanceOf(PolicyError).with.property("name", "PolicyError");
    return (error as PolicyError).reason;
  }
}

/** Why AWS rejects a valid policy with this change of its only statement. */
const changed = (kind: StoredKind, change: object) =>
  errorOf(JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statements[kind], ...change }] }), kind);

/** Why AWS rejects a valid policy with this change of the document. */
const document = (kind: StoredKind, change: object) =>
  errorOf(JSON.stringify({ Version: "2012-10-17", Statement: [statements[kind]], ...change }), kind);

describe("the grammar of policies", () => {
  for (const kind of kinds) {
    describe(`that are stored as ${kind} policies`, () => {
      const syntaxError = (reason: string) => (kind === "identity" ? `Syntax errors in policy: ${reason}` : reason);

      it("takes one statement or a list of them", () => {
        expect(document(kind, {})).to.equal(undefined);
        expect(document(kind, { Statement: statements[kind], Id: "orb" })).to.equal(undefined);
        expect(document(kind, { Statement: [statements[kind], statements[kind]] })).to.equal(undefined);
        expect(document(kind, { Statement: [] })).to.equal(syntaxError("Missing required field Statement"));
        expect(document(kind, { Statement: undefined })).to.equal(syntaxError("Missing required field Statement"));
        expect(document(kind, { Statement: ["Allow"] })).to.equal("Syntax errors in policy: a statement is an object.");
      });

      it("takes JSON only", () => {
        const reason = kind === "identity" ? "Syntax errors in policy." : "This policy contains invalid Json";

        for (const text of ["", "{", "null", "[]", '"*"']) {
          expect(errorOf(text, kind)).to.equal(reason);
        }
      });

      it("takes the two versions of the language, or none", () => {
        expect(document(kind, { Version: "2008-10-17" })).to.equal(undefined);
        expect(document(kind, { Version: undefined })).to.equal(undefined);
        expect(document(kind, { Version: "2012-10-18" })).to.equal(
          syntaxError('The policy must contain a valid version string: 2012-10-17 or 2008-10-17, not "2012-10-18".'),
        );
      });

      it("takes no element that it does not know", () => {
        expect(document(kind, { Statements: [] })).to.equal(syntaxError("Unknown field Statements"));
        expect(changed(kind, { Actions: "*" })).to.equal(syntaxError("Unknown field Actions"));
      });

      it("asks for Allow or Deny", () => {
        expect(changed(kind, { Effect: "Deny" })).to.equal(undefined);
        expect(changed(kind, { Effect: undefined })).to.equal(syntaxError("Missing required field Effect"));
        expect(changed(kind, { Effect: "allow" })).to.equal(
          kind === "identity" ? 'The policy failed legacy parsing: Invalid effect: "allow"' : 'Invalid effect: "allow"',
        );
        expect(changed(kind, { Effect: "Permit" })).to.equal(syntaxError('Invalid effect: "Permit"'));
      });

      it("takes statement ids of letters and digits, each once, and empty ones", () => {
        const named = (...sids: unknown[]) =>
          document(kind, { Statement: sids.map((Sid) => ({ ...statements[kind], Sid })) });

        expect(named("Read1", "Read2")).to.equal(undefined);
        expect(named("", "", undefined, undefined)).to.equal(undefined);
        expect(named("Read", "Read")).to.equal("Statement IDs (SID) in a single policy must be unique.");
        for (const sid of ["read packages", "read-packages", "read packages1", "1 read", "read_packages"]) {
          expect(named(sid)).to.equal(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression " +
              `[0-9A-Za-z]*: ${JSON.stringify(sid)}`,
          );
        }
        for (const sid of [1, null, {}, []]) {
          expect(named(sid)).to.equal("Syntax errors in policy: Sid is a string.");
        }
      });

      it("takes an element or its negation, not both", () => {
        expect(changed(kind, { NotAction: "sts:AssumeRole" })).to.equal(
          "Syntax errors in policy: a statement has Action or NotAction, not both.",
        );
      });

      it("takes conditions of operators and keys that it knows the form of", () => {
        const when = (Condition: unknown) => changed(kind, { Condition });

        expect(
          when({ StringEquals: { "aws:PrincipalOrgID": ["o-1", "o-2"] }, Bool: { "aws:SecureTransport": true } }),
        ).to.equal(undefined);
        expect(when({ "ForAnyValue:StringLikeIfExists": { "aws:TagKeys": "orb*" } })).to.equal(undefined);
        expect(when({ NumericLessThanEquals: { "sts:DurationSeconds": 3600 } })).to.equal(undefined);
        expect(when({ Null: { "aws:TokenIssueTime": "true" } })).to.equal(undefined);
        expect(when({ StringEqual: { "aws:PrincipalOrgID": "o-1" } })).to.equal(
          syntaxError("Invalid Condition type : StringEqual"),
        );
        expect(when({ StringEquals: { PrincipalOrgID: "o-1" } })).to.equal(
          kind === "identity"
            ? undefined
            : 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: "PrincipalOrgID"',
        );
        expect(when({ StringEqual: {} })).to.equal(
          kind === "identity" ? undefined : "Invalid Condition type : StringEqual",
        );
        expect(when({ StringEquals: { "aws:PrincipalOrgID": { id: "o-1" } } })).to.equal(
          "Syntax errors in policy: the values of aws:PrincipalOrgID are strings.",
        );
        expect(when({ StringEquals: "o-1" })).to.equal(
          "Syntax errors in policy: StringEquals is an object of condition keys.",
        );
        expect(when({ StringEquals: { "aws:PrincipalOrgID": ["o-1", null] } })).to.equal(
          "Syntax errors in policy: the values of aws:PrincipalOrgID are strings.",
        );
        expect(when("always")).to.equal("Syntax errors in policy: Condition is an object.");
        expect(when(null)).to.equal("Syntax errors in policy: Condition is an object.");
      });
    });
  }

  it("asks an identity policy for actions and resources, and takes no principal there", () => {
    expect(changed("identity", { Action: undefined })).to.equal("Policy statement must contain actions.");
    expect(changed("identity", { Action: [] })).to.equal("Policy statement must contain actions.");
    expect(changed("identity", { Resource: [] })).to.equal("Policy statement must contain resources.");
    expect(changed("identity", { NotResource: "*" })).to.equal(
      "Syntax errors in policy: a statement has Resource or NotResource, not both.",
    );
    expect(changed("identity", { Action: undefined, NotAction: "iam:*" })).to.equal(undefined);
    expect(changed("identity", { Resource: undefined })).to.equal("Policy statement must contain resources.");
    expect(changed("identity", { Resource: undefined, NotResource: "*" })).to.equal(undefined);
    for (const element of ["Principal", "NotPrincipal"]) {
      expect(changed("identity", { [element]: "*" })).to.equal("Policy document should not specify a principal.");
    }
  });

  it("asks a trust policy for a principal and actions, and takes no resource there", () => {
    expect(changed("trust", { Principal: undefined })).to.equal("Missing required field Principal");
    expect(changed("trust", { Action: undefined })).to.equal("Missing required field Action");
    expect(changed("trust", { Resource: "*" })).to.equal("Has prohibited field Resource");
    expect(changed("trust", { NotResource: "*" })).to.equal("Has prohibited field NotResource");
  });

  it("asks a resource policy for a principal, actions and resources", () => {
    expect(changed("resource", { Principal: undefined })).to.equal("Missing required field Principal");
    expect(changed("resource", { Principal: undefined, NotPrincipal: { AWS: "210987654321" } })).to.equal(undefined);
    expect(changed("resource", { NotPrincipal: "*" })).to.equal(
      "Syntax errors in policy: a statement has Principal or NotPrincipal, not both.",
    );
    expect(changed("resource", { Action: undefined })).to.equal("Missing required field Action");
    expect(changed("resource", { Resource: undefined })).to.equal("Missing required field Resource");
  });

  it("takes actions as SERVICE:NAME, with wildcards in the name only", () => {
    for (const action of [
      "*",
      "codeartifact:*",
      "codeartifact:Get*",
      "iam:Get?ole",
      ["sts:GetServiceBearerToken"],
      "iot-data:Get-It_2",
    ]) {
      expect(changed("identity", { Action: action })).to.equal(undefined);
      expect(changed("resource", { Action: action })).to.equal(undefined);
    }
    expect(changed("identity", { Action: "ReadFromRepository" })).to.equal(
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: "ReadFromRepository"',
    );
    expect(changed("identity", { Action: 1 })).to.equal("Syntax errors in policy: an action is a string, not 1");
    expect(changed("resource", { Action: 1 })).to.equal(
      "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: 1",
    );
    expect(changed("identity", { Action: ["codeartifact:a:b"] })).to.equal(
      'Actions/Condition can contain only one colon: "codeartifact:a:b"',
    );
    for (const action of [
      "code*:Read",
      "?3:Get",
      " s3:Get",
      "s3 :Get",
      ":Read",
      "codeartifact:",
      "codeartifact:Read From",
      "s3: Get",
    ]) {
      expect(changed("resource", { Action: action })).to.equal(`Invalid Action: ${JSON.stringify(action)}`);
    }
  });

  it("takes any name of an action in an identity policy, and a vendor of letters, digits, hyphens and dots", () => {
    for (const action of ["codeartifact:Read From", "s3: Get", "s3.s:Get"]) {
      expect(changed("identity", { Action: action })).to.equal(undefined);
    }
    for (const vendor of ["code*", "?3", " s3", "s3 ", ""]) {
      const action = `${vendor}:Read`;
      expect(changed("identity", { Action: action })).to.equal(`Vendor ${vendor} is not valid: "${action}"`);
    }
    expect(changed("identity", { Action: "codeartifact:" })).to.equal('Invalid Action: "codeartifact:"');
  });

  it("takes ARNs and * as resources", () => {
    for (const resource of [
      "*",
      "arn:aws:codeartifact:us-east-1:123456789012:package/orb/python-packages/pypi//orb-common",
      "arn:aws:s3:::bucket/*",
      ["arn:*:iam::*:role/*"],
    ]) {
      expect(changed("identity", { Resource: resource })).to.equal(undefined);
      expect(changed("resource", { Resource: resource })).to.equal(undefined);
    }
    for (const resource of [
      "python-packages",
      "arn:aws:codeartifact",
      "**",
      1,
      "",
      "arn:*",
      "arn:aws:s3:::",
      "arn:aws:s3:a:b",
      "xarn:aws:s3:::b",
      "urn:aws:s3:::b",
      "arn::s3:::b",
      "arn:aws::::b",
      "arn:aws:s3:::a b",
    ]) {
      expect(changed("resource", { Resource: ["*", resource] })).to.equal(
        `Resource ${JSON.stringify(resource)} must be in ARN format or "*".`,
      );
    }
  });

  it("says of a resource in an identity policy what IAM says", () => {
    const error = (resource: unknown) => changed("identity", { Resource: ["*", resource] });

    // Three parts are stored, and no resource has such an ARN.
    expect(error("arn:aws:codeartifact")).to.equal(undefined);
    for (const resource of ["python-packages", "**", "", "xarn:aws:s3:::b", "urn:aws:s3:::b", "arn:aws:s3:::a b"]) {
      expect(error(resource)).to.equal(`Resource ${resource} must be in ARN format or "*".`);
    }
    for (const resource of ["arn:aws", "arn:*"]) {
      expect(error(resource)).to.equal(
        `Resource vendor must be fully qualified and cannot contain regexes: "${resource}"`,
      );
    }
    for (const resource of ["arn:aws::b", "arn:aws:s3::b", "arn:aws:s3:b", "arn:aws::::b"]) {
      expect(error(resource)).to.equal(
        `The policy failed legacy parsing: resource "${resource}" is not an ARN of six parts`,
      );
    }
    for (const resource of [1, null, {}]) {
      expect(error(resource)).to.equal(
        `Syntax errors in policy: a resource is a string, not ${JSON.stringify(resource)}`,
      );
    }
  });

  it("takes no wildcard for the service of a resource", () => {
    for (const resource of ["arn:aws:*:::b", "arn:aws:s?:::b", "arn:*:s*:us:1:b"]) {
      expect(changed("resource", { Resource: resource })).to.equal(
        `Resource vendor must be fully qualified and cannot contain regexes: "${resource}"`,
      );
    }
    for (const resource of ["arn:*:s3:::b", "arn:aws:s3:*:*:*", "arn:aws:sns:us-?:1*:a:b", "arn:aws:x:::arn:aws:*:y"]) {
      expect(changed("resource", { Resource: resource })).to.equal(undefined);
    }
  });

  it("takes only actions of STS that assume a role, or tag what is assumed, in a trust policy", () => {
    const taken = [
      "sts:AssumeRole",
      "sts:AssumeRoleWithWebIdentity",
      "sts:AssumeRole*",
      "sts:TagSession",
      "sts:SetSourceIdentity",
      "sts:SetContext",
      "STS:assumerole",
    ];

    expect(changed("trust", { Action: taken })).to.equal(undefined);
    for (const action of [
      "*",
      "sts:*",
      "sts:GetCallerIdentity",
      "iam:AssumeRole",
      "xsts:AssumeRole",
      "sts:AssumeRole x",
      1,
    ]) {
      expect(changed("trust", { Action: action })).to.equal(
        `AssumeRole policy may only specify STS AssumeRole actions: ${JSON.stringify(action)}`,
      );
    }
  });

  it("takes accounts, roles, users and sessions as AWS principals, without wildcards", () => {
    for (const name of [
      "*",
      "123456789012",
      "AROAABCDEFGHIJKLMNOPQ",
      "arn:aws:iam::123456789012:root",
      "arn:aws:iam::123456789012:role/ci/orb",
      "arn:aws-cn:iam::123456789012:user/orb",
      "arn:aws:sts::123456789012:assumed-role/orb/session",
      "arn:aws:iam::123456789012:user/anna@example.com",
      "arn:aws:sts::123456789012:federated-user/anna",
    ]) {
      expect(changed("trust", { Principal: { AWS: [name] } })).to.equal(undefined);
      expect(changed("resource", { Principal: { AWS: name } })).to.equal(undefined);
    }
    const account = "123456789012";
    for (const name of [
      "orb",
      "",
      "**",
      "x*",
      "*x",
      "12345678901",
      "1234567890123",
      `x${account}`,
      "AROA",
      "XROAABCDEFGHIJKLMNOPQ",
      1,
      "arn:aws:iam::12345:root",
      "arn:aws:iam::*:root",
      "arn:*:iam::123456789012:root",
      `arn:aws:iam::${account}:root/x`,
      `xarn:aws:iam::${account}:root`,
      ...["*", "orb?", "", "o b"].map((role) => `arn:aws:iam::${account}:role/${role}`),
      `xarn:aws:iam::${account}:role/orb`,
      `arn:aws:iam::${account}:group/orb`,
      "arn:aws:iam::1:role/orb",
      ...["orb", "orb/*", "path/orb/session"].map((session) => `arn:aws:sts::${account}:assumed-role/${session}`),
      `xarn:aws:sts::${account}:assumed-role/orb/session`,
      `arn:aws:sts::${account}:federated-user/a*`,
      `xarn:aws:sts::${account}:federated-user/anna`,
      "AROAABCDEFGHIJKLMNOPQ*",
    ]) {
      expect(changed("resource", { Principal: { AWS: [account, name] } })).to.equal(
        `Invalid principal in policy: "AWS":${JSON.stringify(name)}`,
      );
    }
  });

  it("takes * and the four kinds of principals", () => {
    expect(changed("resource", { Principal: "*" })).to.equal(undefined);
    expect(changed("trust", { Principal: { Service: "ec2.amazonaws.com" } })).to.equal(undefined);
    expect(changed("resource", { Principal: { CanonicalUser: "0123456789abcdef".repeat(4) } })).to.equal(undefined);
    expect(changed("trust", { Principal: { Service: "ec2" } })).to.equal(
      'Invalid principal in policy: "SERVICE":"ec2"',
    );
    for (const service of [
      "*",
      "*.amazonaws.com",
      "codebuild.amazonaws.*",
      "x.amazonaws.com.cn.x",
      "Ec2.amazonaws.com",
    ]) {
      expect(changed("trust", { Principal: { Service: service } })).to.equal(
        `Invalid principal in policy: "SERVICE":"${service}"`,
      );
    }
    expect(changed("trust", { Principal: { Service: "ec2.amazonaws.com.cn" } })).to.equal(undefined);
    for (const user of ["79a59df9", `0${"0123456789abcdef".repeat(4)}`, `${"0123456789abcdef".repeat(4)}0`]) {
      expect(changed("resource", { Principal: { CanonicalUser: user } })).to.equal(
        `Invalid principal in policy: "CANONICALUSER":"${user}"`,
      );
    }
    expect(changed("resource", { Principal: { AWS: 123456789012 } })).to.equal(
      'Invalid principal in policy: "AWS":123456789012',
    );
    expect(changed("trust", { Principal: { AWS: "*", constructor: "x" } })).to.equal(
      'Invalid principal in policy: "CONSTRUCTOR":"x"',
    );
    expect(changed("trust", { Principal: {} })).to.equal("Invalid principal in policy: {}");
    expect(changed("trust", { Principal: { AWS: [] } })).to.equal('Invalid principal in policy: "AWS":[]');
    expect(changed("trust", { Principal: "123456789012" })).to.equal('Invalid principal in policy: "123456789012"');
  });

  it("takes the ARN of a provider, or one that every account has, as federated principal", () => {
    for (const name of [
      "arn:aws:iam::123456789012:oidc-provider/issuer.example.com/path",
      "arn:aws:iam::123456789012:saml-provider/orb",
      "cognito-identity.amazonaws.com",
      "accounts.google.com",
    ]) {
      expect(changed("trust", { Principal: { Federated: name } })).to.equal(undefined);
    }
    for (const name of [
      "https://token.actions.githubusercontent.com",
      "token.actions.githubusercontent.com",
      "arn:aws:iam/123456789012:oidc-provider/issuer.example.com",
      "arn:aws:iam::123456789012:oidc-provider/*",
      "arn:aws:iam::123456789012:role/reader",
      "xarn:aws:iam::123456789012:saml-provider/corp",
      "arn:aws:iam::1:saml-provider/corp",
      "arn:aws:iam::123456789012:saml-provider/corp*",
      "xaccounts.google.com",
      "accounts.google.com.example",
      "*",
      1,
    ]) {
      expect(changed("trust", { Principal: { Federated: name } })).to.equal(
        `Federated principals must be valid domain names or SAML metadata ARNs: ${JSON.stringify(name)} is neither, ` +
          "nor the ARN of an OIDC provider",
      );
    }
  });
});

const plain = { Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket" };
const trust = { Sid: "Assume", Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" };

function parseOne(statement: object, kind: PolicyKind = "identity", version: unknown = "2012-10-17"): ParsedStatement {
  return parsePolicy({ Version: version, Statement: statement }, kind, "permissions").statements[0]!;
}

const without = (statement: object, element: string) =>
  Object.fromEntries(Object.entries(statement).filter(([name]) => name !== element));

describe("a parsed policy", () => {
  it("is read from text or from its value", () => {
    const value = { Version: "2012-10-17", Id: "any", Statement: [plain] };
    for (const policy of [value, JSON.stringify(value)]) {
      expect(parsePolicy(policy, "identity", "permissions").statements.map(({ name }) => name)).to.deep.equal(["Read"]);
    }
  });

  it("has its statements in their order, by Sid or by number", () => {
    const { kind, statements: parsed } = parsePolicy(
      { Statement: [plain, without(plain, "Sid"), { ...plain, Sid: "" }] },
      "identity",
      "permissions",
    );
    expect(kind).to.equal("identity");
    expect(parsed.map(({ name, label }) => [name, label])).to.deep.equal([
      ["Read", 'statement "Read"'],
      ["statement 2", "statement 2"],
      ["statement 3", "statement 3"],
    ]);
  });

  it("is in typed statements", () => {
    const condition = {
      StringEquals: { "a:b": "1", "a:c": ["2", "3"] },
      NumericEquals: { "a:d": [5, 7.5] },
      Bool: { "a:e": true },
    };
    const { conditions, written, ...rest } = parseOne({ ...plain, Action: ["s3:Get*", "*"], Condition: condition });
    expect(rest).to.deep.equal({
      name: "Read",
      label: 'statement "Read"',
      effect: "Allow",
      principals: undefined,
      actions: { negated: false, patterns: ["s3:Get*", "*"] },
      resources: { negated: false, patterns: ["arn:aws:s3:::bucket"] },
      hasVariables: false,
      notEvaluated: undefined,
    });
    expect(conditions.map(({ operator, key, wanted }) => [operator.name, key, wanted])).to.deep.equal([
      ["StringEquals", "a:b", ["1"]],
      ["StringEquals", "a:c", ["2", "3"]],
      ["NumericEquals", "a:d", ["5", "7.5"]],
      ["Bool", "a:e", ["true"]],
    ]);
    expect(written).to.deep.equal([
      ["StringEquals", "a:b", ["1"]],
      ["StringEquals", "a:c", ["2", "3"]],
      ["NumericEquals", "a:d", ["5", "7.5"]],
      ["Bool", "a:e", ["true"]],
    ]);
    expect(parseOne(plain).conditions).to.deep.equal([]);
    const other = parseOne({ ...plain, Condition: { NullIfExists: { "a:b": "true" } } });
    expect([other.conditions, other.written]).to.deep.equal([[], [["NullIfExists", "a:b", ["true"]]]]);
  });

  it("keeps apart what is negated", () => {
    const { effect, actions, resources } = parseOne({ Effect: "Deny", NotAction: ["s3:*"], NotResource: "*" });
    expect({ effect, actions, resources }).to.deep.equal({
      effect: "Deny",
      actions: { negated: true, patterns: ["s3:*"] },
      resources: { negated: true, patterns: ["*"] },
    });
  });

  it("has principals in a policy of a role, and no resource", () => {
    expect(parseOne(trust, "trust").resources).to.equal(undefined);
    expect(parseOne({ ...trust, Principal: "*" }, "trust").principals).to.deep.equal([{ type: "AWS", value: "*" }]);
    const principal = { AWS: ["123456789012", "*"], Federated: "accounts.google.com", Service: "ec2.amazonaws.com" };
    expect(parseOne({ ...trust, Principal: principal }, "trust").principals).to.deep.equal([
      { type: "AWS", value: "123456789012" },
      { type: "AWS", value: "*" },
      { type: "Federated", value: "accounts.google.com" },
      { type: "Service", value: "ec2.amazonaws.com" },
    ]);
  });

  it("that is rejected is named with its statement", () => {
    const messageOf = (policy: unknown) => () => parsePolicy(policy, "identity", "permissions");
    expect(messageOf("{")).to.throw(PolicyError, /^permissions: Syntax errors in policy\.$/);
    expect(messageOf({ Statement: { ...plain, Effect: "allow" } })).to.throw(
      /^permissions, statement "Read": The policy failed legacy parsing: Invalid effect: "allow"$/,
    );
    expect(messageOf({ Statement: [plain, { Sid: 1 }] })).to.throw(
      /^permissions, statement 2: Syntax errors in policy: Missing required field Effect$/,
    );
    expect(messageOf({ Statement: [plain, "all"] })).to.throw(
      /^permissions, statement 2: Syntax errors in policy: a statement is an object\.$/,
    );
    expect(messageOf({ Version: undefined, Statement: [plain, plain] })).to.throw(
      /^permissions: Statement IDs \(SID\) in a single policy must be unique\.$/,
    );
  });

  it("allows everything as AdministratorAccess", () => {
    expect(
      administratorAccess.statements.map(({ effect, actions, resources }) => [effect, actions, resources]),
    ).to.deep.equal([["Allow", { negated: false, patterns: ["*"] }, { negated: false, patterns: ["*"] }]]);
  });
});

describe("the statements of a policy", () => {
  const reasonOf = (statement: object, kind: PolicyKind = "identity", version: unknown = "2012-10-17") => {
    const policy = parsePolicy({ Version: version, Statement: statement }, kind, "permissions");
    const reason = policy.statements[0]?.notEvaluated;
    const read = () => statementsOf({ name: "guard", document: policy }, kind);
    if (reason === undefined) {
      expect(read()).to.equal(policy.statements);
    } else {
      expect(read).to.throw(PolicyError).with.property("message", `guard, ${policy.statements[0]?.label}: ${reason}`);
    }
    return reason;
  };
  const when = (Condition: unknown) => reasonOf({ ...plain, Condition });

  it("are those of a document that has not been parsed yet, too", () => {
    const named = { name: "guard", document: JSON.stringify({ Statement: plain }) };
    expect(statementsOf(named, "identity").map(({ label }) => label)).to.deep.equal(['statement "Read"']);
    expect(() => statementsOf(named, "trust")).to.throw(
      PolicyError,
      /^guard, statement "Read": Has prohibited field Resource$/,
    );
  });

  it("are evaluated where AWS's documents leave nothing open", () => {
    expect(reasonOf(plain)).to.equal(undefined);
    expect(reasonOf(trust, "trust")).to.equal(undefined);
    expect(when({ StringEquals: { "a:b": "" }, Null: { "a:c": false } })).to.equal(undefined);
  });

  it("are not evaluated with a principal that a request does not show", () => {
    const { Principal: principal, ...open } = { ...trust };
    expect(reasonOf({ ...open, NotPrincipal: principal }, "trust")).to.equal("NotPrincipal is not evaluated");
    const end = "is not evaluated: give accounts, roles, users, sessions, providers or services";
    const canonical = "0123456789abcdef".repeat(4);
    expect(reasonOf({ ...open, Principal: { AWS: "*", CanonicalUser: canonical } }, "trust")).to.equal(
      `Principal CanonicalUser "${canonical}" ${end}`,
    );
    expect(reasonOf({ ...open, Principal: { AWS: ["123456789012", "AROAABCDEFGHIJKLMNOPQ"] } }, "trust")).to.equal(
      `Principal AWS "AROAABCDEFGHIJKLMNOPQ" ${end}`,
    );
  });

  it("are not evaluated with an operator that is not known here", () => {
    for (const operator of ["NullIfExists", "ForAllValues:Null"]) {
      expect(when({ StringEquals: { "a:b": "1" }, [operator]: { "a:b": "1" } })).to.equal(
        `operator "${operator}" is not evaluated; evaluated: ${evaluatedOperators}`,
      );
    }
  });

  it("are not evaluated with an empty element", () => {
    expect(when({})).to.equal("Condition is empty, which is not evaluated");
    expect(when({ StringEquals: {} })).to.equal("StringEquals is empty, which is not evaluated");
    expect(when({ Bool: { "a:b": "true" }, StringEquals: {} })).to.equal(
      "StringEquals is empty, which is not evaluated",
    );
    expect(when({ StringEquals: { "a:b": [] } })).to.equal("StringEquals a:b has no value, which is not evaluated");
  });

  it("are not evaluated with a value of the wrong form", () => {
    expect(when({ NumericLessThan: { "a:b": ["5", "five"] } })).to.equal('NumericLessThan a:b "five" must be a number');
    expect(when({ Null: { "a:b": 1 } })).to.equal('Null a:b "1" must be "true" or "false"');
    expect(when({ ArnLike: { "a:b": "*" } })).to.equal('ArnLike a:b "*" must be an ARN of six parts');
  });

  it("have policy variables from version 2012-10-17 on, where a text or an ARN is compared", () => {
    const variables = (statement: object, Version?: string) =>
      parsePolicy({ Version, Statement: statement }, "identity", "permissions").statements[0]?.hasVariables;
    const resource = "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'the company'}";
    const inCondition = { ...plain, Condition: { StringEquals: { "a:b": ["x", "${*}"] } } };

    expect(reasonOf({ ...plain, Resource: ["*", resource] })).to.equal(undefined);
    expect(variables({ ...plain, Resource: ["*", resource] }, "2012-10-17")).to.equal(true);
    expect(variables(inCondition, "2012-10-17")).to.equal(true);
    expect(variables(inCondition)).to.equal(false);
    expect(variables(plain, "2012-10-17")).to.equal(false);
    expect(when({ ArnLike: { "a:b": "arn:aws:iam::1:role/${aws:username}" } })).to.equal(undefined);
    expect(when({ NumericEquals: { "a:b": "${aws:username}" } })).to.equal(
      'NumericEquals a:b "${aws:username}" must be a number',
    );
  });
});
