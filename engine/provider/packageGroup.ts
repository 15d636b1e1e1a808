import type { ResourceType } from "./resourceType";

interface RestrictionInputs {
  readonly restrictionMode: "ALLOW" | "ALLOW_SPECIFIC_REPOSITORIES" | "BLOCK" | "INHERIT";
  readonly repositories?: readonly string[];
}

interface PackageGroupInputs {
  readonly domainName: string;
  readonly pattern: string;
  readonly description?: string;
  readonly contactInfo?: string;
  readonly originConfiguration?: { readonly restrictions: Readonly<Partial<Record<Way, RestrictionInputs>>> };
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

type Way = "publish" | "externalUpstream" | "internalUpstream";

const restrictionTypes = {
  publish: "PUBLISH",
  externalUpstream: "EXTERNAL_UPSTREAM",
  internalUpstream: "INTERNAL_UPSTREAM",
} as const;

/** `aws-native:codeartifact:PackageGroup`. Cloud Control creates the group, then sets where its packages come from. */
export const createPackageGroup: ResourceType<PackageGroupInputs> = (cloud, inputs) => {
  const { domainName: domain, pattern: packageGroup, description, contactInfo } = inputs;
  const tags = Object.fromEntries((inputs.tags ?? []).map(({ key, value }) => [key, value]));
  const group = cloud.codeartifact.createPackageGroup({ domain, packageGroup, description, contactInfo, tags });
  const restrictions = Object.entries(inputs.originConfiguration?.restrictions ?? {}) as [Way, RestrictionInputs][];
  if (restrictions.length > 0) {
    cloud.codeartifact.updatePackageGroupOriginConfiguration({
      domain,
      packageGroup,
      restrictions: Object.fromEntries(
        restrictions.map(([way, { restrictionMode }]) => [restrictionTypes[way], restrictionMode]),
      ),
      addAllowedRepositories: restrictions.flatMap(([way, { repositories = [] }]) =>
        repositories.map((repositoryName) => ({ repositoryName, originRestrictionType: restrictionTypes[way] })),
      ),
    });
  }
  return { id: group.arn, state: { ...inputs, arn: group.arn } };
};
