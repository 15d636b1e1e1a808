import type { SandboxAccount } from "../account";
import { authorizeKeyUse } from "../codeartifact/encryptionKey";
import { notFound } from "../codeartifact/errors";
import { domainArn } from "../codeartifact/names";
import { requestTags } from "../core/conditions";
import { AwsError } from "../core/awsError";
import { type Caller, changeTags, given, listOfTags, type ModelTag, type ResourceHandler, tagsOf } from "./handler";

interface DomainModel {
  readonly domainName: string;
  readonly encryptionKey?: string;
  readonly permissionsPolicyDocument?: object;
  readonly tags?: readonly ModelTag[];
}

/**
 * `AWS::CodeArtifact::Domain`.
 * Source: aws-codeartifact-domain of aws-cloudformation/aws-cloudformation-resource-providers-codeartifact
 */
export const domainHandler: ResourceHandler<DomainModel> = {
  typeName: "AWS::CodeArtifact::Domain",
  properties: {
    DomainName: "String",
    Name: "String",
    Owner: "String",
    EncryptionKey: "String",
    PermissionsPolicyDocument: "JSONObject",
    Tags: "JSONArray",
    Arn: "String",
  },
  required: ["DomainName"],
  createOnly: ["DomainName", "EncryptionKey"],
  readOnly: ["Owner", "Name", "EncryptionKey", "Arn"],
  documents: ["PermissionsPolicyDocument"],
  identify: (account: SandboxAccount, { domainName: domain }) => domainArn(account, { domain }),
  create: (caller, { domainName: domain, encryptionKey, permissionsPolicyDocument, tags }) => {
    const { account, allow } = caller;
    allow("codeartifact:CreateDomain", "*", requestTags(tagsOf(tags)));
    authorizeKeyUse(account, encryptionKey, allow);
    const { arn } = account.codeartifact.domains.create({ domain, encryptionKey, tags: tagsOf(tags) });
    if (permissionsPolicyDocument !== undefined) {
      putPolicy(caller, arn, permissionsPolicyDocument);
    }
  },
  read: ({ account, allow }, arn) => {
    const domain = existing({ account, allow }, arn);
    allow("codeartifact:GetDomainPermissionsPolicy", arn);
    allow("codeartifact:ListTagsForResource", arn);
    const policy = account.codeartifact.domains.findPermissionsPolicy({ domain: domain.name });
    return given({
      domainName: domain.name,
      name: domain.name,
      owner: domain.owner,
      encryptionKey: domain.encryptionKey,
      permissionsPolicyDocument: policy && (JSON.parse(policy.document) as object),
      tags: listOfTags(domain.tags),
      arn,
    });
  },
  update: (caller, arn, { permissionsPolicyDocument, tags }) => {
    const { account, allow } = caller;
    const { name: domain, tags: current } = existing(caller, arn);
    if (permissionsPolicyDocument !== undefined) {
      putPolicy(caller, arn, permissionsPolicyDocument);
    } else if (account.codeartifact.domains.findPermissionsPolicy({ domain }) !== undefined) {
      allow("codeartifact:DeleteDomainPermissionsPolicy", arn);
      account.codeartifact.domains.deletePermissionsPolicy({ domain });
    }
    changeTags(caller, arn, current, tagsOf(tags));
  },
  delete: (caller, arn) => {
    const { name: domain } = existing(caller, arn);
    caller.allow("codeartifact:DeleteDomain", arn);
    const repositories = caller.account.codeartifact.repositories.list({ domain });
    try {
      caller.account.codeartifact.domains.delete({ domain });
      for (const { name: repository } of repositories) {
        caller.deletePackages({ domain, repository });
      }
    } catch (error) {
      // A domain with repositories is an invalid request to the handler, so that nothing is tried again.
      throw error instanceof AwsError && error.code === "ConflictException"
        ? new AwsError("ValidationException", error.message)
        : error;
    }
  },
  list: ({ account, allow }) => {
    allow("codeartifact:ListDomains", "*");
    return account.codeartifact.domains.list().map(({ arn }) => arn);
  },
};

function existing({ account, allow }: Pick<Caller, "account" | "allow">, arn: string) {
  allow("codeartifact:DescribeDomain", arn);
  const domain = account.codeartifact.domains.list().find((one) => one.arn === arn);
  if (domain === undefined) {
    throw notFound(`Domain not found. ${arn} does not exist.`);
  }
  return domain;
}

function putPolicy({ account, allow }: Caller, arn: string, document: object): void {
  allow("codeartifact:PutDomainPermissionsPolicy", arn);
  const domain = arn.slice(arn.indexOf("/") + 1);
  account.codeartifact.domains.putPermissionsPolicy({ domain, policyDocument: JSON.stringify(document) });
}
