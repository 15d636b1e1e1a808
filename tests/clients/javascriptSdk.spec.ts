import {
  CodeartifactClient,
  GetAuthorizationTokenCommand,
  ListPackageVersionAssetsCommand,
} from "@aws-sdk/client-codeartifact";
import { version } from "@aws-sdk/client-codeartifact/package.json";
import { expect } from "chai";
import { type ClientRegistry, commonWheel, openRegistry, publishDirectly } from "../support/clients/registry";

describe(`the AWS SDK for JavaScript ${version}`, () => {
  let registry: ClientRegistry;
  let client: CodeartifactClient;

  before(async () => {
    registry = await openRegistry();
    await publishDirectly(registry, await commonWheel());
    const { accessKeyId, secretAccessKey, sessionToken } = registry.publisher.session;
    client = new CodeartifactClient({
      endpoint: registry.address,
      region: registry.context.account.region,
      maxAttempts: 1,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
  });

  after(async () => {
    client.destroy();
    await registry.close();
  });

  const mint = (durationSeconds?: number) =>
    client.send(new GetAuthorizationTokenCommand({ domain: registry.context.domain, durationSeconds }));

  it("mints a token that the registry takes, and none of 12 hours", async () => {
    const { authorizationToken } = await mint(900);
    const page = await fetch(`${registry.indexUrl()}orb-common/`, {
      headers: { authorization: `Bearer ${authorizationToken}` },
    });

    expect(page.status).to.equal(200);
    expect(
      await mint().then(
        () => "a token",
        (error: unknown) => (error as Error).name,
      ),
    ).to.equal("AccessDeniedException");
  });

  it("lists the assets of the publisher's own package, and of no other", async () => {
    const list = (name: string) =>
      client.send(
        new ListPackageVersionAssetsCommand({
          domain: registry.context.domain,
          repository: "python-packages",
          format: "pypi",
          package: name,
          packageVersion: "1.0.0",
        }),
      );

    expect((await list("orb-common")).assets?.map(({ name }) => name)).to.deep.equal([(await commonWheel()).filename]);
    expect(
      await list("orb-other").then(
        () => "assets",
        (error: unknown) => (error as Error).name,
      ),
    ).to.equal("AccessDeniedException");
  });
});
