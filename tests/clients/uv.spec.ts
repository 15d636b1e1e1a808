import { join } from "node:path";
import { expect } from "chai";
import { describeClient } from "../support/clients/describeClient";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { commonWheel, publicPackage, publishDirectly } from "../support/clients/registry";
import { withVersion } from "../support/clients/tools";

describeClient(withVersion("uv"), (given) => {
  before(async () => {
    await publishDirectly(given.registry, await commonWheel());
  });

  const own = () => ({ UV_PYTHON: given.person.tools.python, UV_PYTHON_DOWNLOADS: "never", UV_NO_CONFIG: "1" });
  const credentials = (token: string) => ({ UV_INDEX_REGISTRY_USERNAME: "aws", UV_INDEX_REGISTRY_PASSWORD: token });
  const project = (name: string, dependency: string) =>
    given.person.write(
      `${name}/pyproject.toml`,
      `[project]\nname = "${name}"\nversion = "0"\nrequires-python = ">=3.10"\ndependencies = ["${dependency}"]\n` +
        `[[tool.uv.index]]\nname = "registry"\nurl = "${given.registry.indexUrl()}"\ndefault = true\n`,
    );
  const inProject = (name: string, command: string, token: string) =>
    given.person.run("uv", [command, "--project", name], {
      UV_PYTHON: given.person.tools.python,
      UV_PYTHON_DOWNLOADS: "never",
      ...credentials(token),
    });

  it("installs a private package and its public dependency", async () => {
    const { exitCode, text } = await given.person.run(
      "uv",
      ["pip", "install", "--target", join(given.person.work, "target"), "orb-common"],
      {
        ...own(),
        UV_DEFAULT_INDEX: `registry=${given.registry.indexUrl()}`,
        ...credentials(given.registry.reader.token),
      },
    );

    expect(exitCode, text).to.equal(0);
    expect(text).to.include("orb-common==1.0.0").and.to.include(`${publicPackage}==2.1.0`);
  });

  it("locks and syncs a project; the lock holds hashes, sizes and times, and no token", async () => {
    project("locked", "orb-common");

    const lock = await inProject("locked", "lock", given.registry.reader.token);
    const sync = await inProject("locked", "sync", given.registry.reader.token);

    expect(lock.exitCode, lock.text).to.equal(0);
    expect(sync.exitCode, sync.text).to.equal(0);
    const locked = given.person.read("locked/uv.lock");
    expect(locked).to.match(
      /orb_common-1\.0\.0-py3-none-any\.whl", hash = "sha256:[0-9a-f]{64}", size = \d+, upload-time/,
    );
    expect(locked).not.to.include(given.registry.reader.token);
  });

  it("does not get a poisoned version, and lists which there are", async () => {
    project("poisoned", "orb-common==99.0");

    const { exitCode, text } = await inProject("poisoned", "lock", given.registry.reader.token);

    expect(exitCode).to.equal(1);
    expect(text).to.include("there is no version of orb-common==99.0");
  });

  it("shows that it lacks credentials", async () => {
    project("unknown", "orb-common");

    const { exitCode, text } = await inProject("unknown", "lock", "made-up");

    expect(exitCode).to.equal(1);
    expect(text).to.include("401 Unauthorized");
  });

  const publish = (file: string, token: string) =>
    given.person.run("uv", ["publish", file], {
      ...{
        ...own(),
        UV_PUBLISH_URL: given.registry.uploadUrl(),
        UV_PUBLISH_USERNAME: "aws",
        UV_PUBLISH_PASSWORD: token,
      },
      UV_KEYRING_PROVIDER: "disabled",
    });

  it("publishes, the same file again, and not other bytes of it", async () => {
    const [wheel, altered] = [await commonWheel("2.0.0"), await commonWheel("2.0.0", "Other bytes.")];
    const file = given.person.write(`dist/${wheel.filename}`, wheel.bytes);
    const other = given.person.write(`altered/${altered.filename}`, altered.bytes);

    const endings = [
      await publish(file, given.registry.publisher.token),
      await publish(file, given.registry.publisher.token),
      await publish(other, given.registry.publisher.token),
    ];

    expect(endings.map(({ exitCode }) => exitCode)).to.deep.equal([0, 0, 2]);
    expect(endings[2]?.text).to.include("409 Conflict").and.to.include("with other bytes");
  });

  it("does not publish a package that is not the publisher's, and shows by which rule", async () => {
    const { filename, bytes } = await makeWheel({ name: "orb-other", version: "1.0.0" });

    const { exitCode, text } = await publish(
      given.person.write(`dist/${filename}`, bytes),
      given.registry.publisher.token,
    );

    expect(exitCode).to.equal(2);
    expect(text).to.include("403 Forbidden").and.to.include("codeartifact:PublishPackageVersion");
  });

  it("leaves no token in any file", () => {
    expect(given.person.filesWith([given.registry.publisher.token, given.registry.reader.token])).to.deep.equal([]);
  });
});
