import { tokenSeconds } from "../../iam/limits";
import { repositoryName, storeName } from "../../naming/registryNames";
import { type CodeArtifactApi, codeArtifactApi, type Credentials } from "./codeartifactApi";
import type { AttemptRecorder } from "./attempts";

/** AWS's code where a right is missing. */
const denied = "AccessDeniedException";

/** CodeArtifact's API for a caller with these credentials. */
export function apiOf({ options }: AttemptRecorder, credentials: Credentials | undefined): CodeArtifactApi {
  const { address, deployment } = options;
  const { domain, aws } = deployment.settings;
  return codeArtifactApi(credentials, { address, region: aws.region, domain });
}

/** The token that everything else is done with, and where to take it. */
export async function mintToken(recorder: AttemptRecorder, api: CodeArtifactApi): Promise<string> {
  const { tokenLifetime } = recorder.options.deployment.settings;
  await recorder.attempt("the registry's address", `/pypi/${repositoryName}/`, () => api.endpoint(repositoryName));
  const { token } = await recorder.attempt(`a token for ${tokenLifetime} seconds`, "token", () =>
    api.mint(tokenLifetime),
  );
  return token ?? "";
}

/** What a role must not ask for, one by one. */
export async function rejectEachTokenRequest(recorder: AttemptRecorder, api: CodeArtifactApi): Promise<void> {
  await Promise.all(tooMuch(recorder, api).map(({ what, ask }) => recorder.attempt(what, denied, ask)));
}

/** What a role must not ask for, together. */
export async function rejectTokenRequests(recorder: AttemptRecorder, api: CodeArtifactApi): Promise<void> {
  await recorder.attemptAll(
    `other tokens, or the address of ${storeName}`,
    denied,
    tooMuch(recorder, api).map(({ ask }) => ask),
  );
}

function tooMuch({ options }: AttemptRecorder, api: CodeArtifactApi) {
  const { domain, tokenLifetime } = options.deployment.settings;
  return [
    ...(tokenLifetime < tokenSeconds.longest
      ? [{ what: "a token for 12 hours", ask: () => api.mint(tokenSeconds.longest) }]
      : []),
    { what: "a token for as long as the session (0)", ask: () => api.mint(0) },
    { what: "a token for another domain", ask: () => api.mint(tokenLifetime, `${domain}-too`) },
    { what: `the address of ${storeName}`, ask: () => api.endpoint(storeName) },
  ];
}
