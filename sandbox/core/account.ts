/** The account and region that resources belong to, and the clock that dates them. */
export interface Account {
  /** First part of every ARN: `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly now: () => Date;
}

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;
