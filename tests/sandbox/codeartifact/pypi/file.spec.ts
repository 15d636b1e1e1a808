import { expect } from "chai";
import { assert, asyncProperty, constantFrom, nat, oneof, option, string, tuple } from "fast-check";
import { makeWheel, type MadeDistribution } from "../../../../sandbox/fixtures/distributions";
import {
  openRegistry,
  readerSession,
  reads,
  type Registry,
  read,
  repository,
  repositoryArn,
  upload,
} from "../../../support/sandbox/pypi";

describe("a file", () => {
  let registry: Registry;
  let wheel: MadeDistribution;
  let path: string;
  let etag: string;

  before(async () => {
    registry = await openRegistry();
    wheel = await makeWheel({ name: "orb-common", version: "1.0.0" });
    await upload(registry, wheel);
    path = `/pypi/${repository}/simple/orb-common/1.0.0/${wheel.filename}`;
    etag = (await read(registry, path)).headers.get("etag") ?? "";
    registry.decisions();
  });
  after(() => registry.close());

  async function get(headers: Readonly<Record<string, string>> = {}, method = "GET") {
    const response = await read(registry, path, { headers, method });
    const header = (name: string) => response.headers.get(name);
    return {
      status: response.status,
      length: header("content-length"),
      range: header("content-range"),
      bytes: Buffer.from(await response.arrayBuffer()),
      takesRanges: header("accept-ranges"),
      type: header("content-type"),
    };
  }
  const whole = () => ({
    status: 200,
    length: String(wheel.bytes.length),
    range: null,
    bytes: wheel.bytes,
    takesRanges: "bytes",
    type: "application/octet-stream",
  });

  it("is sent as it was published", async () => {
    expect(await get()).to.deep.equal(whole());
    expect(registry.decisions()).to.deep.equal([
      `${readerSession} codeartifact:ReadFromRepository ${repositoryArn} allowed: ${reads}`,
    ]);
  });

  it("is answered to HEAD with its length alone, whatever range is asked for", async () => {
    expect(await get({ range: "bytes=0-9" }, "HEAD")).to.deep.equal({ ...whole(), bytes: Buffer.alloc(0) });
  });

  it("is sent in part where one range is asked for, even a longer one than the file", async () => {
    const size = wheel.bytes.length;
    const part = (first: number, last: number) => ({
      ...whole(),
      status: 206,
      length: String(last + 1 - first),
      range: `bytes ${first}-${last}/${size}`,
      bytes: wheel.bytes.subarray(first, last + 1),
    });
    expect(await get({ range: "bytes=10-19" })).to.deep.equal(part(10, 19));
    expect(await get({ range: "bytes=-22" })).to.deep.equal(part(size - 22, size - 1));
    expect(await get({ range: "bytes=-10000" })).to.deep.equal(part(0, size - 1));
  });

  it("is sent whole where several ranges are asked for", async () => {
    expect(await get({ range: "bytes=0-1,4-5" })).to.deep.equal(whole());
  });

  it("has no bytes beyond its end", async () => {
    const size = wheel.bytes.length;
    const response = await read(registry, path, { headers: { range: `bytes=${size}-` } });
    expect([response.status, response.headers.get("content-range"), await response.text()]).to.deep.equal([
      416,
      `bytes */${size}`,
      `The file has ${size} bytes, none of them in bytes=${size}-.\n`,
    ]);
  });

  it("is not sent to whom has it already, and whole to whom has a part of another", async () => {
    expect(await get({ "if-none-match": etag })).to.include({ status: 304, range: null });
    expect(await get({ "if-none-match": '"other"' })).to.deep.equal(whole());
    expect(await get({ range: "bytes=0-9", "if-range": '"other"' })).to.deep.equal(whole());
    expect((await get({ range: "bytes=0-9", "if-range": etag })).status).to.equal(206);
  });

  it("is answered to any Range as HTTP has it: the part that is named, none, or the whole", async () => {
    const number = option(nat({ max: 2 * wheel.bytes.length }), { nil: "" });
    const range = oneof(
      tuple(number, number).map(([from, to]) => `bytes=${from}-${to}`),
      tuple(constantFrom("bytes=", "lines=", ""), string()).map(([unit, rest]) => unit + rest.replace(/[^ -~]/g, "")),
    );
    await assert(
      asyncProperty(range, async (header) => {
        const answer = await get({ range: header });
        const { length: size } = wheel.bytes;
        if (answer.status === 206) {
          const [, first = "", last = ""] = /^bytes (\d+)-(\d+)\//.exec(answer.range ?? "") ?? [];
          expect(answer.range).to.equal(`bytes ${first}-${last}/${size}`);
          expect(answer.bytes.length).to.equal(Number(last) + 1 - Number(first));
          expect(answer.bytes.equals(wheel.bytes.subarray(Number(first), Number(last) + 1))).to.equal(true);
        } else if (answer.status === 416) {
          expect(answer.range).to.equal(`bytes */${size}`);
        } else {
          expect(answer).to.deep.equal(whole());
        }
      }),
    );
  });

  it("is not there under another version or name, nor elsewhere under another spelling", async () => {
    const at = async (wanted: string) => {
      const response = await read(registry, `/pypi/${repository}/simple/${wanted}`);
      return `${response.status} ${response.headers.get("location") ?? response.statusText}`;
    };
    expect(await at(`orb-common/1.0.1/${wheel.filename}`)).to.equal(
      `404 ${wheel.filename} is of version 1.0.0, not of the one that the path names.`,
    );
    expect(await at("orb-common/1.0.0/other.whl")).to.equal(
      `404 other.whl is not in ${repository}: origin configuration of package orb-common in ${repository} says upstream BLOCK.`,
    );
    expect(await at(`orb-models/1.0.0/${wheel.filename}`)).to.equal(`404 ${wheel.filename} is not in ${repository}.`);
    expect(await at(`Orb.Common/1.0.0/${wheel.filename}`)).to.equal(`301 ${path}`);
  });

  it("comes through the upstream, and then from here while the public index is down", async () => {
    const { filename, size } = registry.index.add("requests", "2.0.0");
    const upstream = `/pypi/${repository}/simple/requests/2.0.0/${filename}`;
    const first = await read(registry, upstream);
    expect([first.status, first.headers.get("content-length")]).to.deep.equal([200, String(size)]);
    registry.index.down = true;
    expect((await read(registry, upstream)).status).to.equal(200);
    expect((await read(registry, upstream.replaceAll("2.0.0", "2.1.0"))).status).to.equal(502);
    registry.index.down = false;
  });
});
