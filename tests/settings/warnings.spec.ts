import { expect } from "chai";
import { bootstrapWarnings } from "../../bootstrap/settings";
import { accountWarnings, codeartifactRegions, settingsWarnings } from "../../settings/warnings";
import { type Changes, errorOf, publisher, reader, settingsOf } from "../support/configuration";

const warningsOf = (changes: Changes, stack = "dev") => settingsWarnings(settingsOf(changes, stack));

describe("a region", () => {
  for (const region of codeartifactRegions.names) {
    it(`that has CodeArtifact gives no warning: ${region}`, () => {
      expect(warningsOf({ "aws:region": region })).to.deep.equal([]);
      expect(bootstrapWarnings({ region, environments: [] })).to.deep.equal([]);
    });
  }

  for (const region of ["us-west-1", "ca-central-1", "eu-central-2", "us-gov-west-1", "cn-north-1", "us-east-9"]) {
    it(`that is not in the list gives one warning, and no error: ${region}`, () => {
      const warning =
        `aws:region: CodeArtifact has no endpoint in ${region} by AWS's list of ${codeartifactRegions.asOf}. Choose one of ` +
        "ap-northeast-1, ap-south-1, ap-southeast-1, ap-southeast-2, eu-central-1, eu-north-1, eu-south-1, eu-west-1, " +
        `eu-west-2, eu-west-3, us-east-1, us-east-2, us-west-2, or go on where AWS has added ${region} since: ` +
        "https://docs.aws.amazon.com/general/latest/gr/codeartifact.html";

      expect(warningsOf({ "aws:region": region })).to.deep.equal([warning]);
      expect(bootstrapWarnings({ region, environments: [] })).to.deep.equal([warning]);
    });
  }
});

describe("the GitHub environment of a job", () => {
  it("gives a warning where it differs from the stack's environment by case alone", () => {
    const publishers = [{ ...publisher, environment: "Dev" }];

    expect(warningsOf({ publishers })).to.deep.equal([
      'publishers[0].environment: "Dev" differs from the stack\'s environment "dev" by case alone. IAM compares by case: ' +
        "keep it where acme/packages has an environment of that very spelling, or write dev",
    ]);
    expect(settingsOf({ publishers }).publishers[0]?.job.subjectContext).to.equal("environment:Dev");
  });

  it("gives none where it is the stack's, or another word", () => {
    expect(warningsOf({ publishers: [{ ...publisher, environment: "dev" }] })).to.deep.equal([]);
    expect(warningsOf({ publishers: [{ ...publisher, environment: "Production" }] })).to.deep.equal([]);
    expect(warningsOf({ readers: [{ ...reader, branch: "Dev" }] })).to.deep.equal([]);
  });

  it("has one spelling in one repository, whatever the repositories' own case", () => {
    const readers = (repository: string, environment: string) => [{ ...reader, repository, environment }];

    expect(errorOf({ readers: readers("acme/packages", "DEV") }).errors).to.deep.equal([
      'readers[0].environment: "DEV" is the environment "dev" of publishers[0].environment to GitHub, but not to IAM, which ' +
        "compares by case. Write both as GitHub spells it",
    ]);
    expect(() => settingsOf({ readers: readers("acme/packages", "dev") })).not.to.throw();
    expect(() => settingsOf({ readers: readers("acme/service", "DEV") })).not.to.throw();
  });
});

describe("the stacks of a project", () => {
  const stack = (name: string, changes: Changes = {}) => ({ stack: name, settings: settingsOf(changes, "dev") });
  const account = (id: string) => ({ "aws:allowedAccountIds": [id] });
  const [one, other] = ["123456789012", "210987654321"];

  it("may not have one domain in one account, whatever the region: roles have the same names", () => {
    const warning =
      "stacks dev and dev-eu both name their domain and roles orb-hub-dev, and an account takes the name of a role once, " +
      "whatever the region. Give one another environment or projectId, or give each an account of its own in " +
      "aws:allowedAccountIds";
    const europe = { "aws:region": "eu-west-1" };

    expect(accountWarnings([stack("dev"), stack("dev-eu", europe)])).to.deep.equal([warning]);
    expect(
      accountWarnings([stack("dev", account(one)), stack("dev-eu", { ...europe, ...account(one) })]),
    ).to.deep.equal([warning]);
    expect(
      accountWarnings([stack("dev", account(one)), stack("dev-eu", { ...europe, ...account(other) })]),
    ).to.deep.equal([]);
    expect(accountWarnings([stack("dev"), stack("dev-eu", { ...europe, projectId: "hub-eu" })])).to.deep.equal([]);
  });

  it("may share an account where one of the two may be in any, or where they have one of several in common", () => {
    const both = { "aws:allowedAccountIds": [one, other] };
    const warnings = (changes: Changes, others: Changes) =>
      accountWarnings([stack("dev", changes), stack("dev-eu", others)]).length;

    expect(warnings({}, account(one))).to.equal(1);
    expect(warnings(account(one), {})).to.equal(1);
    expect(warnings(both, account(other))).to.equal(1);
    expect(warnings(account(one), account(other))).to.equal(0);
  });

  it("may have ten domains in an account and region, and not eleven", () => {
    const stacks = (count: number, changes: Changes = {}) =>
      Array.from({ length: count }, (_, index) => stack(`s${index}`, { projectId: `hub${index}`, ...changes }));
    const warning = (which: string) =>
      `${which} have a domain each, and CodeArtifact takes 10 in an account and region unless AWS raises the quota. Spread ` +
      "them over accounts, or ask for more: https://docs.aws.amazon.com/codeartifact/latest/ug/service-limits.html";
    const environments = (count: number) => Array.from({ length: count });

    expect(accountWarnings(stacks(10))).to.deep.equal([]);
    expect(accountWarnings(stacks(11))).to.deep.equal([warning("11 stacks in us-east-1")]);
    expect(accountWarnings([...stacks(10, account(one)), stack("s10", account(other))])).to.deep.equal([]);
    expect(accountWarnings([...stacks(11, account(one)), stack("s11", account(other))])).to.deep.equal([
      warning("11 stacks in us-east-1"),
    ]);
    expect(accountWarnings([...stacks(10), stack("s10", { "aws:region": "eu-west-1" })])).to.deep.equal([]);
    expect(bootstrapWarnings({ region: "us-east-1", environments: environments(10) })).to.deep.equal([]);
    expect(bootstrapWarnings({ region: "us-east-1", environments: environments(11) })).to.deep.equal([
      `environments: ${warning("11 stacks")}`,
    ]);
  });
});
