import { choiceError } from "../core/constraints";
import { invalid, throwIfInvalid } from "./errors";

// https://docs.aws.amazon.com/codeartifact/latest/ug/package-group-origin-controls.html

/** Ways by which a package version can enter a repository. */
export const restrictionTypes = ["PUBLISH", "EXTERNAL_UPSTREAM", "INTERNAL_UPSTREAM"] as const;
export type RestrictionType = (typeof restrictionTypes)[number];

export const restrictionModes = ["ALLOW", "ALLOW_SPECIFIC_REPOSITORIES", "BLOCK", "INHERIT"] as const;
export type RestrictionMode = (typeof restrictionModes)[number];

/** One way in, as the group itself says it. */
export interface OwnRestriction {
  readonly mode: RestrictionMode;
  /** Names; only `ALLOW_SPECIFIC_REPOSITORIES` has any. */
  readonly repositories: readonly string[];
}

export type OwnRestrictions = Readonly<Record<RestrictionType, OwnRestriction>>;

/** A repository on the list of one way in. */
export interface AllowedRepository {
  readonly repositoryName: string;
  readonly originRestrictionType: RestrictionType;
}

/** What an update takes: what is left out stays. */
export interface UpdateOriginConfiguration {
  readonly restrictions?: Readonly<Partial<Record<RestrictionType, RestrictionMode>>>;
  readonly addAllowedRepositories?: readonly AllowedRepository[];
  readonly removeAllowedRepositories?: readonly AllowedRepository[];
}

// https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-codeartifact, Translator of the package group
const maximumRepositoryUpdates = 100;

/** The same mode for every way in. */
export function everyWay(mode: RestrictionMode): OwnRestrictions {
  return eachWay(() => ({ mode, repositories: [] }));
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
export function updated(own: OwnRestrictions, update: UpdateOriginConfiguration): OwnRestrictions {
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
