import {
  fallsUnder,
  isPackageName,
  longestName,
  normalizePackageName,
  type Origins,
  type PackagePattern,
  patternText,
  readPackagePattern,
} from "../naming/packagePatterns";
import { isUnquoted, type Path, SettingErrors, shown, unquoted } from "./errors";

/**
 * Reads the setting `packages`: normalised names, each once and each kept private by the rules about origins; none where one could not
 * be read, so that a publisher's list is not compared with a part of them.
 */
export function readPackages(
  errors: SettingErrors,
  value: unknown,
  origins: Origins,
  path = "packages",
): readonly string[] {
  const list = errors.readList(path, value, "List the private packages, as in: - orb-common");
  const names = readNames(errors, path, list, (name) => {
    if (origins.public.includes(name)) {
      return "is to come from public PyPI by origins.public. Remove one of the two";
    }
    if (origins.blocked.includes(name)) {
      return "is to come from nowhere by origins.blocked. Remove one of the two";
    }
    return fallsUnderAny(origins.private, name)
      ? undefined
      : `falls under no entry of origins.private. Add the line there: - "${name}$"`;
  });
  return list.every((entry) => typeof entry === "string" && isPackageName(entry)) ? names : [];
}

/** Reads the setting `origins`. */
export function readOrigins(errors: SettingErrors, value: unknown, publicPackages: boolean): Origins {
  const wayOut = 'Say which names are private, as in: {private: ["orb~"]}';
  const fields = errors.readObject("origins", value, ["private", "public", "blocked"], wayOut);
  if (fields === undefined) {
    return { private: [], public: [], blocked: [] };
  }
  const patterns = readPrivate(errors, fields.private);
  const rejectListed = (name: string) =>
    patterns.some((pattern) => patternText(pattern) === `${name}$`)
      ? `is listed in origins.private too, as "${name}$". Remove one of the two`
      : undefined;
  const blocked = readOptionalNames(errors, "origins.blocked", fields.blocked, rejectListed);
  const opened = readOptionalNames(errors, "origins.public", fields.public, (name) => {
    if (blocked.includes(name)) {
      return "is listed in origins.blocked too. Remove one of the two";
    }
    if (!publicPackages) {
      return "cannot come from public PyPI while publicPackages is false. Remove it";
    }
    if (!fallsUnderAny(patterns, name)) {
      return "falls under no entry of origins.private, so it is public already. Remove it";
    }
    return rejectListed(name);
  });
  return { private: patterns, public: opened, blocked };
}

/** Whether the name falls under a private pattern; every name does where those could not be read, to spare false alarms. */
function fallsUnderAny(patterns: readonly PackagePattern[], name: string): boolean {
  return patterns.length === 0 || patterns.some((pattern) => fallsUnder(name, pattern));
}

function readPrivate(errors: SettingErrors, value: unknown): readonly PackagePattern[] {
  const path = "origins.private";
  const wayOut = 'List the private names, as in: - "orb~"';
  const list = errors.readList(path, value, wayOut);
  const seen = new Map<string, number>();
  const patterns = list.map((entry, index) => {
    const pattern = typeof entry === "string" ? readPackagePattern(entry) : undefined;
    if (pattern === undefined) {
      errors.add(
        `${path}[${index}]`,
        `${shown(entry)} is not a pattern. Write a name and behind it ~ (all names that begin with this word) or $ (this name alone)`,
      );
      return undefined;
    }
    const first = seen.get(patternText(pattern));
    if (first !== undefined) {
      errors.add(`${path}[${index}]`, `${shown(entry)} is the same as ${path}[${first}]. Remove one of the two`);
    }
    seen.set(patternText(pattern), index);
    return pattern;
  });
  const readable = patterns.filter((pattern) => pattern !== undefined);
  // What falls under none of them may be meant for the one that cannot be read.
  return readable.length < patterns.length ? [] : readable;
}

/** Why a valid name is an error here, as rule and way out; undefined if it is not. */
type Rejection = (name: string) => string | undefined;

function readOptionalNames(errors: SettingErrors, path: Path, value: unknown, reject: Rejection): readonly string[] {
  return readNames(errors, path, errors.readOptionalList(path, value, "List exact names, or leave it out"), reject);
}

function readNames(errors: SettingErrors, path: Path, list: readonly unknown[], reject: Rejection): readonly string[] {
  const seen = new Map<string, number>();
  list.forEach((entry, index) => {
    const at = `${path}[${index}]`;
    if (isUnquoted(entry) && isPackageName(String(entry))) {
      errors.add(at, unquoted(entry));
      return;
    }
    if (typeof entry !== "string" || !isPackageName(entry)) {
      errors.add(
        at,
        `${shown(entry)} is not a package's name. Use at most ${longestName} letters, digits, and between them . _ -`,
      );
      return;
    }
    const name = normalizePackageName(entry);
    const first = seen.get(name);
    if (first !== undefined) {
      errors.add(at, `${shown(entry)} is the same package as ${path}[${first}], ${shown(name)}. Remove one of the two`);
      return;
    }
    seen.set(name, index);
    const reason = reject(name);
    if (reason !== undefined) {
      errors.add(at, `${shown(entry)} ${reason}`);
    }
  });
  return [...seen.keys()];
}
