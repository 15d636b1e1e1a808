import { expect } from "chai";
import { SandboxAccount } from "../../../sandbox/account";
import { apiCallEvent } from "../../../sandbox/eventbridge/busEvent";
import type { Rule, Target } from "../../../sandbox/eventbridge/rules";
import { inputOf } from "../../../sandbox/eventbridge/targetInput";

const rule: Rule = { name: "audit", arn: "arn:rule", eventPattern: "{}", state: "ENABLED", tags: {} };

const event = apiCallEvent({
  ...recordOfOneCall(),
  requestParameters: { package: 'a "b"', list: [1, 2] },
  eventTime: "2026-01-02T03:04:05Z",
});

function recordOfOneCall() {
  const account = new SandboxAccount();
  const caller = { provider: "", audience: "", subject: "job" };
  account.cloudTrail.add({ service: "sts", operation: "AssumeRole", caller, origin: { sourceIp: "127.0.0.1" } });
  return account.cloudTrail.calls()[0]!.record;
}

const sent = (target: Partial<Target>) => inputOf({ id: "t", arn: "a", ...target }, event, rule);
const filled = (inputTemplate: string, inputPathsMap: Readonly<Record<string, string>> = {}) =>
  sent({ inputTransformer: { inputTemplate, inputPathsMap } });

describe("what a target receives", () => {
  it("is the event as JSON, a part of it, or a constant", () => {
    expect(JSON.parse(sent({}))).to.deep.equal(JSON.parse(JSON.stringify(event)));
    expect(sent({ inputPath: "$.detail.requestParameters" })).to.equal('{"package":"a \\"b\\"","list":[1,2]}');
    expect(sent({ inputPath: "$.detail.requestParameters.list[1]" })).to.equal("2");
    expect(sent({ inputPath: "$.detail.gone" })).to.equal("{}");
    expect(sent({ input: '"Look."' })).to.equal('"Look."');
  });

  it("is a template with parts of the event, as text within quotes and as JSON elsewhere", () => {
    const paths = {
      name: "$.detail.eventName",
      what: "$.detail.requestParameters",
      part: "$.detail.requestParameters.package",
    };

    expect(filled('"<name> at <time>: <part>"', { ...paths, time: "$.time" })).to.equal(
      '"AssumeRole at 2026-01-02T03:04:05Z: a \\"b\\""',
    );
    expect(filled('{"name": <name>, "what": <what>}', paths)).to.equal(
      '{"name": "AssumeRole", "what": {"package":"a \\"b\\"","list":[1,2]}}',
    );
    expect(filled('"<none>" <none> <other>', { none: "$.detail.none" })).to.equal('"" "" <other>');
  });

  it("names the rule and the event by EventBridge's own variables", () => {
    expect(filled('"<aws.events.rule-name> <aws.events.rule-arn> <aws.events.event.ingestion-time>"')).to.equal(
      '"audit arn:rule 2026-01-02T03:04:05Z"',
    );
    expect(JSON.parse(filled("<aws.events.event.json>"))).to.deep.equal(JSON.parse(JSON.stringify(event)));
  });
});
