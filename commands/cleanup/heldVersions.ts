import {
  type CodeartifactClient,
  DescribePackageVersionCommand,
  paginateListPackages,
  paginateListPackageVersions,
} from "@aws-sdk/client-codeartifact";
import { isPrivate, type Origins } from "../../naming/packagePatterns";
import type { Place } from "./removal";
import { collect, find, list } from "../aws/clients";
import type { ListedVersion } from "./rules";

/**
 * The names of the private packages that a repository has, in alphabetical order, whether or not the settings still list them.
 *
 * @throws CommandError where AWS denies a request
 */
export async function privatePackages(
  client: CodeartifactClient,
  place: Place,
  origins: Origins,
): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const { name: packagePrefix } of origins.private) {
    const found = await list(
      `packages ${packagePrefix}… in ${place.repository} of ${place.domain}`,
      paginateListPackages({ client }, { ...place, packagePrefix }),
      ({ packages }) => packages?.flatMap(({ package: name }) => name ?? []),
    );
    for (const name of found.filter((one) => isPrivate(origins, one))) {
      names.add(name);
    }
  }
  return [...names].sort();
}

/**
 * Every version of a package, of whatever status; none where there is no such package.
 *
 * @throws CommandError where AWS denies a request
 */
export async function listedVersions(
  client: CodeartifactClient,
  place: Place,
  name: string,
): Promise<readonly ListedVersion[]> {
  const what = `versions of ${name} in ${place.repository} of ${place.domain}`;
  const pages = paginateListPackageVersions({ client, pageSize: largestPage }, { ...place, package: name });
  const found = await find(what, () => collect(pages, (page) => page.versions));
  return (found ?? []).map(({ version = "", status = "", revision = "", origin }) => ({
    name,
    version,
    status,
    revision,
    origin: origin?.originType ?? "UNKNOWN",
  }));
}

/** `maxResults` of ListPackageVersions has 1,000 at most. */
const largestPage = 1000;

/** A version with the time at which it was published, which no list gives. */
export interface DatedVersion extends ListedVersion {
  readonly publishedTime: Date;
}

/**
 * A version as it is now.
 *
 * @returns nothing where it is gone, or has no time
 * @throws CommandError where AWS denies the request
 */
export async function datedVersion(
  client: CodeartifactClient,
  place: Place,
  { name, version }: Pick<ListedVersion, "name" | "version">,
): Promise<DatedVersion | undefined> {
  const answer = await find(`${name} ${version} in ${place.repository} of ${place.domain}`, () =>
    client.send(new DescribePackageVersionCommand({ ...place, package: name, packageVersion: version })),
  );
  const { status = "", revision = "", origin, publishedTime } = answer?.packageVersion ?? {};
  return publishedTime === undefined
    ? undefined
    : { name, version, status, revision, origin: origin?.originType ?? "UNKNOWN", publishedTime };
}
