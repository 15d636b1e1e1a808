import { type Account } from "../core/account";
import { type Kms } from "../kms";
import { type CreateDomain, type Domain, Domains, type DomainState } from "./domains";
import { formatError, type InDomain, type InRepository, type PackageFormat } from "./names";
import { type RestrictionType, type UpdateOriginConfiguration } from "./originConfiguration";
import {
  type AssociatedPackageGroup,
  type CreatePackageGroup,
  type InPackageGroup,
  type PackageGroup,
  type UpdatePackageGroup,
} from "./packageGroups";
import { packagePath } from "./packageGroupPatterns";
import { type PutPermissionsPolicy, type ResourcePolicy, type StoredResourcePolicy } from "./permissionsPolicy";
import { throwIfInvalid } from "./errors";
import { type CreateRepository, type Repository, type UpdateRepository } from "./repositories";
import { ResourceTags } from "./tags";

interface WithExternalConnection extends InRepository {
  /** Such as `public:pypi`. */
  readonly externalConnection: string;
}

interface PackageCoordinate {
  readonly packageFormat: PackageFormat;
  /** @default - none; Python has no namespaces */
  readonly namespace?: string;
  /** Of Python, normalised by PEP 503. */
  readonly package: string;
}

interface DeletePermissionsPolicy {
  /** The revision that is meant; refused if another one is stored by now. */
  readonly policyRevision?: string;
}

/**
 * The control plane of AWS CodeArtifact in one account and region.
 * Operations: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_Operations.html
 */
export class CodeArtifact {
  readonly #account: Account;
  readonly #domains: Domains;
  /** Of domains, repositories and package groups. */
  readonly tags: ResourceTags;

  constructor(account: Account, kms: Kms) {
    this.#account = account;
    this.#domains = new Domains(account, kms);
    this.tags = new ResourceTags(this.#domains);
  }

  createDomain(request: CreateDomain): Domain {
    return this.#domains.create(request);
  }

  describeDomain(request: InDomain): Domain {
    return this.#domains.describe(request);
  }

  /** Answers with nothing where there was no such domain. */
  deleteDomain(request: InDomain): Domain | undefined {
    return this.#domains.delete(request);
  }

  listDomains(): readonly Domain[] {
    return this.#domains.list();
  }

  putDomainPermissionsPolicy(request: InDomain & PutPermissionsPolicy): ResourcePolicy {
    return this.#in(request).permissionsPolicy.put(request);
  }

  getDomainPermissionsPolicy(request: InDomain): ResourcePolicy {
    return this.#in(request).permissionsPolicy.get();
  }

  /** What `getDomainPermissionsPolicy` gives, or nothing where there is no policy, or no such domain. */
  findDomainPermissionsPolicy(request: InDomain): StoredResourcePolicy | undefined {
    return this.#domains.find(request.domain)?.permissionsPolicy.find();
  }

  deleteDomainPermissionsPolicy(request: InDomain & DeletePermissionsPolicy): ResourcePolicy {
    return this.#in(request).permissionsPolicy.delete(request.policyRevision);
  }

  createRepository(request: CreateRepository): Repository {
    return this.#in(request).repositories.create(request);
  }

  describeRepository(request: InRepository): Repository {
    return this.#in(request).repositories.describe(request.repository);
  }

  updateRepository(request: UpdateRepository): Repository {
    return this.#in(request).repositories.update(request);
  }

  deleteRepository(request: InRepository): Repository {
    return this.#in(request).repositories.delete(request.repository);
  }

  listRepositoriesInDomain(request: InDomain): readonly Repository[] {
    return this.#in(request).repositories.list();
  }

  associateExternalConnection(request: WithExternalConnection): Repository {
    return this.#in(request).repositories.associateExternalConnection(request.repository, request.externalConnection);
  }

  disassociateExternalConnection(request: WithExternalConnection): Repository {
    return this.#in(request).repositories.disassociateExternalConnection(
      request.repository,
      request.externalConnection,
    );
  }

  putRepositoryPermissionsPolicy(request: InRepository & PutPermissionsPolicy): ResourcePolicy {
    return this.#in(request).repositories.permissionsPolicy(request.repository).put(request);
  }

  getRepositoryPermissionsPolicy(request: InRepository): ResourcePolicy {
    return this.#in(request).repositories.permissionsPolicy(request.repository).get();
  }

  /** What `getRepositoryPermissionsPolicy` gives, or nothing where there is no policy, or no such repository. */
  findRepositoryPermissionsPolicy(request: InRepository): StoredResourcePolicy | undefined {
    return this.#domains.find(request.domain)?.repositories.findPermissionsPolicy(request.repository);
  }

  deleteRepositoryPermissionsPolicy(request: InRepository & DeletePermissionsPolicy): ResourcePolicy {
    return this.#in(request).repositories.permissionsPolicy(request.repository).delete(request.policyRevision);
  }

  /** @param request.format One of `npm`, `pypi`, `maven`, `nuget`, `generic`, `ruby`, `swift`, `cargo`. */
  getRepositoryEndpoint(request: InRepository & { readonly format: string }): string {
    throwIfInvalid(formatError(request.format));
    const { name, domainName, domainOwner } = this.describeRepository(request);
    const host = `${domainName}-${domainOwner}.d.codeartifact.${this.#account.region}.${this.#dnsSuffix}`;

    return `https://${host}/${request.format}/${name}/`;
  }

  createPackageGroup(request: CreatePackageGroup): PackageGroup {
    return this.#in(request).packageGroups.create(request);
  }

  describePackageGroup(request: InPackageGroup): PackageGroup {
    return this.#in(request).packageGroups.describe(request.packageGroup);
  }

  updatePackageGroup(request: UpdatePackageGroup): PackageGroup {
    return this.#in(request).packageGroups.update(request);
  }

  updatePackageGroupOriginConfiguration(request: InPackageGroup & UpdateOriginConfiguration): PackageGroup {
    return this.#in(request).packageGroups.updateOriginConfiguration(request.packageGroup, request);
  }

  deletePackageGroup(request: InPackageGroup): PackageGroup {
    return this.#in(request).packageGroups.delete(request.packageGroup);
  }

  /** The group whose origin controls hold for a package, which need not exist. */
  getAssociatedPackageGroup(request: InDomain & PackageCoordinate): AssociatedPackageGroup {
    const { packageFormat, namespace, package: name } = request;
    return this.#in(request).packageGroups.associated(packagePath(packageFormat, name, namespace));
  }

  listPackageGroups(request: InDomain): readonly PackageGroup[] {
    return this.#in(request).packageGroups.list();
  }

  /** The direct children of a group. */
  listSubPackageGroups(request: InPackageGroup): readonly PackageGroup[] {
    const { pattern } = this.describePackageGroup(request);
    return this.listPackageGroups(request).filter(({ parent }) => parent?.pattern === pattern);
  }

  /** The group's own list for one way in; an inherited one is its ancestor's. */
  listAllowedRepositoriesForGroup(
    request: InPackageGroup & { readonly originRestrictionType: RestrictionType },
  ): readonly string[] {
    const { originConfiguration } = this.describePackageGroup(request);
    return originConfiguration.restrictions[request.originRestrictionType].repositories;
  }

  #in(request: InDomain): DomainState {
    return this.#domains.state(request);
  }

  get #dnsSuffix(): string {
    return this.#account.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  }
}
