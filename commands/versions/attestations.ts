import { Semaphore } from "async-mutex";
import * as z from "zod";
import { couldNotLook } from "../aws/clients";
import { CommandError } from "../cli";
import { githubApi } from "../verify/github";

/** Source: https://docs.github.com/en/rest/repos/attestations#list-attestations */
const answer = z.object({ attestations: z.array(z.unknown()) });

/** Runs of gh at a time. */
const mostRuns = 4;

/**
 * The files that a repository has an attestation of at GitHub. Nothing is verified: that takes the files' bytes, and
 * `npm run promote` does it.
 *
 * @param repository - OWNER/NAME
 * @param digests - SHA-256 in hexadecimal
 * @throws CommandError with exit code 2 where gh is missing or GitHub does not show the repository
 */
export async function attestedDigests(
  repository: string,
  digests: ReadonlySet<string>,
  progress: (what: string) => void,
): Promise<ReadonlySet<string>> {
  // A digest without an attestation and a repository that GitHub does not show have the same answer.
  if ((await githubApi(`repos/${repository}`, z.object({}))) === undefined) {
    throw new CommandError(
      `Could not look: --attested-by: GitHub shows no repository ${repository} to whom gh is logged in as: see gh auth status.`,
      couldNotLook,
    );
  }
  const atOnce = new Semaphore(mostRuns);
  const found = await Promise.all(
    [...digests].map((digest) =>
      atOnce.runExclusive(async () => {
        progress(`attestations of ${digest.slice(0, 12)}…`);
        const path = `repos/${repository}/attestations/sha256:${digest}?per_page=1`;
        const { attestations } = (await githubApi(path, answer)) ?? { attestations: [] };
        return attestations.length > 0 ? [digest] : [];
      }),
    ),
  );
  return new Set(found.flat());
}
