import { paginateListPackageVersionAssets } from "@aws-sdk/client-codeartifact";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { collect, find } from "../aws/clients";
import type { StackRegistry } from "../aws/stackRegistry";
import { CommandError } from "../cli";
import { pythonTools, requirementsFile } from "../python/pythonTools";
import { cleanEnvironment, runProcess } from "../python/runProcess";
import { inTemporaryFolder } from "../python/temporaryFolder";
import type { Progress } from "../terminal/progress";
import { describeSigner, type Signer, unattested } from "./attestations";
import type { Release } from "./releases";
import { sourceBytes, type SourceFile, sourceFiles } from "./sourceFiles";

/** The two ends of a promotion. */
export interface Registries {
  readonly source: StackRegistry;
  readonly target: StackRegistry;
}

/** A file of a release, and what became of it. */
export interface PromotedFile extends Release {
  readonly filename: string;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Whether it had to be sent; `left out` where twine does not send such a file. */
  readonly outcome: "carried" | "there already" | "left out";
}

interface PlannedFile extends PromotedFile {
  readonly file: SourceFile;
}

/**
 * Brings releases from one registry to the other, in their order. Everything is looked at before anything is sent.
 *
 * @param attestedBy - who must have attested every file of the releases, those too that the target has already
 * @throws CommandError that lists every release that cannot be carried, and every file that is not attested
 */
export async function promote(
  registries: Registries,
  releases: readonly Release[],
  progress: Progress,
  attestedBy?: Signer,
): Promise<readonly PromotedFile[]> {
  const planned = await plan(registries, releases);
  if (attestedBy !== undefined) {
    await verify(registries.source, withoutLeftOut(planned), attestedBy, progress);
  }
  const absent = planned.filter(({ outcome }) => outcome === "carried");
  if (absent.length > 0) {
    const upload = await twineUpload(progress.wait);
    for (const [done, { file }] of absent.entries()) {
      progress.wait(`${file.filename} (${done + 1} of ${absent.length})`);
      await upload(registries.target, file.filename, await sourceBytes(registries.source, file));
    }
  }
  await confirm(registries.target, withoutLeftOut(planned));
  return planned.map(({ name, version, filename, sha256, outcome }) => ({ name, version, filename, sha256, outcome }));
}

function withoutLeftOut(planned: readonly PlannedFile[]): readonly PlannedFile[] {
  return planned.filter(({ outcome }) => outcome !== "left out");
}

async function plan({ source, target }: Registries, releases: readonly Release[]): Promise<readonly PlannedFile[]> {
  const errors: string[] = [];
  const planned: PlannedFile[] = [];
  for (const release of releases) {
    const found = await sourceFiles(source, release).catch((error: unknown) => {
      if (!(error instanceof CommandError)) {
        throw error;
      }
      errors.push(error.message);
      return [];
    });
    for (const file of found) {
      const { filename, sha256, version } = file;
      const held = (await targetAssets(target, { name: release.name, version })).get(filename);
      if (held !== undefined && held !== sha256) {
        errors.push(otherBytes(target, filename, held, sha256));
      }
      const outcome = held !== undefined ? "there already" : file.canBeSent ? "carried" : "left out";
      planned.push({ name: release.name, version, filename, sha256, outcome, file });
    }
  }
  if (errors.length > 0) {
    throw new CommandError([...errors, "Nothing was sent."].join("\n"));
  }
  return planned;
}

/**
 * The bytes that are verified are those that are sent: both are compared with the SHA-256 of the plan. They are fetched twice, as
 * those of many releases do not fit into memory.
 */
async function verify(
  source: StackRegistry,
  planned: readonly PlannedFile[],
  attestedBy: Signer,
  progress: Progress,
): Promise<void> {
  const errors: string[] = [];
  for (const { file, filename, sha256 } of planned) {
    progress.wait(`verifying the attestation of ${filename}`);
    const error = await unattested(filename, await sourceBytes(source, file), attestedBy);
    if (error !== undefined) {
      errors.push(`${filename}, SHA-256 ${sha256}: ${error}`);
    }
  }
  if (errors.length > 0) {
    const wanted = `Wanted is an attestation by ${describeSigner(attestedBy)}. Nothing was sent.`;
    throw new CommandError([...errors, wanted].join("\n"));
  }
}

/** What the target says afterwards is what counts. */
async function confirm(target: StackRegistry, promoted: readonly PromotedFile[]): Promise<void> {
  for (const { name, version, filename, sha256 } of promoted) {
    const held = (await targetAssets(target, { name, version })).get(filename);
    if (held !== sha256) {
      throw new CommandError(otherBytes(target, filename, held ?? "none", sha256));
    }
  }
}

function otherBytes({ place: { domain } }: StackRegistry, filename: string, held: string, sha256: string): string {
  return `${domain} has ${filename} with SHA-256 ${held}, and it was to be ${sha256}: a published file never changes.`;
}

/** SHA-256 of every file of a release by its name, as the target's repository has it; none where it has no such release. */
async function targetAssets(
  { client, place }: StackRegistry,
  { name, version }: Release,
): Promise<ReadonlyMap<string, string>> {
  const what = `files of ${name} ${version} in ${place.domain}`;
  const pages = paginateListPackageVersionAssets({ client }, { ...place, package: name, packageVersion: version });
  const assets = await find(what, () => collect(pages, (page) => page.assets));
  return new Map(assets?.map((asset) => [asset.name ?? "", asset.hashes?.["SHA-256"] ?? ""]));
}

/** Sends a file to a registry. */
type Upload = (target: StackRegistry, filename: string, bytes: Buffer) => Promise<void>;

/**
 * twine, which reads a distribution's metadata and sends it along.
 *
 * @throws CommandError where there is no Python to run it
 */
async function twineUpload(progress: (what: string) => void): Promise<Upload> {
  const tools = await pythonTools(requirementsFile, progress);
  if ("missing" in tools) {
    throw new CommandError(`twine does the uploads, and ${tools.missing}.`);
  }
  return ({ endpoint, token }, filename, bytes) =>
    inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, filename), bytes);
      const { exitCode, output } = await runProcess(
        tools.python,
        ["-I", "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar", filename],
        {
          directory: folder,
          environment: {
            ...cleanEnvironment(folder),
            ...networkOf(process.env),
            TWINE_REPOSITORY_URL: endpoint,
            TWINE_USERNAME: "aws",
            TWINE_PASSWORD: token,
          },
        },
      );
      if (exitCode !== 0) {
        const [line = output] = /^(?:ERROR|\w*Error).*$/m.exec(output) ?? [];
        throw new CommandError(`twine could not upload ${filename}: ${line.trim()}`);
      }
    });
}

/** How this machine reaches AWS. */
function networkOf(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const names = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"];
  return Object.fromEntries(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}
