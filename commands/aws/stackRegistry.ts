import {
  type CodeartifactClient,
  GetAuthorizationTokenCommand,
  GetRepositoryEndpointCommand,
} from "@aws-sdk/client-codeartifact";
import { basicAuthorization, repositoryName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import { ask, awsClients } from "./clients";

/** A stack's registry, with a token for it. */
export interface StackRegistry {
  readonly client: CodeartifactClient;
  /** What every request of the API names. */
  readonly place: { readonly domain: string; readonly repository: string; readonly format: "pypi" };
  /** Where twine uploads. */
  readonly endpoint: string;
  readonly token: string;
}

/**
 * Asks AWS where a stack's registry is, and for a token of it.
 *
 * @param profile - the AWS profile to ask with
 * @throws CommandError where AWS denies a request
 */
export async function openStackRegistry(
  { domain, aws, tokenLifetime: durationSeconds }: Settings,
  profile?: string,
): Promise<StackRegistry> {
  const { codeartifact: client } = await awsClients(aws, profile);
  const place = { domain, repository: repositoryName, format: "pypi" } as const;
  const asked = await ask(`registry ${domain}`, async () => ({
    ...(await client.send(new GetRepositoryEndpointCommand(place))),
    ...(await client.send(new GetAuthorizationTokenCommand({ domain, durationSeconds }))),
  }));
  const { repositoryEndpoint = "", authorizationToken = "" } = asked;
  return { client, place, endpoint: repositoryEndpoint.replace(/\/?$/, "/"), token: authorizationToken };
}

/** What a client of the Python endpoint sends along. */
export function authorization({ token }: StackRegistry): Readonly<Record<string, string>> {
  return { authorization: basicAuthorization(token) };
}
