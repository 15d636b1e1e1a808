import { fetchFrom, type StackRegistry } from "./stackRegistry";

/** A file as the index lists it. */
export interface ListedFile {
  readonly filename: string;
  readonly url: string;
  /** In hexadecimal. */
  readonly sha256: string;
  /** In bytes, where the index says it. */
  readonly size?: number;
  /** Such as `>=3.9`. */
  readonly requiresPython?: string;
}

/**
 * The files of a package, as the index lists them: those of Published versions. That is what a reader's role may ask for.
 *
 * @param name - normalised by PEP 503
 * @returns none where the index has no such package
 * @throws CommandError where the index does not answer
 */
export async function projectFiles(registry: StackRegistry, name: string): Promise<readonly ListedFile[]> {
  const page = `${registry.endpoint}simple/${name}/`;
  const found = await fetchFrom(
    registry,
    `${name} in ${registry.place.domain}`,
    page,
    (response) => response.json() as Promise<SimplePage>,
    "application/vnd.pypi.simple.v1+json",
  );
  return (found?.files ?? []).map(
    ({ filename, url, size, hashes: { sha256 = "" }, "requires-python": requiresPython }) => ({
      filename,
      url: new URL(url, page).href,
      sha256,
      size,
      requiresPython: requiresPython ?? undefined,
    }),
  );
}

/** Source: https://packaging.python.org/en/latest/specifications/simple-repository-api/ */
interface SimplePage {
  readonly files: readonly {
    readonly filename: string;
    readonly url: string;
    readonly hashes: { readonly sha256?: string };
    readonly size?: number;
    readonly "requires-python"?: string | null;
  }[];
}

/**
 * Where a file is, also one that the index does not list. CodeArtifact's own pages have these addresses:
 * https://github.com/astral-sh/uv/issues/8957
 */
export function fileAddress({ endpoint }: StackRegistry, name: string, version: string, filename: string): string {
  return `${endpoint}simple/${[name, version, filename].map(encodeURIComponent).join("/")}`;
}
