import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { expect } from "chai";
import { publications } from "../../../commands/versions/publishers";
import type { Environment, HeldVersion } from "../../../commands/versions/registryVersions";
import { HttpServers } from "../../support/httpServers";

const now = new Date("2026-06-01T00:00:00Z");
const version = (changes: Partial<HeldVersion> = {}): HeldVersion => ({
  ...{ name: "orb-common", version: "1.4.0", status: "Published", files: [] },
  published: new Date("2026-05-31T00:00:00Z"),
  ...changes,
});
const parameters = {
  ...{ domainName: "orb-dev", repositoryName: "python-packages" },
  ...{ packageName: "Orb_Common", packageVersion: "1.4" },
};
const event = (session: string, changes: object = {}) => ({
  ...{ eventID: session, eventTime: "2026-05-31T00:00:00Z", eventSource: "codeartifact.amazonaws.com" },
  ...{ eventName: "PublishPackageVersion", requestParameters: parameters },
  userIdentity: { arn: `arn:aws:sts::123456789012:assumed-role/publisher/${session}` },
  ...changes,
});

describe("who published a version", () => {
  const servers = new HttpServers();
  const clients: CloudTrailClient[] = [];

  after(async () => {
    clients.forEach((client) => {
      client.destroy();
    });
    await servers.close();
  });

  /** @returns what is said of each version, and the times since which events were asked for */
  async function published(
    events: readonly object[] | { readonly error: string },
    ...versions: readonly HeldVersion[]
  ) {
    const since: string[] = [];
    const endpoint = await servers.serve((request, answer) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const { StartTime } = JSON.parse(text) as { readonly StartTime: number };
        since.push(new Date(StartTime * 1000).toISOString());
        const failed = "error" in events;
        const body = failed
          ? { __type: events.error, message: "no" }
          : { Events: events.map((one) => ({ CloudTrailEvent: JSON.stringify(one) })) };
        answer
          .writeHead(failed ? 400 : 200, { "content-type": "application/x-amz-json-1.1" })
          .end(JSON.stringify(body));
      });
    });
    const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "none" };
    const cloudTrail = new CloudTrailClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
    clients.push(cloudTrail);
    const environment = { stack: "dev", settings: { domain: "orb-dev" }, clients: { cloudTrail } };
    const { of } = await publications(environment as unknown as Environment, versions, now);
    return { said: versions.map(of), since };
  }

  it("is every caller whose request succeeded, the first one first, in any spelling of the version", async () => {
    const events = [event("second"), event("second"), event("first"), event("denied", { errorCode: "AccessDenied" })];

    expect((await published(events, version())).said).to.deep.equal([
      [
        { role: "publisher", name: "first" },
        { role: "publisher", name: "second" },
      ],
    ]);
  });

  it("is no caller of another domain, repository, package or version of the account", async () => {
    const others = [
      { domainName: "orb-prod" },
      { repositoryName: "pypi-store" },
      { packageName: "orb-models" },
      { packageVersion: "1.5" },
    ].map((changes) => event("other", { requestParameters: { ...parameters, ...changes } }));

    expect((await published(others, version())).said).to.deep.equal(["not known (CloudTrail has no event of it)"]);
  });

  it("is asked for as far back as the versions go, and not at all where CloudTrail has forgotten them", async () => {
    const old = version({ published: new Date("2026-01-01T00:00:00Z") });

    expect((await published([], version(), old)).since).to.deep.equal(["2026-05-30T23:00:00.000Z"]);
    expect(await published([], old)).to.deep.equal({
      said: ["not known (older than CloudTrail's 90 days)"],
      since: [],
    });
  });

  it("is not known where the caller may not read it, and any other error is one", async () => {
    const { said } = await published({ error: "AccessDeniedException" }, version());
    const error = await published({ error: "InvalidTimeRangeException" }, version()).catch((thrown: unknown) => thrown);

    expect(said).to.deep.equal(["not known (CloudTrail denies it)"]);
    expect((error as Error).message).to.match(/^Could not look: events of dev: InvalidTimeRangeException: no/);
  });
});
