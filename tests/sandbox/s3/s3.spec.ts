import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { expect } from "chai";
import { s3Routes } from "../../../sandbox/s3/routes";
import type { Session } from "../../../sandbox/sts/sts";
import { bareSandbox, type RawAnswer, send, type Served } from "../../support/sandbox/identities";
import { sign } from "../../support/sandbox/signing";

const content = Buffer.from("the content of a file");
const chunked = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const crc = (bytes: Buffer) => {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32(bytes));
  return value.toString("base64");
};

describe("S3", () => {
  const sandbox = bareSandbox();
  const { context, clock } = sandbox;
  let served: Served;
  let administrator: Session;

  before(async () => {
    served = await sandbox.serve(s3Routes(context));
    administrator = context.sts.administrator();
    context.account.s3.createBucket("zips");
  });
  after(() => served.close());

  /** Sends a request that is signed for S3. */
  const ask = async (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body: Buffer = Buffer.alloc(0),
    session = administrator,
  ): Promise<RawAnswer> => {
    const own = { host: served.host, "x-amz-content-sha256": sha256(body), ...headers };
    const [target = "", query = ""] = path.split("?");
    const unsigned = {
      method,
      path: target,
      query: Object.fromEntries(new URLSearchParams(query)),
      headers: own,
      body,
    };
    return send(served, await sign(unsigned, { session, date: clock.now, service: "s3" }));
  };
  const put = (headers: Readonly<Record<string, string>> = {}, body: Buffer = content, path = "/zips/a.zip") =>
    ask("PUT", path, headers, body);
  const ended = ({ status, text }: RawAnswer) => `${status} ${/<Code>(\w+)</.exec(text)?.[1] ?? ""}`.trim();
  /** The content as clients send it in chunks. */
  const inChunks = (trailer: string, sizes: readonly number[] = [5, 16]) => {
    let start = 0;
    const chunks = sizes.map((size) => {
      const chunk = content.subarray(start, start + size);
      start += size;
      return `${size.toString(16)}\r\n${chunk.toString()}\r\n`;
    });
    return Buffer.from(`${chunks.join("")}0\r\n${trailer}\r\n\r\n`);
  };
  const chunkedHeaders = {
    "x-amz-content-sha256": chunked,
    "x-amz-trailer": "x-amz-checksum-crc32",
    "x-amz-decoded-content-length": String(content.length),
  };

  it("stores a file, describes it and returns it", async () => {
    const stored = await put({ "content-type": "application/zip", "x-amz-meta-commit": "abc" });
    const head = await ask("HEAD", "/zips/a.zip");
    const got = await ask("GET", "/zips/a.zip");

    const etag = `"${createHash("md5").update(content).digest("hex")}"`;
    expect([stored.status, stored.headers.etag]).to.deep.equal([200, etag]);
    expect([head.status, head.headers["content-length"], head.text]).to.deep.equal([200, "21", ""]);
    expect([got.status, got.text, got.headers.etag]).to.deep.equal([200, content.toString(), etag]);
    expect([got.headers["content-type"], got.headers["x-amz-meta-commit"]]).to.deep.equal(["application/zip", "abc"]);
  });

  it("returns a part of a file", async () => {
    await put();
    const part = await ask("GET", "/zips/a.zip", { range: "bytes=4-10" });

    expect([part.status, part.text, part.headers["content-range"]]).to.deep.equal([206, "content", "bytes 4-10/21"]);
    expect(ended(await ask("GET", "/zips/a.zip", { range: "bytes=21-" }))).to.equal("416 InvalidRange");
  });

  it("takes a key with any characters, as it is signed", async () => {
    await put({}, content, "/zips/lambda-layers/a%20%2B%C3%A4.zip");

    expect(context.account.s3.findObject("zips", "lambda-layers/a +ä.zip")?.bytes.equals(content)).to.equal(true);
  });

  for (const [name, right] of [
    ["x-amz-checksum-crc32", crc(content)],
    ["x-amz-checksum-sha1", createHash("sha1").update(content).digest("base64")],
    ["x-amz-checksum-sha256", createHash("sha256").update(content).digest("base64")],
    ["content-md5", createHash("md5").update(content).digest("base64")],
  ] as const) {
    it(`compares ${name} with the content`, async () => {
      const wrong = createHash("sha256").update("other").digest("base64");

      expect(ended(await put({ [name]: right }))).to.equal("200");
      expect(ended(await put({ [name]: wrong }))).to.equal("400 BadDigest");
    });
  }

  for (const [name, text, right] of [
    // Check values of the catalogue of parametrised CRC algorithms, https://reveng.sourceforge.io/crc-catalogue/all.htm
    ["x-amz-checksum-crc32c", "123456789", "e3069283"],
    ["x-amz-checksum-crc64nvme", "123456789", "ae8b14860a799888"],
  ] as const) {
    it(`compares ${name} with the content`, async () => {
      const value = (hex: string) => Buffer.from(hex, "hex").toString("base64");

      expect(ended(await put({ [name]: value(right) }, Buffer.from(text)))).to.equal("200");
      expect(ended(await put({ [name]: value(right) }, Buffer.from(`${text}0`)))).to.equal("400 BadDigest");
    });
  }

  it("returns the checksum of a file to a client that asks for it", async () => {
    await put({ "x-amz-checksum-crc32": crc(content) });
    const asked = await ask("HEAD", "/zips/a.zip", { "x-amz-checksum-mode": "ENABLED" });
    const notAsked = await ask("HEAD", "/zips/a.zip");

    expect([asked, notAsked].map(({ headers }) => headers["x-amz-checksum-crc32"])).to.deep.equal([
      crc(content),
      undefined,
    ]);
  });

  it("takes a file in chunks, with its checksum in the trailer", async () => {
    const trailer = `x-amz-checksum-crc32:${crc(content)}`;

    expect(ended(await put(chunkedHeaders, inChunks(trailer)))).to.equal("200");
    expect(context.account.s3.findObject("zips", "a.zip")?.bytes.equals(content)).to.equal(true);
    expect(ended(await put(chunkedHeaders, inChunks("x-amz-checksum-crc32:AAAAAA==")))).to.equal("400 BadDigest");
    expect(ended(await put(chunkedHeaders, inChunks(trailer, [5])))).to.equal("400 IncompleteBody");
    expect(ended(await put(chunkedHeaders, inChunks(trailer).subarray(0, 9)))).to.equal("400 InvalidRequest");
    expect(ended(await put(chunkedHeaders, Buffer.from("no chunks")))).to.equal("400 InvalidRequest");
  });

  it("takes a body that is not signed, and none that differs from the signed one", async () => {
    const other = sha256(Buffer.from("other"));

    expect(ended(await put({ "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }))).to.equal("200");
    expect(ended(await put({ "x-amz-content-sha256": other }))).to.equal("403 SignatureDoesNotMatch");
  });

  it("stores a file only where there is none, if the request says so", async () => {
    const path = "/zips/once.zip";

    expect(ended(await put({ "if-none-match": "*" }, content, path))).to.equal("200");
    expect(ended(await put({ "if-none-match": "*" }, content, path))).to.equal("412 PreconditionFailed");
  });

  it("rejects a request for a bucket that another account owns, if the request says which", async () => {
    expect(ended(await put({ "x-amz-expected-bucket-owner": context.account.accountId }))).to.equal("200");
    expect(ended(await put({ "x-amz-expected-bucket-owner": "210987654321" }))).to.equal("403 AccessDenied");
  });

  it("shows what is not there only to a caller that may list the bucket", async () => {
    const { roles } = context.account.iam;
    const session = context.sts.administrator();
    const trust = { Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" };
    const { arn } = roles.create({
      roleName: "reader",
      assumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: trust }),
    });
    Object.assign(session, { caller: { arn } });
    const may = (...actions: string[]) => {
      const statement = { Effect: "Allow", Action: actions, Resource: ["arn:aws:s3:::zips", "arn:aws:s3:::zips/*"] };
      roles.putPolicy({
        roleName: "reader",
        policyName: "permissions",
        policyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statement }),
      });
    };
    await put();
    const get = async (path: string) => ended(await ask("GET", path, {}, Buffer.alloc(0), session));

    may("s3:ListBucket");
    expect(await get("/zips/a.zip")).to.equal("403 AccessDenied");
    may("s3:GetObject");
    expect([await get("/zips/a.zip"), await get("/zips/none.zip")]).to.deep.equal(["200", "403 AccessDenied"]);
    may("s3:GetObject", "s3:ListBucket");
    expect(await get("/zips/none.zip")).to.equal("404 NoSuchKey");
    expect(ended(await ask("PUT", "/zips/a.zip", {}, content, session))).to.equal("403 AccessDenied");
    expect(ended(await ask("GET", "/none/a.zip"))).to.equal("404 NoSuchBucket");
  });

  for (const [what, method, path, headers] of [
    ["a list of buckets", "GET", "/", {}],
    ["a list of files", "GET", "/zips?list-type=2", {}],
    ["a part of an upload", "PUT", "/zips/a.zip?partNumber=1&uploadId=2", {}],
    ["a copy", "PUT", "/zips/b.zip", { "x-amz-copy-source": "zips/a.zip" }],
    ["an upload in parts", "POST", "/zips/a.zip?uploads=", {}],
    ["a deletion", "DELETE", "/zips/a.zip", {}],
  ] as const) {
    it(`does not model ${what}, and says so`, async () => {
      expect(ended(await ask(method, path, headers))).to.equal("501 NotImplemented");
    });
  }

  it("leaves requests that are not signed for it to other services", async () => {
    const { status } = await send(served, { target: "/zips/a.zip", headers: { host: served.host } });

    expect(status).to.equal(404);
  });
});
