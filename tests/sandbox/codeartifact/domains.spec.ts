import { expect } from "chai";
import { SandboxAccount } from "../../../sandbox/account";
import { awsErrorOf } from "../../support/sandbox/awsErrorOf";

const unmatched = (value: string) =>
  `ValidationException 400: 1 validation error detected: Value '${value}' at 'domain' failed to satisfy constraint: ` +
  "Member must satisfy regular expression pattern: [a-z][a-z0-9\\-]{0,48}[a-z0-9]";

describe("a domain", () => {
  it("is described as it was made", () => {
    const now = () => new Date("2026-09-01T12:00:00Z");
    const { codeartifact, kms } = new SandboxAccount({ now });
    const made = codeartifact.domains.create({ domain: "orb-hub-dev", tags: { stack: "dev" } });

    expect(made).to.deep.equal({
      name: "orb-hub-dev",
      owner: "123456789012",
      arn: "arn:aws:codeartifact:us-east-1:123456789012:domain/orb-hub-dev",
      status: "Active",
      createdTime: now(),
      encryptionKey: kms.awsManagedKey("aws/codeartifact").arn,
      repositoryCount: 0,
      assetSizeBytes: 0,
      s3BucketArn: "arn:aws:s3:::assets-123456789012-us-east-1",
      tags: { stack: "dev" },
    });
    expect(codeartifact.domains.describe({ domain: "orb-hub-dev" })).to.deep.equal(made);
    expect(codeartifact.domains.describe({ domain: "orb-hub-dev", domainOwner: "123456789012" })).to.deep.equal(made);
  });

  it("has a name of lower-case letters, digits and hyphens that begins with a letter and does not end with a hyphen", () => {
    const { codeartifact } = new SandboxAccount();

    expect(codeartifact.domains.create({ domain: "a-0" }).name).to.equal("a-0");
    for (const domain of ["Orb", "0rb", "orb-", "orb_dev", "orb.dev"]) {
      expect(awsErrorOf(() => codeartifact.domains.create({ domain }))).to.equal(unmatched(domain));
      expect(awsErrorOf(() => codeartifact.domains.describe({ domain }))).to.equal(unmatched(domain));
    }
  });

  it("has a name of 2 to 50 characters", () => {
    const { codeartifact } = new SandboxAccount();
    const longest = "o".repeat(50);

    expect(codeartifact.domains.create({ domain: "ob" }).name).to.equal("ob");
    expect(codeartifact.domains.create({ domain: longest }).name).to.equal(longest);
    expect(awsErrorOf(() => codeartifact.domains.create({ domain: "o" }))).to.equal(
      "ValidationException 400: 1 validation error detected: Value 'o' at 'domain' failed to satisfy constraint: " +
        "Member must have length greater than or equal to 2",
    );
    expect(awsErrorOf(() => codeartifact.domains.create({ domain: `${longest}o` }))).to.equal(
      `ValidationException 400: 1 validation error detected: Value '${longest}o' at 'domain' failed to satisfy ` +
        "constraint: Member must have length less than or equal to 50 (it has 51)",
    );
  });

  it("is unique in its account", () => {
    const { codeartifact } = new SandboxAccount();
    codeartifact.domains.create({ domain: "orb-dev" });

    expect(codeartifact.domains.create({ domain: "orb-prod" }).name).to.equal("orb-prod");
    expect(awsErrorOf(() => codeartifact.domains.create({ domain: "orb-dev" }))).to.equal(
      "ConflictException 409: Domain already exists. Domain 'orb-dev' owned by account '123456789012' exists.",
    );
  });

  it("is one of at most 10 in its account", () => {
    const { codeartifact } = new SandboxAccount();
    for (let number = 1; number <= 10; number += 1) {
      codeartifact.domains.create({ domain: `orb-${number}` });
    }

    expect(awsErrorOf(() => codeartifact.domains.create({ domain: "orb-11" }))).to.equal(
      "ServiceQuotaExceededException 402: An account can have at most 10 domains. Ask for more in Service Quotas.",
    );
    codeartifact.domains.delete({ domain: "orb-3" });
    expect(codeartifact.domains.create({ domain: "orb-11" }).name).to.equal("orb-11");
  });

  it("is found only by its name and its owner", () => {
    const { codeartifact } = new SandboxAccount();
    codeartifact.domains.create({ domain: "orb" });

    expect(awsErrorOf(() => codeartifact.domains.describe({ domain: "orb-dev" }))).to.equal(
      "ResourceNotFoundException 404: Domain not found. Domain 'orb-dev' owned by account '123456789012' does not exist.",
    );
    expect(awsErrorOf(() => codeartifact.domains.describe({ domain: "orb", domainOwner: "999999999999" }))).to.equal(
      "ResourceNotFoundException 404: Domain not found. Domain 'orb' owned by account '999999999999' does not exist.",
    );
  });

  it("is deleted once it holds no repository, and deleting it again is no error", () => {
    const { codeartifact } = new SandboxAccount();
    codeartifact.domains.create({ domain: "orb" });
    codeartifact.repositories.create({ domain: "orb", repository: "python-packages" });

    expect(awsErrorOf(() => codeartifact.domains.delete({ domain: "orb" }))).to.equal(
      "ConflictException 409: Domain 'orb' has 1 repositories. You cannot delete a domain that contains repositories; " +
        "delete its repositories first.",
    );
    codeartifact.repositories.delete({ domain: "orb", repository: "python-packages" });
    expect(codeartifact.domains.delete({ domain: "orb", domainOwner: "999999999999" })).to.equal(undefined);
    expect(codeartifact.domains.delete({ domain: "orb" })?.name).to.equal("orb");
    expect(codeartifact.domains.delete({ domain: "orb" })).to.equal(undefined);
    expect(codeartifact.domains.list()).to.deep.equal([]);
  });

  describe("is encrypted", () => {
    it("with one AWS managed key for all domains where none is given", () => {
      const { codeartifact } = new SandboxAccount();
      const first = codeartifact.domains.create({ domain: "orb-dev" });

      expect(codeartifact.domains.create({ domain: "orb-prod" }).encryptionKey).to.equal(first.encryptionKey);
    });

    it("with a key of the account that exists and is enabled", () => {
      const { codeartifact, kms } = new SandboxAccount();
      const { arn } = kms.createKey();
      const unknown = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
      const rejected = (key: string) =>
        `ValidationException 400: Invalid encryption key '${key}': the key does not exist or is not enabled.`;

      expect(codeartifact.domains.create({ domain: "orb-dev", encryptionKey: arn }).encryptionKey).to.equal(arn);
      expect(awsErrorOf(() => codeartifact.domains.create({ domain: "orb", encryptionKey: unknown }))).to.equal(
        rejected(unknown),
      );

      kms.scheduleKeyDeletion({ keyId: arn });
      expect(awsErrorOf(() => codeartifact.domains.create({ domain: "orb", encryptionKey: arn }))).to.equal(
        rejected(arn),
      );
    });

    it("with a key of another account, which the sandbox does not know", () => {
      const encryptionKey = "arn:aws:kms:us-east-1:999999999999:key/11111111-2222-3333-4444-555555555555";

      expect(new SandboxAccount().codeartifact.domains.create({ domain: "orb", encryptionKey }).encryptionKey).to.equal(
        encryptionKey,
      );
    });

    it("with a key of its own region, named by ARN", () => {
      const { codeartifact } = new SandboxAccount();
      const elsewhere = new SandboxAccount({ region: "eu-west-1" }).kms.createKey().arn;

      for (const encryptionKey of [elsewhere, "alias/orb", "arn:aws:kms:us-east-1:123456789012:alias/orb", ""]) {
        expect(awsErrorOf(() => codeartifact.domains.create({ domain: "orb", encryptionKey }))).to.equal(
          `ValidationException 400: Invalid encryption key '${encryptionKey}': give the ARN of a KMS key of the ` +
            "domain's region, arn:aws:kms:us-east-1:ACCOUNT:key/ID.",
        );
      }
      expect(codeartifact.domains.list()).to.deep.equal([]);
    });
  });
});
