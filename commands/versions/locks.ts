import { parse, TomlError } from "smol-toml";
import * as z from "zod";
import { normalizePackageName } from "../../naming/packagePatterns";
import { normalVersion } from "../../naming/versions";

/** A version that a lock pins. */
export interface Pin {
  /** Normalised by PEP 503. */
  readonly name: string;
  readonly version: string;
  /** SHA-256 in hexadecimal of the files that may be installed; empty where the lock has none. */
  readonly hashes: readonly string[];
}

/** What is said of a lock that cannot be read. */
export class LockError extends Error {}

/** Reads a lock, by the form that its file's name says. */
export type LockReader = (text: string) => readonly Pin[];

/** @returns nothing for a name that no lock has */
export function lockReader(basename: string): LockReader | undefined {
  if (basename === "Pipfile.lock") {
    return readPipfileLock;
  }
  if (basename === "uv.lock" || basename === "poetry.lock" || /^pylock(\.[^.]+)?\.toml$/.test(basename)) {
    return readTomlLock;
  }
  return basename.endsWith(".txt") ? readRequirements : undefined;
}

/** Source: https://pip.pypa.io/en/stable/reference/requirements-file-format/ */
export function readRequirements(text: string): readonly Pin[] {
  const lines = text
    .replaceAll(/(^|\s)#.*$/gm, "")
    .replaceAll(/\\\r?\n/g, " ")
    .split(/\r?\n/);
  return lines.flatMap((line) => {
    const [, name, version] = /^\s*([\w.-]+)\s*(?:\[[^\]]*\])?\s*===?\s*([^\s;,]+)/.exec(line) ?? [];
    const hashes = [...line.matchAll(/--hash[=\s]+sha256:([0-9a-f]{64})\b/gi)].map(([, hash = ""]) => hash);
    return pin(name, version, hashes);
  });
}

const hash = z.string();
const pipfileLock = z.record(
  z.string(),
  z.record(z.string(), z.looseObject({ version: z.string().optional(), hashes: z.array(hash).optional() })),
);

/** Every category of packages. Source: https://pipenv.pypa.io/en/latest/pipfile.html */
function readPipfileLock(text: string): readonly Pin[] {
  const document = valid(
    z.record(z.string(), z.unknown()),
    read(() => JSON.parse(text) as unknown),
  );
  const categories = Object.entries(document).filter(([name]) => name !== "_meta");
  return Object.values(valid(pipfileLock, Object.fromEntries(categories))).flatMap((packages) =>
    Object.entries(packages).flatMap(([name, { version, hashes = [] }]) =>
      pin(name, version?.replace(/^===?/, ""), hashes.flatMap(sha256)),
    ),
  );
}

/** `hash` is uv's and poetry's, `hashes` that of pylock.toml. */
const file = z.looseObject({ hash: hash.optional(), hashes: z.record(z.string(), z.string()).optional() });
const lockedPackages = z.array(
  z.looseObject({
    name: z.string(),
    version: z.string().optional(),
    files: z.array(file).optional(),
    wheels: z.array(file).optional(),
    sdist: file.optional(),
    archive: file.optional(),
  }),
);
const tomlLock = z.looseObject({ package: lockedPackages.optional(), packages: lockedPackages.optional() });

/** uv.lock, poetry.lock and pylock.toml. Source: https://packaging.python.org/en/latest/specifications/pylock-toml/ */
function readTomlLock(text: string): readonly Pin[] {
  const { package: locked = [], packages = locked } = valid(
    tomlLock,
    read(() => parse(text)),
  );
  return packages.flatMap(({ name, version, files = [], wheels = [], sdist, archive }) => {
    const all: readonly z.infer<typeof file>[] = [files, wheels, sdist ?? [], archive ?? []].flat();
    const hashes = all.flatMap((one) => [sha256(one.hash ?? ""), one.hashes?.sha256 ?? []].flat());
    return pin(name, version, hashes);
  });
}

/** Nothing where it is no version of a package: a folder of the project or a commit, say. */
function pin(name = "", version = "", hashes: readonly string[]): readonly Pin[] {
  return name === "" || normalVersion(version) === undefined
    ? []
    : [{ name: normalizePackageName(name), version, hashes: [...new Set(hashes.map((one) => one.toLowerCase()))] }];
}

function sha256(text: string): readonly string[] {
  return /^sha256:([0-9a-f]{64})$/i.exec(text)?.slice(1) ?? [];
}

function valid<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const result = schema.safeParse(value);
  if (!result.success) {
    throw new LockError(z.prettifyError(result.error).replaceAll("\n", " "));
  }
  return result.data;
}

function read<Value>(parseText: () => Value): Value {
  try {
    return parseText();
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TomlError) {
      throw new LockError(error.message.split("\n")[0]);
    }
    throw error;
  }
}
