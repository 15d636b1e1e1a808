import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { inTemporaryFolder } from "../python/temporaryFolder";
import { CommandError, UsageError } from "../cli";

const execute = promisify(execFile);

/** A GitHub Actions job that attests files. */
export interface Signer {
  /** OWNER/NAME of the repository that is built. */
  readonly repository: string;
  /** OWNER/NAME/PATH of the workflow file; another repository has it where it is a reusable one. @default any of the repository's own */
  readonly workflow?: string;
  /** The ref that is built, in full. @default any */
  readonly ref?: string;
}

/**
 * Reads the options `--attested-by`, `--signer-workflow` and `--source-ref`.
 *
 * @returns nothing where no attestation is asked for
 * @throws UsageError that lists every error
 */
export function readSigner(repository?: string, workflow?: string, ref?: string): Signer | undefined {
  const errors = [
    ...(repository === undefined && (workflow !== undefined || ref !== undefined)
      ? ["--signer-workflow and --source-ref need --attested-by, the repository as OWNER/NAME"]
      : []),
    ...(repository === undefined || /^[\w.-]+\/[\w.-]+$/.test(repository)
      ? []
      : [`--attested-by ${repository} is not a repository: write OWNER/NAME`]),
    ...(workflow === undefined || /^([\w.-]+\/[\w.-]+\/)?\.github\/workflows\/[^/\s@]+\.ya?ml$/.test(workflow)
      ? []
      : [
          `--signer-workflow ${workflow} is not a workflow: write its path, as .github/workflows/release.yml, ` +
            "with OWNER/NAME/ before it where another repository has it",
        ]),
    ...(ref === undefined || /^refs\/(heads|tags)\/\S+$/.test(ref)
      ? []
      : [`--source-ref ${ref} is not a ref: write it in full, as refs/heads/main`]),
  ];
  if (errors.length > 0) {
    throw new UsageError(errors.join("\n       "));
  }
  const full = workflow?.startsWith(".github/") === true ? `${repository ?? ""}/${workflow}` : workflow;
  return repository === undefined ? undefined : { repository, workflow: full, ref };
}

export function describeSigner({ repository, workflow, ref }: Signer): string {
  return [
    repository,
    workflow === undefined ? "any workflow of its own" : `workflow ${workflow}`,
    ref === undefined ? "any ref" : `ref ${ref}`,
  ].join(", ");
}

/**
 * Verifies with `gh attestation verify` that a file was attested: https://cli.github.com/manual/gh_attestation_verify
 *
 * @returns why it was not attested as wanted, with the signers found; nothing where it was
 * @throws CommandError where gh is not installed
 */
export function unattested(filename: string, bytes: Buffer, wanted: Signer): Promise<string | undefined> {
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, filename);
    await writeFile(file, bytes);
    const { repository, workflow, ref } = wanted;
    const found = await signers(file, repository, [
      ...(workflow === undefined ? [] : ["--signer-workflow", workflow]),
      ...(ref === undefined ? [] : ["--source-ref", ref]),
    ]);
    if (typeof found !== "string") {
      // gh compares a ref without regard to case, and of the workflow's address the beginning alone.
      return found.some((signer) => fits(signer, wanted)) ? undefined : attestedBy(found);
    }
    const others = await signers(file, repository, ["--cert-identity-regex", ".*"]);
    return typeof others === "string" ? `gh attestation verify: ${found}` : attestedBy(others);
  });
}

/** What `gh` shows of a certificate; the job cannot choose any of it. Source: sigstore-go's certificate.Summary. */
const results = z.array(
  z.object({
    verificationResult: z.object({
      signature: z.object({
        certificate: z.object({
          sourceRepositoryURI: z.string(),
          sourceRepositoryRef: z.string(),
          buildSignerURI: z.string(),
        }),
      }),
    }),
  }),
);

/** Who made the attestations that fit a policy; what gh says where none fits, or where it cannot look. */
async function signers(
  file: string,
  repository: string,
  policy: readonly string[],
): Promise<readonly Required<Signer>[] | string> {
  const words = ["attestation", "verify", file, "--repo", repository, ...policy, "--format", "json"];
  try {
    const { stdout } = await execute("gh", words, {
      env: ghEnvironment(),
      timeout: 120_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    return results.parse(JSON.parse(stdout)).map(({ verificationResult: { signature } }) => ({
      repository: pathOf(signature.certificate.sourceRepositoryURI),
      workflow: pathOf(signature.certificate.buildSignerURI).replace(/@.*$/, ""),
      ref: signature.certificate.sourceRepositoryRef,
    }));
  } catch (error) {
    const { code, stderr = "", message } = error as Error & { code?: string | number; stderr?: string };
    if (code === "ENOENT") {
      throw new CommandError(
        "--attested-by: gh is not on PATH: install it from https://cli.github.com and log in with gh auth login",
      );
    }
    const [line = message] = stderr.split("\n").filter((text) => text.trim() !== "");
    return line.replace(/^Error: /, "");
  }
}

function pathOf(address: string): string {
  return new URL(address).pathname.slice(1);
}

function fits(found: Required<Signer>, wanted: Signer): boolean {
  const [repository, path] = splitWorkflow(found.workflow);
  const [wantedRepository, wantedPath] = splitWorkflow(wanted.workflow ?? `${wanted.repository}/${path}`);
  return (
    sameName(found.repository, wanted.repository) &&
    sameName(repository, wantedRepository) &&
    path === wantedPath &&
    (wanted.ref === undefined || found.ref === wanted.ref)
  );
}

/** Its repository and the path of its file. */
function splitWorkflow(workflow: string): readonly [string, string] {
  const [, repository = "", path = ""] = /^([^/]+\/[^/]+)\/(.*)$/.exec(workflow) ?? [];
  return [repository, path];
}

/** GitHub knows a repository by its name without regard to case. */
function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function attestedBy(found: readonly Signer[]): string {
  return `attested by ${[...new Set(found.map(describeSigner))].sort().join("; ")}`;
}

/** Where gh has its login, and how it reaches GitHub; none of AWS's credentials. */
function ghEnvironment(): NodeJS.ProcessEnv {
  const names =
    /^(PATH|HOME|USER|XDG_\w+|GH_\w+|GITHUB_TOKEN|DBUS_SESSION_BUS_ADDRESS|https?_proxy|no_proxy|SSL_CERT_(FILE|DIR)|SYSTEMROOT|APPDATA|LOCALAPPDATA|USERPROFILE)$/i;
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => names.test(name))), NO_COLOR: "1" };
}
