import { expect } from "chai";
import { SandboxAccount } from "../../../sandbox/account";
import { awsErrorOf } from "../../support/sandbox/awsErrorOf";

const domain = "orb";

function tagged() {
  const { codeartifact } = new SandboxAccount();
  const tags = { Project: "orb" };
  const arns = {
    domain: codeartifact.domains.create({ domain, tags }).arn,
    repository: codeartifact.repositories.create({ domain, repository: "app", tags }).arn,
    packageGroup: codeartifact.packageGroups.create({ domain, packageGroup: "/pypi//orb~", tags }).arn,
  };
  return { codeartifact, arns };
}

describe("tags", () => {
  for (const kind of ["domain", "repository", "packageGroup"] as const) {
    it(`of a ${kind} are added, get another value, and are removed`, () => {
      const { codeartifact, arns } = tagged();
      const { tags } = codeartifact;
      const others = Object.values(arns).filter((arn) => arn !== arns[kind]);

      tags.add(arns[kind], { Team: "platform", Empty: "" });
      expect(tags.list(arns[kind])).to.deep.equal({ Project: "orb", Team: "platform", Empty: "" });
      tags.add(arns[kind], { Team: "data" });
      tags.remove(arns[kind], ["Project", "Never"]);
      expect(tags.list(arns[kind])).to.deep.equal({ Team: "data", Empty: "" });
      for (const arn of others) {
        expect(tags.list(arn)).to.deep.equal({ Project: "orb" });
      }
    });
  }

  it("change nothing else of what they are on", () => {
    const { codeartifact, arns } = tagged();
    codeartifact.domains.putPermissionsPolicy({ domain, policyDocument });
    codeartifact.repositories.putPermissionsPolicy({ domain, repository: "app", policyDocument });
    const described = () => ({
      domain: codeartifact.domains.describe({ domain }),
      policy: codeartifact.domains.getPermissionsPolicy({ domain }),
      repository: codeartifact.repositories.describe({ domain, repository: "app" }),
      repositoryPolicy: codeartifact.repositories.getPermissionsPolicy({ domain, repository: "app" }),
      group: codeartifact.packageGroups.describe({ domain, packageGroup: "/pypi//orb~" }),
    });
    const before = described();

    for (const arn of Object.values(arns)) {
      codeartifact.tags.add(arn, { Team: "data" });
    }
    const tags = { Project: "orb", Team: "data" };
    expect(described()).to.deep.equal({
      ...before,
      domain: { ...before.domain, tags },
      repository: { ...before.repository, tags },
      group: { ...before.group, tags },
    });
  });

  it("belong to what is there: its own account, region and name", () => {
    const { codeartifact, arns } = tagged();

    expect(codeartifact.tags.list(arns.repository)).to.deep.equal({ Project: "orb" });
    for (const arn of [
      arns.domain.replace("us-east-1", "eu-west-1"),
      arns.domain.replace("123456789012", "210987654321"),
      `${arns.domain}s`,
      `${arns.domain}/app`,
      `${arns.repository}s`,
      arns.repository.replace(":repository/", ":package/"),
      `${arns.packageGroup}~`,
      "arn:aws:codeartifact:us-east-1:123456789012:domain/none",
      "arn:aws:s3:::orb",
    ]) {
      expect(
        awsErrorOf(() => codeartifact.tags.list(arn)),
        arn,
      ).to.equal(`ResourceNotFoundException 404: Resource not found. ${arn} does not exist.`);
    }
  });

  it("are at most 50 on each", () => {
    const { codeartifact, arns } = tagged();
    const numbered = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, number) => [`Tag${number}`, ""]));

    expect(
      awsErrorOf(() => {
        codeartifact.tags.add(arns.domain, numbered(50));
      }),
    ).to.equal(`ServiceQuotaExceededException 402: ${arns.domain} would have 51 tags; at most 50 are allowed.`);
    codeartifact.tags.add(arns.domain, numbered(49));
    expect(Object.keys(codeartifact.tags.list(arns.domain))).to.have.length(50);
    codeartifact.tags.add(arns.domain, { Tag0: "again" });
  });

  it("have keys of 1 to 128 characters that are not AWS's own, and values of at most 256", () => {
    const { codeartifact, arns } = tagged();
    const add = (key: string, value: string) =>
      awsErrorOf(() => {
        codeartifact.tags.add(arns.domain, { [key]: value });
      });

    expect(add("aws:cloudformation:stack-name", "")).to.equal(
      "ValidationException 400: Tag 'aws:cloudformation:stack-name' cannot be set: keys that begin with 'aws:' are AWS's own.",
    );
    expect(add("", "")).to.match(/at 'tags.key' failed to satisfy constraint: Member must have length greater than/);
    expect(add("k".repeat(129), "")).to.match(/at 'tags.key' .* less than or equal to 128 \(it has 129\)$/);
    expect(add("a\nb", "")).to.match(/at 'tags.key' failed to satisfy constraint: Member must satisfy regular expr/);
    expect(add("Key", "v".repeat(257))).to.match(/at 'tags.value' .* less than or equal to 256 \(it has 257\)$/);
    expect(add("Key", "\u0000")).to.match(/at 'tags.value' failed to satisfy constraint: Member must satisfy regular/);
    codeartifact.tags.add(arns.domain, { ["k".repeat(128)]: "v".repeat(256) });
  });
});

const policyDocument = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: "*", Action: "codeartifact:ReadFromRepository", Resource: "*" },
});
