import { createHash } from "node:crypto";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeWheel, type MadeDistribution } from "../../sandbox/fixtures/distributions";
import { describeClient } from "../support/clients/describeClient";
import { awsEnvironment, publishDirectly } from "../support/clients/registry";
import { withVersion } from "../support/clients/tools";
import { projectDirectory } from "../support/deployments";
import { consoleCommands, sectionOf, tableRow } from "../support/docs/document";

const section = sectionOf("docs/consumers.md", "Rolling back");
const layers = join(projectDirectory, "hub/lambda");
const clients = ["pip", "pipenv", "poetry", "uv"].map((name) => withVersion(name)).join(", ");

describeClient(`docs/consumers.md's Rolling back, with ${clients}`, (given) => {
  let bad: MadeDistribution;

  before(async () => {
    await publishDirectly(given.registry, await makeWheel({ name: "orb-common", version: "1.3.0" }));
    bad = await makeWheel({ name: "orb-common", version: "1.4.0" });
    await publishDirectly(given.registry, bad);
    for (const { folder, project } of Object.values(locks)) {
      project(folder);
    }
    for (const { folder, lock } of Object.values(locks)) {
      const { exitCode, text } = await lock(folder);
      expect(exitCode, text).to.equal(0);
    }
  });

  const index = () => given.registry.indexUrl();
  const token = () => given.registry.reader.token;
  const withToken = () => given.registry.indexUrl(token());
  const project = (more: string) =>
    `[project]\nname = "consumer"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["orb-common"]\n${more}`;
  /** Of a machine that has nothing of any package yet. */
  const fresh = (folder: string) => ({
    PIP_NO_CACHE_DIR: "1",
    XDG_CACHE_HOME: join(given.person.home, `cache-${folder}`),
    PIPENV_CACHE_DIR: join(given.person.home, `cache-${folder}`),
  });
  const pipenv = (folder: string, command: string) =>
    given.person.shell(`cd ${folder} && pipenv ${command}`, {
      ...fresh(folder),
      PIPENV_PYTHON: given.person.tools.python,
      PIPENV_VENV_IN_PROJECT: "1",
      PIPENV_YES: "1",
      PIPENV_NOSPIN: "1",
      CODEARTIFACT_INDEX_URL: withToken(),
    });
  const poetry = (folder: string, command: string) =>
    given.person.shell(`poetry --no-interaction --no-cache --project ${folder} ${command}`, {
      ...fresh(folder),
      POETRY_HTTP_BASIC_REGISTRY_USERNAME: "aws",
      POETRY_HTTP_BASIC_REGISTRY_PASSWORD: token(),
      POETRY_VIRTUALENVS_IN_PROJECT: "true",
      POETRY_KEYRING_ENABLED: "false",
      POETRY_VIRTUALENVS_OPTIONS_NO_PIP: "true",
    });
  const uv = (folder: string, command: string, environment: Readonly<Record<string, string>> = fresh(folder)) =>
    given.person.shell(`uv --project ${folder} ${command}`, {
      ...environment,
      UV_PYTHON: given.person.tools.python,
      UV_PYTHON_DOWNLOADS: "never",
      UV_INDEX_REGISTRY_USERNAME: "aws",
      UV_INDEX_REGISTRY_PASSWORD: token(),
    });
  const layer = (folder: string) =>
    given.person.shell(`sh ${layers}/build_layer.sh ${folder} ${folder}.zip`, {
      CODEARTIFACT_INDEX_URL: withToken(),
      PIPENV_PYTHON: given.person.tools.python,
      PIPENV_YES: "1",
      PIPENV_NOSPIN: "1",
    });

  /** By the name that the document's table gives them: how a lock is made, and how it is installed. */
  const locks = {
    "requirements.txt": {
      folder: "with-pip",
      project: (folder: string) => given.person.write(`${folder}/requirements.in`, "orb-common\n"),
      // pip itself makes no lock: this is what it resolves to, with the hash of the file.
      lock: (folder: string) =>
        given.person.shell(
          `cd ${folder} && pip download -q --no-deps -d files -r requirements.in && ` +
            `set -- files/* && version=$(echo "$1" | cut -d- -f2) && ` +
            `echo "orb-common==$version --hash=sha256:$(sha256sum "$1" | cut -d' ' -f1)" >requirements.txt`,
          { ...fresh(folder), PIP_INDEX_URL: withToken() },
        ),
      install: (folder: string) =>
        given.person.shell(`cd ${folder} && pip install --target installed --require-hashes -r requirements.txt`, {
          ...fresh(folder),
          PIP_INDEX_URL: withToken(),
        }),
      lockFile: "requirements.txt",
    },
    "Pipfile.lock": {
      folder: "with-pipenv",
      project: (folder: string) =>
        given.person.write(
          `${folder}/Pipfile`,
          '[[source]]\nname = "registry"\nurl = "${CODEARTIFACT_INDEX_URL}"\nverify_ssl = true\n\n' +
            '[packages]\norb-common = "*"\n',
        ),
      lock: (folder: string) => pipenv(folder, "lock"),
      install: (folder: string) => pipenv(folder, "sync"),
      lockFile: "Pipfile.lock",
    },
    "poetry.lock": {
      folder: "with-poetry",
      project: (folder: string) =>
        given.person.write(
          `${folder}/pyproject.toml`,
          project(
            `[[tool.poetry.source]]\nname = "registry"\nurl = "${index()}"\npriority = "primary"\n` +
              "[tool.poetry]\npackage-mode = false\n",
          ),
        ),
      lock: (folder: string) => poetry(folder, "lock --regenerate"),
      install: (folder: string) => poetry(folder, "sync"),
      lockFile: "poetry.lock",
    },
    "uv.lock": {
      folder: "with-uv",
      project: (folder: string) =>
        given.person.write(
          `${folder}/pyproject.toml`,
          project(`[[tool.uv.index]]\nname = "registry"\nurl = "${index()}"\ndefault = true\n`),
        ),
      lock: (folder: string) => uv(folder, "lock --upgrade"),
      install: (folder: string) => uv(folder, "sync --locked"),
      lockFile: "uv.lock",
    },
  };
  type Lock = keyof typeof locks;
  const names = Object.keys(locks) as Lock[];
  /** A layer takes these. */
  const layerLocks = names.filter((name) => name !== "poetry.lock");

  let copies = 0;
  /** A checkout of the folder as it was locked while 1.4.0 was published, on a machine of its own. */
  const checkout = (name: Lock): string => {
    copies += 1;
    const folder = `${locks[name].folder}-${copies}`;
    cpSync(join(given.person.work, locks[name].folder), join(given.person.work, folder), {
      recursive: true,
      filter: (path) => !/\/(files|\.venv)$/.test(path),
    });
    return folder;
  };
  /** What installs, of the locks by their own clients and of the layers built from them. */
  const outcomes = async () => {
    const ended: Record<string, string> = {};
    for (const name of names) {
      const { exitCode, text } = await locks[name].install(checkout(name));
      ended[name] = outcome(exitCode, text);
    }
    for (const name of layerLocks) {
      const folder = checkout(name);
      const { exitCode, text } = await layer(folder);
      expect(existsSync(join(given.person.work, `${folder}.zip`)), text).to.equal(exitCode === 0);
      ended[`layer from ${name}`] = outcome(exitCode, text);
    }
    return ended;
  };
  /** The version that each client locks now. */
  const newLocks = async () => {
    const versions: Record<string, string | undefined> = {};
    for (const name of names) {
      const folder = checkout(name);
      const { exitCode, text } = await locks[name].lock(folder);
      expect(exitCode, text).to.equal(0);
      versions[name] = lockedVersion(given.person.read(`${folder}/${locks[name].lockFile}`));
    }
    return versions;
  };
  const everywhere = (version: string) => Object.fromEntries(names.map((name) => [name, version]));
  const all = (end: string) =>
    Object.fromEntries([...names, ...layerLocks.map((name) => `layer from ${name}`)].map((name) => [name, end]));
  /** What the section's table says of a status. */
  const promised = (status: string) => {
    const [newLock, otherLocks, uvLock] = tableRow(section, `\`${status}\``);
    return {
      outcomes: { ...all(otherLocks ?? ""), "uv.lock": uvLock },
      newLocks: everywhere(newLock === "takes it" ? "1.4.0" : newLock === "takes a former one" ? "1.3.0" : ""),
    };
  };
  const found = async () => ({ outcomes: await outcomes(), newLocks: await newLocks() });

  /** A command of the section, as someone runs it. */
  const command = (status: string, session = given.registry.context.sts.administrator()) => {
    const found = consoleCommands(section).filter((line) => line.endsWith(`--target-status ${status}`));
    expect(found, status).to.have.length(1);
    return given.person.shell(
      found[0]!.replace("DOMAIN", given.registry.context.domain),
      awsEnvironment(given.registry, session),
    );
  };
  const mark = async (status: string) => {
    const { exitCode, text } = await command(status);
    expect(exitCode, text).to.equal(0);
    expect(text).to.include(`"status": "${status}"`);
  };
  const publishAgain = async () => {
    const line = consoleCommands(section)[0]!.replace("Unlisted", "Published");
    const { exitCode, text } = await given.person.shell(
      line.replace("DOMAIN", given.registry.context.domain),
      awsEnvironment(given.registry, given.registry.context.sts.administrator()),
    );
    expect(exitCode, text).to.equal(0);
  };

  it("installs every lock while the version is Published, and a new lock takes it", async () => {
    expect(await found()).to.deep.equal(promised("Published"));
  });

  it("lets no role of the stack change a status", async () => {
    for (const { session } of [given.registry.publisher, given.registry.reader]) {
      const { exitCode, text } = await command("Unlisted", session);
      expect(exitCode).not.to.equal(0);
      expect(text).to.include("AccessDeniedException").and.to.include("codeartifact:UpdatePackageVersionsStatus");
    }
  });

  it("leaves uv sync alone to install an Unlisted version, and no new lock takes it", async () => {
    await mark("Unlisted");

    expect(await found()).to.deep.equal(promised("Unlisted"));
  });

  it("installs an Archived version from no lock, but from uv's cache, and no new lock takes it", async () => {
    const warm = checkout("uv.lock");
    const first = await uv(warm, "sync --locked");
    await mark("Archived");

    expect(await found()).to.deep.equal(promised("Archived"));
    const cached = await uv(checkout("uv.lock"), "sync --locked", fresh(warm));
    expect([first.exitCode, cached.exitCode], cached.text).to.deep.equal([0, 0]);
  });

  it("installs every lock again once the version is Published again", async () => {
    await publishAgain();

    expect(await outcomes()).to.deep.equal(all("installs"));
  });

  it("gives new locks the higher version that is published, while former locks still install", async () => {
    await publishDirectly(given.registry, await makeWheel({ name: "orb-common", version: "1.4.1" }));

    expect(await newLocks()).to.deep.equal(everywhere("1.4.1"));
    expect(await outcomes()).to.deep.equal(all("installs"));
  });

  it("keeps a published file's bytes, and frees the number of a version that is deleted", async () => {
    const other = await makeWheel({ name: "orb-common", version: "1.4.0", summary: "Other bytes." });
    const sent = (file: MadeDistribution) =>
      publishDirectly(given.registry, file).then(
        () => "published",
        (error: unknown) => /: (\d{3}) /.exec(String(error))?.[1],
      );
    const before = await sent(other);
    const deleted = await given.person.shell(
      consoleCommands(section)[0]!
        .replace("DOMAIN", given.registry.context.domain)
        .replace("update-package-versions-status", "delete-package-versions")
        .replace("--target-status Unlisted", ""),
      awsEnvironment(given.registry, given.registry.context.sts.administrator()),
    );
    const after = await sent(other);
    const folder = checkout("requirements.txt");
    const { exitCode, text } = await locks["requirements.txt"].install(folder);

    expect([before, deleted.exitCode, after], deleted.text).to.deep.equal(["409", 0, "published"]);
    expect(exitCode).to.equal(1);
    expect(text).to.include("THESE PACKAGES DO NOT MATCH THE HASHES").and.to.include(sha256(bad));
  });
});

function outcome(exitCode: number, text: string): string {
  if (exitCode === 0) {
    return "installs";
  }
  return /1\.4\.0/.test(text) ? "fails" : `fails for another reason: ${text.slice(-400)}`;
}

function lockedVersion(lock: string): string | undefined {
  const found = /name = "orb-common"\nversion = "([^"]+)"|"version": "==([^"]+)"|orb-common==(\S+)/.exec(lock);
  return found?.slice(1).find(Boolean);
}

function sha256({ bytes }: MadeDistribution): string {
  return createHash("sha256").update(bytes).digest("hex");
}
