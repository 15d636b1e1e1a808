import { noRegistry, type Registry } from "../aws/registry";
import { type Property, type ComparableResource, comparableResources } from "./comparable";

/** Something that is not as the stack declares it. */
export interface Difference {
  /** `package group /pypi//orb~, EXTERNAL_UPSTREAM`. */
  readonly what: string;
  readonly declared: string;
  readonly live: string;
  /** What to do. */
  readonly wayOut: string;
}

/**
 * Everything in which a registry is not as its stack declares it. Of what is missing, or is not declared, no more is
 * said than that.
 */
export function differences(stack: string, declared: Registry, live: Registry): readonly Difference[] {
  const restore = `pulumi up --refresh --stack ${stack}`;
  const compared = live.domain === undefined ? { ...declared, ...noRegistry } : declared;
  const [wanted, found] = [byName(comparableResources(compared)), byName(comparableResources(live))];
  return [...new Set([...wanted.keys(), ...found.keys()])].flatMap((name): readonly Difference[] => {
    const [ours, theirs] = [wanted.get(name), found.get(name)];
    if (ours === undefined) {
      return [{ what: name, declared: "none", live: "there", wayOut: theirs?.removal ?? restore }];
    }
    return theirs === undefined
      ? [{ what: name, declared: "there", live: "none", wayOut: ours.recovery ?? restore }]
      : aspectDifferences(ours, theirs, restore);
  });
}

function aspectDifferences(
  ours: ComparableResource,
  theirs: ComparableResource,
  restore: string,
): readonly Difference[] {
  const names = new Set([...Object.keys(ours.aspects), ...Object.keys(theirs.aspects)]);
  return [...names].flatMap((name): readonly Difference[] => {
    const none: Property = { values: new Map() };
    const [declared, live] = [ours.aspects[name] ?? none, theirs.aspects[name] ?? none];
    const [missing, added] = [without(declared, live), without(live, declared)];
    if (missing.length === 0 && added.length === 0) {
      return [];
    }
    const removal = declared.values.size === 0 ? live.removal : undefined;
    return [
      {
        what: `${ours.name}, ${name}`,
        declared: text(missing),
        live: text(added),
        wayOut: declared.remedy ?? removal ?? restore,
      },
    ];
  });
}

function without({ values }: Property, other: Property): readonly string[] {
  return [...values].flatMap(([meaning, text]) => (other.values.has(meaning) ? [] : [text]));
}

function text(values: readonly string[]): string {
  return values.length === 0 ? "none" : values.join("\n");
}

function byName(things: readonly ComparableResource[]): ReadonlyMap<string, ComparableResource> {
  return new Map(things.map((thing) => [thing.name, thing]));
}
