import { type AssociationType, association } from "../packageGroupAssociation";
import type { InPackageGroup } from "../packageGroup";
import { packagePath, patternError } from "../packageGroupPatterns";
import { throwIfInvalid } from "../errors";
import type { HeldPackages } from "./queries";

/** A package that belongs to a group. */
export interface AssociatedPackage {
  readonly package: string;
  readonly associationType: AssociationType;
}

/**
 * The packages of a group, in whatever repository of its domain, in alphabetical order.
 *
 * @param request.preview - tells what would belong to the group, which need not exist
 * @throws ResourceNotFoundException
 */
export function listAssociatedPackages(
  { codeartifact, store }: HeldPackages,
  request: InPackageGroup & { readonly preview?: boolean },
): readonly AssociatedPackage[] {
  const { domain, packageGroup, preview = false } = request;
  throwIfInvalid(patternError(packageGroup));
  if (!preview) {
    codeartifact.describePackageGroup(request);
  }
  const patterns = new Set([...codeartifact.listPackageGroups(request).map(({ pattern }) => pattern), packageGroup]);
  const names = codeartifact
    .listRepositoriesInDomain(request)
    .flatMap(({ name: repository }) => store.list({ domain, repository }).map(({ name }) => name));
  return [...new Set(names)].sort().flatMap((name) => {
    const { pattern, associationType } = association(patterns, packagePath("pypi", name));
    return pattern === packageGroup ? [{ package: name, associationType }] : [];
  });
}
