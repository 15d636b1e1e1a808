import { resourceMatches } from "../../iam/matching";

/**
 * Resources on which one kind of attempt is made, in order. A registry of 200 publishers has 2,000 packages, and a policy treats
 * nearly all of them alike: `distinct` leaves one of those that no policy tells apart, so that the attempts grow with
 * the number of policies and not with its square.
 */
export class ResourceGroups {
  readonly #positions: ReadonlyMap<string, number>;
  readonly #policies: readonly string[];
  readonly #groups = new Map<string, readonly (readonly number[])[]>();

  /**
   * @param arns - each once
   * @param policiesOn - what the policies of a resource itself say; resources are only grouped where this is the same
   */
  constructor(
    readonly arns: readonly string[],
    policiesOn: (arn: string) => string,
  ) {
    this.#positions = new Map(arns.map((arn, position) => [arn, position]));
    this.#policies = arns.map(policiesOn);
  }

  /**
   * The first resource of each group that these patterns do not tell apart, in order. A pattern without a wildcard makes a
   * group of the one resource that it names.
   *
   * @param patterns - every text of the policies in which a resource could be named
   * @param except - resources to leave out
   */
  distinct(patterns: readonly string[], except: readonly string[] = []): readonly string[] {
    const named = this.#positionsOf(patterns);
    const left = new Set(this.#positionsOf(except));
    const apart = new Set([...named, ...left]);
    const firsts = this.#groupsBy(patterns.filter(hasWildcard)).flatMap(
      (group) => group.find((position) => !apart.has(position)) ?? [],
    );
    const kept = new Set([...named.filter((position) => !left.has(position)), ...firsts]);
    return [...kept].sort((one, other) => one - other).flatMap((position) => this.arns[position] ?? []);
  }

  #positionsOf(arns: readonly string[]): readonly number[] {
    return arns.flatMap((arn) => this.#positions.get(arn) ?? []);
  }

  /** Positions by which of the patterns match and by the resource's own policies. Roles of one form share their wildcards. */
  #groupsBy(wildcards: readonly string[]): readonly (readonly number[])[] {
    const patterns = [...new Set(wildcards)].sort();
    const key = JSON.stringify(patterns);
    const known = this.#groups.get(key);
    if (known !== undefined) {
      return known;
    }
    const groups = new Map<string, number[]>();
    this.arns.forEach((arn, position) => {
      const matched = patterns.filter((pattern) => resourceMatches(pattern, arn));
      const group = JSON.stringify([this.#policies[position], matched]);
      const members = groups.get(group);
      if (members === undefined) {
        groups.set(group, [position]);
      } else {
        members.push(position);
      }
    });
    this.#groups.set(key, [...groups.values()]);
    return [...groups.values()];
  }
}

function hasWildcard(text: string): boolean {
  return /[*?]/.test(text);
}
