import { createHash } from "node:crypto";
import { expect } from "chai";
import { makeSdist, makeWheel, type MadeDistribution } from "../../../sandbox/fixtures/distributions";
import { filesOfPage } from "../../../sandbox/publicIndex/projectPage";
import { simpleIndex } from "../../../sandbox/publicIndex/simpleIndex";
import { serveWatchedIndex, type WatchedIndex } from "../../support/sandbox/watchedIndex";

const sha256 = ({ bytes }: MadeDistribution) => createHash("sha256").update(bytes).digest("hex");

describe("a small public index", () => {
  let index: WatchedIndex;
  let wheel: MadeDistribution;
  let sdist: MadeDistribution;

  before(async () => {
    wheel = await makeWheel({ name: "left-pad", version: "1.0.0" });
    sdist = await makeSdist({ name: "left-pad", version: "1.1.0" });
  });

  beforeEach(async () => {
    index = await serveWatchedIndex([wheel, sdist, await makeWheel({ name: "right", version: "2.0" })]);
  });

  afterEach(() => index.close());

  const listed = ({ filename, bytes }: MadeDistribution, version: string) => ({
    filename,
    version,
    url: new URL(`/files/${filename}`, index.url).href,
    sha256: sha256({ filename, bytes }),
    size: bytes.length,
    uploadTime: "2026-01-01T00:00:00Z",
  });

  it("serves a project's files, and knows no other project", async () => {
    const client = simpleIndex(index.url);

    expect(index.url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/simple\/$/);
    expect(await client.files("left-pad")).to.deep.equal([listed(wheel, "1.0.0"), listed(sdist, "1.1.0")]);
    expect(await client.files("left")).to.equal(undefined);
    for (const file of [wheel, sdist]) {
      expect(await client.download(listed(file, "").url, sha256(file))).to.deep.equal(file.bytes);
    }
    expect((await fetch(new URL("/files/left_pad-9.0.tar.gz", index.url))).status).to.equal(404);
  });

  it("says the same in HTML, as far as HTML says it", async () => {
    const response = await fetch(`${index.url}left-pad/`, { headers: { accept: "*/*" } });
    const contentType = response.headers.get("content-type") ?? "";

    expect(contentType).to.equal("text/html; charset=utf-8");
    const body = Buffer.from(await response.arrayBuffer());
    expect(await filesOfPage({ url: response.url, contentType, body }, "left-pad")).to.deep.equal(
      [listed(wheel, "1.0.0"), listed(sdist, "1.1.0")].map(({ filename, version, url, ...file }) => ({
        filename,
        version,
        url,
        sha256: file.sha256,
      })),
    );
  });

  it("remembers what it was asked, breaks off while it is down, and answers again when it is up", async () => {
    const ask = () => simpleIndex(index.url).files("right");
    index.down = true;
    expect(await ask().catch(String)).to.equal(`Error: ${new URL(index.url).host}: other side closed`);
    index.down = false;
    expect(await ask()).to.have.length(1);
    await fetch(new URL("/files/right-2.0-py3-none-any.whl", index.url));
    expect(index.asked).to.deep.equal(["/simple/right/", "/simple/right/", "/files/right-2.0-py3-none-any.whl"]);
  });
});
