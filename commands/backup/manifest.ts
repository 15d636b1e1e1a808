import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { isPathStep } from "../../naming/distributionNames";
import { isPackageName, normalizePackageName } from "../../naming/packagePatterns";
import { versionStatuses } from "../../sandbox/codeartifact/packages/records";
import { CommandError } from "../cli";
import { writeText } from "./folder";

/** The file of an export that says what is in it. */
export const manifestName = "manifest.json";

const format = "package-registry-export";
const newestVersion = 1;

// What comes from a file becomes a path, so it is checked as what comes from a registry is.
const step = z.string().refine(isPathStep, "is no name that may be a part of a path");
const packageName = z
  .string()
  .refine((name) => isPackageName(name) && normalizePackageName(name) === name, "is no normalised name of a package");

const file = z.object({
  filename: step,
  /** In hexadecimal, as AWS gives it. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** In bytes. */
  size: z.int().nonnegative(),
  /** As the index gives it, for files of Published versions. */
  requiresPython: z.string().optional(),
  /** Whether `files/NAME/VERSION/FILENAME` has these bytes. */
  saved: z.boolean(),
});

const packageVersion = z.object({
  version: step,
  status: z.enum(versionStatuses),
  /** ISO 8601. */
  publishedTime: z.string().optional(),
  revision: z.string(),
  /** How it came into the registry, as AWS gives it. */
  origin: z.record(z.string(), z.unknown()).optional(),
  summary: z.string().optional(),
  homePage: z.string().optional(),
  sourceCodeRepository: z.string().optional(),
  licenses: z.array(z.object({ name: z.string().optional(), url: z.string().optional() })),
  /** When an export first saw that the registry no longer has the version; ISO 8601. */
  deletedSince: z.string().optional(),
  /** Whether an export has made it Unlisted for a moment; it is Archived again when this is gone. */
  unlistedByExport: z.literal(true).optional(),
  files: z.array(file),
});

const manifest = z.object({
  format: z.literal(format),
  version: z.literal(newestVersion),
  /** Whether the export ran to its end. Files without `saved` may be missing nevertheless. */
  complete: z.boolean(),
  /** ISO 8601. */
  writtenAt: z.string(),
  source: z.object({ stack: z.string(), region: z.string(), domain: z.string(), repository: z.string() }),
  packages: z.array(
    z.object({
      name: packageName,
      /** The package's own settings, beside which its package group's hold. */
      originConfiguration: z.object({ publish: z.string(), upstream: z.string() }),
      versions: z.array(packageVersion),
    }),
  ),
});

/** What an export has, in `manifest.json`. */
export type Manifest = z.infer<typeof manifest>;
export type ManifestPackage = Manifest["packages"][number];
export type ManifestVersion = ManifestPackage["versions"][number];
export type ManifestFile = ManifestVersion["files"][number];

/** The manifest of a folder; nothing where it has none. @throws CommandError where it is not one, with all errors */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, manifestName);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw new CommandError(`${path} cannot be read: ${(error as Error).message}`);
  });
  if (text === undefined) {
    return undefined;
  }
  const found = jsonIn(text);
  const head = z.object({ format: z.literal(format), version: z.int() }).safeParse(found);
  if (!head.success) {
    throw new CommandError(`${path} is no manifest of an export: its format is not ${format}.`);
  }
  if (head.data.version > newestVersion) {
    throw new CommandError(
      `${path} has version ${head.data.version}, and this release reads ${newestVersion}: take the release that wrote it.`,
    );
  }
  const read = manifest.safeParse(found);
  if (!read.success) {
    const errors = read.error.issues.map(({ path: at, message }) => `${path}: ${z.core.toDotPath(at)}: ${message}`);
    throw new CommandError(errors.join("\n"));
  }
  return read.data;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function writeManifest(folder: string, written: Omit<Manifest, "format" | "version" | "writtenAt">) {
  const writtenAt = new Date().toISOString();
  const text = JSON.stringify({ format, version: newestVersion, writtenAt, ...written }, undefined, 2);
  return writeText(folder, manifestName, `${text}\n`);
}
