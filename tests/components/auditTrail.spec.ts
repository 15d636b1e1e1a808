import {
  CodeartifactClient,
  DeletePackageVersionsCommand,
  ListPackagesCommand,
  PutDomainPermissionsPolicyCommand,
  UpdatePackageVersionsStatusCommand,
} from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { AuditTrail, type AuditTrailArgs } from "../../components/auditTrail";
import { SandboxAccount } from "../../sandbox/account";
import { noPublicIndex } from "../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import type { BusEvent } from "../../sandbox/eventbridge/busEvent";
import { assumeRoleAsJob } from "../../sandbox/github/client";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import { openSandbox, type Sandbox } from "../../sandbox/sandbox";
import type { Session } from "../../sandbox/sts/sts";
import { publisher } from "../support/configuration";
import { deployChanged } from "../support/deployments";
import { documentIn, named, record } from "../support/mocks";
import { wheel } from "../support/sandbox/packages";

const args: AuditTrailArgs = {
  domain: "orb-dev",
  domainArn: "arn:aws:codeartifact:eu-west-1:111122223333:domain/orb-dev",
  store: "pypi-store",
  origins: { private: [{ name: "orb", match: "prefix" }], public: [], blocked: [] },
  retentionDays: 90,
  protect: true,
  tags: { Team: "platform" },
};

const trail = ["versions", "calls", "access"];
const alarms = ["removals", "public", "policies", "denials"];

const create = (changes: Partial<AuditTrailArgs> = {}) =>
  record(() => new AuditTrail("audit", { ...args, ...changes }));

describe("an audit trail", () => {
  it("is a log group, rules that write into it, and the policy that lets them", async () => {
    const { resources } = await create();

    expect(resources.map(({ type, name }) => [type, name])).to.have.deep.members([
      ["python-registry:index:AuditTrail", "audit"],
      ["aws:cloudwatch/logGroup:LogGroup", "audit-log"],
      ["aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "audit-log-policy"],
      ...trail.flatMap((kind) => [
        ["aws:cloudwatch/eventRule:EventRule", `audit-${kind}`],
        ["aws:cloudwatch/eventTarget:EventTarget", `audit-${kind}-target`],
      ]),
    ]);
    expect(named(resources, "audit-log").inputs).to.deep.equal({
      name: "/aws/events/orb-dev-codeartifact-audit",
      retentionInDays: 90,
      tags: { Team: "platform" },
    });
  });

  it("raises alarms where it is given a topic, and only there", async () => {
    const alarmTopicArn = "arn:aws:sns:eu-west-1:111122223333:alarms";
    const { resources } = await create({ alarmTopicArn });
    const targets = resources.filter(({ type }) => type === "aws:cloudwatch/eventTarget:EventTarget");

    expect(targets.filter(({ inputs }) => inputs.arn === alarmTopicArn).map(({ inputs }) => inputs.rule)).to.deep.equal(
      alarms.map((kind) => `orb-dev-codeartifact-${kind}`),
    );
    expect(targets).to.have.length(trail.length + alarms.length);
  });

  it("is encrypted by the key that it is given", async () => {
    const keyArn = "arn:aws:kms:eu-west-1:111122223333:key/logs";

    expect(named((await create({ keyArn })).resources, "audit-log").inputs.kmsKeyId).to.equal(keyArn);
  });

  it("keeps its log group from deletion where it protects", async () => {
    const options = async (protect: boolean) => {
      const { protect: isProtected, retainOnDelete } = named((await create({ protect })).resources, "audit-log");
      return [isProtected, retainOnDelete];
    };

    expect(await options(true)).to.deep.equal([true, true]);
    expect(await options(false)).to.deep.equal([false, false]);
  });

  it("shares one policy of CloudWatch Logs with the account's other stacks, for audit trails alone, which stays", async () => {
    const one = named((await create()).resources, "audit-log-policy");
    const other = named(
      (await create({ domain: "orb-prod", domainArn: "arn:aws:codeartifact:eu-west-1:111122223333:domain/orb-prod" }))
        .resources,
      "audit-log-policy",
    );

    expect(one.inputs).to.deep.equal(other.inputs);
    expect(one.retainOnDelete).to.equal(true);
    expect(documentIn(one, "policyDocument")).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "WriteAuditTrails",
          Effect: "Allow",
          Principal: { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/events/*-codeartifact-audit:*",
        },
      ],
    });
  });

  it("takes as many names as a pattern of EventBridge does, and names the pattern that is too long", async () => {
    const alarmTopicArn = "arn:aws:sns:eu-west-1:111122223333:alarms";
    const origins = (count: number) => ({
      private: Array.from({ length: count }, (_, index) => ({ name: `name-${index + 100}`, match: "exact" as const })),
      ...{ public: [], blocked: [] },
    });
    const error = async (changes: Partial<AuditTrailArgs>) =>
      create(changes).then(
        () => undefined,
        (failure: unknown) => (failure as Error).message,
      );

    expect(await error({ alarmTopicArn, origins: origins(165) })).to.equal(undefined);
    expect(await error({ origins: origins(1_000) })).to.equal(undefined);
    expect(await error({ alarmTopicArn, origins: origins(200) })).to.match(
      /^audit\.alarmTopicArn: the pattern of the alarm public has 2,\d{3} characters, EventBridge takes 2,048\. List fewer/,
    );
  });

  describe("deployed", () => {
    let deployment: Deployment;
    let sandbox: Sandbox;
    let topicArn: string;

    before(async () => {
      const account = new SandboxAccount();
      account.iam.oidcProviders.create({
        url: "https://token.actions.githubusercontent.com",
        clientIDList: ["sts.amazonaws.com"],
      });
      const statement = {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sns:Publish",
        Resource: account.sns.arn("alarms"),
      };
      topicArn = account.sns.create("alarms", {
        policyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
      }).topicArn;
      const audit = { retentionDays: 365, alarmTopicArn: topicArn };
      deployment = await deployChanged({ account, settings: { audit, publishers: [publisher] } });
      sandbox = await openSandbox({ deployment, store: new MemoryPackageStore(), publicIndex: noPublicIndex });
    });

    after(() => sandbox.close());

    const place = () => ({ domain: deployment.settings.domain, repository: "python-packages" });
    const pack = () => ({ ...place(), format: "pypi", package: "orb-common" }) as const;
    const eventOf = (message: string) =>
      JSON.parse(message) as BusEvent & {
        readonly detail: { readonly eventName?: string; readonly errorCode?: string };
      };
    const shown = (event: ReturnType<typeof eventOf>) =>
      [event.detail.eventName ?? event["detail-type"], event.detail.errorCode].filter((part) => part !== undefined);

    function client(session?: Session): CodeartifactClient {
      const { accessKeyId, secretAccessKey, sessionToken } = session ?? sandbox.context.sts.administrator();
      const credentials = { accessKeyId, secretAccessKey, sessionToken };
      return new CodeartifactClient({ endpoint: sandbox.address, region: "us-east-1", credentials, maxAttempts: 1 });
    }

    /** What the log group and the topic get from some work. */
    async function caused(work: () => Promise<unknown>) {
      const { logs, sns } = deployment.account;
      const kept = () =>
        logs
          .events(`/aws/events/${place().domain}-codeartifact-audit`)
          .list()
          .map(({ message }) => eventOf(message));
      const heard = () => sns.messages(topicArn).map(({ message }) => eventOf(message));
      const before = [kept().length, heard().length] as const;
      await work();
      return { kept: kept().slice(before[0]).map(shown), heard: heard().slice(before[1]).map(shown) };
    }

    it("keeps a publication and the call of it, and raises no alarm", async () => {
      const { kept, heard } = await caused(() =>
        sandbox.context.packages.publish(place(), "orb-common", wheel("orb-common", "1.0.0")),
      );

      expect(kept).to.deep.equal([["CodeArtifact Package Version State Change"]]);
      expect(heard).to.deep.equal([]);
    });

    it("keeps no call that only reads and is allowed", async () => {
      expect(await caused(() => client().send(new ListPackagesCommand(place())))).to.deep.equal({
        kept: [],
        heard: [],
      });
    });

    it("keeps a hidden version, and raises an alarm for a deleted one", async () => {
      const archived = { ...pack(), versions: ["1.0.0"], targetStatus: "Archived" as const };
      const hidden = await caused(() => client().send(new UpdatePackageVersionsStatusCommand(archived)));
      const deleted = await caused(() =>
        client().send(new DeletePackageVersionsCommand({ ...pack(), versions: ["1.0.0"] })),
      );

      expect(hidden.kept).to.deep.include(["UpdatePackageVersionsStatus"]);
      expect(hidden.heard).to.deep.equal([]);
      expect(deleted.kept).to.deep.include(["DeletePackageVersions"]);
      expect(deleted.heard).to.deep.equal([["CodeArtifact Package Version State Change"]]);
    });

    it("raises an alarm for a policy of the domain", async () => {
      const policyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::123456789012:root" },
            Action: "codeartifact:DescribeDomain",
            Resource: "*",
          },
        ],
      });
      const { heard } = await caused(() =>
        client().send(new PutDomainPermissionsPolicyCommand({ domain: place().domain, policyDocument })),
      );

      expect(heard).to.deep.equal([["PutDomainPermissionsPolicy"]]);
    });

    it("keeps the session of the job that publishes, and raises an alarm for a look-alike that is denied", async () => {
      const { publisherRoleArns } = deployment.outputs as { publisherRoleArns: Record<string, string> };
      const roleArn = publisherRoleArns.publisher ?? "";
      const asked = (repository: string) =>
        caused(async () => {
          const credentials = await assumeRoleAsJob(sandbox.address, { repository, environment: "dev" }, roleArn);
          codes.push("code" in credentials ? credentials.code : "opened");
        });
      const codes: string[] = [];

      const own = await asked(publisher.repository);
      const other = await asked(`${publisher.repository}-evil`);

      expect(codes).to.deep.equal(["opened", "AccessDenied"]);
      expect(own).to.deep.equal({ kept: [["AssumeRoleWithWebIdentity"]], heard: [] });
      expect(other.kept).to.deep.equal([["AssumeRoleWithWebIdentity", "AccessDenied"]]);
      expect(other.heard).to.deep.equal(other.kept);
    });
  });
});
