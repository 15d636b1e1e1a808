import { expect } from "chai";
import { boundary } from "../../../policies/rules/boundary";
import { protection } from "../../../policies/rules/protection";
import { type GivenPlace, judge, remedied } from "../../support/policies/judge";

const domain = { type: "aws:codeartifact/domain:Domain", name: "wheels", props: { domain: "wheels" } };
const role = { type: "aws:iam/role:Role", name: "release", props: { name: "release" } };
const boundaryArn = "arn:aws:iam::123456789012:policy/wheels-boundary";

describe("protected-in-production", () => {
  it("rejects a domain or repository without protection, of both providers, and takes a protected one", () => {
    for (const type of [
      "aws:codeartifact/domain:Domain",
      "aws:codeartifact/repository:Repository",
      "aws-native:codeartifact:Domain",
      "aws-native:codeartifact:Repository",
    ]) {
      expect(judge(protection, { ...domain, type }), type).to.deep.equal([
        "wheels: the resource option protect is false, and a deletion would delete its packages. " +
          "Set protect: true; in a stack of package-registry, remove the setting protect: false.",
      ]);
      expect(judge(protection, { ...domain, type, protect: true }), type).to.deep.equal([]);
    }
    expect(judge(protection, role)).to.deep.equal([]);
  });

  it("takes production to be stacks and Environment tags that begin with prod, of the stack or the resource", () => {
    const isProduction = (place: GivenPlace, tags?: unknown) =>
      judge(protection, { ...domain, props: { domain: "wheels", tags } }, place).length > 0;

    expect(isProduction({ stack: "prod" })).to.equal(true);
    expect(isProduction({ stack: "prod-eu" })).to.equal(true);
    expect(isProduction({ stack: "dev" })).to.equal(false);
    expect(isProduction({ stack: "live" })).to.equal(false);
    expect(isProduction({ stack: "dev", stackTags: { Environment: "production" } })).to.equal(true);
    expect(isProduction({ stack: "dev", stackTags: { Environment: "test" } })).to.equal(false);
    expect(isProduction({ stack: "main" }, { Environment: "prod" })).to.equal(true);
    expect(isProduction({ stack: "main" }, [{ key: "Environment", value: "prod" }])).to.equal(true);
    expect(isProduction({ stack: "main" }, { Environment: "dev", Team: "prod" })).to.equal(false);
  });

  it("takes other names of production from the configuration, in the place of prod*", () => {
    const config = { production: ["live", "live-*"] };

    expect(judge(protection, domain, { stack: "live-partners", config })).to.have.length(1);
    expect(judge(protection, domain, { stack: "prod", config })).to.deep.equal([]);
    expect(judge(protection, domain, { stack: "dev", config: { production: ["*"] } })).to.have.length(1);
  });
});

describe("boundary-on-every-role", () => {
  it("rejects a role of production without a boundary, of both providers, and takes one with any", () => {
    for (const type of ["aws:iam/role:Role", "aws-native:iam:Role"]) {
      expect(judge(boundary, { ...role, type }), type).to.deep.equal([
        "release: the role has no permissionsBoundary. Set it to the ARN of a policy; in a stack of package-registry, write the " +
          "setting permissionsBoundary. Or set boundary in this rule's configuration, and its level to remediate.",
      ]);
      expect(judge(boundary, { ...role, type, props: { permissionsBoundary: boundaryArn } }), type).to.deep.equal([]);
    }
    expect(judge(boundary, { ...role, props: { permissionsBoundary: "" } })).to.have.length(1);
    expect(judge(boundary, role, { stack: "dev" })).to.deep.equal([]);
    expect(judge(boundary, role, { stack: "dev", config: { production: ["*"] } })).to.have.length(1);
  });

  it("gives the configured boundary to a role that has none, and changes no other", () => {
    const config = { boundary: boundaryArn };

    expect(remedied(boundary, role, { config })).to.deep.equal({ name: "release", permissionsBoundary: boundaryArn });
    expect(remedied(boundary, role)).to.equal(undefined);
    expect(remedied(boundary, { ...role, props: { permissionsBoundary: `${boundaryArn}-2` } }, { config })).to.equal(
      undefined,
    );
    expect(remedied(boundary, role, { config, stack: "dev" })).to.equal(undefined);
    expect(remedied(boundary, domain, { config })).to.equal(undefined);
  });
});
