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

      expect(codeartifact.domains.create({ domain: "orb-dev", encryptionKey: arn }).encryptionKey).to.equal(arn);
      expect(awsErrorOf(() => codeartifact.domains.create({ domain: "orb", encryptionKey: unknown }))).to.equal(
        `ValidationException 400: KMS key not found: ${unknown}`,
      );

      kms.scheduleKeyDeletion({ keyId: arn });
      expect(awsErrorOf(() => codeartifact.domains.create({ domain: "orb", encryptionKey: arn }))).to.equal(
        `ValidationException 400: Invalid encryption key '${arn}': its state is PendingDeletion. Give a key that is enabled.`,
      );
    });

    it("with a key of another account, which the sandbox does not know", () => {
      const encryptionKey = "arn:aws:kms:us-east-1:999999999999:key/11111111-2222-3333-4444-555555555555";

      expect(new SandboxAccount().codeartifact.domains.create({ domain: "orb", encryptionKey }).encryptionKey).to.equal(
        encryptionKey,
      );
    });

    it("with a key that is named by its id, its ARN, its alias or its alias' ARN", () => {
      const { codeartifact, kms } = new SandboxAccount();
      const { arn, keyId } = kms.createKey();
      kms.aliases.create({ aliasName: "alias/orb/dev", targetKeyId: keyId });

      for (const [index, encryptionKey] of [keyId, arn, "alias/orb/dev", kms.aliases.arn("alias/orb/dev")].entries()) {
        const domain = `orb-${index}`;
        expect(codeartifact.domains.create({ domain, encryptionKey }).encryptionKey, encryptionKey).to.equal(arn);
      }
      for (const encryptionKey of ["alias/none", kms.aliases.arn("alias/none"), keyId.replace(/^./, "z")]) {
        expect(awsErrorOf(() => codeartifact.domains.create({ domain: "orb", encryptionKey }))).to.equal(
          `ValidationException 400: KMS key not found: ${encryptionKey}`,
        );
      }
    });

    it("with a key of its own region", () => {
      const { codeartifact } = new SandboxAccount();
      const elsewhere = new SandboxAccount({ region: "eu-west-1" }).kms.createKey().arn;

      for (const encryptionKey of [elsewhere, "arn:aws:s3:::orb", "orb/dev", ""]) {
        expect(awsErrorOf(() => codeartifact.domains.create({ domain: "orb", encryptionKey }))).to.equal(
          `ValidationException 400: Invalid encryption key '${encryptionKey}': give the id, the ARN or the alias of a ` +
            "symmetric KMS key of the domain's region, such as arn:aws:kms:us-east-1:ACCOUNT:key/ID.",
        );
      }
      expect(codeartifact.domains.list()).to.deep.equal([]);
    });
  });

  describe("whose key cannot be used", () => {
    const place = { domain: "orb", repository: "python-packages" };
    const made = () => {
      const { codeartifact, kms } = new SandboxAccount();
      const { keyId, arn } = kms.createKey();
      codeartifact.domains.create({ domain: "orb", encryptionKey: arn });
      codeartifact.repositories.create(place);
      return { codeartifact, kms, keyId, arn };
    };

    it("is described, and keeps what is in it out of reach until the key is enabled again", () => {
      const { codeartifact, kms, keyId, arn } = made();
      const describe = () => codeartifact.repositories.describe(place);
      const rejected = (state: string) =>
        `AccessDeniedException 403: CodeArtifact cannot use KMS key ${arn} of domain 'orb': its state is ${state}. ` +
        "Enable the key, after you cancel its deletion.";

      kms.disableKey({ keyId });
      expect(awsErrorOf(describe)).to.equal(rejected("Disabled"));
      expect(awsErrorOf(() => codeartifact.repositories.delete(place))).to.equal(rejected("Disabled"));
      expect(codeartifact.repositories.listAll()).to.deep.equal([]);
      expect(codeartifact.domains.describe({ domain: "orb" }).repositoryCount).to.equal(1);
      kms.scheduleKeyDeletion({ keyId });
      expect(awsErrorOf(describe)).to.equal(rejected("PendingDeletion"));
      kms.cancelKeyDeletion({ keyId });
      expect(awsErrorOf(describe)).to.equal(rejected("Disabled"));
      kms.enableKey({ keyId });
      expect(describe().name).to.equal("python-packages");
      expect(codeartifact.repositories.listAll().map(({ name }) => name)).to.deep.equal(["python-packages"]);
    });

    it("is deleted with its repositories", () => {
      const { codeartifact, kms, keyId } = made();

      expect(awsErrorOf(() => codeartifact.domains.delete({ domain: "orb" }))).to.match(/^ConflictException 409/);
      kms.disableKey({ keyId });
      expect(codeartifact.domains.delete({ domain: "orb" })?.name).to.equal("orb");
      expect(codeartifact.domains.list()).to.deep.equal([]);
    });
  });
});
