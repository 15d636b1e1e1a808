import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describeClient } from "../support/clients/describeClient";
import { commonWheel, publicPackage, publishDirectly } from "../support/clients/registry";
import { withVersion } from "../support/clients/tools";

describeClient(`${withVersion("pipenv")} with the registry as its one source`, (given) => {
  before(async () => {
    await publishDirectly(given.registry, await commonWheel());
    const url = given.registry.indexUrl().replace("://", "://aws:${CODEARTIFACT_AUTH_TOKEN}@");
    mkdirSync(temporary());
    given.person.write(
      "Pipfile",
      `[[source]]\nname = "registry"\nurl = "${url}"\nverify_ssl = true\n\n[packages]\norb-common = "*"\n`,
    );
  });

  const temporary = () => join(given.person.home, "temporary-of-lock");
  const pipenv = (command: readonly string[], token?: string) =>
    given.person.run("pipenv", command, {
      ...(command[0] === "lock" ? { TMPDIR: temporary() } : {}),
      PIPENV_PYTHON: given.person.tools.python,
      PIPENV_VENV_IN_PROJECT: "1",
      PIPENV_YES: "1",
      PIPENV_NOSPIN: "1",
      ...(token === undefined ? {} : { CODEARTIFACT_AUTH_TOKEN: token }),
    });

  it("locks private and public packages with their hashes; the lock names the variable, not the token", async () => {
    const { exitCode, text } = await pipenv(["lock"], given.registry.reader.token);

    expect(exitCode, text).to.equal(0);
    const lock = JSON.parse(given.person.read("Pipfile.lock")) as {
      _meta: { sources: readonly { url: string }[] };
      default: Record<string, { version: string; hashes: readonly string[] }>;
    };
    expect(lock._meta.sources.map(({ url }) => url)).to.deep.equal([
      given.registry.indexUrl().replace("://", "://aws:${CODEARTIFACT_AUTH_TOKEN}@"),
    ]);
    expect(lock.default["orb-common"]?.version).to.equal("==1.0.0");
    expect(lock.default[publicPackage]?.hashes).to.have.length(1);
  });

  it("installs exactly what the lock says", async () => {
    await publishDirectly(given.registry, await commonWheel("1.1.0"));

    const { exitCode, text } = await pipenv(["sync"], given.registry.reader.token);
    const shown = await pipenv(["run", "python", "-c", "import orb_common; print(orb_common.__version__)"]);

    expect(exitCode, text).to.equal(0);
    expect(shown.text.trim()).to.equal("1.0.0");
  });

  it("is rejected without the token", async () => {
    const { exitCode, text } = await pipenv(["lock"], "made-up");

    expect(exitCode).to.equal(1);
    expect(text).to.include("No matching distribution found for orb-common");
  });

  // It keeps what it asks its resolver, "for post-mortem inspection": pipenv/utils/resolver.py, _run_resolver_subprocess.
  it("leaves the token in the temporary folder of a lock, which is to be removed, and in no other file", () => {
    const places = given.person
      .filesWith([given.registry.reader.token])
      .map((path) => path.replace(/[^-]+\.json$/, ""));

    expect(new Set(places)).to.deep.equal(new Set(["temporary-of-lock/pipenv-request-"]));
  });
});
