import { expect } from "chai";
import { auditEvents } from "../../../commands/audit/events";
import { isOfStack } from "../../../commands/audit/belonging";
import { auditCsv } from "../../../commands/audit/machineFormats";
import { iamCalls, type Recorded } from "../../../commands/audit/sources";
import { auditText } from "../../../commands/audit/text";
import type { EventRecord } from "../../../commands/aws/cloudTrail";
import { stackSettings } from "../../../commands/stackSettings";
import { exampleProject } from "../../support/exampleProject";

const domain = "orb-integration-hub-dev";
const accountId = "123456789012";
const role = `${domain}-codeartifact-publisher`;
const settings = stackSettings("dev", exampleProject);

const record = (more: Partial<EventRecord> = {}): EventRecord => ({
  eventID: "one",
  eventTime: "2026-11-29T10:00:00Z",
  eventSource: "codeartifact.amazonaws.com",
  eventName: "GetAuthorizationToken",
  recipientAccountId: accountId,
  userIdentity: { accountId, arn: `arn:aws:sts::${accountId}:assumed-role/${role}/7-2` },
  requestParameters: { domainName: domain, domainOwner: accountId },
  ...more,
});

const looked: Recorded["looked"] = {
  cloudTrail: { regions: ["us-east-1"], since: new Date(0) },
  logGroup: { name: "group", found: false },
};

const audited = (...records: readonly EventRecord[]) =>
  auditEvents(
    settings,
    { calls: records.map((one) => ({ record: one, sources: ["cloudTrail"] })), changes: [], looked },
    new Date(0),
  );

const report = (...records: readonly EventRecord[]) => ({
  ...{ stack: "dev", domain, since: new Date(0), until: new Date(1), looked },
  events: audited(...records),
});

describe("the events of a stack", () => {
  it("are those of its own domain, roles and policies, and no other account's domain of the name", () => {
    const named = (eventSource: string, requestParameters: object) =>
      isOfStack(record({ eventSource, requestParameters: requestParameters as Record<string, unknown> }), domain);
    const arn = (name: string) => `arn:aws:codeartifact:us-east-1:${accountId}:package-group/${name}/pypi/orb`;
    const codeartifact = "codeartifact.amazonaws.com";

    expect(isOfStack(record(), domain)).to.equal(true);
    expect(named(codeartifact, { domain })).to.equal(true);
    expect(named(codeartifact, { resourceArn: arn(domain) })).to.equal(true);
    expect(named("iam.amazonaws.com", { roleName: role.toUpperCase() })).to.equal(true);
    expect(
      named("iam.amazonaws.com", { policyArn: `arn:aws:iam::${accountId}:policy/${domain}-codeartifact-reader-0` }),
    ).to.equal(true);
    expect(named(codeartifact, { domainName: domain, domainOwner: "210987654321" })).to.equal(false);
    expect(named(codeartifact, { domain: `${domain}-eu` })).to.equal(false);
    expect(named(codeartifact, { resourceArn: arn(`${domain}-eu`) })).to.equal(false);
    expect(named("iam.amazonaws.com", { roleName: `${domain}-deploy` })).to.equal(false);
    expect(named("s3.amazonaws.com", { domain })).to.equal(false);
  });

  it("have the repository of GitHub's token, by its key or by time and name, or else that of the settings", () => {
    const opened = record({
      eventID: "opened",
      ...{ eventSource: "sts.amazonaws.com", eventName: "AssumeRoleWithWebIdentity" },
      userIdentity: { userName: "repo:acme@1/hub@2:environment:dev" },
      requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/${role}`, roleSessionName: "7-2" },
      responseElements: {
        credentials: { accessKeyId: "KEY" },
        assumedRoleUser: { arn: `arn:aws:sts::${accountId}:assumed-role/${role}/7-2` },
      },
    });
    const { userIdentity } = record();
    const by = (more: object) => audited(opened, record({ userIdentity: { ...userIdentity, ...more } }))[1]?.who;
    const creationDate = (time: string) => ({ sessionContext: { attributes: { creationDate: time } } });

    expect(by({ accessKeyId: "KEY" })).to.deep.include({ repository: "acme/hub", repositoryFrom: "subject" });
    expect(by(creationDate("2026-11-29T10:00:00Z"))).to.deep.include({
      repositoryFrom: "subject",
      run: "7",
      attempt: "2",
    });
    expect(by(creationDate("2026-11-29T09:00:00Z"))).to.deep.include({
      repository: "orb-integration-hub/orb-integration-hub",
      repositoryFrom: "settings",
    });
    expect(by({ accessKeyId: "KEY" })).not.to.have.property("workflow");
  });

  it("name callers of other kinds, and the account where it is another", () => {
    const who = (userIdentity: EventRecord["userIdentity"]) => audited(record({ userIdentity }))[0]?.who?.words;

    expect(who({ type: "Root", accountId })).to.equal("the root user");
    expect(who({ type: "IAMUser", accountId, userName: "ada" })).to.equal("user ada");
    expect(who({ type: "AWSAccount", accountId: "210987654321" })).to.equal("account 210987654321");
    expect(who({ accountId: "210987654321", arn: `arn:aws:sts::210987654321:assumed-role/${role}/1-1` })).to.equal(
      `role ${role} of account 210987654321 session 1-1`,
    );
    expect(who({ accountId, arn: `arn:aws:sts::${accountId}:assumed-role/${domain}-deploy/GitHubActions` })).to.equal(
      "deployment session GitHubActions",
    );
  });

  it("print neither control characters nor formulas that a caller chose", () => {
    const hostile = record({
      requestParameters: { domainName: domain, packageName: "orb\u001b[2J\u202e" },
      eventName: "PublishPackageVersion",
      userIdentity: { accountId, arn: `arn:aws:sts::${accountId}:assumed-role/${role}/=1+1` },
    });
    const [, row = ""] = auditCsv(report(hostile)).split("\r\n");

    expect(auditText(report(hostile))).to.include("publish orb?[2J?");
    expect(row).to.include(",'=1+1,");
    expect(row).to.match(/^[^\p{Cc}\p{Cf}]*$/u);
  });

  it("hide what looks like a token or a key in a message", () => {
    const errorMessage = "not valid: eyJhbGciOiJub25lIn0.e30. of ASIAABCDEFGHIJKLMNOP";
    const [event] = audited(record({ errorCode: "InvalidIdentityTokenException", errorMessage }));

    expect(event).to.deep.include({
      verdict: "denied",
      error: { code: "InvalidIdentityTokenException", message: "not valid: (hidden) of (hidden)" },
    });
    expect(audited(record({ errorCode: "ResourceNotFoundException" }))[0]?.verdict).to.equal("failed");
  });

  it("are looked up by each call of IAM that changes a role or policy", () => {
    expect(iamCalls).to.include.members([
      "UpdateAssumeRolePolicy",
      "PutRolePolicy",
      "CreatePolicyVersion",
      "DeleteRole",
    ]);
    expect(iamCalls).not.to.include.members(["PassRole"]);
    expect(iamCalls.filter((name) => /[:*]/.test(name))).to.deep.equal([]);
  });
});
