import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSServiceException,
  SubscribeCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import { expect } from "chai";
import { serveAccount, type ServedAccount } from "../../support/sandbox/servedAccount";

const arn = "arn:aws:sns:us-east-1:123456789012:alarms";

describe("SNS's API", () => {
  let served: ServedAccount;

  beforeEach(async () => {
    served = await serveAccount();
  });

  afterEach(() => served.close());

  const create = (rest: object = {}) => served.sns.send(new CreateTopicCommand({ Name: "alarms", ...rest }));
  const attributes = async () =>
    (await served.sns.send(new GetTopicAttributesCommand({ TopicArn: arn }))).Attributes ?? {};
  const ended = (asked: Promise<object>) =>
    asked.then(
      () => "answered",
      (error: unknown) => (error instanceof SNSServiceException ? `${error.name}: ${error.message}` : String(error)),
    );

  it("makes a topic once, under its name", async () => {
    expect((await create()).TopicArn).to.equal(arn);
    expect((await create()).TopicArn).to.equal(arn);
    expect((await served.sns.send(new ListTopicsCommand({}))).Topics).to.deep.equal([{ TopicArn: arn }]);
    expect(await attributes()).to.include({ TopicArn: arn, Owner: "123456789012", SubscriptionsConfirmed: "0" });
    expect(await ended(create({ Tags: [{ Key: "Team", Value: "platform" }] }))).to.match(
      /Topic already exists with different tags$/,
    );
    expect(await ended(create({ Name: "a b" }))).to.match(/Invalid parameter: Topic Name$/);
    await served.sns.send(new DeleteTopicCommand({ TopicArn: arn }));
    await served.sns.send(new DeleteTopicCommand({ TopicArn: arn }));
    expect(await ended(attributes())).to.match(/^NotFound(?:Exception)?: Topic does not exist$/);
  });

  it("keeps the messages that are published, and rejects an empty one", async () => {
    await create();
    const publish = (Message: string, rest: object = {}) =>
      served.sns.send(new PublishCommand({ TopicArn: arn, Message, ...rest }));
    const { MessageId } = await publish("Something was denied.", { Subject: "Audit" });

    expect(served.account.sns.messages(arn)).to.have.length(1);
    expect(served.account.sns.messages(arn)[0]).to.include({
      messageId: MessageId,
      subject: "Audit",
      message: "Something was denied.",
    });
    expect(await ended(publish(""))).to.match(/Empty message$/);
    expect(await ended(publish("a".repeat(262_145)))).to.match(/Message too long$|queryBody|limit/);
    expect(await ended(publish("a", { MessageStructure: "json" }))).to.match(/MessageStructure .*not modelled/);
  });

  it("has the policy that is set, and takes none that is no policy", async () => {
    await create({ Attributes: { DisplayName: "Alarms" } });
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Deny", Principal: "*", Action: "sns:Publish", Resource: arn },
    });
    const set = (AttributeName: string, AttributeValue: string) =>
      served.sns.send(new SetTopicAttributesCommand({ TopicArn: arn, AttributeName, AttributeValue }));
    const publish = () => served.sns.send(new PublishCommand({ TopicArn: arn, Message: "a" }));
    expect(await ended(publish())).to.equal("answered");
    await set("Policy", policy);

    expect(await attributes()).to.include({ Policy: policy, DisplayName: "Alarms" });
    expect(await ended(publish())).to.match(/denied by statement 1 of topic policy/);
    expect(await ended(set("Policy", "{"))).to.match(/Invalid parameter: Policy Error: /);
    expect(await ended(set("DeliveryPolicy", "{}"))).to.match(/Attribute DeliveryPolicy of a topic is not modelled/);
  });

  it("tags a topic, by the permission to", async () => {
    await create({ Tags: [{ Key: "Team", Value: "platform" }] });
    await served.sns.send(new TagResourceCommand({ ResourceArn: arn, Tags: [{ Key: "Cost", Value: "1" }] }));
    await served.sns.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: ["Team"] }));

    expect((await served.sns.send(new ListTagsForResourceCommand({ ResourceArn: arn }))).Tags).to.deep.equal([
      { Key: "Cost", Value: "1" },
    ]);
    const { sns } = served.clientsOf([
      {
        Effect: "Allow",
        Action: "sns:Publish",
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/Cost": "1" } },
      },
    ]);
    expect(await ended(sns.send(new PublishCommand({ TopicArn: arn, Message: "a" })))).to.equal("answered");
    expect(
      await ended(sns.send(new TagResourceCommand({ ResourceArn: arn, Tags: [{ Key: "Cost", Value: "2" }] }))),
    ).to.match(/is not authorized to perform: sns:TagResource/);
    expect(await ended(served.sns.send(new ListTagsForResourceCommand({ ResourceArn: `${arn}-other` })))).to.match(
      /^ResourceNotFound/,
    );
  });

  it("rejects subscriptions by name", async () => {
    expect(await ended(served.sns.send(new SubscribeCommand({ TopicArn: arn, Protocol: "sqs" })))).to.match(
      /sns:Subscribe is not modelled/,
    );
  });
});
