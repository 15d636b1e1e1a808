import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeServiceException,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  type PutRuleCommandInput,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  type Target,
  TestEventPatternCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-eventbridge";
import { expect } from "chai";
import { type Clients, serveAccount, type ServedAccount } from "../../support/sandbox/servedAccount";

const arn = "arn:aws:events:us-east-1:123456789012:rule/audit";
const groupArn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/audit";
const EventPattern = JSON.stringify({ source: ["aws.codeartifact"] });

describe("EventBridge's API", () => {
  let served: ServedAccount;

  beforeEach(async () => {
    served = await serveAccount();
  });

  afterEach(() => served.close());

  const putRule = (rest: Partial<PutRuleCommandInput> = {}, { events }: Clients = served) =>
    events.send(new PutRuleCommand({ Name: "audit", EventPattern, ...rest }));
  const describeRule = async () => {
    const rule = await served.events.send(new DescribeRuleCommand({ Name: "audit" }));
    return Object.fromEntries(Object.entries(rule).filter(([member]) => member !== "$metadata"));
  };
  const putTargets = (...Targets: Target[]) => served.events.send(new PutTargetsCommand({ Rule: "audit", Targets }));
  const targets = async () => (await served.events.send(new ListTargetsByRuleCommand({ Rule: "audit" }))).Targets ?? [];
  const ended = (asked: Promise<object>) =>
    asked.then(
      () => "answered",
      (error: unknown) =>
        error instanceof EventBridgeServiceException ? `${error.name}: ${error.message}` : String(error),
    );

  it("puts a rule, and replaces all of it but tags and targets", async () => {
    expect((await putRule({ Description: "Audits.", Tags: [{ Key: "Team", Value: "platform" }] })).RuleArn).to.equal(
      arn,
    );
    await putTargets({ Id: "log", Arn: groupArn });
    const rule = { Name: "audit", Arn: arn, EventBusName: "default", CreatedBy: "123456789012" };

    expect(await describeRule()).to.deep.equal({ ...rule, EventPattern, Description: "Audits.", State: "ENABLED" });
    const other = JSON.stringify({ source: ["aws.iam"] });
    await putRule({ EventPattern: other, State: "DISABLED", Tags: [{ Key: "Team", Value: "data" }] });
    expect(await describeRule()).to.deep.equal({ ...rule, EventPattern: other, State: "DISABLED" });
    expect((await served.events.send(new ListTagsForResourceCommand({ ResourceARN: arn }))).Tags).to.deep.equal([
      { Key: "Team", Value: "platform" },
    ]);
    expect(await targets()).to.deep.equal([{ Id: "log", Arn: groupArn }]);
  });

  it("rejects a pattern that is not valid, too long, or missing, and another bus", async () => {
    expect(await ended(putRule({ EventPattern: '{"source":"aws.iam"}' }))).to.equal(
      'InvalidEventPatternException: Event pattern is not valid. Reason: "source" must be an object or an array',
    );
    const long = (length: number) => `{"source":["${"a".repeat(length - 15)}"]}`;
    expect(await ended(putRule({ EventPattern: long(2048) }))).to.equal("answered");
    expect(await ended(putRule({ EventPattern: long(2049) }))).to.match(
      /^InvalidEventPatternException: .*quota is 2048/,
    );
    expect(await ended(putRule({ EventPattern: undefined }))).to.match(
      /^ValidationException: Parameter\(s\) EventPattern/,
    );
    expect(await ended(putRule({ EventBusName: "other" }))).to.equal(
      "ResourceNotFoundException: Event bus other does not exist.",
    );
    expect(await ended(putRule({ Name: "a b" }))).to.match(
      /^ValidationException: 1 validation error detected: Value 'a b'/,
    );
    expect(await ended(putRule({ EventPattern: undefined, ScheduleExpression: "rate(1 day)" }))).to.match(
      /^NotImplemented: ScheduleExpression of events:PutRule/,
    );
  });

  it("enables, disables, lists and deletes a rule", async () => {
    const list = async (input: object = {}) => {
      const { Rules = [], NextToken } = await served.events.send(new ListRulesCommand(input));
      return [Rules.map(({ Name }) => Name), NextToken] as const;
    };
    for (const Name of ["audit", "audit-2", "other"]) {
      await putRule({ Name });
    }
    const [first, NextToken] = await list({ Limit: 2 });

    expect(first).to.deep.equal(["audit", "audit-2"]);
    expect(await list({ Limit: 2, NextToken })).to.deep.equal([["other"], undefined]);
    expect(await list({ NamePrefix: "audit" })).to.deep.equal([["audit", "audit-2"], undefined]);
    await served.events.send(new DisableRuleCommand({ Name: "audit" }));
    expect(await describeRule()).to.include({ State: "DISABLED" });
    await served.events.send(new EnableRuleCommand({ Name: "audit" }));
    expect(await describeRule()).to.include({ State: "ENABLED" });
    await putTargets({ Id: "log", Arn: groupArn });
    const remove = () => served.events.send(new DeleteRuleCommand({ Name: "audit" }));
    expect(await ended(remove())).to.equal("ValidationException: Rule can't be deleted since it has targets.");
    await served.events.send(new RemoveTargetsCommand({ Rule: "audit", Ids: ["log"] }));
    expect([await ended(remove()), await ended(remove())]).to.deep.equal(["answered", "answered"]);
    expect(await ended(describeRule())).to.equal(
      "ResourceNotFoundException: Rule audit does not exist on EventBus default.",
    );
  });

  it("puts and removes targets, at most five, of the kinds that it has", async () => {
    await putRule();
    const numbered = (number: number) => ({ Id: `t${number}`, Arn: `${groupArn}-${number}` });
    await putTargets(...[1, 2, 3, 4, 5].map(numbered));

    expect(await ended(putTargets(numbered(6)))).to.match(/^LimitExceededException: /);
    expect((await targets()).map(({ Id }) => Id)).to.deep.equal(["t1", "t2", "t3", "t4", "t5"]);
    const { FailedEntryCount, FailedEntries } = await served.events.send(
      new RemoveTargetsCommand({ Rule: "audit", Ids: ["t1", "gone"] }),
    );
    expect(FailedEntryCount).to.equal(1);
    expect(FailedEntries).to.have.nested.property("[0].TargetId", "gone");
    const { RuleNames } = await served.events.send(new ListRuleNamesByTargetCommand({ TargetArn: `${groupArn}-2` }));
    expect(RuleNames).to.deep.equal(["audit"]);
    for (const [target, error] of [
      [{ Arn: "arn:aws:lambda:us-east-1:123456789012:function:f" }, /^NotImplemented: Target arn:aws:lambda/],
      [{ Arn: groupArn, RoleArn: "arn:aws:iam::123456789012:role/r" }, /^NotImplemented: RoleArn of target/],
      [{ Arn: groupArn, InputPath: "$..detail" }, /^NotImplemented: The path \$\.\.detail/],
      [{ Arn: groupArn, Input: "{" }, /^ValidationException: JSON syntax error in input for target/],
      [{ Arn: groupArn, Input: "{}", InputPath: "$.detail" }, /^ValidationException: Only one of Input, InputPath/],
    ] as const) {
      expect(await ended(putTargets({ Id: "t1", ...target }))).to.match(error);
    }
    expect(await ended(served.events.send(new PutTargetsCommand({ Rule: "gone", Targets: [numbered(1)] })))).to.equal(
      "ResourceNotFoundException: Rule gone does not exist on EventBus default.",
    );
  });

  it("tags a rule", async () => {
    await putRule();
    await served.events.send(new TagResourceCommand({ ResourceARN: arn, Tags: [{ Key: "a", Value: "1" }] }));
    await served.events.send(new TagResourceCommand({ ResourceARN: arn, Tags: [{ Key: "b", Value: "2" }] }));
    await served.events.send(new UntagResourceCommand({ ResourceARN: arn, TagKeys: ["a"] }));

    expect((await served.events.send(new ListTagsForResourceCommand({ ResourceARN: arn }))).Tags).to.deep.equal([
      { Key: "b", Value: "2" },
    ]);
    expect(await ended(served.events.send(new ListTagsForResourceCommand({ ResourceARN: `${arn}-other` })))).to.match(
      /^ResourceNotFoundException: /,
    );
  });

  it("tests a pattern with an event", async () => {
    const event = {
      id: "1",
      account: "1",
      source: "aws.codeartifact",
      time: "",
      region: "",
      resources: [],
      "detail-type": "",
    };
    const test = (Event: object, pattern = EventPattern) =>
      served.events.send(new TestEventPatternCommand({ EventPattern: pattern, Event: JSON.stringify(Event) }));

    expect((await test(event)).Result).to.equal(true);
    expect((await test({ ...event, source: "aws.iam" })).Result).to.equal(false);
    expect(await ended(test({ ...event, id: undefined }))).to.match(/^ValidationException: .*must contain id\.$/);
    expect(await ended(test(event, "{}"))).to.match(/^InvalidEventPatternException: /);
  });

  it("decides by the rule's ARN, by what the pattern names and by the target", async () => {
    const limited = served.clientsOf([
      {
        Effect: "Allow",
        Action: "events:PutRule",
        Resource: arn,
        Condition: {
          "ForAllValues:StringEquals": { "events:source": "aws.codeartifact" },
          Null: { "events:source": "false" },
        },
      },
      {
        Effect: "Allow",
        Action: "events:PutTargets",
        Resource: arn,
        Condition: { ArnEquals: { "events:TargetArn": groupArn } },
      },
    ]);
    const target = (Arn: string) =>
      limited.events.send(new PutTargetsCommand({ Rule: "audit", Targets: [{ Id: "log", Arn }] }));

    expect(await ended(putRule({}, limited))).to.equal("answered");
    expect(await ended(putRule({ EventPattern: '{"source":["aws.iam"]}' }, limited))).to.match(
      /^AccessDeniedException/,
    );
    expect(await ended(putRule({ EventPattern: '{"account":["1"]}' }, limited))).to.match(/^AccessDeniedException/);
    expect(await ended(putRule({ Name: "other" }, limited))).to.match(/^AccessDeniedException/);
    expect(await ended(putRule({ Tags: [{ Key: "a", Value: "1" }] }, limited))).to.match(/events:TagResource/);
    expect(await ended(target(groupArn))).to.equal("answered");
    expect(await ended(target(`${groupArn}-other`))).to.match(/^AccessDeniedException/);
  });

  it("rejects what it does not model by name", async () => {
    expect(await ended(served.events.send(new PutEventsCommand({ Entries: [{ Source: "own" }] })))).to.equal(
      "NotImplemented: events:PutEvents is not modelled.",
    );
  });
});
