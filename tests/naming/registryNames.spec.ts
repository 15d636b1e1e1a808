import { expect } from "chai";
import {
  domainName,
  domainNameLimit,
  domainNamePattern,
  immutablePolicyName,
  isPackagesPolicyName,
  isReaderPolicyName,
  isRegistryRoleName,
  packagesPolicyName,
  readerPolicyName,
  repositoryName,
  roleName,
  roleNameLimit,
  storeName,
} from "../../naming/registryNames";

describe("the names of a registry", () => {
  it("the two repositories", () => {
    expect(repositoryName).to.equal("python-packages");
    expect(storeName).to.equal("pypi-store");
  });

  for (const environment of ["dev", "staging", "prod"]) {
    const domain = `orb-integration-hub-${environment}`;

    it(`${environment}: domain, roles and policy each carry the environment, so that all may share one account`, () => {
      expect(domainName("orb", "integration-hub", environment)).to.equal(domain);
      expect(roleName(domain, "publisher")).to.equal(`${domain}-codeartifact-publisher`);
      expect(roleName(domain, "publisher", "ci")).to.equal(`${domain}-codeartifact-publisher-ci`);
      expect(roleName(domain, "reader")).to.equal(`${domain}-codeartifact-reader`);
      expect(roleName(domain, "reader", "lambda-layers")).to.equal(`${domain}-codeartifact-reader-lambda-layers`);
      expect(readerPolicyName(domain)).to.equal(`${domain}-codeartifact-reader`);
    });
  }

  it("the names of the shipped jobs fit IAM's 64 characters", () => {
    expect(roleNameLimit).to.equal(64);
    for (const environment of ["dev", "staging", "prod"]) {
      for (const name of ["lambda-layers", "promotion"]) {
        expect(roleName(`orb-integration-hub-${environment}`, "reader", name).length).to.be.at.most(64);
      }
    }
  });
});

describe("the name of a managed policy that never changes", () => {
  const domain = "orb-hub-dev";
  const publisher = roleName(domain, "publisher");

  it("ends with 8 digits of its document's SHA-256", () => {
    // printf '{}' | sha256sum
    expect(immutablePolicyName(readerPolicyName(domain), "{}")).to.equal("orb-hub-dev-codeartifact-reader-44136fa3");
    expect(immutablePolicyName(readerPolicyName(domain), "{ }")).not.to.equal(
      "orb-hub-dev-codeartifact-reader-44136fa3",
    );
    expect(packagesPolicyName(publisher, 10)).to.equal("orb-hub-dev-codeartifact-publisher-packages-10");
  });

  it("fits IAM's 128 characters for the longest domain and the longest role", () => {
    const longest = [readerPolicyName("d".repeat(domainNameLimit)), packagesPolicyName("r".repeat(roleNameLimit), 10)];

    expect(longest.map((stem) => immutablePolicyName(stem, "{}").length)).to.deep.equal([79, 85]);
  });

  it("differs from the names of another domain's policies, and of everything else", () => {
    const parts = [`${publisher}-packages-1`, `${publisher}-apps-packages-12`];
    for (const hash of ["", "-0a1b2c3d"]) {
      expect(isReaderPolicyName(domain, `${readerPolicyName(domain)}${hash}`)).to.equal(true);
      expect(parts.map((name) => isPackagesPolicyName(domain, `${name}${hash}`))).to.deep.equal([true, true]);
    }
    for (const name of [
      "orb-hub-dev-2-codeartifact-reader",
      `${readerPolicyName(domain)}-2`,
      `x${readerPolicyName(domain)}`,
      `${readerPolicyName(domain)}-0A1B2C3D`,
      `${readerPolicyName(domain)}-0a1b2c3`,
      publisher,
      `${publisher}-packages-0`,
      `${publisher}-packages-x`,
      `${publisher}x-packages-1`,
      "orb-hub-packages-1",
    ]) {
      expect([isReaderPolicyName(domain, name), isPackagesPolicyName(domain, name)], name).to.deep.equal([
        false,
        false,
      ]);
    }
  });
});

describe("a role's name", () => {
  it("is a registry's where the domain gives it to a publisher or a reader, with a name of its own or without", () => {
    const kinds = ["orb-hub-dev-codeartifact-publisher", "orb-hub-dev-codeartifact-reader"];

    for (const name of kinds.flatMap((kind) => [kind, `${kind}-apps`])) {
      expect(isRegistryRoleName("orb-hub-dev", name), name).to.equal(true);
    }
    for (const name of ["orb-hub-dev-deploy", "orb-hub-dev-codeartifact-readers", "orb-hub-dev-codeartifact-writer"]) {
      expect(isRegistryRoleName("orb-hub-dev", name), name).to.equal(false);
    }
    expect(isRegistryRoleName("orb-hub", "orb-hub-dev-codeartifact-reader")).to.equal(false);
  });
});

describe("what CodeArtifact takes as a domain's name", () => {
  it("has 2 to 50 characters", () => {
    expect(domainNameLimit).to.equal(50);
    for (const [characters, taken] of [
      [1, false] as const,
      [2, true] as const,
      [50, true] as const,
      [51, false] as const,
    ]) {
      expect(domainNamePattern.test("d".repeat(characters))).to.equal(taken);
    }
  });

  for (const name of ["a0", "orb-hub-dev", "a--b"]) {
    it(`may be ${name}`, () => {
      expect(domainNamePattern.test(name)).to.equal(true);
    });
  }
  for (const name of ["", "0a", "-a", "a-", "Orb", "orB", "orb_hub", "orb.hub", "orb hub", "örb", "orb\n", "\norb"]) {
    it(`may not be ${JSON.stringify(name)}`, () => {
      expect(domainNamePattern.test(name)).to.equal(false);
    });
  }
});
