import { DescribePackageVersionCommand } from "@aws-sdk/client-codeartifact";
import { isPrivate } from "../../naming/packagePatterns";
import type { Settings } from "../../settings";
import { find } from "../aws/clients";
import type { StackRegistry } from "../aws/stackRegistry";
import { otherBytes, versionDigests } from "../aws/versionAssets";
import { inParallel } from "../aws/inParallel";
import type { ManifestFile, ManifestPackage, ManifestVersion } from "../backup/manifest";
import { CommandError } from "../cli";
import { formatsOfTwine, isSentByTwine } from "../python/twine";
import type { Progress } from "../terminal/progress";

/** A version that is to be in the target. */
export interface PlannedVersion {
  readonly name: string;
  readonly version: ManifestVersion;
  /** What the target has to be sent. */
  readonly absent: readonly ManifestFile[];
  /** What the target has already. */
  readonly there: readonly ManifestFile[];
  /** What twine does not send. */
  readonly leftOut: readonly ManifestFile[];
  /** The status that the target has it with; nothing where it does not have it. */
  readonly held?: string;
}

/** A version that cannot be brought to the target. */
export interface NotImported {
  readonly name: string;
  readonly version: string;
  readonly why: string;
  /** Whether it is so in the registry that was exported, and not a lack of the export. */
  readonly isIntended: boolean;
}

export interface ImportPlan {
  /** In the order of their first publication. */
  readonly versions: readonly PlannedVersion[];
  readonly notImported: readonly NotImported[];
}

/** Requests under way at once; AWS takes hundreds a second. */
const requestsAtOnce = 8;

/**
 * Compares an export with the registry that is to have it. Nothing is sent.
 *
 * @throws CommandError that lists every package that is not private there, and every file that is there with other bytes
 */
export async function planImport(
  packages: readonly ManifestPackage[],
  target: StackRegistry,
  { environment, origins }: Pick<Settings, "environment" | "origins">,
  progress: Progress,
): Promise<ImportPlan> {
  const errors = packages
    .filter(({ name }) => !isPrivate(origins, name))
    .map(({ name }) => `${name} is not private in stack ${environment}: add it to the setting origins.private.`);
  const all = packages.flatMap(({ name, versions }) => versions.map((version) => ({ name, version })));
  const notImported = all.flatMap(({ name, version }) => {
    const reason = reasonAgainst(name, version);
    return reason === undefined ? [] : [{ name, version: version.version, ...reason }];
  });
  const planned: PlannedVersion[] = [];
  await inParallel(
    errors.length > 0 ? [] : all.filter(({ name, version }) => reasonAgainst(name, version) === undefined),
    requestsAtOnce,
    async ({ name, version }) => {
      progress.step(`looking at ${name} ${version.version}`);
      const one = await planVersion(target, name, version, errors);
      planned.push(one);
    },
  );
  if (errors.length > 0) {
    throw new CommandError([...errors.sort(), "Nothing was sent."].join("\n"));
  }
  const order = ({ version: { publishedTime = "" }, name }: PlannedVersion) => `${publishedTime} ${name}`;
  return { versions: planned.sort((one, other) => (order(one) < order(other) ? -1 : 1)), notImported };
}

function reasonAgainst(
  name: string,
  { status, deletedSince, files }: ManifestVersion,
): Pick<NotImported, "why" | "isIntended"> | undefined {
  if (deletedSince !== undefined) {
    return { why: `the registry that was exported does not have it since ${deletedSince}`, isIntended: true };
  }
  if (status === "Disposed" || status === "Unfinished") {
    return { why: `it is ${status}, and has no files`, isIntended: true };
  }
  const missing = files.filter(({ saved }) => !saved).map(({ filename }) => filename);
  if (missing.length > 0) {
    return { why: `the export does not have ${missing.join(", ")}`, isIntended: false };
  }
  return files.some(({ filename }) => isSentByTwine(filename, name))
    ? undefined
    : {
        why: `twine sends only ${formatsOfTwine}, and it has ${files.map(({ filename }) => filename).join(", ") || "no files"}`,
        isIntended: false,
      };
}

/** @param errors - takes what keeps the whole from being imported */
async function planVersion(
  target: StackRegistry,
  name: string,
  version: ManifestVersion,
  errors: string[],
): Promise<PlannedVersion> {
  const digests = await versionDigests(target, name, version.version);
  const there = version.files.filter(({ filename }) => digests.has(filename));
  for (const { filename, sha256 } of there) {
    const held = digests.get(filename) ?? "";
    if (held !== sha256) {
      errors.push(otherBytes(target, filename, held, sha256));
    }
  }
  const others = version.files.filter((file) => !there.includes(file));
  const absent = others.filter(({ filename }) => isSentByTwine(filename, name));
  const held = await heldStatus(target, name, version.version);
  if (absent.length > 0 && (held === "Archived" || held === "Disposed")) {
    errors.push(
      `${target.place.domain} has ${name} ${version.version}, which is ${held} and takes no further file: ` +
        absent.map(({ filename }) => filename).join(", "),
    );
  }
  return { name, version, absent, there, leftOut: others.filter((file) => !absent.includes(file)), held };
}

/** The status of a version; nothing where the registry does not have it. */
export async function heldStatus(
  { client, place }: StackRegistry,
  name: string,
  version: string,
): Promise<string | undefined> {
  const found = await find(`${name} ${version} in ${place.domain}`, () =>
    client.send(new DescribePackageVersionCommand({ ...place, package: name, packageVersion: version })),
  );
  return found?.packageVersion?.status;
}
