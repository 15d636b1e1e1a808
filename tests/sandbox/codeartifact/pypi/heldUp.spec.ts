import { createHash } from "node:crypto";
import { expect } from "chai";
import { resourceMatches } from "../../../../iam/matching";
import { checkDigests } from "../../../../sandbox/codeartifact/pypi/upload";
import { readCoreMetadata } from "../../../../sandbox/codeartifact/pypi/metadata";
import { longestAllowed, longestTurn } from "../../../support/longestTurn";
import { openRegistry, type Registry } from "../../../support/sandbox/pypi";

const mebibyte = 1024 ** 2;

describe("a hostile request", () => {
  let registry: Registry;

  before(async () => {
    registry = await openRegistry();
  });

  after(() => registry.close());

  async function upload(fields: Readonly<Record<string, string>>): Promise<{ status: number; text: string }> {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ":action": "file_upload", version: "1.0", ...fields })) {
      form.append(name, value);
    }
    form.append("content", new Blob(["bytes"]), "orb_common-1.0.tar.gz");
    const response = await fetch(registry.endpoint, {
      method: "POST",
      body: form,
      headers: { authorization: `Bearer ${registry.publisher}` },
    });
    return { status: response.status, text: await response.text() };
  }

  it("rejects a package's name of 4 MiB without delay, and takes one of 255 characters", async () => {
    const { result, longest } = await longestTurn(() => upload({ name: "a".repeat(4 * mebibyte) }));

    expect(result.status).to.equal(400);
    expect(result.text).to.match(/is no package's name/);
    expect(longest).to.be.below(longestAllowed);
    expect((await upload({ name: "a".repeat(255) })).text).not.to.match(/is no package's name/);
  });

  it("holds up nothing with thousands of digests of one file, which is digested once", async () => {
    const bytes = Buffer.alloc(32 * mebibyte);
    const own = createHash("sha256").update(bytes).digest("hex");
    const form = (sent: readonly string[]) => ({
      filename: "orb_common-1.0.tar.gz",
      bytes,
      fields: new Map([["sha256_digest", sent]]),
    });
    const same = Array.from({ length: 4999 }, () => own);

    expect((await longestTurn(() => checkDigests(form(same)))).longest).to.be.below(longestAllowed);
    expect(await checkDigests(form([...same, "0"])).catch(String)).to.match(/sha256_digest says "0"/);
  });

  it("holds up nothing with a large file, which is digested in parts", async () => {
    const bytes = Buffer.alloc(256 * mebibyte);
    const fields = new Map([["blake2_256_digest", ["0"]]]);
    const check = () => checkDigests({ filename: "orb_common-1.0.tar.gz", bytes, fields }).catch(String);

    const { result, longest } = await longestTurn(check);

    expect(result).to.match(/arrived with other bytes/);
    expect(longest).to.be.below(longestAllowed);
  });

  it("holds up nothing with metadata of a million headers, which are too many; 10,000 are not", async () => {
    const metadata = (count: number) => `Name: orb-common\nVersion: 1.0\n${"a:\n".repeat(count)}\nText.`;
    const { longest, result } = await longestTurn(() =>
      Promise.resolve()
        .then(() => readCoreMetadata(metadata(1_000_000), "METADATA"))
        .catch(String),
    );

    expect(result).to.match(/METADATA has more than 20,000 lines of headers/);
    expect(longest).to.be.below(longestAllowed);
    expect(readCoreMetadata(metadata(10_000), "METADATA")).to.include({ name: "orb-common", version: "1.0" });
  });

  it("holds up nothing with wildcards that fit in many ways", async () => {
    const arn = `arn:aws:codeartifact:us-east-1:123456789012:package/${"a".repeat(1024)}`;
    const pattern = `arn:aws:codeartifact:*:*:package/${"*a".repeat(2048)}`;
    const { longest } = await longestTurn(() => Promise.resolve(resourceMatches(`${pattern}b`, arn)));

    expect(longest).to.be.below(longestAllowed);
    expect(resourceMatches(`${pattern}b`, arn)).to.equal(false);
    expect(resourceMatches(`arn:aws:codeartifact:*:*:package/${"*a".repeat(1024)}*`, arn)).to.equal(true);
  });
});
