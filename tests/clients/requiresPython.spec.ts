import { expect } from "chai";
import { makeSdist, makeWheel } from "../../sandbox/fixtures/distributions";
import { describeClient } from "../support/clients/describeClient";
import { publishDirectly } from "../support/clients/registry";
import { withVersion } from "../support/clients/tools";

describeClient(
  `Requires-Python, with ${withVersion("pip")}, ${withVersion("uv")}, ${withVersion("poetry")}`,
  (given) => {
    /** Of the running Python: 11 of 3.11. */
    let minor: number;

    before(async () => {
      const { text } = await given.person.run("python", ["-c", "import sys; print(sys.version_info.minor)"]);
      minor = Number(text);
      for (const [version, requiresPython] of [
        ["0.9", `<3.${minor - 1}`],
        ["1.0", undefined],
        ["2.0", `>=3.${minor - 1}`],
        ["3.0", `>=3.${minor}, <4`],
        ["4.0", `>=3.${minor + 1}`],
      ] as const) {
        await publishDirectly(given.registry, await makeWheel({ name: "orb-common", version, requiresPython }));
      }
    });

    const index = () => given.registry.indexUrl(given.registry.reader.token);

    const lock = (folder: string, python: string, dependency = "*") => {
      given.person.write(
        `${folder}/pyproject.toml`,
        `[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\npython = "${python}"\norb-common = "${dependency}"\n` +
          `[[tool.poetry.source]]\nname = "registry"\nurl = "${given.registry.indexUrl()}"\npriority = "primary"\n`,
      );
      return given.person.run("poetry", ["--no-interaction", "--project", folder, "lock"], {
        POETRY_HTTP_BASIC_REGISTRY_USERNAME: "aws",
        POETRY_KEYRING_ENABLED: "false",
        POETRY_HTTP_BASIC_REGISTRY_PASSWORD: given.registry.reader.token,
        POETRY_VIRTUALENVS_IN_PROJECT: "true",
      });
    };

    it("lets poetry choose the newest version that every Python of the project may use", async () => {
      for (const [python, chosen] of [
        [`>=3.${minor},<3.${minor + 1}`, "3.0"],
        [`>=3.${minor - 1},<3.${minor + 1}`, "2.0"],
        [`>=3.${minor - 3},<3.${minor + 1}`, "1.0"],
      ] as const) {
        const { exitCode, text } = await lock(`poetry-${chosen}`, python);
        expect(exitCode, text).to.equal(0);
        expect(given.person.read(`poetry-${chosen}/poetry.lock`)).to.include(`version = "${chosen}"`);
      }
    });

    it("makes poetry end with an error where a Python of the project may not use the version", async () => {
      const { exitCode, text } = await lock("rejected", `>=3.${minor},<3.${minor + 1}`, "4.0");

      expect(exitCode).to.equal(1);
      expect(text).to.include(`orb-common requires Python >=3.${minor + 1}`);
    });

    describe("beside a newest version whose source distribution cannot be built", () => {
      before(async () => {
        // A client that does not read Requires-Python on the page has to build this one, which fails.
        const unbuildable = {
          "pyproject.toml": '[build-system]\nrequires = ["no-such-backend"]\nbuild-backend = "none"\n',
        };
        const newest = { name: "orb-common", version: "4.5", requiresPython: `>=3.${minor + 1}`, files: unbuildable };
        await publishDirectly(given.registry, await makeSdist(newest));
      });

      it("lets pip choose the newest version that the running Python may use", async () => {
        const options = ["install", "--no-cache-dir", "--target", "pip", "orb-common"];
        const { exitCode, text } = await given.person.run("pip", options, { PIP_INDEX_URL: index() });

        expect(exitCode, text).to.equal(0);
        expect(text).to.include("Successfully installed orb-common-3.0");
      });

      it("lets pip choose another one for another Python", async () => {
        for (const [python, chosen] of [
          [minor - 2, "1.0"],
          [minor - 1, "2.0"],
          [minor + 1, "4.0"],
        ] as const) {
          const target = ["--python-version", `3.${python}`, "--only-binary", ":all:", "--dest", `pip-${python}`];
          const options = ["download", "--no-cache-dir", ...target, "orb-common"];
          const { exitCode, text } = await given.person.run("pip", options, { PIP_INDEX_URL: index() });
          expect(exitCode, text).to.equal(0);
          expect(text).to.include(`orb_common-${chosen}-py3-none-any.whl`);
        }
      });

      it("lets pip leave out a newer version that older Pythons alone may use", async () => {
        await publishDirectly(given.registry, await makeWheel({ name: "orb-models", version: "1.0" }));
        const older = { name: "orb-models", version: "2.0", requiresPython: `<3.${minor}` };
        await publishDirectly(given.registry, await makeWheel(older));

        const options = ["install", "--no-cache-dir", "--target", "models", "orb-models"];
        const { text } = await given.person.run("pip", options, { PIP_INDEX_URL: index() });

        expect(text).to.include("Successfully installed orb-models-1.0");
      });

      it("makes pip end with an error where the running Python may not use the version that is asked for", async () => {
        const options = ["install", "--no-cache-dir", "--target", "rejected", "orb-common==4.0"];
        const { exitCode, text } = await given.person.run("pip", options, { PIP_INDEX_URL: index() });

        expect(exitCode).to.equal(1);
        expect(text).to.include(`4.0 Requires-Python >=3.${minor + 1}`);
      });

      const uv = (options: readonly string[]) =>
        given.person.run("uv", ["pip", "compile", "--no-cache", "--no-config", "--no-header", ...options, "in.txt"], {
          UV_PYTHON: given.person.tools.python,
          UV_PYTHON_DOWNLOADS: "never",
          UV_DEFAULT_INDEX: index(),
          UV_KEYRING_PROVIDER: "disabled",
        });

      it("lets uv choose the newest version that the running Python may use, and another one for another Python", async () => {
        given.person.write("in.txt", "orb-common\n");
        for (const [python, chosen] of [
          [minor, "3.0"],
          [minor - 2, "1.0"],
          [minor - 1, "2.0"],
          [minor + 1, "4.0"],
        ] as const) {
          const { exitCode, text } = await uv(
            python === minor ? [] : ["--only-binary", ":all:", "--python-version", `3.${python}`],
          );
          expect(exitCode, text).to.equal(0);
          expect(text).to.include(`orb-common==${chosen} `);
        }
      });

      it("makes uv end with an error where the running Python may not use the version that is asked for", async () => {
        given.person.write("in.txt", "orb-common==4.0\n");

        const { exitCode, text } = await uv([]);

        expect(exitCode).to.equal(1);
        expect(text).to.include(`Python>=3.${minor + 1}`);
      });
    });
  },
);
