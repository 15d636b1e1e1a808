import type { HeldFile, HeldVersion, HeldVersions } from "./registryVersions";
import { orderVersions, sameVersion } from "./selection";

/** What is wrong with a version in an environment that has it. */
export type Mark =
  /** A file has another SHA-256 than the file of this name in another environment. */
  | "other bytes"
  /** Another environment has a file of this version that is not here. */
  | "not all files";

/** A version in one environment. */
export type Cell =
  | {
      readonly state: "held";
      readonly held: HeldVersion;
      readonly marks: readonly Mark[];
    }
  /** `behind`: the environment has older versions of the package alone. `missing`: it has a newer one, or none. */
  | { readonly state: "behind" | "missing" };

/** A version, in every environment. */
export interface VersionRow {
  readonly name: string;
  /** As the first environment writes it. */
  readonly version: string;
  /** By stack, in their order. */
  readonly cells: ReadonlyMap<string, Cell>;
}

/** A package in every environment. */
export interface PackageRows {
  readonly name: string;
  /** The newest version by stack, whatever its status; absent where the stack has none. */
  readonly latest: ReadonlyMap<string, string>;
  /** Stacks that have the package, and not the newest version. */
  readonly behind: ReadonlySet<string>;
  /** The newest first. */
  readonly versions: readonly VersionRow[];
}

/**
 * Compares what registries hold, package by package in alphabetical order.
 *
 * @param registries - by stack, in order
 * @param others - versions that are shown though no registry may have them, by package
 */
export function compareRegistries(
  registries: ReadonlyMap<string, HeldVersions>,
  others: readonly { readonly name: string; readonly version: string }[] = [],
): readonly PackageRows[] {
  const selected = [...registries.values()].flatMap((one) => one.selected);
  const names = new Set([...selected, ...others].map(({ name }) => name));
  return [...names].sort().map((name) => {
    const latest = new Map(
      [...registries].flatMap(([stack, { all }]) => {
        const newest = [...(all.get(name) ?? [])].sort(orderVersions).at(-1);
        return newest === undefined ? [] : [[stack, newest] as const];
      }),
    );
    const newest = [...latest.values()].sort(orderVersions).at(-1) ?? "";
    const texts = [...selected, ...others].filter((one) => one.name === name).map(({ version }) => version);
    const different = texts.filter(
      (version, index) => texts.findIndex((other) => sameVersion(version, other)) === index,
    );
    return {
      name,
      latest,
      behind: new Set([...latest].flatMap(([stack, version]) => (sameVersion(version, newest) ? [] : [stack]))),
      versions: different
        .sort((one, other) => orderVersions(other, one))
        .map((version) => versionRow({ name, version, latest }, registries)),
    };
  });
}

/** The versions whose bytes differ between environments. */
export function withOtherBytes(packages: readonly PackageRows[]): readonly VersionRow[] {
  return packages
    .flatMap(({ versions }) => versions)
    .filter(({ cells }) => [...cells.values()].some((cell) => marksOf(cell).includes("other bytes")));
}

export function marksOf(cell: Cell): readonly Mark[] {
  return cell.state === "held" ? cell.marks : [];
}

function versionRow(
  { name, version, latest }: Pick<PackageRows, "name" | "latest"> & { readonly version: string },
  registries: ReadonlyMap<string, HeldVersions>,
): VersionRow {
  const held = new Map(
    [...registries].map(([stack, { selected }]) => [
      stack,
      merged(selected.filter((one) => one.name === name && sameVersion(one.version, version))),
    ]),
  );
  const all = [...held.values()].flatMap((one) => one?.files ?? []);
  return {
    name,
    version,
    cells: new Map(
      [...held].map(([stack, one]) => {
        const newest = latest.get(stack);
        const isBehind = newest !== undefined && orderVersions(newest, version) < 0;
        return [
          stack,
          one === undefined
            ? { state: isBehind ? "behind" : "missing" }
            : { state: "held", held: one, marks: marks(one, all) },
        ];
      }),
    ),
  };
}

/** CodeArtifact keeps `1.4` and `1.4.0` apart, and Python's clients do not. */
function merged([first, ...others]: readonly HeldVersion[]): HeldVersion | undefined {
  return first && { ...first, files: [first, ...others].flatMap(({ files }) => files) };
}

function marks({ status, files }: HeldVersion, all: readonly HeldFile[]): readonly Mark[] {
  const differs = files.some(({ filename, sha256 }) =>
    all.some((other) => other.filename === filename && other.sha256 !== sha256),
  );
  // The files of a version that is disposed of are gone on purpose.
  const lacks = status !== "Disposed" && all.some(({ filename }) => !files.some((file) => file.filename === filename));
  return [...(differs ? (["other bytes"] as const) : []), ...(lacks ? (["not all files"] as const) : [])];
}
