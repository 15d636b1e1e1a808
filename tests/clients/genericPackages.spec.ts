import { createHash } from "node:crypto";
import { expect } from "chai";
import { runBoto3 } from "../support/clients/boto3";
import type { Session } from "../../sandbox/sts/sts";
import { describeClient } from "../support/clients/describeClient";
import { awsEnvironment } from "../support/clients/registry";
import { withVersion } from "../support/clients/tools";

const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");

describeClient(`generic packages, by the AWS CLI of ${withVersion("awscli")}`, (given) => {
  const aws = (options: readonly string[], as: "administrator" | "publisher" = "administrator") => {
    const { context, publisher } = given.registry;
    const session = as === "publisher" ? publisher.session : context.sts.administrator();
    return given.person.run("aws", ["codeartifact", ...options], awsEnvironment(given.registry, session));
  };
  const version = (number: string) => [
    ...["--domain", given.registry.context.domain, "--repository", "python-packages", "--format", "generic"],
    ...["--namespace", "tools", "--package", "setup", "--package-version", number],
  ];
  const publish = (text: string, number: string, options: readonly string[] = []) => [
    ...["publish-package-version", ...version(number), "--asset-content", given.person.write("setup.bin", text)],
    ...["--asset-name", "setup.bin", "--asset-sha256", digestOf(text), ...options],
  ];

  it("are published and read with the hash of each file, by who may, and by no other", async () => {
    const text = "x".repeat(3 * 2 ** 20);
    const sent = await aws(publish(text, "1.0"));
    const got = await aws(["get-package-version-asset", ...version("1.0"), "--asset", "setup.bin", "got.bin"]);
    const denied = await aws(publish(text, "1.0"), "publisher");

    expect(sent.exitCode, sent.text).to.equal(0);
    expect(JSON.parse(sent.text)).to.deep.include({ format: "generic", namespace: "tools", status: "Published" });
    expect(got.exitCode, got.text).to.equal(0);
    expect(digestOf(given.person.read("got.bin"))).to.equal(digestOf(text));
    expect(denied.text)
      .to.include("An error occurred (AccessDeniedException) when calling the PublishPackageVersion operation")
      .and.to.match(/on resource: \S+:package\/\S+\/python-packages\/generic\/tools\/setup /);
  });

  it("take the same file again, and not another one or one with another hash", async () => {
    const ended = async (options: readonly string[]) => (await aws(options)).text.replace(/^(?:aws: )?/, "");

    expect((await aws(publish("one", "2.0"))).exitCode).to.equal(0);
    expect((await aws(publish("one", "2.0"))).exitCode).to.equal(0);
    expect(await ended(publish("two", "2.0"))).to.include("(ConflictException)");
    expect(await ended([...publish("three", "3.0"), "--asset-sha256", digestOf("four")])).to.include(
      "(ValidationException) when calling the PublishPackageVersion operation: The SHA-256 of 'setup.bin' is",
    );
    expect((await aws(publish("three", "3.0"))).exitCode).to.equal(0);
  });

  it("stay Unfinished until the last file, as the user guide's example has it", async () => {
    const status = async () => {
      const described = await aws(["describe-package-version", ...version("4.0"), "--query", "packageVersion.status"]);
      return described.text.trim();
    };

    expect((await aws(publish("one", "4.0", ["--unfinished"]))).exitCode).to.equal(0);
    expect(await status()).to.equal('"Unfinished"');
    expect((await aws(publish("one", "4.0", ["--no-unfinished"]))).exitCode).to.equal(0);
    expect(await status()).to.equal('"Published"');
  });
});

const script = `
import hashlib, io
client = boto3.client("codeartifact")
pack = dict(domain=sys.argv[1], repository="python-packages", format="generic", namespace="tools", package="parts")

class Stream:
    """Of a length that is not known beforehand."""
    def __init__(self, content):
        self.parts = [content[:3], content[3:]]
    def read(self, size=-1):
        return self.parts.pop(0) if self.parts else b""

def publish(name, content, version="1.0", wrap=lambda content: content, **options):
    call = lambda: client.publish_package_version(packageVersion=version, assetName=name, assetContent=wrap(content),
        assetSHA256=hashlib.sha256(content).hexdigest(), **{**pack, **options})
    return outcome(call, lambda answer: answer["status"])

made = {
    "bytes": publish("bytes", b"as bytes", unfinished=True),
    "file": publish("file", b"as a file", wrap=io.BytesIO, unfinished=True),
    "stream": publish("stream", b"as a stream", wrap=Stream, unfinished=True),
    "empty": publish("empty", b""),
    "late": publish("late", b"late"),
    "pypi": publish("bytes", b"as bytes", format="pypi"),
    "noRepository": publish("bytes", b"as bytes", repository="none"),
}
try:
    listed = client.list_package_version_assets(packageVersion="1.0", **pack)["assets"]
    made["sizes"] = {asset["name"]: asset["size"] for asset in listed}
    asset = client.get_package_version_asset(packageVersion="1.0", asset="stream", **pack)
    made["read"] = asset["asset"].read().decode()
except ClientError as error:
    made["sizes"] = error.response["Error"]["Code"]
print(json.dumps(made))
`;

describeClient(`generic packages, by ${withVersion("boto3")}`, (given) => {
  const run = (session: Session) => runBoto3(given, session, script, given.registry.context.domain);

  it("are published from bytes, files and streams by who may, with AWS's typed errors for the rest", async () => {
    const denied = ["AccessDeniedException", "AccessDeniedException", 403];

    expect(await run(given.registry.publisher.session)).to.deep.equal({
      ...{ bytes: denied, file: denied, stream: denied, empty: denied, late: denied, pypi: denied },
      ...{ noRepository: denied, sizes: "AccessDeniedException" },
    });
    expect(await run(given.registry.context.sts.administrator())).to.deep.equal({
      ...{ bytes: "Unfinished", file: "Unfinished", stream: "Unfinished", empty: "Published" },
      late: ["ConflictException", "ConflictException", 409],
      pypi: ["ValidationException", "ValidationException", 400],
      noRepository: ["ResourceNotFoundException", "ResourceNotFoundException", 404],
      sizes: { bytes: 8, empty: 0, file: 9, stream: 11 },
      read: "as a stream",
    });
  });
});
