/** The ARNs of one registry, as its domain and repository report them. */
export interface RegistryArns {
  readonly domain: string;
  readonly repository: string;
}

/**
 * The ARNs of a registry that exists already, before AWS is asked about it. All regions that have CodeArtifact are in AWS's
 * one partition `aws`. Source: https://docs.aws.amazon.com/general/latest/gr/codeartifact.html
 */
export function registryArns(
  { region, accountId }: { readonly region: string; readonly accountId: string },
  domain: string,
  repository: string,
): RegistryArns {
  const place = `arn:aws:codeartifact:${region}:${accountId}`;
  return { domain: `${place}:domain/${domain}`, repository: `${place}:repository/${domain}/${repository}` };
}

/**
 * The ARN of a Python package in a repository, taken from the repository's own, so that partition, region and account are
 * AWS's word. Python has no namespace: its part is empty, which leaves two slashes.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodeartifact.html
 *
 * @param packageName - normalised by PEP 503
 */
export function packageArn(repositoryArn: string, packageName: string, format = "pypi", namespace = ""): string {
  return `${repositoryArn.replace(":repository/", ":package/")}/${format}/${namespace}/${packageName}`;
}

/**
 * ARNs at least as long as any that AWS gives: what is measured with them before anything is made fits wherever it is made,
 * and how a document is split never depends on region or account.
 */
export function longestArns(domain: string, repository: string): RegistryArns {
  const place = "arn:aws-us-gov:codeartifact:ap-northeast-1:000000000000";
  return { domain: `${place}:domain/${domain}`, repository: `${place}:repository/${domain}/${repository}` };
}

/** A provider ARN at least as long as any that AWS gives for this issuer. */
export function longestProviderArn(issuer: string): string {
  return `arn:aws-us-gov:iam::000000000000:oidc-provider/${issuer}`;
}

/** The ARN of a CloudWatch log group in the account and region of a domain. */
export function logGroupArn(domainArn: string, name: string): string {
  const { partition = "", region = "", account = "" } = arnParts(domainArn);
  return `arn:${partition}:logs:${region}:${account}:log-group:${name}`;
}

/** The ARN of a KMS key. */
export const keyArn = /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/;

/** The ARN of an IAM role, in its parts. */
export const roleArn = /^arn:(?<partition>[\w-]+):iam::(?<account>\d{12}):role\/(?:[^:]+\/)?(?<name>[^:/]+)$/;

/** The ARN of a role's session, in its parts. */
export const sessionArn =
  /^arn:(?<partition>[\w-]+):sts::(?<account>\d{12}):assumed-role\/(?:.*\/)?(?<role>[^/]+)\/(?<session>[^/]+)$/;

/** The ARN of an IAM user, in its parts. */
export const userArn = /^arn:(?<partition>[\w-]+):iam::(?<account>\d{12}):user\/(?:[^:]+\/)?(?<name>[^:/]+)$/;

/** The parts of an ARN; those that the text does not have are undefined. */
export function arnParts(
  arn: string,
): Partial<Record<"partition" | "service" | "region" | "account" | "path", string>> {
  const [, partition, service, region, account, ...path] = arn.split(":");
  return { partition, service, region, account, path: path.join(":") };
}

/** The last part of an ARN's path: the name of a domain, role or policy. */
export function nameInArn(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** An ARN has six parts; the last may have colons. */
export const sixPartArn = /^arn:(?:[^:]*:){4}./;
