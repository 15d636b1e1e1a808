import {
  type CodeartifactClient,
  PackageFormat,
  PackageVersionOriginType,
  paginateListPackages,
  paginateListPackageVersions,
} from "@aws-sdk/client-codeartifact";
import { fallsUnder, type Origins } from "../../naming/packagePatterns";
import { asking } from "../aws/clients";

/** A private package as one repository holds it. */
export interface HeldPackage {
  readonly name: string;
  readonly repository: string;
  /** Its own settings, `ALLOW` or `BLOCK`, beside which its group's hold too. */
  readonly publish: string;
  readonly upstream: string;
  /** Versions that came from outside the domain. */
  readonly externalVersions: readonly string[];
}

/**
 * The private packages that a repository holds, whether or not the settings still list them.
 *
 * @throws CommandError where AWS refuses
 */
export async function heldPackages(
  client: CodeartifactClient,
  { domain, repository }: { readonly domain: string; readonly repository: string },
  origins: Origins,
): Promise<readonly HeldPackage[]> {
  const place = { domain, repository, format: PackageFormat.PYPI };
  const held = new Map<string, Omit<HeldPackage, "externalVersions">>();
  for (const { name: packagePrefix } of origins.private) {
    await asking(`packages ${packagePrefix}… in ${repository}`, async () => {
      for await (const { packages = [] } of paginateListPackages({ client }, { ...place, packagePrefix })) {
        for (const { package: name = "", originConfiguration } of packages) {
          const { publish = "ALLOW", upstream = "ALLOW" } = originConfiguration?.restrictions ?? {};
          held.set(name, { name, repository, publish, upstream });
        }
      }
    });
  }
  const privately = [...held.values()].filter(({ name }) => isPrivate(name, origins));
  return Promise.all(
    privately.map(async (found) => ({ ...found, externalVersions: await externalVersions(client, place, found.name) })),
  );
}

/** Whether only publishers of the registry are to bring a name in. */
export function isPrivate(name: string, { private: patterns, public: open, blocked }: Origins): boolean {
  return patterns.some((pattern) => fallsUnder(name, pattern)) && ![...open, ...blocked].includes(name);
}

function externalVersions(
  client: CodeartifactClient,
  place: { readonly domain: string; readonly repository: string; readonly format: PackageFormat },
  name: string,
): Promise<readonly string[]> {
  return asking(`versions of ${name} in ${place.repository}`, async () => {
    const asked = { ...place, package: name, originType: PackageVersionOriginType.EXTERNAL };
    const found: string[] = [];
    for await (const { versions = [] } of paginateListPackageVersions({ client }, asked)) {
      found.push(...versions.flatMap(({ version }) => version ?? []));
    }
    return found;
  });
}
