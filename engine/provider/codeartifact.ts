import type { Cloud } from "../../cloud/cloud";
import type { ResourceType, Tags } from "./resourceType";

interface DomainInputs {
  readonly domain: string;
  readonly encryptionKey?: string;
  readonly tags?: Tags;
}

/** `aws:codeartifact/domain:Domain` */
export const createDomain: ResourceType<DomainInputs> = (cloud, inputs) => {
  const domain = cloud.codeartifact.createDomain(inputs);
  return {
    id: domain.arn,
    state: {
      ...inputs,
      arn: domain.arn,
      owner: domain.owner,
      encryptionKey: domain.encryptionKey,
      assetSizeBytes: String(domain.assetSizeBytes),
      createdTime: domain.createdTime.toISOString(),
      repositoryCount: domain.repositoryCount,
      s3BucketArn: domain.s3BucketArn,
      tagsAll: inputs.tags ?? {},
    },
  };
};

interface RepositoryInputs {
  readonly domain: string;
  readonly repository: string;
  readonly description?: string;
  readonly upstreams?: readonly { readonly repositoryName: string }[];
  readonly externalConnections?: { readonly externalConnectionName: string };
  readonly tags?: Tags;
}

/** `aws:codeartifact/repository:Repository`. The provider associates the external connection after creating. */
export const createRepository: ResourceType<RepositoryInputs> = (cloud, inputs) => {
  const { domain, repository, description, tags } = inputs;
  const upstreams = inputs.upstreams?.map(({ repositoryName }) => repositoryName);
  const created = cloud.codeartifact.createRepository({ domain, repository, description, upstreams, tags });
  const externalConnection = inputs.externalConnections?.externalConnectionName;
  if (externalConnection !== undefined) {
    cloud.codeartifact.associateExternalConnection({ domain, repository, externalConnection });
  }
  return {
    id: created.arn,
    state: {
      ...inputs,
      arn: created.arn,
      administratorAccount: created.administratorAccount,
      domainOwner: created.domainOwner,
      tagsAll: tags ?? {},
    },
  };
};

interface DomainPermissionsInputs {
  readonly domain: string;
  readonly policyDocument: string;
}

/** `aws:codeartifact/domainPermissions:DomainPermissions` */
export const createDomainPermissions: ResourceType<DomainPermissionsInputs> = (cloud, inputs) => {
  const policy = cloud.codeartifact.putDomainPermissionsPolicy(inputs);
  return permissionsState(inputs, policy);
};

interface RepositoryPermissionsInputs extends DomainPermissionsInputs {
  readonly repository: string;
}

/** `aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy` */
export const createRepositoryPermissions: ResourceType<RepositoryPermissionsInputs> = (cloud, inputs) => {
  const policy = cloud.codeartifact.putRepositoryPermissionsPolicy(inputs);
  return permissionsState(inputs, policy);
};

function permissionsState(inputs: object, { resourceArn, revision }: { resourceArn: string; revision: string }) {
  return { id: resourceArn, state: { ...inputs, resourceArn, policyRevision: revision } };
}

interface EndpointArgs {
  readonly domain: string;
  readonly repository: string;
  readonly format: string;
}

/** `aws:codeartifact/getRepositoryEndpoint:getRepositoryEndpoint` */
export function getRepositoryEndpoint(cloud: Cloud, args: EndpointArgs): Readonly<Record<string, unknown>> {
  const repositoryEndpoint = cloud.codeartifact.getRepositoryEndpoint(args);
  return { ...args, id: repositoryEndpoint, repositoryEndpoint };
}
