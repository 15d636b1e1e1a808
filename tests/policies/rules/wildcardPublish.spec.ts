import { expect } from "chai";
import { registryArns } from "../../../iam/arns";
import { publisherPolicy, readerPolicy } from "../../../iam/permissions";
import { wildcardPublish } from "../../../policies/rules/wildcardPublish";
import { judge } from "../../support/policies/judge";
import { planRole } from "../../support/planRole";

const type = "aws:iam/rolePolicy:RolePolicy";
const packages = "arn:aws:codeartifact:us-east-1:123456789012:package/wheels/index/pypi/";

function reports(...statements: readonly object[]): readonly string[] {
  const document = { Version: "2012-10-17", Statement: statements };
  return judge(wildcardPublish, { type, name: "release", props: { policy: JSON.stringify(document) } });
}

/** What is reported of one statement that allows. */
const allow = (statement: object) => reports({ Effect: "Allow", ...statement });

describe("no-publish-on-wildcard-package", () => {
  it("rejects a right to publish that names no package, and takes one that names each", () => {
    const Action = "codeartifact:PublishPackageVersion";

    expect(allow({ Action, Resource: [`${packages}/acme-core`, `${packages}/acme-models`] })).to.deep.equal([]);
    expect(allow({ Action, Resource: "*" })).to.deep.equal([
      "release: policy, statement 1 allows codeartifact:PublishPackageVersion on *. " +
        "Name each package: arn:aws:codeartifact:REGION:ACCOUNT:package/DOMAIN/REPOSITORY/pypi//NAME.",
    ]);
  });

  it("reads wildcards wherever they let another name in, and lets those pass that do not", () => {
    const isReported = (resource: string) =>
      allow({ Action: "codeartifact:PublishPackageVersion", Resource: resource }).length > 0;

    for (const resource of [
      `${packages}/*`,
      `${packages}/acme-*`,
      `${packages}/acme-cor?`,
      "arn:aws:codeartifact:us-east-1:123456789012:package/*",
      "arn:aws:codeartifact:us-east-1:123456789012:package/wheels*",
      "arn:aws:codeartifact:us-east-1:123456789012:*",
      "arn:aws:codeartifact:*:*:*",
      "arn:*:codeartifact:*:*:p*",
      `${packages}/\${aws:PrincipalTag/package}`,
    ]) {
      expect(isReported(resource), resource).to.equal(true);
    }
    for (const resource of [
      `${packages}/acme-core`,
      "arn:aws:codeartifact:*:123456789012:package/wheels/*/pypi//acme-core",
      // No package has these ARNs, so publishing is allowed nowhere.
      "arn:aws:codeartifact:us-east-1:123456789012:repository/wheels/*",
      "arn:aws:codeartifact:us-east-1:123456789012:domain/*",
      "arn:aws:s3:::wheels/*",
    ]) {
      expect(isReported(resource), resource).to.equal(false);
    }
  });

  it("reads patterns of actions, in any case, and NotAction", () => {
    const isReported = (statement: object) => allow({ Resource: "*", ...statement }).length > 0;

    for (const action of ["*", "codeartifact:*", "codeartifact:Publish*", "CODEARTIFACT:publishpackageversio?"]) {
      expect(isReported({ Action: action }), action).to.equal(true);
    }
    for (const action of ["codeartifact:Read*", "codeartifact:PublishPackage", "s3:*"]) {
      expect(isReported({ Action: action }), action).to.equal(false);
    }
    expect(isReported({ NotAction: ["iam:*", "codeartifact:Delete*"] })).to.equal(true);
    expect(isReported({ NotAction: ["iam:*", "codeartifact:Publish*"] })).to.equal(false);
  });

  it("reads NotResource, which allows all packages that it does not name", () => {
    const except = (NotResource: unknown) => allow({ Action: "codeartifact:*", NotResource });

    expect(except(`${packages}/acme-core`)).to.deep.equal([
      `release: policy, statement 1 allows codeartifact:PublishPackageVersion on all but NotResource ${packages}/acme-core. ` +
        "Name each package: arn:aws:codeartifact:REGION:ACCOUNT:package/DOMAIN/REPOSITORY/pypi//NAME.",
    ]);
    expect(except("arn:aws:codeartifact:*:*:package/*")).to.deep.equal([]);
  });

  it("counts what the same document denies, unless a condition decides that", () => {
    const everything = { Effect: "Allow", Action: "codeartifact:*", Resource: "*" };
    const others = { Effect: "Deny", Action: "codeartifact:Publish*", NotResource: `${packages}/acme-core` };

    expect(reports(everything, others)).to.deep.equal([]);
    expect(
      reports(everything, { ...others, NotResource: undefined, Resource: `${packages}/acme-core` }),
    ).to.have.length(1);
    expect(
      reports(everything, { ...others, Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } }),
    ).to.have.length(1);
  });

  it("reads the permissions of roles, users and groups, inline and managed, of both providers", () => {
    const document = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } };
    for (const [ofType, props, property] of [
      ["aws:iam/policy:Policy", { policy: document }, "policy"],
      ["aws:iam/userPolicy:UserPolicy", { policy: document }, "policy"],
      ["aws:iam/groupPolicy:GroupPolicy", { policy: document }, "policy"],
      ["aws:iam/role:Role", { inlinePolicies: [{ name: "a", policy: document }] }, "inlinePolicies[0].policy"],
      ["aws-native:iam:Role", { policies: [{ policyDocument: document }] }, "policies[0].policyDocument"],
      ["aws-native:iam:ManagedPolicy", { policyDocument: document }, "policyDocument"],
      ["aws-native:iam:UserPolicy", { policyDocument: document }, "policyDocument"],
    ] as const) {
      expect(judge(wildcardPublish, { type: ofType, props })[0], ofType).to.match(
        new RegExp(`^subject: ${property.replaceAll(/[[\].]/g, "\\$&")}, statement 1 allows `),
      );
    }
    expect(judge(wildcardPublish, { type: "aws:iam/role:Role", props: { name: "release" } })).to.deep.equal([]);
    expect(
      judge(wildcardPublish, { type: "aws:s3/bucketPolicy:BucketPolicy", props: { policy: document } }),
    ).to.deep.equal([]);
  });

  it("rejects AWS's own policies that publish everywhere, and takes the read-only one", () => {
    const attached = (policyArn: string) =>
      judge(wildcardPublish, { type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", props: { policyArn } });

    expect(attached("arn:aws:iam::aws:policy/AWSCodeArtifactAdminAccess")).to.deep.equal([
      "subject: policyArn attaches arn:aws:iam::aws:policy/AWSCodeArtifactAdminAccess, which allows " +
        "codeartifact:PublishPackageVersion on *. Attach a policy that names each package.",
    ]);
    expect(attached("arn:aws:iam::aws:policy/AWSCodeArtifactReadOnlyAccess")).to.deep.equal([]);
    expect(
      judge(wildcardPublish, {
        type: "aws:iam/role:Role",
        props: { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
      }),
    ).to.have.length(1);
  });

  it("leaves out managed policies that the configuration calls boundaries, and no others", () => {
    const policy = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "codeartifact:*", Resource: "*" } };
    const named = (name: string) =>
      judge(
        wildcardPublish,
        { type: "aws:iam/policy:Policy", props: { name, policy } },
        { config: { boundaries: ["wheels-*-boundary"] } },
      );

    expect(named("wheels-prod-boundary")).to.deep.equal([]);
    expect(named("wheels-prod-publisher")).to.have.length(1);
  });

  it("takes this project's publishers and readers, and rejects the original plan's", () => {
    const arns = registryArns({ region: "us-east-1", accountId: "123456789012" }, "wheels", "index");
    const of = (policy: object) => judge(wildcardPublish, { type, props: { policy } }).length;

    expect(of(publisherPolicy(arns, 3600, ["acme-core"]))).to.equal(0);
    expect(of(readerPolicy(arns, 3600))).to.equal(0);
    expect(of(planRole.permissions)).to.equal(1);
  });
});
