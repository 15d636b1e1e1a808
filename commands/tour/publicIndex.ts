import { makeWheel } from "../../sandbox/fixtures/distributions";
import { serveSmallIndex, type SmallIndex } from "../../sandbox/publicIndex/smallIndex";
import type { Settings } from "../../settings";
import { firstOf, misspelt, publicName } from "./names";

/** Names of the packages on the tour's public index. */
export interface PublicPackages {
  /** What anyone may want. */
  readonly dependency: string;
  /** A private package's name, taken by someone else, in a version that beats every private one. */
  readonly poisoned: string;
  /** A private package's name, misspelt. */
  readonly squatted: string;
  /** What the settings let in under a private prefix, the first of many. */
  readonly opened: readonly string[];
  /** What the settings block, the first of many. */
  readonly blocked: readonly string[];
}

/** The version of each package. */
export const publicVersions: Readonly<Record<keyof PublicPackages, string>> = {
  dependency: "2.1.0",
  poisoned: "99.0",
  squatted: "1.0.0",
  opened: "3.2.0",
  blocked: "1.0.0",
};

/** What the tour's public index offers beside a private package. */
export function publicPackages(settings: Settings, privatePackage: string): PublicPackages {
  const { origins } = settings;
  return {
    dependency: publicName(settings),
    poisoned: privatePackage,
    squatted: misspelt(privatePackage, settings),
    opened: firstOf(origins.public),
    blocked: firstOf(origins.blocked),
  };
}

/** Serves a public index on this machine, so that the tour needs no other. */
export async function servePublicIndex(offered: PublicPackages): Promise<SmallIndex> {
  const made = Object.entries(publicVersions).flatMap(([role, version]) =>
    [offered[role as keyof PublicPackages]].flat().map((name) => makeWheel({ name, version })),
  );
  return serveSmallIndex(await Promise.all(made));
}
