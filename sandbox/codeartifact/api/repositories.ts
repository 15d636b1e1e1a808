import type {
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
} from "@aws-sdk/client-codeartifact";
import { choiceError, constraintError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { throwIfInvalid } from "../errors";
import { domainArn, packageFormats, repositoryArn, repositoryNameError } from "../names";
import { accountConstraint, domainOf, pageOf, repositoryOf } from "./checks";

const describeRepository: Operation<DescribeRepositoryCommandInput, DescribeRepositoryCommandOutput> = (
  { account },
  input,
) => {
  const place = repositoryOf(input);
  return {
    resource: repositoryArn(account, place),
    answer: () => {
      const repository = account.codeartifact.repositories.describe(place);
      const upstreams = repository.upstreams.map((repositoryName) => ({ repositoryName }));
      return { repository: { ...repository, upstreams } };
    },
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
      const repositories = codeartifact.domains
        .list()
        .flatMap(({ name: domain }) => codeartifact.repositories.list({ domain }))
        .filter(({ name }) => name.startsWith(prefix ?? ""));
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
  { account, domain, address },
  input,
) => {
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
      const root = domainName === domain ? "" : `/d/${domainName}-${domainOwner}`;
      return { repositoryEndpoint: `${address()}${root}/${format}/${name}/` };
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

/** Each at https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_NAME.html */
export const repositoryOperations = {
  DescribeRepository: describeRepository,
  ListRepositories: listRepositories,
  ListRepositoriesInDomain: listRepositoriesInDomain,
  GetRepositoryEndpoint: getRepositoryEndpoint,
  GetRepositoryPermissionsPolicy: getRepositoryPermissionsPolicy,
};

function checkPrefix(prefix: string | undefined): void {
  throwIfInvalid(prefix === undefined ? undefined : repositoryNameError(prefix, "repositoryPrefix"));
}
