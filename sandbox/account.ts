import { CloudTrail } from "./cloudtrail/cloudTrail";
import { ResourceRequests } from "./cloudcontrol/requests";
import { CodeArtifact } from "./codeartifact/codeartifact";
import type { AccountInfo } from "./core/identifiers";
import { EventBridge } from "./eventbridge/eventBridge";
import { OidcProviders } from "./iam/oidcProviders";
import { Policies } from "./iam/managedPolicies";
import { Roles } from "./iam/roles";
import { Kms } from "./kms/kms";
import { Lambda } from "./lambda/lambda";
import { Logs } from "./logs/logs";
import type { OrganizationPolicies } from "./organization";
import { S3 } from "./s3/s3";
import { decideForService, decideKeyUse } from "./serviceAuthorization";
import { Topics } from "./sns/topics";

/**
 * One AWS account in one region, in memory: its resources and its rules. Operations are named as AWS's API names
 * them, answer at once and throw `AwsError`. Who may call them is not asked here.
 */
export class SandboxAccount implements AccountInfo {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly now: () => Date;
  readonly kms: Kms;
  readonly codeartifact: CodeArtifact;
  readonly iam: Iam;
  readonly lambda: Lambda;
  readonly s3: S3;
  readonly cloudTrail: CloudTrail;
  readonly logs: Logs;
  readonly sns: Topics;
  readonly eventBridge: EventBridge;
  readonly resourceRequests: ResourceRequests;
  /** What an organization limits requests to this account by. @default - the account is in no organization */
  organization: OrganizationPolicies | undefined;

  /**
   * @default { partition: "aws", region: "us-east-1", accountId: "123456789012", now: the clock of this machine }
   */
  constructor(account: Partial<AccountInfo> = {}) {
    this.partition = account.partition ?? "aws";
    this.region = account.region ?? "us-east-1";
    this.accountId = account.accountId ?? "123456789012";
    this.now = account.now ?? (() => new Date());

    this.kms = new Kms(this);
    this.codeartifact = new CodeArtifact(this, this.kms);
    this.iam = new Iam(this);
    this.lambda = new Lambda(this);
    this.s3 = new S3(this);
    this.cloudTrail = new CloudTrail(this);
    this.logs = new Logs(this, (keyArn, groupArn) => decideKeyUse(this, keyArn, groupArn));
    this.sns = new Topics(this);
    this.eventBridge = new EventBridge(this, (action, resource, context) =>
      decideForService(this, "events.amazonaws.com", action, resource, context),
    );
    this.cloudTrail.listen((call, record) => {
      this.eventBridge.addCall(call, record);
    });
    this.resourceRequests = new ResourceRequests(this);
  }
}

/** IAM of one account, as far as roles for other people's workloads need it. */
export class Iam {
  readonly oidcProviders: OidcProviders;
  readonly roles: Roles;
  readonly policies: Policies;

  constructor(account: AccountInfo) {
    this.oidcProviders = new OidcProviders(account);
    this.roles = new Roles(account);
    this.policies = new Policies(account, this.roles);
  }
}
