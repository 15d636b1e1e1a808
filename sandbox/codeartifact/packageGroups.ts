import { choiceError } from "../core/constraints";
import type { AccountInfo, Tags } from "../core/identifiers";
import type { Domains } from "./domains";
import { conflict, invalid, notFound, throwIfInvalid } from "./errors";
import { type InDomain, type InPackageGroup, type PackageCoordinate, packageGroupArn, textError } from "./names";
import {
  association,
  type AssociationType,
  includes,
  packagePath,
  patternError,
  rootPattern,
  specificity,
} from "./packageGroupPatterns";
import type { Repositories } from "./repositories";

/** A package group, and what it says itself. */
export interface PackageGroupState {
  readonly about: Omit<PackageGroup, "originConfiguration" | "parent">;
  readonly own: OwnRestrictions;
}

/** The package groups of all domains. A new group inherits everything. The root allows everything. */
export class PackageGroups {
  readonly #account: AccountInfo;
  readonly #domains: Domains;
  readonly #repositories: Repositories;

  constructor(account: AccountInfo, domains: Domains, repositories: Repositories) {
    this.#account = account;
    this.#domains = domains;
    this.#repositories = repositories;
  }

  create(request: CreatePackageGroup): PackageGroup {
    const { domain, packageGroup, description, contactInfo } = request;
    const { packageGroups } = this.#domains.state(request);
    throwIfInvalid(
      patternError(packageGroup),
      textError("description", description),
      textError("contactInfo", contactInfo),
    );
    if (packageGroups.has(packageGroup)) {
      throw conflict(
        `Package group already exists. Package group '${packageGroup}' in domain '${domain}' exists` +
          `${packageGroup === rootPattern ? " from the domain's creation; update it instead" : ""}.`,
      );
    }
    packageGroups.set(packageGroup, newGroup(this.#account, request, everyWay("INHERIT")));
    return this.describe(request);
  }

  describe(request: InPackageGroup): PackageGroup {
    const group = this.#state(request);
    const ancestors = this.#ancestors(request);
    const { about, own } = group;
    const [parent] = ancestors;
    return {
      ...about,
      parent: parent && reference(parent),
      originConfiguration: {
        restrictions: eachWay((type) => ({
          ...own[type],
          repositoriesCount: own[type].repositories.length,
          ...effective(type, group, ancestors),
        })),
      },
    };
  }

  update(request: UpdatePackageGroup): PackageGroup {
    const { description, contactInfo } = request;
    const { about } = this.#state(request);
    throwIfInvalid(textError("description", description), textError("contactInfo", contactInfo));
    this.#change(request, {
      about: {
        ...about,
        description: description ?? about.description,
        contactInfo: contactInfo ?? about.contactInfo,
      },
    });
    return this.describe(request);
  }

  /** Gives a group these tags in place of those it has. */
  setTags(request: InPackageGroup, tags: Tags): void {
    this.#change(request, { about: { ...this.#state(request).about, tags } });
  }

  updateOriginConfiguration(request: InPackageGroup & UpdateOriginConfiguration): PackageGroup {
    const { domain, packageGroup, addAllowedRepositories = [] } = request;
    const own = updated(this.#state(request).own, request);
    if (packageGroup === rootPattern && Object.values(own).some(({ mode }) => mode === "INHERIT")) {
      throw invalid(`Package group '${rootPattern}' has no parent to inherit from: give ALLOW or BLOCK instead.`);
    }
    for (const { repositoryName: repository } of addAllowedRepositories) {
      this.#repositories.describe({ domain, repository });
    }
    this.#change(request, { own });
    return this.describe(request);
  }

  delete(request: InPackageGroup): PackageGroup {
    const deleted = this.describe(request);
    if (request.packageGroup === rootPattern) {
      throw invalid(`Package group '${rootPattern}' cannot be deleted: every domain has it.`);
    }
    this.#domains.state(request).packageGroups.delete(request.packageGroup);
    return deleted;
  }

  /** The group whose origin controls apply to a package. The package need not exist. */
  associated(request: InDomain & PackageCoordinate): AssociatedPackageGroup {
    const { format, namespace, package: name } = request;
    const patterns = this.#domains.state(request).packageGroups.keys();
    const found = association(patterns, packagePath(format, name, namespace));
    const packageGroup = this.describe({ domain: request.domain, packageGroup: found.pattern });
    return { packageGroup, associationType: found.associationType };
  }

  /** The root first, then in the order of their creation. */
  list({ domain, domainOwner }: InDomain): readonly PackageGroup[] {
    const { packageGroups } = this.#domains.state({ domain, domainOwner });
    return [...packageGroups.keys()].map((packageGroup) => this.describe({ domain, packageGroup }));
  }

  /** The direct children of a group. */
  listSubGroups(request: InPackageGroup): readonly PackageGroup[] {
    const { pattern } = this.describe(request);
    return this.list(request).filter(({ parent }) => parent?.pattern === pattern);
  }

  /** The group's own list for one way in. The list of an inherited mode is its ancestor's. */
  listAllowedRepositories(
    request: InPackageGroup & { readonly originRestrictionType: RestrictionType },
  ): readonly string[] {
    const { originConfiguration } = this.describe(request);
    return originConfiguration.restrictions[request.originRestrictionType].repositories;
  }

  /** The groups that include a group, its parent first and the root last. */
  #ancestors(request: InPackageGroup): readonly PackageGroupState[] {
    return [...this.#domains.state(request).packageGroups.values()]
      .filter(({ about }) => includes(about.pattern, request.packageGroup))
      .sort((one, other) => specificity(other.about.pattern) - specificity(one.about.pattern));
  }

  #change(request: InPackageGroup, change: Partial<PackageGroupState>): void {
    const state = this.#state(request);
    this.#domains.state(request).packageGroups.set(request.packageGroup, { ...state, ...change });
  }

  #state(request: InPackageGroup): PackageGroupState {
    const { domain, packageGroup } = request;
    const { packageGroups } = this.#domains.state(request);
    throwIfInvalid(patternError(packageGroup));
    const state = packageGroups.get(packageGroup);
    if (!state) {
      throw notFound(
        `Package group not found. Package group '${packageGroup}' in domain '${domain}' ` +
          `owned by account '${this.#account.accountId}' does not exist.`,
      );
    }
    return state;
  }
}

/** The package groups of a new domain: the root. */
export function firstGroups(account: AccountInfo, domain: string): Map<string, PackageGroupState> {
  return new Map([[rootPattern, newGroup(account, { domain, packageGroup: rootPattern }, everyWay("ALLOW"))]]);
}

function newGroup(account: AccountInfo, request: CreatePackageGroup, own: OwnRestrictions): PackageGroupState {
  const { domain, packageGroup: pattern, description, contactInfo, tags = {} } = request;
  return {
    about: {
      arn: packageGroupArn(account, { domain, packageGroup: pattern }),
      pattern,
      domainName: domain,
      domainOwner: account.accountId,
      createdTime: account.now(),
      description,
      contactInfo,
      tags,
    },
    own,
  };
}

function reference({ about: { arn, pattern } }: PackageGroupState): PackageGroupReference {
  return { arn, pattern };
}

/** How one group names another. */
interface PackageGroupReference {
  readonly arn: string;
  readonly pattern: string;
}

/** One way in: what the group says, and what holds. */
interface Restriction extends OwnRestriction {
  /** Never `INHERIT`: the mode of the first ancestor that says one. */
  readonly effectiveMode: RestrictionMode;
  readonly inheritedFrom?: PackageGroupReference;
  readonly repositoriesCount: number;
  /** The list that goes with the effective mode; an ancestor's where the mode is inherited. */
  readonly effectiveRepositories: readonly string[];
}

/** A package group as the API describes it. */
export interface PackageGroup extends PackageGroupReference {
  readonly domainName: string;
  readonly domainOwner: string;
  readonly createdTime: Date;
  readonly description?: string;
  readonly contactInfo?: string;
  readonly originConfiguration: { readonly restrictions: Readonly<Record<RestrictionType, Restriction>> };
  /** The most specific group that takes in all of this one's packages. The root has none. */
  readonly parent?: PackageGroupReference;
  readonly tags: Tags;
}

/** The group that a package belongs to, and how closely it fits the pattern. */
interface AssociatedPackageGroup {
  readonly packageGroup: PackageGroup;
  readonly associationType: AssociationType;
}

/** What `update` takes: what is left out stays. */
export interface UpdatePackageGroup extends InPackageGroup {
  /** At most 1,000 characters. */
  readonly description?: string;
  /** At most 1,000 characters. */
  readonly contactInfo?: string;
}

/** What `create` takes. */
export interface CreatePackageGroup extends UpdatePackageGroup {
  readonly tags?: Tags;
}

// https://docs.aws.amazon.com/codeartifact/latest/ug/package-group-origin-controls.html

/** Ways by which a package version can enter a repository. */
export const restrictionTypes = ["PUBLISH", "EXTERNAL_UPSTREAM", "INTERNAL_UPSTREAM"] as const;
export type RestrictionType = (typeof restrictionTypes)[number];

const restrictionModes = ["ALLOW", "ALLOW_SPECIFIC_REPOSITORIES", "BLOCK", "INHERIT"] as const;
export type RestrictionMode = (typeof restrictionModes)[number];

/** One way in, as the group itself says it. */
interface OwnRestriction {
  readonly mode: RestrictionMode;
  /** Names; only `ALLOW_SPECIFIC_REPOSITORIES` has any. */
  readonly repositories: readonly string[];
}

type OwnRestrictions = Readonly<Record<RestrictionType, OwnRestriction>>;

/** A repository on the list of one way in. */
export interface AllowedRepository {
  readonly repositoryName: string;
  readonly originRestrictionType: RestrictionType;
}

/** What an update takes: what is left out stays. */
interface UpdateOriginConfiguration {
  readonly restrictions?: Readonly<Partial<Record<RestrictionType, RestrictionMode>>>;
  readonly addAllowedRepositories?: readonly AllowedRepository[];
  readonly removeAllowedRepositories?: readonly AllowedRepository[];
}

// https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-codeartifact, Translator of the package group
const maximumRepositoryUpdates = 100;

/** The same mode for every way in. */
function everyWay(mode: RestrictionMode): OwnRestrictions {
  return eachWay(() => ({ mode, repositories: [] }));
}

/** One way into a group, from itself or from the first of its ancestors that does not inherit in turn. */
function effective(
  type: RestrictionType,
  group: PackageGroupState,
  ancestors: readonly PackageGroupState[],
): Pick<Restriction, "effectiveMode" | "effectiveRepositories" | "inheritedFrom"> {
  const source = [group, ...ancestors].find(({ own }) => own[type].mode !== "INHERIT") ?? group;
  return {
    ...(source === group ? {} : { inheritedFrom: reference(source) }),
    effectiveMode: source.own[type].mode,
    effectiveRepositories: source.own[type].repositories,
  };
}

/** A value for every way in. */
export function eachWay<Value>(make: (type: RestrictionType) => Value): Readonly<Record<RestrictionType, Value>> {
  return {
    PUBLISH: make("PUBLISH"),
    EXTERNAL_UPSTREAM: make("EXTERNAL_UPSTREAM"),
    INTERNAL_UPSTREAM: make("INTERNAL_UPSTREAM"),
  };
}

/**
 * The restrictions after an update. A list goes when its mode does: a group has one "for each setting configured as
 * `ALLOW_SPECIFIC_REPOSITORIES`".
 */
function updated(own: OwnRestrictions, update: UpdateOriginConfiguration): OwnRestrictions {
  const { restrictions = {}, addAllowedRepositories: added = [], removeAllowedRepositories: removed = [] } = update;
  const modes = Object.entries(restrictions);
  const changes = [...added, ...removed];
  throwIfInvalid(
    ...modes.map(([type]) => choiceError("restrictions", type, restrictionTypes)),
    ...modes.map(([type, mode]) => choiceError(`restrictions.${type}`, mode, restrictionModes)),
    ...changes.map((change) => choiceError("originRestrictionType", change.originRestrictionType, restrictionTypes)),
  );
  if (changes.length > maximumRepositoryUpdates) {
    throw invalid(
      `The request changes ${changes.length} allowed repositories; at most ${maximumRepositoryUpdates} are allowed. ` +
        "Split it into several.",
    );
  }
  return eachWay((type) => {
    const mode = restrictions[type] ?? own[type].mode;
    const change = changes.find(({ originRestrictionType }) => originRestrictionType === type);
    if (mode === "ALLOW_SPECIFIC_REPOSITORIES") {
      const names = new Set([...own[type].repositories, ...namesOf(added, type)]);
      const gone = namesOf(removed, type);
      return { mode, repositories: [...names].filter((name) => !gone.includes(name)) };
    }
    if (change) {
      throw invalid(
        `Repository '${change.repositoryName}' is given for ${type}, whose mode is ${mode}: ` +
          "only ALLOW_SPECIFIC_REPOSITORIES has a list of allowed repositories.",
      );
    }
    return { mode, repositories: [] };
  });
}

function namesOf(repositories: readonly AllowedRepository[], type: RestrictionType): readonly string[] {
  return repositories
    .filter(({ originRestrictionType }) => originRestrictionType === type)
    .map(({ repositoryName }) => repositoryName);
}
