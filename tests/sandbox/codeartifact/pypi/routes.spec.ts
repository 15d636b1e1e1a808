import { expect } from "chai";
import fastify from "fastify";
import { get } from "node:http";
import type { AddressInfo } from "node:net";
import type { Download, Packages } from "../../../../sandbox/codeartifact/packages/packages";
import { pypiRoutes, routerOptions } from "../../../../sandbox/codeartifact/pypi/routes";
import { filePath } from "../../../../sandbox/codeartifact/pypi/simplePage";
import type { SandboxContext } from "../../../../sandbox/context";
import { basic, openRegistry, type Registry } from "../../../support/sandbox/pypi";

const meanings: Readonly<Record<string, string>> = {
  "/pypi/app/": "405 of app: GET means nothing here: files are sent there by POST.",
  "/pypi/app/?x=/simple/": "405 of app: GET means nothing here: files are sent there by POST.",
  "/pypi/app/simple/": "404 of app: CodeArtifact lists no packages here",
  "/pypi/app/simple": "404 of app: CodeArtifact lists no packages here",
  "/pypi/app/simple//": "404 of app: CodeArtifact lists no packages here",
  "/pypi/app/simple///": '400 of app: "" is no package\'s name',
  "/pypi/app/simple/orb-common/": "project orb-common of app",
  "/pypi/app/simple//orb-common/": "project orb-common of app",
  "/pypi/app/simple/orb%2Dcommon/": "project orb-common of app",
  "/pypi/app/simple/orb-common": "moved to /pypi/app/simple/orb-common/",
  "/pypi/app/simple/Orb_Common/": "moved to /pypi/app/simple/orb-common/",
  "/pypi/app/simple//Orb..Common": "moved to /pypi/app/simple/orb-common/",
  "/pypi/app/simple/orb-common/1.0/a.whl": "file a.whl of orb-common 1.0 of app",
  "/pypi/app/simple//orb-common/1.0/a.whl": "file a.whl of orb-common 1.0 of app",
  "/pypi/app/simple/orb-common/1.0%2Blocal/a%2Bb.whl": "file a+b.whl of orb-common 1.0+local of app",
  "/pypi/app/simple/Orb.Common/1.0+x/a.whl": "moved to /pypi/app/simple/orb-common/1.0%2Bx/a.whl",
  // Without its slash an upload would be redirected, and no client follows that.
  "/pypi/app": "404 of app: nothing is there: files are sent to /pypi/app/, and read from /pypi/app/simple/NAME/",
  "/pypi/app/simple/orb-common/1.0":
    "404 of app: nothing is there: a file of orb-common is at /pypi/app/simple/orb-common/VERSION/FILENAME",
  "/pypi/app/simple/Orb.Common/1.0/": "404 of app: nothing is there: a file of orb-common is at",
  "/pypi/app/simple/orb-common//a.whl": "404 of app: nothing is there: a file of orb-common is at",
  "/pypi/app/simple//orb-common//a.whl": "404 of app: nothing is there: a file of orb-common is at",
  "/pypi/app/simple/orb-common//": "404 of app: nothing is there: a file of orb-common is at",
  "/pypi/app/simple/orb-common/1.0/a.whl/": "404 of app: nothing is there: a file of orb-common is at",
  "/pypi/app/simple/orb-common/1.0/a.whl/b": "404 of app: nothing is there: a file of orb-common is at",
  "/pypi/app/packages/": "404 of app: nothing is there: files are sent to /pypi/app/",
  "/pypi/app//": "404 of app: nothing is there: files are sent to /pypi/app/",
  "/pypi/app/simple/-orb/": '400 of app: "-orb" is no package\'s name',
  "/pypi/app/simple/-orb/1.0/a.whl/b": '400 of app: "-orb" is no package\'s name',
  "/pypi/app/simple/orb%20common/": '400 of app: "orb common" is no package\'s name',
  "/pypi/app/simple/*/": '400 of app: "*" is no package\'s name',
  "/pypi/app/simple///orb/": '400 of app: "" is no package\'s name',
  "/pypi/": "400 of *: 1 validation error detected: Value '' at 'repository'",
  "/pypi//": "400 of *: 1 validation error detected: Value '' at 'repository'",
  "/pypi/a/": "400 of *: 1 validation error detected: Value 'a' at 'repository'",
  "/pypi/app*/": "400 of *: 1 validation error detected: Value 'app*' at 'repository'",
  "/pypi/app%2Fpypi%2F%2Forb/": "400 of *: a part of the path is no name",
  "/pypi/app/simple/../../x": "400 of *: a part of the path is no name",
  "/pypi/app/simple/./": "400 of *: a part of the path is no name",
  "/pypi/app/simple/%2e%2E/": "400 of *: a part of the path is no name",
  "/pypi/app/simple/orb-common/1.0/..%2fa.whl": "400 of *: a part of the path is no name",
  "/pypi/app/simple/orb-common/1.0/..%5Ca.whl": "400 of *: a part of the path is no name",
  "/pypi/app/simple/orb-common/1.0/a%00.whl": "400 of *: a part of the path is no name",
  "/pypi/app/simple/orb-common/1.0/a/b%2fc": "400 of *: a part of the path is no name",
};

describe("a path of the Python endpoint", () => {
  let registry: Registry;
  let asked: string[];
  const server = fastify({ routerOptions, forceCloseConnections: true });

  before(async () => {
    registry = await openRegistry();
    const packages: Pick<Packages, "files" | "download"> = {
      files: ({ repository }, name) => {
        asked.push(`project ${name} of ${repository}`);
        return Promise.resolve([]);
      },
      download: ({ repository }, name, filename) => {
        const version = filename === "a.whl" ? "1.0" : filename.includes("local") ? "1!2.0+local.1" : "1.0+local";
        asked.push(`file ${filename} of ${name} ${version} of ${repository}`);
        return Promise.resolve({ file: { filename, version, sha256: "" } as Download["file"], bytes: Buffer.alloc(0) });
      },
    };
    const context = { ...registry.context, packages } as SandboxContext;
    void server.register(pypiRoutes(context));
    await server.listen({ host: "127.0.0.1", port: 0 });
  });

  after(async () => {
    await server.close();
    await registry.close();
  });

  /** What a GET does: the package or file that is read, or the answer and the resource that the log names. */
  async function meaning(path: string): Promise<string> {
    asked = [];
    registry.decisions();
    const { port } = server.server.address() as AddressInfo;
    const [status, location, text] = await new Promise<readonly [number, string | undefined, string]>(
      (resolve, reject) => {
        get({ host: "127.0.0.1", port, path, headers: basic(registry.administrator) }, (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("end", () => {
            resolve([response.statusCode ?? 0, response.headers.location, Buffer.concat(parts).toString()]);
          });
        }).on("error", reject);
      },
    );
    if (status === 200) {
      return asked.join();
    }
    const [, resource = ""] = /codeartifact:\w+ (\S+) /.exec(registry.decisions().join()) ?? [];
    expect(asked).to.deep.equal([]);
    return status === 301 ? `moved to ${location}` : `${status} of ${resource.split("/").at(-1)}: ${text}`;
  }

  for (const [path, expected] of Object.entries(meanings)) {
    it(`${path} means ${expected}`, async () => {
      expect((await meaning(path)).slice(0, expected.length)).to.equal(expected);
    });
  }

  it("is rejected where it cannot be decoded", async () => {
    expect(await meaning("/pypi/app/simple/orb-common/1.0/a%ff.whl")).to.match(/^400 /);
  });

  it("is the same whether a page writes it or a client asks for it", async () => {
    const path = filePath("/pypi/app", "orb-common", "1!2.0+local.1", "orb_common-1!2.0+local.1-py3-none-any.whl");
    expect(path).to.equal("/pypi/app/simple/orb-common/1!2.0%2Blocal.1/orb_common-1!2.0%2Blocal.1-py3-none-any.whl");
    expect(await meaning(path)).to.equal(
      "file orb_common-1!2.0+local.1-py3-none-any.whl of orb-common 1!2.0+local.1 of app",
    );
  });
});
