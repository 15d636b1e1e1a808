import { expect } from "chai";
import { estimate, type PricedSettings } from "../../../commands/cost/estimate";
import { type LineName, lineNames, prices } from "../../../commands/cost/prices";
import { plan, planMonth, type Usage } from "../../../commands/cost/usage";

const usEast1 = prices.get("us-east-1")!;
const plain: PricedSettings = { encryption: "aws-managed" };
const audit = { retentionDays: 400, alarmTopicArn: "arn:aws:sns:us-east-1:123456789012:alarms" };

const usageOf = (storedGb: number, requests: number, transferGb: number): Usage => ({
  storedGb: { value: storedGb, from: "given" },
  requests: { value: requests, from: "given" },
  transferGb: { value: transferGb, from: "given" },
});
const plansUsage = usageOf(planMonth.storedGb, planMonth.requests, planMonth.transferGb);

/** What costs something, in cents with a hundredth, by line. */
const bill = (usage: Usage, settings: PricedSettings, amount: "usd" | "usdWithoutFree" = "usd") =>
  Object.fromEntries(
    estimate(usEast1, usage, settings)
      .lines.filter((line) => line[amount] > 0)
      .map((line) => [line.name, Number((line[amount] * 100).toFixed(2))]),
  ) as Partial<Record<LineName, number>>;

describe("the price table", () => {
  it("has for every line a price, a day that has passed, and a page of AWS's own", () => {
    const today = new Date().toISOString().slice(0, 10);
    expect([...prices.keys()]).to.deep.equal(["us-east-1"]);
    for (const [region, list] of prices) {
      expect(Object.keys(list), region).to.have.members(lineNames);
      for (const [name, { usd, per, free, date, source }] of Object.entries(list)) {
        expect(date, name).to.match(/^\d{4}-\d\d-\d\d$/);
        expect(date <= today, `${name}: ${date}`).to.equal(true);
        expect(source, name).to.match(/^https:\/\/aws\.amazon\.com\/.+\/$/);
        expect([usd, free].every((amount) => amount >= 0) && per >= 1, name).to.equal(true);
      }
    }
  });
});

describe("a month of the plan's use", () => {
  it("costs under a dollar, and so under the plan's five, by line", () => {
    expect(planMonth).to.deep.equal({ storedGb: 5.78, requests: 17_024, transferGb: 5.25 });
    expect(bill(plansUsage, plain)).to.deep.equal({ storage: 18.9 });
    expect(estimate(usEast1, plansUsage, plain).total.usd).to.be.lessThan(1);
  });

  it("costs under a dollar with audit trail and alarms, where others use up all that is free", () => {
    const settings = { ...plain, audit };
    expect(bill(plansUsage, settings, "usdWithoutFree")).to.deep.equal({
      storage: 28.9,
      requests: 8.51,
      "data transfer out": 47.25,
      "KMS requests": 5.11,
      "log ingestion": 2.13,
      "log storage": 1.7,
      "alarm emails": 0.2,
    });
    expect(estimate(usEast1, plansUsage, settings).total.usdWithoutFree).to.be.lessThan(1);
  });

  it("costs over the plan's five dollars from the third year on where each of three stacks has made its key", () => {
    const { total, additions } = estimate(usEast1, plansUsage, plain);
    const [key] = additions;

    expect(key).to.deep.include({ setting: "encryption: create", usd: 1, note: "$3.00 from the third year on" });
    expect(total.usd + plan.domains * 1).to.be.lessThan(5);
    expect(total.usd + plan.domains * 3).to.be.greaterThan(5);
  });
});

describe("an estimate", () => {
  it("takes off what is free each month, and no more", () => {
    expect(bill(usageOf(2, 0, 100), plain)).to.deep.equal({});
    expect(bill(usageOf(3, 0, 101), plain)).to.deep.equal({ storage: 5, "data transfer out": 9 });
    expect(bill(usageOf(0, 20_000, 0), plain)).to.deep.equal({});
    expect(bill(usageOf(0, 110_000, 0), plain)).to.deep.equal({ requests: 5, "KMS requests": 27 });
  });

  it("charges 54 GB sent to the internet only where the account's free 100 GB are used up", () => {
    expect(bill(usageOf(0, 0, 54), plain)).to.deep.equal({});
    expect(bill(usageOf(0, 0, 54), plain, "usdWithoutFree")).to.deep.equal({ "data transfer out": 486 });
    expect(bill(usageOf(0, 0, 155), plain)).to.deep.equal({ "data transfer out": 495 });
  });

  it("charges a key that the stack makes, and none that is AWS's or exists without the stack", () => {
    const keyArn = "arn:aws:kms:us-east-1:123456789012:key/one";
    const nothing = usageOf(0, 0, 0);

    expect(bill(nothing, { encryption: "create" })).to.deep.equal({ "KMS key": 100 });
    expect(bill(nothing, { encryption: { keyArn } })).to.deep.equal({});
    expect(bill(nothing, plain)).to.deep.equal({});
  });

  it("charges the audit trail for what it keeps, as long as it keeps it, and emails where there are alarms", () => {
    const usage = usageOf(0, 10_000_000, 0);
    const { "log ingestion": short, "log storage": kept } = bill(usage, { ...plain, audit: { retentionDays: 30 } });
    const { "log storage": keptLonger } = bill(usage, { ...plain, audit: { retentionDays: 300 } });
    const emails = (settings: PricedSettings) =>
      estimate(usEast1, usage, settings).lines.find(({ name }) => name === "alarm emails")?.quantity.value;

    // 10 million events of 2,500 bytes are 25 GB, and 5 GB are free.
    expect([short, kept, keptLonger]).to.deep.equal([1000, 60, 735]);
    expect([
      emails(plain),
      emails({ ...plain, audit: { retentionDays: 30 } }),
      emails({ ...plain, audit }),
    ]).to.deep.equal([0, 0, 100]);
  });

  it("says what each setting that is not set would add, and what one more domain stores", () => {
    const names = (settings: PricedSettings) =>
      estimate(usEast1, plansUsage, settings).additions.map(({ setting }) => setting);

    expect(names(plain)).to.deep.equal(["encryption: create", "audit", "audit.alarmTopicArn", "another stack"]);
    expect(names({ encryption: "create", audit })).to.deep.equal(["another stack"]);
    expect(names({ ...plain, audit: { retentionDays: 30 } })).to.deep.equal([
      "encryption: create",
      "audit.alarmTopicArn",
      "another stack",
    ]);
    const [another] = estimate(usEast1, usageOf(1.5, 0, 0), { encryption: "create", audit }).additions;
    expect(another?.usd).to.be.closeTo(0.05, 1e-9);
    expect(another?.usdWithoutFree).to.be.closeTo(0.075, 1e-9);
  });
});
