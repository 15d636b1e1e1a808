import { existsSync } from "node:fs";
import { join } from "node:path";
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { deployJob, previewJob } from "../../bootstrap/accountRoles";
import { parseSettings } from "../../bootstrap/settings";
import type { Claims } from "../../github/claims";
import { nameInArn } from "../../iam/arns";
import { sessionSeconds } from "../../iam/limits";
import { audience, trustPolicy } from "../../iam/trust";
import { decideAssumeRole } from "../../sandbox/authorization";
import { deploy } from "../../sandbox/pulumi/deployment";
import { listStacks, readStackConfiguration } from "../../sandbox/pulumi/stackFiles";
import type { Settings } from "../../settings";
import { ask, clientConfiguration, couldNotLook } from "../aws/clients";
import { CommandError } from "../cli";
import { readDeploymentTarget } from "../deployment/deploymentTarget";
import { modelAccount } from "../verify/declaredRegistry";

/** A role that the job has asked for. */
export interface AskedRole {
  readonly role: string;
  /** Whether the trust policy in this repository lets the job's token take the role, by this project's evaluator. */
  readonly evaluator: RoleVerdict;
  readonly aws: RoleVerdict;
}

export type RoleVerdict = "taken" | "rejected";

/** Whether AWS decides otherwise than the evaluator. */
export function isDifferent({ evaluator, aws }: AskedRole): boolean {
  return evaluator !== aws;
}

/** What became of a job's identity. */
export interface JobReport {
  readonly stack: string;
  readonly account: string;
  /** What the token says of the job, of what trust policies compare. */
  readonly claims: Claims;
  readonly roles: readonly AskedRole[];
}

/**
 * Within a GitHub Actions job, asks for every role of a stack and of its bootstrap with the job's own identity token. The sessions
 * that AWS gives are dropped.
 *
 * @param directory - the folder of Pulumi.yaml
 * @throws CommandError with exit code 2 where this is no job with an identity, AWS does not know the token's issuer, or no role is for
 *   the job
 */
export async function askForRoles(directory: string, stack: string, settings: Settings): Promise<JobReport> {
  const { account: accountId, previewRole, deployRole } = readDeploymentTarget(directory, stack);
  const token = await identityToken();
  const claims = claimsIn(token);
  const account = modelAccount(settings, accountId);
  await deploy({ directory, stack, account });
  // Bootstrap's program makes these two; their trust policies are the same pure functions.
  const provider = account.iam.oidcProviders.list().find(({ url }) => url === settings.issuer)?.arn ?? "";
  const jobs = bootstrapJobs(directory, stack);
  for (const [arn, job] of [
    [previewRole, jobs.preview],
    [deployRole, jobs.deploy],
  ] as const) {
    account.iam.roles.create({
      roleName: nameInArn(arn),
      assumeRolePolicyDocument: JSON.stringify(trustPolicy(job, settings.issuer, provider)),
    });
  }
  const sts = new STSClient(await clientConfiguration(settings.aws)("sts"));
  const roles: AskedRole[] = [];
  for (const { roleName, arn } of account.iam.roles.list()) {
    const { outcome } = decideAssumeRole(account, roleName, { issuer: settings.issuer, claims });
    roles.push({
      role: roleName,
      evaluator: outcome === "allowed" ? "taken" : "rejected",
      aws: await askForRole(sts, arn, token),
    });
  }
  if (roles.every(({ evaluator }) => evaluator === "rejected")) {
    throw new CommandError(
      `Could not ask: no role of stack ${stack} is for this job, ${claims.sub ?? "without a subject"}, so nothing shows that AWS ` +
        "takes its token at all. Run it as .github/workflows/smoke.yml does, in the environment preview.",
      couldNotLook,
    );
  }
  return { stack, account: accountId, claims: shownClaims(claims), roles };
}

/** The jobs that bootstrap's files name for the account of a stack. */
function bootstrapJobs(directory: string, stack: string) {
  const bootstrap = join(directory, "bootstrap");
  const accounts = existsSync(join(bootstrap, "Pulumi.yaml")) ? listStacks(bootstrap) : [];
  for (const account of accounts) {
    const settings = parseSettings(readStackConfiguration(bootstrap, account).values, account);
    const environment = settings.environments.find(({ name }) => name === stack);
    if (environment !== undefined) {
      return { preview: previewJob(settings), deploy: deployJob(settings.source, environment) };
    }
  }
  throw new CommandError(
    `Could not ask: no file of bootstrap/ has ${stack} under environments, so no role of GitHub's jobs is known for it.`,
    couldNotLook,
  );
}

/** Source: https://docs.github.com/en/actions/reference/security/oidc */
async function identityToken(): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = process.env;
  if (!url || !bearer) {
    throw new CommandError(
      "Could not ask: ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN are not set. --job runs within a GitHub " +
        "Actions job that has the permission id-token: write, as in .github/workflows/smoke.yml.",
      couldNotLook,
    );
  }
  const response = await fetch(`${url}&audience=${encodeURIComponent(audience)}`, {
    headers: { authorization: `Bearer ${bearer}` },
  }).catch((error: unknown) => error as Error);
  if (response instanceof Error || !response.ok) {
    const answer = response instanceof Error ? response.message : `${response.status} ${response.statusText}`;
    throw new CommandError(`Could not ask: GitHub gives no identity token: ${answer}`, couldNotLook);
  }
  return ((await response.json()) as { readonly value: string }).value;
}

/** The claims of a token that AWS verifies: here they are only read. */
function claimsIn(token: string): Claims {
  const [, payload = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(claims).flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : [])),
  );
}

/** What trust policies compare. */
const compared = ["aud", "sub", "repository_id", "repository_owner_id", "ref", "job_workflow_ref"];

function shownClaims(claims: Claims): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => compared.includes(name)));
}

/** @throws CommandError with exit code 2 for any answer that is not about the trust policy, such as an unknown issuer */
async function askForRole(sts: STSClient, RoleArn: string, WebIdentityToken: string): Promise<RoleVerdict> {
  const session = { RoleSessionName: "smoke", DurationSeconds: sessionSeconds.shortest };
  return ask(`role ${RoleArn}`, async () => {
    try {
      await sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn, WebIdentityToken, ...session }));
      return "taken";
    } catch (error) {
      if ((error as Error).name === "AccessDenied") {
        return "rejected";
      }
      throw error;
    }
  });
}
