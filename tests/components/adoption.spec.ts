import { expect } from "chai";
import { PackageRegistry, type PackageRegistryArgs } from "../../components/packageRegistry";
import { named, record } from "../support/mocks";

const job = { repository: "octo/hub", repositoryId: "1001", ownerId: "2002", subjectContext: "environment:dev" };
const args: PackageRegistryArgs = {
  domain: "orb-dev",
  origins: { private: [{ name: "orb", match: "prefix" }], public: [], blocked: [] },
  publicPackages: true,
  encryption: "aws-managed",
  protect: true,
  publishers: [{ job, packages: ["orb-common"] }],
  readers: [],
  tokenLifetime: 1800,
  sessionDuration: 7200,
  issuer: "iss.example.com",
  oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/iss.example.com",
  tags: {},
};
const place = "arn:aws:codeartifact:eu-west-1:111122223333";
const adopt = { domain: `${place}:domain/orb-dev`, repository: `${place}:repository/orb-dev/python-packages` };

const create = (changes: Partial<PackageRegistryArgs>) =>
  record(() => new PackageRegistry("registry", { ...args, ...changes }));

describe("a package registry that exists already", () => {
  it("has its domain and its repository taken over, and all the rest made", async () => {
    const { resources } = await create({ adopt });

    const imported = resources.filter(({ importId }) => importId !== undefined);
    expect(imported.map(({ name, importId }) => [name, importId])).to.have.deep.members([
      ["registry-domain", adopt.domain],
      ["registry-python-packages", adopt.repository],
    ]);
  });

  it("has the outputs of any other, so that nothing changes once the setting is removed", async () => {
    const { resources: taken } = await create({ adopt });
    const { resources: made } = await create({});

    const declared = taken.map((registration) => ({ ...registration, importId: undefined }));
    expect(declared).to.have.deep.members(made.map((registration) => ({ ...registration, importId: undefined })));
    expect(named(taken, "registry").inputs).not.to.have.property("adopt");
    expect(named(taken, "registry").inputs).to.have.property("publicPackages", true);
  });
});
