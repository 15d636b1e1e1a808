import { createHash } from "node:crypto";
import { expect } from "chai";
import { describeClient } from "../support/clients/describeClient";
import { makeWheel, type MadeDistribution } from "../../sandbox/fixtures/distributions";
import { commonSdist, commonWheel, repositoryName, storeName } from "../support/clients/registry";
import { withVersion } from "../support/clients/tools";

describeClient(withVersion("twine"), (given) => {
  const upload = (
    distributions: readonly MadeDistribution[],
    token: string,
    { repository = repositoryName, options = [] }: { repository?: string; options?: readonly string[] } = {},
  ) =>
    given.person.run(
      "twine",
      [
        ...["upload", "--non-interactive", "--disable-progress-bar", ...options],
        ...distributions.map(({ filename, bytes }) => given.person.write(`dist/${filename}`, bytes)),
      ],
      {
        TWINE_USERNAME: "aws",
        TWINE_PASSWORD: token,
        TWINE_REPOSITORY_URL: given.registry.uploadUrl(undefined, repository),
      },
    );
  const held = () =>
    Object.keys(
      given.registry.context.packages.store.find(
        { domain: given.registry.context.domain, repository: repositoryName },
        "orb-common",
      )?.versions["1.0.0"]?.assets ?? {},
    ).sort();

  it("publishes an sdist and a wheel, and the same files again", async () => {
    const files = [await commonSdist(), await commonWheel()];

    const first = await upload(files, given.registry.publisher.token);
    const again = await upload(files, given.registry.publisher.token);

    expect([first.exitCode, again.exitCode]).to.deep.equal([0, 0]);
    expect(held()).to.deep.equal(["orb_common-1.0.0-py3-none-any.whl", "orb_common-1.0.0.tar.gz"]);
  });

  it("shows both digests when a file is there with other bytes", async () => {
    const [there, altered] = [await commonWheel(), await commonWheel("1.0.0", "Other bytes.")];
    const [before, sent] = [there, altered].map(({ bytes }) => createHash("sha256").update(bytes).digest("hex"));

    const { exitCode, text } = await upload([altered], given.registry.publisher.token);

    expect(exitCode).to.equal(1);
    expect(text).to.include("HTTPError: 409").and.to.include(before).and.to.include(sent);
  });

  it("does not get a package that is not the publisher's, and every package with a reader's token", async () => {
    const foreign = await upload(
      [await makeWheel({ name: "orb-other", version: "1.0.0" })],
      given.registry.publisher.token,
    );
    const reading = await upload([await commonWheel("1.0.1")], given.registry.reader.token);
    const own = await upload([await commonWheel("1.0.1")], given.registry.publisher.token);

    expect([foreign.exitCode, reading.exitCode, own.exitCode]).to.deep.equal([1, 1, 0]);
    expect(foreign.text).to.include("HTTPError: 403").and.to.include("codeartifact:PublishPackageVersion");
    expect(reading.text).to.include("HTTPError: 403").and.to.include("codeartifact:PublishPackageVersion");
  });

  it("does not get the store", async () => {
    const { exitCode, text } = await upload([await commonWheel("1.0.2")], given.registry.publisher.token, {
      repository: storeName,
    });

    expect(exitCode).to.equal(1);
    expect(text).to.include("HTTPError: 403");
  });

  it("is rejected without a token, and with one that no one minted", async () => {
    const files = [await commonWheel("1.0.3")];

    expect((await upload(files, "made-up")).text).to.include("HTTPError: 401");
    expect((await upload(files, " ")).text).to.include("HTTPError: 401");
  });

  it("itself does not skip what exists, which is why nothing here recommends it", async () => {
    const { exitCode, text } = await upload([await commonWheel()], given.registry.publisher.token, {
      options: ["--skip-existing"],
    });

    expect(exitCode).to.equal(1);
    expect(text).to.include("UnsupportedConfiguration");
  });

  it("leaves no token in any file", () => {
    expect(given.person.filesWith([given.registry.publisher.token, given.registry.reader.token])).to.deep.equal([]);
  });
});
