import { CodeartifactClient } from "@aws-sdk/client-codeartifact";
import { IAMClient } from "@aws-sdk/client-iam";
import type { AwsPlace } from "../../settings/awsProvider";
import "../awsSdk";
import { CommandError } from "../cli";

/** Exit code of a command that could not look. */
export const couldNotLook = 2;

/** What AWS is asked through. */
export interface AwsClients {
  readonly codeartifact: CodeartifactClient;
  readonly iam: IAMClient;
}

/** @param profile - the AWS profile to ask with; the usual credentials where there is none */
export function awsClients({ region, profile }: AwsPlace): AwsClients {
  const place = { region, ...(profile === undefined ? {} : { profile }) };
  return { codeartifact: new CodeartifactClient(place), iam: new IAMClient(place) };
}

/**
 * Watches where requests are sent, which the environment or a profile may have changed.
 *
 * @returns tells the last one: `https://HOST:PORT`
 */
export function watchAddress({ middlewareStack }: CodeartifactClient): () => string {
  let address = "";
  middlewareStack.add(
    (next) => (args) => {
      const { protocol, hostname, port } = args.request as Addressed;
      address = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
      return next(args);
    },
    { step: "build", name: "watchAddress", override: true },
  );
  return () => address;
}

/** A request of the SDK's, which does not say so. */
interface Addressed {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}

/** @throws CommandError that says what was asked and what AWS answered */
export async function asking<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CommandError) {
      throw error;
    }
    const { name, message } = error as Error;
    throw new CommandError(`Could not look: ${what}: ${name}: ${message}`, couldNotLook);
  }
}

/** What is there, or nothing where AWS has no such thing. @throws CommandError as `asking` does */
export function finding<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer | undefined> {
  return asking(what, async () => {
    try {
      return await ask();
    } catch (error) {
      if (["ResourceNotFoundException", "NoSuchEntityException"].includes((error as Error).name)) {
        return undefined;
      }
      throw error;
    }
  });
}
