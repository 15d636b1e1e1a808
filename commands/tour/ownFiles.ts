import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryName } from "../../naming/registryNames";
import { type DistributionName, readDistributionName } from "../../sandbox/codeartifact/pypi/distributionName";
import { CommandError } from "../cli";
import { apiOf, mintToken } from "./tokens";
import type { Distribution } from "./clients";
import { assumeIntended, type StackRole } from "./assumeRole";
import { AttemptRecorder, type TourOptions, type TourAttempt } from "./attempts";

/** A file that a person has built, and what its name says. */
interface OwnFile extends Distribution, DistributionName {}

/**
 * Reads the wheels and source distributions of a folder. Other files are left alone, hidden ones too: a Mac leaves `._NAME`.
 *
 * @throws CommandError for a folder that cannot be read, or has none
 */
export function readOwnFiles(folder: string): readonly OwnFile[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new CommandError(`--dist ${folder} cannot be read: ${(error as Error).message}`);
  }
  const files = names.filter((name) => /^[^.].*\.(?:whl|tar\.gz|zip)$/.test(name)).sort();
  if (files.length === 0) {
    throw new CommandError(
      `--dist ${folder} has no wheel or source distribution. Build your package first: python -m build`,
    );
  }
  return files.map((filename) => {
    try {
      return { ...readDistributionName(filename), filename, bytes: readFileSync(join(folder, filename)) };
    } catch (error) {
      throw new CommandError(`--dist ${folder}: ${(error as Error).message}`);
    }
  });
}

/**
 * Publishes a person's own files as the jobs that may publish them, and installs each version.
 *
 * @throws CommandError for a package that the stack does not list
 */
export async function publishOwnFiles(
  options: TourOptions,
  files: readonly OwnFile[],
): Promise<readonly TourAttempt[]> {
  const { deployment } = options;
  const { publishers, packages } = deployment.settings;
  const foreignFiles = files.filter(({ name }) => !packages.includes(name)).map(({ filename }) => filename);
  if (foreignFiles.length > 0) {
    throw new CommandError(
      `${foreignFiles.join(", ")}: not of a package in the setting packages (${packages.join(", ")}). Add it there, or remove the file.`,
    );
  }
  const arns = deployment.outputs.publisherRoleArns as Readonly<Record<string, string>>;
  const recorder = new AttemptRecorder(options);
  for (const publisher of publishers) {
    const theirs = files.filter(({ name }) => publisher.packages.includes(name));
    if (theirs.length > 0) {
      await publishAndInstall(recorder, { ...publisher, arn: arns[publisher.name ?? "publisher"] ?? "" }, theirs);
    }
  }
  return recorder.attempts();
}

async function publishAndInstall(recorder: AttemptRecorder, role: StackRole, files: readonly OwnFile[]): Promise<void> {
  const { clients } = recorder.options;
  const publishing = recorder.under(`Publish your files with ${clients.publisher}`);
  const token = await mintToken(publishing, apiOf(publishing, await assumeIntended(publishing, role)));
  const access = recorder.access(repositoryName, token);
  const filenames = files.map(({ filename }) => filename).join(", ");
  await publishing.attempt(filenames, "200", () => clients.publish(access, files));
  const installing = recorder.under(`Install them with ${clients.installer}, without what they depend on`);
  for (const version of new Set(files.map(({ name, version }) => `${name} ${version}`))) {
    await installing.attempt(version, version, () =>
      clients.install(access, [version.replace(" ", "==")], { withoutDependencies: true }),
    );
  }
}
