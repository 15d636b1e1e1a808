import { createHash } from "node:crypto";
import { compareVersions } from "../../naming/versions";
import { makeSdist, makeWheel, uploadForm } from "../../sandbox/fixtures/distributions";
import type { Clients, Distribution, Outcome, RegistryAccess } from "./clients";

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
  return token === "" ? {} : { authorization: `Basic ${Buffer.from(`aws:${token}`).toString("base64")}` };
}

async function ended(response: Response): Promise<Outcome> {
  return { code: String(response.status), detail: (await response.text()).trim() };
}
