import { expect } from "chai";
import { commonWheel, type ClientRegistry, openRegistry, publicPackage, publishDirectly } from "./registry";
import { Person } from "./person";
import { clientTools, installing } from "./tools";

describe("poetry", function () {
  this.timeout(120_000);
  let registry: ClientRegistry;
  let person: Person;

  before(async function () {
    this.timeout(installing);
    person = new Person(await clientTools());
    registry = await openRegistry();
    await publishDirectly(registry, await commonWheel());
  });

  after(async () => {
    person.leave();
    await registry.close();
  });

  const project = (folder: string, name: string, version: string, dependencies: readonly string[]) =>
    person.write(
      `${folder}/pyproject.toml`,
      `[project]\nname = "${name}"\nversion = "${version}"\nrequires-python = ">=3.10"\n` +
        `dependencies = ${JSON.stringify(dependencies)}\n` +
        `[[tool.poetry.source]]\nname = "registry"\nurl = "${registry.indexUrl()}"\npriority = "primary"\n` +
        `[tool.poetry]\npackages = [{ include = "${name.replaceAll("-", "_")}" }]\n` +
        `[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n`,
    );
  const poetry = (folder: string, command: readonly string[], token: string) =>
    person.run("poetry", ["--no-interaction", "--project", folder, ...command], {
      ...{ POETRY_HTTP_BASIC_REGISTRY_USERNAME: "aws", POETRY_HTTP_BASIC_REGISTRY_PASSWORD: token },
      ...{ POETRY_REPOSITORIES_REGISTRY_URL: registry.uploadUrl(), POETRY_VIRTUALENVS_IN_PROJECT: "true" },
      ...{ POETRY_KEYRING_ENABLED: "false", POETRY_VIRTUALENVS_OPTIONS_NO_PIP: "true" },
    });

  it("locks and installs a private package and its public dependency", async () => {
    project("consumer", "consumer", "0", ["orb-common"]);

    const lock = await poetry("consumer", ["lock"], registry.reader.token);
    const install = await poetry("consumer", ["install", "--no-root"], registry.reader.token);

    expect(lock.exitCode, lock.text).to.equal(0);
    expect(install.exitCode, install.text).to.equal(0);
    expect(install.text)
      .to.include("Installing orb-common (1.0.0)")
      .and.to.include(`Installing ${publicPackage} (2.1.0)`);
    expect(person.read("consumer/poetry.lock")).not.to.include(registry.reader.token);
  });

  it("is refused a poisoned version, and everything without a good token", async () => {
    project("poisoned", "poisoned", "0", ["orb-common==99.0"]);
    project("unknown", "unknown", "0", ["orb-common"]);

    const poisoned = await poetry("poisoned", ["lock"], registry.reader.token);
    const unknown = await poetry("unknown", ["lock"], "made-up");

    expect([poisoned.exitCode, unknown.exitCode]).to.deep.equal([1, 1]);
    expect(poisoned.text).to.include("orb-common (99.0) which doesn't match any versions");
    expect(unknown.text).to.match(/401|authoriz/i);
  });

  it("publishes, and is told why it may not", async () => {
    const build = async (folder: string, name: string) => {
      project(folder, name, "3.0.0", []);
      person.write(`${folder}/${name.replaceAll("-", "_")}/__init__.py`, "");
      const built = await poetry(folder, ["build"], "");
      expect(built.exitCode, built.text).to.equal(0);
    };
    await build("common", "orb-common");
    await build("other", "orb-other");

    const own = await poetry("common", ["publish", "--repository", "registry"], registry.publisher.token);
    const foreign = await poetry("other", ["publish", "--repository", "registry"], registry.publisher.token);

    expect(own.exitCode, own.text).to.equal(0);
    expect(foreign.exitCode).to.equal(1);
    expect(foreign.text).to.include("403").and.to.include("codeartifact:PublishPackageVersion");
  });

  it("leaves no token in any file", () => {
    expect(person.filesWith([registry.publisher.token, registry.reader.token])).to.deep.equal([]);
  });
});
