import { domainArn, repositoryArn } from "../arns";
import { packageFormats, repositoryNameError } from "../names";
import { throwIfInvalid } from "../errors";
import type { Repository } from "../repositories";
import { epochSeconds } from "./epochSeconds";
import { choice, required } from "./members";
import { notModelled, type Operation } from "./operation";
import { pageOf, type PageRequest, pageRequest } from "./pages";
import { readAccountId, readDomain, readRepository } from "./places";
import type { RequestInput } from "./request";

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_DescribeRepository.html */
export const describeRepository: Operation = ({ cloud }, input) => {
  const place = readRepository(input);
  return {
    resource: repositoryArn(cloud, place),
    answer: () => {
      const repository = cloud.codeartifact.describeRepository(place);
      const { upstreams, externalConnections } = repository;
      return {
        repository: {
          ...repositorySummary(repository),
          upstreams: upstreams.map((repositoryName) => ({ repositoryName })),
          externalConnections,
        },
      };
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListRepositories.html */
export const listRepositories: Operation = ({ cloud: { codeartifact } }, input) => {
  const prefix = readPrefix(input);
  const page = pageRequest(input);
  return {
    resource: "*",
    answer: () => {
      const domains = codeartifact.listDomains().map(({ name: domain }) => ({ domain }));
      return listing(
        domains.flatMap((domain) => codeartifact.listRepositoriesInDomain(domain)),
        prefix,
        page,
      );
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListRepositoriesInDomain.html */
export const listRepositoriesInDomain: Operation = ({ cloud }, input) => {
  const place = readDomain(input);
  const administrator = readAccountId(input, "administratorAccount", "administrator-account");
  const prefix = readPrefix(input);
  const page = pageRequest(input);
  return {
    resource: domainArn(cloud, place),
    answer: () => {
      const repositories = cloud.codeartifact.listRepositoriesInDomain(place);
      const administered = repositories.filter(
        ({ administratorAccount }) => administrator === undefined || administratorAccount === administrator,
      );
      return listing(administered, prefix, page);
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetRepositoryEndpoint.html */
export const getRepositoryEndpoint: Operation = ({ cloud, domain, address }, input) => {
  const place = readRepository(input);
  const format = required("format", choice("format", input.query("format"), packageFormats));
  // Either reaches this machine.
  choice("endpointType", input.query("endpointType"), ["dualstack", "ipv4"]);
  return {
    resource: repositoryArn(cloud, place),
    answer: () => {
      const { name } = cloud.codeartifact.describeRepository(place);
      if (place.domain !== domain) {
        throw notModelled(`Domain ${place.domain} has no endpoint here: repositories of ${domain} are served.`);
      }
      return { repositoryEndpoint: `${address()}/${format}/${name}/` };
    },
  };
};

/** https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetRepositoryPermissionsPolicy.html */
export const getRepositoryPermissionsPolicy: Operation = ({ cloud }, input) => {
  const place = readRepository(input);
  return {
    resource: repositoryArn(cloud, place),
    answer: () => ({ policy: cloud.codeartifact.getRepositoryPermissionsPolicy(place) }),
  };
};

function readPrefix(input: RequestInput): string {
  const prefix = input.query("repository-prefix");
  throwIfInvalid(prefix === undefined ? undefined : repositoryNameError(prefix, "repositoryPrefix"));
  return prefix ?? "";
}

function listing(repositories: readonly Repository[], prefix: string, page: PageRequest) {
  const matching = repositories.filter(({ name }) => name.startsWith(prefix));
  const { items, nextToken } = pageOf(matching, ({ arn }) => arn, page);
  return { repositories: items.map(repositorySummary), nextToken };
}

function repositorySummary(repository: Repository) {
  const { name, administratorAccount, domainName, domainOwner, arn, description, createdTime } = repository;
  return {
    ...{ name, administratorAccount, domainName, domainOwner, arn, description },
    createdTime: epochSeconds(createdTime),
  };
}
