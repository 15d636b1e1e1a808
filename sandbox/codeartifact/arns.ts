import type { Account } from "../core/account";
import type { InDomain, InRepository } from "./names";
import type { InPackageGroup } from "./packageGroups";
import { encodedPattern } from "./packageGroupPatterns";

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodeartifact.html#awscodeartifact-resources-for-iam-policies

/** The ARN of a domain, there or not. */
export function domainArn(account: Account, request: InDomain): string {
  return arn(account, request, `domain/${request.domain}`);
}

/** The ARN of a repository, there or not. */
export function repositoryArn(account: Account, request: InRepository): string {
  return arn(account, request, `repository/${request.domain}/${request.repository}`);
}

/** The ARN of a package group, there or not. */
export function packageGroupArn(account: Account, request: InPackageGroup): string {
  return arn(account, request, `package-group/${request.domain}${encodedPattern(request.packageGroup)}`);
}

function arn({ partition, region, accountId }: Account, { domainOwner = accountId }: InDomain, resource: string) {
  return `arn:${partition}:codeartifact:${region}:${domainOwner}:${resource}`;
}
