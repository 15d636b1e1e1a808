import { isPackageName, normalizePackageName } from "../../naming/packagePatterns";
import { UsageError } from "../cli";

/** The option that narrows an export or an import to some packages. */
export const packagesOption = {
  type: "text",
  value: "NAME,…",
  help: "these packages alone (default: all that are private)",
} as const;

/**
 * Reads `NAME,NAME`.
 *
 * @returns the names, normalised by PEP 503; nothing where the option is not given
 * @throws UsageError that lists every name that no package has
 */
export function readPackageNames(text: string | undefined): readonly string[] | undefined {
  const names = text?.split(",").map((name) => name.trim());
  const wrong = names?.filter((name) => !isPackageName(name)) ?? [];
  if (wrong.length > 0) {
    throw new UsageError(
      `--packages: ${wrong.map((name) => JSON.stringify(name)).join(", ")}: write names of packages, as acme-common,acme-models`,
    );
  }
  return names && [...new Set(names.map(normalizePackageName))];
}
