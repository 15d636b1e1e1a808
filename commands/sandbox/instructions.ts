import type { GithubJob } from "../../github/jobs";
import { deployRoleName } from "../../naming/registryNames";
import type { KnownJob } from "../../sandbox/github/jobDescription";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import type { AccountSandbox } from "../../sandbox/sandbox";
import { intendedRuns } from "../access/impostors";
import { exitCodeOfSignal } from "../cli";
import { colors } from "../terminal/colors";
import { shellText } from "../terminal/wrap";
import { type PulumiState, stateLines } from "./pulumiState";

/** What of a stack's outputs a person pastes. */
interface PastedOutputs {
  readonly repositoryEndpoint: string;
  readonly clientSettings: {
    readonly indexUrl: string;
    readonly uploadUrl: string;
    readonly awsCli: { readonly shell: string };
    readonly twine: { readonly shell: string };
    readonly pip: { readonly shell: string };
  };
}

/**
 * The lines to paste into another shell, so that real clients use the sandbox as they would use AWS. Headings are comments,
 * so that the lines may be pasted together with them.
 *
 * @param deployers - the jobs that deploy stacks; the stack's own is shown
 */
export function instructions(
  { stack, settings, outputs }: Deployment,
  { address, endpointOf }: Pick<AccountSandbox, "address" | "endpointOf">,
  deployers: readonly KnownJob[] = [],
): string {
  const { repositoryEndpoint, clientSettings } = outputs as unknown as PastedOutputs;
  const { host } = new URL(repositoryEndpoint);
  const local = (text: string) => withAddress(text, host, endpointOf(settings.domain));
  const [publisher] = settings.publishers;
  if (publisher === undefined) {
    throw new Error(`stack ${stack} has no publisher, which no stack's settings allow`);
  }
  const [reader] = settings.readers;
  return [
    `${colors.bold(settings.domain)}, deployed from stack ${stack}, serves at ${address} until Ctrl-C. Its page: ${address}/`,
    "",
    `  index URL   ${local(clientSettings.indexUrl)}`,
    `  upload URL  ${local(clientSettings.uploadUrl)}`,
    "",
    heading("In another shell, in this folder: be the GitHub job that may publish"),
    identityLine(jobOptions(publisher.job, address)),
    "",
    heading("Then a token, and whatever client you use"),
    clientSettings.awsCli.shell,
    local(clientSettings.twine.shell),
    local(clientSettings.pip.shell),
    ...(reader === undefined
      ? []
      : ["", heading("Or the job that may read"), identityLine(jobOptions(reader.job, address))]),
    ...deployers
      .filter(({ roleName }) => roleName === deployRoleName(settings.domain))
      .flatMap((job) => [
        "",
        heading("Or the job that deploys, with the role that bootstrap makes"),
        identityLine(jobOptions(job, address)),
      ]),
    "",
    heading("Or the account's administrator"),
    administratorLine(address),
  ].join("\n");
}

/** The line that makes a shell the administrator. */
export function administratorLine(address: string): string {
  return identityLine(["--administrator", ...(address === defaultAddress ? [] : [`--sandbox ${address}`])].join(" "));
}

/** The line that makes a shell the identity that these options of `npm run job` describe. */
export function identityLine(options: string): string {
  return `eval "$(npm run --silent job -- ${options})"`;
}

function heading(text: string): string {
  return colors.bold(`# ${text}`);
}

/** The text with the sandbox's address in place of the registry's; user and password in it stay. */
export function withAddress(text: string, host: string, address: string): string {
  const registry = new RegExp(`https://([^@/"\\s]*@)?${host.replaceAll(".", "\\.")}`, "g");
  return text.replaceAll(registry, (_all, user = "") => address.replace("://", `://${user as string}`));
}

/** The options with which `npm run job` describes a job that the settings name. */
export function jobOptions(job: GithubJob, address: string): string {
  const [{ repository, environment, ref, jobWorkflowRef }] = intendedRuns(job);
  const file = jobWorkflowRef.slice(repository.length + 1, -(ref.length + 1));
  const isOwn = jobWorkflowRef === `${repository}/${file}@${ref}`;
  const options = {
    repository,
    environment,
    ref,
    ...(isOwn ? { workflow: file } : { "job-workflow-ref": jobWorkflowRef }),
    sandbox: address === defaultAddress ? undefined : address,
  };
  return Object.entries(options)
    .flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${shellText(value)}`]))
    .join(" ");
}

/** Where a sandbox listens by default. */
export const defaultPort = 8787;

/** The address that a sandbox has there, as an URL without a slash at its end. */
export const defaultAddress = `http://127.0.0.1:${defaultPort}`;

/**
 * The lines to paste into another shell, so that a person's own Pulumi deploys into the sandbox instead of AWS. The state is
 * kept apart: in that of the real stack nothing of this account has a place.
 *
 * @param providers - value of `PULUMI_DEBUG_PROVIDERS`
 */
export function pulumiInstructions(stack: string, providers: string, state: PulumiState): string {
  return [
    colors.bold("# With your own Pulumi: deploy into this account, over its resources, with a state of its own"),
    `export PULUMI_DEBUG_PROVIDERS=${providers} PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true`,
    ...stateLines(state, stack),
    `pulumi up --stack ${shellText(stack)}`,
  ].join("\n");
}

/** How long after a signal it may come again for the same Ctrl-C, in milliseconds: npm hands on what the terminal sends to all. */
const echo = 500;

/** Waits until a person or the system asks this process to end. Asked once more it ends at once. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        first ??= performance.now();
        if (performance.now() - first > echo) {
          process.exit(exitCodeOfSignal(signal));
        }
        resolve();
      });
    }
  });
}
