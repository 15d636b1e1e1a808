import type { CodeArtifact } from "../codeartifact";
import type { RestrictionType } from "../originConfiguration";
import type { PackageRecord, PackageRestrictions } from "./records";
import type { RepositoryPlace } from "./store";

// https://docs.aws.amazon.com/codeartifact/latest/ug/package-group-origin-controls.html
// https://docs.aws.amazon.com/codeartifact/latest/ug/package-origin-controls.html

/** How a package's first version came into a repository. */
export type Arrival = "publish" | "upstream";

/** What keeps versions of a package from entering a repository on one way, or nothing. A block of either level wins. */
export function entryError(
  codeartifact: CodeArtifact,
  { domain, repository }: RepositoryPlace,
  name: string,
  way: RestrictionType,
  record: PackageRecord | undefined,
): string | undefined {
  const { packageGroup, associationType } = codeartifact.getAssociatedPackageGroup({
    domain,
    packageFormat: "pypi",
    package: name,
  });
  if (associationType === "WEAK") {
    return (
      `package ${name} only looks like those of package group ${packageGroup.pattern} (a weak match), ` +
      "and enters no repository. Choose another name, or give it a package group of its own"
    );
  }
  const { effectiveMode, effectiveRepositories } = packageGroup.originConfiguration.restrictions[way];
  if (
    effectiveMode === "BLOCK" ||
    (effectiveMode === "ALLOW_SPECIFIC_REPOSITORIES" && !effectiveRepositories.includes(repository))
  ) {
    const mode =
      effectiveMode === "BLOCK"
        ? "is BLOCK"
        : `allows ${effectiveRepositories.length === 0 ? "no repository" : effectiveRepositories.join(", ")} only`;
    return `${way} of package group ${packageGroup.pattern}, to which package ${name} belongs, ${mode}`;
  }
  const own = way === "PUBLISH" ? "publish" : "upstream";
  return record?.restrictions[own] === "BLOCK"
    ? `origin configuration of package ${name} in ${repository} says ${own} BLOCK`
    : undefined;
}

/**
 * The settings that a package gets with its first version. Where its group restricts anything the group alone decides;
 * otherwise the way by which the first version came stays the only one.
 */
export function firstRestrictions(
  codeartifact: CodeArtifact,
  domain: string,
  name: string,
  arrival: Arrival,
): PackageRestrictions {
  const { packageGroup } = codeartifact.getAssociatedPackageGroup({ domain, packageFormat: "pypi", package: name });
  const modes = Object.values(packageGroup.originConfiguration.restrictions).map(({ effectiveMode }) => effectiveMode);
  if (modes.some((mode) => mode !== "ALLOW")) {
    return { publish: "ALLOW", upstream: "ALLOW" };
  }
  return arrival === "publish" ? { publish: "ALLOW", upstream: "BLOCK" } : { publish: "BLOCK", upstream: "ALLOW" };
}
