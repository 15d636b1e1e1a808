import {
  CodeartifactClient,
  type CodeartifactClientConfig,
  CodeartifactServiceException,
} from "@aws-sdk/client-codeartifact";
import type { Session } from "../../../sandbox/sts/sts";
import { codeartifactRoutes } from "../../../sandbox/codeartifact/api/routes";
import { queryRoutes } from "../../../sandbox/core/queryProtocol";
import { sts } from "../../../sandbox/sts/api";
import { type DeployedSandbox, deploySandbox } from "./servedSandbox";

/** Stack dev, served with the routes of STS and CodeArtifact's API. */
export interface ServedApi extends DeployedSandbox {
  readonly address: string;
  readonly domain: string;
  /** A client with a session's credentials. */
  client(session: Session, config?: CodeartifactClientConfig): CodeartifactClient;
}

export async function serveApi(): Promise<ServedApi> {
  const deployed = await deploySandbox();
  const { context } = deployed;
  const address = await deployed.serve(queryRoutes(context, [sts]), codeartifactRoutes(context));
  const clients: CodeartifactClient[] = [];
  return {
    ...deployed,
    address,
    domain: context.domain,
    client: ({ accessKeyId, secretAccessKey, sessionToken }, config = {}) => {
      const { region } = context.account;
      const credentials = { accessKeyId, secretAccessKey, sessionToken };
      const client = new CodeartifactClient({ endpoint: address, region, credentials, maxAttempts: 1, ...config });
      clients.push(client);
      return client;
    },
    close: async () => {
      for (const client of clients) {
        client.destroy();
      }
      await deployed.close();
    },
  };
}

/** What is answered, without what the SDK adds; or the error as `NAME STATUS: message`. */
export async function answered<Output extends object>(
  sent: Promise<Output>,
): Promise<Omit<Output, "$metadata"> | string> {
  try {
    return Object.fromEntries(
      Object.entries(await sent).filter(([member, value]) => member !== "$metadata" && value !== undefined),
    ) as Omit<Output, "$metadata">;
  } catch (error) {
    if (error instanceof CodeartifactServiceException) {
      return `${error.name} ${error.$metadata.httpStatusCode}: ${error.message}`;
    }
    throw error;
  }
}

/** The error's name alone, where there is one. */
export async function ended(sent: Promise<object>): Promise<string> {
  const answer = await answered(sent);
  return typeof answer === "string" ? (answer.split(" ")[0] ?? "") : "answered";
}

/** A request as the SDK's middleware holds it. */
interface HttpRequest {
  method: string;
  path: string;
  readonly query: Record<string, string | string[]>;
  body?: unknown;
}

/** The client, whose requests are changed before they are signed, or after. */
export function changing(
  client: CodeartifactClient,
  when: "unsigned" | "signed",
  change: (request: HttpRequest) => unknown,
): CodeartifactClient {
  const { middlewareStack } = client;
  if (when === "unsigned") {
    const step = { step: "build", priority: "high" } as const;
    middlewareStack.add((next) => (sent) => next(changed(sent, change)), step);
  } else {
    const step = { step: "deserialize", priority: "low" } as const;
    middlewareStack.add((next) => (sent) => next(changed(sent, change)), step);
  }
  return client;
}

function changed<Sent extends { readonly request: unknown }>(
  sent: Sent,
  change: (request: HttpRequest) => unknown,
): Sent {
  change(sent.request as HttpRequest);
  return sent;
}

/** Every page of a list. */
export async function all<Page>(pages: AsyncIterable<Page>): Promise<readonly Page[]> {
  const seen: Page[] = [];
  for await (const page of pages) {
    seen.push(page);
  }
  return seen;
}
