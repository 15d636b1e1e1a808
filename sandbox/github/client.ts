import { sessionSeconds } from "../../iam/limits";
import type { GithubRun } from "../../github/claims";
import { audience as awsAudience } from "../../iam/trust";
import { SandboxError } from "../core/awsError";
import type { JobDescription } from "./jobDescription";

/** What a runner sets in a job's environment, and the job as it was understood. */
export interface RunningJob {
  /** `ACTIONS_ID_TOKEN_REQUEST_URL`; has a query already. */
  readonly url: string;
  /** `ACTIONS_ID_TOKEN_REQUEST_TOKEN` */
  readonly token: string;
  readonly job: GithubRun;
  readonly region: string;
  readonly accountId: string;
  /** The roles that the job would ask for, the first first. */
  readonly roleArns: readonly string[];
}

/**
 * Has a sandbox take this process for a job.
 *
 * @param address - `http://127.0.0.1:PORT`
 * @throws SandboxError where none listens, or the description is rejected
 */
export async function startJob(address: string, description: JobDescription): Promise<RunningJob> {
  const response = await ask(address, `${address}/github/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(description),
  });
  return (await response.json()) as RunningJob;
}

/** Credentials of the account's administrator, and the region to sign for. */
export interface AdministratorSession extends JobCredentials {
  readonly region: string;
}

/**
 * Opens a session of a sandbox's administrator.
 *
 * @param address - `http://127.0.0.1:PORT`
 * @throws SandboxError where none listens
 */
export async function startAdministrator(address: string): Promise<AdministratorSession> {
  const response = await ask(address, `${address}/administrator`, { method: "POST" });
  const { expiration, ...session } = (await response.json()) as Omit<AdministratorSession, "expiration"> & {
    readonly expiration: string;
  };
  return { ...session, expiration: new Date(expiration) };
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
  throw new SandboxError(await rejectionOf(response, address));
}

async function rejectionOf(response: Response, address: string): Promise<string> {
  const { message, errors = [] } = (await response.json().catch(() => ({}))) as {
    readonly message?: string;
    readonly errors?: readonly string[];
  };
  return message === undefined
    ? `What answers at ${address} is no sandbox: it says ${response.status}. Start one with: npm run sandbox`
    : [message, ...errors.map((error) => `  ${error}`)].join("\n");
}

/** What a job gets that may assume the role. */
export interface JobCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** What AWS says to a job that may not. */
interface JobRejection {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/** How the role is asked for. */
export interface AssumeRoleOptions {
  /** @default 3600 */
  readonly durationSeconds?: number;
  /** @default GitHubActions */
  readonly roleSessionName?: string;
  /** Whom the job asks GitHub's token for. @default sts.amazonaws.com */
  readonly audience?: string;
}

/**
 * Does what aws-actions/configure-aws-credentials does within a job: asks GitHub for an identity token, and STS for the role.
 *
 * @param address - of a sandbox, `http://127.0.0.1:PORT`
 * @throws SandboxError where none listens, or the description is rejected
 */
export async function assumeRoleAsJob(
  address: string,
  job: JobDescription,
  roleArn: string,
  {
    durationSeconds = sessionSeconds.default,
    roleSessionName = "GitHubActions",
    audience = awsAudience,
  }: AssumeRoleOptions = {},
): Promise<JobCredentials | JobRejection> {
  const running = await startJob(address, job);
  return assumeRole(address, await identityToken(address, running, audience), roleArn, {
    durationSeconds,
    roleSessionName,
  });
}

/**
 * Asks STS for a role with an identity token.
 *
 * @param address - of a sandbox, `http://127.0.0.1:PORT`
 */
export async function assumeRole(
  address: string,
  token: string,
  roleArn: string,
  { durationSeconds, roleSessionName }: Required<Omit<AssumeRoleOptions, "audience">>,
): Promise<JobCredentials | JobRejection> {
  const response = await fetch(`${address}/`, {
    method: "POST",
    body: new URLSearchParams({
      Action: "AssumeRoleWithWebIdentity",
      Version: "2011-06-15",
      RoleArn: roleArn,
      RoleSessionName: roleSessionName,
      DurationSeconds: String(durationSeconds),
      WebIdentityToken: token,
    }),
  });
  const xml = await response.text();
  return response.ok
    ? {
        accessKeyId: elementText(xml, "AccessKeyId"),
        secretAccessKey: elementText(xml, "SecretAccessKey"),
        sessionToken: elementText(xml, "SessionToken"),
        expiration: new Date(elementText(xml, "Expiration")),
      }
    : { code: elementText(xml, "Code"), message: elementText(xml, "Message"), status: response.status };
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/** Text of the first element of a name; none of those asked for here holds other elements. */
function elementText(xml: string, name: string): string {
  const [, text = ""] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return text.replace(/&(\w+);/g, (entity, called: string) => entities[called] ?? entity);
}
