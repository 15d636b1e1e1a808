import { nameInArn } from "../../iam/arns";
import { type Claims, claimsOf, type GithubRun } from "../../github/claims";
import { type GithubJob, hasUnknownIds } from "../../github/jobs";
import { audience } from "../../iam/trust";
import { decide, decideAssumeRole } from "../../sandbox/authorization";
import { type Deployment, otherAudience } from "../../sandbox/pulumi/deployment";
import { type AccessAttempt, attempt, expectedVerdict } from "./attempt";
import { impostors, intendedRuns, isIntended } from "./impostors";
import { otherCallers } from "./otherPrincipals";

/** Who may assume a role: the job that the setting means, and beside it everyone who must not. */
export function trustAttempts(deployment: Deployment, roleArn: string, job: GithubJob): readonly AccessAttempt[] {
  const { account, settings } = deployment;
  const { issuer } = settings;
  const roleName = nameInArn(roleArn);
  const trustPolicy = account.iam.roles.get({ roleName }).assumeRolePolicyDocument;
  const show = (claims: Claims, from = issuer) => decideAssumeRole(account, roleName, { issuer: from, claims });
  const ask = (run: GithubRun) => show(claimsOf(run, audience));
  const [byName, byIds] = intendedRuns(job);
  const tokens = intendedRuns(job).map((run) => claimsOf(run, audience));
  const denied = (what: string, change: (claims: Claims) => Claims, from?: string) =>
    attempt(
      what,
      "denied",
      tokens.map((claims) => show(change(claims), from)),
    );
  return [
    attempt("the job, its subject by name", "allowed", [ask(byName)]),
    attempt("the job, its subject with ids", "allowed", [ask(byIds)]),
    ...(hasUnknownIds(job) ? [jobOfToday(job, ask)] : []),
    ...impostors(job).map(({ who, runs }) =>
      attempt(who, expectedVerdict(runs.some((run) => isIntended(job, run))), runs.map(ask)),
    ),
    denied("a token for another audience", (claims) => ({ ...claims, aud: otherAudience })),
    denied("a token of another issuer", (claims) => claims, "another.example"),
    ...requiredClaims(job).map((claim) =>
      denied(`a token without the claim ${claim}`, (claims) => without(claims, claim)),
    ),
    attempt(
      "a role of this account or another, whatever its own account allows it",
      "denied",
      otherCallers(deployment, trustPolicy).map((caller) => decide(account, caller, "sts:AssumeRole", roleArn)),
    ),
  ];
}

/** GitHub never sends the id 0: while a setting holds it, it denies the real job too. */
function jobOfToday(job: GithubJob, ask: (run: GithubRun) => ReturnType<typeof decideAssumeRole>): AccessAttempt {
  const runs = intendedRuns({ ...job, repositoryId: "990000003", ownerId: "990000004" });
  return attempt("the job as GitHub sends it, while the settings hold the id 0", "denied", runs.map(ask));
}

function requiredClaims({ ref, jobWorkflowRef }: GithubJob): readonly string[] {
  return [
    ...["aud", "sub", "repository_id", "repository_owner_id"],
    ...(ref === undefined ? [] : ["ref"]),
    ...(jobWorkflowRef === undefined ? [] : ["job_workflow_ref"]),
  ];
}

function without(claims: Claims, claim: string): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => name !== claim));
}
