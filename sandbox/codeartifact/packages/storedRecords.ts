import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import * as z from "zod";
import type { RepositoryPlace } from "./store";
import { PackageStoreError } from "./packageStoreError";
import type { Asset, PackageRecord } from "./records";

/** A record, and the repository that holds the package. */
export interface StoredRecord {
  readonly place: RepositoryPlace;
  readonly record: PackageRecord;
}

/**
 * Every record below a store's folder, each with its bytes looked for.
 *
 * @throws PackageStoreError for the first that is damaged
 */
export async function* readRecords(root: string): AsyncGenerator<StoredRecord> {
  const paths = await unlessMissing(readdir(join(root, packagesFolder), { recursive: true }));
  for (const path of (paths ?? []).sort()) {
    const [domain = "", repository = "", file = ""] = path.split(sep);
    if (file.endsWith(".json")) {
      const place = { domain, repository };
      yield { place, record: await readRecord(root, place, file) };
    }
  }
}

const packagesFolder = "packages";

/**
 * Where a record is, below the store's folder. Names are escaped, so that a record stays inside the folder. A name has up to 255
 * characters, and so has a file's name with its ending: a digest replaces a name that is too long.
 */
export function recordPath({ domain, repository }: RepositoryPlace, name: string): string {
  const escaped = encodeURIComponent(name);
  const stem = escaped.length <= longestStem ? escaped : createHash("sha256").update(name).digest("hex");
  return join(packagesFolder, domain, repository, `${stem}.json`);
}

/** In characters, without the ending `.json`. */
const longestStem = 250;

/** Where bytes are, below the store's folder. */
export function bytesPath(sha256: string): string {
  return join("bytes", sha256.slice(0, 2), sha256);
}

/** What of a record this store itself relies on. */
const asset = z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), url: z.string().optional() });
const stored = z.looseObject({
  name: z.string(),
  versions: z.record(z.string(), z.looseObject({ assets: z.record(z.string(), asset) })),
});

async function readRecord(root: string, place: RepositoryPlace, file: string): Promise<PackageRecord> {
  const path = join(root, packagesFolder, place.domain, place.repository, file);
  const record = parseRecord(path, await readFile(path, "utf8"));
  if (join(root, recordPath(place, record.name)) !== path) {
    throw damaged(path, `it is the record of another package, ${record.name}`);
  }
  for (const { filename, sha256, size } of ownAssets(record)) {
    const bytes = join(root, bytesPath(sha256));
    const found = await unlessMissing(stat(bytes));
    if (found?.size !== size) {
      const how = found === undefined ? "are missing" : `have ${found.size} bytes, not ${size ?? "that many"}`;
      throw damaged(path, `${bytes}, which hold its ${filename}, ${how}`);
    }
  }
  return record;
}

/** Those whose bytes are kept here alone; those of a public file may still be to be fetched. */
function ownAssets({ versions }: PackageRecord): readonly Asset[] {
  return Object.values(versions)
    .flatMap(({ assets }) => Object.values(assets))
    .filter(({ url }) => url === undefined);
}

function parseRecord(path: string, text: string): PackageRecord {
  try {
    return stored.parse(JSON.parse(text)) as unknown as PackageRecord;
  } catch {
    throw damaged(path, "it is no record of a package");
  }
}

/** What is there cannot be relied on. */
export function damaged(file: string, how: string): PackageStoreError {
  return new PackageStoreError(`${file} is damaged: ${how}. Put a copy of it back, or start with an empty folder`);
}

/** Nothing where the file is not there. */
export async function unlessMissing<Found>(found: Promise<Found>): Promise<Found | undefined> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}
