import { expect } from "chai";
import { listAssociatedPackages } from "../../../../sandbox/codeartifact/packages/queries";
import { putPackageOriginConfiguration } from "../../../../sandbox/codeartifact/packages/versionChanges";
import { awsErrorOf } from "../../../support/sandbox/awsErrorOf";
import { app, domain, group, registry, store } from "../../../support/sandbox/packages";

async function several() {
  const { account, packages } = registry();
  const restrictions = { publish: "ALLOW", upstream: "ALLOW" } as const;
  for (const [place, name] of [
    [app, "orb-models"],
    [app, "orb-common"],
    [app, "0rb-common"],
    [store, "orb-common"],
    [store, "requests"],
  ] as const) {
    await putPackageOriginConfiguration(packages, place, name, restrictions);
  }
  const list = (packageGroup: string, preview?: boolean) =>
    listAssociatedPackages(packages, { domain, packageGroup, preview }).map(
      ({ key, associationType }) => `${key} ${associationType}`,
    );
  return { account, list };
}

describe("the packages of a group", () => {
  it("are those of every repository that no closer pattern claims, each once and in alphabetical order", async () => {
    const { account, list } = await several();
    group(account, "/pypi//orb~", { PUBLISH: "ALLOW" });
    group(account, "/pypi//orb-models$", { PUBLISH: "ALLOW" });

    expect(list("/pypi//orb~")).to.deep.equal(["0rb-common WEAK", "orb-common STRONG"]);
    expect(list("/pypi//orb-models$")).to.deep.equal(["orb-models STRONG"]);
    expect(list("/*")).to.deep.equal(["requests STRONG"]);
  });

  it("can be previewed for a group that is not there yet", async () => {
    const { account, list } = await several();

    expect(awsErrorOf(() => list("/pypi//orb~"))).to.match(/^ResourceNotFoundException 404: Package group not found\./);
    expect(list("/pypi//orb~", true)).to.deep.equal(["0rb-common WEAK", "orb-common STRONG", "orb-models STRONG"]);
    expect(account.codeartifact.packageGroups.list({ domain }).map(({ pattern }) => pattern)).to.deep.equal(["/*"]);
    expect(list("/*", true)).to.have.length(4);
    expect(awsErrorOf(() => list("/pypi//orb", true))).to.match(
      /^ValidationException 400: Invalid package group pattern/,
    );
  });

  it("are asked for in a domain that is there", () => {
    const { packages } = registry();

    expect(
      awsErrorOf(() => listAssociatedPackages(packages, { domain: "none", packageGroup: "/*", preview: true })),
    ).to.match(/^ResourceNotFoundException 404: Domain not found\./);
  });
});
