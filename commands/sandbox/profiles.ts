import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployRoleName, registryRoleKinds } from "../../naming/registryNames";
import { jobsOf } from "../../sandbox/github/issuer";
import type { KnownJob } from "../../sandbox/github/jobDescription";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import { exports, forgetPlace } from "../job/identity";
import { projectFolder } from "../projectFolder";
import { colors } from "../terminal/colors";
import { shellText } from "../terminal/wrap";
import { jobOptions } from "./instructions";

/** A stack, and where its account serves. */
export interface ServedStack extends Pick<Deployment, "stack" | "settings"> {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** The jobs that deploy stacks of the account. */
  readonly deployers: readonly KnownJob[];
}

/** A profile of an AWS config file. */
interface Profile {
  readonly name: string;
  readonly region: string;
  readonly address: string;
  /** Options of `npm run job` that describe the identity, as a shell reads them. */
  readonly identity: string;
}

/** An AWS config file that exists until it is removed. */
export interface ProfilesFile {
  readonly path: string;
  readonly names: readonly string[];
  readonly remove: () => void;
}

/**
 * Writes an AWS config file with a profile for every identity of the stacks, in a folder of its own that this user alone
 * reads. It has no credentials: each client gets its own, by `npm run job`, when it needs them.
 */
export function writeProfiles(stacks: readonly ServedStack[]): ProfilesFile {
  const profiles = stacks.flatMap(profilesOf);
  const folder = mkdtempSync(join(tmpdir(), "package-registry-profiles-"));
  const path = join(folder, "config");
  writeFileSync(path, profiles.map(section).join("\n"), { mode: 0o600 });
  return {
    path,
    names: profiles.map(({ name }) => name),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The lines with which a shell has the profiles of the file, and none of this machine's own. */
export function profileInstructions({ path, names }: Pick<ProfilesFile, "path" | "names">): string {
  return [
    colors.bold("# With AWS profiles instead, one for each identity:"),
    colors.bold(`# ${names.join(", ")}`),
    forgetPlace,
    exports({ AWS_CONFIG_FILE: path, AWS_SHARED_CREDENTIALS_FILE: "/dev/null" }),
  ].join("\n");
}

/** The first publisher of a stack is `STACK-publisher`, and a further one `STACK-publisher-NAME`; others likewise. */
function profilesOf({ stack, settings, address, deployers }: ServedStack): readonly Profile[] {
  const { domain } = settings;
  const jobs = jobsOf(settings);
  const firsts = registryRoleKinds.map((kind) => jobs.find((job) => job.kind === kind));
  const suffixOf = (job: KnownJob) =>
    firsts.includes(job) ? job.kind : job.roleName.slice(`${domain}-codeartifact-`.length);
  const identities = [
    ...jobs.map((job) => [suffixOf(job), asJob(job, address)] as const),
    ...deployers
      .filter(({ roleName }) => roleName === deployRoleName(domain))
      .map((job) => ["deployer", asJob(job, address)] as const),
    ["administrator", `--administrator --sandbox ${address}`] as const,
  ];
  return identities.map(([suffix, identity]) => ({
    name: `${stack}-${suffix}`,
    region: settings.aws.region,
    address,
    identity,
  }));
}

function asJob(job: KnownJob, address: string): string {
  return `${jobOptions(job, address)} --role ${shellText(job.roleName)}`;
}

function section({ name, region, address, identity }: Profile): string {
  const words = [
    process.execPath,
    "--require",
    join(projectFolder, "tools/pulumi/loader.cjs"),
    join(projectFolder, "commands/job.ts"),
  ].map(shellText);
  const command = `${words.join(" ")} --format credentials ${identity}`;
  return [
    `[profile ${name}]`,
    `region = ${region}`,
    `endpoint_url = ${address}`,
    `credential_process = ${withoutComment(command)}`,
    "",
  ].join("\n");
}

/** The SDK for JavaScript ends a line before a `#` or `;` that follows a space, also between quotation marks. */
function withoutComment(command: string): string {
  return command.replace(/(\s)(?=[#;])/g, "$1''");
}
