import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { DescribeDomainCommand, ListTagsForResourceCommand } from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { callerOf, type EventQuery, lookupEvents, readEventRecord } from "../../../commands/aws/cloudTrail";
import { cloudTrail } from "../../../sandbox/cloudtrail/api";
import { jsonRoutes } from "../../../sandbox/core/awsJson";
import { HttpServers } from "../../support/httpServers";
import { all, serveApi, type ServedApi } from "../../support/sandbox/servedApi";

const arn = "arn:aws:codeartifact:us-east-1:123456789012:domain/orb-integration-hub-dev";
const everything = new Date(0);

describe("what CloudTrail's event history says", () => {
  let api: ServedApi;
  let client: CloudTrailClient;

  before(async () => {
    api = await serveApi();
    const { domain } = api;
    const administrator = api.administrator();
    const asks = api.client(administrator);
    for (let call = 0; call < 60; call++) {
      await asks.send(new DescribeDomainCommand({ domain }));
    }
    await asks.send(new ListTagsForResourceCommand({ resourceArn: arn }));
    const { accessKeyId, secretAccessKey, sessionToken } = administrator;
    client = new CloudTrailClient({
      endpoint: await api.serve(jsonRoutes(api.context, [cloudTrail])),
      region: "us-east-1",
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
  });

  after(async () => {
    client.destroy();
    await api.close();
  });

  const names = async (query: EventQuery) => (await all(lookupEvents(client, query))).map(({ eventName }) => eventName);

  it("is read over all pages, the newest event first", async () => {
    const found = await names({ resourceName: arn, since: everything });

    expect(found).to.deep.equal(["ListTagsForResource", ...Array.from({ length: 60 }, () => "DescribeDomain")]);
  });

  it("is compared with every attribute of the query, though AWS takes one", async () => {
    const since = everything;
    const eventName = "ListTagsForResource";

    expect(await names({ resourceName: arn, eventName, since })).to.deep.equal([eventName]);
    expect(await names({ eventName, eventSource: "codeartifact.amazonaws.com", since })).to.deep.equal([eventName]);
    expect(await names({ eventName, eventSource: "iam.amazonaws.com", since })).to.deep.equal([]);
    expect(await names({ eventName, resourceName: `${arn}-other`, since })).to.deep.equal([]);
  });

  it("ends at the time that the query gives", async () => {
    const eventName = "ListTagsForResource";

    expect(await names({ eventName, since: new Date(Date.now() - 60_000) })).to.deep.equal([eventName]);
    expect(await names({ eventName, since: new Date(Date.now() + 60_000) })).to.deep.equal([]);
  });

  it("names the role and the session of a call", async () => {
    const [record] = await all(lookupEvents(client, { eventName: "ListTagsForResource", since: everything }));

    expect(callerOf(record!)).to.deep.equal({ role: "Administrator", name: "administrator" });
  });

  it("is asked again where AWS has had too many requests", async () => {
    const servers = new HttpServers();
    let requests = 0;
    const endpoint = await servers.serve((_, answer) => {
      requests += 1;
      const json = { "content-type": "application/x-amz-json-1.1" };
      if (requests < 3) {
        answer.writeHead(400, json).end('{"__type":"ThrottlingException","message":"Rate exceeded"}');
      } else {
        answer.writeHead(200, json).end('{"Events":[]}');
      }
    });
    const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "none" };
    const throttled = new CloudTrailClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 10 });
    try {
      expect(await all(lookupEvents(throttled, { since: everything }))).to.deep.equal([]);
      expect(requests).to.equal(3);
    } finally {
      throttled.destroy();
      await servers.close();
    }
  });
});

describe("the caller of an event", () => {
  const caller = (userIdentity: object) =>
    callerOf(
      readEventRecord(
        JSON.stringify({
          eventID: "1",
          eventTime: "2026-01-02T03:04:05Z",
          eventSource: "",
          eventName: "",
          userIdentity,
        }),
      )!,
    );

  it("is a role with its session, a user, or a service", () => {
    expect(
      caller({ type: "AssumedRole", arn: "arn:aws:sts::123456789012:assumed-role/publisher/run-1" }),
    ).to.deep.equal({
      role: "publisher",
      name: "run-1",
    });
    expect(caller({ type: "IAMUser", arn: "arn:aws:iam::123456789012:user/ann", userName: "ann" })).to.deep.equal({
      name: "ann",
    });
    expect(caller({ type: "AWSService", invokedBy: "codeartifact.amazonaws.com" })).to.deep.equal({
      name: "codeartifact.amazonaws.com",
    });
    expect(caller({ type: "Root", arn: "arn:aws:iam::123456789012:root" })).to.deep.equal({ name: undefined });
  });
});

describe("a text that is no record of CloudTrail", () => {
  it("is nothing", () => {
    expect(readEventRecord("{")).to.equal(undefined);
    expect(readEventRecord('{"eventName":"PublishPackageVersion"}')).to.equal(undefined);
  });
});
