import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clients, pythonClients, type RegistryAccess } from "../../../commands/tour/clients";
import { makeWheel } from "../../../sandbox/fixtures/distributions";
import { changeEnvironment } from "../../support/environment";

const token = "token-that-only-the-server-may-see";

/** What a person's own machine may be set up for. */
const persons = {
  PIP_INDEX_URL: "http://127.0.0.1:9/simple/",
  PIP_EXTRA_INDEX_URL: "http://127.0.0.1:9/simple/",
  PIP_TARGET: "/nowhere",
  TWINE_REPOSITORY_URL: "http://127.0.0.1:9/",
  TWINE_PASSWORD: "the-persons-own",
  HTTP_PROXY: "http://127.0.0.1:9/",
};

describe("Python's clients", () => {
  let clients: Clients;
  let folder: string;
  let access: RegistryAccess;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let asked: IncomingMessage[];
  let seenWhileAsking: string[];
  let restore: () => void;

  const server = createServer((request, response) => {
    asked.push(request);
    seenWhileAsking.push(execFileSync("ps", ["-A", "-o", "args"], { encoding: "utf8" }), ...filesBelow(folder));
    request.resume().on("end", () => {
      answer(request, response);
    });
  });

  before(async () => {
    const found = await pythonClients(() => undefined);
    if ("missing" in found) {
      throw new Error(found.missing);
    }
    clients = found;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "package-registry-clients-"));
    mkdirSync(join(folder, "home"));
    writeFileSync(join(folder, "home/.pypirc"), "[pypi]\nusername = person\npassword = the-persons-own\n");
    writeFileSync(join(folder, "home/.netrc"), "machine 127.0.0.1 login person password the-persons-own\n");
    restore = changeEnvironment({ ...persons, HOME: join(folder, "home"), TMPDIR: folder });
    access = { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pypi/packages/`, token };
    asked = [];
    seenWhileAsking = [];
  });

  afterEach(() => {
    restore();
    rmSync(folder, { recursive: true });
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Each request's method, path, and what it says to be whom. */
  function requests(): readonly string[] {
    return asked.map(({ method, url, headers }) => {
      const [, credentials = ""] = /^Basic (.*)$/.exec(headers.authorization ?? "") ?? [];
      return [method, url, Buffer.from(credentials, "base64").toString()].join(" ").trimEnd();
    });
  }

  function leavesNothing(): void {
    expect(readdirSync(folder)).to.deep.equal(["home"]);
    // Their texts are no one's business.
    expect(seenWhileAsking.map((text) => text.includes(token)))
      .to.include(false)
      .and.not.to.include(true);
  }

  it("say which they are", () => {
    expect(clients.publisher).to.match(/^twine 7\.\d+\.\d+$/);
    expect(clients.installer).to.match(/^pip 2\d\.\d+/);
  });

  it("build an sdist, and a wheel whose bytes are the same each time", async () => {
    const [first, second] = await Promise.all([clients.build("orb-common"), clients.build("orb-common")]);

    expect(first.map(({ filename }) => filename)).to.deep.equal([
      "orb_common-1.0.0-py3-none-any.whl",
      "orb_common-1.0.0.tar.gz",
    ]);
    expect(first[0]!.bytes.equals(second[0]!.bytes)).to.equal(true);
    expect(readdirSync(folder)).to.deep.equal(["home"]);
  });

  it("publish with the token alone, which is in no argument and no file, and end with the last status", async () => {
    const wheel = await makeWheel({ name: "orb-common", version: "1.0.0" });
    answer = (_request, response) => response.end("taken");
    expect(await clients.publish(access, [wheel])).to.deep.equal({ code: "200", detail: "OK" });
    expect(requests()).to.deep.equal([`POST /pypi/packages/ aws:${token}`]);
    leavesNothing();

    answer = (_request, response) => response.writeHead(409, "Other bytes are there").end();
    expect(await clients.publish(access, [wheel])).to.deep.equal({ code: "409", detail: "Other bytes are there" });
  });

  it("do not take for published what twine does not send", async () => {
    answer = (_request, response) => response.end();
    const noWheel = { filename: "orb_common-1.0.0-py3-none-any.whl", bytes: Buffer.from("no wheel") };

    const ending = await clients.publish(access, [noWheel]);

    expect(ending).to.deep.equal({ code: "twine ended with 1", detail: "zipfile.BadZipFile: File is not a zip file" });
    expect(asked).to.deep.equal([]);
  });

  it("install with the token alone, and tell what is installed", async () => {
    const wheel = await makeWheel({ name: "orb-common", version: "1.0.0" });
    answer = ({ url = "" }, response) =>
      url.endsWith(".whl")
        ? response.end(wheel.bytes)
        : response.setHeader("content-type", "text/html").end(`<a href="../../../${wheel.filename}">wheel</a>`);

    const { code } = await clients.install(access, ["orb-common"]);

    expect(code).to.equal("orb-common 1.0.0");
    expect(requests()).to.deep.equal([
      `GET /pypi/packages/simple/orb-common/ aws:${token}`,
      `GET /pypi/${wheel.filename} aws:${token}`,
    ]);
    leavesNothing();
  });

  for (const [status, reason, ending] of [
    [401, "Who are you", { code: "401", detail: "Who are you" }],
    [403, "Not for you", { code: "403", detail: "Not for you" }],
    [
      404,
      "Not here",
      {
        code: "not found",
        detail: "Could not find a version that satisfies the requirement orb-common==99.0 (from versions: none)",
      },
    ],
  ] as const) {
    it(`end with ${ending.code} where a page is answered with ${status}, which pip takes for a package that is not there`, async () => {
      answer = (_request, response) => response.writeHead(status, reason).end();

      expect(await clients.install(access, ["orb-common==99.0"])).to.deep.equal(ending);
    });
  }

  it("end with 403 where a file is rejected", async () => {
    answer = ({ url = "" }, response) =>
      url.endsWith(".whl")
        ? response.writeHead(403, "Not for you").end()
        : response
            .setHeader("content-type", "text/html")
            .end('<a href="../../../orb_common-1.0.0-py3-none-any.whl">wheel</a>');

    expect(await clients.install(access, ["orb-common"])).to.deep.equal({ code: "403", detail: "Not for you" });
  });

  it("send nothing of the person's where there is no token", async () => {
    answer = (_request, response) => response.writeHead(401).end();

    expect((await clients.install({ ...access, token: "" }, ["orb-common"])).code).to.equal("401");
    expect(new Set(requests())).to.deep.equal(new Set(["GET /pypi/packages/simple/orb-common/"]));
  });
});

/** Texts of all files below a folder. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
}
