import { longestArns, longestProviderArn } from "../iam/arns";
import { counted, documentLimits, excess, iamLimits } from "../iam/limits";
import { packageParts } from "../iam/permissions";
import { jobLists, type RegistryJobs } from "../github/jobs";
import { domainPolicy, type OtherAccounts, repositoryPolicy } from "../iam/resourcePolicies";
import { trustPolicy } from "../iam/trust";
import { repositoryName } from "../naming/registryNames";
import { SettingErrors } from "./errors";

/** What decides how long the documents become. */
interface DocumentSources extends RegistryJobs {
  readonly domain: string;
  readonly issuer: string;
  readonly tokenLifetime: number;
  readonly otherAccounts?: OtherAccounts;
}

/**
 * Notes every document that is too long for AWS, measured with the longest ARNs, before anything is made. A
 * base of the inline policy that holds no package always fits.
 */
export function checkDocumentSizes(errors: SettingErrors, sources: DocumentSources): void {
  const { domain, issuer, tokenLifetime, publishers, otherAccounts } = sources;
  for (const { key, jobs } of jobLists(sources)) {
    jobs.forEach(({ job }, index) => {
      const over = excess("trust policy", trustPolicy(job, issuer, longestProviderArn(issuer)));
      if (over !== undefined) {
        errors.add(
          `${key}[${index}]`,
          `its trust policy has ${over}. Shorten the names of environment, branch, ref or workflow`,
        );
      }
    });
  }
  publishers.forEach(({ packages }, index) => {
    const parts = packageParts(domain, repositoryName, tokenLifetime, packages);
    if (parts.length > iamLimits.managedPoliciesPerRole) {
      errors.add(
        `publishers[${index}].packages`,
        `${packages.length} packages need ${parts.length} managed policies of ${counted(documentLimits["managed policy"])} characters, AWS attaches ${iamLimits.managedPoliciesPerRole} to a role. Spread them over several publishers`,
      );
    }
  });
  if (otherAccounts !== undefined) {
    const arns = longestArns(domain, repositoryName);
    for (const [what, document] of [
      ["domain", domainPolicy(arns.domain, otherAccounts)] as const,
      ["repository", repositoryPolicy(arns.repository, otherAccounts)] as const,
    ]) {
      const over = excess("resource policy", document);
      if (over !== undefined) {
        errors.add(
          "readerAccountIds",
          `the ${what} policy has ${over}. List fewer accounts, or give readerOrganizationId`,
        );
      }
    }
  }
}
