import { FilePackageStore } from "../sandbox/codeartifact/packages/fileStore";
import { noPublicIndex } from "../sandbox/codeartifact/packages/search";
import { MemoryPackageStore, PackageStoreError } from "../sandbox/codeartifact/packages/store";
import { SandboxError } from "../sandbox/core/awsError";
import { simpleIndex } from "../sandbox/publicIndex/simpleIndex";
import { deploy } from "../sandbox/pulumi/deployment";
import { serveProvider } from "../sandbox/pulumi/serveProvider";
import { openSandbox } from "../sandbox/sandbox";
import { runCommand, UsageError } from "./cli";
import { stackOption } from "./defaultStack";
import { decisionLine } from "./sandbox/decisionLine";
import { defaultPort, instructions, interrupted, pulumiInstructions } from "./sandbox/instructions";
import { colors } from "./terminal/colors";

const publicPyPI = "https://pypi.org/simple/";

void runCommand({
  call: "npm run sandbox",
  summary: `
    Deploys a stack, by its unmodified program, into a sandbox on this machine, and serves it until Ctrl-C: identity
    tokens as GitHub gives them, STS, CodeArtifact's API and its Python endpoint. Real clients use it, and the documents
    that the stack deploys decide every request. Other machines cannot reach it.`,
  options: {
    stack: stackOption(),
    port: {
      type: "text",
      value: "N",
      help: "where to listen; 0 takes any that is free",
      default: String(defaultPort),
    },
    data: { type: "text", value: "DIR", help: "keeps packages in DIR (default: nothing is kept)" },
    upstream: {
      type: "text",
      value: "URL",
      help: `the public index behind pypi-store, by its simple pages (default: ${publicPyPI})`,
    },
    offline: { type: "flag", help: "no public index at all" },
  },
  run: async ({ stack, port: listenOn, data, upstream, offline }) => {
    const port = readPort(listenOn);
    const publicIndex = readPublicIndex(upstream, offline);
    const kept = data === undefined ? undefined : await openStore(data);
    try {
      const deployment = await deploy({ directory: process.cwd(), stack });
      const sandbox = await openSandbox({ deployment, store: kept ?? new MemoryPackageStore(), publicIndex, port });
      const provider = await serveProvider(deployment.account, deployment.resources);
      process.stderr.write(deployment.warnings.map((line) => `warning: ${line}\n`).join(""));
      const sections = [
        instructions(deployment, sandbox.address),
        pulumiInstructions(deployment.stack, provider.environment),
        colors.bold("Decisions"),
      ];
      process.stdout.write(`${sections.join("\n\n")}\n`);
      sandbox.context.decisions.listen((decision) => process.stdout.write(`${decisionLine(decision)}\n`));
      await interrupted();
      process.stderr.write("Ending, once every request that is under way has its answer. Ctrl-C ends at once.\n");
      provider.close();
      await sandbox.close();
    } finally {
      await kept?.close();
    }
    return { text: "", exitCode: 0 };
  },
});

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

function readPublicIndex(upstream: string | undefined, offline: boolean) {
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
