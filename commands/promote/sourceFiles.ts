import { createHash } from "node:crypto";
import { eq } from "@renovatebot/pep440";
import { readDistributionName } from "../../sandbox/pypi/distributionName";
import { CommandError } from "../cli";
import type { Release } from "./releases";
import { asking, authorization, type StackRegistry } from "./stackRegistry";

/** A file of a release, in the registry that it is taken from. */
export interface SourceFile {
  /** As the file has it: `1.4` and `1.4.0` are one version, and CodeArtifact knows it by this text. */
  readonly version: string;
  readonly filename: string;
  readonly url: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

interface SimplePage {
  readonly files: readonly {
    readonly filename: string;
    readonly url: string;
    readonly hashes: { readonly sha256?: string };
  }[];
}

/**
 * The files of a release, as the index lists them: that is what a reader's role may ask for.
 *
 * @throws CommandError where there are none
 */
export async function sourceFiles(source: StackRegistry, { name, version }: Release): Promise<readonly SourceFile[]> {
  const { domain } = source.place;
  const page = `${source.endpoint}simple/${name}/`;
  const { files } = await asking(domain, async () => {
    const headers = { ...authorization(source), accept: "application/vnd.pypi.simple.v1+json" };
    const response = await fetch(page, { headers });
    if (response.status === 404) {
      return { files: [] };
    }
    if (!response.ok) {
      throw new CommandError(`${domain}: ${response.status} ${response.statusText} for ${page}`);
    }
    return (await response.json()) as SimplePage;
  });
  const found = files
    .map(({ filename, url, hashes: { sha256 = "" } }) => ({
      ...{ filename, url: new URL(url, page).href, sha256 },
      version: versionOf(filename) ?? "",
    }))
    .filter((file) => file.version !== "" && eq(file.version, version));
  if (found.length === 0) {
    throw new CommandError(`${domain} has no ${name} ${version}.`);
  }
  return found.sort((one, other) => (one.filename < other.filename ? -1 : 1));
}

/**
 * The bytes of a file.
 *
 * @throws CommandError where they are not those that the index gives the SHA-256 of
 */
export async function sourceBytes(source: StackRegistry, { filename, url, sha256 }: SourceFile): Promise<Buffer> {
  const { domain } = source.place;
  const bytes = await asking(domain, async () => {
    const response = await fetch(url, { headers: authorization(source) });
    if (!response.ok) {
      throw new CommandError(`${domain}: ${response.status} ${response.statusText} for ${url}`);
    }
    return Buffer.from(await response.arrayBuffer());
  });
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (digest !== sha256) {
    throw new CommandError(`${domain} gives ${filename} with SHA-256 ${digest}, and its index says ${sha256}.`);
  }
  return bytes;
}

/** In the normal form of PEP 440; nothing for a file that is no distribution. */
function versionOf(filename: string): string | undefined {
  try {
    return readDistributionName(filename).version;
  } catch {
    return undefined;
  }
}
