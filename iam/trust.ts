import { policyDocument, type PolicyDocument } from "./documents";
import { type GithubJob, subjects } from "../github/jobs";

/** The only audience under which AWS takes GitHub's tokens here. */
export const audience = "sts.amazonaws.com";

/** Where GitHub's tokens come from: host and, for an enterprise with an issuer of its own, its slug. */
export function githubIssuer(enterprise?: string): string {
  const host = "token.actions.githubusercontent.com";
  return enterprise === undefined ? host : `${host}/${enterprise}`;
}

/**
 * Only this job may assume the role. Every comparison is of exact strings. The subject alone is not enough: an environment's
 * does not name the branch, and GitHub makes an environment that does not exist, without any rule, when a job first names it.
 * Keys: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
export function trustPolicy(job: GithubJob, issuer: string, providerArn: string): PolicyDocument {
  return policyDocument({
    Sid: "AssumeFromGithubJob",
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${issuer}:aud`]: audience,
        [`${issuer}:sub`]: subjects(job),
        [`${issuer}:repository_id`]: job.repositoryId,
        [`${issuer}:repository_owner_id`]: job.ownerId,
        ...(job.ref === undefined ? {} : { [`${issuer}:ref`]: job.ref }),
        ...(job.jobWorkflowRef === undefined ? {} : { [`${issuer}:job_workflow_ref`]: job.jobWorkflowRef }),
      },
    },
  });
}
