import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { PackageOrigins, type PackageOriginsArgs } from "../../components/packageOrigins";
import { dependenciesOf, named, ofType, record, valueOf } from "../support/mocks";

const args: PackageOriginsArgs = {
  domain: "orb-dev",
  repository: "python-packages",
  store: "pypi-store",
  origins: {
    private: [
      { name: "orb", match: "prefix" },
      { name: "legacy-tool", match: "exact" },
    ],
    public: ["orb-models"],
    blocked: ["orb-billing"],
  },
  publicPackages: true,
  protect: true,
  tags: { Team: "platform", Environment: "dev" },
};

const group = "aws-native:codeartifact:PackageGroup";

const block = { restrictionMode: "BLOCK" };

function only(repository: string) {
  return { restrictionMode: "ALLOW_SPECIFIC_REPOSITORIES", repositories: [repository] };
}

async function groups(changes: Partial<PackageOriginsArgs> = {}) {
  const { resources } = await record(() => new PackageOrigins("origins", { ...args, ...changes }));
  return ofType(resources, group);
}

/** What each group lets in, by its pattern. */
async function restrictions(changes: Partial<PackageOriginsArgs> = {}): Promise<Readonly<Record<string, unknown>>> {
  const made = await groups(changes);
  return Object.fromEntries<unknown>(
    made.map(({ inputs }) => [
      String(inputs.pattern),
      (inputs.originConfiguration as { readonly restrictions: unknown }).restrictions,
    ]),
  );
}

describe("where packages may come from", () => {
  it("is set by one package group for each entry, and by one for every other package", async () => {
    const { resources } = await record(() => new PackageOrigins("origins", args));

    expect(
      resources.map(({ type, name, parent, inputs }) => [type, name, parent, inputs.pattern]),
    ).to.have.deep.members([
      ["python-registry:index:PackageOrigins", "origins", "", undefined],
      [group, "origins-orb~", "origins", "/pypi//orb~"],
      [group, "origins-legacy-tool$", "origins", "/pypi//legacy-tool$"],
      [group, "origins-orb-models$", "origins", "/pypi//orb-models$"],
      [group, "origins-orb-billing$", "origins", "/pypi//orb-billing$"],
      [group, "origins-*", "origins", "/pypi/*"],
    ]);
  });

  it("is publishing to the private repository alone for a private name", async () => {
    const known = await restrictions();
    const fromPublishers = { publish: only("python-packages"), externalUpstream: block, internalUpstream: block };

    expect(known["/pypi//orb~"]).to.deep.equal(fromPublishers);
    expect(known["/pypi//legacy-tool$"]).to.deep.equal(fromPublishers);
  });

  it("is public PyPI through the store alone for a public name and for every other package", async () => {
    const known = await restrictions();
    const fromPublic = {
      publish: block,
      externalUpstream: only("pypi-store"),
      internalUpstream: only("python-packages"),
    };

    expect(known["/pypi//orb-models$"]).to.deep.equal(fromPublic);
    expect(known["/pypi/*"]).to.deep.equal(fromPublic);
  });

  it("is nowhere for a blocked name", async () => {
    const known = await restrictions();

    expect(known["/pypi//orb-billing$"]).to.deep.equal({
      publish: block,
      externalUpstream: block,
      internalUpstream: block,
    });
  });

  it("is never outside where public packages are off, while packages in the store stay readable", async () => {
    const known = await restrictions({ publicPackages: false });
    const closed = { publish: block, externalUpstream: block, internalUpstream: only("python-packages") };
    const fromPublishers = { publish: only("python-packages"), externalUpstream: block, internalUpstream: block };

    expect(known).to.deep.equal({
      "/pypi//orb~": fromPublishers,
      "/pypi//legacy-tool$": fromPublishers,
      "/pypi//orb-models$": closed,
      "/pypi//orb-billing$": { publish: block, externalUpstream: block, internalUpstream: block },
      "/pypi/*": closed,
    });
  });

  it("is set for every package even where no name is listed", async () => {
    const made = await groups({ origins: { private: [], public: [], blocked: [] } });

    expect(made.map(({ inputs }) => inputs.pattern)).to.deep.equal(["/pypi/*"]);
  });

  it("is described in words on each group", async () => {
    const made = await groups();

    expect(Object.fromEntries(made.map(({ inputs }) => [inputs.pattern, inputs.description]))).to.deep.equal({
      "/pypi//orb~": "Private packages: only publishers of this registry bring them in.",
      "/pypi//legacy-tool$": "Private packages: only publishers of this registry bring them in.",
      "/pypi//orb-models$": "A public package under a private prefix.",
      "/pypi//orb-billing$": "A package that comes from nowhere.",
      "/pypi/*": "Every other package: from public PyPI through the store, where that is allowed.",
    });
  });

  it("is set on groups of the domain, tagged as a list of keys and values", async () => {
    const made = await groups({ tags: pulumi.output(args.tags) });

    for (const { inputs } of made) {
      const { pattern, description, originConfiguration, ...others } = inputs;
      expect(originConfiguration).to.have.all.keys("restrictions");
      expect([pattern, description]).not.to.include(undefined);
      expect(others).to.deep.equal({
        domainName: "orb-dev",
        tags: [
          { key: "Team", value: "platform" },
          { key: "Environment", value: "dev" },
        ],
      });
    }
    expect(made).to.have.length(5);
  });

  [true, false].forEach((protect) => {
    it(`is ${protect ? "kept from deletion" : "free to go"} on each group where protect is ${String(protect)}`, async () => {
      const { resources } = await record(() => new PackageOrigins("origins", { ...args, protect }));
      const component = named(resources, "origins");

      expect([component.protect, component.retainOnDelete]).to.deep.equal([false, false]);
      expect(
        ofType(resources, group).map((made) => ({ protect: made.protect, retainOnDelete: made.retainOnDelete })),
      ).to.deep.equal(Array(5).fill({ protect, retainOnDelete: protect }));
    });
  });

  it("changes in place for a name that moves from public to blocked: its group keeps its logical name", async () => {
    const before = await groups({ origins: { private: [], public: ["orb-models"], blocked: [] } });
    const after = await groups({ origins: { private: [], public: [], blocked: ["orb-models"] } });

    const names = ["origins-orb-models$", "origins-*"];
    expect(before.map(({ name }) => name)).to.have.members(names);
    expect(after.map(({ name }) => name)).to.have.members(names);
    expect(named(before, "origins-orb-models$").inputs.originConfiguration).not.to.deep.equal(
      named(after, "origins-orb-models$").inputs.originConfiguration,
    );
  });

  it("is known once every group exists, by pattern", async () => {
    const { result, registeredOutputs } = await record(() => new PackageOrigins("origins", args));
    const groupsOf = "arn:aws:codeartifact:eu-west-1:111122223333:package-group/orb-dev";
    const packageGroups = {
      "/pypi//orb~": `${groupsOf}/pypi//orb~`,
      "/pypi//legacy-tool$": `${groupsOf}/pypi//legacy-tool$`,
      "/pypi//orb-models$": `${groupsOf}/pypi//orb-models$`,
      "/pypi//orb-billing$": `${groupsOf}/pypi//orb-billing$`,
      "/pypi/*": `${groupsOf}/pypi/*`,
    };

    expect(await valueOf(result.packageGroups)).to.deep.equal(packageGroups);
    expect(await dependenciesOf(result.packageGroups)).to.deep.equal([
      "origins-*",
      "origins-legacy-tool$",
      "origins-orb-billing$",
      "origins-orb-models$",
      "origins-orb~",
    ]);
    expect(registeredOutputs).to.deep.equal(new Map([["origins", { packageGroups }]]));
  });

  it("is under the parent it is given", async () => {
    const { resources } = await record(() => {
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
      return new PackageOrigins("parent-origins", args, { parent });
    });

    expect(named(resources, "parent-origins").parent).to.equal("parent");
    expect(named(resources, "parent-origins-*").parent).to.equal("parent-origins");
  });
});
