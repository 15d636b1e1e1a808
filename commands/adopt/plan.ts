import { everyPackage, groupPattern, isKeptFromPublic, isPrivate } from "../../naming/packagePatterns";
import { repositoryName, storeName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import { shellText } from "../terminal/wrap";
import type { ExistingPackage, ExistingRegistry } from "./existingRegistry";

/** What taking a registry over comes to. */
export interface Adoption {
  /** The account that owns the domain; absent where there is no such domain. */
  readonly owner?: string;
  /** What the stack is to have, and whether it is there. */
  readonly resources: readonly AdoptedResource[];
  /** Packages that the repository holds. */
  readonly packages: readonly ExistingPackage[];
  /** What has to be settled first. */
  readonly obstacles: readonly Remedy[];
  /** What has to be done first, and takes no decision. */
  readonly steps: readonly Remedy[];
  /** What will be otherwise afterwards, and is well to know. */
  readonly notes: readonly string[];
}

export interface AdoptedResource {
  readonly what: string;
  readonly isThere: boolean;
}

/** Something to be done, why, and the lines that do it. */
export interface Remedy {
  readonly why: string;
  readonly lines: readonly string[];
}

/** What a stack would take over of a registry, and what prevents it. */
export function planAdoption(settings: Settings, existing: ExistingRegistry | undefined): Adoption {
  const { domain } = settings;
  const wantedGroups = patternsOf(settings);
  const groups = existing?.packageGroups ?? [];
  const packages = existing?.repository?.packages ?? [];
  const resources = [
    { what: `domain ${domain}`, isThere: existing !== undefined },
    { what: `repository ${repositoryName}`, isThere: existing?.repository !== undefined },
    { what: `repository ${storeName}`, isThere: existing?.repositories.includes(storeName) === true },
    ...wantedGroups.map((pattern) => ({ what: `package group ${pattern}`, isThere: groups.includes(pattern) })),
  ];
  if (existing?.repository === undefined) {
    const missing = existing === undefined ? `domain ${domain}` : `repository ${repositoryName} in ${domain}`;
    const why = `There is no ${missing}, so there is nothing to take over: leave adopt out, and the stack makes its own.`;
    return { owner: existing?.owner, resources, packages, obstacles: [{ why, lines: [] }], steps: [], notes: [] };
  }
  const { origins } = settings;
  return {
    owner: existing.owner,
    resources,
    packages,
    obstacles: [
      ...packages.filter(hasForeignVersions).map((each) => foreignVersions(domain, each)),
      ...(existing.repositories.includes(storeName) ? [standingStore()] : []),
      ...wantedGroups.filter((pattern) => groups.includes(pattern)).map((pattern) => standingGroup(domain, pattern)),
    ],
    steps: [
      ...packages
        .filter((each) => isPrivate(origins, each.name) && !each.takesPublishes && !hasForeignVersions(each))
        .map(({ name }) => ({
          why: `${name} is private, and its own setting blocks publishing.`,
          lines: [openForPublishers(domain, name)],
        })),
      ...existing.repository.externalConnections.map((connection) => ({
        why: `${repositoryName} is connected to ${connection} itself, and can have no upstream while it is.`,
        lines: [
          `aws codeartifact disassociate-external-connection --domain ${domain} --repository ${repositoryName} ` +
            `--external-connection ${connection}`,
        ],
      })),
    ],
    notes: packages
      .filter(({ name, takesPublishes }) => takesPublishes && !isKeptFromPublic(origins, name))
      .map(
        ({ name }) =>
          `${name} can be published today, and cannot once the package groups exist, because no entry of origins.private ` +
          `covers it. If it is yours, add it there and to packages.`,
      ),
  };
}

function patternsOf({ origins }: Settings): readonly string[] {
  const exactly = [...origins.public, ...origins.blocked].map((name) => groupPattern({ name, match: "exact" }));
  return [...origins.private.map(groupPattern), ...exactly, everyPackage];
}

function hasForeignVersions({ versions }: ExistingPackage): boolean {
  return versions !== undefined && versions.others.length > 0;
}

function foreignVersions(domain: string, { name, versions = { published: [], others: [] } }: ExistingPackage): Remedy {
  const { published, others } = versions;
  const at = packageAt(domain, name);
  return {
    why:
      `${name} ${others.join(", ")} came from outside, under a name that is not public. Anyone who asked for ${name} may have it: ` +
      `find out where it is installed, then delete it.`,
    lines:
      published.length === 0
        ? [`aws codeartifact delete-package ${at}`]
        : [
            `aws codeartifact delete-package-versions ${at} --versions ${others.map(shellText).join(" ")}`,
            openForPublishers(domain, name),
          ],
  };
}

function openForPublishers(domain: string, name: string): string {
  return `aws codeartifact put-package-origin-configuration ${packageAt(domain, name)} --restrictions publish=ALLOW,upstream=BLOCK`;
}

function packageAt(domain: string, name: string): string {
  return `--domain ${domain} --repository ${repositoryName} --format pypi --package ${shellText(name)}`;
}

function standingStore(): Remedy {
  return {
    why:
      `There is a repository ${storeName} already, and adopt takes over the domain and ${repositoryName} alone. ` +
      `Import it by hand: docs/migration.md, "What else exists already".`,
    lines: [],
  };
}

function standingGroup(domain: string, pattern: string): Remedy {
  return {
    why: `There is a package group ${pattern} already. It holds no packages: delete it just before the update, which creates it again.`,
    lines: [`aws codeartifact delete-package-group --domain ${domain} --package-group ${shellText(pattern)}`],
  };
}
