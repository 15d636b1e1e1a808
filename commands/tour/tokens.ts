import { repositoryName, storeName } from "../../naming/registryNames";
import { type CodeArtifactApi, codeArtifactApi, type Credentials } from "./codeartifactApi";
import type { Stage } from "./attempts";

/** What AWS calls a refusal for want of a right. */
const refused = "AccessDeniedException";

/** The life of a token where a client asks for no other, in seconds. */
const twelveHours = 43_200;

/** CodeArtifact's API as somebody with these credentials meets it. */
export function apiOf({ options }: Stage, credentials: Credentials | undefined): CodeArtifactApi {
  const { address, deployment } = options;
  const { domain, aws } = deployment.settings;
  return codeArtifactApi(credentials, { address, region: aws.region, domain });
}

/** The token that everything else is done with, and where to take it. */
export async function mintToken(stage: Stage, api: CodeArtifactApi): Promise<string> {
  const { tokenLifetime } = stage.options.deployment.settings;
  await stage.attempt("the registry's address", `/pypi/${repositoryName}/`, () => api.endpoint(repositoryName));
  const { token } = await stage.attempt(`a token for ${tokenLifetime} seconds`, "token", () => api.mint(tokenLifetime));
  return token ?? "";
}

/** What a role must not ask for, one by one. */
export async function refuseAsking(stage: Stage, api: CodeArtifactApi): Promise<void> {
  await Promise.all(tooMuch(stage, api).map(({ what, ask }) => stage.attempt(what, refused, ask)));
}

/** What a role must not ask for, together. */
export async function refuseAskingAny(stage: Stage, api: CodeArtifactApi): Promise<void> {
  await stage.attemptAll(
    `other tokens, or the address of ${storeName}`,
    refused,
    tooMuch(stage, api).map(({ ask }) => ask),
  );
}

function tooMuch({ options }: Stage, api: CodeArtifactApi) {
  const { domain, tokenLifetime } = options.deployment.settings;
  return [
    ...(tokenLifetime < twelveHours ? [{ what: "a token for 12 hours", ask: () => api.mint(twelveHours) }] : []),
    { what: "a token for as long as the session (0)", ask: () => api.mint(0) },
    { what: "a token for another domain", ask: () => api.mint(tokenLifetime, `${domain}-too`) },
    { what: `the address of ${storeName}`, ask: () => api.endpoint(storeName) },
  ];
}
