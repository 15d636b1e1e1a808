import { Domain } from "@pulumi/aws/codeartifact/domain";
import { DomainPermissions } from "@pulumi/aws/codeartifact/domainPermissions";
import { getRepositoryEndpointOutput } from "@pulumi/aws/codeartifact/getRepositoryEndpoint";
import { Repository } from "@pulumi/aws/codeartifact/repository";
import { RepositoryPermissionsPolicy } from "@pulumi/aws/codeartifact/repositoryPermissionsPolicy";
import { getKeyOutput } from "@pulumi/aws/kms/getKey";
import { Key } from "@pulumi/aws/kms/key";
import * as pulumi from "@pulumi/pulumi";
import type { Publisher, Reader } from "../github/jobs";
import { arnParts, type RegistryArns } from "../iam/arns";
import { documentText } from "../iam/limits";
import { domainPolicy, type OtherAccounts, repositoryPolicy } from "../iam/resourcePolicies";
import type { Origins } from "../naming/packagePatterns";
import { repositoryName, storeName } from "../naming/registryNames";
import { type Audit, AuditTrail } from "./auditTrail";
import { type ClientSettings, clientSettingsFor } from "./clientSettings";
import { PackageOrigins } from "./packageOrigins";
import { programError } from "./programError";
import { createRegistryRoles } from "./registryRoles";
import { checkRegistryArgs } from "./validation";

/** What one environment's registry is to be. */
export interface PackageRegistryArgs {
  /** Name of the CodeArtifact domain, 2 to 50 characters; it begins the name of every role and policy. */
  readonly domain: string;
  /**
   * Where packages may come from.
   * @example
   * ```ts
   * {
   *   private: [{ name: "orb", match: "prefix" }, { name: "legacy-tool", match: "exact" }],
   *   public: ["orb-models"],
   *   blocked: [],
   * }
   * ```
   */
  readonly origins: Origins;
  /**
   * Jobs that publish; with two or more each has a name.
   * @example
   * ```ts
   * [
   *   {
   *     packages: ["orb-common"],
   *     job: {
   *       repository: "acme/orb-common",
   *       repositoryId: "1001",
   *       ownerId: "2002",
   *       subjectContext: "environment:prod",
   *       ref: "refs/heads/main",
   *       jobWorkflowRef: "acme/orb-common/.github/workflows/publish.yml@refs/heads/main",
   *     },
   *   },
   * ]
   * ```
   */
  readonly publishers: readonly Publisher[];
  /** Jobs that read, described as a publisher's job is; with two or more each has a name. */
  readonly readers: readonly Reader[];
  /**
   * Jobs that list packages, versions and events, and read no package. Described as a publisher's job is.
   * @default - none
   */
  readonly inspectors?: readonly Reader[];
  /**
   * Jobs that hide, dispose of and delete package versions. Described as a publisher's job is.
   * @default - none
   */
  readonly maintainers?: readonly Reader[];
  /** Whether the registry also serves packages from public PyPI. */
  readonly publicPackages: boolean;
  /** Longest life of a registry token, in seconds, 900 to 43,200. */
  readonly tokenLifetime: number;
  /** Longest session of a role, in seconds, 3,600 to 43,200. */
  readonly sessionDuration: pulumi.Input<number>;
  /** Where GitHub's tokens come from, without `https://`. */
  readonly issuer: string;
  /** The account's OIDC provider for this issuer. */
  readonly oidcProviderArn: pulumi.Input<string>;
  /** AWS's own key, one made here with yearly rotation, or one that exists. Fixed once the domain is made. */
  readonly encryption: "aws-managed" | "create" | { readonly keyArn: pulumi.Input<string> };
  /**
   * Accounts beside the domain's own that may read.
   * @default - none
   */
  readonly otherAccounts?: OtherAccounts;
  /**
   * ARN of the policy that bounds every role.
   * @default - no boundary
   */
  readonly permissionsBoundary?: pulumi.Input<string>;
  /**
   * Domain and repository that exist already: taken over, and then made what they are to be, instead of made.
   * @default - the stack makes its own, or has them by now
   */
  readonly adopt?: RegistryArns;
  /**
   * Keeps the registry's events in a log group.
   * @default - none are kept
   */
  readonly audit?: Audit;
  /** Whether domain, repositories, key, package groups and the audit trail's log group are kept from deletion. */
  readonly protect: boolean;
  /** On everything that takes tags. */
  readonly tags: pulumi.Input<Readonly<Record<string, string>>>;
}

/** A private Python registry: its domain and repositories, where each package may come from, and the roles that use it. */
export class PackageRegistry extends pulumi.ComponentResource {
  readonly domainName: pulumi.Output<string>;
  /** The account that owns the domain, 12 digits. */
  readonly domainOwner: pulumi.Output<string>;
  readonly domainArn: pulumi.Output<string>;
  readonly repositoryName: pulumi.Output<string>;
  readonly repositoryArn: pulumi.Output<string>;
  /** Where twine uploads; the index that pip reads is `simple/` below it. */
  readonly repositoryEndpoint: pulumi.Output<string>;
  /** By publisher's name; a single unnamed one is `publisher`. Known once the package groups are restricted. */
  readonly publisherRoleArns: pulumi.Output<Readonly<Record<string, string>>>;
  /** By reader's name; a single unnamed one is `reader`. */
  readonly readerRoleArns: pulumi.Output<Readonly<Record<string, string>>>;
  /** By inspector's name; a single unnamed one is `inspector`. */
  readonly inspectorRoleArns: pulumi.Output<Readonly<Record<string, string>>>;
  /** By maintainer's name; a single unnamed one is `maintainer`. */
  readonly maintainerRoleArns: pulumi.Output<Readonly<Record<string, string>>>;
  /** Managed policy with a reader's permissions, for roles that exist already. */
  readonly readerPolicyArn: pulumi.Output<string>;
  /** ARN of each package group, by its pattern. */
  readonly packageGroups: pulumi.Output<Readonly<Record<string, string>>>;
  /** Text to paste for pip, twine and other clients, without a token. */
  readonly clientSettings: pulumi.Output<ClientSettings>;

  constructor(name: string, args: PackageRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    checkRegistryArgs(name, args);
    // How the registry came to be is no property of it: the preview is clean once `adopt` has done its work and is removed.
    super(
      "python-registry:index:PackageRegistry",
      name,
      { ...args, adopt: undefined },
      pulumi.mergeOptions(opts, { aliases: [{ type: "registry:index:PackageRegistry" }] }),
    );
    const child = { parent: this };
    // Set on each resource: on this component the two options would apply to roles and policies as well.
    const kept = { parent: this, protect: args.protect, retainOnDelete: args.protect };

    const domain = createDomain(name, args, kept, child);
    const store = createStore(name, args, domain, kept);
    const repository = createRepository(name, args, domain, store, kept);
    const origins = new PackageOrigins(
      `${name}-origins`,
      {
        domain: domain.domain,
        repository: repository.repository,
        store: store.repository,
        origins: args.origins,
        publicPackages: args.publicPackages,
        protect: args.protect,
        tags: args.tags,
      },
      child,
    );
    if (args.otherAccounts !== undefined) {
      shareWith(name, args.otherAccounts, domain, repository, child);
    }
    const roles = createRegistryRoles(
      name,
      { ...args, arns: pulumi.output({ domain: domain.arn, repository: repository.arn }), storeArn: store.arn },
      { ...child, dependsOn: domainAsNamed(domain, args.domain) },
    );

    if (args.audit !== undefined) {
      new AuditTrail(
        `${name}-audit`,
        {
          ...args.audit,
          domain: args.domain,
          domainArn: domain.arn,
          store: store.repository,
          origins: args.origins,
          protect: args.protect,
          tags: args.tags,
        },
        child,
      );
    }

    this.domainName = domain.domain;
    this.domainOwner = domain.owner;
    this.domainArn = domain.arn;
    this.repositoryName = repository.repository;
    this.repositoryArn = repository.arn;
    this.repositoryEndpoint = getRepositoryEndpointOutput(
      {
        domain: repository.domain,
        domainOwner: repository.domainOwner,
        repository: repository.repository,
        format: "pypi",
      },
      child,
    ).repositoryEndpoint;
    // A publisher's ARN is known only once every name has its origin.
    this.publisherRoleArns = pulumi.all([roles.publisherArns, origins.packageGroups]).apply(([known]) => known);
    this.readerRoleArns = roles.readerArns;
    this.inspectorRoleArns = roles.inspectorArns;
    this.maintainerRoleArns = roles.maintainerArns;
    this.readerPolicyArn = roles.readerPolicyArn;
    this.packageGroups = origins.packageGroups;
    this.clientSettings = pulumi
      .output({
        domain: domain.domain,
        domainOwner: domain.owner,
        arn: domain.arn,
        repository: repository.repository,
        endpoint: this.repositoryEndpoint,
      })
      .apply(({ arn, ...place }) =>
        clientSettingsFor({ ...place, region: arnParts(arn).region ?? "", tokenLifetime: args.tokenLifetime }),
      );
    this.registerOutputs({
      domainName: this.domainName,
      domainOwner: this.domainOwner,
      domainArn: this.domainArn,
      repositoryName: this.repositoryName,
      repositoryArn: this.repositoryArn,
      repositoryEndpoint: this.repositoryEndpoint,
      publisherRoleArns: this.publisherRoleArns,
      readerRoleArns: this.readerRoleArns,
      inspectorRoleArns: this.inspectorRoleArns,
      maintainerRoleArns: this.maintainerRoleArns,
      readerPolicyArn: this.readerPolicyArn,
      packageGroups: this.packageGroups,
    });
  }
}

function createDomain(
  name: string,
  args: PackageRegistryArgs,
  kept: pulumi.CustomResourceOptions,
  child: pulumi.InvokeOptions,
): Domain {
  const { encryption, tags } = args;
  const keyArn = encryptionKey(name, args, kept);
  const domain = new Domain(
    `${name}-domain`,
    { domain: args.domain, encryptionKey: keyArn, tags },
    { ...kept, ignoreChanges: fixedProperties, import: args.adopt?.domain },
  );
  rejectOtherKey(domain, { encryption, keyArn }, child);
  return domain;
}

/** The key that encrypts the domain; undefined is AWS's own. */
function encryptionKey(
  name: string,
  { encryption, domain, tags }: PackageRegistryArgs,
  kept: pulumi.CustomResourceOptions,
): pulumi.Input<string> | undefined {
  if (encryption === "create") {
    const description = `Encrypts the packages of ${domain}.`;
    return new Key(`${name}-key`, { description, enableKeyRotation: true, tags }, kept).arn;
  }
  return typeof encryption === "object" ? encryption.keyArn : undefined;
}

/** The repository that alone is connected to public PyPI. */
function createStore(
  name: string,
  { publicPackages, tags }: PackageRegistryArgs,
  { domain }: Domain,
  kept: pulumi.CustomResourceOptions,
): Repository {
  return new Repository(
    `${name}-${storeName}`,
    {
      domain,
      repository: storeName,
      description: "Public packages: the only door to public PyPI.", // eslint-disable-line plain-words/plain-words -- another text would change deployed repositories
      externalConnections: publicPackages ? { externalConnectionName: "public:pypi" } : undefined,
      tags,
    },
    kept,
  );
}

/** The repository that clients use. */
function createRepository(
  name: string,
  { adopt, tags }: PackageRegistryArgs,
  { domain }: Domain,
  store: Repository,
  kept: pulumi.CustomResourceOptions,
): Repository {
  return new Repository(
    `${name}-${repositoryName}`,
    {
      domain,
      repository: repositoryName,
      description: "Private Python packages, and public ones through the store.",
      upstreams: [{ repositoryName: store.repository }],
      tags,
    },
    { ...kept, import: adopt?.repository },
  );
}

function shareWith(
  name: string,
  others: OtherAccounts,
  domain: Domain,
  repository: Repository,
  child: pulumi.CustomResourceOptions,
): void {
  new DomainPermissions(
    `${name}-domain-policy`,
    { domain: domain.domain, policyDocument: domain.arn.apply((arn) => documentText(domainPolicy(arn, others))) },
    child,
  );
  new RepositoryPermissionsPolicy(
    `${name}-repository-policy`,
    {
      domain: repository.domain,
      repository: repository.repository,
      policyDocument: repository.arn.apply((arn) => documentText(repositoryPolicy(arn, others))),
    },
    child,
  );
}

/**
 * The properties of a domain that AWS cannot change. Pulumi ignores a change of these, or it would replace the domain with all
 * packages. `domainAsNamed` and `rejectOtherKey` report the change instead.
 */
export const fixedProperties = ["domain", "encryptionKey"];

/**
 * The domain, once it is known to have the wanted name: whatever is named after it must wait for that.
 *
 * @throws RunError where it was made with another name
 */
export function domainAsNamed(domain: Domain, name: string): pulumi.Output<Domain> {
  return domain.domain.apply((made) => {
    if (made !== name) {
      throw fixed(`The domain ${made} cannot be renamed to ${name}. Set customerId, projectId and environment back.`);
    }
    return domain;
  });
}

/** Which key a domain is to be encrypted with. */
export interface WantedKey {
  readonly encryption: "aws-managed" | "create" | { readonly keyArn: pulumi.Input<string> };
  /** ARN of the key that the stack makes, or that exists; undefined is AWS's own. */
  readonly keyArn: pulumi.Input<string> | undefined;
}

/**
 * Ends preview and update where the domain is encrypted with another key than the wanted one.
 *
 * @returns an output that fails then; a failed output ends the program, whether or not anything waits for it
 */
export function rejectOtherKey(
  domain: Domain,
  { encryption, keyArn }: WantedKey,
  opts: pulumi.InvokeOptions,
): pulumi.Output<unknown> {
  const throwUnless = (name: string, made: string, isWanted: boolean) => {
    if (!isWanted) {
      throw fixed(
        `The domain ${name} is encrypted with the key ${made}, and cannot change to another. Set encryption back: to ` +
          "aws-managed where that key is AWS's own, to create where this stack made it, else to this ARN.",
      );
    }
  };
  const { domain: name, encryptionKey } = domain;
  const isThatKey = pulumi.all([name, encryptionKey, keyArn]).apply(([known, made, wanted]) => {
    throwUnless(known, made, wanted === undefined || made === wanted);
  });
  if (typeof encryption === "object") {
    return isThatKey;
  }
  // A preview knows who owns the key, and does not know the ARN of a key that is still to be made.
  const isOfThatOwner = pulumi
    .all([name, getKeyOutput({ keyId: encryptionKey }, opts)])
    .apply(([known, { arn, keyManager }]) => {
      throwUnless(known, arn, (keyManager === "AWS") === (encryption === "aws-managed"));
    });
  return pulumi.all([isThatKey, isOfThatOwner]);
}

function fixed(message: string): pulumi.RunError {
  return programError(`${message} A registry beside it can have it: docs/operations.md, "Another name or key".`);
}
