import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { AdministratorSession, JobCredentials, RunningJob } from "../../sandbox/github/client";
import { shellText } from "../terminal/wrap";

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string>>;

/** What an earlier identity leaves in a shell: credentials, where they come from, and tokens that they minted. */
const identityVariables = [
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "ACTIONS_ID_TOKEN_REQUEST_URL",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "CODEARTIFACT_AUTH_TOKEN",
  "TWINE_PASSWORD",
  "PIP_INDEX_URL",
];

/** The line with which a shell drops the identity that it had. */
export const forgetIdentity = `unset ${identityVariables.join(" ")}`;

/** The line with which a shell also drops the address and the region, which come before those of a profile. */
export const forgetPlace = `${forgetIdentity} AWS_ENDPOINT_URL AWS_REGION AWS_DEFAULT_REGION`;

/** The lines with which a shell has these variables. */
export function exports(variables: Variables): string {
  const values = Object.entries(variables).map(([name, value]) => `export ${name}=${shellText(value)}`);
  return [...values, proxyException].join("\n");
}

/** The value of a variable of the shell itself stays in it. */
const proxyException = 'export NO_PROXY="127.0.0.1,${NO_PROXY-}" no_proxy="127.0.0.1,${no_proxy-}"';

/** What sends every AWS client to a sandbox, past the settings of another account. */
function sandboxVariables(address: string, region: string): Variables {
  return {
    AWS_ENDPOINT_URL: address,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

/** The environment of the account's administrator. */
export function administratorVariables(address: string, session: AdministratorSession): Variables {
  return {
    ...sandboxVariables(address, session.region),
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
  };
}

/**
 * Credentials as an AWS client reads them from the `credential_process` of its profile.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
export function processCredentials({ accessKeyId, secretAccessKey, sessionToken, expiration }: JobCredentials): object {
  return {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration.toISOString(),
  };
}

/**
 * The environment of a job: what a runner sets in it, and what makes AWS clients assume its role.
 *
 * @param roleArn - undefined where it asks for none
 * @param identityToken - what it shows to AWS; is kept in a file that this user alone reads
 */
export function jobVariables(
  address: string,
  { url, token, region }: RunningJob,
  roleArn: string | undefined,
  identityToken: string,
): Variables {
  return {
    ...sandboxVariables(address, region),
    // What a runner sets in a job's environment.
    ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
    ...(roleArn === undefined
      ? {}
      : {
          AWS_ROLE_ARN: roleArn,
          AWS_ROLE_SESSION_NAME: newSessionName(),
          AWS_WEB_IDENTITY_TOKEN_FILE: identityFile(identityToken),
        }),
  };
}

/** The AWS CLI keeps a role's credentials in a file, and takes those of an earlier sandbox for good under the same name. */
export function newSessionName(): string {
  return `GitHubActions-${Date.now()}`;
}

const folderPrefix = "package-registry-job-";

/** Writes the token to a new file, and removes the one that this shell had before. */
function identityFile(identityToken: string): string {
  const former = dirname(process.env.AWS_WEB_IDENTITY_TOKEN_FILE ?? "/");
  if (basename(former).startsWith(folderPrefix) && dirname(former) === tmpdir()) {
    rmSync(former, { recursive: true, force: true });
  }
  const file = join(mkdtempSync(join(tmpdir(), folderPrefix)), "identity-token");
  writeFileSync(file, identityToken, { mode: 0o600 });
  return file;
}
