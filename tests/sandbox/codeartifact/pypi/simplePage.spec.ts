import { expect } from "chai";
import { parse } from "node-html-parser";
import { makeSdist, makeWheel } from "../../../../sandbox/fixtures/distributions";
import {
  domain,
  openRegistry,
  readerSession,
  reads,
  type Registry,
  read,
  repository,
  repositoryArn,
  upload,
} from "../../../support/sandbox/pypi";

const json = "application/vnd.pypi.simple.v1+json";
const path = `/pypi/${repository}/simple/orb-common/`;

describe("a simple page", () => {
  let registry: Registry;

  beforeEach(async () => {
    registry = await openRegistry();
  });
  afterEach(() => registry.close());

  /** Publishes a wheel and a source distribution, and answers with their SHA-256. */
  async function publishBoth() {
    const wheel = await makeWheel({ name: "orb-common", version: "1.0.0", requiresPython: ">=3.9,<4" });
    const sdist = await makeSdist({ name: "orb-common", version: "1.1.0" });
    await upload(registry, wheel);
    await upload(registry, sdist);
    registry.decisions();
    const files = await registry.context.packages.files({ domain, repository }, "orb-common");
    return { wheel, sdist, digests: files.map(({ sha256 }) => sha256) };
  }

  it("shows as JSON what an installer needs to know of each file", async () => {
    const { wheel, sdist, digests } = await publishBoth();
    const response = await read(registry, path, { headers: { accept: json } });

    expect(response.headers.get("content-type")).to.equal(json);
    expect(response.headers.get("vary")).to.equal("Accept");
    expect(await response.json()).to.deep.equal({
      meta: { "api-version": "1.1" },
      name: "orb-common",
      versions: ["1.0.0", "1.1.0"],
      files: [
        {
          filename: wheel.filename,
          url: `${path}1.0.0/${wheel.filename}`,
          hashes: { sha256: digests[0] },
          size: wheel.bytes.length,
          "upload-time": "2026-05-06T07:08:09.123000Z",
          "requires-python": ">=3.9,<4",
          yanked: false,
        },
        {
          filename: sdist.filename,
          url: `${path}1.1.0/${sdist.filename}`,
          hashes: { sha256: digests[1] },
          size: sdist.bytes.length,
          "upload-time": "2026-05-06T07:08:09.123000Z",
          yanked: false,
        },
      ],
    });
    expect(registry.decisions()).to.deep.equal([
      `${readerSession} codeartifact:ReadFromRepository ${repositoryArn} allowed: ${reads}`,
    ]);
  });

  it("shows the same as HTML", async () => {
    const { wheel, sdist, digests } = await publishBoth();
    const response = await read(registry, path);
    const page = parse(await response.text());

    expect(response.headers.get("content-type")).to.equal("text/html; charset=utf-8");
    expect(page.querySelector("meta")?.attributes).to.deep.equal({ name: "pypi:repository-version", content: "1.1" });
    expect(page.querySelectorAll("a").map(({ text, attributes }) => ({ text, ...attributes }))).to.deep.equal([
      {
        text: wheel.filename,
        href: `${path}1.0.0/${wheel.filename}#sha256=${digests[0]}`,
        "data-requires-python": ">=3.9,<4",
      },
      { text: sdist.filename, href: `${path}1.1.0/${sdist.filename}#sha256=${digests[1]}` },
    ]);
  });

  const types: Readonly<Record<string, string>> = {
    "*/*": "text/html; charset=utf-8",
    [`${json}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01`]: json,
    [`${json}, */*;q=0.1`]: json,
    "application/vnd.pypi.simple.latest+json": json,
    "application/vnd.pypi.simple.v1+html": "application/vnd.pypi.simple.v1+html; charset=utf-8",
    "application/vnd.pypi.simple.latest+html, text/html;q=0.5": "application/vnd.pypi.simple.v1+html; charset=utf-8",
  };
  it("is of the type that the client prefers, and HTML where it does not care", async () => {
    registry.index.add("requests", "2.0.0");
    for (const [accept, type] of Object.entries(types)) {
      const response = await read(registry, `/pypi/${repository}/simple/requests/`, { headers: { accept } });
      expect(response.headers.get("content-type"), accept).to.equal(type);
    }
  });

  it("is not to be had as anything else", async () => {
    registry.index.add("requests", "2.0.0");
    const response = await read(registry, `/pypi/${repository}/simple/requests/`, {
      headers: { accept: "application/json" },
    });
    const offered =
      "text/html, application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.latest+json, " +
      "application/vnd.pypi.simple.v1+html, application/vnd.pypi.simple.latest+html";
    expect({ status: response.status, text: await response.text() }).to.deep.equal({
      status: 406,
      text: `A page can be had as ${offered}, and none is accepted.\n`,
    });
    expect(response.headers.get("vary")).to.equal("Accept");
  });

  it("shows public files with all that the public index says of them, and nothing that it says as HTML of its own", async () => {
    const file = registry.index.add("requests", "2.0.0");
    Object.assign(file, { yanked: `"><script>`, requiresPython: ">=3.8", uploadTime: "2026-01-02T03:04:05.6Z" });
    Object.assign(registry.index.add("requests", "2.1.0"), { yanked: true, uploadTime: undefined });
    const response = await read(registry, `/pypi/${repository}/simple/requests/`);
    const html = await response.text();
    const { files } = (await (
      await read(registry, `/pypi/${repository}/simple/requests/`, { headers: { accept: json } })
    ).json()) as { files: readonly Readonly<Record<string, unknown>>[] };

    expect(html).to.include('data-requires-python="&#62;=3.8" data-yanked="&#34;&#62;&#60;script&#62;"');
    expect(html).to.include('data-yanked="">requests-2.1.0');
    expect(files.map((one) => [one.yanked, one["upload-time"], one["requires-python"]])).to.deep.equal([
      [`"><script>`, "2026-01-02T03:04:05.600000Z", ">=3.8"],
      [true, undefined, undefined],
    ]);
  });

  it("says to be of API version 1.0 where a size is not known", async () => {
    Object.assign(registry.index.add("requests", "2.0.0"), { size: undefined });
    const response = await read(registry, `/pypi/${repository}/simple/requests/`, { headers: { accept: json } });
    expect(((await response.json()) as { meta: unknown }).meta).to.deep.equal({ "api-version": "1.0" });
  });

  it("shows a file from the moment on at which its upload is answered", async () => {
    for (const version of ["1.0.0", "1.1.0"]) {
      const { filename } = await makeWheel({ name: "orb-common", version });
      await read(registry, path);
      await upload(registry, await makeWheel({ name: "orb-common", version }));
      const page = await (await read(registry, path)).text();
      expect(page).to.include(filename);
    }
  });

  it("is elsewhere under any other spelling of the name, and without its slash", async () => {
    for (const name of ["Orb.Common/", "orb_common", "ORB--common/", "orb-common"]) {
      const response = await read(registry, `/pypi/${repository}/simple/${name}`);
      expect([response.status, response.headers.get("location")]).to.deep.equal([301, path]);
    }
    await publishBoth();
    expect((await read(registry, `/pypi/${repository}/simple//orb-common/`)).status).to.equal(200);
    expect((await read(registry, path)).status).to.equal(200);
  });

  it("is answered to HEAD with its length alone", async () => {
    await publishBoth();
    const page = await read(registry, path);
    const head = await read(registry, path, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).to.deep.equal([
      200,
      String((await page.text()).length),
      "",
    ]);
    expect(registry.decisions()).to.have.length(2);
  });

  it("is not there for a package without files, nor for all packages", async () => {
    const missing = await read(registry, path);
    const list = await read(registry, `/pypi/${repository}/simple/`);
    const listed = `CodeArtifact lists no packages here: a package's files are at /pypi/${repository}/simple/NAME/.`;

    expect([missing.status, missing.statusText, await missing.text()]).to.deep.equal([
      404,
      `orb-common has no files in ${repository}.`,
      `orb-common has no files in ${repository}.\n`,
    ]);
    expect([list.status, list.statusText]).to.deep.equal([404, listed]);
    expect(registry.decisions()).to.deep.equal(
      [`orb-common has no files in ${repository}.`, listed].map(
        (message) =>
          `${readerSession} codeartifact:ReadFromRepository ${repositoryArn} denied: 404: ${message} (by IAM ${reads})`,
      ),
    );
  });

  it("answers 404 for what does not exist, and 502 for what is unknown while the public index is down", async () => {
    registry.index.down = true;
    const response = await read(registry, `/pypi/${repository}/simple/requests/`);
    expect([response.status, response.statusText]).to.deep.equal([
      502,
      `requests has no files in ${repository}, and the public index does not answer: connection refused`,
    ]);
  });

  it("takes the right to read the repository; without it no one learns whether there is one", async () => {
    registry.index.add("requests", "2.0.0");
    for (const other of ["pypi-store", "no-such-repository"]) {
      const arn = repositoryArn.replace(repository, other);
      const why = `statement "ReadRepository" of inline policy permissions allows codeartifact:ReadFromRepository, but not on ${arn}`;
      for (const wanted of ["simple/requests/", "simple/Requests", "simple/", "simple/requests/2.0.0/x.whl"]) {
        const response = await read(registry, `/pypi/${other}/${wanted}`);
        expect([response.status, response.statusText]).to.deep.equal([
          403,
          `User: ${readerSession} is not authorized to perform: codeartifact:ReadFromRepository on resource: ${arn} (${why})`,
        ]);
        expect(registry.decisions()).to.deep.equal([
          `${readerSession} codeartifact:ReadFromRepository ${arn} denied: ${why}`,
        ]);
      }
    }
    const token = registry.administrator;
    expect((await read(registry, "/pypi/pypi-store/simple/requests/", { token })).status).to.equal(200);
    expect((await read(registry, "/pypi/no-such-repository/simple/requests/", { token })).status).to.equal(404);
  });
});
