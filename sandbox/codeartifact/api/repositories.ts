import type {
  AssociateExternalConnectionCommandInput,
  AssociateExternalConnectionCommandOutput,
  CreateRepositoryCommandInput,
  CreateRepositoryCommandOutput,
  DeleteRepositoryCommandInput,
  DeleteRepositoryCommandOutput,
  DeleteRepositoryPermissionsPolicyCommandInput,
  DeleteRepositoryPermissionsPolicyCommandOutput,
  DescribeRepositoryCommandInput,
  DescribeRepositoryCommandOutput,
  GetRepositoryEndpointCommandInput,
  GetRepositoryEndpointCommandOutput,
  GetRepositoryPermissionsPolicyCommandInput,
  GetRepositoryPermissionsPolicyCommandOutput,
  ListRepositoriesCommandInput,
  ListRepositoriesCommandOutput,
  ListRepositoriesInDomainCommandInput,
  ListRepositoriesInDomainCommandOutput,
  PutRepositoryPermissionsPolicyCommandInput,
  PutRepositoryPermissionsPolicyCommandOutput,
  RepositoryDescription,
  UpdateRepositoryCommandInput,
  UpdateRepositoryCommandOutput,
} from "@aws-sdk/client-codeartifact";
import { authorize, endpointPath, type SandboxContext } from "../../context";
import { requestTags } from "../../core/conditions";
import { choiceError, constraintError } from "../../core/constraints";
import type { Answer } from "../../core/model";
import type { Operation } from "../../core/operation";
import type { Requester } from "../../sts/sts";
import { throwIfInvalid } from "../errors";
import { domainArn, type InRepository, packageFormats, repositoryArn, repositoryNameError, textError } from "../names";
import { externalConnectionError, type Repository } from "../repositories";
import { accountConstraint, domainOf, pageOf, policyErrors, repositoryOf, revisionError } from "./checks";
import { readTags } from "./tags";

/** AWS names no resource for it: a repository that is not there yet has no ARN. */
const createRepository: Operation<CreateRepositoryCommandInput, CreateRepositoryCommandOutput> = (context, input) => {
  const place = repositoryOf(input);
  const { description } = input;
  throwIfInvalid(textError("description", description));
  const upstreams = readUpstreams(input.upstreams) ?? [];
  const tags = readTags(input.tags);
  const conditions = requestTags(tags);
  return {
    resource: "*",
    authorize: (session) => {
      authorize(context, session, "codeartifact:CreateRepository", "*", conditions);
      authorizeUpstreams(context, session, place, upstreams);
    },
    answer: () =>
      described(context.account.codeartifact.repositories.create({ ...place, description, upstreams, tags })),
  };
};

const updateRepository: Operation<UpdateRepositoryCommandInput, UpdateRepositoryCommandOutput> = (context, input) => {
  const place = repositoryOf(input);
  const { description } = input;
  throwIfInvalid(textError("description", description));
  const upstreams = readUpstreams(input.upstreams);
  const resource = repositoryArn(context.account, place);
  return {
    resource,
    authorize: (session) => {
      authorize(context, session, "codeartifact:UpdateRepository", resource);
      authorizeUpstreams(context, session, place, upstreams ?? []);
    },
    answer: () => described(context.account.codeartifact.repositories.update({ ...place, description, upstreams })),
  };
};

/** The packages go with the repository. */
const deleteRepository: Operation<DeleteRepositoryCommandInput, DeleteRepositoryCommandOutput> = (
  { account, packages },
  input,
) => {
  const place = repositoryOf(input);
  return {
    resource: repositoryArn(account, place),
    answer: async () => {
      const deleted = account.codeartifact.repositories.delete(place);
      await packages.deleteAll(place);
      return described(deleted);
    },
  };
};

/** Both operations on a connection take and answer the same. */
function connectionOperation(
  change: "associateExternalConnection" | "disassociateExternalConnection",
): Operation<AssociateExternalConnectionCommandInput, AssociateExternalConnectionCommandOutput> {
  return ({ account }, input) => {
    const place = repositoryOf(input);
    const { externalConnection } = input;
    throwIfInvalid(externalConnectionError(externalConnection));
    return {
      resource: repositoryArn(account, place),
      answer: () => described(account.codeartifact.repositories[change]({ ...place, externalConnection })),
    };
  };
}

const describeRepository: Operation<DescribeRepositoryCommandInput, DescribeRepositoryCommandOutput> = (
  { account },
  input,
) => {
  const place = repositoryOf(input);
  return {
    resource: repositoryArn(account, place),
    answer: () => described(account.codeartifact.repositories.describe(place)),
  };
};

const listRepositories: Operation<ListRepositoriesCommandInput, ListRepositoriesCommandOutput> = (
  { account: { codeartifact } },
  input,
) => {
  const { repositoryPrefix: prefix } = input;
  checkPrefix(prefix);
  const page = pageOf("ListRepositories", input);
  return {
    resource: "*",
    answer: () => {
      const repositories = codeartifact.repositories.listAll().filter(({ name }) => name.startsWith(prefix ?? ""));
      const { items, nextToken } = page(repositories, ({ arn }) => arn);
      return { repositories: items, nextToken };
    },
  };
};

const listRepositoriesInDomain: Operation<
  ListRepositoriesInDomainCommandInput,
  ListRepositoriesInDomainCommandOutput
> = ({ account }, input) => {
  const place = domainOf(input);
  const { administratorAccount: administrator, repositoryPrefix: prefix } = input;
  throwIfInvalid(constraintError("administratorAccount", administrator, accountConstraint));
  checkPrefix(prefix);
  const page = pageOf("ListRepositoriesInDomain", input);
  return {
    resource: domainArn(account, place),
    answer: () => {
      account.codeartifact.domains.accessible(place);
      const repositories = account.codeartifact.repositories
        .list(place)
        .filter(({ name }) => name.startsWith(prefix ?? ""))
        .filter(({ administratorAccount: account }) => account === (administrator ?? account));
      const { items, nextToken } = page(repositories, ({ arn }) => arn);
      return { repositories: items, nextToken };
    },
  };
};

const getRepositoryEndpoint: Operation<GetRepositoryEndpointCommandInput, GetRepositoryEndpointCommandOutput> = (
  context,
  input,
) => {
  const { account, address } = context;
  const place = repositoryOf(input);
  const { format, endpointType } = input;
  // Both types reach this machine.
  throwIfInvalid(
    choiceError("format", format, packageFormats),
    choiceError("endpointType", endpointType, ["dualstack", "ipv4"]),
  );
  return {
    resource: repositoryArn(account, place),
    answer: () => {
      const { name, domainName, domainOwner } = account.codeartifact.repositories.describe(place);
      const path = endpointPath(context, { domain: domainName, domainOwner });
      return { repositoryEndpoint: `${address()}${path}/${format}/${name}/` };
    },
  };
};

const getRepositoryPermissionsPolicy: Operation<
  GetRepositoryPermissionsPolicyCommandInput,
  GetRepositoryPermissionsPolicyCommandOutput
> = ({ account }, input) => {
  const place = repositoryOf(input);
  return {
    resource: repositoryArn(account, place),
    answer: () => ({ policy: account.codeartifact.repositories.getPermissionsPolicy(place) }),
  };
};

const putRepositoryPermissionsPolicy: Operation<
  PutRepositoryPermissionsPolicyCommandInput,
  PutRepositoryPermissionsPolicyCommandOutput
> = ({ account }, input) => {
  const place = repositoryOf(input);
  const { policyDocument, policyRevision } = input;
  throwIfInvalid(...policyErrors(policyDocument, policyRevision));
  return {
    resource: repositoryArn(account, place),
    answer: () => ({
      policy: account.codeartifact.repositories.putPermissionsPolicy({ ...place, policyDocument, policyRevision }),
    }),
  };
};

const deleteRepositoryPermissionsPolicy: Operation<
  DeleteRepositoryPermissionsPolicyCommandInput,
  DeleteRepositoryPermissionsPolicyCommandOutput
> = ({ account }, input) => {
  const place = repositoryOf(input);
  const { policyRevision } = input;
  throwIfInvalid(revisionError(policyRevision));
  return {
    resource: repositoryArn(account, place),
    answer: () => ({
      policy: account.codeartifact.repositories.deletePermissionsPolicy({ ...place, policyRevision }),
    }),
  };
};

/** Each at https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_NAME.html */
export const repositoryOperations = {
  CreateRepository: createRepository,
  UpdateRepository: updateRepository,
  DeleteRepository: deleteRepository,
  AssociateExternalConnection: connectionOperation("associateExternalConnection"),
  DisassociateExternalConnection: connectionOperation("disassociateExternalConnection"),
  PutRepositoryPermissionsPolicy: putRepositoryPermissionsPolicy,
  DeleteRepositoryPermissionsPolicy: deleteRepositoryPermissionsPolicy,
  DescribeRepository: describeRepository,
  ListRepositories: listRepositories,
  ListRepositoriesInDomain: listRepositoriesInDomain,
  GetRepositoryEndpoint: getRepositoryEndpoint,
  GetRepositoryPermissionsPolicy: getRepositoryPermissionsPolicy,
};

function described(repository: Repository): { readonly repository: Answer<RepositoryDescription> } {
  const upstreams = repository.upstreams.map((repositoryName) => ({ repositoryName }));
  return { repository: { ...repository, upstreams } };
}

function readUpstreams(upstreams: RepositoryDescription["upstreams"]): readonly string[] | undefined {
  // The model requires the name.
  const names = upstreams?.map(({ repositoryName = "" }) => repositoryName);
  throwIfInvalid(...(names ?? []).map((name) => repositoryNameError(name, "upstreams.repositoryName")));
  return names;
}

/**
 * A repository becomes an upstream only for a session that may make it one.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodeartifact.html
 */
function authorizeUpstreams(
  context: SandboxContext,
  session: Requester,
  place: InRepository,
  upstreams: readonly string[],
): void {
  for (const repository of upstreams) {
    const resource = repositoryArn(context.account, { ...place, repository });
    authorize(context, session, "codeartifact:AssociateWithDownstreamRepository", resource);
  }
}

function checkPrefix(prefix: string | undefined): void {
  throwIfInvalid(prefix === undefined ? undefined : repositoryNameError(prefix, "repositoryPrefix"));
}
