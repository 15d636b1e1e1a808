import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { clientSettingsFor } from "../../components/clientSettings";
import { makeSdist, makeWheel } from "../../sandbox/fixtures/distributions";
import { describeClient } from "../support/clients/describeClient";
import { awsEnvironment, commonWheel, publicPackage, publishDirectly, storeName } from "../support/clients/registry";
import { withVersion } from "../support/clients/tools";
import { deployChanged, projectDirectory } from "../support/deployments";
import { codeBlocks, consoleCommands, sectionOf } from "../support/docs/document";

const path = "docs/consumers.md";
const clients = ["pip", "pipenv", "poetry", "uv"].map((name) => withVersion(name)).join(", ");

describeClient(`the commands and settings of docs/consumers.md, with ${clients}`, (given) => {
  const used = new Set<string>();

  before(async () => {
    await publishDirectly(given.registry, await commonWheel());
    const { bytes } = await commonWheel();
    const hashes = [
      `orb-common==1.0.0 --hash=sha256:${sha256(bytes)}`,
      `${publicPackage}==2.1.0 --hash=sha256:${sha256((await makeWheel({ name: publicPackage, version: "2.1.0" })).bytes)}`,
    ];
    given.person.write("requirements.txt", `${hashes.join("\n")}\n`);
  });

  /** A document's text before this registry: its address in the place of ENDPOINT. */
  const here = (text: string) =>
    text
      .replaceAll(/https:\/\/([^\s"/]*@)?ENDPOINT/g, (_, login: string | undefined) => {
        return given.registry
          .uploadUrl()
          .replace("://", `://${login ?? ""}`)
          .replace(/\/$/, "");
      })
      .replaceAll("DOMAIN", given.registry.context.domain);
  const block = (heading: string, language: string) => {
    const found = codeBlocks(sectionOf(path, heading)).filter((one) => one.language === language);
    expect(found, `${heading}: ${language}`).to.have.length(1);
    used.add(found[0]!.text);
    return here(found[0]!.text);
  };
  const commands = (heading: string) => {
    const section = sectionOf(path, heading);
    codeBlocks(section)
      .filter(({ language }) => language === "console")
      .forEach(({ text }) => used.add(text));
    return consoleCommands(section).map(here);
  };
  const shell = (lines: string, environment: Readonly<Record<string, string>> = {}) =>
    given.person.shell(lines, { CODEARTIFACT_AUTH_TOKEN: given.registry.reader.token, ...environment });
  const succeeds = async (lines: string, environment: Readonly<Record<string, string>> = {}) => {
    const { exitCode, text } = await shell(lines, environment);
    expect(exitCode, `${lines}\n${text}`).to.equal(0);
    return text;
  };
  const target = (name: string) => ({ PIP_TARGET: join(given.person.work, name), PIP_NO_CACHE_DIR: "1" });
  const consumer = (more: string) =>
    `[project]\nname = "consumer"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["orb-common"]\n${more}`;
  const tokens = () => [given.registry.reader.token, given.registry.publisher.token];

  it("pip installs by the command, which leaves no token behind; with -vv it shows why something is denied", async () => {
    const [install] = commands("pip");
    await succeeds(install!, target("with-pip"));

    const denied = here(
      'PIP_INDEX_URL="https://aws:${CODEARTIFACT_AUTH_TOKEN}@ENDPOINT/simple/" pip download ',
    ).replace("python-packages", storeName);
    const [quiet, loud] = [await shell(`${denied} ${publicPackage}`), await shell(`${denied} -vv ${publicPackage}`)];
    const wrong = await shell(install!, { ...target("wrong"), CODEARTIFACT_AUTH_TOKEN: "made-up" });

    expect([quiet.exitCode, loud.exitCode, wrong.exitCode]).to.deep.equal([1, 1, 1]);
    expect(quiet.text).to.include("(from versions: none)").and.not.to.include("codeartifact:ReadFromRepository");
    expect(loud.text).to.include("codeartifact:ReadFromRepository");
    expect(wrong.text).to.include("401 Error, Credentials not correct");
    expect(given.person.filesWith(tokens())).to.deep.equal([]);
  });

  it("an installer that knows two indexes takes the higher version of either; one that knows one index does not", async () => {
    const download = (name: string, extra: Readonly<Record<string, string>>) =>
      succeeds(`pip download --no-deps --no-cache-dir -d ${name} orb-common`, {
        PIP_INDEX_URL: given.registry.indexUrl(given.registry.reader.token),
        ...extra,
      });

    const two = await download("two", { PIP_EXTRA_INDEX_URL: given.registry.index.url });
    const one = await download("one", {});

    expect(two).to.include("orb_common-99.0-py3-none-any.whl");
    expect(one).not.to.include("99.0");
  });

  it("says by the command which version is installed", async () => {
    const [, command = ""] = /`(python -c "[^`]*)`/.exec(sectionOf(path, "Which deployment has which version?")) ?? [];

    const text = await succeeds(command, { PYTHONPATH: join(given.person.work, "with-pip") });

    expect(text.trim()).to.equal("1.0.0");
  });

  it("pipenv locks by the command with the source, leaves no token, and syncs; install locks again, which verify finds", async () => {
    const inFolder = {
      PIPENV_PYTHON: given.person.tools.python,
      PIPENV_VENV_IN_PROJECT: "1",
      PIPENV_YES: "1",
      PIPENV_NOSPIN: "1",
    };
    const pipfile = `${block("pipenv", "toml")}\n[packages]\norb-common = "*"\n`;
    given.person.write("with-pipenv/Pipfile", pipfile);
    const [lock] = commands("pipenv");
    await succeeds(`cd with-pipenv\n${lock!}`, inFolder);
    const locked = given.person.read("with-pipenv/Pipfile.lock");
    await succeeds("cd with-pipenv\npipenv verify && pipenv sync", inFolder);

    given.person.write("with-pipenv/Pipfile", pipfile.replace('"*"', '"==1.0.0"'));
    const verify = await shell("cd with-pipenv\npipenv verify", inFolder);
    const sync = await shell("cd with-pipenv\npipenv sync", inFolder);
    const afterSync = given.person.read("with-pipenv/Pipfile.lock");
    await succeeds(`cd with-pipenv\n${lock!.replace("pipenv lock", "pipenv install")}`, inFolder);

    expect(locked).to.include("${CODEARTIFACT_AUTH_TOKEN}");
    expect([verify.exitCode, sync.exitCode]).to.deep.equal([1, 0]);
    expect(afterSync).to.equal(locked);
    expect(given.person.read("with-pipenv/Pipfile.lock")).not.to.equal(locked);
    expect(given.person.filesWith(tokens())).to.deep.equal([]);
  });

  it("uv locks, syncs and publishes with the index", async () => {
    const own = { UV_PYTHON: given.person.tools.python, UV_PYTHON_DOWNLOADS: "never", UV_KEYRING_PROVIDER: "disabled" };
    given.person.write("with-uv/pyproject.toml", consumer(block("uv", "toml")));
    const { filename, bytes } = await makeWheel({ name: "orb-common", version: "2.0.0" });
    given.person.write(`with-uv/dist/${filename}`, bytes);
    const [login, sync] = commands("uv");

    await succeeds(`cd with-uv\n${login!}\nuv lock\n${sync!}`, own);
    await succeeds("cd with-uv\nuv publish --index python-packages", {
      ...own,
      UV_PUBLISH_USERNAME: "aws",
      UV_PUBLISH_PASSWORD: given.registry.publisher.token,
    });

    expect(given.person.read("with-uv/uv.lock")).to.include(`name = "${publicPackage}"`);
    expect(given.person.filesWith(tokens())).to.deep.equal([]);
  });

  it("poetry locks and syncs with the source; with --skip-existing it takes other bytes for published", async () => {
    const own = { POETRY_VIRTUALENVS_IN_PROJECT: "true", POETRY_KEYRING_ENABLED: "false" };
    given.person.write(
      "with-poetry/pyproject.toml",
      consumer(`${block("poetry", "toml")}\n[tool.poetry]\npackage-mode = false\n`),
    );
    const [login, sync] = commands("poetry");
    await succeeds(`cd with-poetry\n${login!}\npoetry lock\n${sync!}`, own);

    const [there, altered] = [await sdist("Before."), await sdist("After.")];
    await publishDirectly(given.registry, there);
    given.person.write(`with-poetry/dist/${altered.filename}`, altered.bytes);
    given.person.write(
      "with-poetry/pyproject.toml",
      '[project]\nname = "orb-common"\nversion = "3.0.0"\nrequires-python = ">=3.11"\n',
    );
    const publish = (...options: readonly string[]) =>
      shell(`cd with-poetry\npoetry --no-interaction publish --repository registry ${options.join(" ")}`, {
        ...own,
        POETRY_REPOSITORIES_REGISTRY_URL: given.registry.uploadUrl(),
        ...{
          POETRY_HTTP_BASIC_REGISTRY_USERNAME: "aws",
          POETRY_HTTP_BASIC_REGISTRY_PASSWORD: given.registry.publisher.token,
        },
      });
    const [strict, skipping] = [await publish(), await publish("--skip-existing")];

    expect([strict.exitCode, skipping.exitCode], skipping.text).to.deep.equal([1, 0]);
    expect(strict.text).to.include("409");
  });

  it("a Dockerfile's RUN installs where its secret is set", async () => {
    const [, secret = "", command = ""] =
      /^RUN --mount=type=secret,id=codeartifact_token,env=(\w+) \\\n([\s\S]*)$/m.exec(
        block("Dockerfile", "dockerfile"),
      ) ?? [];
    const [build] = commands("Dockerfile");

    expect(secret).to.equal("CODEARTIFACT_AUTH_TOKEN");
    expect(build).to.include("--secret id=codeartifact_token,env=CODEARTIFACT_AUTH_TOKEN");
    await succeeds(command, target("with-docker"));
    expect(existsSync(join(given.person.work, "with-docker/orb_common"))).to.equal(true);
  });

  it("keyrings.codeartifact mints the token of the life that the file sets, and pip installs with it", async () => {
    const [tools, settings, install] = commands("keyrings.codeartifact");
    const { domain, account } = given.registry.context;
    const host = `${domain}-${account.accountId}.d.codeartifact.${account.region}.amazonaws.com`;
    const address = given.registry.uploadUrl().split("/")[2]!;

    await succeeds(settings!);
    await succeeds(install!.replace(address, host), {
      ...target("with-keyring"),
      ...awsEnvironment(given.registry, given.registry.reader.session),
      HTTP_PROXY: given.registry.address,
      http_proxy: given.registry.address,
      PIP_TRUSTED_HOST: host,
      NO_PROXY: "127.0.0.1",
      no_proxy: "127.0.0.1",
    });

    // The tools themselves are installed from the same names, by the hashes of tests/support/clients/requirements.txt.
    expect(tools).to.equal("python -m pip install keyring keyrings.codeartifact");
    expect(readFileSync(join(given.person.home, ".config/python_keyring/keyringrc.cfg"), "utf8")).to.equal(
      "[codeartifact]\ntoken_duration=3600\n",
    );
    expect(given.person.filesWith(tokens())).to.deep.equal([]);
  });

  it("Dependabot's role is a reader of that name", async () => {
    const { registries } = parse(block("Dependabot and Renovate", "yaml")) as {
      registries: { "python-packages": Record<string, unknown> };
    };
    const { outputs } = await deployChanged({
      settings: {
        readers: [
          {
            name: "dependabot",
            repository: "acme/hub",
            repositoryId: 700000001,
            ownerId: 700000002,
            environment: "dev",
            ref: "refs/heads/develop",
            workflow: ".github/workflows/dependabot.yml",
          },
        ],
      },
    });
    const { readerRoleArns } = outputs as { readonly readerRoleArns: Readonly<Record<string, string>> };

    expect(readerRoleArns.dependabot?.split("/")[1]).to.equal(registries["python-packages"]["role-name"]);
    expect(registries["python-packages"]["replaces-base"]).to.equal(true);
  });

  it("the AWS CLI takes the options of the command for CloudTrail", async () => {
    const [lookUp] = commands("Which deployment has which version?");
    const known = await shell(`${lookUp!} --generate-cli-skeleton input`, { AWS_DEFAULT_REGION: "us-east-1" });
    const unknown = await shell(`${lookUp!} --no-such-option --generate-cli-skeleton input`, {
      AWS_DEFAULT_REGION: "us-east-1",
    });

    expect([known.exitCode, unknown.exitCode === 0], known.text).to.deep.equal([0, false]);
  });

  it("are those of the output clientSettings, filled in", () => {
    const { pip, pipenv, poetry, uv, keyring } = clientSettingsFor({
      domain: "DOMAIN",
      domainOwner: "OWNER",
      region: "us-east-1",
      repository: "python-packages",
      endpoint: "https://ENDPOINT/",
      tokenLifetime: 3600,
    });
    // A command may go on in the next line.
    const text = readFileSync(join(projectDirectory, path), "utf8").replace(/ \\\n +/g, " ");
    const texts = [
      ...[pip.shell, pipenv.pipfile, uv.pyproject, uv.shell, poetry.pyproject, poetry.shell, keyring.shell],
      keyring.keyringrc.replaceAll("\n", "\\n"),
    ];

    expect(texts.filter((one) => !text.includes(one))).to.deep.equal([]);
  });

  it("are run, every block, here or in the specs of its section", () => {
    const elsewhere = [
      "Who built the files of a lock",
      "Pull requests and CI of a service",
      "People's own machines",
      "Rolling back",
    ];
    const own = elsewhere.flatMap((heading) => codeBlocks(sectionOf(path, heading)).map(({ text }) => text));
    const all = codeBlocks(readFileSync(join(projectDirectory, path), "utf8")).map(({ text }) => text);

    expect(own).to.have.length(13);
    expect(all.filter((text) => !used.has(text) && !own.includes(text))).to.deep.equal([]);
  });
});

function sdist(summary: string) {
  return makeSdist({ name: "orb-common", version: "3.0.0", summary });
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
