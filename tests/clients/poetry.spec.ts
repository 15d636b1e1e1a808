import { expect } from "chai";
import { describeClient } from "../support/clients/describeClient";
import { commonWheel, publicPackage, publishDirectly } from "../support/clients/registry";
import { withVersion } from "../support/clients/tools";

describeClient(withVersion("poetry"), (given) => {
  before(async () => {
    await publishDirectly(given.registry, await commonWheel());
  });

  const project = (folder: string, name: string, version: string, dependencies: readonly string[]) =>
    given.person.write(
      `${folder}/pyproject.toml`,
      `[project]\nname = "${name}"\nversion = "${version}"\nrequires-python = ">=3.10"\n` +
        `dependencies = ${JSON.stringify(dependencies)}\n` +
        `[[tool.poetry.source]]\nname = "registry"\nurl = "${given.registry.indexUrl()}"\npriority = "primary"\n` +
        `[tool.poetry]\npackages = [{ include = "${name.replaceAll("-", "_")}" }]\n` +
        `[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n`,
    );
  const poetry = (folder: string, command: readonly string[], token: string) =>
    given.person.run("poetry", ["--no-interaction", "--project", folder, ...command], {
      POETRY_HTTP_BASIC_REGISTRY_USERNAME: "aws",
      POETRY_HTTP_BASIC_REGISTRY_PASSWORD: token,
      POETRY_REPOSITORIES_REGISTRY_URL: given.registry.uploadUrl(),
      POETRY_VIRTUALENVS_IN_PROJECT: "true",
      POETRY_KEYRING_ENABLED: "false",
      POETRY_VIRTUALENVS_OPTIONS_NO_PIP: "true",
    });

  it("locks and installs a private package and its public dependency", async () => {
    project("consumer", "consumer", "0", ["orb-common"]);

    const lock = await poetry("consumer", ["lock"], given.registry.reader.token);
    const install = await poetry("consumer", ["install", "--no-root"], given.registry.reader.token);

    expect(lock.exitCode, lock.text).to.equal(0);
    expect(install.exitCode, install.text).to.equal(0);
    expect(install.text)
      .to.include("Installing orb-common (1.0.0)")
      .and.to.include(`Installing ${publicPackage} (2.1.0)`);
    expect(given.person.read("consumer/poetry.lock")).not.to.include(given.registry.reader.token);
  });

  it("does not get a poisoned version, and everything without a good token", async () => {
    project("poisoned", "poisoned", "0", ["orb-common==99.0"]);
    project("unknown", "unknown", "0", ["orb-common"]);

    const poisoned = await poetry("poisoned", ["lock"], given.registry.reader.token);
    const unknown = await poetry("unknown", ["lock"], "made-up");

    expect([poisoned.exitCode, unknown.exitCode]).to.deep.equal([1, 1]);
    expect(poisoned.text).to.include("orb-common (99.0) which doesn't match any versions");
    expect(unknown.text).to.match(/401|authoriz/i);
  });

  it("publishes, and shows why it may not", async () => {
    const build = async (folder: string, name: string) => {
      project(folder, name, "3.0.0", []);
      given.person.write(`${folder}/${name.replaceAll("-", "_")}/__init__.py`, "");
      const built = await poetry(folder, ["build"], "");
      expect(built.exitCode, built.text).to.equal(0);
    };
    await build("common", "orb-common");
    await build("other", "orb-other");

    const own = await poetry("common", ["publish", "--repository", "registry"], given.registry.publisher.token);
    const foreign = await poetry("other", ["publish", "--repository", "registry"], given.registry.publisher.token);

    expect(own.exitCode, own.text).to.equal(0);
    expect(foreign.exitCode).to.equal(1);
    expect(foreign.text).to.include("403").and.to.include("codeartifact:PublishPackageVersion");
  });

  it("leaves no token in any file", () => {
    expect(given.person.filesWith([given.registry.publisher.token, given.registry.reader.token])).to.deep.equal([]);
  });
});
