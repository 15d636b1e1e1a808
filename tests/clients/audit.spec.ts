import { expect } from "chai";
import { runBoto3 } from "../support/clients/boto3";
import { describeClient } from "../support/clients/describeClient";
import { awsEnvironment } from "../support/clients/registry";
import { pinnedVersion, withVersion } from "../support/clients/tools";

const group = "/aws/events/made-by-hand";

const publishing = `
topics, logs = boto3.client("sns"), boto3.client("logs")
arn = topics.create_topic(Name="alarms", Tags=[{"Key": "Team", "Value": "acme"}])["TopicArn"]
topics.publish(TopicArn=arn, Subject="Audit", Message="Something was denied.")
print(json.dumps({
    "arn": arn,
    "tags": topics.list_tags_for_resource(ResourceArn=arn)["Tags"],
    "gone": outcome(lambda: topics.publish(TopicArn=arn + "-gone", Message="a")),
    "group": outcome(lambda: logs.put_retention_policy(logGroupName="gone", retentionInDays=30)),
    "days": outcome(lambda: logs.put_retention_policy(logGroupName="gone", retentionInDays=31)),
}))
`;

describeClient(`${withVersion("boto3")}, asking SNS and CloudWatch Logs`, (given) => {
  it("publishes to a topic, and gets AWS's typed errors", async () => {
    const { account, sts } = given.registry.context;
    const arn = `arn:aws:sns:${account.region}:${account.accountId}:alarms`;

    expect(await runBoto3(given, sts.administrator(), publishing)).to.deep.equal({
      arn,
      tags: [{ Key: "Team", Value: "acme" }],
      gone: ["NotFoundException", "NotFound", 404],
      group: ["ResourceNotFoundException", "ResourceNotFoundException", 400],
      days: ["InvalidParameterException", "InvalidParameterException", 400],
    });
    expect(account.sns.messages(arn).map(({ subject, message }) => [subject, message])).to.deep.equal([
      ["Audit", "Something was denied."],
    ]);
  });
});

describeClient(`the AWS CLI ${pinnedVersion("awscli")}, making an audit trail`, (given) => {
  it("makes a log group, a policy and a rule, and reads what was done since", async () => {
    const { account, sts } = given.registry.context;
    const session = sts.administrator();
    const aws = async (...options: readonly string[]) => {
      const environment = { ...awsEnvironment(given.registry, session), AWS_MAX_ATTEMPTS: "1" };
      const { exitCode, text } = await given.person.run("aws", options, environment);
      expect(exitCode, text).to.equal(0);
      return (text.trim() === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    };
    const arn = `arn:aws:logs:${account.region}:${account.accountId}:log-group:${group}`;
    const policy = {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `${arn}:*`,
      },
    };
    const pattern = { source: ["aws.codeartifact"], detail: { eventName: [{ prefix: "Create" }] } };
    await aws("logs", "create-log-group", "--log-group-name", group);
    await aws("logs", "put-retention-policy", "--log-group-name", group, "--retention-in-days", "365");
    const document = JSON.stringify(policy);
    await aws("logs", "put-resource-policy", "--policy-name", "events", "--policy-document", document);
    await aws("events", "put-rule", "--name", "audit", "--event-pattern", JSON.stringify(pattern));
    const put = await aws("events", "put-targets", "--rule", "audit", "--targets", `Id=log,Arn=${arn}`);
    await aws("codeartifact", "create-domain", "--domain", "audited");
    const filter = '{ $.detail.requestParameters.domain = "audited" }';
    const { events } = await aws("logs", "filter-log-events", "--log-group-name", group, "--filter-pattern", filter);
    const [event, ...others] = events as readonly { readonly message: string }[];

    expect(put).to.deep.equal({ FailedEntryCount: 0, FailedEntries: [] });
    expect(others).to.deep.equal([]);
    expect(JSON.parse(event?.message ?? "")).to.have.nested.property("detail.eventName", "CreateDomain");
  });
});
