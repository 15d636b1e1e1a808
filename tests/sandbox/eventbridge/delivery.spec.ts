import { CreateDomainCommand, GetAuthorizationTokenCommand } from "@aws-sdk/client-codeartifact";
import {
  CreateLogGroupCommand,
  FilterLogEventsCommand,
  PutResourcePolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { PutRuleCommand, PutTargetsCommand, RemoveTargetsCommand, type RuleState } from "@aws-sdk/client-eventbridge";
import { CreateTopicCommand, SetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { expect } from "chai";
import type { BusEvent } from "../../../sandbox/eventbridge/busEvent";
import { serveAccount, type ServedAccount } from "../../support/sandbox/servedAccount";
import { wheel } from "../../support/sandbox/packages";

const logGroupName = "/aws/events/registry-codeartifact-audit";
const groupArn = `arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}`;
const ruleArn = "arn:aws:events:us-east-1:123456789012:rule/audit";

const mayWrite = (condition?: object) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${groupArn}:*`,
      ...(condition === undefined ? {} : { Condition: condition }),
    },
  ],
});

describe("the events of the account", () => {
  let served: ServedAccount;

  beforeEach(async () => {
    served = await serveAccount();
    await served.logs.send(new CreateLogGroupCommand({ logGroupName }));
  });

  afterEach(() => served.close());

  const putPolicy = (document: object) =>
    served.logs.send(new PutResourcePolicyCommand({ policyName: "events", policyDocument: JSON.stringify(document) }));

  const putRule = async (pattern: object, { State, arn = groupArn }: { State?: RuleState; arn?: string } = {}) => {
    await served.events.send(new PutRuleCommand({ Name: "audit", EventPattern: JSON.stringify(pattern), State }));
    await served.events.send(new PutTargetsCommand({ Rule: "audit", Targets: [{ Id: "log", Arn: arn }] }));
  };

  const logged = async () => {
    const { events = [] } = await served.logs.send(new FilterLogEventsCommand({ logGroupName }));
    return events.map(({ message = "" }) => JSON.parse(message) as BusEvent & { detail: { eventName?: string } });
  };

  const names = async () => (await logged()).map(({ detail }) => detail.eventName);

  const failures = () =>
    served.context.decisions
      .entries()
      .filter(({ who }) => who.startsWith("events.amazonaws.com"))
      .map(({ who, action, resource, allowed, reason }) => [
        who,
        action,
        resource.replace(/[\da-f-]{36}$/, "ID"),
        allowed,
        reason,
      ]);

  const createDomain = (domain: string) => served.codeartifact.send(new CreateDomainCommand({ domain }));

  it("reach the log group of a rule that matches, as JSON, and no other's", async () => {
    await putPolicy(mayWrite());
    await putRule({ source: ["aws.codeartifact"], detail: { eventName: ["CreateDomain"] } });
    await createDomain("first");
    await served.logs.send(new CreateLogGroupCommand({ logGroupName: "other" }));

    const [event, ...others] = await logged();
    expect(others).to.deep.equal([]);
    expect(event).to.include({
      "detail-type": "AWS API Call via CloudTrail",
      source: "aws.codeartifact",
      account: "123456789012",
      region: "us-east-1",
    });
    expect(event?.detail).to.deep.include({
      eventSource: "codeartifact.amazonaws.com",
      eventName: "CreateDomain",
      requestParameters: { domain: "first" },
      readOnly: false,
    });
    expect(failures()).to.deep.equal([]);
  });

  it("include those of package versions", async () => {
    await putPolicy(mayWrite());
    await putRule({ "detail-type": ["CodeArtifact Package Version State Change"] });
    const { codeartifact } = served.account;
    codeartifact.domains.create({ domain: "registry" });
    codeartifact.repositories.create({ domain: "registry", repository: "packages" });
    await served.context.packages.publish(
      { domain: "registry", repository: "packages" },
      "orb-common",
      wheel("orb-common", "1.0.0"),
    );

    expect((await logged()).map(({ resources }) => resources)).to.deep.equal([
      ["arn:aws:codeartifact:us-east-1:123456789012:package/registry/packages/pypi//orb-common"],
    ]);
  });

  it("that only read reach a rule that is enabled for all management events alone", async () => {
    await createDomain("registry");
    await putPolicy(mayWrite());
    const pattern = { source: ["aws.codeartifact"] };
    const mint = () => served.codeartifact.send(new GetAuthorizationTokenCommand({ domain: "registry" }));
    await putRule(pattern);
    await mint();
    expect(await names()).to.deep.equal([]);

    await putRule(pattern, { State: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" });
    await mint();
    expect(await names()).to.deep.equal(["GetAuthorizationToken"]);

    await putRule(pattern, { State: "DISABLED" });
    await mint();
    await createDomain("second");
    expect(await names()).to.deep.equal(["GetAuthorizationToken"]);
  });

  it("that are calls need a trail in the account", async () => {
    await putPolicy(mayWrite());
    await putRule({ source: ["aws.codeartifact"] });
    served.account.cloudTrail.hasTrail = false;
    await createDomain("first");
    served.account.cloudTrail.hasTrail = true;
    await createDomain("second");

    expect((await logged()).map(({ detail }) => detail)).to.have.length(1);
  });

  it("of IAM reach the bus of us-east-1 alone", async () => {
    const elsewhere = await serveAccount({ region: "eu-central-1" });
    for (const [account, expected] of [
      [served.account, 1],
      [elsewhere.account, 0],
    ] as const) {
      const topic = account.sns.create("alarms", {
        policyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sns:Publish",
            Resource: "*",
          },
        }),
      });
      account.eventBridge.rules.put({ name: "iam", eventPattern: '{"source":["aws.iam"]}' });
      account.eventBridge.rules.putTargets("iam", [{ id: "topic", arn: topic.topicArn }]);
      const session = served.context.sts.administrator();
      account.cloudTrail.add({
        service: "iam",
        operation: "DeleteRole",
        caller: session,
        origin: { sourceIp: "127.0.0.1" },
      });

      expect(account.sns.messages(topic.topicArn)).to.have.length(expected);
    }
    await elsewhere.close();
  });

  it("are dropped where the resource policy does not let EventBridge write, and the decisions say so", async () => {
    await putRule({ source: ["aws.codeartifact"] });
    await createDomain("first");
    const stream = `${groupArn}:log-stream:ID`;
    const who = "events.amazonaws.com (rule audit)";
    expect(await names()).to.deep.equal([]);
    expect(failures()).to.deep.equal([
      [who, "logs:CreateLogStream", stream, false, "the event is dropped: no statement allows logs:CreateLogStream"],
    ]);

    await putPolicy(mayWrite({ ArnEquals: { "aws:SourceArn": `${ruleArn}-other` } }));
    await createDomain("second");
    expect(await names()).to.deep.equal([]);
    expect(failures()).to.have.length(2);

    await putPolicy(
      mayWrite({ ArnEquals: { "aws:SourceArn": ruleArn }, StringEquals: { "aws:SourceAccount": "123456789012" } }),
    );
    await createDomain("third");
    expect(await names()).to.deep.equal(["CreateDomain"]);
    expect(failures()).to.have.length(2);
  });

  it("are dropped where the log group is gone", async () => {
    await putPolicy(mayWrite());
    await putRule({ source: ["aws.codeartifact"] });
    served.account.logs.deleteLogGroup(logGroupName);
    await createDomain("first");

    expect(failures().map(([, , , , reason]) => reason)).to.deep.equal([
      "the event is dropped: ResourceNotFoundException: The specified log group does not exist.",
    ]);
  });

  it("reach a topic whose policy lets EventBridge publish, and not one with the policy that it is made with", async () => {
    const { TopicArn: arn = "" } = await served.sns.send(new CreateTopicCommand({ Name: "alarms" }));
    await putRule({ source: ["aws.codeartifact"] }, { arn });
    await createDomain("first");
    expect(served.account.sns.messages(arn)).to.deep.equal([]);
    expect(failures()).to.have.length(1);

    const statement = {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sns:Publish",
      Resource: arn,
    };
    const policy = { Version: "2012-10-17", Statement: [statement] };
    await served.sns.send(
      new SetTopicAttributesCommand({ TopicArn: arn, AttributeName: "Policy", AttributeValue: JSON.stringify(policy) }),
    );
    await createDomain("second");
    await served.events.send(new RemoveTargetsCommand({ Rule: "audit", Ids: ["log"] }));
    await createDomain("third");
    const [message, ...others] = served.account.sns.messages(arn);
    expect(others).to.deep.equal([]);
    expect(JSON.parse(message?.message ?? "")).to.have.nested.property("detail.requestParameters.domain", "second");
  });
});
