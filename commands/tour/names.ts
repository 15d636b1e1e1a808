import { fallsUnder, isKeptFromPublic } from "../../naming/packagePatterns";
import type { Settings } from "../../settings";

/** As many names as a tour has time for. */
export function firstOf(names: readonly string[]): readonly string[] {
  return names.slice(0, 3);
}

/** A private name for each private pattern, which for a prefix is in no list. */
export function privateNames({ packages, origins }: Settings): readonly string[] {
  const taken = [...packages, ...origins.public, ...origins.blocked];
  return origins.private.map(({ name, match }) => {
    let free = `${name}-unlisted`;
    while (taken.includes(free)) {
      free += "-too";
    }
    return match === "exact" ? name : free;
  });
}

/**
 * A name that no rule about origins covers.
 *
 * @param first - the name, if it is one
 */
export function publicName({ origins }: Settings, first = "tour-dependency"): string {
  const isSpokenOf = (name: string) =>
    origins.blocked.includes(name) || origins.private.some((pattern) => fallsUnder(name, pattern));
  let name = first;
  for (let count = 1; isSpokenOf(name); count += 1) {
    name = `tour${count}-${first}`;
  }
  return name;
}

/** One letter of a pair left out, as in `orb-comon`; where there is no pair, the last letter doubled. */
export function misspelt(name: string, { packages }: Settings): string {
  const without = name.replace(/([a-z])\1/, "$1");
  let misspelling = without === name ? `${name}${name.slice(-1)}` : without;
  while (packages.includes(misspelling)) {
    misspelling += name.slice(-1);
  }
  return misspelling;
}

/** Whether the settings let a public package of this name in. */
export function comesFromOutside({ origins, publicPackages }: Settings, name: string): boolean {
  return publicPackages && !isKeptFromPublic(origins, name);
}
