import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describeClient } from "../support/clients/describeClient";
import { commonWheel, publicPackage, publishDirectly, storeName } from "../support/clients/registry";
import { withVersion } from "../support/clients/tools";

describeClient(withVersion("pip"), (given) => {
  before(async () => {
    await publishDirectly(given.registry, await commonWheel());
  });

  const install = (target: string, options: readonly string[], token?: string, repository?: string) =>
    given.person.run("pip", ["install", "--no-cache-dir", "--target", target, ...options], {
      PIP_INDEX_URL: given.registry.indexUrl(token, repository),
    });

  it("installs a private package and its public dependency from the one index", async () => {
    const { exitCode, text } = await install("both", ["orb-common"], given.registry.reader.token);

    expect([exitCode, text]).to.deep.equal([0, text]);
    expect(text).to.include(`Successfully installed ${publicPackage}-2.1.0 orb-common-1.0.0`);
    expect(existsSync(join(given.person.work, "both/orb_common/__init__.py"))).to.equal(true);
  });

  it("finds no poisoned version of a private name, while a public name's is found", async () => {
    const poisoned = await install("poisoned", ["orb-common==99.0"], given.registry.reader.token);
    const squatted = await install("squatted", ["orb-comon"], given.registry.reader.token);
    const open = await install("open", [`${publicPackage}==2.1.0`], given.registry.reader.token);

    expect(poisoned.text).to.include(
      "Could not find a version that satisfies the requirement orb-common==99.0 (from versions: 1.0.0)",
    );
    expect(squatted.text).to.include("No matching distribution found for orb-comon");
    expect([poisoned.exitCode, squatted.exitCode, open.exitCode]).to.deep.equal([1, 1, 0]);
  });

  it("compares what it gets with the hashes of a requirements file", async () => {
    const { bytes } = await commonWheel();
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const requirement = (digest: string) => `orb-common==1.0.0 --hash=sha256:${digest}\n`;
    given.person.write("good.txt", requirement(sha256));
    given.person.write("bad.txt", requirement("0".repeat(64)));
    const options = (file: string) => ["--no-deps", "--require-hashes", "-r", file];

    const good = await install("hashed", options("good.txt"), given.registry.reader.token);
    const bad = await install("unhashed", options("bad.txt"), given.registry.reader.token);

    expect(good.exitCode).to.equal(0);
    expect(bad.exitCode).to.equal(1);
    expect(bad.text).to.include("THESE PACKAGES DO NOT MATCH THE HASHES").and.to.include(`Got ${sha256}`);
  });

  it("leaves out what is newer than its options allow", async () => {
    const before = (date: string) =>
      install(`before-${date}`, [`--uploaded-prior-to=${date}`, publicPackage], given.registry.reader.token);

    expect((await before("2026-02-01")).exitCode).to.equal(0);
    expect((await before("2025-12-01")).text).to.include(`No matching distribution found for ${publicPackage}`);
  });

  it("is rejected without a token, and with one that no one minted", async () => {
    const none = await install("none", ["orb-common"]);
    const wrong = await install("wrong", ["orb-common"], "made-up");

    expect([none.exitCode, wrong.exitCode]).to.deep.equal([1, 1]);
    expect(wrong.text).to.include("401 Error, Credentials not correct for");
    expect(none.text).to.include("No matching distribution found for orb-common");
  });

  it("is rejected by the store itself, which is no one's index", async () => {
    const past = await install("past", [publicPackage], given.registry.reader.token, storeName);
    const through = await install("through", [publicPackage], given.registry.reader.token);

    expect(past.text).to.include(`No matching distribution found for ${publicPackage}`);
    expect([past.exitCode, through.exitCode]).to.deep.equal([1, 0]);
  });

  it("leaves no token in any file", () => {
    expect(given.person.filesWith([given.registry.reader.token])).to.deep.equal([]);
  });
});
