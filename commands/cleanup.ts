import type { CodeartifactClient } from "@aws-sdk/client-codeartifact";
import { repositoryName } from "../naming/registryNames";
import { awsClients, couldNotLook, profileOption } from "./aws/clients";
import { type CleanupPlan, planCleanup } from "./cleanup/plan";
import { type Place, type Removal, removeVersions } from "./cleanup/removal";
import { renderJson, renderText } from "./cleanup/render";
import { type CleanupRequest, readRequest } from "./cleanup/request";
import { CommandError, exitCodeOfSignal, runCommand } from "./cli";
import { stackOption } from "./defaultStack";
import { isProduction, stackSettings } from "./stackSettings";
import { type Progress, progressOn } from "./terminal/progress";
import { readHolders } from "./versions/holders";
import { splitFiles } from "./versions/selection";

void runCommand({
  call: "npm run cleanup",
  summary: `
    Lists the versions of private packages that are old and that nothing needs, and with --apply disposes of them or deletes them.
    Without --apply it changes nothing. A package's newest version stays, and so does its newest final release. From a production
    stack only versions go that are named one by one.

    Dispose is the default: the files are gone for good, and the number stays taken, so the version cannot be published again. A
    deleted version can be published again, with other bytes.`,
  words: "NAME==VERSION …",
  options: {
    stack: stackOption(),
    "older-than": {
      type: "text",
      value: "DAYSd",
      help: "the least age of a version that goes, by the time at which it was published, such as 60d",
      required: true,
    },
    keep: { type: "text", value: "NUMBER", help: "how many of a package's newest versions stay", default: "5" },
    packages: {
      type: "text",
      value: "NAME,…",
      help: "the packages to look at (default: every private package of the registry)",
    },
    locks: {
      type: "text",
      value: "FILE",
      multiple: true,
      help:
        "a lock (Pipfile.lock, uv.lock, poetry.lock, pylock.toml, requirements.txt) whose versions stay; may be given several " +
        "times, and further files may follow it",
    },
    layers: {
      type: "text",
      value: "FILE",
      multiple: true,
      help: "the zip of a Lambda layer or function, whose versions stay; as --locks",
    },
    dispose: { type: "flag", help: "takes the files and keeps the numbers taken, which is the default" },
    delete: { type: "flag", help: "takes the files and frees the numbers, those of disposed versions too" },
    apply: { type: "flag", help: "does it" },
    profile: profileOption("of a maintainer"),
    format: { type: "choice", choices: ["text", "json"] },
  },
  notes: `
    With versions as words only these go, by the same rules, and nothing goes where one of them has to stay.

    The run can be interrupted and repeated: the next one does what is left. Ctrl-C ends it after the call under way. Exit code 1
    where AWS did not change a version or a version has to stay, 2 where AWS cannot be asked, 130 after Ctrl-C.`,
  run: async ({ stack, profile, format, locks = [], layers = [], ...options }, words) => {
    const settings = stackSettings(stack);
    const [more, releases] = locks.length + layers.length === 0 ? [[], words] : splitFiles(words);
    const request = readRequest(options, releases, settings, isProduction(settings));
    const files = [...locks, ...layers, ...more];
    const named = (await readHolders(files, { versions: new Map() }, [settings.origins])).flatMap(({ file, pins }) =>
      pins.map((pin) => ({ ...pin, by: file })),
    );
    const { codeartifact } = await awsClients(settings.aws, profile);
    const place: Place = { domain: settings.domain, repository: repositoryName, format: "pypi" };
    const progress = progressOn(process.stderr);
    const work = async () => {
      const plan = await planCleanup(codeartifact, place, settings.origins, request, named, progress);
      const removal = request.applies ? await remove(codeartifact, place, plan, request, progress) : undefined;
      return { plan, removal };
    };
    const { plan, removal } = await work().finally(progress.end);
    const report = { stack, request, plan, removal, call: callOptions(options, files, profile, releases) };
    return {
      text: format === "json" ? renderJson(report) : renderText(report),
      warnings: removal?.rejected === undefined ? [] : [removal.rejected],
      exitCode: removal === undefined ? 0 : exitCodeOf(removal),
    };
  },
});

/** @throws CommandError where AWS rejects the first call */
async function remove(
  client: CodeartifactClient,
  place: Place,
  { goes }: CleanupPlan,
  { way }: CleanupRequest,
  progress: Progress,
): Promise<Removal> {
  let isStopped = false;
  const stop = () => {
    isStopped = true;
    progress.wait("ends after this call; Ctrl-C again ends at once");
  };
  // Once: the second Ctrl-C has its usual effect.
  process.once("SIGINT", stop);
  const removal = await removeVersions(client, place, goes, way, progress.wait, () => isStopped);
  process.removeListener("SIGINT", stop);
  const { done, failed, rejected } = removal;
  if (rejected !== undefined && done.length + failed.length === 0) {
    throw new CommandError(`${rejected}\nNothing was changed.`, couldNotLook);
  }
  return removal;
}

function exitCodeOf({ left, failed, rejected }: Removal): number {
  if (rejected !== undefined) {
    return couldNotLook;
  }
  return left.length > 0 ? exitCodeOfSignal("SIGINT") : failed.length > 0 ? 1 : 0;
}

/** The call's options and words as they are written, but the stack and `--apply`. */
function callOptions(
  options: Readonly<Record<"older-than" | "keep", string> & { packages?: string; delete: boolean }>,
  files: readonly string[],
  profile: string | undefined,
  words: readonly string[],
): readonly string[] {
  return [
    ...["--older-than", options["older-than"], "--keep", options.keep],
    ...(options.packages === undefined ? [] : ["--packages", options.packages]),
    ...files.flatMap((file) => ["--locks", file]),
    ...(options.delete ? ["--delete"] : []),
    ...(profile === undefined ? [] : ["--profile", profile]),
    ...words,
  ];
}
