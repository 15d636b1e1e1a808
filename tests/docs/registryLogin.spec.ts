import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describeClient } from "../support/clients/describeClient";
import { awsEnvironment, commonWheel, publicPackage, publishDirectly } from "../support/clients/registry";
import { registryLogin } from "../support/clients/registryLogin";
import { withVersion } from "../support/clients/tools";
import { codeBlocks, consoleCommands, sectionOf } from "../support/docs/document";

const path = "docs/consumers.md";

describeClient(
  `docs/consumers.md on people's own machines, with ${["uv", "poetry", "pipenv", "pip"].map((name) => withVersion(name)).join(", ")}`,
  (given) => {
    /** What comes before the section's own subsection. */
    const section = sectionOf(path, "People's own machines").split("### ")[0]!;
    const [install, run, ask] = codeBlocks(section)
      .filter(({ language }) => language === "console")
      .map(({ text }) => consoleCommands(`\`\`\`console\n${text}\`\`\``));
    const here = (text: string) => {
      const { context, uploadUrl } = given.registry;
      return text
        .replaceAll(/https:\/\/([^\s"/]*@)?ENDPOINT/g, (_, login = "") =>
          uploadUrl().replace("://", `://${login}`).slice(0, -1),
        )
        .replaceAll("DOMAIN", context.domain)
        .replaceAll("OWNER", context.account.accountId);
    };
    const tomlOf = (heading: string) => {
      const [toml] = codeBlocks(sectionOf(path, heading)).filter(({ language }) => language === "toml");
      return here(toml!.text);
    };
    const shell = async (lines: string) => {
      const { PATH = "" } = process.env;
      const { exitCode, text } = await given.person.shell(lines, {
        ...awsEnvironment(given.registry, given.registry.reader.session),
        PATH: `${join(given.person.home, ".local/bin")}:${given.person.tools.bin}:${PATH}`,
        ...{ UV_PYTHON: given.person.tools.python, UV_PYTHON_DOWNLOADS: "never" },
        ...{ POETRY_VIRTUALENVS_IN_PROJECT: "true", POETRY_VIRTUALENVS_OPTIONS_NO_PIP: "true" },
        ...{
          PIPENV_PYTHON: given.person.tools.python,
          PIPENV_VENV_IN_PROJECT: "1",
          PIPENV_YES: "1",
          PIPENV_NOSPIN: "1",
        },
        ...{ PIP_TARGET: "with-pip", PIP_NO_CACHE_DIR: "1", UV_NO_CACHE: "1" },
      });
      expect(exitCode, `${lines}\n${text}`).to.equal(0);
      return text;
    };
    const minted = () =>
      given.registry.context.decisions.entries().filter(({ action }) => action === "codeartifact:GetAuthorizationToken")
        .length;
    const consumer = (more: string) =>
      `[project]\nname = "consumer"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["orb-common"]\n${more}`;

    before(async () => {
      await publishDirectly(given.registry, await commonWheel());
      cpSync(registryLogin, join(given.person.work, ".github/actions/codeartifact-login/registry_login.py"));
      given.person.write("registry.toml", tomlOf("People's own machines"));
      given.person.write("with-uv/pyproject.toml", consumer(tomlOf("uv")));
      given.person.write(
        "with-poetry/pyproject.toml",
        consumer(`${tomlOf("poetry")}\n[tool.poetry]\npackage-mode = false\n`),
      );
      given.person.write("with-pipenv/Pipfile", `${tomlOf("pipenv")}\n[packages]\norb-common = "*"\n`);
      given.person.write("with-python/requirements.txt", "orb-common\n");
      await shell(install!.join("\n"));
      await shell("registry-login run -- bash -ec 'cd with-uv && uv lock && cd ../with-poetry && poetry lock'");
      await shell(
        "registry-login run -- bash -ec 'cd with-pipenv && export TMPDIR=$(mktemp -d) && pipenv lock && rm -r $TMPDIR'",
      );
    });

    for (const [index, client] of ["uv", "poetry", "pipenv", "python"].entries()) {
      it(`runs ${client} by the command`, async () => {
        const text = await shell(`cd with-${client}\n${run![index]!}`);

        expect(run![index]).to.match(new RegExp(`^registry-login run -- ${client} `));
        if (client === "python") {
          expect(text).to.include(`Successfully installed ${publicPackage}-2.1.0 orb-common-1.0.0`);
        }
      });
    }

    it("lets uv and pip ask by themselves, with the variables", async () => {
      await shell("rm -rf with-uv/.venv with-python/with-pip");

      await shell(`cd with-uv\n${here(ask![0]!)}\n${ask![1]!}`);
      await shell(`cd with-python\n${here(ask![2]!)}\n${ask![3]!}`);

      expect(ask).to.have.length(4);
      expect(existsSync(join(given.person.work, "with-uv/.venv"))).to.equal(true);
      expect(existsSync(join(given.person.work, "with-python/with-pip/orb_common"))).to.equal(true);
    });

    it("sets the variables in a shell", async () => {
      const [, command = ""] = /`(eval [^`]*)`/.exec(section) ?? [];

      expect(await shell(`${command}\npip download --no-deps -d fetched orb-common`)).to.include("orb_common-1.0.0");
    });

    it("mints one token for all of this", () => {
      expect(minted()).to.equal(1);
    });
  },
);
