/** What a month of a registry is billed by. */
export const lineNames = [
  "storage",
  "requests",
  "data transfer out",
  "KMS key",
  "KMS requests",
  "log ingestion",
  "log storage",
  "EventBridge events",
  "alarm emails",
  "CloudTrail events",
] as const;

export type LineName = (typeof lineNames)[number];

/** What AWS takes for something, before taxes. */
export interface Price {
  /** Such as `GB-month`; empty where the line's name says it. */
  readonly unit: string;
  /** In US dollars, for `per` of the unit. */
  readonly usd: number;
  readonly per: number;
  /** How much of it is free in each month, for the whole account with all its regions. */
  readonly free: number;
  /** The day of the price list, or the day when the page was read, `YYYY-MM-DD`. */
  readonly date: string;
  /** AWS's own page. */
  readonly source: string;
  /** Where the values were read: AWS's own page, or other pages that quote AWS's price list or page. */
  readonly readIn: "AWS's page" | "third-party copies";
}

/** What everything costs in one region. */
export type PriceList = Readonly<Record<LineName, Price>>;

const usEast1: PriceList = {
  // The price list's values are in force since 2021-04-01: https://huggingface.co/datasets/labofsahil/aws-pricing-dataset,
  // AWSCodeArtifact.csv. The free 2 GB are quoted from AWS's page.
  storage: {
    unit: "GB-month",
    usd: 0.05,
    per: 1,
    free: 2,
    date: "2024-11-16",
    source: "https://aws.amazon.com/codeartifact/pricing/",
    readIn: "third-party copies",
  },
  requests: {
    unit: "",
    usd: 0.05,
    per: 10_000,
    free: 100_000,
    date: "2024-11-16",
    source: "https://aws.amazon.com/codeartifact/pricing/",
    readIn: "third-party copies",
  },
  // The first 10 TB of a month. AWSDataTransfer has one free amount for all services and regions, which was 1 GB a region before
  // 2021-12-01: https://aws.amazon.com/blogs/aws/aws-free-tier-data-transfer-expansion-100-gb-from-regions-and-1-tb-from-amazon-cloudfront-per-month/
  "data transfer out": {
    unit: "GB",
    usd: 0.09,
    per: 1,
    free: 100,
    date: "2026-09-16",
    source: "https://aws.amazon.com/ec2/pricing/on-demand/",
    readIn: "third-party copies",
  },
  // Each of the first two rotations adds the price of a key.
  "KMS key": {
    unit: "",
    usd: 1,
    per: 1,
    free: 0,
    date: "2026-11-29",
    source: "https://aws.amazon.com/kms/pricing/",
    readIn: "AWS's page",
  },
  // Requests are charged for AWS's own keys too.
  "KMS requests": {
    unit: "",
    usd: 0.03,
    per: 10_000,
    free: 20_000,
    date: "2026-09-19",
    source: "https://aws.amazon.com/kms/pricing/",
    readIn: "third-party copies",
  },
  "log ingestion": {
    unit: "GB",
    usd: 0.5,
    per: 1,
    free: 5,
    date: "2026-09-22",
    source: "https://aws.amazon.com/cloudwatch/pricing/",
    readIn: "third-party copies",
  },
  "log storage": {
    unit: "GB-month",
    usd: 0.03,
    per: 1,
    free: 5,
    date: "2026-09-22",
    source: "https://aws.amazon.com/cloudwatch/pricing/",
    readIn: "third-party copies",
  },
  // "AWS management events are ingested by the event bus for free."
  "EventBridge events": {
    unit: "",
    usd: 0,
    per: 1,
    free: 0,
    date: "2026-11-29",
    source: "https://aws.amazon.com/eventbridge/pricing/",
    readIn: "AWS's page",
  },
  "alarm emails": {
    unit: "",
    usd: 2,
    per: 100_000,
    free: 1000,
    date: "2026-09-15",
    source: "https://aws.amazon.com/sns/pricing/",
    readIn: "third-party copies",
  },
  // The event history, and the first copy of management events that a trail delivers. A second trail costs $2.00 per 100,000.
  "CloudTrail events": {
    unit: "",
    usd: 0,
    per: 1,
    free: 0,
    date: "2026-11-29",
    source: "https://aws.amazon.com/cloudtrail/pricing/",
    readIn: "AWS's page",
  },
};

/** Prices by region. Another region has other prices: a value is here only if a source states it. */
export const prices: ReadonlyMap<string, PriceList> = new Map([["us-east-1", usEast1]]);

/** The rotations of a KMS key that add its price again; the stack's own key rotates yearly. */
export const pricedRotations = 2;
