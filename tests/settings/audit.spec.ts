import { expect } from "chai";
import { retentionDays } from "../../settings/audit";
import { settingsOf, testForms, testRules } from "../support/configuration";

const account = "123456789012";
const topic = `arn:aws:sns:us-east-1:${account}:alarms`;
const key = `arn:aws:kms:us-east-1:${account}:key/1234abcd`;

describe("the setting audit", () => {
  ["staging", "prod", "dev-eu"].forEach((environment) => {
    it(`keeps the events of a year in ${environment} where a stack leaves it out`, () => {
      expect(settingsOf({}, environment).audit).to.deep.equal({ retentionDays: 365 });
    });
  });

  it("keeps no events in dev where a stack leaves it out", () => {
    expect(settingsOf({}, "dev").audit).to.equal(undefined);
  });

  it("follows the environment, not the name of the stack", () => {
    expect([
      settingsOf({ environment: "dev" }, "mine").audit,
      settingsOf({ environment: "prod" }, "dev").audit,
    ]).to.deep.equal([undefined, { retentionDays: 365 }]);
  });

  it("keeps no events where it is false, and what a stack gives in every environment", () => {
    expect([
      settingsOf({ audit: false }, "prod").audit,
      settingsOf({ audit: { retentionDays: 90 } }, "prod").audit,
      settingsOf({ audit: { retentionDays: 90 } }, "dev").audit,
    ]).to.deep.equal([undefined, { retentionDays: 90 }, { retentionDays: 90 }]);
  });

  testForms([
    {
      title: "retentionDays is a period for which CloudWatch Logs keeps events",
      place: (days) => ({ audit: { retentionDays: Number(days) } }),
      taken: ["1", "365", "3653"],
      rejected: ["2", "364"],
      says: (shown) =>
        `audit.retentionDays: ${shown.replaceAll('"', "")} is not a number of days that CloudWatch Logs keeps events for. ` +
        `Choose one of ${retentionDays.join(", ")}`,
    },
    {
      title: "alarmTopicArn is one topic of SNS in the stack's region",
      place: (alarmTopicArn) => ({ audit: { retentionDays: 90, alarmTopicArn } }),
      taken: [topic],
      rejected: ["alarms", `${topic}.fifo`, `${topic}:subscription`, topic.replace("sns", "sqs"), topic.slice(0, -6)],
      says: (shown) =>
        `audit.alarmTopicArn: ${shown} is not the ARN of an SNS topic. Write arn:aws:sns:REGION:ACCOUNT:NAME`,
    },
    {
      title: "keyArn is one key of KMS in the stack's region",
      place: (keyArn) => ({ audit: { retentionDays: 90, keyArn } }),
      taken: [key],
      rejected: ["alias/logs", `arn:aws:kms:us-east-1:${account}:alias/logs`, key.slice(0, -8)],
      says: (shown) => `audit.keyArn: ${shown} is not the ARN of a KMS key. Write arn:aws:kms:REGION:ACCOUNT:key/ID`,
    },
  ]);

  testRules([
    {
      title: "is an object with retentionDays",
      wrong: { audit: true },
      says: [
        "audit: true is not an object. Write the days that events are kept, as in: audit: { retentionDays: 365 }. Write false to keep none",
      ],
      right: { audit: { retentionDays: 365 } },
    },
    {
      title: "has no other key",
      wrong: { audit: { retentionDays: 365, topic } },
      says: ["audit.topic: there is no such setting. Remove it, or use one of: retentionDays, alarmTopicArn, keyArn"],
      right: { audit: { retentionDays: 365, alarmTopicArn: topic } },
    },
    {
      title: "names a topic and a key of the stack's region",
      wrong: {
        audit: {
          retentionDays: 90,
          alarmTopicArn: topic.replace("us-east-1", "eu-west-1"),
          keyArn: key.replace("us-east-1", "eu-west-1"),
        },
      },
      says: [
        `audit.alarmTopicArn: "arn:aws:sns:eu-west-1:${account}:alarms" is in eu-west-1, and the stack is in us-east-1. Name one of us-east-1`,
        `audit.keyArn: "arn:aws:kms:eu-west-1:${account}:key/1234abcd" is in eu-west-1, and the stack is in us-east-1. Name one of us-east-1`,
      ],
      right: { audit: { retentionDays: 90, alarmTopicArn: topic, keyArn: key } },
    },
  ]);
});
