import { type AccountInfo } from "./core/identifiers";
import { CodeArtifact } from "./codeartifact/codeartifact";
import { Iam } from "./iam/iam";
import { Kms } from "./kms";

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
  }
}
