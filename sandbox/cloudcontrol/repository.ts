import { isDeepStrictEqual } from "node:util";
import type { SandboxAccount } from "../account";
import { notFound } from "../codeartifact/errors";
import { type InRepository, repositoryArn } from "../codeartifact/names";
import { requestTags } from "../core/conditions";
import { type Caller, changeTags, given, listOfTags, type ModelTag, type ResourceHandler, tagsOf } from "./handler";

interface RepositoryModel {
  readonly repositoryName: string;
  readonly domainName: string;
  readonly description?: string;
  readonly externalConnections?: readonly string[];
  readonly upstreams?: readonly string[];
  readonly permissionsPolicyDocument?: object;
  readonly tags?: readonly ModelTag[];
}

/**
 * `AWS::CodeArtifact::Repository`.
 * Source: aws-codeartifact-repository of aws-cloudformation/aws-cloudformation-resource-providers-codeartifact
 */
export const repositoryHandler: ResourceHandler<RepositoryModel> = {
  typeName: "AWS::CodeArtifact::Repository",
  properties: {
    RepositoryName: "String",
    Name: "String",
    DomainName: "String",
    DomainOwner: "String",
    Description: "String",
    Arn: "String",
    ExternalConnections: "JSONArray",
    Upstreams: "JSONArray",
    PermissionsPolicyDocument: "JSONObject",
    Tags: "JSONArray",
  },
  required: ["RepositoryName", "DomainName"],
  createOnly: ["RepositoryName", "DomainName", "DomainOwner"],
  readOnly: ["Name", "DomainOwner", "Arn"],
  documents: ["PermissionsPolicyDocument"],
  identify: (account: SandboxAccount, { domainName: domain, repositoryName: repository }) =>
    repositoryArn(account, { domain, repository }),
  create: (caller, desired) => {
    const { account, allow } = caller;
    const { domainName: domain, repositoryName: repository, description, upstreams = [] } = desired;
    const place = { domain, repository };
    const tags = tagsOf(desired.tags);
    allow("codeartifact:CreateRepository", "*", requestTags(tags));
    allowUpstreams(caller, place, upstreams);
    const { arn } = account.codeartifact.repositories.create({ ...place, description, upstreams, tags });
    if (desired.permissionsPolicyDocument !== undefined) {
      putPolicy(caller, arn, place, desired.permissionsPolicyDocument);
    }
    changeConnections(caller, arn, place, [], desired.externalConnections ?? []);
  },
  read: (caller, arn) => {
    const { account, allow } = caller;
    const { place, about } = existing(caller, arn);
    allow("codeartifact:GetRepositoryPermissionsPolicy", arn);
    allow("codeartifact:ListTagsForResource", arn);
    const policy = account.codeartifact.repositories.findPermissionsPolicy(place);
    const connections = connectionsOf(about);
    return given({
      repositoryName: about.name,
      name: about.name,
      domainName: about.domainName,
      domainOwner: about.domainOwner,
      description: about.description,
      externalConnections: connections.length === 0 ? undefined : connections,
      upstreams: about.upstreams.length === 0 ? undefined : about.upstreams,
      permissionsPolicyDocument: policy && (JSON.parse(policy.document) as object),
      tags: listOfTags(about.tags),
      arn,
    });
  },
  update: (caller, arn, desired) => {
    const { account, allow } = caller;
    const { place, about } = existing(caller, arn);
    const { description, upstreams = [], externalConnections = [] } = desired;
    const connect = () => {
      changeConnections(caller, arn, place, connectionsOf(about), externalConnections);
    };
    const change = () => {
      if (description !== about.description || !isDeepStrictEqual(upstreams, about.upstreams)) {
        allow("codeartifact:UpdateRepository", arn);
        allowUpstreams(caller, place, upstreams);
        account.codeartifact.repositories.update({ ...place, description: description ?? "", upstreams });
      }
    };
    // A repository has upstreams or a connection: what is there goes before the other comes.
    const steps = upstreams.some((name) => !about.upstreams.includes(name)) ? [connect, change] : [change, connect];
    steps.forEach((step) => {
      step();
    });
    if (desired.permissionsPolicyDocument !== undefined) {
      putPolicy(caller, arn, place, desired.permissionsPolicyDocument);
    } else if (account.codeartifact.repositories.findPermissionsPolicy(place) !== undefined) {
      allow("codeartifact:DeleteRepositoryPermissionsPolicy", arn);
      account.codeartifact.repositories.deletePermissionsPolicy(place);
    }
    changeTags(caller, arn, about.tags, tagsOf(desired.tags));
  },
  delete: (caller, arn) => {
    const { place } = existing(caller, arn);
    caller.allow("codeartifact:DeleteRepository", arn);
    caller.account.codeartifact.repositories.delete(place);
    caller.deletePackages(place);
  },
  list: ({ account: { codeartifact }, allow }) => {
    allow("codeartifact:ListRepositories", "*");
    return codeartifact.repositories.listAll().map(({ arn }) => arn);
  },
};

function existing({ account: { codeartifact }, allow }: Pick<Caller, "account" | "allow">, arn: string) {
  allow("codeartifact:DescribeRepository", arn);
  const [, domain = "", repository = ""] = arn.split("/");
  const all = codeartifact.domains.find(domain) === undefined ? [] : codeartifact.repositories.list({ domain });
  const about = all.find((one) => one.arn === arn);
  if (about === undefined) {
    throw notFound(`Repository not found. ${arn} does not exist.`);
  }
  codeartifact.domains.accessible({ domain });
  return { place: { domain, repository }, about };
}

function connectionsOf({
  externalConnections,
}: {
  readonly externalConnections: readonly { readonly externalConnectionName: string }[];
}): readonly string[] {
  return externalConnections.map(({ externalConnectionName }) => externalConnectionName);
}

function allowUpstreams({ account, allow }: Caller, { domain }: InRepository, upstreams: readonly string[]): void {
  for (const repository of upstreams) {
    allow("codeartifact:AssociateWithDownstreamRepository", repositoryArn(account, { domain, repository }));
  }
}

function changeConnections(
  { account: { codeartifact }, allow }: Caller,
  arn: string,
  place: InRepository,
  current: readonly string[],
  desired: readonly string[],
): void {
  for (const externalConnection of current.filter((name) => !desired.includes(name))) {
    allow("codeartifact:DisassociateExternalConnection", arn);
    codeartifact.repositories.disassociateExternalConnection({ ...place, externalConnection });
  }
  for (const externalConnection of desired.filter((name) => !current.includes(name))) {
    allow("codeartifact:AssociateExternalConnection", arn);
    codeartifact.repositories.associateExternalConnection({ ...place, externalConnection });
  }
}

function putPolicy({ account, allow }: Caller, arn: string, place: InRepository, document: object): void {
  allow("codeartifact:PutRepositoryPermissionsPolicy", arn);
  account.codeartifact.repositories.putPermissionsPolicy({ ...place, policyDocument: JSON.stringify(document) });
}
