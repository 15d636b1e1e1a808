import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { FormRecorder } from "../support/clients/formRecorder";
import { describeClient } from "../support/clients/describeClient";
import { withVersion } from "../support/clients/tools";

/** A way to build a package and to send its files. */
interface Publisher {
  readonly client: string;
  /** Of pyproject.toml. */
  readonly backend: string;
  readonly requires: string;
  readonly build: readonly string[];
  /** The command that sends what is in `dist`. */
  readonly publish: readonly string[];
  readonly environment: (url: string, token: string) => Readonly<Record<string, string>>;
  /** Fields beside those that all clients send. */
  readonly own: readonly string[];
}

const version = "2.0.0";
const name = "orb-common";
const [sdist, wheel] = [`orb_common-${version}.tar.gz`, `orb_common-${version}-py3-none-any.whl`] as const;

/** What every client sends for the project below. */
const common = [
  ...[":action", "author_email", "classifiers", "content", "description", "description_content_type", "filetype"],
  ...["keywords", "maintainer", "metadata_version", "name", "project_urls", "protocol_version", "provides_extra"],
  ...["requires_dist", "requires_python", "sha256_digest", "summary", "version"],
];
const licence = ["license_expression", "license_file", "pyversion"];

const publishers: readonly Publisher[] = [
  {
    client: "twine",
    backend: "flit_core.buildapi",
    requires: "flit_core",
    build: ["flit", "build", "--no-use-vcs"],
    publish: ["twine", "upload", "--non-interactive", "--disable-progress-bar", "dist/*.whl", "dist/*.tar.gz"],
    environment: (url, token) => ({ TWINE_REPOSITORY_URL: url, TWINE_USERNAME: "aws", TWINE_PASSWORD: token }),
    own: [...licence, "blake2_256_digest", "gpg_signature"],
  },
  {
    client: "uv",
    backend: "flit_core.buildapi",
    requires: "flit_core",
    build: ["flit", "build", "--no-use-vcs"],
    publish: ["uv", "publish", "dist/*"],
    environment: (url, token) => ({
      UV_PUBLISH_URL: url,
      UV_PUBLISH_USERNAME: "aws",
      UV_PUBLISH_PASSWORD: token,
      UV_KEYRING_PROVIDER: "disabled",
      UV_NO_CONFIG: "1",
    }),
    own: [...licence, "attestations", "blake2_256_digest", "import_names"],
  },
  {
    client: "flit",
    backend: "flit_core.buildapi",
    requires: "flit_core",
    build: ["flit", "build", "--no-use-vcs"],
    publish: ["flit", "publish", "--no-use-vcs"],
    environment: (url, token) => ({
      FLIT_INDEX_URL: url,
      FLIT_USERNAME: "aws",
      FLIT_PASSWORD: token,
      FLIT_NO_NETWORK: "1",
    }),
    own: ["md5_digest", "provides", "pyversion"],
  },
  {
    client: "hatch",
    backend: "hatchling.build",
    requires: "hatchling",
    build: ["python", "-m", "build", "--no-isolation"],
    publish: ["hatch", "--no-interactive", "publish", "--yes"],
    environment: (url, token) => ({ HATCH_INDEX_REPO: url, HATCH_INDEX_USER: "aws", HATCH_INDEX_AUTH: token }),
    own: [...licence, "blake2_256_digest", "md5_digest"],
  },
  {
    client: "poetry",
    backend: "poetry.core.masonry.api",
    requires: "poetry-core",
    build: ["poetry", "--no-interaction", "build"],
    publish: ["poetry", "--no-interaction", "publish", "--repository", "registry"],
    environment: (url, token) => ({
      POETRY_REPOSITORIES_REGISTRY_URL: url,
      POETRY_KEYRING_ENABLED: "false",
      POETRY_HTTP_BASIC_REGISTRY_USERNAME: "aws",
      POETRY_HTTP_BASIC_REGISTRY_PASSWORD: token,
    }),
    own: [...licence, "author", "blake2_256_digest", "md5_digest"],
  },
];

function pyproject({ backend, requires }: Publisher, projectName = name): string {
  return `[build-system]
requires = ["${requires}"]
build-backend = "${backend}"
[project]
name = "${projectName}"
version = "${version}"
description = "Geteilter Code – ☃"
readme = "README.md"
requires-python = ">=3.9"
license = "MIT OR Apache-2.0"
license-files = ["LICENSE*"]
authors = [{ name = "Zoë Ünal", email = "zoe@example.com" }]
maintainers = [{ name = "Someone" }]
keywords = ["one", "two"]
classifiers = ["Private :: Do Not Upload", "Programming Language :: Python :: 3"]
dependencies = ["idna>=3", "six"]
[project.optional-dependencies]
extra = ["packaging"]
[project.urls]
Homepage = "https://example.com"
Source = "https://example.com/source"
`;
}

for (const publisher of publishers) {
  const { client, build, publish, environment, own } = publisher;

  describeClient(`the upload form of ${withVersion(client)}`, (given) => {
    let recorder: FormRecorder;

    before(async () => {
      recorder = await FormRecorder.start(given.registry.address);
      await makeProject("project", name);
    });
    after(() => recorder.close());
    beforeEach(() => {
      recorder.forms.splice(0);
    });

    const inFolder = (folder: string, command: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      given.person.shell(`cd ${folder} && ${command.join(" ")}`, more);
    const makeProject = async (folder: string, project: string) => {
      const module = project.replaceAll("-", "_");
      given.person.write(`${folder}/pyproject.toml`, pyproject(publisher, project));
      given.person.write(`${folder}/README.md`, "# Für alle\n");
      given.person.write(`${folder}/LICENSE`, "MIT\n");
      given.person.write(`${folder}/${module}/__init__.py`, '"""Shared code."""\n');
      const built = await inFolder(folder, build);
      expect(built.exitCode, built.text).to.equal(0);
      // What signing tools leave: twine and uv send it along.
      for (const file of readdirSync(join(given.person.work, folder, "dist"))) {
        given.person.write(`${folder}/dist/${file}.asc`, "-----BEGIN PGP SIGNATURE-----\n");
        given.person.write(`${folder}/dist/${file}.publish.attestation`, '{"version":1}');
      }
    };
    const send = (folder: string, token: string) =>
      inFolder(
        folder,
        publish.map((word) => (client === "twine" && word.startsWith("dist/") ? `${word} ${word}.asc` : word)),
        environment(`${recorder.address}/pypi/python-packages/`, token),
      );

    it("is taken as it is, with every field that the client sends", async () => {
      const { exitCode, text } = await send("project", given.registry.publisher.token);

      expect(exitCode, text).to.equal(0);
      expect(recorder.forms.map(({ fields }) => fields.content)).to.have.deep.members([[sdist], [wheel]]);
      const sent = [...new Set(recorder.forms.flatMap(({ fields }) => Object.keys(fields)))].sort();
      expect(sent).to.deep.equal([...common, ...own].sort());
      for (const { fields, files } of recorder.forms) {
        expect(fields.summary).to.deep.equal(["Geteilter Code – ☃"]);
        expect(fields.classifiers).to.have.lengthOf(2);
        expect(fields.requires_dist).to.have.lengthOf(3);
        expect(files).to.have.members(client === "twine" ? ["content", "gpg_signature"] : ["content"]);
      }
    });

    it("leads to a package that is listed and that pip installs", async () => {
      const { context, reader, indexUrl } = given.registry;
      const record = context.packages.store.find({ domain: context.domain, repository: "python-packages" }, name);
      const { assets = {}, summary, licenses } = record?.versions[version] ?? {};
      expect(Object.keys(assets).sort()).to.deep.equal([wheel, sdist].sort());
      expect([summary, licenses]).to.deep.equal(["Geteilter Code – ☃", ["MIT OR Apache-2.0"]]);

      const options = ["install", "--no-cache-dir", "--no-deps", "--target", "target", `${name}==${version}`];
      const installed = await given.person.run("pip", options, { PIP_INDEX_URL: indexUrl(reader.token) });
      expect(installed.exitCode, installed.text).to.equal(0);
      expect(existsSync(join(given.person.work, "target/orb_common/__init__.py"))).to.equal(true);
    });

    it("is rejected where its publisher may not publish the package", async () => {
      await makeProject("other", "orb-other");

      const { exitCode, text } = await send("other", given.registry.publisher.token);

      expect(exitCode).not.to.equal(0);
      expect(text).to.include("403");
    });
  });
}
