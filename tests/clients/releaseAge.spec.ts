import { join } from "node:path";
import { expect } from "chai";
import { describeClient } from "../support/clients/describeClient";
import { commonWheel, publicPackage, publishDirectly } from "../support/clients/registry";
import { withVersion } from "../support/clients/tools";

/** The public package was uploaded on 1 January 2026, the private one just now. */
describeClient("waiting out fresh public releases", (given) => {
  before(async () => {
    await publishDirectly(given.registry, await commonWheel());
  });

  const project = (name: string, more: string) =>
    given.person.write(
      `${name}/pyproject.toml`,
      `[project]\nname = "${name}"\nversion = "0"\nrequires-python = ">=3.10"\ndependencies = ["orb-common"]\n${more}`,
    );

  it(`is exclude-newer for ${withVersion("uv")}, with the private names taken out`, async () => {
    const lock = async (name: string, settings: string) => {
      project(
        name,
        `[tool.uv]\n${settings}\n[[tool.uv.index]]\nname = "registry"\nurl = "${given.registry.indexUrl()}"\ndefault = true\n`,
      );
      return given.person.run("uv", ["lock", "--project", name], {
        UV_PYTHON: given.person.tools.python,
        UV_PYTHON_DOWNLOADS: "never",
        UV_INDEX_REGISTRY_USERNAME: "aws",
        UV_INDEX_REGISTRY_PASSWORD: given.registry.reader.token,
      });
    };
    const exempt = "exclude-newer-package = { orb-common = false }";

    const both = await lock("both", `exclude-newer = "2026-02-01T00:00:00Z"\n${exempt}`);
    const tooFresh = await lock("too-fresh", `exclude-newer = "2025-12-01T00:00:00Z"\n${exempt}`);
    const all = await lock("all", `exclude-newer = "2026-02-01T00:00:00Z"`);

    expect([both.exitCode, tooFresh.exitCode, all.exitCode], both.text).to.deep.equal([0, 1, 1]);
    expect(tooFresh.text).to.include(publicPackage);
    expect(all.text).to.include("orb-common");
  });

  it(`is min-release-age for ${withVersion("poetry")}, with the private names taken out`, async () => {
    const lock = (name: string, environment: Readonly<Record<string, string>>) => {
      project(
        name,
        `[[tool.poetry.source]]\nname = "registry"\nurl = "${given.registry.indexUrl()}"\npriority = "primary"\n[tool.poetry]\npackage-mode = false\n`,
      );
      return given.person.run("poetry", ["--no-interaction", "--project", name, "lock"], {
        ...{
          POETRY_HTTP_BASIC_REGISTRY_USERNAME: "aws",
          POETRY_HTTP_BASIC_REGISTRY_PASSWORD: given.registry.reader.token,
        },
        POETRY_VIRTUALENVS_IN_PROJECT: "true",
        POETRY_KEYRING_ENABLED: "false",
        ...environment,
      });
    };

    const age = { POETRY_SOLVER_MIN_RELEASE_AGE: "7" };
    const both = await lock("aged", { ...age, POETRY_SOLVER_MIN_RELEASE_AGE_EXCLUDE: "orb-common" });
    const all = await lock("all-aged", age);

    expect([both.exitCode, all.exitCode], both.text).to.deep.equal([0, 1]);
    expect(all.text).to.include("orb-common");
  });

  it(`is --uploaded-prior-to for ${withVersion("pip")}, which takes out no name: private packages are installed by a call of their own`, async () => {
    const install = (...options: readonly string[]) =>
      given.person.run(
        "pip",
        ["install", "--no-cache-dir", "--target", join(given.person.work, "aged-target"), ...options],
        {
          PIP_INDEX_URL: given.registry.indexUrl(given.registry.reader.token),
        },
      );

    const together = await install("--uploaded-prior-to=P7D", "orb-common");
    const publicOnes = await install("--uploaded-prior-to=P7D", publicPackage);
    const privateOnes = await install("--no-deps", "orb-common==1.0.0");

    expect([together.exitCode, publicOnes.exitCode, privateOnes.exitCode]).to.deep.equal([1, 0, 0]);
    expect(together.text).to.include("No matching distribution found for orb-common");
  });
});
