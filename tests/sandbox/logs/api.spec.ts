import {
  AssociateKmsKeyCommand,
  CloudWatchLogsServiceException,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteResourcePolicyCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeResourcePoliciesCommand,
  DisassociateKmsKeyCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  PutLogEventsCommand,
  PutLogGroupDeletionProtectionCommand,
  PutResourcePolicyCommand,
  PutRetentionPolicyCommand,
  StartQueryCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import { serveAccount, type ServedAccount } from "../../support/sandbox/servedAccount";

const [hour, day] = [60 * 60 * 1000, 24 * 60 * 60 * 1000] as const;
const logGroupName = "/aws/events/audit";
const arn = `arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}`;

describe("CloudWatch Logs' API", () => {
  let now: Date;
  let served: ServedAccount;

  beforeEach(async () => {
    now = new Date();
    served = await serveAccount({ now: () => now });
  });

  afterEach(() => served.close());

  const create = (rest: object = {}) => served.logs.send(new CreateLogGroupCommand({ logGroupName, ...rest }));
  const groups = async () =>
    (await served.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }))).logGroups;
  const ended = (asked: Promise<object>) =>
    asked.then(
      () => "answered",
      (error: unknown) =>
        error instanceof CloudWatchLogsServiceException ? `${error.name}: ${error.message}` : String(error),
    );

  it("makes a group that is listed as AWS does, once", async () => {
    await create({ tags: { Team: "platform" } });

    expect(await groups()).to.deep.equal([
      {
        logGroupName,
        arn: `${arn}:*`,
        logGroupArn: arn,
        creationTime: now.getTime(),
        metricFilterCount: 0,
        storedBytes: 0,
        logGroupClass: "STANDARD",
        deletionProtectionEnabled: false,
      },
    ]);
    expect(await ended(create())).to.equal("ResourceAlreadyExistsException: The specified log group already exists");
    await served.logs.send(new DeleteLogGroupCommand({ logGroupName }));
    expect(await groups()).to.deep.equal([]);
    expect(await ended(served.logs.send(new DeleteLogGroupCommand({ logGroupName })))).to.equal(
      "ResourceNotFoundException: The specified log group does not exist.",
    );
  });

  it("lists groups page by page, by prefix and by pattern", async () => {
    for (const name of ["a", "b", "c/Audit"]) {
      served.account.logs.createLogGroup({ logGroupName: name });
    }
    const list = async (input: object) => {
      const { logGroups = [], nextToken } = await served.logs.send(new DescribeLogGroupsCommand(input));
      return [logGroups.map((group) => group.logGroupName), nextToken] as const;
    };
    const [first, nextToken] = await list({ limit: 2 });

    expect(first).to.deep.equal(["a", "b"]);
    expect(await list({ limit: 2, nextToken })).to.deep.equal([["c/Audit"], undefined]);
    expect(await list({ logGroupNamePattern: "audit" })).to.deep.equal([["c/Audit"], undefined]);
    expect(await ended(list({ nextToken: "else" }))).to.equal(
      "InvalidParameterException: The specified nextToken is invalid.",
    );
  });

  it("drops the events that are older than the retention, and takes only AWS's numbers of days", async () => {
    await create();
    await served.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 3 }));
    await served.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "s" }));
    const put = (timestamp: number) =>
      served.logs.send(
        new PutLogEventsCommand({ logGroupName, logStreamName: "s", logEvents: [{ timestamp, message: "m" }] }),
      );
    const kept = () => served.account.logs.events(logGroupName).list().length;
    await put(now.getTime());
    expect((await put(now.getTime() - 4 * day)).rejectedLogEventsInfo).to.deep.equal({ expiredLogEventEndIndex: 1 });
    const start = now;
    now = new Date(start.getTime() + 3 * day - hour);
    expect(kept()).to.equal(1);
    now = new Date(start.getTime() + 3 * day + hour);
    expect(kept()).to.equal(0);
    now = start;

    expect(await groups()).to.have.nested.property("[0].retentionInDays", 3);
    await served.logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
    expect((await groups())?.[0]).not.to.have.property("retentionInDays");
    expect(await ended(served.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 8 })))).to.match(
      /^InvalidParameterException: Invalid retention value 8\. Supported values are: 1, 3, 5, 7, /,
    );
  });

  it("uses a key whose policy lets the service, and no other", async () => {
    const { kms } = served.account;
    const policy = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "kms:*", Resource: "*" },
        {
          Effect: "Allow",
          Principal: { Service: "logs.us-east-1.amazonaws.com" },
          Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
          Resource: "*",
          Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": arn } },
        },
      ],
    };
    const [own, other] = [kms.createKey({ policy: JSON.stringify(policy) }).arn, kms.createKey().arn];

    expect(await ended(create({ kmsKeyId: other }))).to.match(
      /^InvalidParameterException: The specified KMS key does not exist or is not allowed to be used with LogGroup 'arn:/,
    );
    await create({ kmsKeyId: own });
    expect(await groups()).to.have.nested.property("[0].kmsKeyId", own);
    await served.logs.send(new DisassociateKmsKeyCommand({ logGroupName }));
    expect((await groups())?.[0]).not.to.have.property("kmsKeyId");
    expect(await ended(served.logs.send(new CreateLogGroupCommand({ logGroupName: "other", kmsKeyId: own })))).to.match(
      /^InvalidParameterException/,
    );
    kms.disableKey({ keyId: own });
    expect(await ended(served.logs.send(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId: own })))).to.match(
      /\(the key is Disabled\)$/,
    );
  });

  it("keeps a group with deletion protection", async () => {
    await create({ deletionProtectionEnabled: true });
    expect(await ended(served.logs.send(new DeleteLogGroupCommand({ logGroupName })))).to.match(
      /^ValidationException: .*has deletion protection/,
    );
    await served.logs.send(
      new PutLogGroupDeletionProtectionCommand({ logGroupIdentifier: arn, deletionProtectionEnabled: false }),
    );
    expect(await ended(served.logs.send(new DeleteLogGroupCommand({ logGroupName })))).to.equal("answered");
  });

  it("tags a group by its ARN, and lists the tags in both ways", async () => {
    await create({ tags: { Team: "platform", Cost: "1" } });
    await served.logs.send(new TagResourceCommand({ resourceArn: arn, tags: { Team: "data" } }));
    await served.logs.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ["Cost"] }));

    expect((await served.logs.send(new ListTagsForResourceCommand({ resourceArn: arn }))).tags).to.deep.equal({
      Team: "data",
    });
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- older providers of Terraform send it
    expect((await served.logs.send(new ListTagsLogGroupCommand({ logGroupName }))).tags).to.deep.equal({
      Team: "data",
    });
    expect(
      await ended(served.logs.send(new TagResourceCommand({ resourceArn: arn, tags: { "aws:x": "1" } }))),
    ).to.match(/^InvalidParameterException: Tag key aws:x/);
  });

  it("has ten resource policies at most, and takes none that is no policy", async () => {
    const policyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "logs:PutLogEvents",
        Resource: `${arn}:*`,
      },
    });
    const put = (policyName: string, document = policyDocument) =>
      served.logs.send(new PutResourcePolicyCommand({ policyName, policyDocument: document }));
    for (let number = 0; number < 10; number++) {
      await put(`policy-${number}`);
    }

    expect(await ended(put("policy-10"))).to.equal("LimitExceededException: Resource limit exceeded.");
    expect(await ended(put("policy-9"))).to.equal("answered");
    expect(await ended(put("policy-9", "{"))).to.match(/^InvalidParameterException: /);
    await served.logs.send(new DeleteResourcePolicyCommand({ policyName: "policy-0" }));
    expect(await ended(put("policy-10"))).to.equal("answered");
    const { resourcePolicies = [] } = await served.logs.send(new DescribeResourcePoliciesCommand({}));
    expect(resourcePolicies.map(({ policyName }) => policyName).slice(0, 2)).to.deep.equal(["policy-1", "policy-10"]);
    expect(resourcePolicies[0]).to.deep.include({ policyDocument, policyScope: "ACCOUNT" });
    expect(await ended(served.logs.send(new DeleteResourcePolicyCommand({ policyName: "gone" })))).to.match(
      /^ResourceNotFoundException: /,
    );
  });

  describe("with events", () => {
    const message = (eventName: string, detail: object = {}) =>
      JSON.stringify({ source: "aws.codeartifact", detail: { eventName, readOnly: false, count: 2, ...detail } });

    beforeEach(async () => {
      await create();
      for (const logStreamName of ["one", "two"]) {
        await served.logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
      }
      const put = (logStreamName: string, logEvents: { timestamp: number; message: string }[]) =>
        served.logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
      const at = now.getTime();
      await put("one", [
        { timestamp: at - 3000, message: message("CreateDomain") },
        { timestamp: at - 1000, message: message("DeleteDomain", { user: { name: "ann" } }) },
      ]);
      await put("two", [{ timestamp: at - 2000, message: "plain ERROR text" }]);
    });

    const filter = async (input: Partial<FilterLogEventsCommandInput> = {}) => {
      const { events = [], nextToken } = await served.logs.send(new FilterLogEventsCommand({ logGroupName, ...input }));
      return { offsets: events.map(({ timestamp = 0 }) => timestamp - now.getTime()), nextToken };
    };

    it("filters them by time, stream and page, the oldest first", async () => {
      const at = now.getTime();

      expect(await filter()).to.deep.equal({ offsets: [-3000, -2000, -1000], nextToken: undefined });
      expect((await filter({ startTime: at - 2000 })).offsets).to.deep.equal([-2000, -1000]);
      expect((await filter({ endTime: at - 2000 })).offsets).to.deep.equal([-3000, -2000]);
      expect((await filter({ logStreamNames: ["two"] })).offsets).to.deep.equal([-2000]);
      expect((await filter({ logStreamNamePrefix: "o" })).offsets).to.deep.equal([-3000, -1000]);
      const { offsets, nextToken } = await filter({ limit: 2 });
      expect(offsets).to.deep.equal([-3000, -2000]);
      expect(await filter({ limit: 2, nextToken })).to.deep.equal({ offsets: [-1000], nextToken: undefined });
      expect((await filter({ logGroupName: undefined, logGroupIdentifier: arn })).offsets).to.have.length(3);
      expect(await ended(filter({ nextToken: "else" }))).to.match(
        /^InvalidParameterException: The specified nextToken/,
      );
      expect(await ended(filter({ logStreamNames: ["gone"] }))).to.match(/^ResourceNotFoundException: /);
    });

    for (const [filterPattern, offsets] of [
      ["ERROR", [-2000]],
      ["plain text", [-2000]],
      ["error", []],
      ['"ERROR text"', [-2000]],
      ['{ $.detail.eventName = "CreateDomain" }', [-3000]],
      ['{ $.detail.eventName = "*Domain" }', [-3000, -1000]],
      ['{ $.detail.eventName = "Del*" }', [-1000]],
      ['{ $.detail.eventName = "*te*" }', [-3000, -1000]],
      ['{ $.detail.eventName != "CreateDomain" }', [-1000]],
      ['{ $.detail.user.name = "ann" && $.source = "aws.codeartifact" }', [-1000]],
      ['{ ($.detail.user.name = "ann") && ($.source = "aws.iam") }', []],
      ["{ $.detail.count = 2 }", [-3000, -1000]],
      ["{ $.detail.count = 3 }", []],
      ["{ $.detail = 2 }", []],
    ] as const) {
      it(`filters them by ${filterPattern}`, async () => {
        expect((await filter({ filterPattern })).offsets).to.deep.equal(offsets);
      });
    }

    for (const filterPattern of [
      "?ERROR ?WARN",
      "-ERROR",
      "[a, b]",
      "{ $.a IS NULL }",
      "{ $.a = 1 || $.b = 2 }",
      "%x%",
    ]) {
      it(`rejects by name the pattern ${filterPattern}`, async () => {
        expect(await ended(filter({ filterPattern }))).to.match(/NotImplemented: .*is not modelled/);
      });
    }

    it("reads a stream from its head or its end, page by page", async () => {
      const get = async (input: object) => {
        const { events = [], ...tokens } = await served.logs.send(
          new GetLogEventsCommand({ logGroupName, logStreamName: "one", ...input }),
        );
        return { offsets: events.map(({ timestamp = 0 }) => timestamp - now.getTime()), ...tokens };
      };
      const first = await get({ startFromHead: true, limit: 1 });
      const second = await get({ nextToken: first.nextForwardToken, limit: 1 });
      const third = await get({ nextToken: second.nextForwardToken, limit: 1 });

      expect([first, second, third].map(({ offsets }) => offsets)).to.deep.equal([[-3000], [-1000], []]);
      expect(third.nextForwardToken).to.equal(second.nextForwardToken);
      const last = await get({ limit: 1 });
      expect(last.offsets).to.deep.equal([-1000]);
      expect((await get({ nextToken: last.nextBackwardToken, limit: 1 })).offsets).to.deep.equal([-3000]);
    });

    it("lists streams by name and by their last event, and deletes one with its events", async () => {
      const list = async (input: object = {}) =>
        (await served.logs.send(new DescribeLogStreamsCommand({ logGroupName, ...input }))).logStreams?.map(
          ({ logStreamName }) => logStreamName,
        );

      expect(await list()).to.deep.equal(["one", "two"]);
      expect(await list({ orderBy: "LastEventTime", descending: true })).to.deep.equal(["one", "two"]);
      expect(await list({ orderBy: "LastEventTime" })).to.deep.equal(["two", "one"]);
      await served.logs.send(new DeleteLogStreamCommand({ logGroupName, logStreamName: "one" }));
      expect(await list()).to.deep.equal(["two"]);
      expect((await filter()).offsets).to.deep.equal([-2000]);
    });

    it("rejects events in another order than that of time, and says which are too old and too new", async () => {
      const at = now.getTime();
      const put = (...times: number[]) =>
        served.logs.send(
          new PutLogEventsCommand({
            logGroupName,
            logStreamName: "one",
            logEvents: times.map((timestamp) => ({ timestamp, message: "m" })),
          }),
        );

      expect(await ended(put(at, at - 1))).to.match(/chronological order\.$/);
      expect(await ended(put(at - 25 * hour, at))).to.match(/cannot span more than 24 hours\.$/);
      expect((await put(at - 15 * day)).rejectedLogEventsInfo).to.deep.equal({ tooOldLogEventEndIndex: 1 });
      expect((await put(at, at + 3 * hour)).rejectedLogEventsInfo).to.deep.equal({ tooNewLogEventStartIndex: 1 });
      expect((await filter()).offsets).to.deep.equal([-3000, -2000, -1000, 0]);
    });
  });

  it("decides an operation on a group by `:*` behind its ARN, and one on tags without", async () => {
    await create();
    const read = (resource: string) =>
      served.clientsOf([
        { Effect: "Allow", Action: ["logs:FilterLogEvents", "logs:ListTagsForResource"], Resource: resource },
      ]).logs;
    const outcomes = async (resource: string) => {
      const client = read(resource);
      const asked = [
        new FilterLogEventsCommand({ logGroupName }),
        new ListTagsForResourceCommand({ resourceArn: arn }),
      ];
      return Promise.all(asked.map(async (command) => (await ended(client.send(command as never))).slice(0, 8)));
    };

    expect(await outcomes(`${arn}:*`)).to.deep.equal(["answered", "AccessDe"]);
    expect(await outcomes(arn)).to.deep.equal(["AccessDe", "answered"]);
    expect(await outcomes(`${arn}-other:*`)).to.deep.equal(["AccessDe", "AccessDe"]);
  });

  it("needs the permission to tag for a group with tags", async () => {
    const { logs } = served.clientsOf([{ Effect: "Allow", Action: "logs:CreateLogGroup", Resource: "*" }]);

    expect(await ended(logs.send(new CreateLogGroupCommand({ logGroupName, tags: { Team: "platform" } })))).to.include(
      `is not authorized to perform: logs:TagResource on resource: ${arn}`,
    );
    expect(await ended(logs.send(new CreateLogGroupCommand({ logGroupName })))).to.equal("answered");
  });

  it("rejects what it does not model by name", async () => {
    expect(
      await ended(
        served.logs.send(new StartQueryCommand({ startTime: 0, endTime: 1, queryString: "fields @message" })),
      ),
    ).to.equal("NotImplemented: logs:StartQuery is not modelled.");
    expect(await ended(create({ logGroupClass: "DELIVERY" }))).to.match(/^NotImplemented: logGroupClass DELIVERY/);
    expect(
      await ended(served.logs.send(new DescribeResourcePoliciesCommand({ resourceArn: arn, policyScope: "RESOURCE" }))),
    ).to.match(/^NotImplemented: Resource policies of a single log group/);
  });
});
