import { expect } from "chai";
import { deletePackage, putPackageOriginConfiguration } from "../../../../sandbox/codeartifact/packages/versionChanges";
import { app, ending, group, registry, store, wheel } from "../../../support/sandbox/packages";

describe("a package's own settings", () => {
  it("take the place of those that its first version set", async () => {
    const { packages, index } = registry();
    await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"));
    const { filename } = index.add("orb-common", "99.0");
    const names = async () => (await packages.files(app, "orb-common")).map((file) => file.version);

    expect(await names()).to.deep.equal(["1.0.0"]);
    const record = await putPackageOriginConfiguration(packages, app, "orb-common", {
      publish: "BLOCK",
      upstream: "ALLOW",
    });
    expect(record.restrictions).to.deep.equal({ publish: "BLOCK", upstream: "ALLOW" });
    expect(await names()).to.deep.equal(["1.0.0", "99.0"]);
    expect(await ending(packages.publish(app, "orb-common", wheel("orb-common", "2.0.0")))).to.equal(
      "AccessDeniedException 403: orb-common cannot be published to app: origin configuration of package orb-common in " +
        "app says publish BLOCK.",
    );
    expect((await packages.download(app, "orb-common", filename)).file.from).to.equal("public:pypi");
  });

  it("close a name before anyone brings it in: the package is made, without versions", async () => {
    const { packages, index } = registry();
    index.add("orb-common", "99.0");
    await putPackageOriginConfiguration(packages, app, "orb-common", { publish: "ALLOW", upstream: "BLOCK" });

    expect(packages.store.find(app, "orb-common")).to.deep.equal({
      name: "orb-common",
      versions: {},
      restrictions: { publish: "ALLOW", upstream: "BLOCK" },
    });
    expect(await ending(packages.files(app, "orb-common"))).to.match(/^ResourceNotFoundException 404: /);
    expect(await packages.publish(app, "orb-common", wheel("orb-common", "99.0"))).to.equal("published");
    expect((await packages.files(app, "orb-common")).map(({ from }) => from)).to.deep.equal(["app"]);
  });

  it("stay as they are when the first version comes, whichever way", async () => {
    const { packages, index } = registry();
    const restrictions = { publish: "ALLOW", upstream: "ALLOW" } as const;
    const { filename } = index.add("requests", "2.0");
    for (const name of ["orb-common", "requests"]) {
      await putPackageOriginConfiguration(packages, app, name, restrictions);
    }
    await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"));
    await packages.download(app, "requests", filename);

    for (const name of ["orb-common", "requests"]) {
      expect(packages.store.find(app, name)?.restrictions, name).to.deep.equal(restrictions);
    }
    expect(packages.store.find(store, "requests")?.restrictions).to.deep.equal({
      publish: "BLOCK",
      upstream: "ALLOW",
    });
  });

  it("never open what the package's group blocks", async () => {
    const { account, packages } = registry();
    group(account, "/pypi//orb~", { PUBLISH: "BLOCK" });
    await putPackageOriginConfiguration(packages, app, "orb-common", { publish: "ALLOW", upstream: "ALLOW" });

    expect(await ending(packages.publish(app, "orb-common", wheel("orb-common", "1.0.0")))).to.match(
      /^AccessDeniedException 403: .* PUBLISH of package group \/pypi\/\/orb~, .* is BLOCK\.$/,
    );
    group(account, "/pypi//orb~", { PUBLISH: "ALLOW" });
    expect(await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"))).to.equal("published");
  });

  it("are set under the normal name of a Python package alone, in a repository that is there", async () => {
    const { packages } = registry();
    const put = (name: string, place = app) =>
      ending(putPackageOriginConfiguration(packages, place, name, { publish: "ALLOW", upstream: "BLOCK" }));

    expect(await put("Orb_Common")).to.equal(
      "ValidationException 400: Python package 'Orb_Common' is called 'orb-common' here: give its normalized name.",
    );
    for (const name of ["..", "../orb", "orb-", "orb common", "", "orb:common", "orb*"]) {
      expect(await put(name), name).to.match(/^ValidationException 400: '.*' is no name of a Python package: /);
    }
    expect(await put("orb-common", { ...app, repository: "none" })).to.match(/^ResourceNotFoundException 404: /);
    expect(packages.store.list(app)).to.deep.equal([]);
  });
});

describe("deleting a package", () => {
  it("takes its versions and its settings, and opens the name again", async () => {
    const { packages, index } = registry();
    index.add("orb-common", "99.0");
    await packages.publish(app, "orb-common", wheel("orb-common", "1.0.0"));

    const deleted = await deletePackage(packages, app, "orb-common");
    expect(deleted.restrictions).to.deep.equal({ publish: "ALLOW", upstream: "BLOCK" });
    expect(packages.store.find(app, "orb-common")).to.equal(undefined);
    expect((await packages.files(app, "orb-common")).map(({ version }) => version)).to.deep.equal(["99.0"]);
    expect(await ending(deletePackage(packages, app, "orb-common"))).to.match(
      /^ResourceNotFoundException 404: Package not found\./,
    );
  });

  it("is of one repository: another keeps what it retained", async () => {
    const { packages, index } = registry();
    const { filename } = index.add("requests", "2.0");
    await packages.download(app, "requests", filename);

    await deletePackage(packages, app, "requests");
    expect(packages.store.find(app, "requests")).to.equal(undefined);
    expect(Object.keys(packages.store.find(store, "requests")?.versions ?? {})).to.deep.equal(["2.0"]);
  });
});
