import { profileOption } from "./aws/clients";
import { openStackRegistry } from "./aws/stackRegistry";
import { runCommand, UsageError } from "./cli";
import { readSigner } from "./promote/attestations";
import { promote, type PromotedFile } from "./promote/promotion";
import { readReleases } from "./promote/releases";
import { formatsOfTwine } from "./python/twine";
import { isProduction, stackSettings } from "./stackSettings";
import { colors } from "./terminal/colors";
import { progressOn } from "./terminal/progress";
import { plainTable } from "./terminal/wrap";

void runCommand({
  call: "npm run promote",
  summary: `
    Carries versions of private packages from one stack's registry to another's: the same files, whose SHA-256 is
    compared before and after. What is there already stays, so an interrupted promotion is simply repeated. Nothing is
    sent where anything is wrong: a version that is not there, a file that the target has with other bytes, a file
    without the attestation that is asked for.`,
  words: "NAME==VERSION …",
  options: {
    from: {
      type: "text",
      value: "STACK",
      help: "the stack to take from, by its file Pulumi.STACK.yaml",
      required: true,
    },
    to: { type: "text", value: "STACK", help: "the stack to bring to", required: true },
    "from-profile": profileOption("that reads"),
    "to-profile": profileOption("that publishes"),
    "allow-prereleases": {
      type: "flag",
      help: "lets pre-releases into a stack that is protected and carries its versions on to no other, such as prod",
    },
    "attested-by": {
      type: "text",
      value: "REPO",
      help: "OWNER/NAME of the repository whose attestation every file must have, as gh verifies it",
    },
    "signer-workflow": {
      type: "text",
      value: "FILE",
      help:
        "the workflow that must have attested, such as .github/workflows/release.yml, with OWNER/NAME/ before it where it " +
        "is a reusable one of another repository (default: any of the repository's own)",
    },
    "source-ref": {
      type: "text",
      value: "REF",
      help: "the ref that must have been built, such as refs/heads/main (default: any)",
    },
    format: { type: "choice", choices: ["text", "json"] },
  },
  notes: `
    A file of a version that is not a .whl, .tar.gz or .zip is left out, and named: twine does not send it. twine does
    the uploads; it is installed on the first run. Exit code 1 where a version cannot be carried, 2 where AWS or GitHub
    cannot be asked.`,
  run: async ({ from, to, format, ...options }, words) => {
    if (from === to) {
      throw new UsageError(`--from and --to are both ${from}: give two stacks`);
    }
    const attestedBy = readSigner(options["attested-by"], options["signer-workflow"], options["source-ref"]);
    const [source, target] = [stackSettings(from), stackSettings(to)];
    const releases = readReleases(words, target, options["allow-prereleases"] || !isProduction(target));
    const registries = {
      source: await openStackRegistry(source, options["from-profile"]),
      target: await openStackRegistry(target, options["to-profile"]),
    };
    const progress = progressOn(process.stderr);
    const promoted = await promote(registries, releases, progress, attestedBy).finally(progress.end);
    return { text: renderPromotion(promoted, { from, to }, format), exitCode: 0 };
  },
});

/** What was carried, for a person or a program. */
function renderPromotion(
  files: readonly PromotedFile[],
  { from, to }: { readonly from: string; readonly to: string },
  format: "text" | "json",
): string {
  if (format === "json") {
    return JSON.stringify({ from, to, files }, undefined, 2);
  }
  const [carried, leftOut] = (["carried", "left out"] as const).map(
    (wanted) => files.filter(({ outcome }) => outcome === wanted).length,
  ) as [number, number];
  const rows = files.map(({ filename, sha256, outcome }) => [
    outcome === "carried" ? colors.green(outcome) : outcome === "left out" ? outcome : colors.dim(outcome),
    filename,
    colors.dim(`sha256:${sha256}`),
  ]);
  const there = files.length - carried - leftOut;
  const others = leftOut === 0 ? "" : ` ${leftOut} left out: twine sends only ${formatsOfTwine}.`;
  return `${plainTable(rows)}\n${from} → ${to}: ${carried} carried, ${there} there already.${others}`;
}
