import * as pulumi from "@pulumi/pulumi";
import { branchContext, environmentOf, type GithubJob, jobLists, type Reader } from "../github/jobs";
import { isPackageName, normalizePackageName, type Origins, patternText } from "../naming/packagePatterns";
import { checkNameLengths, defaultSeconds, settingSchemas } from "../settings";
import { readAudit } from "../settings/audit";
import { readEncryption, readOidcProviderArn, readOtherAccounts, readPermissionsBoundary } from "../settings/aws";
import { checkDocumentSizes } from "../settings/documentSizes";
import { checkSpellings } from "../settings/environmentSpelling";
import { SettingErrors, shown } from "../settings/errors";
import { readReaders } from "../settings/githubJobs";
import { readOrigins, readPackages } from "../settings/origins";
import type { PackageRegistryArgs } from "./packageRegistry";

/**
 * Reads a registry's arguments by the rules of the settings, for programs that do not read them from settings. An output is
 * not read: its value is not known yet.
 *
 * @throws RunError that lists every error at once
 */
export function checkRegistryArgs(name: string, args: PackageRegistryArgs): void {
  const { publishers, readers, inspectors = [], maintainers = [], issuer, otherAccounts, encryption } = args;
  const jobs = { publishers, readers, inspectors, maintainers };
  const errors = new SettingErrors();
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const origins = readOriginsArg(errors, args.origins, args.publicPackages);
  for (const { key, jobs: list } of jobLists(jobs)) {
    readReaders(errors, asSettings(errors, key, list), noEnvironment, key);
  }
  publishers.forEach(({ packages }, index) => {
    readPackages(errors, packages, origins, `publishers[${index}].packages`);
    checkNormalized(errors, `publishers[${index}].packages`, packages);
  });
  errors.read("tokenLifetime", settingSchemas.tokenLifetime, String(args.tokenLifetime), defaultSeconds);
  if (typeof args.sessionDuration === "number") {
    errors.read("sessionDuration", settingSchemas.sessionDuration, String(args.sessionDuration), defaultSeconds);
  }
  readEncryption(errors, typeof encryption === "object" ? text(encryption.keyArn) : encryption);
  readOtherAccounts(errors, otherAccounts?.organizationId, otherAccounts?.accountIds);
  readOidcProviderArn(errors, text(args.oidcProviderArn), issuer);
  readPermissionsBoundary(errors, text(args.permissionsBoundary));
  readAudit(errors, auditArg(args.audit));
  checkNameLengths(errors, { ...args, ...jobs }, "domain");
  checkSpellings(errors, jobs);
  checkDocumentSizes(errors, { ...args, ...jobs });
  throwIfAny(errors, "PackageRegistry", name);
}

/** The setting `audit` without outputs, whose values are not known yet. */
function auditArg(audit: PackageRegistryArgs["audit"]): unknown {
  return (
    audit &&
    Object.fromEntries(Object.entries(audit).filter(([, value]) => ["string", "number"].includes(typeof value)))
  );
}

/** @throws RunError that lists every error of a role's job */
export function checkJob(name: string, job: GithubJob): void {
  const errors = new SettingErrors();
  readReaders(errors, asSettings(errors, "job", [{ job }]), noEnvironment, "job");
  throwIfAny(errors, "GithubActionsRole", name);
}

/** A component has no environment that its jobs run in by default: each job's subject names its own, or a branch. */
const noEnvironment = "";

/** How the subject of a job on a branch begins. */
const ofBranch = branchContext("");

function readOriginsArg(errors: SettingErrors, origins: Origins, publicPackages: boolean): Origins {
  checkNormalized(errors, "origins.public", origins.public);
  checkNormalized(errors, "origins.blocked", origins.blocked);
  return readOrigins(errors, { ...origins, private: origins.private.map(patternText) }, publicPackages);
}

/** Jobs as the settings describe them. */
function asSettings(errors: SettingErrors, key: string, jobs: readonly Reader[]): readonly object[] {
  return jobs.map(({ name, job: { subjectContext, jobWorkflowRef = "any", ref = "any", ...repository } }, index) => {
    const environment = environmentOf(subjectContext);
    const branch = subjectContext.startsWith(ofBranch) ? subjectContext.slice(ofBranch.length) : undefined;
    if (environment === undefined && branch === undefined) {
      errors.add(
        `${key}[${index}].job.subjectContext`,
        `${shown(subjectContext)} is not the subject of one job. Write environment:NAME or ref:refs/heads/BRANCH`,
      );
    }
    return {
      ...repository,
      name,
      environment,
      branch,
      ref,
      workflow: jobWorkflowRef,
    };
  });
}

/** Settings normalise the names of packages; the arguments of a component are used as they are. */
function checkNormalized(errors: SettingErrors, path: string, names: readonly string[]): void {
  names.forEach((name, index) => {
    const normalized = normalizePackageName(name);
    if (isPackageName(name) && normalized !== name) {
      errors.add(`${path}[${index}]`, `${shown(name)} is not a normalised name. Write ${shown(normalized)}`);
    }
  });
}

function throwIfAny({ lines }: SettingErrors, type: string, name: string): void {
  if (lines.length > 0) {
    const heading = `The ${type} ${name} has ${lines.length} invalid ${lines.length === 1 ? "argument" : "arguments"}:`;
    throw new pulumi.RunError([heading, ...lines.map((line) => `  ${line}`)].join("\n"));
  }
}
