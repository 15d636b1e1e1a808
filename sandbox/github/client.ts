import type { GithubRun } from "../../github/claims";
import { SandboxError } from "../core/sandboxError";
import type { JobDescription } from "./jobDescription";

/** What a runner sets in a job's environment, and the job as it was understood. */
export interface RunningJob {
  /** `ACTIONS_ID_TOKEN_REQUEST_URL`; has a query already. */
  readonly url: string;
  /** `ACTIONS_ID_TOKEN_REQUEST_TOKEN` */
  readonly token: string;
  readonly job: GithubRun;
}

/**
 * Has a sandbox take this process for a job.
 *
 * @param address - `http://127.0.0.1:PORT`
 * @throws SandboxError where none listens, or the description is refused
 */
export async function startJob(address: string, description: JobDescription): Promise<RunningJob> {
  const response = await ask(address, `${address}/github/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(description),
  });
  return (await response.json()) as RunningJob;
}

/**
 * The job's identity token, as a step of it asks for one.
 *
 * @param address - `http://127.0.0.1:PORT`, for errors
 */
export async function identityToken(
  address: string,
  { url, token }: Pick<RunningJob, "url" | "token">,
  audience: string,
): Promise<string> {
  const response = await ask(address, `${url}&audience=${encodeURIComponent(audience)}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await response.json()) as { readonly value: string }).value;
}

async function ask(address: string, url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((error: unknown) => {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    throw new SandboxError(
      `No sandbox answers at ${address}${code === undefined ? "" : ` (${code})`}. Start one with: npm run sandbox`,
    );
  });
  if (response.ok) {
    return response;
  }
  throw new SandboxError(await refusal(response, address));
}

async function refusal(response: Response, address: string): Promise<string> {
  const { message, errors = [] } = (await response.json().catch(() => ({}))) as {
    readonly message?: string;
    readonly errors?: readonly string[];
  };
  return message === undefined
    ? `What answers at ${address} is no sandbox: it says ${response.status}. Start one with: npm run sandbox`
    : [message, ...errors.map((error) => `  ${error}`)].join("\n");
}
