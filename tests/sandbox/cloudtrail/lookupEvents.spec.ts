import { CloudTrailClient, type LookupAttribute, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { CreateDomainCommand, DescribeDomainCommand } from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { cloudTrail } from "../../../sandbox/cloudtrail/api";
import { jsonRoutes } from "../../../sandbox/core/awsJson";
import type { Session } from "../../../sandbox/sts/sts";
import { answered, serveApi, type ServedApi } from "../../support/sandbox/servedApi";

const arn = "arn:aws:codeartifact:us-east-1:123456789012:domain/looked-up";

describe("LookupEvents", () => {
  let api: ServedApi;
  let administrator: Session;
  let client: CloudTrailClient;
  const clientOf = (endpoint: string, { accessKeyId, secretAccessKey, sessionToken }: Session) =>
    new CloudTrailClient({
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      maxAttempts: 1,
    });
  let endpoint: string;

  before(async () => {
    api = await serveApi();
    administrator = api.administrator();
    const asks = api.client(administrator);
    const domain = "looked-up";
    await answered(asks.send(new CreateDomainCommand({ domain })));
    await answered(asks.send(new DescribeDomainCommand({ domain })));
    await answered(asks.send(new CreateDomainCommand({ domain })));
    endpoint = await api.serve(jsonRoutes(api.context, [cloudTrail]));
    client = clientOf(endpoint, administrator);
  });

  after(async () => {
    client.destroy();
    await api.close();
  });

  /** Names and errors of the events that have an attribute. */
  const lookUp = async (AttributeKey: LookupAttribute["AttributeKey"], AttributeValue: string) => {
    const { Events = [] } = await client.send(
      new LookupEventsCommand({ LookupAttributes: [{ AttributeKey, AttributeValue }] }),
    );
    return Events.map(({ EventName, CloudTrailEvent = "{}" }) => {
      return [EventName, (JSON.parse(CloudTrailEvent) as { readonly errorCode?: string }).errorCode];
    });
  };
  const ended = async (asked: Promise<object>) =>
    asked.then(
      () => "found",
      (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
    );

  it("finds calls by their name, resource, user, key and source, the newest first", async () => {
    const calls = [
      ["CreateDomain", "ConflictException"],
      ["DescribeDomain", undefined],
      ["CreateDomain", undefined],
    ];

    expect(await lookUp("EventName", "CreateDomain")).to.deep.equal([calls[0], calls[2]]);
    expect(await lookUp("ResourceName", arn)).to.deep.equal([calls[1]]);
    expect((await lookUp("AccessKeyId", administrator.accessKeyId)).slice(-3)).to.deep.equal(calls);
    expect((await lookUp("EventSource", "codeartifact.amazonaws.com")).slice(-3)).to.deep.equal(calls);
    expect((await lookUp("Username", "administrator")).slice(-3)).to.deep.equal(calls);
    expect(await lookUp("EventName", "DeleteDomain")).to.deep.equal([]);
  });

  it("gives page after page, and each event once", async () => {
    const attributes = [{ AttributeKey: "EventSource", AttributeValue: "codeartifact.amazonaws.com" } as const];
    const seen: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new LookupEventsCommand({ LookupAttributes: attributes, MaxResults: 1, NextToken }),
      );
      seen.push(...(page.Events ?? []).map(({ EventId }) => EventId));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);

    expect(seen).to.have.length(3);
    expect(new Set(seen).size).to.equal(3);
  });

  it("gives what is between two times, both included", async () => {
    const within = async (start: number, end: number) => {
      const { Events = [] } = await client.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: "CreateDomain" }],
          StartTime: new Date(start),
          EndTime: new Date(end),
        }),
      );
      return Events.length;
    };

    expect(await within(Date.now() - 3_600_000, Date.now() + 1000)).to.equal(2);
    expect(await within(Date.now() + 1000, Date.now() + 2000)).to.equal(0);
  });

  it("rejects what the API does not take, by AWS's codes", async () => {
    const attribute = { AttributeKey: "EventName", AttributeValue: "x" } as const;
    const asked = [
      { LookupAttributes: [attribute, attribute] },
      { LookupAttributes: [{ ...attribute, AttributeKey: "Region" as "EventName" }] },
      { MaxResults: 51 },
      { StartTime: new Date(2), EndTime: new Date(1) },
      { NextToken: "other" },
      { EventCategory: "insight" as const },
    ];
    const names = await Promise.all(
      asked.map(async (input) => (await ended(client.send(new LookupEventsCommand(input)))).split(":")[0]),
    );

    expect(names).to.deep.equal([
      "InvalidLookupAttributesException",
      "InvalidLookupAttributesException",
      "InvalidMaxResultsException",
      "InvalidTimeRangeException",
      "InvalidNextTokenException",
      "InvalidEventCategoryException",
    ]);
  });

  it("is denied to a session without the permission", async () => {
    const reader = clientOf(endpoint, await api.reader());

    expect(await ended(reader.send(new LookupEventsCommand({})))).to.match(
      /^AccessDeniedException: .* is not authorized to perform: cloudtrail:LookupEvents on resource: \*/,
    );
    reader.destroy();
  });
});
