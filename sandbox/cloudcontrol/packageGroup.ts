import type { SandboxAccount } from "../account";
import { notFound } from "../codeartifact/errors";
import { packageGroupArn } from "../codeartifact/names";
import type { PackageGroup } from "../codeartifact/packageGroups";
import { rootPattern } from "../codeartifact/packageGroupPatterns";
import { type Caller, invalidRequest, type ResourceHandler } from "./handler";
import {
  changePackageGroup,
  describePackageGroup,
  findPackageGroup,
  makePackageGroup,
  packageGroupModel,
  type PackageGroupModel,
} from "./packageGroupModel";

/**
 * `AWS::CodeArtifact::PackageGroup`.
 * Source: aws-codeartifact-packagegroup of aws-cloudformation/aws-cloudformation-resource-providers-codeartifact, its
 * schema and its handlers
 */
export const packageGroupHandler: ResourceHandler<PackageGroupModel> = {
  typeName: "AWS::CodeArtifact::PackageGroup",
  properties: {
    DomainName: "String",
    DomainOwner: "String",
    Pattern: "String",
    ContactInfo: "String",
    Description: "String",
    OriginConfiguration: "JSONObject",
    Tags: "JSONArray",
    Arn: "String",
  },
  required: ["Pattern", "DomainName"],
  createOnly: ["DomainName", "Pattern"],
  readOnly: ["Arn"],
  documents: [],
  identify: (account: SandboxAccount, { domainName: domain, pattern: packageGroup }) =>
    packageGroupArn(account, { domain, packageGroup }),
  create: (caller, desired) => {
    makePackageGroup(caller, desired);
    const group = describePackageGroup(caller, desired);
    if (desired.originConfiguration !== undefined || desired.pattern === rootPattern) {
      changePackageGroup(caller, group, desired);
    }
  },
  read: (caller, arn) => {
    const group = existing(caller, arn);
    const modes = Object.values(group.originConfiguration.restrictions).map(({ mode }) => mode);
    if (modes.includes("ALLOW_SPECIFIC_REPOSITORIES")) {
      caller.allow("codeartifact:ListAllowedRepositoriesForGroup", arn);
    }
    caller.allow("codeartifact:ListTagsForResource", arn);
    return { ...packageGroupModel(group), arn };
  },
  update: (caller, arn, desired) => {
    changePackageGroup(caller, existing(caller, arn), desired);
  },
  delete: (caller, arn) => {
    const { domainName: domain, pattern: packageGroup } = existing(caller, arn);
    // The root group stays.
    if (packageGroup !== rootPattern) {
      caller.allow("codeartifact:DeletePackageGroup", arn);
      caller.account.codeartifact.packageGroups.delete({ domain, packageGroup });
    }
  },
  list: ({ account, allow }, { domainName: domain }) => {
    if (domain === undefined) {
      throw invalidRequest("Missing or invalid ResourceModel property. Required property: [DomainName]");
    }
    const { arn } = account.codeartifact.domains.describe({ domain });
    allow("codeartifact:ListPackageGroups", arn);
    return account.codeartifact.packageGroups.list({ domain }).map((group) => group.arn);
  },
};

function existing(caller: Caller, arn: string): PackageGroup {
  caller.allow("codeartifact:DescribePackageGroup", arn);
  const group = findPackageGroup(caller, arn);
  if (group === undefined) {
    throw notFound(`Package group not found. ${arn} does not exist.`);
  }
  return group;
}
