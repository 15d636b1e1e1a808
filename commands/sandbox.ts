import { FilePackageStore } from "../sandbox/codeartifact/packages/fileStore";
import { noPublicIndex, type PublicIndex } from "../sandbox/codeartifact/packages/search";
import { MemoryPackageStore, PackageStoreError } from "../sandbox/codeartifact/packages/store";
import { SandboxError } from "../sandbox/core/awsError";
import { Journal } from "../sandbox/journal/journal";
import { simpleIndex } from "../sandbox/publicIndex/simpleIndex";
import { exampleAccount, prepareProvider } from "../sandbox/pulumi/deployment";
import { serveProvider } from "../sandbox/pulumi/serveProvider";
import type { OrganizationPolicies } from "../sandbox/organization";
import { type AccountSandbox, openSandbox } from "../sandbox/sandbox";
import { SandboxAccount } from "../sandbox/account";
import { githubIssuer } from "../iam/trust";
import { runCommand, UsageError } from "./cli";
import { defaultStack } from "./defaultStack";
import { connectLines } from "./sandbox/connectLines";
import { decisionLine, messageLine } from "./sandbox/decisionLine";
import { emptyInstructions } from "./sandbox/emptyInstructions";
import { readOrganization } from "./sandbox/organizationFiles";
import { defaultPort, instructions, interrupted, pulumiInstructions } from "./sandbox/instructions";
import { makePulumiState } from "./sandbox/pulumiState";
import { profileInstructions, type ServedStack, writeProfiles } from "./sandbox/profiles";
import { deployStacks, type StackAccount } from "./sandbox/stackAccounts";
import { colors } from "./terminal/colors";

const publicPyPI = "https://pypi.org/simple/";

void runCommand({
  call: "npm run sandbox",
  summary: `
    Deploys stacks, by their unmodified program, into a sandbox on this machine, and serves it until Ctrl-C: identity
    tokens as GitHub gives them, the APIs of STS, IAM, KMS and CodeArtifact, and its Python endpoint. Real clients use
    it, and the documents that are deployed decide every request. Other machines cannot reach it.`,
  options: {
    stack: {
      type: "text",
      value: "NAMES",
      help: "the stacks, by their files Pulumi.NAME.yaml, as in dev,staging,prod",
      default: defaultStack(),
    },
    empty: { type: "flag", help: "an account with GitHub's OIDC provider and an administrator, and no stack" },
    account: {
      type: "text",
      value: "ID",
      help:
        "the number of the account, or one for each stack, as in dev=111122223333,prod=444455556666; each account has " +
        `an address of its own (default: what the stack files say, or ${exampleAccount})`,
    },
    port: {
      type: "text",
      value: "N",
      help: "where to listen, a further account at the next one; 0 takes any that is free",
      default: String(defaultPort),
    },
    data: {
      type: "text",
      value: "DIR",
      help: "keeps packages in DIR, and with --empty the account too (default: nothing is kept)",
    },
    upstream: {
      type: "text",
      value: "URL",
      help: `the public index behind pypi-store, by its simple pages (default: ${publicPyPI})`,
    },
    offline: { type: "flag", help: "no public index at all" },
    "service-control": {
      type: "text",
      value: "FILE",
      multiple: true,
      help:
        "a service control policy (SCP) that limits the roles of every account, beside FullAWSAccess, as in " +
        "docs/organization; may be given several times",
    },
    "resource-control": {
      type: "text",
      value: "FILE",
      multiple: true,
      help: "a resource control policy (RCP) that limits everyone who asks for resources of an account; may be given several times",
    },
  },
  notes: `
    With --service-control or --resource-control every account is a member account of an organization that has these
    policies. They limit requests, not the deployment at the start. --data does not keep them: give them at each start.`,
  run: async ({ stack, empty, account, port: listenOn, data, upstream, offline, ...controls }) => {
    const port = readPort(listenOn);
    const organization = readOrganization(controls["service-control"], controls["resource-control"]);
    const publicIndex = readPublicIndex(upstream, offline);
    const accounts = readAccounts(account);
    const kept = data === undefined ? undefined : await openStore(data);
    try {
      const served = { store: kept ?? new MemoryPackageStore(), publicIndex, port, organization };
      await (empty
        ? serveEmpty(typeof accounts === "string" ? accounts : undefined, data, served)
        : serveStacks(await deployStacks(process.cwd(), readStacks(stack), accounts), served));
    } finally {
      await kept?.close();
    }
    return { text: "", exitCode: 0 };
  },
});

/** What every account of a sandbox is served with. */
interface Served {
  readonly store: FilePackageStore | MemoryPackageStore;
  readonly publicIndex: PublicIndex;
  /** Of the first account. */
  readonly port: number;
  readonly organization: OrganizationPolicies | undefined;
}

async function serveStacks(
  accounts: readonly StackAccount[],
  { port, organization, ...served }: Served,
): Promise<void> {
  const open: { readonly close: () => Promise<void> }[] = [];
  const state = makePulumiState();
  try {
    const sandboxes: AccountSandbox[] = [];
    const stacks: ServedStack[] = [];
    for (const [index, { account, deployments, deployers, warnings, resources }] of accounts.entries()) {
      const [deployment, ...others] = deployments;
      account.organization = organization;
      const sandbox = await openSandbox({
        ...served,
        account,
        deployments,
        jobs: deployers,
        connectLines: (place) => connectLines(deployments, deployers, place),
        port: port === 0 ? 0 : port + index,
      });
      open.push(sandbox);
      sandboxes.push(sandbox);
      stacks.push(...deployments.map((one) => ({ ...one, address: sandbox.address, deployers })));
      const provider = await serveProvider(account, resources);
      open.push({
        close: () => {
          provider.close();
          return Promise.resolve();
        },
      });
      process.stderr.write(warnings.map((line) => `warning: ${line}\n`).join(""));
      const sections = [deployment, ...others].flatMap((one) =>
        one === undefined
          ? []
          : [instructions(one, sandbox, deployers), pulumiInstructions(one.stack, provider.environment, state)],
      );
      process.stdout.write(`${sections.join("\n\n")}\n\n`);
    }
    const profiles = writeProfiles(stacks);
    // Also where a second Ctrl-C ends the process at once.
    process.once("exit", profiles.remove);
    process.stdout.write(`${profileInstructions(profiles)}\n\n`);
    await showDecisions(sandboxes);
  } finally {
    state.remove();
    await Promise.all(open.map((one) => one.close()));
  }
}

async function serveEmpty(
  accountId = exampleAccount,
  data: string | undefined,
  { organization, ...served }: Served,
): Promise<void> {
  const place = { accountId, region: "us-east-1" };
  const prepare = (account: SandboxAccount) => {
    prepareProvider(account, githubIssuer());
  };
  const journal = data === undefined ? undefined : await Journal.open(data, place, prepare);
  try {
    const account = journal?.account ?? new SandboxAccount(place);
    if (journal === undefined) {
      prepare(account);
    }
    // Only now: operations that are carried out again were allowed in their time.
    account.organization = organization;
    const sandbox = await openSandbox({ ...served, account, journal });
    const state = makePulumiState();
    try {
      process.stdout.write(`${emptyInstructions(account, sandbox.address, state)}\n\n`);
      await showDecisions([sandbox]);
    } finally {
      state.remove();
      await sandbox.close();
    }
  } finally {
    await journal?.close();
  }
}

/** Prints every decision until Ctrl-C. */
async function showDecisions(sandboxes: readonly AccountSandbox[]): Promise<void> {
  // Listened to first: anyone who reads the next line may end the sandbox at once.
  const end = interrupted();
  process.stdout.write(`${colors.bold("Decisions")}\n`);
  for (const { context } of sandboxes) {
    context.decisions.listen((decision) => process.stdout.write(`${decisionLine(decision)}\n`));
    context.account.sns.listen((arn, message) => process.stdout.write(`${messageLine(arn, message)}\n`));
  }
  await end;
  process.stderr.write("Ending, once every request that is under way has its answer. Ctrl-C ends at once.\n");
}

async function openStore(directory: string): Promise<FilePackageStore> {
  try {
    return await FilePackageStore.open(directory);
  } catch (error) {
    throw error instanceof PackageStoreError ? new SandboxError(error.message) : error;
  }
}

function readPort(port: string): number {
  const number = Number(port);
  if (!/^\d+$/.test(port) || number > 65535) {
    throw new UsageError(`--port ${port} is not a port: give a number from 0 to 65535`);
  }
  return number;
}

function readStacks(text: string): readonly string[] {
  const stacks = text.split(",");
  if (new Set(stacks).size < stacks.length || stacks.includes("")) {
    throw new UsageError(`--stack ${text} is no list of stacks: give each once, as in dev,prod`);
  }
  return stacks;
}

/** One number for all stacks, or one by stack. */
function readAccounts(text: string | undefined): ReadonlyMap<string, string> | string | undefined {
  if (text === undefined || /^\d{12}$/.test(text)) {
    return text;
  }
  const pairs = text.split(",").map((pair) => /^([^=]+)=(\d{12})$/.exec(pair)?.slice(1) ?? []);
  if (pairs.some(([stack]) => stack === undefined)) {
    throw new UsageError(
      `--account ${text} is no account: give its 12 digits, or one for each stack, as in dev=111122223333,prod=444455556666`,
    );
  }
  return new Map(pairs.map(([stack = "", number = ""]) => [stack, number]));
}

function readPublicIndex(upstream: string | undefined, offline: boolean): PublicIndex {
  if (offline && upstream !== undefined) {
    throw new UsageError("--upstream and --offline exclude each other: give one of them");
  }
  const url = upstream ?? publicPyPI;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    const shown = url.replace(/\/\/.*@/, "//");
    throw new UsageError(`--upstream ${shown} is not the address of an index: give one with https:// or http://`);
  }
  return offline ? noPublicIndex : simpleIndex(url);
}
