import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { type ClientSettings, clientSettingsFor } from "../../components/clientSettings";

const endpoint = "https://orb-dev-111122223333.d.codeartifact.eu-west-1.amazonaws.com/pypi/python-packages/";

const settings = clientSettingsFor({
  domain: "orb-dev",
  domainOwner: "111122223333",
  region: "eu-west-1",
  repository: "python-packages",
  endpoint,
  tokenLifetime: 1800,
});

/** Every text, by its path: `pip.shell`. */
function texts(of: ClientSettings): readonly (readonly [string, string])[] {
  return Object.entries(of).flatMap(([client, text]) =>
    typeof text === "string"
      ? [[client, text] as const]
      : Object.entries(text as Readonly<Record<string, string>>).map(
          ([kind, one]) => [`${client}.${kind}`, one] as const,
        ),
  );
}

/** What Python's own parsers read in the pieces of configuration files. */
function readByPython(toml: Readonly<Record<string, string>>, ini: string): unknown {
  const script = [
    "import configparser, json, sys, tomllib",
    "given = json.load(sys.stdin)",
    "parser = configparser.ConfigParser()",
    'parser.read_string(given["ini"])',
    'read = {name: tomllib.loads(text) for name, text in given["toml"].items()}',
    'read["keyring"] = {name: dict(parser[name]) for name in parser.sections()}',
    "print(json.dumps(read))",
  ].join("\n");
  return JSON.parse(
    execFileSync("python3", ["-c", script], { input: JSON.stringify({ toml, ini }), encoding: "utf8" }),
  );
}

/** What the variables hold after a shell has run the text. */
function variablesAfter(text: string, token: string, ...names: readonly string[]): readonly string[] {
  return execFileSync("bash", ["--norc", "-eu", "-c", `${text}\nprintenv ${names.join(" ")}`], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, CODEARTIFACT_AUTH_TOKEN: token },
  })
    .trimEnd()
    .split("\n");
}

describe("the settings of clients", () => {
  it("are these texts", () => {
    const index = `${endpoint}simple/`;
    const withToken =
      "https://aws:${CODEARTIFACT_AUTH_TOKEN}@orb-dev-111122223333.d.codeartifact.eu-west-1.amazonaws.com" +
      "/pypi/python-packages/simple/";

    expect(settings).to.deep.equal({
      indexUrl: index,
      uploadUrl: endpoint,
      awsCli: {
        shell:
          'export CODEARTIFACT_AUTH_TOKEN="$(aws codeartifact get-authorization-token --domain orb-dev ' +
          "--domain-owner 111122223333 --region eu-west-1 --duration-seconds 1800 " +
          '--query authorizationToken --output text)"',
      },
      pip: {
        shell: `PIP_INDEX_URL="${withToken}" python -m pip install -r requirements.txt`,
        requirements: `--index-url ${withToken}`,
      },
      twine: {
        shell:
          `TWINE_REPOSITORY_URL=${endpoint} TWINE_USERNAME=aws ` +
          'TWINE_PASSWORD="${CODEARTIFACT_AUTH_TOKEN}" python -m twine upload --non-interactive dist/*',
      },
      uv: {
        pyproject: [
          "[[tool.uv.index]]",
          'name = "python-packages"',
          `url = "${index}"`,
          `publish-url = "${endpoint}"`,
          "default = true",
        ].join("\n"),
        shell:
          "export UV_INDEX_PYTHON_PACKAGES_USERNAME=aws " +
          'UV_INDEX_PYTHON_PACKAGES_PASSWORD="${CODEARTIFACT_AUTH_TOKEN}"',
      },
      pipenv: {
        pipfile: ["[[source]]", 'name = "python-packages"', `url = "${withToken}"`, "verify_ssl = true"].join("\n"),
      },
      poetry: {
        pyproject: [
          "[[tool.poetry.source]]",
          'name = "python-packages"',
          `url = "${index}"`,
          'priority = "primary"',
        ].join("\n"),
        shell:
          "export POETRY_HTTP_BASIC_PYTHON_PACKAGES_USERNAME=aws " +
          'POETRY_HTTP_BASIC_PYTHON_PACKAGES_PASSWORD="${CODEARTIFACT_AUTH_TOKEN}"',
      },
      keyring: {
        keyringrc: "[codeartifact]\ntoken_duration=1800",
        shell:
          "PIP_INDEX_URL=https://aws@orb-dev-111122223333.d.codeartifact.eu-west-1.amazonaws.com" +
          "/pypi/python-packages/simple/ python -m pip install --keyring-provider import -r requirements.txt",
      },
    });
  });

  it("say how long a token lives wherever one is minted", () => {
    const minting = texts(settings).filter(([, text]) => /get-authorization-token|\[codeartifact\]/.test(text));

    expect(minting.map(([path]) => path)).to.deep.equal(["awsCli.shell", "keyring.keyringrc"]);
    expect(settings.awsCli.shell).to.match(/ --duration-seconds 1800 /);
    expect(settings.keyring.keyringrc).to.match(/^token_duration=1800$/m);
  });

  it("hold no token: it stays the variable that shell or tool fills in", () => {
    const withToken = texts(settings).filter(([, text]) => text.includes("TOKEN"));

    expect(withToken.map(([path]) => path)).to.deep.equal([
      "awsCli.shell",
      "pip.shell",
      "pip.requirements",
      "twine.shell",
      "uv.shell",
      "pipenv.pipfile",
      "poetry.shell",
    ]);
    for (const [path, text] of withToken.slice(1)) {
      expect(text.split("${CODEARTIFACT_AUTH_TOKEN}"), path).to.have.length(2);
    }
  });

  it("name a repository in variables by capitals, digits and underscores", () => {
    const { uv, poetry } = clientSettingsFor({
      domain: "orb-dev",
      domainOwner: "111122223333",
      region: "eu-west-1",
      repository: "py.Packages-3",
      endpoint,
      tokenLifetime: 1800,
    });

    expect(uv.shell).to.include(" UV_INDEX_PY_PACKAGES_3_USERNAME=aws UV_INDEX_PY_PACKAGES_3_PASSWORD=");
    expect(poetry.shell).to.include(
      " POETRY_HTTP_BASIC_PY_PACKAGES_3_USERNAME=aws POETRY_HTTP_BASIC_PY_PACKAGES_3_PASSWORD=",
    );
  });

  it("are read as one source each by TOML, and by configparser as keyrings.codeartifact does", () => {
    const read = readByPython(
      { uv: settings.uv.pyproject, pipenv: settings.pipenv.pipfile, poetry: settings.poetry.pyproject },
      settings.keyring.keyringrc,
    );

    expect(read).to.deep.equal({
      uv: {
        tool: {
          uv: {
            index: [
              { name: "python-packages", url: settings.indexUrl, "publish-url": settings.uploadUrl, default: true },
            ],
          },
        },
      },
      pipenv: {
        source: [
          {
            name: "python-packages",
            url: settings.indexUrl.replace("https://", "https://aws:${CODEARTIFACT_AUTH_TOKEN}@"),
            verify_ssl: true,
          },
        ],
      },
      poetry: {
        tool: { poetry: { source: [{ name: "python-packages", url: settings.indexUrl, priority: "primary" }] } },
      },
      keyring: { codeartifact: { token_duration: "1800" } },
    });
  });

  it("are lines that a shell can read", () => {
    const shells = texts(settings).filter(([path]) => path.endsWith(".shell"));

    expect(shells).to.have.length(6);
    for (const [path, text] of shells) {
      expect(() => execFileSync("bash", ["-n", "-c", text], { stdio: "pipe" }), path).not.to.throw();
    }
  });

  it("give a shell's variables the token as it is, whatever it holds", () => {
    const token = "eyJ2 $HOME * `id`";

    expect(
      variablesAfter(
        settings.uv.shell,
        token,
        "UV_INDEX_PYTHON_PACKAGES_USERNAME",
        "UV_INDEX_PYTHON_PACKAGES_PASSWORD",
      ),
    ).to.deep.equal(["aws", token]);
    expect(
      variablesAfter(
        settings.poetry.shell,
        token,
        "POETRY_HTTP_BASIC_PYTHON_PACKAGES_USERNAME",
        "POETRY_HTTP_BASIC_PYTHON_PACKAGES_PASSWORD",
      ),
    ).to.deep.equal(["aws", token]);
  });
});
