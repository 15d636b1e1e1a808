import { Domain } from "@pulumi/aws/codeartifact/domain";
import { RunError } from "@pulumi/pulumi";
import { expect } from "chai";
import { domainAsNamed, fixedProperties, rejectOtherKey, type WantedKey } from "../../components/packageRegistry";
import { reasonOf, record, valueOf } from "../support/mocks";

const awsManagedKey = "arn:aws:kms:eu-west-1:111122223333:key/of-aws";
const ownKey = "arn:aws:kms:eu-west-1:111122223333:key/own";
const otherKey = "arn:aws:kms:eu-west-1:111122223333:key/other";

const wayOut = 'A registry beside it can have it: docs/operations.md, "Another name or key".';

/** A domain that was made with this key; without one, with AWS's own. */
function madeWith(encryptionKey?: string): Domain {
  return new Domain("domain", { domain: "orb-dev", encryptionKey });
}

/** Which provider functions are asked, where the key is as wanted. */
async function accepted(encryptionKey: string | undefined, wanted: WantedKey): Promise<readonly string[]> {
  const { result, calls } = await record(() => rejectOtherKey(madeWith(encryptionKey), wanted, {}));
  await valueOf(result);
  return calls.map(({ token, inputs }) => `${token} ${String(inputs.keyId)}`);
}

/** Why an update ends, where it is not. */
async function rejected(encryptionKey: string | undefined, wanted: WantedKey): Promise<string> {
  const { result } = await record(() => reasonOf(rejectOtherKey(madeWith(encryptionKey), wanted, {})));
  return messageOf(await result);
}

function messageOf(reason: unknown): string {
  expect(RunError.isInstance(reason)).to.equal(true);
  return (reason as Error).message;
}

const otherKeyMessage = (key: string) =>
  `The domain orb-dev is encrypted with the key ${key}, and cannot change to another. Set encryption back: to ` +
  `aws-managed where that key is AWS's own, to create where this stack made it, else to this ARN. ${wayOut}`;

describe("a domain that is made", () => {
  it("has its name and its key from then on: Pulumi ignores a change of these", () => {
    expect(fixedProperties).to.deep.equal(["domain", "encryptionKey"]);
  });

  it("is returned under the name it has", async () => {
    const { result } = await record(() => domainAsNamed(madeWith(), "orb-dev"));

    expect(await valueOf(result)).to.be.instanceOf(Domain);
  });

  it("is not renamed, and the error names the way out", async () => {
    const { result } = await record(() => reasonOf(domainAsNamed(madeWith(), "acme-dev")));

    expect(messageOf(await result)).to.equal(
      `The domain orb-dev cannot be renamed to acme-dev. Set customerId, projectId and environment back. ${wayOut}`,
    );
  });

  it("keeps AWS's own key, and does not change to one of the stack's or to another", async () => {
    expect(await accepted(undefined, { encryption: "aws-managed", keyArn: undefined })).to.deep.equal([
      `aws:kms/getKey:getKey ${awsManagedKey}`,
    ]);
    expect(await rejected(undefined, { encryption: "create", keyArn: ownKey })).to.equal(
      otherKeyMessage(awsManagedKey),
    );
    expect(await rejected(undefined, { encryption: { keyArn: ownKey }, keyArn: ownKey })).to.equal(
      otherKeyMessage(awsManagedKey),
    );
  });

  it("keeps a key of the stack's, and does not change to AWS's own or to another", async () => {
    expect(await accepted(ownKey, { encryption: "create", keyArn: ownKey })).to.deep.equal([
      `aws:kms/getKey:getKey ${ownKey}`,
    ]);
    expect(await rejected(ownKey, { encryption: "aws-managed", keyArn: undefined })).to.equal(otherKeyMessage(ownKey));
    expect(await rejected(ownKey, { encryption: "create", keyArn: otherKey })).to.equal(otherKeyMessage(ownKey));
  });

  it("keeps a key that exists without looking it up, and does not change to another", async () => {
    expect(await accepted(ownKey, { encryption: { keyArn: ownKey }, keyArn: ownKey })).to.deep.equal([]);
    expect(await rejected(ownKey, { encryption: { keyArn: otherKey }, keyArn: otherKey })).to.equal(
      otherKeyMessage(ownKey),
    );
  });
});
