import { normalizePackageName } from "../../../naming/packagePatterns";
import { notFound } from "../errors";
import { coordinateOf, type InRepository } from "../names";
import { readDistributionName } from "../pypi/distributionName";
import { inspect } from "../pypi/inspection";
import type { CoreMetadata } from "../pypi/metadata";
import type { Packages } from "./packages";
import { describePackageVersion } from "./queries";
import type { VersionRecord } from "./records";

/**
 * What a version says of itself, by a wheel of it or else by its source distribution. A public file is fetched for it. Generic
 * packages "are not interpreted by CodeArtifact", and say nothing:
 * https://docs.aws.amazon.com/codeartifact/latest/ug/generic-packages-overview.html
 *
 * @throws ResourceNotFoundException where there is no such version, or it has no files any more
 * @throws AwsError 502 where the public index is needed and does not answer
 */
export async function versionMetadata(
  packages: Packages,
  place: InRepository,
  key: string,
  number: string,
): Promise<{
  readonly version: VersionRecord;
  readonly metadata: Pick<CoreMetadata, "description" | "requiresDist">;
}> {
  const version = describePackageVersion(packages, place, key, number);
  const { format, package: name } = coordinateOf(key);
  if (format !== "pypi") {
    return { version, metadata: { requiresDist: [] } };
  }
  const files = Object.values(version.assets).sort((one, other) => (one.filename < other.filename ? -1 : 1));
  const asset = files.find(({ filename }) => filename.endsWith(".whl")) ?? files[0];
  if (asset === undefined) {
    throw notFound(`${name} ${number} in '${place.repository}' is ${version.status} and has no files.`, {
      resourceType: "package-version",
      resourceId: number,
    });
  }
  const { filename } = asset;
  const named = readDistributionName(filename, name);
  return { version, metadata: await inspect(filename, await packages.bytesOf(asset), named) };
}

/** A package that a version needs. */
export interface Dependency {
  /** Normalised by PEP 503. */
  readonly name: string;
  /** As it is written, with its marker: `>=2; python_version < "3.11"`. */
  readonly requirement: string;
}

/**
 * The parts of a Requires-Dist. Source: https://packaging.python.org/en/latest/specifications/dependency-specifiers/
 *
 * @returns nothing for a text that begins with no name
 */
export function readRequirement(text: string): Dependency | undefined {
  const [, name, rest = ""] = /^\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$/s.exec(text) ?? [];
  // Older tools write the versions in parentheses.
  const requirement = rest.replace(/^\(([^)]*)\)/, "$1").trim();
  return name === undefined ? undefined : { name: normalizePackageName(name), requirement };
}
