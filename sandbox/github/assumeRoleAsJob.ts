import { audience as awsAudience } from "../../iam/trust";
import type { JobDescription } from "./jobDescription";
import { identityToken, startJob } from "./client";

/** What a job gets that may assume the role. */
export interface JobCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** What AWS says to a job that may not. */
export interface JobRefusal {
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
 * @throws SandboxError where none listens, or the description is refused
 */
export async function assumeRoleAsJob(
  address: string,
  job: JobDescription,
  roleArn: string,
  { durationSeconds = 3600, roleSessionName = "GitHubActions", audience = awsAudience }: AssumeRoleOptions = {},
): Promise<JobCredentials | JobRefusal> {
  const running = await startJob(address, job);
  const response = await fetch(`${address}/`, {
    method: "POST",
    body: new URLSearchParams({
      Action: "AssumeRoleWithWebIdentity",
      Version: "2011-06-15",
      RoleArn: roleArn,
      RoleSessionName: roleSessionName,
      DurationSeconds: String(durationSeconds),
      WebIdentityToken: await identityToken(address, running, audience),
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
