import { arnParts } from "../../../iam/arns";
import type { SandboxAccount } from "../../account";
import type { Domain } from "../../codeartifact/domains";
import type { InRepository } from "../../codeartifact/names";
import type { PutPermissionsPolicy, ResourcePolicy } from "../../codeartifact/permissionsPolicy";
import type { Repository } from "../../codeartifact/repositories";
import type { Tags } from "../../core/identifiers";
import { bridged, changes, foundAs, type Inputs, tagChanges, tags, tagsState, textOf } from "./bridged";
import {
  deleteIfExists,
  given,
  ignoreNotFound,
  type Properties,
  type ResourceType,
  withContext,
  withMade,
} from "./resourceType";

interface RepositoryInputs {
  readonly domain: string;
  readonly domainOwner?: string;
  readonly repository: string;
  readonly description?: string;
  readonly upstreams?: readonly { readonly repositoryName: string }[];
  readonly externalConnections?: { readonly externalConnectionName: string };
  readonly tags?: Tags;
}

const repositorySchema: Inputs = {
  domain: { required: true, replaces: true },
  domainOwner: { replaces: true, computed: true },
  repository: { required: true, replaces: true },
  description: {},
  upstreams: {},
  externalConnections: {},
  ...tags,
};

/**
 * `aws:codeartifact/repository:Repository`. An external connection is associated once the repository exists.
 * Source: internal/service/codeartifact/repository.go of terraform-provider-aws
 */
export const repositoryType: ResourceType<RepositoryInputs> = {
  ...bridged(repositorySchema),
  computed: ["arn", "administratorAccount", "domainOwner"],
  create: (account, news) => {
    const { domain, domainOwner, repository, description } = news;
    const upstreams = upstreamNames(news);
    const created = withContext("creating CodeArtifact Repository", () =>
      account.codeartifact.repositories.create({
        domain,
        domainOwner,
        repository,
        description: textOf(description),
        upstreams,
        tags: news.tags,
      }),
    );
    withMade(
      () => ({ id: created.arn, state: describeRepository(account, created.arn) }),
      () => {
        associate(account, created.arn, news.externalConnections?.externalConnectionName);
      },
    );
    return { id: created.arn, state: describeRepository(account, created.arn) };
  },
  read: (account, id) => {
    const state = withContext(`reading CodeArtifact Repository (${id})`, () =>
      ignoreNotFound(() => describeRepository(account, id)),
    );
    return state && foundAs(repositorySchema, state);
  },
  update: (account, id, news, { state: old }) => {
    const at = placeOfRepository(id);
    const { added, removed } = tagChanges(old, news);
    withContext(`updating tags for CodeArtifact Repository (${id})`, () => {
      account.codeartifact.tags.remove(id, removed);
      account.codeartifact.tags.add(id, added);
    });
    // Upstreams before the connection: a repository that changes from one to the other is rejected by AWS.
    if (changes(repositorySchema, "description", old, news) || changes(repositorySchema, "upstreams", old, news)) {
      const upstreams = upstreamNames(news);
      withContext(`updating CodeArtifact Repository (${id})`, () =>
        account.codeartifact.repositories.update({
          ...at,
          description: news.description ?? "",
          // An empty list is not sent, so the last upstream stays.
          ...(upstreams.length === 0 ? {} : { upstreams }),
        }),
      );
    }
    if (changes(repositorySchema, "externalConnections", old, news)) {
      const connection = news.externalConnections?.externalConnectionName;
      // A new connection is associated while the old one is still there, which AWS rejects.
      associate(account, id, connection);
      if (connection === undefined) {
        disassociate(account, id, (old as Partial<RepositoryInputs>).externalConnections?.externalConnectionName ?? "");
      }
    }
    return describeRepository(account, id);
  },
  delete: ({ codeartifact }, id) => {
    deleteIfExists(`deleting CodeArtifact Repository (${id})`, () =>
      codeartifact.repositories.delete(placeOfRepository(id)),
    );
  },
};

function associate({ codeartifact }: SandboxAccount, id: string, externalConnection: string | undefined): void {
  if (externalConnection !== undefined) {
    withContext(`associating CodeArtifact Repository (${id}) external connection (${externalConnection})`, () =>
      codeartifact.repositories.associateExternalConnection({ ...placeOfRepository(id), externalConnection }),
    );
  }
}

function disassociate({ codeartifact }: SandboxAccount, id: string, externalConnection: string): void {
  withContext(`disassociating CodeArtifact Repository (${id}) external connection (${externalConnection})`, () =>
    codeartifact.repositories.disassociateExternalConnection({ ...placeOfRepository(id), externalConnection }),
  );
}

function describeRepository({ codeartifact }: SandboxAccount, id: string): Properties {
  return repositoryState(codeartifact.repositories.describe(placeOfRepository(id)));
}

function repositoryState(repository: Repository): Properties {
  const [connection] = repository.externalConnections;
  const upstreams = repository.upstreams.map((repositoryName) => ({ repositoryName }));
  return given({
    domain: repository.domainName,
    domainOwner: repository.domainOwner,
    repository: repository.name,
    description: textOf(repository.description),
    externalConnections: connection && { externalConnectionName: connection.externalConnectionName },
    upstreams: upstreams.length === 0 ? undefined : upstreams,
    arn: repository.arn,
    administratorAccount: repository.administratorAccount,
    ...tagsState(repository.tags),
  });
}

function upstreamNames({ upstreams = [] }: RepositoryInputs): readonly string[] {
  return upstreams.map(({ repositoryName }) => repositoryName);
}

/** A repository's place, read from its ARN. */
function placeOfRepository(arn: string): InRepository & { readonly domainOwner: string } {
  const { account: domainOwner = "", path = "" } = arnParts(arn);
  const [, domain = "", repository = ""] = path.split("/");
  return { domain, domainOwner, repository };
}

interface PermissionsInputs {
  readonly domain: string;
  /** Of a repository's policy only. */
  readonly repository?: string;
  readonly policyDocument: string;
}

type PolicyPlace = Omit<PermissionsInputs, "policyDocument">;

/** The three operations on a policy, those of a domain or those of a repository. */
interface PolicyOperations {
  readonly put: (account: SandboxAccount, request: PermissionsInputs & PutPermissionsPolicy) => ResourcePolicy;
  readonly get: (account: SandboxAccount, place: PolicyPlace) => ResourcePolicy;
  readonly delete: (account: SandboxAccount, place: PolicyPlace) => unknown;
}

/** `aws:codeartifact/domainPermissions:DomainPermissions` */
export const domainPermissionsType = permissionsType("Domain", {
  put: ({ codeartifact }, request) => codeartifact.domains.putPermissionsPolicy(request),
  get: ({ codeartifact }, place) => codeartifact.domains.getPermissionsPolicy(place),
  delete: ({ codeartifact }, place) => codeartifact.domains.deletePermissionsPolicy(place),
});

/** `aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy` */
export const repositoryPermissionsType = permissionsType("Repository", {
  put: ({ codeartifact }, request) => codeartifact.repositories.putPermissionsPolicy({ repository: "", ...request }),
  get: ({ codeartifact }, place) => codeartifact.repositories.getPermissionsPolicy({ repository: "", ...place }),
  delete: ({ codeartifact }, place) => codeartifact.repositories.deletePermissionsPolicy({ repository: "", ...place }),
});

/**
 * Creating and updating are one: the policy is put, an update's on top of the revision that the state knows.
 * Source: internal/service/codeartifact/domain_permissions_policy.go and repository_permissions_policy.go of
 * terraform-provider-aws
 */
function permissionsType(of: "Domain" | "Repository", operations: PolicyOperations): ResourceType<PermissionsInputs> {
  const inputs: Inputs = {
    domain: { required: true, replaces: true },
    ...(of === "Repository" ? { repository: { required: true, replaces: true } } : {}),
    policyDocument: { required: true, is: "policy" },
  };
  const what = `CodeArtifact ${of} Permissions Policy`;
  const put = (account: SandboxAccount, news: PermissionsInputs, policyRevision?: string) =>
    withContext(`creating ${what}`, () => operations.put(account, { ...news, policyRevision }));
  return {
    ...bridged(inputs),
    computed: ["resourceArn", "policyRevision"],
    create: (account, news) => {
      const policy = put(account, news);
      return { id: policy.resourceArn, state: permissionsState(policy) };
    },
    read: (account, id) => {
      const policy = withContext(`reading ${what} (${id})`, () =>
        ignoreNotFound(() => operations.get(account, placeWithin(id))),
      );
      return policy && foundAs(inputs, permissionsState(policy));
    },
    update: (account, _id, news, { state: { policyRevision } }) =>
      permissionsState(put(account, news, policyRevision as string | undefined)),
    delete: (account, id) => {
      deleteIfExists(`deleting ${what} (${id})`, () => operations.delete(account, placeWithin(id)));
    },
  };
}

function permissionsState({ resourceArn, revision, document }: ResourcePolicy): Properties {
  return { ...placeWithin(resourceArn), policyDocument: document, resourceArn, policyRevision: revision };
}

/** Domain, and repository where the ARN names one. */
function placeWithin(arn: string): PolicyPlace {
  const { domain, repository } = placeOfRepository(arn);
  return repository === "" ? { domain } : { domain, repository };
}

interface DomainInputs {
  readonly domain: string;
  readonly encryptionKey?: string;
  readonly tags?: Tags;
}

const domainSchema: Inputs = {
  domain: { required: true, replaces: true },
  encryptionKey: { replaces: true, computed: true, is: "arn" },
  ...tags,
};

/** `aws:codeartifact/domain:Domain`. Source: internal/service/codeartifact/domain.go of terraform-provider-aws */
export const domainType: ResourceType<DomainInputs> = {
  ...bridged(domainSchema),
  computed: ["arn", "owner", "encryptionKey", "assetSizeBytes", "createdTime", "repositoryCount", "s3BucketArn"],
  create: ({ codeartifact }, news) => {
    const domain = withContext(`creating CodeArtifact Domain (${news.domain})`, () =>
      codeartifact.domains.create(news),
    );
    return { id: domain.arn, state: domainState(domain) };
  },
  read: ({ codeartifact }, id) => {
    const domain = withContext(`reading CodeArtifact Domain (${id})`, () =>
      ignoreNotFound(() => codeartifact.domains.describe({ domain: domainNameOf(id) })),
    );
    return domain && foundAs(domainSchema, domainState(domain));
  },
  update: ({ codeartifact }, id, news, { state }) => {
    const { added, removed } = tagChanges(state, news);
    withContext(`updating tags for CodeArtifact Domain (${id})`, () => {
      codeartifact.tags.remove(id, removed);
      codeartifact.tags.add(id, added);
    });
    return domainState(codeartifact.domains.describe({ domain: domainNameOf(id) }));
  },
  delete: ({ codeartifact }, id) => {
    deleteIfExists(`deleting CodeArtifact Domain (${id})`, () =>
      codeartifact.domains.delete({ domain: domainNameOf(id) }),
    );
  },
};

function domainState(domain: Domain): Properties {
  return {
    domain: domain.name,
    arn: domain.arn,
    owner: domain.owner,
    encryptionKey: domain.encryptionKey,
    assetSizeBytes: String(domain.assetSizeBytes),
    createdTime: domain.createdTime.toISOString(),
    repositoryCount: domain.repositoryCount,
    s3BucketArn: domain.s3BucketArn,
    ...tagsState(domain.tags),
  };
}

function domainNameOf(arn: string): string {
  return /:domain\/(.+)$/.exec(arn)?.[1] ?? arn;
}
