import { expect } from "chai";
import { storeConnection } from "../../../policies/rules/storeConnection";
import { type GivenPlace, judge } from "../../support/policies/judge";

const externalConnections = { externalConnectionName: "public:pypi" };

const repository = (props: object, place?: GivenPlace) =>
  judge(storeConnection, { type: "aws:codeartifact/repository:Repository", name: "index", props: { ...props } }, place);

const publishing = (resource: string) =>
  judge(storeConnection, {
    type: "aws:iam/policy:Policy",
    name: "release",
    props: {
      policy: {
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "codeartifact:PublishPackageVersion", Resource: resource },
      },
    },
  });

describe("only-store-is-connected", () => {
  it("rejects a connection of another repository than the store, and takes the store's", () => {
    expect(repository({ repository: "python-packages", externalConnections })).to.deep.equal([
      "index: externalConnections connects the repository python-packages to public:pypi, and only pypi-store may be connected. " +
        "Move the connection to pypi-store, which clients do not publish to, and make it an upstream; or set storeName in this " +
        "rule's configuration.",
    ]);
    expect(repository({ repository: "pypi-store", externalConnections })).to.deep.equal([]);
    expect(repository({ repository: "python-packages", upstreams: [{ repositoryName: "pypi-store" }] })).to.deep.equal(
      [],
    );
  });

  it("takes the store's name from the configuration", () => {
    const place = { config: { storeName: "public" } };

    expect(repository({ repository: "public", externalConnections }, place)).to.deep.equal([]);
    expect(repository({ repository: "pypi-store", externalConnections }, place)).to.have.length(1);
  });

  it("reads the connections of AWS's own provider, which are a list", () => {
    const type = "aws-native:codeartifact:Repository";
    const props = (repositoryName: string, names: readonly string[]) => ({
      repositoryName,
      externalConnections: names,
    });

    expect(judge(storeConnection, { type, props: props("index", ["public:pypi"]) })).to.have.length(1);
    expect(judge(storeConnection, { type, props: props("pypi-store", ["public:pypi"]) })).to.deep.equal([]);
    expect(judge(storeConnection, { type, props: props("index", []) })).to.deep.equal([]);
  });

  it("rejects a right to publish into the store, and takes one into another repository", () => {
    const packages = "arn:aws:codeartifact:us-east-1:123456789012:package/wheels";

    expect(publishing(`${packages}/pypi-store/pypi//requests`)).to.deep.equal([
      `release: policy, statement 1 allows codeartifact:PublishPackageVersion on ${packages}/pypi-store/pypi//requests, in the ` +
        "repository that may be connected to a public index. Publish to another repository, which has the store as its upstream.",
    ]);
    expect(publishing(`${packages}/python-packages/pypi//acme-core`)).to.deep.equal([]);
  });
});
