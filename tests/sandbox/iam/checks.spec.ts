import { expect } from "chai";
import { SandboxAccount } from "../../../sandbox/account";
import { awsErrorOf } from "../../support/sandbox/awsErrorOf";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" }],
});
const permissions = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});

/** The two things of IAM whose tags a stack changes. */
function tagged(kind: "role" | "policy") {
  const { iam } = new SandboxAccount();
  const tags = { Team: "platform", Stage: "dev" };
  if (kind === "role") {
    iam.roles.create({ roleName: "deploy", assumeRolePolicyDocument: trust, tags });
    return {
      tags: () => iam.roles.get({ roleName: "deploy" }).tags,
      tag: (added: Record<string, string>) => {
        iam.roles.tag({ roleName: "deploy", tags: added });
      },
      untag: (tagKeys: readonly string[]) => {
        iam.roles.untag({ roleName: "deploy", tagKeys });
      },
    };
  }
  const { arn: policyArn } = iam.policies.create({ policyName: "read", policyDocument: permissions, tags });
  return {
    tags: () => iam.policies.get({ policyArn }).tags,
    tag: (added: Record<string, string>) => {
      iam.policies.tag({ policyArn, tags: added });
    },
    untag: (tagKeys: readonly string[]) => {
      iam.policies.untag({ policyArn, tagKeys });
    },
  };
}

for (const kind of ["role", "policy"] as const) {
  describe(`the tags of a ${kind}`, () => {
    it("are added, changed in their place and taken away by their keys", () => {
      const { tags, tag, untag } = tagged(kind);
      tag({ Team: "data", Cost: "1" });

      expect(Object.entries(tags())).to.deep.equal([
        ["Team", "data"],
        ["Stage", "dev"],
        ["Cost", "1"],
      ]);
      untag(["Team", "none"]);
      expect(tags()).to.deep.equal({ Stage: "dev", Cost: "1" });
    });

    it(`have keys that differ ${kind === "role" ? "not" : "also"} by case`, () => {
      const { tags, tag, untag } = tagged(kind);
      tag({ TEAM: "data" });

      expect(tags()).to.deep.equal({ ...(kind === "role" ? {} : { Team: "platform" }), TEAM: "data", Stage: "dev" });
      untag(["stage"]);
      expect(Object.keys(tags()).includes("Stage")).to.equal(kind === "policy");
    });

    it("are 50 at most, with keys of 128 and values of 256 characters", () => {
      const { tags, tag } = tagged(kind);
      const more = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, ""]));

      tag(more(48));
      expect(Object.keys(tags())).to.have.length(50);
      expect(
        awsErrorOf(() => {
          tag(more(49));
        }),
      ).to.equal("LimitExceeded 409: The number of tags has reached the maximum limit.");
      const wrongs: readonly Record<string, string>[] = [
        { ["k".repeat(129)]: "" },
        { "": "" },
        { k1: "v".repeat(257) },
      ];
      for (const wrong of wrongs) {
        expect(
          awsErrorOf(() => {
            tag(wrong);
          }),
        ).to.match(/^ValidationError 400: 1 validation error detected: /);
      }
    });
  });
}
