import type { Account, Tags } from "../core/account";
import { packageGroupArn } from "./arns";
import { conflict, invalid, notFound, throwIfInvalid } from "./errors";
import { type InDomain, textError } from "./names";
import {
  eachWay,
  everyWay,
  type OwnRestriction,
  type OwnRestrictions,
  type RestrictionMode,
  type RestrictionType,
  updated,
  type UpdateOriginConfiguration,
} from "./originConfiguration";
import {
  association,
  type AssociationType,
  includes,
  patternError,
  rootPattern,
  specificity,
} from "./packageGroupPatterns";
import type { Repositories } from "./repositories";

interface PackageGroupState {
  readonly about: Omit<PackageGroup, "originConfiguration" | "parent">;
  readonly own: OwnRestrictions;
}

/** The package groups of one domain. A new one inherits everything; the root allows everything. */
export class PackageGroups {
  readonly #account: Account;
  readonly #domain: string;
  readonly #repositories: Repositories;
  readonly #groups = new Map<string, PackageGroupState>();

  constructor(account: Account, domain: string, repositories: Repositories) {
    this.#account = account;
    this.#domain = domain;
    this.#repositories = repositories;
    this.#add({ packageGroup: rootPattern }, everyWay("ALLOW"));
  }

  create(request: Omit<CreatePackageGroup, "domain">): PackageGroup {
    const { packageGroup, description, contactInfo } = request;
    throwIfInvalid(
      patternError(packageGroup),
      textError("description", description),
      textError("contactInfo", contactInfo),
    );
    if (this.#groups.has(packageGroup)) {
      throw conflict(
        `Package group already exists. Package group '${packageGroup}' in domain '${this.#domain}' exists` +
          `${packageGroup === rootPattern ? " from the domain's creation; update it instead" : ""}.`,
      );
    }
    this.#add(request, everyWay("INHERIT"));

    return this.describe(packageGroup);
  }

  describe(packageGroup: string): PackageGroup {
    const { about, own } = this.#state(packageGroup);
    const parent = this.#parent(packageGroup);

    return {
      ...about,
      parent: parent && reference(parent),
      originConfiguration: {
        restrictions: eachWay((type) => ({
          ...own[type],
          repositoriesCount: own[type].repositories.length,
          ...this.#effective(type, packageGroup),
        })),
      },
    };
  }

  update({ packageGroup, description, contactInfo }: Omit<UpdatePackageGroup, "domain">): PackageGroup {
    const state = this.#state(packageGroup);
    throwIfInvalid(textError("description", description), textError("contactInfo", contactInfo));
    const about = {
      ...state.about,
      description: description ?? state.about.description,
      contactInfo: contactInfo ?? state.about.contactInfo,
    };
    this.#groups.set(packageGroup, { ...state, about });

    return this.describe(packageGroup);
  }

  /** Gives a group these tags in place of those it has. */
  setTags(packageGroup: string, tags: Tags): void {
    const state = this.#state(packageGroup);
    this.#groups.set(packageGroup, { ...state, about: { ...state.about, tags } });
  }

  updateOriginConfiguration(packageGroup: string, update: UpdateOriginConfiguration): PackageGroup {
    const state = this.#state(packageGroup);
    const own = updated(state.own, update);
    if (packageGroup === rootPattern && Object.values(own).some(({ mode }) => mode === "INHERIT")) {
      throw invalid(`Package group '${rootPattern}' has no parent to inherit from: give ALLOW or BLOCK instead.`);
    }
    for (const { repositoryName } of update.addAllowedRepositories ?? []) {
      this.#repositories.describe(repositoryName);
    }
    this.#groups.set(packageGroup, { ...state, own });

    return this.describe(packageGroup);
  }

  delete(packageGroup: string): PackageGroup {
    const deleted = this.describe(packageGroup);
    if (packageGroup === rootPattern) {
      throw invalid(`Package group '${rootPattern}' cannot be deleted: every domain has it.`);
    }
    this.#groups.delete(packageGroup);

    return deleted;
  }

  /**
   * The group of a package, there or not.
   *
   * @param path - such as `/pypi//orb-common`
   */
  associated(path: string): AssociatedPackageGroup {
    const { pattern, associationType } = association(this.#groups.keys(), path);
    return { packageGroup: this.describe(pattern), associationType };
  }

  /** The root first, then in the order of their creation. */
  list(): readonly PackageGroup[] {
    return [...this.#groups.keys()].map((pattern) => this.describe(pattern));
  }

  #add(request: Omit<CreatePackageGroup, "domain">, own: OwnRestrictions): void {
    const { packageGroup: pattern, description, contactInfo, tags = {} } = request;
    const { accountId, now } = this.#account;
    this.#groups.set(pattern, {
      about: {
        arn: packageGroupArn(this.#account, { domain: this.#domain, packageGroup: pattern }),
        pattern,
        domainName: this.#domain,
        domainOwner: accountId,
        createdTime: now(),
        description,
        contactInfo,
        tags,
      },
      own,
    });
  }

  #parent(pattern: string): PackageGroupState | undefined {
    return [...this.#groups.values()]
      .filter(({ about }) => includes(about.pattern, pattern))
      .sort((one, other) => specificity(other.about.pattern) - specificity(one.about.pattern))[0];
  }

  #effective(
    type: RestrictionType,
    pattern: string,
  ): Pick<Restriction, "effectiveMode" | "effectiveRepositories" | "inheritedFrom"> {
    const { own } = this.#state(pattern);
    const parent = this.#parent(pattern);
    if (own[type].mode !== "INHERIT" || !parent) {
      return { effectiveMode: own[type].mode, effectiveRepositories: own[type].repositories };
    }

    return { inheritedFrom: reference(parent), ...this.#effective(type, parent.about.pattern) };
  }

  #state(packageGroup: string): PackageGroupState {
    throwIfInvalid(patternError(packageGroup));
    const state = this.#groups.get(packageGroup);
    if (!state) {
      throw notFound(
        `Package group not found. Package group '${packageGroup}' in domain '${this.#domain}' ` +
          `owned by account '${this.#account.accountId}' does not exist.`,
      );
    }

    return state;
  }
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
export interface AssociatedPackageGroup {
  readonly packageGroup: PackageGroup;
  readonly associationType: AssociationType;
}

/** What every request about a package group names: `packageGroup` is the pattern. */
export interface InPackageGroup extends InDomain {
  readonly packageGroup: string;
}

/** What `updatePackageGroup` takes: what is left out stays. */
export interface UpdatePackageGroup extends InPackageGroup {
  /** At most 1,000 characters. */
  readonly description?: string;
  /** At most 1,000 characters. */
  readonly contactInfo?: string;
}

/** What `createPackageGroup` takes. */
export interface CreatePackageGroup extends UpdatePackageGroup {
  readonly tags?: Tags;
}
