import { Domain } from "@pulumi/aws/codeartifact/domain";
import { DomainPermissions } from "@pulumi/aws/codeartifact/domainPermissions";
import { getRepositoryEndpointOutput } from "@pulumi/aws/codeartifact/getRepositoryEndpoint";
import { Repository } from "@pulumi/aws/codeartifact/repository";
import { RepositoryPermissionsPolicy } from "@pulumi/aws/codeartifact/repositoryPermissionsPolicy";
import { getKeyOutput } from "@pulumi/aws/kms/getKey";
import { Key } from "@pulumi/aws/kms/key";
import * as pulumi from "@pulumi/pulumi";
import { arnParts, type RegistryArns } from "../iam/arns";
import { documentText } from "../iam/limits";
import { domainPolicy, type OtherAccounts, repositoryPolicy } from "../iam/resourcePolicies";
import type { Origins } from "../naming/packagePatterns";
import { repositoryName, storeName } from "../naming/registryNames";
import { type ClientSettings, clientSettingsFor } from "./clientSettings";
import { PackageOrigins } from "./packageOrigins";
import { programError } from "./programError";
import { createRegistryRoles, type RegistryRolesArgs } from "./registryRoles";
import { checkRegistryArgs } from "./validation";

/** What one environment's registry is to be. */
export interface PackageRegistryArgs extends Omit<RegistryRolesArgs, "arns"> {
  readonly origins: Origins;
  /** Whether the registry also serves packages from public PyPI. */
  readonly publicPackages: boolean;
  /** AWS's own key, one made here with yearly rotation, or one that exists. Fixed once the domain is made. */
  readonly encryption: "aws-managed" | "create" | { readonly keyArn: pulumi.Input<string> };
  /**
   * Accounts beside the domain's own that may read.
   * @default - none
   */
  readonly otherAccounts?: OtherAccounts;
  /**
   * Domain and repository that exist already: taken over, and then made what they are to be, instead of made.
   * @default - the stack makes its own, or has them by now
   */
  readonly adopt?: RegistryArns;
  /** Whether domain, repositories, key and package groups are kept from deletion. */
  readonly protect: boolean;
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
    const { tags, protect, adopt } = args;
    const child = { parent: this };
    // Said for each resource: on this component the two options would fall on roles and policies as well.
    const kept = { parent: this, protect, retainOnDelete: protect };

    const keyArn = encryptionKey(name, args, kept);
    const domain = new Domain(
      `${name}-domain`,
      { domain: args.domain, encryptionKey: keyArn, tags },
      { ...kept, ignoreChanges: fixedProperties, import: adopt?.domain },
    );
    checkKey(domain, { encryption: args.encryption, keyArn }, child);
    const store = new Repository(
      `${name}-${storeName}`,
      {
        domain: domain.domain,
        repository: storeName,
        description: "Public packages: the only door to public PyPI.", // eslint-disable-line plain-words/plain-words -- another text would change deployed repositories
        externalConnections: args.publicPackages ? { externalConnectionName: "public:pypi" } : undefined,
        tags,
      },
      kept,
    );
    const repository = new Repository(
      `${name}-${repositoryName}`,
      {
        domain: domain.domain,
        repository: repositoryName,
        description: "Private Python packages, and public ones through the store.",
        upstreams: [{ repositoryName: store.repository }],
        tags,
      },
      { ...kept, import: adopt?.repository },
    );
    const origins = new PackageOrigins(
      `${name}-origins`,
      {
        domain: domain.domain,
        repository: repository.repository,
        store: store.repository,
        origins: args.origins,
        publicPackages: args.publicPackages,
        protect,
        tags,
      },
      child,
    );
    if (args.otherAccounts !== undefined) {
      shareWith(name, args.otherAccounts, domain, repository, child);
    }

    const arns = pulumi.output({ domain: domain.arn, repository: repository.arn });
    const roles = createRegistryRoles(
      name,
      { ...args, arns },
      { ...child, dependsOn: domainAsNamed(domain, args.domain) },
    );

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
    // A publisher is handed out only once every name has its origin settled.
    this.publisherRoleArns = pulumi.all([roles.publisherArns, origins.packageGroups]).apply(([known]) => known);
    this.readerRoleArns = roles.readerArns;
    this.readerPolicyArn = roles.readerPolicyArn;
    this.packageGroups = origins.packageGroups;
    this.clientSettings = pulumi
      .all([this.domainName, this.domainOwner, this.domainArn, this.repositoryName, this.repositoryEndpoint])
      .apply(([domain, domainOwner, arn, repository, endpoint]) =>
        clientSettingsFor({
          domain,
          domainOwner,
          region: arnParts(arn).region ?? "",
          repository,
          endpoint,
          tokenLifetime: args.tokenLifetime,
        }),
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
      readerPolicyArn: this.readerPolicyArn,
      packageGroups: this.packageGroups,
    });
  }
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
  return encryption === "aws-managed" ? undefined : encryption.keyArn;
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
 * packages. `domainAsNamed` and `checkKey` report the change instead.
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
 * @returns what fails
 */
export function checkKey(
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
