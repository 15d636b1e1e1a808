import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { normalizePackageName } from "../../naming/packagePatterns";
import { basicAuthorization } from "../../naming/registryNames";
import { compareVersions } from "../../naming/versions";
import {
  type MadeDistribution,
  makeSdist,
  makeWheel,
  setuptoolsFiles,
  uploadForm,
} from "../../sandbox/fixtures/distributions";
import type { Missing } from "../python/findPython";
import { pythonTools, type PythonTools, requirementsFile } from "../python/pythonTools";
import { cleanEnvironment, runProcess } from "../python/runProcess";
import { type RunTool, startRunner } from "../python/startRunner";
import { inTemporaryFolder } from "../python/temporaryFolder";

/** Where and as whom a client talks to the registry. */
export interface RegistryAccess {
  /** Ends in `/pypi/REPOSITORY/`. */
  readonly endpoint: string;
  /** Sent as a password; empty for a caller without a token. */
  readonly token: string;
}

/** A distribution as it is uploaded. */
export interface Distribution {
  readonly filename: string;
  readonly bytes: Buffer;
}

/** How an attempt ended: a code to compare, and what the client was answered. */
export interface Outcome {
  /** An HTTP status, an AWS error's code, or what was reached: `orb-common 1.0.0`. */
  readonly code: string;
  /** @default "" */
  readonly detail?: string;
}

/** What publishes and installs. */
export interface Clients {
  /** Such as `twine 7.0.0`. */
  readonly publisher: string;
  /** Such as `pip 26.3`. */
  readonly installer: string;
  /** Builds an sdist and a wheel of a package, version 1.0.0. */
  build(name: string): Promise<readonly Distribution[]>;
  /** Ends with the HTTP status of the last upload. */
  publish(access: RegistryAccess, distributions: readonly Distribution[]): Promise<Outcome>;
  /**
   * Ends with what is installed, `NAME VERSION, …` in the order of the names, or `not found`.
   *
   * @param requirements - such as `orb-common` or `orb-common==99.0`
   * @param options.withoutDependencies - installs what is named alone. @default false
   */
  install(
    access: RegistryAccess,
    requirements: readonly string[],
    options?: { readonly withoutDependencies?: boolean },
  ): Promise<Outcome>;
}

/** The clients that this machine can run: twine and pip, or Node's own where there is no Python. */
export async function chooseClients(
  progress: (what: string) => void,
): Promise<{ readonly clients: Clients; readonly remark: readonly string[] }> {
  const python = await pythonClients(progress);
  return "missing" in python
    ? {
        clients: nodeClients,
        remark: [`Without twine and pip: ${python.missing}. The same attempts were made with Node's fetch.`],
      }
    : { clients: python, remark: [] };
}

/** Does over Node's own fetch what twine and pip do, where there is no Python. */
export const nodeClients: Clients = {
  publisher: "Node's fetch",
  installer: "Node's fetch",
  build: async (name) => [await makeSdist({ name, version: "1.0.0" }), await makeWheel({ name, version: "1.0.0" })],
  publish: async (access, distributions) => {
    let ending: Outcome = { code: "nothing was sent" };
    for (const distribution of distributions) {
      ending = await upload(access, distribution);
      if (ending.code !== "200") {
        break;
      }
    }
    return ending;
  },
  install: async (access, requirements) => {
    const installed: string[] = [];
    for (const requirement of requirements) {
      const [name = "", version] = requirement.split("==");
      const found = await fetchNewest(access, name, version);
      if ("code" in found) {
        return found;
      }
      installed.push(`${name} ${found.version}`);
    }
    return { code: installed.sort().join(", ") };
  },
};

async function upload({ endpoint, token }: RegistryAccess, distribution: Distribution): Promise<Outcome> {
  const headers = authorization(token);
  return ended(await fetch(endpoint, { method: "POST", headers, body: uploadForm(distribution) }));
}

async function fetchNewest(
  { endpoint, token }: RegistryAccess,
  name: string,
  version: string | undefined,
): Promise<Outcome | { readonly version: string }> {
  const headers = { ...authorization(token), accept: "application/vnd.pypi.simple.v1+json" };
  const pageUrl = `${endpoint}simple/${name}/`;
  const page = await fetch(pageUrl, { headers });
  if (page.status === 404) {
    return { ...(await ended(page)), code: "not found" };
  }
  if (!page.ok) {
    return ended(page);
  }
  const { files, versions } = (await page.json()) as SimplePage;
  const wanted = version ?? [...versions].sort(compareVersions).at(-1) ?? "";
  const file = files.find(({ filename }) => filename.includes(`-${wanted}-`) && filename.endsWith(".whl"));
  if (file === undefined) {
    return { code: "not found", detail: `no wheel of ${name} ${wanted}` };
  }
  const answer = await fetch(new URL(file.url, pageUrl), { headers: authorization(token) });
  if (!answer.ok) {
    return ended(answer);
  }
  const digest = createHash("sha256").update(Buffer.from(await answer.arrayBuffer()));
  return digest.digest("hex") === file.hashes.sha256
    ? { version: wanted }
    : { code: "other bytes", detail: `${file.filename} does not have the SHA-256 that the page gives` };
}

interface SimplePage {
  readonly versions: readonly string[];
  readonly files: readonly {
    readonly filename: string;
    readonly url: string;
    readonly hashes: { readonly sha256: string };
  }[];
}

function authorization(token: string): Record<string, string> {
  return token === "" ? {} : { authorization: basicAuthorization(token) };
}

async function ended(response: Response): Promise<Outcome> {
  return { code: String(response.status), detail: (await response.text()).trim() };
}

/** What people use: setuptools builds, twine publishes, pip installs; each in a home of its own, with a token from its environment. */
export async function pythonClients(progress: (what: string) => void): Promise<Clients | Missing> {
  const tools = await pythonTools(requirementsFile, progress);
  if ("missing" in tools) {
    return tools;
  }
  const { output } = await runProcess(tools.python, ["-I", "-c", versions]);
  const [twine = "", pip = ""] = output.split("\n");
  const run = startRunner(tools, ["twine.commands.upload", "pip._internal.commands.install"]);
  return {
    publisher: `twine ${twine}`,
    installer: `pip ${pip}`,
    build: (name) => inTemporaryFolder((folder) => build(tools, folder, name)),
    publish: (access, distributions) => inTemporaryFolder((folder) => publish(run, folder, access, distributions)),
    install: (access, requirements, { withoutDependencies = false } = {}) =>
      inTemporaryFolder((folder) =>
        install(run, folder, access, withoutDependencies ? ["--no-deps", ...requirements] : requirements),
      ),
  };
}

const versions = "from importlib.metadata import version; print(version('twine'), version('pip'), sep='\\n')";

/** What `python -m build` calls, without the environment that it would make and fill from an index. */
const builder = "from setuptools import build_meta as b; b.build_sdist('dist'); b.build_wheel('dist')";

async function build({ python }: PythonTools, folder: string, name: string): Promise<readonly MadeDistribution[]> {
  for (const [path, text] of Object.entries(setuptoolsFiles({ name, version: "1.0.0" }))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  // The wheel's files get this time, so that the same source makes the same bytes: 1 January 1980, a zip's first.
  const { exitCode, output } = await runProcess(python, ["-I", "-c", builder], {
    directory: folder,
    environment: cleanEnvironment(folder, { SOURCE_DATE_EPOCH: "315532800" }),
  });
  if (exitCode !== 0) {
    throw new Error(`setuptools cannot build ${name}: ${output}`);
  }
  const filenames = (await readdir(join(folder, "dist"))).sort();
  return Promise.all(
    filenames.map(async (filename) => ({ filename, bytes: await readFile(join(folder, "dist", filename)) })),
  );
}

async function publish(
  run: RunTool,
  folder: string,
  { endpoint, token }: RegistryAccess,
  distributions: readonly MadeDistribution[],
): Promise<Outcome> {
  for (const { filename, bytes } of distributions) {
    await writeFile(join(folder, filename), bytes);
  }
  const filenames = distributions.map(({ filename }) => filename);
  const { exitCode, output } = await run(
    folder,
    ["twine", "upload", "--non-interactive", "--disable-progress-bar", "--verbose", ...filenames],
    // Else lines are wrapped.
    { TWINE_REPOSITORY_URL: endpoint, TWINE_USERNAME: "aws", TWINE_PASSWORD: token, COLUMNS: "2000" },
  );
  const responses = [...output.matchAll(/Response from \S+\s+(\d{3}) (.*)/g)];
  const [, status, reason = ""] = responses.at(-1) ?? [];
  if (status === undefined || (exitCode === 0) !== (status === "200")) {
    return { code: `twine ended with ${exitCode}`, detail: lastError(output) };
  }
  return { code: status, detail: reason.trim() };
}

async function install(
  run: RunTool,
  folder: string,
  { endpoint, token }: RegistryAccess,
  requirements: readonly string[],
): Promise<Outcome> {
  const credentials = token === "" ? "" : `aws:${encodeURIComponent(token)}@`;
  const { exitCode, output } = await run(
    folder,
    ["pip", "install", "--no-input", "--no-compile", "-vv", "--target", "target", ...requirements],
    {
      PIP_INDEX_URL: `${endpoint.replace("://", `://${credentials}`)}simple/`,
      PIP_NO_CACHE_DIR: "1",
      PIP_DISABLE_PIP_VERSION_CHECK: "1",
    },
  );
  if (exitCode === 0) {
    return { code: (await installed(join(folder, "target"))).join(", ") };
  }
  return deniedOrMissing(output) ?? { code: `pip ended with ${exitCode}`, detail: lastError(output) };
}

/** Why pip found nothing. It reports a page that was denied with -vv only; otherwise it says that there is no such package. */
function deniedOrMissing(output: string): Outcome | undefined {
  const denied = [...output.matchAll(/(?:Could not fetch URL \S+:|HTTP error) (\d{3}) \w+ Error: (.*?) for url/g)];
  const [, status, reason] = denied.find(([, code]) => code !== "404") ?? [];
  if (status !== undefined) {
    return { code: status, detail: reason };
  }
  const [, missing] = /^ERROR: (Could not find a version .*|No matching distribution .*)$/m.exec(output) ?? [];
  return missing === undefined ? undefined : { code: "not found", detail: missing };
}

/** What a folder of packages holds, in the order of the names. */
async function installed(target: string): Promise<readonly string[]> {
  const found = (await readdir(target)).flatMap((entry) => {
    const [, name, version] = /^(.+)-([^-]+)\.dist-info$/.exec(entry) ?? [];
    return name === undefined || version === undefined ? [] : [`${normalizePackageName(name)} ${version}`];
  });
  return found.sort();
}

/** What a tool says last of what went wrong. */
function lastError(output: string): string {
  const lines = output.trimEnd().split("\n");
  return [...lines.slice(-1), ...lines.filter((line) => line.startsWith("ERROR"))].at(-1) ?? "";
}
