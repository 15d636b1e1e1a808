import { join } from "node:path";
import { environmentContext, type Reader } from "../../../github/jobs";
import { roleName } from "../../../naming/registryNames";
import { listStacks, readStackConfiguration } from "../../../sandbox/pulumi/stackFiles";
import { parseSettings as parseBootstrapSettings } from "../../../bootstrap/settings";
import type { Settings } from "../../../settings";
import { CommandError } from "../../cli";
import { allStacks } from "../../deployment/deployedStacks";
import { stackSettings } from "../../stackSettings";

/** What one stack lets the jobs of a team's repository do. */
export interface HubStack {
  /** Name of the stack, and of the GitHub environment that its jobs run in. */
  readonly environment: string;
  readonly domain: string;
  readonly region: string;
  /** Account of the registry. @default - not known: the jobs read it from the environment's variable AWS_ACCOUNT_ID */
  readonly account?: string;
  /** Longest life of a token, in seconds. */
  readonly tokenLifetime: number;
  readonly protect: boolean;
  readonly publishers: readonly HubPublisher[];
  /** Readers in the stack's own environment with a branch and a workflow, such as the job that builds layers. */
  readonly readers: readonly HubJob[];
  /** Roles of the readers in other stacks' environments, by the end of their subject. */
  readonly promotionReaders: Readonly<Record<string, string>>;
  /** Role of the reader in the environment `ci`, which has no ref. */
  readonly ciReader?: string;
}

/** A job of the repository, and the role that it assumes. */
export interface HubJob {
  /** Name of the role, such as `orb-integration-hub-dev-codeartifact-publisher`. */
  readonly role: string;
  /** Name of the branch that it runs on. */
  readonly branch: string;
  /** Path of its workflow, such as `.github/workflows/deploy-packages.yml`. */
  readonly workflow: string;
}

/** A job that publishes. */
export interface HubPublisher extends HubJob {
  readonly packages: readonly string[];
}

/** The GitHub environment of jobs that only install, such as those of pull requests. */
export const ciEnvironment = "ci";

/**
 * The stacks in the order in which they are deployed.
 *
 * @param directory - the folder of the stack files
 * @param repository - the team's repository, `OWNER/NAME`. @default - the one that all publishers are in
 * @throws CommandError if that is not one repository, or if none of its jobs publishes
 */
export function hubStacks(
  directory: string,
  repository?: string,
): { readonly repository: string; readonly stacks: readonly HubStack[] } {
  const settings = allStacks(directory).map((stack) => stackSettings(stack, directory));
  const publishing = new Set(settings.flatMap(({ publishers }) => publishers.map(({ job }) => job.repository)));
  const [only] = publishing;
  const hub = repository ?? only;
  if (hub === undefined || (repository === undefined && publishing.size > 1)) {
    throw new CommandError(
      `Publishers are in ${[...publishing].join(" and ")}. Name one of them: --repository OWNER/NAME`,
    );
  }
  if (!publishing.has(hub)) {
    throw new CommandError(
      `No stack has a publisher in ${hub}. The stack files name ${[...publishing].join(", ")}: give one of these, or add a publisher.`,
    );
  }
  return { repository: hub, stacks: settings.map((stack) => hubStack(stack, hub)) };
}

function hubStack(settings: Settings, repository: string): HubStack {
  const { environment, domain, aws, tokenLifetime, protect, publishers, readers } = settings;
  const isHubs = ({ job }: Reader) => job.repository === repository;
  const isHere = ({ job }: Reader) => job.subjectContext === environmentContext(environment);
  const [account, ...others] = aws.allowedAccountIds ?? [];
  const ci = readers.find(
    (reader) => isHubs(reader) && reader.job.subjectContext === environmentContext(ciEnvironment),
  );
  return {
    environment,
    domain,
    region: aws.region,
    account: others.length === 0 ? account : undefined,
    tokenLifetime,
    protect,
    publishers: publishers
      .filter((publisher) => isHubs(publisher) && isHere(publisher))
      .map((publisher) => {
        const job = hubJob(domain, "publisher", publisher);
        if (job === undefined) {
          throw new CommandError(
            `Pulumi.${environment}.yaml: the publisher ${publisher.name ?? repository} names no branch, or no workflow of ${repository}, ` +
              "so no workflow can be written for it. Give it ref: refs/heads/BRANCH and workflow: .github/workflows/FILE.yml.",
          );
        }
        return { ...job, packages: publisher.packages };
      }),
    readers: readers
      .filter((reader) => isHubs(reader) && isHere(reader))
      .flatMap((reader) => hubJob(domain, "reader", reader) ?? []),
    promotionReaders: Object.fromEntries(
      readers
        .filter((reader) => isHubs(reader) && !isHere(reader))
        .map(({ name, job }) => [job.subjectContext, roleName(domain, "reader", name)]),
    ),
    ciReader: ci && roleName(domain, "reader", ci.name),
  };
}

/** A job with a branch, in a workflow of its own repository; nothing for any other. */
function hubJob(domain: string, kind: "publisher" | "reader", { name, job }: Reader): HubJob | undefined {
  const branch = /^refs\/heads\/(.+)$/.exec(job.ref ?? "")?.[1];
  const [file = ""] = (job.jobWorkflowRef ?? "").split("@");
  const prefix = `${job.repository}/`;
  return branch === undefined || !file.startsWith(prefix)
    ? undefined
    : { role: roleName(domain, kind, name), branch, workflow: file.slice(prefix.length) };
}

/** What bootstrap lets the repository's jobs do with Lambda. */
export interface LambdaDeployer {
  /** Path of the workflow that may. */
  readonly workflow: string;
  /** Branch of each environment whose functions it deploys. */
  readonly branches: Readonly<Record<string, string>>;
  /** Bucket for zips over 50 MB, in which `{environment}` may be. @default - none */
  readonly bucket?: string;
}

/** The deployers of all accounts in this repository as one. Without one in bootstrap's stack files, nothing. */
export function lambdaDeployer(directory: string, repository: string): LambdaDeployer | undefined {
  const bootstrap = join(directory, "bootstrap");
  const found = listStacks(bootstrap).flatMap((account) => {
    const { lambda } = parseBootstrapSettings(readStackConfiguration(bootstrap, account).values, account);
    return lambda?.deployers.some(({ job }) => job.repository === repository) === true ? lambda : [];
  });
  const [first] = found;
  const refs = found.flatMap((deployer) => Object.entries(deployer.branches));
  const branches = Object.fromEntries(refs.map(([name, ref]) => [name, ref.replace(/^refs\/heads\//, "")]));
  return first && { workflow: first.workflow, bucket: first.bucket, branches };
}
