import { expect } from "chai";
import { SandboxAccount } from "../../../sandbox/account";
import { CodeArtifactError, type ErrorMembers } from "../../../sandbox/codeartifact/errors";
import {
  describePackage,
  describePackageVersion,
  getPackageVersionAsset,
} from "../../../sandbox/codeartifact/packages/queries";
import { app, registry, wheel } from "../../support/sandbox/packages";

/** What a error carries beside its message. */
async function members(operation: () => unknown): Promise<ErrorMembers> {
  try {
    await operation();
  } catch (error) {
    if (error instanceof CodeArtifactError) {
      return error.members;
    }
    throw error;
  }
  throw new Error("nothing was rejected");
}

describe("a error of CodeArtifact's", () => {
  it("names what is not there, as far as the API has a type for it", async () => {
    const { account, packages } = registry();
    const { codeartifact } = account;
    const { domain } = app;
    await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"));

    expect(await members(() => codeartifact.domains.describe({ domain: "none" }))).to.deep.equal({
      resourceType: "domain",
      resourceId: "none",
    });
    expect(await members(() => codeartifact.repositories.describe({ domain, repository: "none" }))).to.deep.equal({
      resourceType: "repository",
      resourceId: "none",
    });
    expect(await members(() => describePackage(packages, app, "none"))).to.deep.equal({
      resourceType: "package",
      resourceId: "none",
    });
    expect(await members(() => describePackageVersion(packages, app, "orb-common", "9"))).to.deep.equal({
      resourceType: "package-version",
      resourceId: "9",
    });
    expect(await members(() => getPackageVersionAsset(packages, app, "orb-common", "1.0.0", "none"))).to.deep.equal({
      resourceType: "asset",
      resourceId: "none",
    });
    expect(await members(() => codeartifact.packageGroups.describe({ domain, packageGroup: "/pypi/*" }))).to.deep.equal(
      {},
    );
  });

  it("names what is in the way", async () => {
    const { codeartifact } = new SandboxAccount();
    codeartifact.domains.create({ domain: "orb" });
    codeartifact.repositories.create({ domain: "orb", repository: "app" });

    const domain = { resourceType: "domain", resourceId: "orb" };
    expect(await members(() => codeartifact.domains.create({ domain: "orb" }))).to.deep.equal(domain);
    expect(await members(() => codeartifact.domains.delete({ domain: "orb" }))).to.deep.equal(domain);
    expect(await members(() => codeartifact.repositories.create({ domain: "orb", repository: "app" }))).to.deep.equal({
      resourceType: "repository",
      resourceId: "app",
    });
  });

  it("tells a value that does not fit from whatever else is wrong with a request", async () => {
    const { codeartifact } = new SandboxAccount();
    codeartifact.domains.create({ domain: "orb" });

    expect(await members(() => codeartifact.domains.create({ domain: "X" }))).to.deep.equal({
      reason: "FIELD_VALIDATION_FAILED",
    });
    expect(await members(() => codeartifact.packageGroups.delete({ domain: "orb", packageGroup: "/*" }))).to.deep.equal(
      {
        reason: "OTHER",
      },
    );
  });
});
