import type { SandboxAccount } from "../../account";
import type { PutPermissionsPolicy, ResourcePolicy } from "../../codeartifact/permissionsPolicy";
import { bridged, foundAs, type Inputs } from "./bridged";
import { withContext, ignoreNotFound, deleteIfExists } from "./errors";
import { placeOf } from "./repository";
import type { Properties, ResourceType } from "./resourceType";

interface PermissionsInputs {
  readonly domain: string;
  /** Of a repository's policy only. */
  readonly repository?: string;
  readonly policyDocument: string;
}

type Place = Omit<PermissionsInputs, "policyDocument">;

/** The three operations on a policy, those of a domain or those of a repository. */
interface Operations {
  readonly put: (account: SandboxAccount, request: PermissionsInputs & PutPermissionsPolicy) => ResourcePolicy;
  readonly get: (account: SandboxAccount, place: Place) => ResourcePolicy;
  readonly delete: (account: SandboxAccount, place: Place) => unknown;
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
function permissionsType(of: "Domain" | "Repository", operations: Operations): ResourceType<PermissionsInputs> {
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
      return { id: policy.resourceArn, state: stateOf(policy) };
    },
    read: (account, id) => {
      const policy = withContext(`reading ${what} (${id})`, () =>
        ignoreNotFound(() => operations.get(account, placeWithin(id))),
      );
      return policy && foundAs(inputs, stateOf(policy));
    },
    update: (account, _id, news, { state: { policyRevision } }) =>
      stateOf(put(account, news, policyRevision as string | undefined)),
    delete: (account, id) => {
      deleteIfExists(`deleting ${what} (${id})`, () => operations.delete(account, placeWithin(id)));
    },
  };
}

function stateOf({ resourceArn, revision, document }: ResourcePolicy): Properties {
  return { ...placeWithin(resourceArn), policyDocument: document, resourceArn, policyRevision: revision };
}

/** Domain, and repository where the ARN names one. */
function placeWithin(arn: string): Place {
  const { domain, repository } = placeOf(arn);
  return repository === "" ? { domain } : { domain, repository };
}
