import { type Tags } from "../core/account";
import { type InDomain } from "./names";
import { type AssociationType } from "./packageGroupAssociation";
import { type OwnRestriction, type RestrictionMode, type RestrictionType } from "./originConfiguration";

/** How one group names another. */
export interface PackageGroupReference {
  readonly arn: string;
  readonly pattern: string;
}

/** One way in: what the group says, and what holds. */
export interface Restriction extends OwnRestriction {
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
