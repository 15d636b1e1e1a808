import { type AddressInfo, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { expect } from "chai";
import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import { noPublicIndex } from "../../sandbox/codeartifact/packages/search";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import { assumeRoleAsJob } from "../../sandbox/github/client";
import { openSandbox, type Sandbox } from "../../sandbox/sandbox";
import { SandboxError } from "../../sandbox/core/awsError";
import { deployChanged } from "../support/deployments";
import { sign } from "../support/sandbox/signing";
import { send } from "../support/sandbox/identities";

describe("a sandbox", () => {
  let deployment: Deployment;
  let sandbox: Sandbox;

  const open = (port?: number) =>
    openSandbox({ deployment, store: new MemoryPackageStore(), publicIndex: noPublicIndex, port });

  before(async () => {
    deployment = await deployChanged({});
    sandbox = await open();
  });

  after(() => sandbox.close());

  const served = () => ({
    address: sandbox.address,
    host: sandbox.address.replace("http://", ""),
    close: () => Promise.resolve(),
  });

  it("lets the job that a stack names become its role, and no other", async () => {
    const [{ job } = { job: undefined }] = deployment.settings.publishers;
    const [roleArn] = Object.values(deployment.outputs.publisherRoleArns as Record<string, string>);
    const { repository = "", ref } = job ?? {};

    expect(await assumeRoleAsJob(sandbox.address, { repository, ref, environment: "dev" }, roleArn!)).to.have.property(
      "sessionToken",
    );
    expect(
      await assumeRoleAsJob(
        sandbox.address,
        { repository: "orb-integration-hub-evil/hub", ref, environment: "dev", workflow: ".github/workflows/a.yml" },
        roleArn!,
      ),
    ).to.include({ code: "AccessDenied" });
  });

  it("serves on this machine alone", async () => {
    const [, port] = served().host.split(":");
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");

    expect(sandbox.address).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    for (const { address } of others) {
      const failure = await fetch(`http://${address}:${port}/`).catch((error: unknown) => (error as Error).cause);
      expect(failure).to.include({ code: "ECONNREFUSED" });
    }
  });

  it("serves all routes at once, and lists them at an unknown path", async () => {
    const text = async (path: string) => (await fetch(`${sandbox.address}${path}`)).text();

    expect(await text("/")).to.include("<title>orb-integration-hub-dev</title>");
    expect(await text("/github/.well-known/jwks")).to.match(/^\{"keys":/);
    expect(await text("/?Action=GetCallerIdentity")).to.include("<Code>NotImplemented</Code>");
    expect(await text("/nowhere?token=x")).to.equal(
      "Nothing is at GET /nowhere. Here are: / (page, STS, IAM, SNS, KMS, Cloud Control, CloudTrail, EventBridge and CloudWatch Logs), /v1/ (CodeArtifact), /DATE/ (Lambda), " +
        "/BUCKET/KEY (S3, where the request is signed for it), /policy/validation (IAM Access Analyzer, likewise), /pypi/REPOSITORY/ and /d/DOMAIN-OWNER/pypi/REPOSITORY/ " +
        "(packages), /github/ (identity tokens).\n",
    );
  });

  it("answers a client that takes it for a proxy to AWS", async () => {
    const host = "sts.us-east-1.amazonaws.com";
    const session = sandbox.context.sts.administrator();
    const sent = await sign(
      {
        method: "POST",
        body: "Action=GetCallerIdentity&Version=2011-06-15",
        headers: { host, "content-type": "application/x-www-form-urlencoded" },
      },
      { session, date: new Date(), service: "sts", region: "us-east-1" },
    );
    const { status, text } = await send(served(), { ...sent, target: `http://${host}/` });

    expect([status, text.includes(session.assumedRoleArn)]).to.deep.equal([200, true]);
  });

  it("says what to do where its port is in use", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const error = await open(port).catch((rejected: unknown) => rejected);

      expect(error).to.be.instanceOf(SandboxError);
      expect((error as Error).message).to.equal(
        `Port ${port} is in use: stop what listens there, or choose another with --port.`,
      );
    } finally {
      other.close();
    }
  });

  it("closes although a browser follows its decisions, and ends what the browser reads", async () => {
    const closed = await open();
    const { body } = await fetch(`${closed.address}/page/events`);
    const following = new Response(body).text();
    await closed.close();

    expect(await following).to.match(/^retry: 1000\nevent: start\n/);
  });

  it("answers no one once it is closed, and can be opened on the port again", async () => {
    const closed = await open();
    const port = Number(closed.address.split(":").at(-1));
    expect((await fetch(`${closed.address}/`)).status).to.equal(200);
    await closed.close();
    expect(await fetch(`${closed.address}/`).catch((error: unknown) => (error as Error).cause)).to.include({
      code: "ECONNREFUSED",
    });

    const again = await open(port);
    expect(again.address).to.equal(closed.address);
    await again.close();
  });
});
