import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient, ListRolesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CloudControlClient,
  CreateResourceCommand,
  GetResourceRequestStatusCommand,
} from "@aws-sdk/client-cloudcontrol";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutResourcePolicyCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateTopicCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { expect } from "chai";
import { noPublicIndex } from "../../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import { SandboxError } from "../../../sandbox/core/awsError";
import { Journal } from "../../../sandbox/journal/journal";
import { openSandbox } from "../../../sandbox/sandbox";
import type { Session } from "../../../sandbox/sts/sts";

const place = { accountId: "111122223333", region: "us-east-1" };
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { AWS: place.accountId }, Action: "sts:AssumeRole" },
});

describe("an account that is kept in a file", () => {
  let directory: string;
  const file = () => join(directory, "account.jsonl");

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "package-registry-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const open = () => Journal.open(directory, place, () => undefined);

  /** Serves the account to some work, and closes it. */
  async function serve<Answer>(
    work: (use: { address: string; journal: Journal; administrator: Session }) => Promise<Answer>,
  ): Promise<Answer> {
    const journal = await open();
    const { account } = journal;
    const sandbox = await openSandbox({
      account,
      store: new MemoryPackageStore(),
      publicIndex: noPublicIndex,
      journal,
    });
    try {
      const administrator = sandbox.context.sts.administrator();
      return await work({ address: sandbox.address, journal, administrator });
    } finally {
      await sandbox.close();
      await journal.close();
    }
  }
  const settings = (endpoint: string, { accessKeyId, secretAccessKey, sessionToken }: Session) => ({
    endpoint,
    region: place.region,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    maxAttempts: 1,
  });
  const createRoles = (...names: readonly string[]) =>
    serve(async ({ address, administrator }) => {
      const iam = new IAMClient(settings(address, administrator));
      await Promise.all(
        names.map((RoleName) => iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))),
      );
      const { Roles = [] } = await iam.send(new ListRolesCommand({}));
      return Roles;
    });

  it("has what it had, with its ids and times", async () => {
    const before = await createRoles("one", "two", "three");

    expect(await createRoles()).to.deep.equal(before);
    expect(statSync(file()).mode & 0o777).to.equal(0o600);
  });

  it("has the log groups, rules and topics that it had, and no events and messages", async () => {
    const groupArn = `arn:aws:logs:${place.region}:${place.accountId}:log-group:audit`;
    const shown = ({ account: { logs, eventBridge, sns } }: Journal) => ({
      groups: logs.list(),
      policies: logs.resourcePolicies.list(),
      rules: eventBridge.rules.list().map((rule) => ({ ...rule, targets: eventBridge.rules.targets(rule.name) })),
      topics: sns.list(),
    });
    const before = await serve(async ({ address, journal, administrator }) => {
      const config = settings(address, administrator);
      const [logs, events, sns] = [
        new CloudWatchLogsClient(config),
        new EventBridgeClient(config),
        new SNSClient(config),
      ];
      await logs.send(new CreateLogGroupCommand({ logGroupName: "audit", tags: { Team: "platform" } }));
      await logs.send(new PutRetentionPolicyCommand({ logGroupName: "audit", retentionInDays: 365 }));
      const statement = { Effect: "Allow", Principal: "*", Action: "logs:PutLogEvents", Resource: `${groupArn}:*` };
      const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statement });
      await logs.send(new PutResourcePolicyCommand({ policyName: "events", policyDocument }));
      await events.send(new PutRuleCommand({ Name: "audit", EventPattern: '{"source":["aws.iam"]}' }));
      await events.send(new PutTargetsCommand({ Rule: "audit", Targets: [{ Id: "log", Arn: groupArn }] }));
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "alarms" }));
      await sns.send(new PublishCommand({ TopicArn, Message: "left" }));
      await logs.send(new CreateLogStreamCommand({ logGroupName: "audit", logStreamName: "left" }));
      expect(journal.account.sns.messages(TopicArn ?? "")).to.have.length(1);
      return shown(journal);
    });

    expect(before.rules).to.have.nested.property("[0].targets[0].arn", groupArn);
    await serve(({ journal }) => {
      expect(shown(journal)).to.deep.equal(before);
      expect(journal.account.sns.messages(before.topics[0]?.topicArn ?? "")).to.deep.equal([]);
      expect(journal.account.logs.events("audit").streams()).to.deep.equal([]);
      return Promise.resolve();
    });
  });

  it("keeps no operation that was rejected, and none that reads", async () => {
    await createRoles("one");
    await createRoles("one").catch(() => undefined);

    const actions = readFileSync(file(), "utf8").trim().split("\n").slice(1);
    expect(actions.map((line) => (JSON.parse(line) as { readonly action: string }).action)).to.deep.equal([
      "iam:CreateRole",
    ]);
  });

  it("counts a line for nothing that was cut off, and goes on after the others", async () => {
    await createRoles("one");
    appendFileSync(file(), '{"time":"2026-01-01T00:00:00.000Z","action":"iam:Cre');

    expect((await createRoles("two")).map(({ RoleName }) => RoleName)).to.deep.equal(["one", "two"]);
    expect((await createRoles()).map(({ RoleName }) => RoleName)).to.deep.equal(["one", "two"]);
  });

  it("is not opened where a line is damaged or the file is another's, and the error names the way out", async () => {
    const ended = () =>
      open().then(
        () => "opened",
        (error: unknown) => (error instanceof SandboxError ? error.message : `no SandboxError: ${String(error)}`),
      );
    await createRoles("one");
    const [header = "", line = ""] = readFileSync(file(), "utf8").split("\n");

    writeFileSync(file(), `${header}\n{"time":\n${line}\n`);
    expect(await ended()).to.equal(`${file()} is damaged in line 2. Take the line out, or choose another folder`);
    writeFileSync(file(), `${header}\n${line}\n${line}\n`);
    expect(await ended()).to.match(
      new RegExp(
        `^${file()} cannot be carried out from line 3 on: EntityAlreadyExists: Role with name one already exists`,
      ),
    );
    writeFileSync(file(), '{"holds":"something else"}\n');
    expect(await ended()).to.equal(`${file()} is not a file of this version of the sandbox. Choose another folder`);
  });

  it("has what Cloud Control made, by the permissions of the role that asked", async () => {
    const create = (domain: string) =>
      new CreateResourceCommand({
        TypeName: "AWS::CodeArtifact::Domain",
        DesiredState: JSON.stringify({ DomainName: domain }),
      });
    const statuses = await serve(async ({ address, journal, administrator }) => {
      const iam = new IAMClient(settings(address, administrator));
      const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "maker", AssumeRolePolicyDocument: trust }));
      const allow = (Action: string) => ({ Effect: "Allow", Action, Resource: "*" });
      const document = { Version: "2012-10-17", Statement: [allow("cloudformation:*")] };
      await iam.send(
        new PutRolePolicyCommand({ RoleName: "maker", PolicyName: "p", PolicyDocument: JSON.stringify(document) }),
      );
      const maker = { ...administrator };
      const { account } = journal;
      // The administrator's keys, for a session of the role.
      Object.assign(administrator, { caller: { arn: Role?.Arn ?? "", sessionName: "s" } });
      expect(account.iam.roles.list().map(({ roleName }) => roleName)).to.deep.equal(["maker"]);
      const cloudControl = new CloudControlClient(settings(address, maker));
      const { ProgressEvent } = await cloudControl.send(create("denied"));
      const status = await cloudControl.send(
        new GetResourceRequestStatusCommand({ RequestToken: ProgressEvent?.RequestToken }),
      );
      return [status.ProgressEvent?.OperationStatus, status.ProgressEvent?.ErrorCode];
    });
    const byAdministrator = await serve(({ address, administrator }) =>
      new CloudControlClient(settings(address, administrator)).send(create("made")),
    );

    expect(statuses).to.deep.equal(["FAILED", "AccessDenied"]);
    expect(byAdministrator.ProgressEvent?.OperationStatus).to.equal("IN_PROGRESS");
    const journal = await open();
    expect(journal.account.codeartifact.domains.list().map(({ name }) => name)).to.deep.equal(["made"]);
    await journal.close();
  });
});
