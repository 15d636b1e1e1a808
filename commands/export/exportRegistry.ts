import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Origins } from "../../naming/packagePatterns";
import { fileAddress } from "../aws/projectPage";
import { fetchFrom, type StackRegistry } from "../aws/stackRegistry";
import { digestOfFile, pathOf, putFile, removePartial } from "../backup/folder";
import { inParallel } from "../aws/inParallel";
import {
  type Manifest,
  manifestName,
  type ManifestFile,
  type ManifestPackage,
  type ManifestVersion,
  readManifest,
  writeManifest,
} from "../backup/manifest";
import { writeStaticIndex } from "../backup/staticIndex";
import { CommandError } from "../cli";
import type { Progress } from "../terminal/progress";
import { archiveAgain, type ArchivedVersion, type Unlisting } from "./archived";
import { describeRegistry, listRegistry, requestsAtOnce } from "./snapshot";

export interface ExportOptions {
  readonly registry: StackRegistry;
  readonly source: Manifest["source"];
  readonly origins: Origins;
  /** The packages that are wanted. @default all that are private */
  readonly only?: readonly string[];
  readonly folder: string;
  /** What makes Archived versions readable. @default their files are not read */
  readonly unlisting?: Unlisting;
  readonly progress: Progress;
}

/** What an export has done. */
export interface Export {
  readonly packages: readonly ManifestPackage[];
  /** Files that were read, and files that an earlier export had read. */
  readonly fetched: number;
  readonly there: number;
  /** What is not saved, and why. */
  readonly problems: readonly string[];
}

/** So often the registry is read again where it has changed meanwhile. */
const passes = 3;

/**
 * Saves the private packages of a registry. A file is in the folder once its SHA-256 is that which AWS gives, and is not
 * fetched again.
 *
 * @throws CommandError where the folder has something else, or AWS cannot be asked
 */
export async function exportRegistry(options: ExportOptions): Promise<Export> {
  const { registry, source, origins, only, folder, progress } = options;
  const former = await openFolder(folder, source);
  await archiveAgain(registry, leftUnlisted(former), options.unlisting);
  const saved = new SavedFiles(options);
  for (let pass = 1; ; pass++) {
    const listing = await listRegistry(registry, origins, only);
    const { packages: found, unsafe } = await describeRegistry(registry, listing, progress);
    const packages = withFormer(found, former?.packages ?? [], only);
    const write = (complete: boolean) =>
      writeManifest(folder, { complete, source, packages: packages.map((one) => saved.marked(one)) });
    await write(false);
    await saved.save(found, write);
    progress.step("looking for changes");
    const hasChanged = JSON.stringify(await listRegistry(registry, origins, only)) !== JSON.stringify(listing);
    if (hasChanged && pass < passes) {
      continue;
    }
    await write(!hasChanged);
    const marked = packages.map((one) => saved.marked(one));
    await writeStaticIndex(folder, marked);
    await removePartial(folder);
    const changing = hasChanged ? [`${source.domain} has changed while it was read. Run the same command again.`] : [];
    return { packages: marked, ...saved.counts(), problems: [...unsafe, ...saved.problems(), ...changing] };
  }
}

/** @throws CommandError for a folder that has something else than an export of this registry */
async function openFolder(folder: string, source: Manifest["source"]): Promise<Manifest | undefined> {
  await mkdir(folder, { recursive: true });
  const former = await readManifest(folder);
  if (former === undefined) {
    await removePartial(folder);
    if ((await readdir(folder)).length > 0) {
      throw new CommandError(`${folder} has files and no ${manifestName}: name an empty folder, or an export's.`);
    }
    return undefined;
  }
  const { domain, region, repository } = former.source;
  if (domain !== source.domain || region !== source.region || repository !== source.repository) {
    throw new CommandError(
      `${folder} has an export of ${domain} in ${region}, and not of ${source.domain} in ${source.region}: name another folder.`,
    );
  }
  await removePartial(folder);
  return former;
}

function leftUnlisted(former: Manifest | undefined): readonly ArchivedVersion[] {
  return (former?.packages ?? []).flatMap(({ name, versions }) =>
    versions.filter(({ unlistedByExport }) => unlistedByExport === true).map(({ version }) => ({ name, version })),
  );
}

/**
 * A version that the registry no longer has stays in the export, with its files, and so do the files of one that was disposed
 * of, and a package that is not wanted this time.
 */
function withFormer(
  found: readonly ManifestPackage[],
  former: readonly ManifestPackage[],
  only: readonly string[] | undefined,
): readonly ManifestPackage[] {
  const deletedSince = new Date().toISOString();
  const others = former
    .filter(({ name }) => !found.some((one) => one.name === name))
    .map((one) =>
      only?.includes(one.name) === false
        ? one
        : { ...one, versions: one.versions.map((version) => ({ deletedSince, ...version })) },
    );
  const merged = found.map((one) => {
    const versions = former.find(({ name }) => name === one.name)?.versions ?? [];
    const kept = one.versions.map((version) => ({
      ...version,
      files:
        version.status === "Disposed"
          ? (versions.find((earlier) => earlier.version === version.version)?.files ?? [])
          : version.files,
    }));
    const gone = versions.filter(({ version }) => !kept.some((held) => held.version === version));
    return { ...one, versions: [...kept, ...gone.map((version) => ({ deletedSince, ...version }))] };
  });
  return [...merged, ...others].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** A file of a version. */
interface Wanted {
  readonly name: string;
  readonly version: ManifestVersion;
  readonly file: ManifestFile;
  readonly path: string;
}

/** The files of the folder, and what became of each. */
class SavedFiles {
  /** By path and SHA-256: a version may be deleted and published again while the export runs. */
  readonly #outcomes = new Map<string, "fetched" | "there" | { readonly problem: string }>();
  readonly #unlisted = new Set<string>();

  constructor(readonly options: ExportOptions) {}

  async save(packages: readonly ManifestPackage[], writeManifestNow: (complete: false) => Promise<void>) {
    for (const [key, outcome] of this.#outcomes) {
      if (typeof outcome !== "string") {
        this.#outcomes.delete(key);
      }
    }
    const versions = packages.flatMap(({ name, versions: all }) => all.map((version) => ({ name, version })));
    const wanted = versions.flatMap(({ name, version }) =>
      version.files.map((file) => ({ name, version, file, path: pathOf(name, version.version, file.filename) })),
    );
    // Nothing of a Disposed version is there, and only Maven has Unfinished ones.
    const readable = wanted.filter(({ version: { status } }) => status === "Published" || status === "Unlisted");
    let done = 0;
    await inParallel(readable, requestsAtOnce, async (one) => {
      this.options.progress.step(`${one.file.filename} (${++done} of ${readable.length})`);
      await this.#saveFile(one);
    });
    for (const { name, version } of versions.filter(({ version: { status } }) => status === "Archived")) {
      const files = wanted.filter((one) => one.version === version);
      await this.#saveArchived(name, version, files, writeManifestNow);
    }
  }

  marked(found: ManifestPackage): ManifestPackage {
    const versions = found.versions.map((version) => ({
      ...version,
      unlistedByExport: this.#unlisted.has(`${found.name} ${version.version}`) ? (true as const) : undefined,
      files: version.files.map((file) => ({
        ...file,
        saved: this.#isSaved(pathOf(found.name, version.version, file.filename), file) ?? file.saved,
      })),
    }));
    return { ...found, versions };
  }

  counts(): { readonly fetched: number; readonly there: number } {
    const [fetched, there] = (["fetched", "there"] as const).map(
      (wanted) => [...this.#outcomes.values()].filter((outcome) => outcome === wanted).length,
    ) as [number, number];
    return { fetched, there };
  }

  problems(): readonly string[] {
    return [...this.#outcomes.values()].flatMap((outcome) => (typeof outcome === "string" ? [] : outcome.problem));
  }

  #isSaved(path: string, { sha256 }: ManifestFile): boolean | undefined {
    const outcome = this.#outcomes.get(`${path} ${sha256}`);
    return outcome === undefined ? undefined : typeof outcome === "string";
  }

  async #saveArchived(
    name: string,
    version: ManifestVersion,
    files: readonly Wanted[],
    writeManifestNow: (complete: false) => Promise<void>,
  ): Promise<void> {
    const { unlisting, progress } = this.options;
    const absent: Wanted[] = [];
    for (const one of files) {
      if (!(await this.#isThere(one))) {
        absent.push(one);
      }
    }
    if (absent.length === 0) {
      return;
    }
    if (unlisting === undefined) {
      for (const one of absent) {
        this.#problem(
          one,
          "AWS gives out no file of an Archived version. With --unlist-archived it is Unlisted while its files are read.",
        );
      }
      return;
    }
    const key = `${name} ${version.version}`;
    this.#unlisted.add(key);
    await writeManifestNow(false);
    try {
      await unlisting.begin({ name, version: version.version });
      for (const one of absent) {
        progress.step(`${one.file.filename}, which is Archived`);
        await this.#fetch(one);
      }
    } catch (error) {
      if (!(error instanceof CommandError)) {
        throw error;
      }
      for (const one of absent.filter(({ path, file }) => this.#isSaved(path, file) === undefined)) {
        this.#problem(one, error.message);
      }
    } finally {
      await unlisting.end();
    }
    this.#unlisted.delete(key);
    await writeManifestNow(false);
  }

  async #saveFile(wanted: Wanted): Promise<void> {
    if (!(await this.#isThere(wanted))) {
      await this.#fetch(wanted);
    }
  }

  /** Whether the file needs no request; one with other bytes is never overwritten. */
  async #isThere(wanted: Wanted): Promise<boolean> {
    const { file, path } = wanted;
    if (this.#isSaved(path, file) !== undefined) {
      return true;
    }
    const digest = await digestOfFile(join(this.options.folder, path));
    if (digest === undefined) {
      return false;
    }
    if (digest.sha256 === file.sha256) {
      this.#outcomes.set(`${path} ${file.sha256}`, "there");
    } else {
      this.#problem(
        wanted,
        `the folder has it with SHA-256 ${digest.sha256}, and AWS with ${file.sha256}. A published file never changes: ` +
          "the file is damaged, or the version was deleted and published again. Move the file away to fetch AWS's.",
      );
    }
    return true;
  }

  async #fetch(wanted: Wanted): Promise<void> {
    const { name, version, file, path } = wanted;
    const { registry, folder } = this.options;
    const { domain } = registry.place;
    const url = fileAddress(registry, name, version.version, file.filename);
    const digest = await fetchFrom(registry, `${file.filename} in ${domain}`, url, ({ body }) =>
      putFile(folder, path, body ?? Readable.from([]), file.sha256),
    );
    if (digest === undefined) {
      this.#problem(wanted, `${domain} lists it, and has nothing at ${url}.`);
    } else if (digest.sha256 === file.sha256) {
      this.#outcomes.set(`${path} ${file.sha256}`, "fetched");
    } else {
      this.#problem(wanted, `${domain} gives it with SHA-256 ${digest.sha256}, and lists it with ${file.sha256}.`);
    }
  }

  #problem({ name, version, file, path }: Wanted, problem: string): void {
    this.#outcomes.set(`${path} ${file.sha256}`, {
      problem: `${name} ${version.version}, ${file.filename}: ${problem}`,
    });
  }
}
