import { createHash } from "node:crypto";
import { expect } from "chai";
import { blake2b } from "hash-wasm";
import { makeSdist, makeWheel, type MadeDistribution } from "../../../../sandbox/fixtures/distributions";
import { group } from "../../../support/sandbox/packages";
import { metadata, tarGz, zip } from "../../../support/sandbox/archives";
import {
  basic,
  domain,
  form,
  openRegistry,
  publisherSession,
  publishes,
  type Registry,
  repository,
  repositoryArn,
  upload,
} from "../../../support/sandbox/pypi";

const packageArn = `${repositoryArn.replace(":repository/", ":package/")}/pypi//orb-common`;
const asked = `${publisherSession} codeartifact:PublishPackageVersion ${packageArn}`;

describe("an upload", () => {
  let registry: Registry;
  let wheel: MadeDistribution;

  before(async () => {
    wheel = await makeWheel({ name: "orb-common", version: "1.0.0", requiresPython: ">=3.9", summary: "Shared code." });
  });
  beforeEach(async () => {
    registry = await openRegistry();
  });
  afterEach(() => registry.close());

  it("is taken, and so are the very same bytes again", async () => {
    expect(await upload(registry, wheel)).to.deep.equal({
      status: 200,
      reason: "OK",
      text: `${wheel.filename} is in ${repository}.\n`,
    });
    expect(await upload(registry, wheel)).to.deep.equal({
      status: 200,
      reason: "OK",
      text: `${wheel.filename} is in ${repository}; these very bytes were there already.\n`,
    });
    expect(registry.decisions()).to.deep.equal([
      `${asked} allowed: ${publishes}`,
      `${asked} allowed: ${publishes}; these very bytes were there already`,
    ]);
  });

  it("is kept as it was sent, with what the distribution says of itself", async () => {
    await upload(registry, wheel);
    await upload(registry, await makeSdist({ name: "orb-common", version: "1.0.0" }));
    const place = { domain, repository };
    const record = registry.context.packages.store.find(place, "orb-common");
    const { summary, origin, assets = {} } = record?.versions["1.0.0"] ?? {};

    expect({ summary, origin, names: Object.keys(assets) }).to.deep.equal({
      summary: "Shared code.",
      origin: { originType: "INTERNAL", domainEntryPoint: { repositoryName: repository } },
      names: [wheel.filename, "orb_common-1.0.0.tar.gz"],
    });
    expect(assets[wheel.filename]).to.include({ size: wheel.bytes.length, requiresPython: ">=3.9" });
    const { bytes } = await registry.context.packages.download(place, "orb-common", wheel.filename);
    expect(bytes.equals(wheel.bytes)).to.equal(true);
  });

  it("is rejected with other bytes under the same name, and the answer says which", async () => {
    await upload(registry, wheel);
    const other = { ...wheel, bytes: (await makeWheel({ name: "orb-common", version: "1.0.0" })).bytes };
    const [before, sent] = [wheel, other].map(({ bytes }) => createHash("sha256").update(bytes).digest("hex"));
    const message =
      `${wheel.filename} is in ${repository} with other bytes (SHA-256 ${before}, sent ${sent}). ` +
      "A published file never changes: publish another version.";
    registry.decisions();

    expect(await upload(registry, other)).to.deep.equal({ status: 409, reason: message, text: `${message}\n` });
    expect(registry.decisions()).to.deep.equal([`${asked} denied: 409: ${message} (by IAM ${publishes})`]);
  });

  it("may name its package and version as anyone writes them, as long as they mean the same", async () => {
    expect((await upload(registry, wheel, { fields: { name: "Orb.Common", version: "v1.0.0" } })).status).to.equal(200);
    const bytes = await zip(["Orb_Common-1.0.0.dist-info/METADATA", metadata("ORB__common", "01.0.0")]);
    const named = { filename: "Orb_Common-1.0.0-1-py3-none-any.whl", bytes };
    expect((await upload(registry, named)).status).to.equal(200);
    const sdist = {
      filename: "orb-common-1.0.0.tar.gz",
      bytes: await tarGz(["orb.common-1.0.0/PKG-INFO", metadata()]),
    };
    expect((await upload(registry, sdist, { fields: { name: "orb-common", version: "1.0.0" } })).status).to.equal(200);
  });

  it("may bring a signature as a second file, before or after the distribution, and nothing of it is kept", async () => {
    const sdist = await makeSdist({ name: "orb-common", version: "1.0.0" });
    const signature = (body: FormData) => {
      body.append("gpg_signature", new Blob(["-----BEGIN PGP"]), "x.asc");
    };
    for (const [distribution, signedFirst] of [
      [wheel, true],
      [sdist, false],
    ] as const) {
      const body = new FormData();
      if (signedFirst) {
        signature(body);
      }
      for (const [field, value] of form(distribution, { attestations: "[{}]", md5_digest: "" })) {
        body.append(field, value);
      }
      if (!signedFirst) {
        signature(body);
      }
      const { status } = await fetch(registry.endpoint, { method: "POST", headers: basic(registry.publisher), body });
      expect(status).to.equal(200);
    }
    const files = await registry.context.packages.files({ domain, repository }, "orb-common");
    expect(files.map(({ filename }) => filename)).to.have.members([wheel.filename, sdist.filename]);
  });

  it("may be a source distribution of an older tool: a zip file, a hyphen in its version, any one folder", async () => {
    const pkgInfo = "Name: orb-common\nVersion: 3.2.3-2\nRequires-Python: >=3.9\n";
    for (const [filename, version, bytes] of [
      ["orb-common-1.6.zip", "1.6", await zip(["orb-common-1.6/PKG-INFO", metadata("orb-common", "1.6")])],
      ["orb-common-3.2.3-2.tar.gz", "3.2.3.post2", await tarGz(["orb-common-3.2.3-2/PKG-INFO", pkgInfo])],
      ["orb_common-1.8.tar.gz", "1.8", await tarGz(["./main/PKG-INFO", metadata("orb-common", "1.8")])],
    ] as const) {
      const fields = { name: "orb-common", version };
      expect((await upload(registry, { filename, bytes }, { fields })).text).to.equal(
        `${filename} is in ${repository}.\n`,
      );
    }
    const files = await registry.context.packages.files({ domain, repository }, "orb-common");
    expect(files.map(({ version, requiresPython }) => [version, requiresPython])).to.have.deep.members([
      ["1.6", undefined],
      ["3.2.3.post2", ">=3.9"],
      ["1.8", undefined],
    ]);
  });

  it("may send its fields in any order, the file first, and without a type", async () => {
    const parts = [
      `--b\r\nContent-Disposition: form-data; name="content"; filename="${wheel.filename}"\r\n\r\n`,
      wheel.bytes,
      ...Object.entries({
        version: "1.0.0",
        name: "orb_common",
        ":action": "file_upload",
        filetype: "bdist_wheel",
        pyversion: "py3",
        md5_digest: createHash("md5").update(wheel.bytes).digest("hex"),
      }).map(([name, value]) => `\r\n--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}`),
      "\r\n--b--\r\n",
    ];
    const response = await fetch(registry.endpoint, {
      method: "POST",
      headers: { authorization: `Bearer ${registry.publisher}`, "content-type": "multipart/form-data; boundary=b" },
      body: new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part)))),
    });
    expect(response.status).to.equal(200);
  });

  it("needs one digest of the three, and leaves out the protocol or says 1", async () => {
    const digests = {
      sha256_digest: createHash("sha256").update(wheel.bytes).digest("hex"),
      md5_digest: createHash("md5").update(wheel.bytes).digest("hex"),
      blake2_256_digest: await blake2b(wheel.bytes, 256),
    };
    for (const protocol_version of ["1", undefined]) {
      for (const [field, digest] of Object.entries(digests)) {
        const fields = { sha256_digest: undefined, protocol_version, [field]: digest };
        expect((await upload(registry, wheel, { fields })).status).to.equal(200);
      }
    }
    const { text } = await upload(registry, wheel, { fields: { sha256_digest: undefined, protocol_version: "2" } });
    expect(text).to.equal(
      'The form\'s "protocol_version" is "2": only "1" is known. ' +
        "The form has no digest: send one of sha256_digest, blake2_256_digest, md5_digest.\n",
    );
  });

  it("is compared with every digest that it gives, in any case", async () => {
    const digests = {
      sha256_digest: createHash("sha256").update(wheel.bytes).digest("hex").toUpperCase(),
      md5_digest: createHash("md5").update(wheel.bytes).digest("hex"),
      blake2_256_digest: await blake2b(wheel.bytes, 256),
    };
    expect((await upload(registry, wheel, { fields: digests })).status).to.equal(200);
    for (const [field, digest] of Object.entries(digests)) {
      const own = digest.toLowerCase();
      const wrong = own.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
      const message = `${wheel.filename} arrived with other bytes: ${field} says "${wrong}", the file has ${own}.`;
      expect(await upload(registry, wheel, { fields: { [field]: wrong } })).to.deep.equal({
        status: 400,
        reason: message,
        text: `${message}\n`,
      });
    }
  });

  it("takes the right to publish this very package, anyone who else may publish others", async () => {
    const other = await makeWheel({ name: "orb-billing", version: "1.0.0" });
    const billing = packageArn.replace("orb-common", "orb-billing");
    const why =
      'statement "PublishPackages" of inline policy permissions allows codeartifact:PublishPackageVersion, but not on ' +
      billing;
    const message =
      `User: ${publisherSession} is not authorized to perform: codeartifact:PublishPackageVersion ` +
      `on resource: ${billing} (${why})`;

    expect(await upload(registry, other)).to.deep.equal({ status: 403, reason: message, text: `${message}\n` });
    expect(registry.decisions()).to.deep.equal([
      `${publisherSession} codeartifact:PublishPackageVersion ${billing} denied: ${why}`,
    ]);
    expect((await upload(registry, other, { token: registry.administrator })).status).to.equal(200);
  });

  it("takes more than the right to read", async () => {
    const { status, reason } = await upload(registry, wheel, { token: registry.reader });
    expect({ status, reason }).to.deep.equal({
      status: 403,
      reason:
        "User: arn:aws:sts::123456789012:assumed-role/reader/job is not authorized to perform: " +
        `codeartifact:PublishPackageVersion on resource: ${packageArn} ` +
        "(no statement allows codeartifact:PublishPackageVersion)",
    });
  });

  it("is rejected by origin controls though IAM lets it pass, and says so", async () => {
    group(registry.context.account, "/pypi/*", { PUBLISH: "BLOCK" });
    const message =
      `orb-common cannot be published to ${repository}: PUBLISH of package group /pypi/*, to which package orb-common ` +
      "belongs, is BLOCK.";
    expect(await upload(registry, wheel)).to.deep.equal({ status: 403, reason: message, text: `${message}\n` });
    expect(registry.decisions()).to.deep.equal([`${asked} denied: 403: ${message} (by IAM ${publishes})`]);
  });

  it("is rejected where a public version has its number, or may have it while the public index is down", async () => {
    registry.index.add("orb-common", "1.0.0");
    expect((await upload(registry, wheel)).status).to.equal(409);
    registry.index.down = true;
    const { status, reason } = await upload(registry, wheel);
    expect({ status, reason }).to.deep.equal({
      status: 502,
      reason:
        "Whether orb-common 1.0.0 is public already is not known, and the public index does not answer: connection refused",
    });
  });

  it("goes to a repository that there is; that there is none, only those learn who might publish there", async () => {
    const to = registry.endpoint.replace(repository, "no-such-repository");
    expect((await upload(registry, wheel, { to })).status).to.equal(403);
    const { status, text } = await upload(registry, wheel, { to, token: registry.administrator });
    expect({ status, text }).to.deep.equal({
      status: 404,
      text:
        "Repository not found. Repository 'no-such-repository' in domain 'team-dev' owned by account '123456789012' " +
        "does not exist.\n",
    });
  });

  it("takes the file's and the form's word for what it is only where both are the same", async () => {
    for (const [fields, message] of [
      [{ name: "orb-models" }, `${wheel.filename} is of orb-common, but the form names "orb-models".`],
      [{ version: "1.0.1" }, `${wheel.filename} is of version 1.0.0, but the form says "1.0.1".`],
      [{ version: "one" }, `${wheel.filename} is of version 1.0.0, but the form says "one".`],
      [{ filetype: "sdist" }, `${wheel.filename} is by its name of filetype bdist_wheel, but the form says "sdist".`],
    ] as const) {
      expect(await upload(registry, wheel, { fields })).to.deep.equal({
        status: 400,
        reason: message,
        text: `${message}\n`,
      });
    }
    const sdist = await makeSdist({ name: "orb-common", version: "1.0.0" });
    expect((await upload(registry, sdist, { fields: { pyversion: "py3" } })).text).to.equal(
      'The form\'s "pyversion" is "py3": of an sdist it is "source".\n',
    );
    for (const pyversion of ["source", "", undefined]) {
      expect((await upload(registry, sdist, { fields: { pyversion } })).status).to.equal(200);
    }
  });

  it("does not get back a token that it sends in another field, and the log does not contain it", async () => {
    const { text } = await upload(registry, wheel, { fields: { version: registry.publisher } });
    const message = `${wheel.filename} is of version 1.0.0, but the form says "(a token)."`;
    expect(text).to.equal(`${message}.\n`);
    expect(registry.decisions().join()).to.include(message);
  });

  it("is answered to twenty at once, each with its own", async () => {
    const versions = Array.from({ length: 20 }, (_, index) => `1.0.${index}`);
    const wheels = await Promise.all(versions.map((version) => makeWheel({ name: "orb-common", version })));
    const answers = await Promise.all(wheels.map((one) => upload(registry, one)));
    expect(answers.map(({ text }) => text)).to.deep.equal(
      wheels.map(({ filename }) => `${filename} is in ${repository}.\n`),
    );
    const files = await registry.context.packages.files({ domain, repository }, "orb-common");
    expect(files.map(({ version }) => version)).to.have.members(versions);
  });
});
