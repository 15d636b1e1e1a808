import { compareVersions } from "../../naming/versions";
import { coordinateOf } from "../codeartifact/names";
import type { PackageGroup, RestrictionType } from "../codeartifact/packageGroups";
import { keyOf, type PackageRecord, type VersionRecord } from "../codeartifact/packages/records";
import type { RepositoryPlace } from "../codeartifact/packages/store";
import type { SandboxContext } from "../context";
import type { GroupList, GroupSummary, PackageDetail, PackageList, PackageSummary } from "./answers";

/** The packages of every repository, own ones first, in alphabetical order. */
export function packageList({ account, packages }: SandboxContext): PackageList {
  const { domains, repositories } = account.codeartifact;
  const all = domains.list().flatMap(({ name: domain }) =>
    repositories.list({ domain }).flatMap(({ name: repository }) => {
      const place = { domain, repository };
      return packages.store.list(place).map((record) => summary(place, record));
    }),
  );
  return { packages: [...all.filter(({ isOwn }) => isOwn), ...all.filter(({ isOwn }) => !isOwn)] };
}

/** A package with its versions; nothing where the repository has no such package. */
export function packageDetail(
  { account, packages }: SandboxContext,
  place: RepositoryPlace,
  key: string,
): PackageDetail | undefined {
  const record = packages.store.find(place, key);
  if (record === undefined) {
    return undefined;
  }
  const { packageGroup } = account.codeartifact.packageGroups.associated({
    domain: place.domain,
    ...coordinateOf(key),
  });
  return {
    ...summary(place, record),
    group: packageGroup.pattern,
    restrictions: record.restrictions,
    releases: newestFirst(record).map(({ version, status, publishedTime, origin, summary: about, assets }) => ({
      version,
      status,
      published: publishedTime,
      origin: originText(origin),
      ...(about === undefined ? {} : { summary: about }),
      files: Object.values(assets).map(({ filename, size, sha256 }) => ({
        filename,
        ...(size === undefined ? {} : { size }),
        sha256,
      })),
    })),
  };
}

function summary({ domain, repository }: RepositoryPlace, record: PackageRecord): PackageSummary {
  const versions = newestFirst(record);
  const [newest] = versions;
  return {
    domain,
    repository,
    key: keyOf(record),
    isOwn: versions.some(({ origin }) => origin.originType !== "EXTERNAL"),
    versions: versions.length,
    newest: newest?.version ?? "",
    status: newest?.status ?? "",
  };
}

function newestFirst({ versions }: PackageRecord): readonly VersionRecord[] {
  return Object.values(versions).sort((one, other) => compareVersions(other.version, one.version));
}

function originText({ originType, domainEntryPoint }: VersionRecord["origin"]): string {
  return domainEntryPoint.externalConnectionName ?? domainEntryPoint.repositoryName ?? originType.toLowerCase();
}

/** The repositories and package groups of every domain. */
export function groupList({ account: { codeartifact } }: SandboxContext): GroupList {
  return {
    domains: codeartifact.domains.list().map(({ name: domain }) => ({
      domain,
      repositories: codeartifact.repositories
        .list({ domain })
        .map(({ name, arn, upstreams, externalConnections: [connection] }) => ({
          name,
          arn,
          upstreams,
          ...(connection === undefined ? {} : { externalConnection: connection.externalConnectionName }),
        })),
      groups: codeartifact.packageGroups.list({ domain }).map(groupSummary),
    })),
  };
}

const ways: readonly (readonly [RestrictionType, GroupSummary["ways"][number]["way"]])[] = [
  ["PUBLISH", "publish"],
  ["EXTERNAL_UPSTREAM", "external"],
  ["INTERNAL_UPSTREAM", "internal"],
];

function groupSummary({ pattern, parent, description, originConfiguration }: PackageGroup): GroupSummary {
  return {
    pattern,
    ...(parent === undefined ? {} : { parent: parent.pattern }),
    ...(description === undefined ? {} : { description }),
    ways: ways.map(([type, way]) => {
      const { effectiveMode, effectiveRepositories, inheritedFrom } = originConfiguration.restrictions[type];
      const isOpen = effectiveMode !== "BLOCK";
      const places =
        effectiveMode === "ALLOW"
          ? "every repository"
          : effectiveRepositories.length === 0
            ? "no repository"
            : effectiveRepositories.join(", ");
      return {
        way,
        isOpen,
        text: isOpen ? places : "blocked",
        ...(inheritedFrom === undefined ? {} : { inheritedFrom: inheritedFrom.pattern }),
      };
    }),
  };
}
