import { expect } from "chai";
import { type Iam, SandboxAccount } from "../../../sandbox/account";
import { awsErrorOf } from "../../support/sandbox/awsErrorOf";

function permissions(action: string): string {
  const Statement = [{ Effect: "Allow", Action: action, Resource: "*" }];
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

describe("a managed policy's versions", () => {
  let iam: Iam;
  let policyArn: string;
  const create = (action: string) => iam.policies.createVersion({ policyArn, policyDocument: permissions(action) });
  const versions = () =>
    iam.policies.listVersions({ policyArn }).map(({ versionId, isDefaultVersion }) => [versionId, isDefaultVersion]);

  beforeEach(() => {
    iam = new SandboxAccount().iam;
    policyArn = iam.policies.create({ policyName: "read", policyDocument: permissions("s3:GetObject") }).arn;
  });

  it("come into force only when that is said", () => {
    const { versionId } = create("s3:PutObject");

    expect(versionId).to.equal("v2");
    expect(iam.policies.get({ policyArn })).to.include({
      defaultVersionId: "v1",
      policyDocument: permissions("s3:GetObject"),
    });
    iam.policies.setDefaultVersion({ policyArn, versionId });
    expect(iam.policies.get({ policyArn })).to.include({
      defaultVersionId: "v2",
      policyDocument: permissions("s3:PutObject"),
    });
    expect(versions()).to.deep.equal([
      ["v1", false],
      ["v2", true],
    ]);
  });

  it("are five at most, and a number is not given twice", () => {
    [2, 3, 4, 5].forEach(() => {
      create("s3:PutObject");
    });

    expect(awsErrorOf(() => create("s3:PutObject"))).to.equal(
      "LimitExceeded 409: A managed policy can have up to 5 versions. Before you create a new version, you must delete an " +
        "existing version.",
    );
    iam.policies.deleteVersion({ policyArn, versionId: "v5" });
    expect(create("s3:PutObject").versionId).to.equal("v6");
  });

  it("can be deleted but for the one in force", () => {
    create("s3:PutObject");

    expect(
      awsErrorOf(() => {
        iam.policies.deleteVersion({ policyArn, versionId: "v1" });
      }),
    ).to.equal("DeleteConflict 409: Cannot delete the default version of a policy.");
    iam.policies.deleteVersion({ policyArn, versionId: "v2" });
    expect(versions()).to.deep.equal([["v1", true]]);
    for (const operation of [
      () => {
        iam.policies.setDefaultVersion({ policyArn, versionId: "v2" });
      },
      () => {
        iam.policies.deleteVersion({ policyArn, versionId: "v2" });
      },
    ]) {
      expect(awsErrorOf(operation)).to.equal(
        `NoSuchEntity 404: Policy ${policyArn} version v2 does not exist or is not attachable.`,
      );
    }
  });

  it("go before the policy does", () => {
    create("s3:PutObject");
    const remove = () => {
      iam.policies.delete({ policyArn });
    };

    expect(awsErrorOf(remove)).to.equal(
      "DeleteConflict 409: This policy has more than one version. Before you delete a policy, you must delete the policy's " +
        "versions. The default version is deleted with the policy.",
    );
    iam.policies.deleteVersion({ policyArn, versionId: "v2" });
    remove();
    expect(iam.policies.list()).to.deep.equal([]);
  });

  it("keep the size and the grammar of a policy", () => {
    expect(awsErrorOf(() => iam.policies.createVersion({ policyArn, policyDocument: "{" }))).to.match(
      /^MalformedPolicyDocument 400: /,
    );
    expect(awsErrorOf(() => create(`s3:${"x".repeat(6144)}`))).to.match(
      /^LimitExceeded 409: Cannot exceed quota for PolicySize: 6144/,
    );
    expect(
      awsErrorOf(() => iam.policies.createVersion({ policyArn: `${policyArn}-none`, policyDocument: "{}" })),
    ).to.equal(`NoSuchEntity 404: Policy ${policyArn}-none was not found.`);
  });
});
