import {
  type CodeartifactClient,
  GetAuthorizationTokenCommand,
  GetRepositoryEndpointCommand,
} from "@aws-sdk/client-codeartifact";
import { basicAuthorization, repositoryName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import { CommandError } from "../cli";
import { ask, awsClients } from "./clients";

/** A stack's registry, with tokens for it. */
export interface StackRegistry {
  readonly client: CodeartifactClient;
  /** What every request of the API names. */
  readonly place: { readonly domain: string; readonly repository: string; readonly format: "pypi" };
  /** Where twine uploads; ends in `/`. */
  readonly endpoint: string;
  /** A token that has half of its life before it. @throws CommandError where AWS gives none */
  readonly token: () => Promise<string>;
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
  const what = `registry ${domain}`;
  const { repositoryEndpoint = "" } = await ask(what, () => client.send(new GetRepositoryEndpointCommand(place)));
  const mint = async () => {
    const { authorizationToken = "" } = await ask(what, () =>
      client.send(new GetAuthorizationTokenCommand({ domain, durationSeconds })),
    );
    return { authorizationToken, renewAt: Date.now() + (durationSeconds * 1000) / 2 };
  };
  let minted = mint();
  // Before anything else is asked: a caller without a token learns of it first.
  await minted;
  const token = async () => {
    const { authorizationToken, renewAt } = await minted;
    if (Date.now() < renewAt) {
      return authorizationToken;
    }
    minted = mint();
    return (await minted).authorizationToken;
  };
  return { client, place, endpoint: repositoryEndpoint.replace(/\/?$/, "/"), token };
}

/**
 * Asks the Python endpoint of a registry for something, and reads the answer.
 *
 * @param what - for an error, such as `orb-common in DOMAIN`
 * @returns nothing where there is no such thing
 * @throws CommandError for every other status than 200 and 404, and where the endpoint does not answer
 */
export function fetchFrom<Answer>(
  { place: { domain }, token }: StackRegistry,
  what: string,
  url: string,
  read: (response: Response) => Promise<Answer>,
  accept = "*/*",
): Promise<Answer | undefined> {
  return ask(what, async () => {
    const response = await fetch(url, { headers: { authorization: basicAuthorization(await token()), accept } });
    if (response.ok) {
      return read(response);
    }
    await response.body?.cancel();
    if (response.status === 404) {
      return undefined;
    }
    throw new CommandError(`${domain}: ${response.status} ${response.statusText} for ${url}`);
  });
}
