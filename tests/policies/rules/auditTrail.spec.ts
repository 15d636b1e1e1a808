import { expect } from "chai";
import { auditTrail } from "../../../policies/rules/auditTrail";
import { type GivenResource, judgeStack } from "../../support/policies/judge";

const domain: GivenResource = { type: "aws:codeartifact/domain:Domain", name: "wheels", props: { domain: "wheels" } };
const group: GivenResource = {
  type: "aws:cloudwatch/logGroup:LogGroup",
  name: "audit",
  props: { name: "/aws/events/audit" },
};
const groupArn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/audit";

const rule = (pattern: object, props: object = {}): GivenResource => ({
  type: "aws:cloudwatch/eventRule:EventRule",
  name: "events",
  props: { name: "events", eventPattern: JSON.stringify(pattern), ...props },
});
const target = (props: object, from?: GivenResource["from"]): GivenResource => ({
  type: "aws:cloudwatch/eventTarget:EventTarget",
  name: "to-log",
  props: { rule: "events", ...props },
  from,
});
const codeartifact = { source: ["aws.codeartifact"] };

describe("audit-in-production", () => {
  it("takes a domain whose events go to a log group, and reports one without a rule", () => {
    expect(judgeStack(auditTrail, [domain, rule(codeartifact), target({ arn: groupArn })])).to.deep.equal([]);
    expect(judgeStack(auditTrail, [domain])).to.deep.equal([
      "wheels wheels: no enabled EventBridge rule of this stack has the source aws.codeartifact, so nothing keeps who published " +
        "and deleted. Add a rule with source aws.codeartifact and a target such as the log group " +
        "/aws/events/wheels-codeartifact-audit; in a stack of package-registry, write the setting audit.",
    ]);
  });

  it("reports a rule without a target, with another target, or whose target is another rule's", () => {
    const queue = "arn:aws:sqs:us-east-1:123456789012:audit";

    for (const targets of [[], [target({ arn: queue })], [target({ arn: groupArn, rule: "others" })]]) {
      expect(judgeStack(auditTrail, [domain, rule(codeartifact), ...targets])[0]).to.include(
        "the EventBridge rule events has no log group as its target",
      );
    }
  });

  it("reports a rule of another source, and one that is off", () => {
    for (const other of [
      rule({ source: ["aws.s3"] }),
      rule({ "detail-type": ["x"] }),
      rule(codeartifact, { state: "DISABLED" }),
      rule(codeartifact, { isEnabled: false }),
    ]) {
      expect(judgeStack(auditTrail, [domain, other, target({ arn: groupArn })])).to.have.length(1);
    }
    expect(
      judgeStack(auditTrail, [domain, rule(codeartifact, { state: "ENABLED" }), target({ arn: groupArn })]),
    ).to.deep.equal([]);
  });

  it("knows a log group and a rule that the same stack makes, before their ARN and name are known", () => {
    const made = rule(codeartifact, { name: undefined });

    expect(
      judgeStack(auditTrail, [domain, made, group, target({ rule: undefined }, { arn: group, rule: made })]),
    ).to.deep.equal([]);
    expect(judgeStack(auditTrail, [domain, made, group, target({ rule: undefined }, { rule: made })])).to.have.length(
      1,
    );
  });

  it("takes a rule whose pattern a preview does not know yet, and reports one without a target all the same", () => {
    const unknown = rule(codeartifact);
    // What the SDK throws where such a property is read.
    Object.defineProperty(unknown.props, "eventPattern", {
      get: () => {
        throw new Error("eventPattern can't be known during preview");
      },
    });

    expect(judgeStack(auditTrail, [domain, unknown, target({ arn: groupArn })])).to.deep.equal([]);
    expect(judgeStack(auditTrail, [domain, unknown])).to.have.length(1);
  });

  it("reads AWS's own provider, whose rule has its targets", () => {
    const native = (targets: readonly object[]): GivenResource => ({
      type: "aws-native:events:Rule",
      name: "events",
      props: { eventPattern: codeartifact, targets },
    });

    expect(judgeStack(auditTrail, [domain, native([{ id: "log", arn: groupArn }])])).to.deep.equal([]);
    expect(judgeStack(auditTrail, [domain, native([])])).to.have.length(1);
  });

  it("leaves a stack alone that is not production, or has no domain", () => {
    expect(judgeStack(auditTrail, [domain], { stack: "dev" })).to.deep.equal([]);
    expect(judgeStack(auditTrail, [domain], { stack: "live", config: { production: ["live"] } })).to.have.length(1);
    expect(judgeStack(auditTrail, [group])).to.deep.equal([]);
  });
});
