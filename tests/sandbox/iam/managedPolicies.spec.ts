import { expect } from "chai";
import { type Iam, SandboxAccount } from "../../../sandbox/account";
import { awsErrorOf } from "../../support/sandbox/awsErrorOf";

const roleName = "orb-publisher";

/** An identity policy of so many characters, not counting white space. */
function permissions(length = 0): string {
  const document = (padding: string) => ({
    Version: "2012-10-17",
    Statement: [{ Sid: padding, Effect: "Allow", Action: "codeartifact:DescribeDomain", Resource: "*" }],
  });
  const empty = JSON.stringify(document("")).length;

  return JSON.stringify(document("x".repeat(Math.max(0, length - empty))), undefined, 2);
}

describe("policies", () => {
  let iam: Iam;

  beforeEach(() => {
    iam = new SandboxAccount({ now: () => new Date("2026-09-01T12:00:00Z") }).iam;
    iam.roles.create({
      roleName,
      assumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" }],
      }),
    });
  });

  describe("of one role", () => {
    const put = (policyName: string, policyDocument = permissions()) => {
      iam.roles.putPolicy({ roleName, policyName, policyDocument });
    };
    const get = (policyName: string) => iam.roles.getPolicy({ roleName, policyName });

    it("are read as they were put, until they are deleted", () => {
      put("publish");

      expect(get("publish")).to.deep.equal({ roleName, policyName: "publish", policyDocument: permissions() });
      expect(iam.roles.listPolicies({ roleName })).to.deep.equal(["publish"]);
      iam.roles.deletePolicy({ roleName, policyName: "publish" });
      expect(iam.roles.listPolicies({ roleName })).to.deep.equal([]);
      for (const operation of [
        () => get("publish"),
        () => {
          iam.roles.deletePolicy({ roleName, policyName: "publish" });
        },
      ]) {
        expect(awsErrorOf(operation)).to.equal("NoSuchEntity 404: The role policy with name publish cannot be found.");
      }
    });

    it("replace the one of the same name, without regard to case", () => {
      put("publish");
      put("PUBLISH", permissions(500));

      expect(iam.roles.listPolicies({ roleName })).to.deep.equal(["PUBLISH"]);
      expect(get("publish")).to.deep.equal({ roleName, policyName: "PUBLISH", policyDocument: permissions(500) });
    });

    it("have 10,240 characters together, white space not counted", () => {
      put("first", permissions(6000));
      put("second", permissions(4240));
      const rejected = (length: number) =>
        `LimitExceeded 409: Maximum policy size of 10240 bytes exceeded for role orb-publisher (its inline policies have ${length})`;

      expect(
        awsErrorOf(() => {
          put("third", permissions(200));
        }),
      ).to.equal(rejected(10_440));
      expect(
        awsErrorOf(() => {
          put("second", permissions(4241));
        }),
      ).to.equal(rejected(10_241));
      put("first", permissions(5800));
      put("third", permissions(200));
      expect(iam.roles.listPolicies({ roleName })).to.have.members(["first", "second", "third"]);
    });

    it("are of IAM's grammar and belong to a role that exists", () => {
      expect(
        awsErrorOf(() => {
          put("publish", "{");
        }),
      ).to.equal("MalformedPolicyDocument 400: Syntax errors in policy.");
      expect(
        awsErrorOf(() => {
          iam.roles.putPolicy({ roleName: "unknown", policyName: "publish", policyDocument: permissions() });
        }),
      ).to.equal("NoSuchEntity 404: The role with name unknown cannot be found.");
      put("publish");
      expect(get("publish").roleName).to.equal(roleName);
    });

    it("have a name of at most 128 characters", () => {
      put("p".repeat(128));

      expect(iam.roles.listPolicies({ roleName })).to.have.length(1);
      expect(
        awsErrorOf(() => {
          put("p".repeat(129));
        }),
      ).to.equal(
        `ValidationError 400: 1 validation error detected: Value '${"p".repeat(129)}' at 'policyName' failed to satisfy ` +
          "constraint: Member must have length less than or equal to 128 (it has 129)",
      );
    });
  });

  describe("that are managed", () => {
    const create = (policyName: string, policyDocument = permissions()) =>
      iam.policies.create({ policyName, policyDocument });

    it("are described as they were made, with their document and the number of roles that have them", () => {
      const made = iam.policies.create({
        policyName: "orb-reader",
        policyDocument: permissions(),
        description: "reads",
        path: "/ci/",
        tags: { stack: "dev" },
      });

      expect(made).to.deep.equal({
        arn: "arn:aws:iam::123456789012:policy/ci/orb-reader",
        policyName: "orb-reader",
        policyId: made.policyId,
        path: "/ci/",
        createDate: new Date("2026-09-01T12:00:00Z"),
        updateDate: new Date("2026-09-01T12:00:00Z"),
        description: "reads",
        policyDocument: permissions(),
        defaultVersionId: "v1",
        attachmentCount: 0,
        permissionsBoundaryUsageCount: 0,
        tags: { stack: "dev" },
      });
      expect(made.policyId).to.match(/^ANPA[A-Z2-7]{17}$/);
      iam.policies.attach({ roleName, policyArn: made.arn });
      expect(iam.policies.get({ policyArn: made.arn })).to.deep.equal({ ...made, attachmentCount: 1 });
      expect(iam.policies.list()).to.deep.equal([{ ...made, attachmentCount: 1 }]);
    });

    it("have a name of at most 128 characters, unique in the account without regard to case", () => {
      expect(create("orb-reader").policyName).to.equal("orb-reader");
      expect(create("p".repeat(128)).policyName).to.have.length(128);
      expect(awsErrorOf(() => create("p".repeat(129)))).to.match(
        /at 'policyName' failed to satisfy constraint: Member must have length less than or equal to 128 \(it has 129\)$/,
      );
      expect(awsErrorOf(() => create("orb reader"))).to.equal(
        "ValidationError 400: 1 validation error detected: Value 'orb reader' at 'policyName' failed to satisfy " +
          "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
      );
      expect(awsErrorOf(() => create("ORB-reader"))).to.equal(
        "EntityAlreadyExists 409: A policy called ORB-reader already exists. Duplicate names are not allowed.",
      );
    });

    it("have at most 6,144 characters, white space not counted", () => {
      expect(create("orb-reader", permissions(6144)).policyDocument.length).to.be.greaterThan(6144);
      expect(awsErrorOf(() => create("orb-writer", permissions(6145)))).to.equal(
        "LimitExceeded 409: Cannot exceed quota for PolicySize: 6144 (the document has 6145)",
      );
    });

    it("are of IAM's grammar", () => {
      expect(create("orb-reader").policyDocument).to.equal(permissions());
      expect(awsErrorOf(() => create("orb-writer", permissions().replace("Resource", "Resources")))).to.equal(
        "MalformedPolicyDocument 400: Syntax errors in policy: Unknown field Resources",
      );
    });

    it("are attached to a role once, and detached once", () => {
      const { arn: policyArn } = create("orb-reader");
      iam.policies.attach({ roleName, policyArn });
      iam.policies.attach({ roleName, policyArn });

      expect(iam.policies.attached({ roleName })).to.deep.equal([{ policyArn, policyName: "orb-reader" }]);
      iam.policies.detach({ roleName, policyArn });
      expect(iam.policies.attached({ roleName })).to.deep.equal([]);
      expect(
        awsErrorOf(() => {
          iam.policies.detach({ roleName, policyArn });
        }),
      ).to.equal(`NoSuchEntity 404: Policy ${policyArn} was not found.`);
    });

    it("are attached only where policy and role exist", () => {
      const unknown = "arn:aws:iam::123456789012:policy/unknown";
      const { arn: policyArn } = create("orb-reader");

      expect(
        awsErrorOf(() => {
          iam.policies.attach({ roleName, policyArn: unknown });
        }),
      ).to.equal(`NoSuchEntity 404: Policy ${unknown} does not exist or is not attachable.`);
      expect(
        awsErrorOf(() => {
          iam.policies.attach({ roleName: "unknown", policyArn });
        }),
      ).to.equal("NoSuchEntity 404: The role with name unknown cannot be found.");
      expect(
        awsErrorOf(() => {
          iam.policies.attach({ roleName, policyArn: "orb-reader-policy-name" });
        }),
      ).to.equal("ValidationError 400: ARN orb-reader-policy-name is not valid.");
      iam.policies.attach({ roleName, policyArn });
      expect(iam.policies.get({ policyArn }).attachmentCount).to.equal(1);
    });

    it("are at most 10 on one role", () => {
      const arns = Array.from({ length: 11 }, (_, number) => create(`orb-${number}`).arn);
      const attach = (policyArn: string) => {
        iam.policies.attach({ roleName, policyArn });
      };
      arns.slice(0, 10).forEach(attach);

      expect(
        awsErrorOf(() => {
          attach(arns[10]!);
        }),
      ).to.equal("LimitExceeded 409: Cannot exceed quota for PoliciesPerRole: 10");
      attach(arns[9]!);
      iam.policies.detach({ roleName, policyArn: arns[0]! });
      attach(arns[10]!);
      expect(iam.policies.attached({ roleName })).to.have.length(10);
    });

    it("are listed with the roles that have them, apart from those that they bound", () => {
      const { arn: policyArn } = create("orb-reader");
      const roles = (usage: "PermissionsPolicy" | "PermissionsBoundary") =>
        iam.policies.rolesWith({ policyArn, usage }).map((role) => role.roleName);

      expect([roles("PermissionsPolicy"), roles("PermissionsBoundary")]).to.deep.equal([[], []]);
      iam.policies.attach({ roleName, policyArn });
      expect([roles("PermissionsPolicy"), roles("PermissionsBoundary")]).to.deep.equal([[roleName], []]);
      iam.policies.detach({ roleName, policyArn });
      iam.roles.putBoundary({ roleName, permissionsBoundary: policyArn });
      expect([roles("PermissionsPolicy"), roles("PermissionsBoundary")]).to.deep.equal([[], [roleName]]);
      expect(iam.policies.get({ policyArn })).to.deep.include({ attachmentCount: 0, permissionsBoundaryUsageCount: 1 });
      expect(
        awsErrorOf(() => iam.policies.rolesWith({ policyArn: `${policyArn}s`, usage: "PermissionsPolicy" })),
      ).to.equal(`NoSuchEntity 404: Policy ${policyArn}s does not exist or is not attachable.`);
    });

    it("are deleted once no role has them", () => {
      const { arn: policyArn } = create("orb-reader");
      iam.policies.attach({ roleName, policyArn });

      expect(
        awsErrorOf(() => {
          iam.policies.delete({ policyArn });
        }),
      ).to.equal("DeleteConflict 409: Cannot delete a policy attached to entities.");
      iam.policies.detach({ roleName, policyArn });
      iam.policies.delete({ policyArn });
      expect(awsErrorOf(() => iam.policies.get({ policyArn }))).to.equal(
        `NoSuchEntity 404: Policy ${policyArn} was not found.`,
      );
    });
  });
});
