import { createHash } from "node:crypto";
import { SandboxAccount } from "../../../sandbox/account";
import type { RestrictionMode, RestrictionType } from "../../../sandbox/codeartifact/packageGroups";
import { Packages, type Upload } from "../../../sandbox/codeartifact/packages/packages";
import {
  type PublicFile,
  type PublicIndex,
  PublicIndexUnavailable,
} from "../../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import { AwsError } from "../../../sandbox/core/awsError";

export const domain = "team-dev";
export const app = { domain, repository: "app" };
export const store = { domain, repository: "pypi-store" };

/** A public index that a test fills, and can take down. */
export class TestIndex implements PublicIndex {
  readonly #files = new Map<string, PublicFile[]>();
  readonly #bytes = new Map<string, Buffer>();
  /** What was asked of it: names of projects, and addresses of files. */
  readonly asked: string[] = [];
  down = false;

  add(
    name: string,
    version: string,
    contents = `${name} ${version}`,
    filename = `${name.replaceAll("-", "_")}-${version}-py3-none-any.whl`,
  ): PublicFile {
    const bytes = Buffer.from(contents);
    const file = {
      filename,
      version,
      sha256: sha256(bytes),
      size: bytes.length,
      uploadTime: "2026-01-02T03:04:05Z",
      url: `https://files.example/${filename}`,
    };
    this.#files.set(name, [...(this.#files.get(name) ?? []), file]);
    this.#bytes.set(file.url, bytes);
    return file;
  }

  /** Marks a version's files as yanked, or takes the mark away. */
  yank(name: string, version: string, yanked: string | boolean | undefined): void {
    this.change(name, (file) => (file.version === version ? { ...file, yanked } : file));
  }

  /** Puts another file in the place of each, or none. */
  change(name: string, by: (file: PublicFile) => PublicFile | undefined): void {
    this.#files.set(
      name,
      (this.#files.get(name) ?? []).flatMap((file) => by(file) ?? []),
    );
  }

  files(name: string): Promise<readonly PublicFile[] | undefined> {
    return this.#answer(name, () => this.#files.get(name));
  }

  download(url: string): Promise<Buffer> {
    return this.#answer(url, () => this.#bytes.get(url) ?? Buffer.alloc(0));
  }

  #answer<Answer>(what: string, make: () => Answer): Promise<Answer> {
    this.asked.push(what);
    return this.down ? Promise.reject(new PublicIndexUnavailable("connection refused")) : Promise.resolve(make());
  }
}

/** A domain with `app`, which has `pypi-store` as upstream, which is connected to the public index; and a clock that a test sets. */
export function registry() {
  const clock = { now: new Date("2026-05-06T07:08:09Z") };
  const account = new SandboxAccount({ now: () => clock.now });
  account.codeartifact.domains.create({ domain });
  account.codeartifact.repositories.create(store);
  account.codeartifact.repositories.associateExternalConnection({ ...store, externalConnection: "public:pypi" });
  account.codeartifact.repositories.create({ ...app, upstreams: ["pypi-store"] });
  const index = new TestIndex();
  const packages = new Packages(account, account.codeartifact, new MemoryPackageStore(), index);
  return { clock, account, index, packages };
}

/** Makes a package group, or changes it. */
export function group(
  { codeartifact }: SandboxAccount,
  packageGroup: string,
  restrictions: Partial<Record<RestrictionType, RestrictionMode>>,
  allowed: Partial<Record<RestrictionType, string>> = {},
): void {
  if (!codeartifact.packageGroups.list({ domain }).some(({ pattern }) => pattern === packageGroup)) {
    codeartifact.packageGroups.create({ domain, packageGroup });
  }
  codeartifact.packageGroups.updateOriginConfiguration({
    domain,
    packageGroup,
    restrictions,
    addAllowedRepositories: Object.entries(allowed).map(([originRestrictionType, repositoryName]) => ({
      originRestrictionType: originRestrictionType as RestrictionType,
      repositoryName,
    })),
  });
}

export function wheel(name: string, version: string, contents = `${name} ${version}`): Upload {
  return {
    version,
    bytes: Buffer.from(contents),
    filename: `${name.replaceAll("-", "_")}-${version}-py3-none-any.whl`,
  };
}

export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What is answered, or the error as `CODE STATUS: message`. */
export async function ending<Answer>(answer: Promise<Answer>): Promise<Answer | string> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AwsError) {
      return `${error.code} ${error.status}: ${error.message}`;
    }
    throw error;
  }
}
