import { expect } from "chai";
import { policyFault, type PolicyKind } from "../../iam/grammar";

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
const kinds = Object.keys(statements) as PolicyKind[];

/** The fault of a policy that is sound but for this change of its only statement. */
const changed = (kind: PolicyKind, change: object) =>
  policyFault(JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statements[kind], ...change }] }), kind);

/** The fault of a policy that is sound but for this change of the document. */
const document = (kind: PolicyKind, change: object) =>
  policyFault(JSON.stringify({ Version: "2012-10-17", Statement: [statements[kind]], ...change }), kind);

describe("the grammar of policies", () => {
  for (const kind of kinds) {
    describe(`that are stored as ${kind} policies`, () => {
      it("takes one statement or a list of them", () => {
        expect(document(kind, {})).to.equal(undefined);
        expect(document(kind, { Statement: statements[kind], Id: "orb" })).to.equal(undefined);
        expect(document(kind, { Statement: [] })).to.equal("Missing required field Statement");
        expect(document(kind, { Statement: undefined })).to.equal("Missing required field Statement");
        expect(document(kind, { Statement: ["Allow"] })).to.equal("Syntax errors in policy: a statement is an object.");
      });

      it("takes JSON only", () => {
        const fault = kind === "identity" ? "Syntax errors in policy." : "This policy contains invalid Json";

        for (const text of ["", "{", "null", "[]", '"*"']) {
          expect(policyFault(text, kind)).to.equal(fault);
        }
      });

      it("takes the two versions of the language, or none", () => {
        expect(document(kind, { Version: "2008-10-17" })).to.equal(undefined);
        expect(document(kind, { Version: undefined })).to.equal(undefined);
        expect(document(kind, { Version: "2012-10-18" })).to.equal(
          'The policy must contain a valid version string: 2012-10-17 or 2008-10-17, not "2012-10-18".',
        );
      });

      it("takes no element that it does not know", () => {
        expect(document(kind, { Statements: [] })).to.equal("Unknown field Statements");
        expect(changed(kind, { Actions: "*" })).to.equal("Unknown field Actions");
      });

      it("asks for Allow or Deny", () => {
        expect(changed(kind, { Effect: "Deny" })).to.equal(undefined);
        expect(changed(kind, { Effect: undefined })).to.equal("Missing required field Effect");
        expect(changed(kind, { Effect: "allow" })).to.equal('Invalid effect: "allow"');
      });

      it("takes statement ids of letters and digits, each once", () => {
        const named = (...sids: unknown[]) =>
          document(kind, { Statement: sids.map((Sid) => ({ ...statements[kind], Sid })) });

        expect(named("Read1", "Read2")).to.equal(undefined);
        expect(named("Read", "Read")).to.equal("Statement IDs (SID) in a single policy must be unique.");
        for (const sid of ["read packages", "read-packages", 1]) {
          expect(named(sid)).to.equal(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression " +
              `[0-9A-Za-z]*: ${JSON.stringify(sid)}`,
          );
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
        expect(when({ StringEqual: { "aws:PrincipalOrgID": "o-1" } })).to.equal("Invalid Condition type : StringEqual");
        expect(when({ StringEquals: { PrincipalOrgID: "o-1" } })).to.equal(
          'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: "PrincipalOrgID"',
        );
        expect(when({ StringEquals: { "aws:PrincipalOrgID": { id: "o-1" } } })).to.equal(
          "Syntax errors in policy: the values of aws:PrincipalOrgID are strings.",
        );
        expect(when({ StringEquals: "o-1" })).to.equal(
          "Syntax errors in policy: StringEquals is an object of condition keys.",
        );
        expect(when("always")).to.equal("Syntax errors in policy: Condition is an object.");
      });
    });
  }

  it("asks an identity policy for actions and resources, and takes no principal there", () => {
    expect(changed("identity", { Action: undefined })).to.equal("Policy statement must contain actions.");
    expect(changed("identity", { Action: [] })).to.equal("Policy statement must contain actions.");
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
    expect(changed("resource", { Action: undefined })).to.equal("Missing required field Action");
    expect(changed("resource", { Resource: undefined })).to.equal("Missing required field Resource");
  });

  it("takes actions as SERVICE:NAME, with wildcards in the name only", () => {
    for (const action of ["*", "codeartifact:*", "codeartifact:Get*", "iam:Get?ole", ["sts:GetServiceBearerToken"]]) {
      expect(changed("identity", { Action: action })).to.equal(undefined);
    }
    expect(changed("identity", { Action: "ReadFromRepository" })).to.equal(
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: "ReadFromRepository"',
    );
    expect(changed("identity", { Action: ["codeartifact:a:b"] })).to.equal(
      'Actions/Condition can contain only one colon: "codeartifact:a:b"',
    );
    for (const action of ["code*:Read", ":Read", "codeartifact:", "codeartifact:Read From"]) {
      expect(changed("identity", { Action: action })).to.equal(`Invalid Action: ${JSON.stringify(action)}`);
    }
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
    for (const resource of ["python-packages", "arn:aws:codeartifact", "**", 1]) {
      expect(changed("identity", { Resource: resource })).to.equal(
        `Resource ${JSON.stringify(resource)} must be in ARN format or "*".`,
      );
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
    for (const action of ["*", "sts:*", "sts:GetCallerIdentity", "iam:AssumeRole", 1]) {
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
    ]) {
      expect(changed("trust", { Principal: { AWS: [name] } })).to.equal(undefined);
      expect(changed("resource", { Principal: { AWS: name } })).to.equal(undefined);
    }
    for (const name of ["orb", "arn:aws:iam::123456789012:role/*", "arn:aws:iam::12345:root", 1]) {
      expect(changed("resource", { Principal: { AWS: name } })).to.equal(
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
    expect(changed("trust", { Principal: { constructor: "x" } })).to.equal(
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
    ]) {
      expect(changed("trust", { Principal: { Federated: name } })).to.equal(undefined);
    }
    for (const name of [
      "https://token.actions.githubusercontent.com",
      "token.actions.githubusercontent.com",
      "arn:aws:iam/123456789012:oidc-provider/issuer.example.com",
      "arn:aws:iam::123456789012:oidc-provider/*",
      "*",
    ]) {
      expect(changed("trust", { Principal: { Federated: name } })).to.equal(
        `Federated principals must be valid domain names or SAML metadata ARNs: ${JSON.stringify(name)} is neither, ` +
          "nor the ARN of an OIDC provider",
      );
    }
  });
});
