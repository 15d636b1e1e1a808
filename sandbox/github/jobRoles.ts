import { claimsOf } from "../../github/claims";
import { audience } from "../../iam/trust";
import type { SandboxAccount } from "../account";
import { decideAssumeRole, decidedOrDenied } from "../authorization";
import { originKeys } from "../requestKeys";
import type { Issuer } from "./issuer";
import { type Job, publisherOf } from "./jobDescription";

/**
 * The roles that a job asks for, as ARNs. Those whose trust policy admits it come first, in the order of the settings. Where
 * none does, it is the role of the environment's publisher, which is what an impostor is after.
 */
export function rolesOfJob(
  account: SandboxAccount,
  { url, knownJobs }: Pick<Issuer, "url" | "knownJobs">,
  { run }: Pick<Job, "run">,
): readonly string[] {
  const identity = { issuer: url.replace("https://", ""), claims: claimsOf(run, audience) };
  const roles = account.iam.roles.list();
  const admitting = roles.filter(({ roleName }) => {
    const conditions = originKeys(account, { sourceIp: "127.0.0.1" });
    return decidedOrDenied(() => decideAssumeRole(account, roleName, identity, conditions)).outcome === "allowed";
  });
  const names = knownJobs.map(({ roleName }) => roleName);
  const place = (name: string) => (names.includes(name) ? names.indexOf(name) : names.length);
  if (admitting.length > 0) {
    return [...admitting].sort((one, other) => place(one.roleName) - place(other.roleName)).map(({ arn }) => arn);
  }
  const publisher = publisherOf(knownJobs, run.environment);
  return roles.filter(({ roleName }) => roleName === publisher?.roleName).map(({ arn }) => arn);
}
