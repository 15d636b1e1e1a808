#!/usr/bin/env node
// Replaces `gh attestation verify`: flags, exit codes, messages and JSON as gh 2.83.0 has them, in pkg/cmd/attestation and
// pkg/cmdutil of https://github.com/cli/cli and in sigstore-go's certificate.Summary. What it does not do is look at a signature.
// Attestations are lines of JSON in `attestationsFile`, which the installer defines: sha256, repository, signer (workflow@ref), ref.
const { createHash } = require("node:crypto");
const { existsSync, readFileSync } = require("node:fs");
const { parseArgs } = require("node:util");

const server = `https://${process.env.GH_HOST || "github.com"}`;
const issuer = "https://token.actions.githubusercontent.com";

const fail = (text, code = 1) => {
  process.stderr.write(`${text}\n`);
  process.exit(code);
};

const { positionals, values } = readArguments();
const token = process.env.GH_TOKEN || process.env.GITHUB_TOKEN;
if (!token) {
  fail(
    process.env.GITHUB_ACTIONS
      ? "gh: To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable. Example:\n  env:\n    GH_TOKEN: ${{ github.token }}"
      : "To get started with GitHub CLI, please run:  gh auth login\n" +
          "Alternatively, populate the GH_TOKEN environment variable with a GitHub API authentication token.",
    4,
  );
}
const [, , file] = positionals;
if (!existsSync(file)) {
  fail(`\nError: failed to open local artifact: open ${file}: no such file or directory`);
}
const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
const stored = existsSync(attestationsFile) ? readFileSync(attestationsFile, "utf8") : "";
const found = stored
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line))
  .filter((one) => one.sha256 === sha256 && same(one.repository, values.repo));
if (found.length === 0) {
  fail("\nError: no attestations found");
}
// An expression that is matched at its beginning alone: dots and the end are not fixed.
const identity =
  values["cert-identity"] !== undefined
    ? { test: (address) => address === values["cert-identity"] }
    : values["cert-identity-regex"] !== undefined
      ? new RegExp(values["cert-identity-regex"])
      : values["signer-workflow"] !== undefined
        ? new RegExp(`^${server}/${values["signer-workflow"]}`)
        : new RegExp(`^${server}/${values.repo}/`, "i");
const signed = found.filter(({ signer }) => identity.test(`${server}/${signer}`));
if (signed.length === 0) {
  fail('\nError: verifying with issuer "sigstore.dev"');
}
const fitting = signed.filter(({ ref }) => values["source-ref"] === undefined || same(ref, values["source-ref"]));
if (fitting.length === 0) {
  fail(`\nError: expected SourceRepositoryRef to be ${values["source-ref"]}, got ${signed.at(-1).ref}`);
}
process.stdout.write(values.format === "json" ? JSON.stringify(fitting.map(result)) : "");

function result({ repository, signer, ref }) {
  const owner = repository.split("/")[0];
  const [workflow] = signer.split("@");
  return {
    attestation: { bundle: {}, bundle_url: "", initiator: "user" },
    verificationResult: {
      mediaType: "application/vnd.dev.sigstore.verificationresult+json;version=0.1",
      signature: {
        certificate: {
          certificateIssuer: "CN=sigstore-intermediate,O=sigstore.dev",
          subjectAlternativeName: `${server}/${signer}`,
          issuer,
          githubWorkflowRepository: repository,
          githubWorkflowRef: ref,
          buildSignerURI: `${server}/${signer}`,
          runnerEnvironment: "github-hosted",
          sourceRepositoryURI: `${server}/${repository}`,
          sourceRepositoryRef: ref,
          sourceRepositoryOwnerURI: `${server}/${owner}`,
          buildConfigURI: `${server}/${workflow}@${ref}`,
        },
      },
      verifiedTimestamps: [{ type: "Tlog", uri: "https://rekor.sigstore.dev", timestamp: "2026-01-02T03:04:05Z" }],
      statement: {
        _type: "https://in-toto.io/Statement/v1",
        subject: [{ name: file, digest: { sha256 } }],
        predicateType: "https://slsa.dev/provenance/v1",
        predicate: {},
      },
    },
  };
}

function readArguments() {
  const text = { type: "string" };
  try {
    const read = parseArgs({
      allowPositionals: true,
      options: {
        ...{ repo: { ...text, short: "R" }, "signer-workflow": text, "source-ref": text, format: text },
        ...{ "cert-identity": text, "cert-identity-regex": { ...text, short: "i" } },
      },
    });
    if (read.positionals.length !== 3 || read.positionals.slice(0, 2).join(" ") !== "attestation verify") {
      fail("must specify file path or container image URI, as well as one of --owner or --repo");
    }
    if (read.values.repo === undefined) {
      fail("at least one of the flags in the group [owner repo] is required");
    }
    if (read.values["signer-workflow"] !== undefined && read.values["cert-identity-regex"] !== undefined) {
      fail(
        "if any flags in the group [cert-identity cert-identity-regex signer-repo signer-workflow] are set none of the " +
          "others can be; [cert-identity-regex signer-workflow] were all set",
      );
    }
    return read;
  } catch (error) {
    return fail(`unknown flag: ${/'(-[^' ]*)/.exec(error.message)?.[1]}\n\nUsage:  gh attestation verify [flags]`);
  }
}

/** gh compares names and refs without regard to case. */
function same(one, other) {
  return one.toLowerCase() === other.toLowerCase();
}
