import { createHash } from "node:crypto";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { makeSdist, makeWheel } from "../../../../sandbox/fixtures/distributions";
import { crowd, gzipBomb, metadata, tarGz, zip, zipBomb, zipWithPath } from "../../../support/sandbox/archives";
import { boundary, multipart, type Part, request, sendRaw } from "../../../support/sandbox/rawHttp";
import {
  type Answer,
  basic,
  openRegistry,
  type Registry,
  read,
  repository,
  sessionOf,
  upload,
} from "../../../support/sandbox/pypi";

const mebibyte = 2 ** 20;
const wheelName = "orb_common-1.0.0-py3-none-any.whl";
const sdistName = "orb_common-1.0.0.tar.gz";
const zipSdistName = "orb_common-1.0.0.zip";
const metadataPath = "orb_common-1.0.0.dist-info/METADATA";
const uploadPath = `/pypi/${repository}/`;

/** Something that no client of good will sends. */
interface Malformed {
  readonly title: string;
  readonly send: (registry: Registry) => Promise<Answer>;
  readonly status: number;
  readonly reason: RegExp;
}

const malformed: Malformed[] = [];

/** A distribution that is sent in a form without error. */
function file(title: string, filename: string, make: () => Promise<Buffer>, reason: RegExp): void {
  const fields = { name: "orb-common", version: "1.0.0" };
  const send = async (registry: Registry) => upload(registry, { filename, bytes: await make() }, { fields });
  malformed.push({ title, send, status: 400, reason });
}

/** The body of a POST, or all of the request. */
function body(title: string, status: number, reason: RegExp, type: string, content: string | Buffer): void {
  const send = ({ port, publisher }: Registry) => {
    const headers = { ...basic(publisher), "content-type": type, "content-length": Buffer.byteLength(content) };
    return sendRaw(port, request(`POST ${uploadPath}`, headers, content));
  };
  malformed.push({ title, send, status, reason });
}

const formType = `multipart/form-data; boundary=${boundary}`;
const content: Part = { name: "content", filename: wheelName, value: "bytes" };
const texts: readonly Part[] = Object.entries({
  ":action": "file_upload",
  name: "orb-common",
  version: "1.0.0",
  filetype: "bdist_wheel",
  pyversion: "py3",
  sha256_digest: createHash("sha256").update(content.value).digest("hex"),
}).map(([name, value]) => ({ name, value }));
const without = (field: string) => texts.filter(({ name }) => name !== field);

function form(title: string, parts: readonly Part[], reason: RegExp, status = 400): void {
  body(title, status, reason, formType, multipart(parts));
}

function path(title: string, target: string, status: number, reason: RegExp): void {
  const send = ({ port, publisher }: Registry) => sendRaw(port, request(`GET ${target}`, basic(publisher)));
  malformed.push({ title, send, status, reason });
}

function token(title: string, header: (registry: Registry) => Readonly<Record<string, string>>, reason: RegExp): void {
  const send = async (registry: Registry) => {
    const { port } = registry;
    const headers = { ...header(registry), "content-type": formType };
    const whole = multipart([...texts, content]);
    return sendRaw(port, request(`POST ${uploadPath}`, { ...headers, "content-length": whole.length }, whole));
  };
  malformed.push({ title, send, status: 401, reason });
}

// Forms
const whole = multipart([...texts, content]);
body("a form that is cut off within a part", 400, /cannot be read: Unexpected end/, formType, whole.subarray(0, -30));
body("a form that is cut off within the header of a part", 400, /cannot be read/, formType, whole.subarray(0, 70));
body("a form that is cut off before its last boundary ends", 400, /cannot be read/, formType, whole.subarray(0, -4));
body("a form without a boundary", 400, /Boundary not found/, "multipart/form-data", whole);
body("a form with another boundary", 400, /cannot be read/, "multipart/form-data; boundary=other", whole);
body("an empty form", 400, /The form has no file/, formType, "");
body("a body that is no form", 400, /of type multipart\/form-data/, "application/json", "{}");
body("a form of the wrong kind", 400, /of type multipart/, "application/x-www-form-urlencoded", "name=orb-common");
body("a malformed media type", 415, /media type/i, ";;;", whole);
form("a form without a file", texts, /The form has no file/);
form("a form with two files", [...texts, content, content], /more than 2 files, one content and one gpg_signature/);
form(
  "a form with two signatures",
  [...texts, content, ...[1, 2].map(() => ({ ...content, name: "gpg_signature" }))],
  /more than 2 files, one content and one gpg_signature/,
);
form("a form with nothing but a signature", [...texts, { ...content, name: "gpg_signature" }], /The form has no file/);
form("a file in another field", [...texts, { ...content, name: "attachment" }], /sends "attachment" as a file/);
form("a file without a name", [...texts, { name: "content", value: "bytes" }], /The form has no file/);
form(
  "a name that is a list",
  [...without("name"), { name: "name", type: "application/json", value: "[1]" }, content],
  /"\[1\]" is no package's name/,
);
form(
  "a field named as a prototype",
  [{ name: "__proto__", value: "x" }, content],
  /more than 0 fields named as a property of every JavaScript object/,
);
form("a name longer than fits", [{ name: "name", value: "x".repeat(9 * mebibyte) }], /more than 8 MiB/, 413);
form(
  "fields longer than fit",
  Array.from({ length: 9 }, () => ({ name: "a", value: "x".repeat(mebibyte) })),
  /more than 8 MiB/,
  413,
);
form(
  "more fields than fit",
  Array.from({ length: 5001 }, () => ({ name: "a", value: "x" })),
  /more than 5,000 fields/,
  413,
);
for (const field of [":action", "name", "version", "filetype"]) {
  form(`a form without ${field}`, [...without(field), content], new RegExp(`no field "${field}"`));
  form(`a form with two of ${field}`, [...texts, { name: field, value: "1.0.0" }, content], /more than one field/);
}
form("another protocol", [...texts, { name: "protocol_version", value: "2" }, content], /only "1" is known/);
form(
  "a type that PyPI does not know",
  [...without("filetype"), { name: "filetype", value: "bdist_egg" }, content],
  /known/,
);
form("a wheel without a Python", [...without("pyversion"), content], /no field "pyversion": a wheel needs it/);
form("a form without a digest", [...without("sha256_digest"), content], /no digest: send one of sha256_digest/);
for (const field of ["summary", "metadata_version", "license_expression", "requires_python"]) {
  const value = "1.0";
  form(
    `a form with two of ${field}`,
    [...texts, { name: field, value }, { name: field, value }, content],
    /at most one/,
  );
}
form(
  "a form with several errors, and names all of them",
  [...without("filetype"), { name: "protocol_version", value: "2" }, content],
  /no field "filetype".*only "1" is known/,
);
form("another action", [...without(":action"), { name: ":action", value: "submit" }, content], /only "file_upload"/);
form("a malformed package name", [...without("name"), { name: "name", value: "../x" }, content], /no package's name/);
form(
  "a name of control characters",
  [...without("name"), { name: "name", value: "a\r\nb" }, content],
  /no package's name/,
);

// File names
for (const [title, filename] of Object.entries({
  "a file name that leads out": `../../${wheelName}`,
  "a file name that leads out by escapes": `%2e%2e%2f${wheelName}`,
  "a file name that leads out by backslashes": `..\\\\..\\\\${wheelName}`,
  "a file name with a NUL": `orb_common-1.0.0\0-py3-none-any.whl`,
  "an absolute file name": `/etc/${wheelName}`,
  "an empty file name": "",
  "a file name in another script": "оrb_common-1.0.0-py3-none-any.whl",
  "a file name of no distribution": "orb_common-1.0.0.exe",
})) {
  form(title, [...texts, { ...content, filename }], /The file name ".*" is neither/);
}
form(
  "a file name that is too long",
  [...texts, { ...content, filename: `orb_common-1.0.0-py3-none-${"a".repeat(300)}.whl` }],
  /more than 255 characters/,
);
form(
  "a file name without a version",
  [...texts, { ...content, filename: "orb_common-x.tar.gz" }],
  /as PEP 440 writes it/,
);

// Digests
for (const digest of ["sha256_digest", "md5_digest", "blake2_256_digest"]) {
  for (const value of ["0".repeat(digest === "md5_digest" ? 32 : 64), "none"]) {
    form(`${digest} of ${value}`, [...texts, { name: digest, value }, content], /arrived with other/);
  }
}

// Distributions
file("a wheel that is no zip file", wheelName, () => Promise.resolve(Buffer.from("no zip")), /is not a zip file/);
file("an empty wheel", wheelName, () => Promise.resolve(Buffer.alloc(0)), /is not a zip file/);
file(
  "a wheel that is cut off",
  wheelName,
  async () => (await makeWheel(description)).bytes.subarray(0, -30),
  /is not a zip/,
);
file("a wheel whose METADATA does not unpack", wheelName, brokenWheel, /is not a zip file/);
file("a wheel without METADATA", wheelName, () => zip(["orb_common/METADATA", metadata()]), /has none of NAME/);
file(
  "a wheel with METADATA twice",
  wheelName,
  () => zip([metadataPath, metadata()], [metadataPath, metadata()]),
  /has 2 of NAME-VERSION\.dist-info\/METADATA/,
);
file(
  "a wheel of two packages",
  wheelName,
  () => zip([metadataPath, metadata()], ["a-1.dist-info/METADATA", metadata("a", "1")]),
  /has 2 of NAME-VERSION\.dist-info\/METADATA/,
);
file(
  "a wheel whose folder is of another package",
  wheelName,
  () => zip(["a-1.0.0.dist-info/METADATA", metadata()]),
  /names "a"/,
);
file(
  "a wheel whose folder has no version",
  wheelName,
  () => zip(["orb.dist-info/METADATA", metadata()]),
  /names "orb"/,
);
for (const [title, text, reason] of [
  ["is of another package", metadata("orb-models"), /METADATA names "orb-models"/],
  ["is of another version", metadata("orb-common", "1.0.1"), /METADATA says "1\.0\.1"/],
  ["has no name", "Version: 1.0.0\n", /has no name/],
  ["has two names", `${metadata()}Name: orb-models\n`, /more than one name/],
  ["is not text", "\0\u0001\u0002", /has no name/],
] as const) {
  file(`a wheel whose METADATA ${title}`, wheelName, () => zip([metadataPath, text]), reason);
  const inSdist = new RegExp(reason.source.replace("METADATA", "PKG-INFO"));
  file(
    `a source distribution whose PKG-INFO ${title}`,
    sdistName,
    () => tarGz(["orb_common-1.0.0/PKG-INFO", text]),
    inSdist,
  );
}
for (const outside of ["../../../etc/x", "/etc/passwd", "a\\..\\..\\b", "a\\b", "C:/x"]) {
  file(
    `a wheel that unpacks to ${outside}`,
    wheelName,
    () => zipWithPath(outside, [metadataPath, metadata()]),
    /is not a zip/,
  );
}
file("a wheel that is a bomb", wheelName, () => zipBomb(100 * mebibyte), /more than 50 times its packed size/);
file(
  "a wheel whose METADATA is a bomb",
  wheelName,
  () => zip([metadataPath, Buffer.alloc(5 * mebibyte)]),
  /more than 4 MiB/,
);
file("a wheel whose METADATA is longer than it says", wheelName, lyingWheel, /is not a zip file.*too many bytes/);
file(
  "a source distribution that is no gzip",
  sdistName,
  () => Promise.resolve(Buffer.from("no gzip")),
  /is not a tar file/,
);
file(
  "a source distribution that is no tar",
  sdistName,
  () => Promise.resolve(gzipSync(Buffer.alloc(2048, 1))),
  /not a tar/,
);
file(
  "a source distribution that is cut off",
  sdistName,
  async () => (await makeSdist(description)).bytes.subarray(0, -20),
  /not a tar/,
);
file(
  "a source distribution without PKG-INFO",
  sdistName,
  () => tarGz(["orb_common-1.0.0/a/PKG-INFO", metadata()]),
  /none of FOLDER/,
);
file(
  "a source distribution of two folders",
  sdistName,
  () => tarGz(["orb_common-1.0.0/PKG-INFO", metadata()], ["other/setup.py", ""]),
  /has two folders, "orb_common-1\.0\.0" and "other"/,
);
file(
  "a source distribution with a file outside its folder",
  sdistName,
  () => tarGz(["orb_common-1.0.0/PKG-INFO", metadata()], ["setup.py", ""]),
  /has "setup\.py" outside a folder/,
);
file(
  "a source distribution as zip of two folders",
  zipSdistName,
  () => zip(["orb_common-1.0.0/PKG-INFO", metadata()], ["other/setup.py", ""]),
  /has two folders/,
);
file(
  "a source distribution as zip without PKG-INFO",
  zipSdistName,
  () => zip(["orb_common-1.0.0/setup.py", ""]),
  /none of FOLDER/,
);
file(
  "a source distribution as zip whose PKG-INFO is of another version",
  zipSdistName,
  () => zip(["orb_common-1.0.0/PKG-INFO", metadata("orb-common", "1.0.1")]),
  /PKG-INFO says "1\.0\.1"/,
);
file(
  "a source distribution with PKG-INFO twice",
  sdistName,
  () => tarGz(["orb_common-1.0.0/PKG-INFO", metadata()], ["orb_common-1.0.0/PKG-INFO", metadata()]),
  /has 2 of FOLDER\/PKG-INFO/,
);
file(
  "a source distribution that is a bomb",
  sdistName,
  () => gzipBomb(100 * mebibyte),
  /more than 50 times its packed size/,
);
file(
  "a source distribution whose PKG-INFO is a bomb",
  sdistName,
  () => tarGz(["orb_common-1.0.0/PKG-INFO", Buffer.alloc(5 * mebibyte)]),
  /more than 4 MiB/,
);
file("a source distribution of too many files", sdistName, () => crowd(101_000), /has more than 100,000 entries/);

// Paths
path("a path that leads out", `/pypi/${repository}/simple/../../../etc/passwd`, 400, /no name/);
path("a path that leads out by escapes", `/pypi/${repository}/simple/%2e%2e/%2E%2E/etc`, 400, /no name/);
path("a path with an escaped slash", `/pypi/${repository}/simple/orb-common/1.0.0/..%2f..%2fx`, 400, /no name/);
path("a path with a backslash", `/pypi/${repository}/simple/orb-common/1.0.0/..%5c..%5cx`, 400, /no name/);
path("a path with a NUL", `/pypi/${repository}/simple/orb-common/1.0.0/x%00.whl`, 400, /no name/);
path("a path with malformed escapes", `/pypi/${repository}/simple/%zz/`, 400, /Bad Request/);
path("a repository's name that is a pattern", "/pypi/*/simple/orb-common/", 400, /'repository'/);
path("a repository's name that leads elsewhere in an ARN", "/pypi/a%2Fpypi%2F%2Forb/simple/b/", 400, /no name/);
path("a malformed package name, in a path", `/pypi/${repository}/simple/orb%20common/`, 400, /no package's name/);
path(
  "a path of ten thousand characters",
  `/pypi/${repository}/simple/${"a".repeat(10_000)}.`,
  400,
  /no package's name/,
);

// Tokens
token("no token", () => ({}), /wants a token/);
token("an empty password", () => basic(""), /password is empty/);
token("a token that was not minted", () => basic("made-up"), /was not minted here/);
token("a token with another end", ({ publisher }) => basic(`${publisher.slice(0, -4)}AAAA`), /was not minted here/);
token("a token as another user", ({ publisher }) => basic(publisher, "root"), /Another user/);
token("a JWT without a signature", () => basic(unsignedJwt()), /was not minted here/);
token(
  "a JWT without a signature, by Bearer",
  () => ({ authorization: `Bearer ${unsignedJwt()}` }),
  /was not minted here/,
);
token("a scheme that is not known", ({ publisher }) => ({ authorization: `Token ${publisher}` }), /wants a token/);
token("a password that is no base64", () => ({ authorization: "Basic $$$" }), /wants a token/);
token(
  "a token of another domain",
  ({ context }) => basic(mint(context, "team-prod", 3600)),
  /is for the domain team-prod/,
);
token("a token that has expired", ({ context }) => basic(mint(context, "team-dev", -1)), /expired at/);

// HTTP
malformed.push({
  title: "a length beyond the limit",
  send: ({ port, publisher }) => {
    const headers = { ...basic(publisher), "content-type": formType, "content-length": 2 ** 40 };
    return sendRaw(port, request(`POST ${uploadPath}`, headers));
  },
  status: 413,
  reason: /1099511627776 bytes, more than 264 MiB/,
});
malformed.push({
  title: "a header of 100 MB",
  send: ({ port }) => {
    const megabyte = Buffer.alloc(1_000_000, "a");
    return sendRaw(
      port,
      `GET ${uploadPath} HTTP/1.1\r\nhost: a\r\nx-long: `,
      ...Array.from({ length: 100 }, () => megabyte),
    );
  },
  status: 431,
  reason: /Request Header Fields Too Large/,
});
malformed.push({
  title: "two lengths that differ",
  send: ({ port }) =>
    sendRaw(
      port,
      `POST ${uploadPath} HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ),
  status: 400,
  reason: /Bad Request/,
});
for (const [method, target, status] of [
  ["POST", `/pypi/${repository}/simple/`, 405],
  ["POST", `/pypi/${repository}`, 404],
  ["PUT", uploadPath, 405],
  ["GET", uploadPath, 405],
  ["DELETE", `/pypi/${repository}/simple/orb-common/1.0.0/${wheelName}`, 405],
] as const) {
  malformed.push({
    title: `${method} ${target}`,
    send: ({ port, publisher }) => sendRaw(port, request(`${method} ${target}`, basic(publisher))),
    status,
    reason: /means nothing here|nothing is there/,
  });
}

const description = { name: "orb-common", version: "1.0.0" };

/** A wheel whose METADATA is overwritten where it is packed. */
async function brokenWheel(): Promise<Buffer> {
  const bytes = await zip([metadataPath, metadata()]);
  bytes.fill(0xff, 30 + metadataPath.length, 30 + metadataPath.length + 20);
  return bytes;
}

/** A wheel that says of its METADATA to be ten bytes long. */
async function lyingWheel(): Promise<Buffer> {
  const bytes = await zip([metadataPath, Buffer.alloc(mebibyte)]);
  const directory = bytes.indexOf(Buffer.from("PK\u0001\u0002", "latin1"));
  bytes.writeUInt32LE(10, directory + 24);
  return bytes;
}

function unsignedJwt(): string {
  const parts = [
    { alg: "none", typ: "JWT" },
    { sub: "publisher", exp: 4102444800 },
  ];
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.`;
}

function mint({ tokens, account }: Registry["context"], domain: string, seconds: number): string {
  const expiration = new Date(account.now().getTime() + seconds * 1000);
  return tokens.mint({ ...sessionOf("publisher"), expiration }, domain, 0).authorizationToken;
}

describe("a malformed request to the Python endpoint", () => {
  let registry: Registry;
  let memory: number;

  before(async () => {
    registry = await openRegistry();
    memory = process.memoryUsage().rss;
  });
  after(() => registry.close());

  it(`is one of the ${malformed.length} that follow`, () => {
    expect(malformed.length).to.be.at.least(40);
    expect(new Set(malformed.map(({ title }) => title)).size).to.equal(malformed.length);
  });

  for (const { title, send, status, reason } of malformed) {
    it(`is rejected with ${status} and a reason: ${title}`, async () => {
      const answer = await send(registry);
      expect({ status: answer.status, text: `${answer.reason}\n${answer.text}` }).to.satisfy(
        (seen: { status: number; text: string }) => seen.status === status && reason.test(seen.text),
        JSON.stringify(answer),
      );
      expect(answer.reason).to.match(/^[ -~]+$/);
      expect(answer.text).not.to.include(registry.publisher);
      // What is no request of HTTP has no line.
      const lines = registry.decisions();
      expect(lines.length).to.be.at.most(1);
      for (const line of lines) {
        expect(line).to.include(` denied: ${status}: `);
      }
    });
  }

  it("is ended without an answer where the client leaves within it", async () => {
    const ended = new Promise<void>((resolve) => {
      registry.context.decisions.listen(() => {
        resolve();
      });
    });
    const headers = { ...basic(registry.publisher), "content-type": formType, "content-length": 100_000 };
    const socket = connect(registry.port, "127.0.0.1");
    socket.write(request(`POST ${uploadPath}`, headers, whole.subarray(0, 200)), () => {
      socket.destroy();
    });
    await ended;
    expect(registry.decisions().join()).to.match(
      /^\S+publisher\/job \S+ \S+ denied: 400: The form cannot be read: it ends before/,
    );
  });

  it("leaves no trace", async () => {
    expect((await read(registry, `/pypi/${repository}/simple/orb-common/`)).status).to.equal(404);
    const wheel = await makeWheel(description);
    expect((await upload(registry, wheel)).status).to.equal(200);
    const page = await read(registry, `/pypi/${repository}/simple/orb-common/`);
    expect([page.status, await page.text()].join(" ")).to.match(new RegExp(`^200 .*>${wheel.filename}<`, "s"));
  });

  it("takes no memory for long, all of them at once included", async () => {
    const answers = await Promise.all(malformed.map(({ send }) => send(registry)));
    expect(answers.map(({ status }) => status)).to.deep.equal(malformed.map(({ status }) => status));
    expect((process.memoryUsage().rss - memory) / mebibyte).to.be.below(400);
  });
});
