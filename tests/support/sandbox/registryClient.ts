import { createHash } from "node:crypto";
import { codeArtifactApi } from "../../../commands/tour/codeartifactApi";
import { type MadeDistribution, uploadForm } from "../../../sandbox/fixtures/distributions";
import { assumeRoleAsJob } from "../../../sandbox/github/client";

/** A file as a simple page shows it. */
export interface PageFile {
  readonly filename: string;
  readonly url: string;
  readonly hashes: { readonly sha256: string };
}

/** What a publisher and an installer do over HTTP, without the tools themselves. */
export class RegistryClient {
  /**
   * @param endpoint - `http://127.0.0.1:PORT/pypi/REPOSITORY/`
   * @param userAgent - what it calls itself, by default as Node's fetch does
   */
  constructor(
    readonly endpoint: string,
    readonly token: string,
    readonly userAgent?: string,
  ) {}

  /** As a job of the stack dev, with a token of its role. */
  static async asJob(address: string, workflow: "deploy-packages" | "deploy-lambda-layers"): Promise<RegistryClient> {
    const job = {
      repository: "orb-integration-hub/orb-integration-hub",
      environment: "dev",
      ref: "refs/heads/develop",
      workflow: `.github/workflows/${workflow}.yml`,
    };
    const domain = "orb-integration-hub-dev";
    const kind = workflow === "deploy-packages" ? "publisher" : "reader-lambda-layers";
    const roleArn = `arn:aws:iam::123456789012:role/${domain}-codeartifact-${kind}`;
    const credentials = await assumeRoleAsJob(address, job, roleArn);
    if ("code" in credentials) {
      throw new Error(`${credentials.code}: ${credentials.message}`);
    }
    const {
      code,
      detail = "",
      token,
    } = await codeArtifactApi(credentials, { address, region: "us-east-1", domain }).mint(3600);
    if (token === undefined) {
      throw new Error(`${code}: ${detail}`);
    }
    return new RegistryClient(`${address}/pypi/python-packages/`, token);
  }

  /** @returns the answer's status */
  async publish(distribution: MadeDistribution): Promise<number> {
    const body = uploadForm(distribution);
    const response = await fetch(this.endpoint, { method: "POST", headers: this.#headers, body });
    await response.arrayBuffer();
    return response.status;
  }

  /**
   * Every file of a project, with its bytes, whose digests have been compared.
   *
   * @returns by file name; nothing where the registry has no such project
   */
  async install(name: string): Promise<ReadonlyMap<string, Buffer>> {
    const pageUrl = `${this.endpoint}simple/${name}/`;
    const page = await fetch(pageUrl, { headers: { ...this.#headers, accept: "application/vnd.pypi.simple.v1+json" } });
    if (page.status === 404) {
      return new Map();
    }
    const { files } = JSON.parse(await bodyOf(page).then(String)) as { readonly files: readonly PageFile[] };
    const found = await Promise.all(
      files.map(async ({ filename, url, hashes }) => {
        const bytes = await bodyOf(await fetch(new URL(url, pageUrl), { headers: this.#headers }));
        if (createHash("sha256").update(bytes).digest("hex") !== hashes.sha256) {
          throw new Error(`${filename} has other bytes than its page says`);
        }
        return [filename, bytes] as const;
      }),
    );
    return new Map(found);
  }

  get #headers(): Record<string, string> {
    const authorization = `Basic ${Buffer.from(`aws:${this.token}`).toString("base64")}`;
    return this.userAgent === undefined ? { authorization } : { authorization, "user-agent": this.userAgent };
  }
}

async function bodyOf(response: Response): Promise<Buffer> {
  const body = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) {
    throw new Error(`${response.url} answers ${response.status}: ${body.toString()}`);
  }
  return body;
}
