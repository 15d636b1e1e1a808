import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as accessAnalyzerSdk from "@aws-sdk/client-accessanalyzer";
import * as cloudControlSdk from "@aws-sdk/client-cloudcontrol";
import * as cloudTrailSdk from "@aws-sdk/client-cloudtrail";
import * as logsSdk from "@aws-sdk/client-cloudwatch-logs";
import * as codeartifactSdk from "@aws-sdk/client-codeartifact";
import * as eventsSdk from "@aws-sdk/client-eventbridge";
import * as iamSdk from "@aws-sdk/client-iam";
import * as kmsSdk from "@aws-sdk/client-kms";
import * as snsSdk from "@aws-sdk/client-sns";
import * as stsSdk from "@aws-sdk/client-sts";
import { operations as accessAnalyzerOperations } from "../../sandbox/accessanalyzer/routes";
import { SandboxAccount } from "../../sandbox/account";
import { cloudControl } from "../../sandbox/cloudcontrol/api";
import { cloudTrail } from "../../sandbox/cloudtrail/api";
import { operations as codeartifactOperations } from "../../sandbox/codeartifact/api/routes";
import { operationsOf } from "../../sandbox/core/model";
import { eventBridge } from "../../sandbox/eventbridge/api/api";
import { iam } from "../../sandbox/iam/api/iam";
import { kms } from "../../sandbox/kms/api/api";
import { logs } from "../../sandbox/logs/api/api";
import { sns } from "../../sandbox/sns/api";
import { sts } from "../../sandbox/sts/api";
import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import { noPublicIndex } from "../../sandbox/codeartifact/packages/search";
import { type AccountSandbox, openSandbox } from "../../sandbox/sandbox";
import { Person } from "../support/clients/person";
import { clientTools, withVersion } from "../support/clients/tools";
import { awsEnvironment } from "../support/clients/registry";
import { zip } from "../support/sandbox/archives";

const program = readFileSync(join(__dirname, "apiModels.py"), "utf8");
const services = [
  "codeartifact",
  "iam",
  "accessanalyzer",
  "sts",
  "kms",
  "cloudcontrol",
  "cloudtrail",
  "events",
  "logs",
  "sns",
] as const;

/** What the program says of one call. */
interface Called {
  readonly operation: string;
  readonly outcome: string;
  readonly message?: string;
  readonly differences: readonly string[];
}

const accountId = "123456789012";
const place = `arn:aws:codeartifact:us-east-1:${accountId}`;
const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: accountId }, Action: "codeartifact:ReadFromRepository", Resource: "*" },
  ],
});
const keyPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: "kms:*", Resource: "*" },
  ],
});
const permissions = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "codeartifact:ReadFromRepository", Resource: "*" }],
});
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    },
  ],
});

const roleArn = `arn:aws:iam::${accountId}:role/walked`;
const policyArn = `arn:aws:iam::${accountId}:policy/walked`;
const providerArn = `arn:aws:iam::${accountId}:oidc-provider/issuer.example`;
const group = "AWS::CodeArtifact::PackageGroup";
const logGroupArn = `arn:aws:logs:us-east-1:${accountId}:log-group:walked`;
const topicArn = `arn:aws:sns:us-east-1:${accountId}:walked`;

/**
 * Values that a model does not give: names of what is there, and texts of a form. By service, and by operation where it wants
 * others; `-` has the members that exclude another one.
 */
const values = (keyArn: string) => ({
  codeartifact: {
    domain: "walked",
    domainOwner: accountId,
    administratorAccount: accountId,
    repository: "app",
    repositoryName: "app",
    sourceRepository: "app",
    destinationRepository: "copies",
    externalConnection: "public:pypi",
    format: "pypi",
    package: "orb-common",
    packageVersion: "1.0.0",
    versions: ["1.0.0"],
    asset: "orb_common-1.0.0-py3-none-any.whl",
    packageGroup: "/pypi//walked~",
    resourceArn: `${place}:domain/walked`,
    policyDocument: policy,
    durationSeconds: 900,
    maxResults: 5,
    targetStatus: "Published",
    assetSHA256: createHash("sha256").update("bytes").digest("hex"),
    "-": ["namespace", "policyRevision", "versionRevisions", "packageVersionRevision"],
  },
  UpdatePackageGroupOriginConfiguration: {
    restrictions: { PUBLISH: "ALLOW_SPECIFIC_REPOSITORIES" },
    addAllowedRepositories: [{ repositoryName: "app", originRestrictionType: "PUBLISH" }],
    removeAllowedRepositories: [],
  },
  CreateDomain: { domain: "made", "-": ["encryptionKey"] },
  CreateRepository: { repository: "made", upstreams: [] },
  CreatePackageGroup: { packageGroup: "/pypi//made~" },
  UpdateRepository: { upstreams: [{ repositoryName: "copies" }] },
  PublishPackageVersion: {
    ...{ format: "generic", namespace: "walked", package: "installer", assetName: "installer.bin", "-": [] },
  },
  AssociateExternalConnection: { repository: "store" },
  DisassociateExternalConnection: { repository: "store" },
  DeleteDomain: { domain: "made" },
  iam: {
    RoleName: "walked",
    PolicyName: "inline",
    PolicyArn: policyArn,
    PermissionsBoundary: policyArn,
    OpenIDConnectProviderArn: providerArn,
    AssumeRolePolicyDocument: trust,
    PolicyDocument: permissions,
    ClientID: "client",
    ClientIDList: ["client"],
    ThumbprintList: ["a".repeat(40)],
    Path: "/",
    PathPrefix: "/",
    MaxItems: 5,
    VersionId: "v1",
    MaxSessionDuration: 3600,
    PolicyInputList: [permissions],
    PermissionsBoundaryPolicyInputList: [permissions],
    ActionNames: ["codeartifact:ReadFromRepository"],
    ResourceArns: [`${place}:repository/walked/app`],
    ResourcePolicy: policy,
    ResourceOwner: `arn:aws:iam::${accountId}:root`,
    CallerArn: `arn:aws:iam::${accountId}:user/walker`,
    ContextEntries: [
      { ContextKeyName: "aws:PrincipalAccount", ContextKeyValues: [accountId], ContextKeyType: "string" },
    ],
  },
  accessanalyzer: {
    policyDocument: permissions,
    policyType: "IDENTITY_POLICY",
    maxResults: 5,
    "-": ["validatePolicyResourceType"],
  },
  CreateRole: { RoleName: "made" },
  DeleteRole: { RoleName: "made" },
  CreatePolicy: { PolicyName: "made" },
  DeletePolicy: { PolicyArn: `arn:aws:iam::${accountId}:policy/made` },
  CreateOpenIDConnectProvider: { Url: "https://made.example" },
  DeletePolicyVersion: { VersionId: "v2" },
  UpdateAssumeRolePolicy: { PolicyDocument: trust },
  ListPolicies: { Scope: "Local" },
  sts: {
    RoleArn: roleArn,
    RoleSessionName: "walker",
    WebIdentityToken: "token",
    Policy: permissions,
    DurationSeconds: 900,
    TransitiveTagKeys: ["aa"],
    "-": ["SerialNumber", "TokenCode", "ProvidedContexts", "ProviderId", "PolicyArns"],
  },
  kms: {
    KeyId: keyArn,
    TargetKeyId: keyArn,
    AliasName: "alias/walked",
    PolicyName: "default",
    Limit: 5,
    PendingWindowInDays: 7,
    RotationPeriodInDays: 365,
    GranteePrincipal: roleArn,
    RetiringPrincipal: roleArn,
    Operations: ["DescribeKey"],
    Policy: keyPolicy,
    KeySpec: "SYMMETRIC_DEFAULT",
    KeyUsage: "ENCRYPT_DECRYPT",
    Origin: "AWS_KMS",
    "-": [
      "BypassPolicyLockoutSafetyCheck",
      "CustomKeyStoreId",
      "XksKeyId",
      "MultiRegion",
      "GrantTokens",
      "DryRun",
      "Constraints",
      "CustomerMasterKeySpec",
    ],
  },
  cloudcontrol: {
    TypeName: group,
    Identifier: `${place}:package-group/walked/pypi//walked~`,
    DesiredState: JSON.stringify({ DomainName: "walked", Pattern: "/pypi//controlled~" }),
    PatchDocument: JSON.stringify([{ op: "add", path: "/Description", value: "ours" }]),
    ResourceModel: JSON.stringify({ DomainName: "walked" }),
    "-": ["TypeVersionId", "RoleArn", "ClientToken"],
  },
  events: {
    Name: "walked",
    Rule: "walked",
    RuleName: "walked",
    EventBusName: "default",
    EventPattern: JSON.stringify({ source: ["aws.iam"] }),
    Event: JSON.stringify({
      ...{ id: "1", account: accountId, source: "aws.iam", time: "", region: "", resources: [], "detail-type": "" },
    }),
    ResourceARN: `arn:aws:events:us-east-1:${accountId}:rule/walked`,
    Targets: [{ Id: "walked", Arn: logGroupArn, RetryPolicy: { MaximumRetryAttempts: 1 } }],
    Ids: ["walked"],
    TargetArn: logGroupArn,
    Limit: 5,
    "-": ["ScheduleExpression", "RoleArn"],
  },
  DeleteRule: { Name: "made" },
  logs: {
    logGroupName: "walked",
    logGroupIdentifier: logGroupArn,
    logStreamName: "walked",
    logStreamNames: ["walked"],
    resourceArn: logGroupArn,
    logGroupNamePrefix: "walked",
    policyName: "walked",
    policyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: "*", Action: "logs:PutLogEvents", Resource: "*" },
    }),
    retentionInDays: 30,
    logEvents: [{ timestamp: 1, message: "walked" }],
    limit: 5,
    startTime: 0,
    endTime: 1,
    kmsKeyId: keyArn,
    filterPattern: "walked",
    "-": [
      ...["resourceIdentifier", "logGroupNamePattern", "logStreamNamePrefix", "expectedRevisionId", "unmask"],
      ...["accountIdentifiers", "logGroupIdentifiers", "includeLinkedAccounts", "sequenceToken"],
      ...["logGroupIdentifier", "resourceArn", "policyScope"],
    ],
  },
  CreateLogGroup: { logGroupName: "made", "-": ["kmsKeyId"] },
  CreateLogStream: { logStreamName: "made" },
  DeleteLogGroup: { logGroupName: "made" },
  DeleteLogStream: { logStreamName: "made" },
  sns: {
    TopicArn: topicArn,
    ResourceArn: topicArn,
    Name: "made",
    Attributes: { DisplayName: "walked" },
    AttributeName: "DisplayName",
    Subject: "walked",
    "-": [
      ...["TargetArn", "PhoneNumber", "MessageStructure", "MessageAttributes", "MessageDeduplicationId"],
      ...["MessageGroupId", "DataProtectionPolicy"],
    ],
  },
  DeleteTopic: { TopicArn: topicArn.replace("walked", "made") },
  cloudtrail: { EndTime: "2099-01-01T00:00:00Z", MaxResults: 5, "-": ["EventCategory"] },
});

/** Each service's operations, in AWS's model as the SDK for JavaScript has it, and those that the sandbox answers. */
const models = {
  codeartifact: { all: operationsOf(codeartifactSdk), modelled: codeartifactOperations },
  iam: { all: operationsOf(iamSdk), modelled: iam.operations },
  accessanalyzer: { all: operationsOf(accessAnalyzerSdk), modelled: accessAnalyzerOperations },
  sts: { all: operationsOf(stsSdk), modelled: sts.operations },
  kms: { all: operationsOf(kmsSdk), modelled: kms.operations },
  cloudcontrol: { all: operationsOf(cloudControlSdk), modelled: cloudControl.operations },
  cloudtrail: { all: operationsOf(cloudTrailSdk), modelled: cloudTrail.operations },
  events: { all: operationsOf(eventsSdk), modelled: eventBridge.operations },
  logs: { all: operationsOf(logsSdk), modelled: logs.operations },
  sns: { all: operationsOf(snsSdk), modelled: sns.operations },
} as const;

/** What is modelled here and is rejected all the same: the input names what is not there, or what AWS rejects. */
const noRequest = {
  CancelResourceRequest: "RequestTokenNotFoundException",
  GetResourceRequestStatus: "RequestTokenNotFoundException",
};
// No identity token, an access key that was given to no one, and what AWS does not give to a role's session.
const noSession = {
  AssumeRoleWithWebIdentity: "InvalidIdentityToken",
  GetAccessKeyInfo: "rejected by name",
  GetFederationToken: "AccessDenied",
  GetSessionToken: "AccessDenied",
};
const rejected: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Neither versions nor revisions; and the model does not require the namespace of a generic package.
  "codeartifact, minimal": { CopyPackageVersions: "ValidationException", PublishPackageVersion: "ValidationException" },
  // AWS's own policies are not listed.
  "iam, minimal": { ListPolicies: "rejected by name" },
  "sts, minimal": noSession,
  "sts, maximal": noSession,
  // The model requires no principal, and a grant can be named in two ways.
  "kms, minimal": {
    CreateGrant: "ValidationException",
    RetireGrant: "ValidationException",
    RevokeGrant: "NotFoundException",
  },
  "kms, maximal": { RetireGrant: "InvalidGrantTokenException", RevokeGrant: "NotFoundException" },
  // The model requires no pattern, no group, no policy and no topic; and the key's own policy keeps it from the service.
  "events, minimal": { PutRule: "ValidationException" },
  "logs, minimal": Object.fromEntries(
    [
      "AssociateKmsKey",
      "DeleteResourcePolicy",
      "DescribeLogStreams",
      "DisassociateKmsKey",
      "FilterLogEvents",
      "GetLogEvents",
      "PutResourcePolicy",
    ].map((name) => [name, "InvalidParameterException"]),
  ),
  "logs, maximal": { AssociateKmsKey: "InvalidParameterException" },
  "sns, minimal": { Publish: "rejected by name" },
  // The list needs a domain.
  "cloudcontrol, minimal": { ...noRequest, ListResources: "InvalidRequestException" },
  "cloudcontrol, maximal": noRequest,
};

/** An account with one of everything that an operation names. */
async function openPrepared(): Promise<{ readonly sandbox: AccountSandbox; readonly keyArn: string }> {
  const account = new SandboxAccount();
  const sandbox = await openSandbox({ account, store: new MemoryPackageStore(), publicIndex: noPublicIndex });
  const { codeartifact } = account;
  const domain = "walked";
  codeartifact.domains.create({ domain });
  for (const repository of ["store", "copies", "app"]) {
    codeartifact.repositories.create({ domain, repository });
  }
  codeartifact.packageGroups.create({ domain, packageGroup: "/pypi//walked~" });
  const metadata = "Metadata-Version: 2.1\nName: orb-common\nVersion: 1.0.0\nRequires-Dist: six>=1\n\nShared code.\n";
  await sandbox.context.packages.publish({ domain, repository: "app" }, "orb-common", {
    filename: "orb_common-1.0.0-py3-none-any.whl",
    bytes: await zip(["orb_common-1.0.0.dist-info/METADATA", metadata]),
    version: "1.0.0",
  });
  account.iam.policies.create({ policyName: "walked", policyDocument: permissions });
  account.iam.roles.create({ roleName: "walked", assumeRolePolicyDocument: trust });
  account.iam.oidcProviders.create({ url: "https://issuer.example", clientIDList: ["other"] });
  account.logs.createLogGroup({ logGroupName: "walked" });
  account.logs.events("walked").createStream("walked", new Date());
  account.eventBridge.rules.put({ name: "walked", eventPattern: '{"source":["aws.iam"]}' });
  account.sns.create("walked");
  return { sandbox, keyArn: account.kms.createKey().arn };
}

for (const service of services) {
  for (const kind of ["minimal", "maximal"] as const) {
    describe(`${service}, by ${withVersion("botocore")} with ${kind} input`, () => {
      let person: Person;
      let prepared: Awaited<ReturnType<typeof openPrepared>>;
      let calls: readonly Called[];

      before(async () => {
        person = new Person(await clientTools());
        prepared = await openPrepared();
        const { sandbox, keyArn } = prepared;
        const given = JSON.stringify(values(keyArn));
        const environment = awsEnvironment(sandbox, sandbox.context.sts.administrator());
        const { exitCode, text } = await person.run("python", ["-c", program, service, kind, given], environment);
        expect(exitCode, text).to.equal(0);
        calls = text
          .trim()
          .split(/(?<=\}) (?=\{"operation")/)
          .map((line) => JSON.parse(line) as Called);
      });

      after(async () => {
        person.leave();
        await prepared.sandbox.close();
      });

      it("answers as the model says, or with an error that the model has", () => {
        const isNewer = ({ operation }: Called) => !models[service].all.has(operation);
        // As recorded from AWS: see the outputs of IAM. The model has PermissionsBoundaryPolicy.
        const recorded = /PermissionsBoundaryType is Policy, not one of the model's$/;
        const different = calls
          .filter((call) => !isNewer(call))
          .map(({ operation, differences }) => [operation, differences.filter((one) => !recorded.test(one))] as const)
          .filter(([, differences]) => differences.length > 0);

        expect(calls.length).to.be.greaterThan(5);
        expect(different).to.deep.equal([]);
        for (const { operation, outcome, message } of calls.filter(isNewer)) {
          expect(outcome).to.match(/^(?:InvalidAction|UnknownOperationException)$/);
          expect(message).to.include(operation);
        }
      });

      it("has an answer to every operation that is modelled here, and rejects the others by name or for what they name", () => {
        const { modelled } = models[service];
        const outcomes = (isModelled: boolean) =>
          calls.filter(({ operation }) => modelled.has(operation) === isModelled && models[service].all.has(operation));

        expect(
          Object.fromEntries(
            outcomes(true).flatMap(({ operation, outcome }) => (outcome === "answered" ? [] : [[operation, outcome]])),
          ),
        ).to.deep.equal(rejected[`${service}, ${kind}`] ?? {});
        expect(new Set(outcomes(false).map(({ outcome }) => outcome))).not.to.include("answered");
      });
    });
  }
}
