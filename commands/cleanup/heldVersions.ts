import {
  type CodeartifactClient,
  DescribePackageVersionCommand,
  paginateListPackageVersions,
} from "@aws-sdk/client-codeartifact";
import type { Place } from "./removal";
import { collect, find } from "../aws/clients";
import type { ListedVersion } from "./rules";

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
