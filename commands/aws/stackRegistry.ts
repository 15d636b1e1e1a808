import {
  CodeartifactClient,
  GetAuthorizationTokenCommand,
  GetRepositoryEndpointCommand,
} from "@aws-sdk/client-codeartifact";
import { repositoryName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import "../awsSdk";
import { CommandError } from "../cli";

/** A stack's registry, for somebody who holds a token of it. */
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
 * @throws CommandError where AWS refuses
 */
export async function openStackRegistry(
  { domain, aws, tokenLifetime: durationSeconds }: Settings,
  profile = aws.profile,
): Promise<StackRegistry> {
  const client = new CodeartifactClient({ region: aws.region, ...(profile === undefined ? {} : { profile }) });
  const place = { domain, repository: repositoryName, format: "pypi" } as const;
  const asked = await asking(domain, async () => ({
    ...(await client.send(new GetRepositoryEndpointCommand(place))),
    ...(await client.send(new GetAuthorizationTokenCommand({ domain, durationSeconds }))),
  }));
  const { repositoryEndpoint = "", authorizationToken = "" } = asked;
  return { client, place, endpoint: repositoryEndpoint.replace(/\/?$/, "/"), token: authorizationToken };
}

/** @throws CommandError that names the registry and says what AWS did */
export async function asking<Answer>(domain: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof CommandError
      ? error
      : new CommandError(`${domain}: ${(error as Error).name}: ${(error as Error).message}`);
  }
}

/** What a client of the Python endpoint sends along. */
export function authorization({ token }: StackRegistry): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(`aws:${token}`).toString("base64")}` };
}
