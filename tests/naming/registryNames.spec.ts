import { expect } from "chai";
import {
  domainName,
  domainNameLimit,
  domainNamePattern,
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
