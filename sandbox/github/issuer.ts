import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  SignJWT,
} from "jose";
import { randomUUID } from "node:crypto";
import { claimsOf } from "../../github/claims";
import { jobLists, type RegistryJobs } from "../../github/jobs";
import { roleName } from "../../naming/registryNames";
import type { Settings } from "../../settings";
import { type Job, type KnownJob, madeUpCommit, madeUpId } from "./jobDescription";

/** GitHub as an issuer of identity tokens, with a key of its own, and what it knows of the repositories that a stack names. */
export interface Issuer {
  /** What tokens name as their `iss`: GitHub's real one, since the deployed trust policies know no other. */
  readonly url: string;
  /** What tokens are verified with. */
  readonly keys: JWTVerifyGetKey;
  /** The same keys, as they are published. */
  readonly keySet: JSONWebKeySet;
  readonly knownJobs: readonly KnownJob[];
  /** A token that says these claims, who issued it and for which enterprise, if any. */
  sign(claims: JWTPayload): Promise<string>;
}

/** The jobs that a stack's settings name, the publishers first. */
export function jobsOf({ domain, ...lists }: RegistryJobs & Pick<Settings, "domain">): readonly KnownJob[] {
  return jobLists(lists).flatMap(({ kind, jobs }) =>
    jobs.map(({ job, name }) => ({
      ...job,
      kind,
      roleName: roleName(domain, kind, name),
    })),
  );
}

/**
 * An issuer whose key is made at each start and stays in this process.
 *
 * @param issuer - host, and path where an enterprise has one, without `https://`
 */
export async function createIssuer(issuer: string, knownJobs: readonly KnownJob[] = []): Promise<Issuer> {
  const url = `https://${issuer}`;
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const keySet = { keys: [{ ...jwk, kid, alg: "RS256", use: "sig" }] };
  return {
    url,
    keySet,
    keys: createLocalJWKSet(keySet),
    knownJobs,
    sign: (claims) =>
      new SignJWT({ ...claims, ...enterpriseClaims(issuer), iss: url })
        .setProtectedHeader({ alg: "RS256", typ: "JWT", kid })
        .sign(privateKey),
  };
}

/** An issuer with a slug serves the repositories of one enterprise alone. */
function enterpriseClaims(issuer: string): JWTPayload {
  const [, enterprise] = issuer.split("/");
  return enterprise === undefined ? {} : { enterprise, enterprise_id: madeUpId(`enterprise ${enterprise}`) };
}

/**
 * Seconds from a token's issue to its end, and back to when it begins to be valid, as in GitHub's example:
 * https://docs.github.com/en/actions/concepts/security/openid-connect
 */
const [lifetime, leadTime] = [300, 600];

/**
 * Everything that an identity token says of a job, but for its issuer. Of what a description leaves open the values are made up.
 * Source: https://docs.github.com/en/actions/reference/security/oidc
 *
 * @param audience - whom the job asks the token for
 */
export function identityClaims({ run, workflowRef }: Job, audience: string, now: Date): JWTPayload {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const { repository, ref } = run;
  return {
    ...claimsOf(run, audience),
    // GitHub's own example account.
    actor: "octocat",
    actor_id: "583231",
    ...branchesOf(run),
    check_run_id: madeUpId(`check of ${run.jobWorkflowRef}`),
    job_workflow_sha: madeUpCommit(run.jobWorkflowRef),
    ref_protected: "false",
    repository_visibility: "private",
    run_id: madeUpId(`run of ${workflowRef}`),
    run_number: "1",
    run_attempt: "1",
    runner_environment: "github-hosted",
    sha: madeUpCommit(`${repository}@${ref}`),
    // A workflow without a name is called by its file.
    workflow: workflowRef.slice(repository.length + 1).replace(/@.*$/, ""),
    workflow_ref: workflowRef,
    workflow_sha: madeUpCommit(`${repository}@${ref}`),
    jti: randomUUID(),
    iat: issuedAt,
    nbf: issuedAt - leadTime,
    exp: issuedAt + lifetime,
  };
}

/** What a pull request is to change, and what it proposes. */
function branchesOf({ event, ref }: Job["run"]): { readonly base_ref: string; readonly head_ref: string } {
  switch (event) {
    case "pull_request":
      return { base_ref: "main", head_ref: "proposal" };
    // Runs on the branch that is to be changed.
    case "pull_request_target":
      return { base_ref: ref.replace(/^refs\/heads\//, ""), head_ref: "proposal" };
    default:
      return { base_ref: "", head_ref: "" };
  }
}

/** What GitHub's discovery document lists, as far as tokens here carry it. */
export const supportedClaims: readonly string[] = [
  "sub",
  "aud",
  "exp",
  "iat",
  "iss",
  "jti",
  "nbf",
  "actor",
  "actor_id",
  "base_ref",
  "check_run_id",
  "enterprise",
  "enterprise_id",
  "environment",
  "event_name",
  "head_ref",
  "job_workflow_ref",
  "job_workflow_sha",
  "ref",
  "ref_protected",
  "ref_type",
  "repository",
  "repository_id",
  "repository_owner",
  "repository_owner_id",
  "repository_visibility",
  "run_attempt",
  "run_id",
  "run_number",
  "runner_environment",
  "sha",
  "workflow",
  "workflow_ref",
  "workflow_sha",
];
