import { expect } from "chai";
import { filePath, readAddress } from "../../../../sandbox/codeartifact/pypi/address";

function meaning(url: string): string {
  const address = readAddress(url);
  switch (address.kind) {
    case "project":
      return `project ${address.name} of ${address.repository}`;
    case "file":
      return `file ${address.filename} of ${address.name} ${address.version} of ${address.repository}`;
    case "moved":
      return `moved to ${address.to}`;
    case "nowhere":
      return `${address.error.status} in ${address.repository ?? "no repository"}`;
    default:
      return `${address.kind} of ${address.repository}`;
  }
}

const meanings: Readonly<Record<string, string>> = {
  "/pypi/app/": "upload of app",
  "/pypi/app/?x=/simple/": "upload of app",
  "/pypi/app/simple/": "index of app",
  "/pypi/app/simple": "index of app",
  "/pypi/app/simple//": "index of app",
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
  "/pypi/app": "404 in app",
  "/pypi/app/simple/orb-common/1.0": "404 in app",
  "/pypi/app/simple/orb-common/1.0/": "404 in app",
  "/pypi/app/simple/orb-common//a.whl": "404 in app",
  "/pypi/app/simple/orb-common/1.0/a.whl/": "404 in app",
  "/pypi/app/simple/orb-common/1.0/a.whl/b": "404 in app",
  "/pypi/app/packages/": "404 in app",
  "/pypi/app//": "404 in app",
  "/pypi/app/simple/-orb/": "400 in app",
  "/pypi/app/simple/orb common/": "400 in app",
  "/pypi/app/simple/*/": "400 in app",
  "/pypi/": "400 in no repository",
  "/pypi/a/": "400 in no repository",
  "/pypi/app*/": "400 in no repository",
  "/pypi/app%2Fpypi%2F%2Forb/": "400 in no repository",
  "/pypi/app/simple/../../x": "400 in no repository",
  "/pypi/app/simple/./": "400 in no repository",
  "/pypi/app/simple/%2e%2E/": "400 in no repository",
  "/pypi/app/simple/orb-common/1.0/..%2fa.whl": "400 in no repository",
  "/pypi/app/simple/orb-common/1.0/..%5Ca.whl": "400 in no repository",
  "/pypi/app/simple/orb-common/1.0/a%00.whl": "400 in no repository",
  "/pypi/app/simple/orb-common/1.0/a%ff.whl": "400 in no repository",
};

describe("a path of the Python endpoint", () => {
  for (const [url, expected] of Object.entries(meanings)) {
    it(`${url} means ${expected}`, () => {
      expect(meaning(url)).to.equal(expected);
    });
  }

  it("is the same whether a page writes it or a client asks for it", () => {
    const path = filePath("app", "orb-common", "1!2.0+local.1", "orb_common-1!2.0+local.1-py3-none-any.whl");
    expect(path).to.equal("/pypi/app/simple/orb-common/1!2.0%2Blocal.1/orb_common-1!2.0%2Blocal.1-py3-none-any.whl");
    expect(meaning(path)).to.equal("file orb_common-1!2.0+local.1-py3-none-any.whl of orb-common 1!2.0+local.1 of app");
  });
});
