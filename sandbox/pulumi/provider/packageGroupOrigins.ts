import type { Cloud } from "../../account";
import type { AllowedRepository, RestrictionMode } from "../../codeartifact/originConfiguration";
import type { PackageGroup } from "../../codeartifact/packageGroup";

/** Where a group's packages come from, as Cloud Control writes it. */
export interface OriginConfiguration {
  readonly restrictions: Readonly<Partial<Record<Way, Restriction>>>;
}

interface Restriction {
  readonly restrictionMode: RestrictionMode;
  readonly repositories?: readonly string[];
}

type Way = keyof typeof ways;

const ways = {
  publish: "PUBLISH",
  externalUpstream: "EXTERNAL_UPSTREAM",
  internalUpstream: "INTERNAL_UPSTREAM",
} as const;

const everyWay = Object.keys(ways) as readonly Way[];

/** The API's limit for changes of allowed repositories in one request, which the handler minds. */
const updatesPerRequest = 100;

/** What a group says itself. A list is told only where it counts. */
export function originsOf({ originConfiguration: { restrictions } }: PackageGroup): OriginConfiguration {
  const told = everyWay.map((way) => {
    const { mode, repositories } = restrictions[ways[way]];
    const list = mode === "ALLOW_SPECIFIC_REPOSITORIES" ? { repositories } : {};
    return [way, { restrictionMode: mode, ...list }] as const;
  });
  return { restrictions: Object.fromEntries(told) };
}

/** Makes a group say this and nothing else: a way that is left out is left to its parent, or is open where it has none. */
export function setOrigins({ codeartifact }: Cloud, group: PackageGroup, { restrictions }: OriginConfiguration): void {
  const at = { domain: group.domainName, packageGroup: group.pattern };
  const unsaid = group.parent === undefined ? "ALLOW" : "INHERIT";
  const modes = everyWay.map((way) => [ways[way], restrictions[way]?.restrictionMode ?? unsaid] as const);
  const added = listed((way) => {
    const had = group.originConfiguration.restrictions[ways[way]].repositories;
    return (restrictions[way]?.repositories ?? []).filter((name) => !had.includes(name));
  });
  const removed = listed((way) => {
    const { restrictionMode, repositories = [] } = restrictions[way] ?? { restrictionMode: unsaid };
    // The list of any other mode goes with the mode.
    const had =
      restrictionMode === "ALLOW_SPECIFIC_REPOSITORIES"
        ? group.originConfiguration.restrictions[ways[way]].repositories
        : [];
    return had.filter((name) => !repositories.includes(name));
  });

  const changes = [
    ...added.map((repository) => ({ repository, isAdded: true })),
    ...removed.map((repository) => ({ repository, isAdded: false })),
  ];
  for (let start = 0; start === 0 || start < changes.length; start += updatesPerRequest) {
    const some = changes.slice(start, start + updatesPerRequest);
    codeartifact.updatePackageGroupOriginConfiguration({
      ...at,
      ...(start === 0 ? { restrictions: Object.fromEntries(modes) } : {}),
      addAllowedRepositories: some.filter(({ isAdded }) => isAdded).map(({ repository }) => repository),
      removeAllowedRepositories: some.filter(({ isAdded }) => !isAdded).map(({ repository }) => repository),
    });
  }
}

function listed(names: (way: Way) => readonly string[]): readonly AllowedRepository[] {
  return everyWay.flatMap((way) =>
    names(way).map((repositoryName) => ({ repositoryName, originRestrictionType: ways[way] })),
  );
}
