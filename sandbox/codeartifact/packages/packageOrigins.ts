import { type InRepository, packageNameError } from "../names";
import { throwIfInvalid } from "../errors";
import { describePackage } from "./queries";
import type { Packages } from "./packages";
import type { PackageRecord, PackageRestrictions } from "./records";

/**
 * Sets where a package's versions may come from. A package that is not there is made, without versions: so a name can be
 * closed before anybody brings it in.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_PutPackageOriginConfiguration.html
 *
 * @throws ValidationException for a name that no Python package has, or that is not normalised
 */
export async function putPackageOriginConfiguration(
  packages: Packages,
  place: InRepository,
  name: string,
  { publish, upstream }: PackageRestrictions,
): Promise<PackageRecord> {
  throwIfInvalid(packageNameError(name));
  packages.codeartifact.describeRepository(place);
  return packages.inTurn(place, name, async () => {
    const held = packages.store.find(place, name) ?? { name, versions: {} };
    const record = { ...held, restrictions: { publish, upstream } };
    await packages.store.put(place, record);
    return record;
  });
}

/**
 * Takes a package away, with all its versions and its settings.
 *
 * @throws ResourceNotFoundException
 */
export function deletePackage(packages: Packages, place: InRepository, name: string): Promise<PackageRecord> {
  return packages.inTurn(place, name, async () => {
    const record = describePackage(packages, place, name);
    await packages.store.delete(place, name);
    return record;
  });
}
