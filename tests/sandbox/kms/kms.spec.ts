import { expect } from "chai";
import { SandboxAccount } from "../../../sandbox/account";
import { awsErrorOf } from "../../support/sandbox/awsErrorOf";

describe("KMS", () => {
  it("makes keys that are found by id and by ARN, and no others", () => {
    const now = new Date("2026-09-01T12:00:00Z");
    const { kms } = new SandboxAccount({ now: () => now });
    const key = kms.createKey({ description: "packages", enableKeyRotation: true, tags: { team: "orb" } });

    expect(kms.describeKey({ keyId: key.keyId })).to.equal(key);
    expect(kms.describeKey({ keyId: key.arn })).to.equal(key);
    expect(key).to.include({
      description: "packages",
      enableKeyRotation: true,
      keyState: "Enabled",
      keyManager: "CUSTOMER",
    });
    expect(key.creationDate).to.equal(now);
    expect(key.tags).to.deep.equal({ team: "orb" });
    expect(awsErrorOf(() => kms.describeKey({ keyId: "0000" }))).to.equal(
      "NotFoundException 400: Key 'arn:aws:kms:us-east-1:123456789012:key/0000' does not exist",
    );
  });

  it("does not rotate a key unless asked", () => {
    expect(new SandboxAccount().kms.createKey()).to.include({ enableKeyRotation: false, description: "" });
  });

  it("deletes a key only after 7 to 30 days", () => {
    const { kms } = new SandboxAccount();
    const { keyId } = kms.createKey();

    expect(awsErrorOf(() => kms.scheduleKeyDeletion({ keyId, pendingWindowInDays: 6 }))).to.equal(
      "ValidationException 400: 1 validation error detected: Value '6' at 'pendingWindowInDays' failed to satisfy " +
        "constraint: Member must have value greater than or equal to 7",
    );
    expect(kms.describeKey({ keyId }).keyState).to.equal("Enabled");
    expect(kms.scheduleKeyDeletion({ keyId, pendingWindowInDays: 7 }).keyState).to.equal("PendingDeletion");
    expect(kms.describeKey({ keyId }).keyState).to.equal("PendingDeletion");
  });

  it("changes a key's description, rotation and tags until it waits for its deletion", () => {
    const { kms } = new SandboxAccount();
    const { keyId, arn } = kms.createKey({ tags: { team: "orb", stage: "dev" } });
    const change = () => {
      kms.updateKeyDescription({ keyId, description: "packages" });
      kms.enableKeyRotation({ keyId });
      kms.tagResource({ keyId, tags: { team: "data" } });
      kms.untagResource({ keyId, tagKeys: ["stage", "none"] });
    };
    change();

    expect(kms.describeKey({ keyId })).to.deep.include({
      description: "packages",
      enableKeyRotation: true,
      tags: { team: "data" },
    });
    kms.disableKeyRotation({ keyId });
    expect(kms.describeKey({ keyId }).enableKeyRotation).to.equal(false);
    kms.scheduleKeyDeletion({ keyId });
    kms.putKeyPolicy({ keyId, policy: kms.getKeyPolicy({ keyId }).document });
    for (const operation of [change, () => kms.scheduleKeyDeletion({ keyId })]) {
      expect(awsErrorOf(operation)).to.equal(`KMSInvalidStateException 400: ${arn} is pending deletion.`);
    }
  });

  it("calls a deletion off, and then a key is disabled until someone enables it", () => {
    const { kms } = new SandboxAccount();
    const { keyId, arn } = kms.createKey();

    expect(awsErrorOf(() => kms.cancelKeyDeletion({ keyId }))).to.equal(
      `KMSInvalidStateException 400: ${arn} is not pending deletion.`,
    );
    kms.scheduleKeyDeletion({ keyId });
    expect(kms.cancelKeyDeletion({ keyId }).keyState).to.equal("Disabled");
    kms.enableKey({ keyId });
    expect(kms.listKeys().map(({ keyState }) => keyState)).to.deep.equal(["Enabled"]);
  });
});
