import type { Settings } from "../../settings";
import type { Progress } from "../terminal/progress";
import { attestedDigests } from "./attestations";
import { comparePin, type Holder, readHolders, rowOf } from "./holders";
import { type Cell, compareRegistries, type PackageRows, type VersionRow, withOtherBytes } from "./matrix";
import { type Publication, publications } from "./publishers";
import { type Environment, type HeldVersion, registryVersions } from "./registryVersions";
import type { Selection } from "./selection";

/** Which version is where. */
export interface Report {
  readonly environments: readonly { readonly stack: string; readonly settings: Settings }[];
  readonly selection: Selection;
  readonly packages: readonly PackageRows[];
  readonly publication: (stack: string, version: HeldVersion) => Publication;
  /** Absent where no one asked for attestations. */
  readonly attested?: { readonly repository: string; readonly digests: ReadonlySet<string> };
  readonly holders: readonly Holder[];
  readonly warnings: readonly string[];
}

/** What is asked for. */
export interface Question {
  readonly environments: readonly Environment[];
  readonly selection: Selection;
  /** Locks and zips. */
  readonly files: readonly string[];
  /** OWNER/NAME of the repository that attestations are asked of. */
  readonly attestedBy?: string;
}

/**
 * Asks every registry, CloudTrail in its account, and GitHub where attestations are asked for.
 *
 * @throws CommandError with exit code 2 where one of them cannot be asked
 * @throws UsageError for a file that cannot be read
 */
export async function makeReport(question: Question, progress: Progress): Promise<Report> {
  const { environments, selection, files, attestedBy } = question;
  const holders = await readHolders(
    files,
    selection,
    environments.map(({ settings }) => settings.origins),
  );
  progress.wait(`reading ${environments.map(({ stack }) => stack).join(", ")}`);
  const registries = await byStack(environments, (one) => registryVersions(one, selection, progress.step));
  progress.wait("asking CloudTrail who published");
  const published = await byStack(environments, (one) => publications(one, registries.get(one.stack)?.selected ?? []));
  const packages = compareRegistries(registries, holders.flatMap(({ pins }) => pins).concat(named(selection)));
  const digests = new Set([...registries.values()].flatMap(({ selected }) => selected.flatMap(digestsOf)));
  if (attestedBy !== undefined) {
    progress.wait(`asking GitHub for attestations of ${digests.size} files`);
  }
  return {
    environments,
    selection,
    packages,
    holders,
    publication: (stack, version) => published.get(stack)?.of(version) ?? "",
    attested:
      attestedBy === undefined
        ? undefined
        : { repository: attestedBy, digests: await attestedDigests(attestedBy, digests, progress.step) },
    warnings: [...published].flatMap(([stack, { denied }]) =>
      denied === undefined ? [] : [`${stack}: who published is not known: CloudTrail: ${denied}`],
    ),
  };
}

/** Versions that are named, so that they are shown where no registry has them. */
function named({ versions }: Selection) {
  return [...versions].flatMap(([name, some]) => some.map((version) => ({ name, version, hashes: [] })));
}

/** The versions with other bytes in another environment, or in a lock or zip. */
export function differing({ packages, holders, environments }: Report): readonly VersionRow[] {
  const held = holders.flatMap(({ pins }) =>
    pins.flatMap((pin) => {
      const row = rowOf(pin, packages);
      const differs = environments.some(({ stack }) => comparePin(pin, cellOf(row, stack)) === "other bytes");
      return differs ? [row] : [];
    }),
  );
  return [...new Set([...withOtherBytes(packages), ...held])];
}

/** @throws Error for a stack that was not asked */
export function cellOf({ cells }: VersionRow, stack: string): Cell {
  const cell = cells.get(stack);
  if (cell === undefined) {
    throw new Error(`stack ${stack} was not asked`);
  }
  return cell;
}

function digestsOf({ files }: HeldVersion): readonly string[] {
  return files.map(({ sha256 }) => sha256);
}

async function byStack<Value>(
  environments: readonly Environment[],
  read: (environment: Environment) => Promise<Value>,
): Promise<ReadonlyMap<string, Value>> {
  return new Map(await Promise.all(environments.map(async (one) => [one.stack, await read(one)] as const)));
}
