import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { awsClients } from "../../../commands/aws/clients";
import { changeEnvironment } from "../../support/environment";

const config = `
[default]
endpoint_url = http://127.0.0.1:1
[profile one]
endpoint_url = http://127.0.0.1:2
[profile two]
services = here
endpoint_url = http://127.0.0.1:3
[profile ignoring]
ignore_configured_endpoint_urls = true
endpoint_url = http://127.0.0.1:4
[profile plain]
region = us-east-1
[services here]
codeartifact =
  endpoint_url = http://127.0.0.1:5
`;

describe("where a command asks AWS", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "package-registry-"));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** The ports of the addresses that CodeArtifact and IAM are asked at; undefined for AWS's own. */
  async function ports(
    profile: string | undefined,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<readonly (number | undefined)[]> {
    // The SDK reads a file once for all clients of a process.
    const file = join(folder, `config-${Math.random()}`);
    writeFileSync(file, config);
    const restore = changeEnvironment({
      AWS_CONFIG_FILE: file,
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      ...environment,
    });
    try {
      const { codeartifact, iam } = await awsClients({ region: "us-east-1" }, profile);
      return await Promise.all([codeartifact, iam].map(async (client) => (await client.config.endpoint?.())?.port));
    } finally {
      restore();
    }
  }

  it("is the address of the profile that it is given, not that of AWS_PROFILE", async () => {
    expect(await ports("one", { AWS_PROFILE: "plain" })).to.deep.equal([2, 2]);
    expect(await ports("plain", { AWS_PROFILE: "one" })).to.deep.equal([undefined, undefined]);
  });

  it("is the address of AWS_PROFILE where no profile is given, or else that of the profile default", async () => {
    expect(await ports(undefined, { AWS_PROFILE: "one" })).to.deep.equal([2, 2]);
    expect(await ports(undefined)).to.deep.equal([1, 1]);
  });

  it("is the service's own address first, and the environment's before any", async () => {
    expect(await ports("two")).to.deep.equal([5, 3]);
    expect(await ports("two", { AWS_ENDPOINT_URL: "http://127.0.0.1:6" })).to.deep.equal([6, 6]);
    expect(await ports("two", { AWS_ENDPOINT_URL_IAM: "http://127.0.0.1:7" })).to.deep.equal([5, 7]);
    expect(await ports("one", { AWS_ENDPOINT_URL: "" })).to.deep.equal([2, 2]);
  });

  it("is AWS where the profile or the environment has addresses ignored", async () => {
    expect(await ports("ignoring")).to.deep.equal([undefined, undefined]);
    expect(await ports("one", { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" })).to.deep.equal([undefined, undefined]);
  });
});
