/**
 * Services whose resources a resource control policy (RCP) restricts, by the prefix of their actions. IAM is not among them.
 * Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services,
 * read in November 2026; AWS adds to the list.
 */
const services: ReadonlySet<string> = new Set([
  ...["aoss", "appconfig", "appstream", "autoscaling", "autoscaling-plans", "budgets", "clouddirectory", "cloudfront"],
  ...["cloudsearch", "cloudtrail-data", "codeartifact", "codebuild", "codecommit", "codepipeline", "cognito-identity"],
  ...["cognito-idp", "comprehend", "comprehendmedical", "compute-optimizer", "cost-optimization-hub", "dax", "dsql"],
  ...["dynamodb", "ecr", "ecr-public", "events", "firehose", "fis", "fms", "gamelift", "health", "inspector-scan"],
  ...["kendra", "kinesisvideo", "kms", "logs", "memorydb", "networkmonitor", "notifications", "opensearch"],
  ...[
    "pca-connector-ad",
    "personalize",
    "polly",
    "pricing",
    "resource-groups",
    "rolesanywhere",
    "s3",
    "secretsmanager",
  ],
  ...["servicediscovery", "signin", "sqs", "sts", "support", "swf", "textract", "timestream-influxdb", "transcribe"],
  ...["transfer", "translate", "wafv2", "workspaces", "xray"],
]);

/**
 * What is wrong with the pattern of an Action in an RCP, if anything: it names a service, and one that supports RCPs.
 * Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
 */
export function resourceControlActionProblem(pattern: string): string | undefined {
  const [service = ""] = pattern.split(":");
  if (service === "*") {
    return 'must name a service: a resource control policy cannot use "*" alone';
  }
  return services.has(service.toLowerCase())
    ? undefined
    : "names a service that does not support resource control policies";
}
