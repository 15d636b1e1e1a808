import type { AccountInfo } from "../core/identifiers";
import type { Kms } from "../kms";
import { Domains } from "./domains";
import { PackageGroups } from "./packageGroups";
import { Repositories } from "./repositories";
import { ResourceTags } from "./tags";

/**
 * The control plane of AWS CodeArtifact in one account and region.
 * Operations: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_Operations.html
 */
export class CodeArtifact {
  readonly domains: Domains;
  readonly repositories: Repositories;
  readonly packageGroups: PackageGroups;
  readonly tags: ResourceTags;

  constructor(account: AccountInfo, kms: Kms) {
    this.domains = new Domains(account, kms);
    this.repositories = new Repositories(account, this.domains);
    this.packageGroups = new PackageGroups(account, this.domains, this.repositories);
    this.tags = new ResourceTags(this);
  }
}
