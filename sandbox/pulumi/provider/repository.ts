import type { SandboxAccount } from "../../account";
import type { InRepository } from "../../codeartifact/names";
import type { Repository } from "../../codeartifact/repositories";
import { bridged, changes, foundAs, type Inputs, tagChanges, tags, tagsState } from "./bridged";
import { withContext, ignoreNotFound, deleteIfExists, withMade } from "./errors";
import { given, type Properties, type ResourceType, type Tags } from "./resourceType";

interface RepositoryInputs {
  readonly domain: string;
  readonly domainOwner?: string;
  readonly repository: string;
  readonly description?: string;
  readonly upstreams?: readonly { readonly repositoryName: string }[];
  readonly externalConnections?: { readonly externalConnectionName: string };
  readonly tags?: Tags;
}

const inputs: Inputs = {
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
  ...bridged(inputs),
  computed: ["arn", "administratorAccount", "domainOwner"],
  create: (account, news) => {
    const { domain, domainOwner, repository, description } = news;
    const upstreams = upstreamNames(news);
    const created = withContext("creating CodeArtifact Repository", () =>
      account.codeartifact.repositories.create({
        domain,
        domainOwner,
        repository,
        description,
        upstreams,
        tags: news.tags,
      }),
    );
    withMade(
      () => ({ id: created.arn, state: describe(account, created.arn) }),
      () => {
        associate(account, created.arn, news.externalConnections?.externalConnectionName);
      },
    );
    return { id: created.arn, state: describe(account, created.arn) };
  },
  read: (account, id) => {
    const state = withContext(`reading CodeArtifact Repository (${id})`, () =>
      ignoreNotFound(() => describe(account, id)),
    );
    return state && foundAs(inputs, state);
  },
  update: (account, id, news, { state: old }) => {
    const at = placeOf(id);
    const { added, removed } = tagChanges(old, news);
    withContext(`updating tags for CodeArtifact Repository (${id})`, () => {
      account.codeartifact.tags.remove(id, removed);
      account.codeartifact.tags.add(id, added);
    });
    // Upstreams before the connection: a repository that changes from one to the other is rejected by AWS.
    if (changes(inputs, "description", old, news) || changes(inputs, "upstreams", old, news)) {
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
    if (changes(inputs, "externalConnections", old, news)) {
      const connection = news.externalConnections?.externalConnectionName;
      // A new connection is associated while the old one is still there, which AWS rejects.
      associate(account, id, connection);
      if (connection === undefined) {
        disassociate(account, id, (old as Partial<RepositoryInputs>).externalConnections?.externalConnectionName ?? "");
      }
    }
    return describe(account, id);
  },
  delete: ({ codeartifact }, id) => {
    deleteIfExists(`deleting CodeArtifact Repository (${id})`, () => codeartifact.repositories.delete(placeOf(id)));
  },
};

function associate({ codeartifact }: SandboxAccount, id: string, externalConnection: string | undefined): void {
  if (externalConnection !== undefined) {
    withContext(`associating CodeArtifact Repository (${id}) external connection (${externalConnection})`, () =>
      codeartifact.repositories.associateExternalConnection({ ...placeOf(id), externalConnection }),
    );
  }
}

function disassociate({ codeartifact }: SandboxAccount, id: string, externalConnection: string): void {
  withContext(`disassociating CodeArtifact Repository (${id}) external connection (${externalConnection})`, () =>
    codeartifact.repositories.disassociateExternalConnection({ ...placeOf(id), externalConnection }),
  );
}

function describe({ codeartifact }: SandboxAccount, id: string): Properties {
  return stateOf(codeartifact.repositories.describe(placeOf(id)));
}

function stateOf(repository: Repository): Properties {
  const [connection] = repository.externalConnections;
  const upstreams = repository.upstreams.map((repositoryName) => ({ repositoryName }));
  return given({
    domain: repository.domainName,
    domainOwner: repository.domainOwner,
    repository: repository.name,
    description: repository.description,
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
export function placeOf(arn: string): InRepository & { readonly domainOwner: string } {
  const [, , , , domainOwner = "", , domain = "", repository = ""] = arn.split(/[:/]/);
  return { domain, domainOwner, repository };
}
