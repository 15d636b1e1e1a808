import type { AccountInfo, Tags } from "../core/identifiers";
import type { Kms } from "../kms/kms";
import { enabledKeyArn, isKeyUsable, type KeysOfAccount, requireKey } from "./encryptionKey";
import { conflict, type ErrorResource, notFound, quotaExceeded, throwIfInvalid } from "./errors";
import { domainArn, domainNameError, type InDomain } from "./names";
import { firstGroups, type PackageGroupState } from "./packageGroups";
import {
  type DeletePermissionsPolicy,
  PermissionsPolicy,
  type PutPermissionsPolicy,
  type ResourcePolicy,
  type StoredResourcePolicy,
} from "./permissionsPolicy";
import type { RepositoryState } from "./repositories";

/** A domain as the API describes it. */
export interface Domain {
  readonly name: string;
  readonly owner: string;
  readonly arn: string;
  readonly status: "Active";
  readonly createdTime: Date;
  /** ARN of the KMS key. */
  readonly encryptionKey: string;
  readonly repositoryCount: number;
  readonly assetSizeBytes: number;
  /** The bucket is CodeArtifact's, in an account of its own; here the name carries the owner's number. */
  readonly s3BucketArn: string;
  readonly tags: Tags;
}

/** What `create` takes. */
export interface CreateDomain {
  readonly domain: string;
  /**
   * A symmetric key of the region: its id, its ARN, `alias/NAME` or the ARN of its alias.
   * @default the AWS managed key `aws/codeartifact`
   */
  readonly encryptionKey?: string;
  readonly tags?: Tags;
}

/** A domain and its contents. */
interface DomainState {
  readonly about: Omit<Domain, "repositoryCount">;
  readonly permissionsPolicy: PermissionsPolicy;
  /** By name. */
  readonly repositories: Map<string, RepositoryState>;
  /** By pattern. */
  readonly packageGroups: Map<string, PackageGroupState>;
}

// https://docs.aws.amazon.com/codeartifact/latest/ug/service-limits.html
const maximumDomains = 10;

/** The account's domains. */
export class Domains {
  readonly #account: KeysOfAccount;
  readonly #domains = new Map<string, DomainState>();

  constructor({ partition, region, accountId, now }: AccountInfo, kms: Kms) {
    this.#account = { partition, region, accountId, now, kms };
  }

  create({ domain, encryptionKey, tags = {} }: CreateDomain): Domain {
    throwIfInvalid(domainNameError(domain));
    if (this.#domains.has(domain)) {
      throw conflict(
        `Domain already exists. Domain '${domain}' owned by account '${this.#account.accountId}' exists.`,
        aboutDomain(domain),
      );
    }
    if (this.#domains.size >= maximumDomains) {
      throw quotaExceeded(`An account can have at most ${maximumDomains} domains. Ask for more in Service Quotas.`);
    }

    const { partition, region, accountId, now, kms } = this.#account;
    const about = {
      name: domain,
      owner: accountId,
      arn: domainArn(this.#account, { domain }),
      status: "Active" as const,
      createdTime: now(),
      encryptionKey:
        encryptionKey === undefined
          ? kms.awsManagedKey("aws/codeartifact").arn
          : enabledKeyArn(this.#account, encryptionKey),
      assetSizeBytes: 0,
      s3BucketArn: `arn:${partition}:s3:::assets-${accountId}-${region}`,
      tags,
    };
    this.#domains.set(domain, {
      about,
      permissionsPolicy: new PermissionsPolicy(about.arn, `Domain '${domain}'`),
      repositories: new Map(),
      packageGroups: firstGroups(this.#account, domain),
    });
    return this.describe({ domain });
  }

  describe(request: InDomain): Domain {
    const { about, repositories } = this.state(request);
    return { ...about, repositoryCount: repositories.size };
  }

  /**
   * Nothing happens if there is no such domain: the API's DeleteDomain has no ResourceNotFoundException. A domain whose key is
   * out of reach goes with its repositories: https://docs.aws.amazon.com/codeartifact/latest/ug/delete-domain.html
   */
  delete({ domain, domainOwner }: InDomain): Domain | undefined {
    throwIfInvalid(domainNameError(domain));
    if (!this.#find(domain, domainOwner)) {
      return undefined;
    }

    const deleted = this.describe({ domain });
    if (deleted.repositoryCount > 0 && this.isAccessible({ domain })) {
      throw conflict(
        `Domain '${domain}' has ${deleted.repositoryCount} repositories. ` +
          "You cannot delete a domain that contains repositories; delete its repositories first.",
        aboutDomain(domain),
      );
    }
    this.#domains.delete(domain);
    return deleted;
  }

  putPermissionsPolicy(request: InDomain & PutPermissionsPolicy): ResourcePolicy {
    return this.state(request).permissionsPolicy.put(request);
  }

  getPermissionsPolicy(request: InDomain): ResourcePolicy {
    return this.state(request).permissionsPolicy.get();
  }

  /** The policy of a domain, if there are both. */
  findPermissionsPolicy({ domain }: InDomain): StoredResourcePolicy | undefined {
    return this.find(domain)?.permissionsPolicy.find();
  }

  deletePermissionsPolicy(request: InDomain & DeletePermissionsPolicy): ResourcePolicy {
    return this.state(request).permissionsPolicy.delete(request.policyRevision);
  }

  /** Gives a domain these tags in place of those it has. */
  setTags(domain: string, tags: Tags): void {
    const state = this.state({ domain });
    this.#domains.set(domain, { ...state, about: { ...state.about, tags } });
  }

  /** The domain of this name with its contents, if there is one. */
  find(domain: string): DomainState | undefined {
    return this.#domains.get(domain);
  }

  list(): readonly Domain[] {
    return [...this.#domains.keys()].map((domain) => this.describe({ domain }));
  }

  /** @throws ResourceNotFoundException */
  state({ domain, domainOwner }: InDomain): DomainState {
    throwIfInvalid(domainNameError(domain));
    const state = this.#find(domain, domainOwner);
    if (!state) {
      const owner = domainOwner ?? this.#account.accountId;
      throw notFound(
        `Domain not found. Domain '${domain}' owned by account '${owner}' does not exist.`,
        aboutDomain(domain),
      );
    }
    return state;
  }

  /**
   * The domain with its contents, for what needs its key.
   *
   * @throws ResourceNotFoundException, or AccessDeniedException where the key cannot be used
   */
  accessible(request: InDomain): DomainState {
    const state = this.state(request);
    requireKey(this.#account, request.domain, state.about.encryptionKey);
    return state;
  }

  /** Whether the domain's key can be used. */
  isAccessible(request: InDomain): boolean {
    return isKeyUsable(this.#account, this.state(request).about.encryptionKey);
  }

  #find(domain: string, domainOwner = this.#account.accountId): DomainState | undefined {
    return domainOwner === this.#account.accountId ? this.#domains.get(domain) : undefined;
  }
}

function aboutDomain(resourceId: string): ErrorResource {
  return { resourceType: "domain", resourceId };
}
