import { type CommandOptions, runCommand, UsageError } from "./cli";
import { readSigner } from "./promote/attestations";
import { formats, renderPromotion } from "./promote/render";
import { promote } from "./promote/promotion";
import { showProgress } from "./promote/progress";
import { readReleases } from "./promote/releases";
import { openStackRegistry } from "./aws/stackRegistry";
import { isProduction } from "./productionStack";
import { stackSettings } from "./stackSettings";

void runCommand({
  usage: `Usage: npm run promote -- --from STACK --to STACK [OPTIONS] NAME==VERSION …

Carries versions of private packages from one stack's registry to another's: the same files, whose SHA-256 is compared
before and after. What is there already stays, so a promotion that was interrupted is simply repeated. Nothing is sent
where anything is wrong: a version that is not there, a file that the target has with other bytes, a file without the
attestation that is asked for.

  --from STACK          the stack to take from, by its file Pulumi.STACK.yaml
  --to STACK            the stack to bring to
  --from-profile NAME   the AWS profile that reads (default: aws:profile of the stack, or the usual credentials)
  --to-profile NAME     the AWS profile that publishes (default: likewise)
  --allow-prereleases   lets pre-releases into a stack that is protected and carries its versions
                        on to no other, as prod
  --attested-by REPO    OWNER/NAME of the repository whose attestation every file must have, as gh verifies it
  --signer-workflow W   the workflow that must have attested, as .github/workflows/release.yml, with OWNER/NAME/ before
                        it where it is a reusable one of another repository (default: any of the repository's own)
  --source-ref REF      the ref that must have been built, as refs/heads/main (default: any)
  --format FORMAT       text or json (default: text)

A file of a version that is not a .whl, .tar.gz or .zip is left out, and named: twine does not send it.
twine does the uploads; it is installed on the first run. Exit code 1 where a version cannot be carried.`,
  options: {
    from: { type: "string" },
    to: { type: "string" },
    "from-profile": { type: "string" },
    "to-profile": { type: "string" },
    "allow-prereleases": { type: "boolean", default: false },
    ...{ "attested-by": { type: "string" }, "signer-workflow": { type: "string" }, "source-ref": { type: "string" } },
    format: { type: "string", default: "text" },
  },
  takesWords: true,
  run: async (options, words) => {
    const format = formats.find((name) => name === options.format);
    if (format === undefined) {
      throw new UsageError(`--format ${String(options.format)} is not known: give ${formats.join(" or ")}`);
    }
    const [from, to] = [readStack(options, "from"), readStack(options, "to")];
    if (from === to) {
      throw new UsageError(`--from and --to are both ${from}: give two stacks`);
    }
    const attestedBy = readSigner(
      text(options["attested-by"]),
      text(options["signer-workflow"]),
      text(options["source-ref"]),
    );
    const [source, target] = [stackSettings(from), stackSettings(to)];
    const releases = readReleases(words, target, options["allow-prereleases"] === true || !isProduction(target));
    const registries = {
      source: await openStackRegistry(source, text(options["from-profile"])),
      target: await openStackRegistry(target, text(options["to-profile"])),
    };
    const promoted = await promote(registries, releases, showProgress, attestedBy);
    return { text: renderPromotion(promoted, { from, to }, format), exitCode: 0 };
  },
});

function readStack(options: CommandOptions, name: "from" | "to"): string {
  const stack = options[name];
  if (typeof stack !== "string") {
    throw new UsageError(`--${name} is missing: give the stack to ${name === "from" ? "take from" : "bring to"}`);
  }
  return stack;
}

function text(option: CommandOptions[string]): string | undefined {
  return typeof option === "string" ? option : undefined;
}
