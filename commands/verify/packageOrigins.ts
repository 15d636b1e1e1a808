import { repositoryName } from "../../naming/registryNames";
import { shellText } from "../terminal/wrap";
import type { Difference } from "./difference";
import type { PackageInRepository } from "../aws/codeartifact";
import type { Registry, RegistryPackage, RegistryRepository, EffectiveRestriction } from "../aws/registry";

/** What decides where versions of private packages may come from. */
export interface LiveOrigins {
  readonly domain: string;
  readonly repositories: Registry["repositories"];
  /** With the root. */
  readonly packageGroups: Registry["packageGroups"];
  /** Every private package that is declared or held. */
  readonly packages: Registry["packages"];
  readonly held: readonly PackageInRepository[];
}

/**
 * What of private packages is not as every stack means it: only publishers bring versions in, and they can. A package's own
 * settings hold beside its group's: https://docs.aws.amazon.com/codeartifact/latest/ug/package-origin-controls.html
 */
export function originDifferences(live: LiveOrigins): readonly Difference[] {
  return [
    ...live.packages.flatMap((found) => publicReach(live, found)),
    ...live.held.flatMap((held) => [...foreignVersions(live, held), ...closedToPublishers(live, held)]),
  ];
}

function publicReach(live: LiveOrigins, found: RegistryPackage): readonly Difference[] {
  const route = publicRoute(live, found, repositoryName, []);
  return route === undefined
    ? []
    : [
        {
          what: `package ${found.name}, public versions`,
          declared: "reach nothing",
          live: `reach ${route.join(", then ")}`,
          wayOut: originSetting(live, found.name, repositoryName, "publish=ALLOW,upstream=BLOCK"),
        },
      ];
}

/** The way of public versions of a package into a repository: an external connection, then repositories; or nothing. */
function publicRoute(
  live: LiveOrigins,
  found: RegistryPackage,
  name: string,
  passed: readonly string[],
): readonly string[] | undefined {
  const repository = live.repositories.find((known) => known.name === name);
  const ways = live.packageGroups.find(({ pattern }) => pattern === found.group)?.ways;
  const closed = live.held.some(
    (held) => held.name === found.name && held.repository === name && held.upstream === "BLOCK",
  );
  if (repository === undefined || ways === undefined || closed || found.associationType !== "STRONG") {
    return undefined;
  }
  const [connection] = repository.externalConnections;
  if (connection !== undefined && isOpen(ways.EXTERNAL_UPSTREAM, repository)) {
    return [connection, name];
  }
  if (!isOpen(ways.INTERNAL_UPSTREAM, repository)) {
    return undefined;
  }
  const routes = repository.upstreams
    .filter((upstream) => !passed.includes(upstream))
    .flatMap((upstream) => {
      const route = publicRoute(live, found, upstream, [...passed, name]);
      return route === undefined ? [] : [[...route, name]];
    });
  return routes[0];
}

function isOpen({ effectiveMode, repositories }: EffectiveRestriction, { name }: RegistryRepository): boolean {
  return effectiveMode === "ALLOW_SPECIFIC_REPOSITORIES" ? repositories.includes(name) : effectiveMode === "ALLOW";
}

function foreignVersions({ domain }: LiveOrigins, held: PackageInRepository): readonly Difference[] {
  const { name, repository, externalVersions } = held;
  const versions = externalVersions.map(shellText).join(" ");
  return externalVersions.length === 0
    ? []
    : [
        {
          what: `package ${name} in ${repository}, versions`,
          declared: "come from publishers of this registry alone",
          live: `came from outside (EXTERNAL): ${externalVersions.join(", ")}`,
          wayOut:
            "Anyone who installed them may have run another's code. Delete them: aws codeartifact delete-package-versions " +
            `--domain ${domain} --repository ${repository} --format pypi --package ${name} --versions ${versions}`,
        },
      ];
}

function closedToPublishers(
  live: LiveOrigins,
  { name, repository, publish }: PackageInRepository,
): readonly Difference[] {
  return publish === "ALLOW" || repository !== repositoryName
    ? []
    : [
        {
          what: `package ${name} in ${repository}, publish`,
          declared: "ALLOW",
          live: publish,
          wayOut: originSetting(live, name, repository, "publish=ALLOW,upstream=BLOCK"),
        },
      ];
}

function originSetting({ domain }: LiveOrigins, name: string, repository: string, restrictions: string): string {
  return (
    `aws codeartifact put-package-origin-configuration --domain ${domain} --repository ${repository} --format pypi ` +
    `--package ${name} --restrictions ${restrictions}`
  );
}
