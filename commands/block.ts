import { isPrivate } from "../naming/packagePatterns";
import type { Settings } from "../settings";
import { awsClients, profileOption } from "./aws/clients";
import { blockVersions, type ChangedVersion, releaseVersions } from "./block/blocking";
import { runCommand, UsageError } from "./cli";
import { stackOption } from "./defaultStack";
import { readRelease, type Release } from "./promote/releases";
import { stackSettings } from "./stackSettings";
import { progressOn } from "./terminal/progress";
import { plainTable } from "./terminal/wrap";

void runCommand({
  call: "npm run block",
  summary: `
    Blocks versions of public packages, without blocking their names: no client of the stack's registry can install them, and no
    new lock takes them. The versions are archived in every repository that retains them. A version that has not come in yet is
    brought in first, because only then its status can be set. --release makes blocked versions available again.`,
  words: "NAME==VERSION …",
  options: {
    stack: stackOption(),
    release: { type: "flag", help: "makes the versions available again, with the same files" },
    as: {
      type: "choice",
      choices: ["Published", "Unlisted"],
      help: "the status of a released version: what it was before is printed when it is blocked",
    },
    profile: profileOption("of a maintainer"),
    format: { type: "choice", choices: ["text", "json"] },
  },
  notes: `
    Machines that have installed the version keep it, and so do caches of pip and uv. Exit code 1 where a version is nowhere or AWS
    did not change it, 2 where AWS cannot be asked. The command can be repeated.`,
  run: async ({ stack, release, as, profile, format }, words) => {
    const settings = stackSettings(stack);
    const releases = readPublicReleases(words, settings);
    const { codeartifact } = await awsClients(settings.aws, profile);
    const progress = progressOn(process.stderr);
    const work = release
      ? releaseVersions(codeartifact, settings, releases, as, progress)
      : blockVersions(codeartifact, settings, releases, profile, progress);
    const versions = await work.finally(progress.end);
    return {
      text:
        format === "json"
          ? JSON.stringify({ stack, way: release ? "release" : "block", versions }, undefined, 2)
          : renderChanges(versions, stack, release),
      exitCode: 0,
    };
  },
});

/** @throws UsageError that lists every error at once */
function readPublicReleases(
  words: readonly string[],
  { environment, origins }: Pick<Settings, "environment" | "origins">,
): readonly Release[] {
  if (words.length === 0) {
    throw new UsageError("no version is given: name at least one, as in requests==2.32.0");
  }
  const releases = words.map(readRelease);
  const errors = words.flatMap((word, index) => {
    const release = releases[index];
    return release === undefined
      ? [`${word}: write NAME==VERSION`]
      : isPrivate(origins, release.name)
        ? [
            `${word}: ${release.name} is private in stack ${environment}. To keep clients from a private version, give it the ` +
              'status Unlisted or Archived (docs/consumers.md, "Rolling back"); to remove it: npm run cleanup',
          ]
        : [];
  });
  if (errors.length > 0) {
    throw new UsageError(errors.join("\n       "));
  }
  return releases.flatMap((release) => release ?? []);
}

function renderChanges(versions: readonly ChangedVersion[], stack: string, release: boolean): string {
  const rows = versions.map(({ name, version, repository, status, now }) => [
    `${name}==${version}`,
    repository,
    status === now ? `${now} already` : `${status} → ${now}`,
  ]);
  const names = [...new Set(versions.map(({ name, version }) => `${name}==${version}`))];
  // A client sees the status in the repository that it uses, which comes first.
  const unlisted = names.filter(
    (text) => versions.find(({ name, version }) => `${name}==${version}` === text)?.status === "Unlisted",
  );
  const command = `npm run block -- --stack ${stack} --release`;
  const listed = names.filter((text) => !unlisted.includes(text));
  const wayBack = release
    ? []
    : [
        "To release it again:",
        ...(listed.length > 0 ? [`  ${command} ${listed.join(" ")}`] : []),
        ...(unlisted.length > 0 ? [`  ${command} --as Unlisted ${unlisted.join(" ")}`] : []),
      ];
  return [plainTable(rows), ...wayBack].join("\n");
}
