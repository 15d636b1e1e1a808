import fastify from "fastify";
import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { publisherPolicy, readerPolicy } from "../../../iam/permissions";
import { SandboxAccount } from "../../../sandbox/account";
import { codeartifactRoutes } from "../../../sandbox/codeartifact/api/routes";
import { Packages } from "../../../sandbox/codeartifact/packages/packages";
import type { PublicIndex } from "../../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import { pypiRoutes, routerOptions } from "../../../sandbox/codeartifact/pypi/routes";
import type { StackContext } from "../../../sandbox/context";
import { answerClientError } from "../../../sandbox/core/clientErrors";
import { DecisionLog } from "../../../sandbox/decisionLog";
import type { MadeDistribution } from "../../../sandbox/fixtures/distributions";
import { AuthorizationTokens } from "../../../sandbox/sts/authorizationTokens";
import { type Session, Sts } from "../../../sandbox/sts/sts";
import { TestIndex } from "./packages";

export const domain = "team-dev";
export const repository = "python-packages";
export const repositoryArn = "arn:aws:codeartifact:us-east-1:123456789012:repository/team-dev/python-packages";
export const publisherSession = "arn:aws:sts::123456789012:assumed-role/publisher/job";
export const readerSession = "arn:aws:sts::123456789012:assumed-role/reader/job";

/** The permissions that let in a publisher of orb-common and orb-models, as the log tells them. */
export const publishes = 'allowed by statement "PublishPackages" of inline policy permissions';
export const reads = 'allowed by statement "ReadRepository" of inline policy permissions';

/** The Python endpoint and CodeArtifact's API over a domain of python-packages and pypi-store, as a stack makes it, for one publisher and one reader. */
export interface Registry {
  readonly context: StackContext;
  readonly index: TestIndex;
  /** `http://127.0.0.1:PORT`. */
  readonly address: string;
  readonly port: number;
  /** `http://127.0.0.1:PORT/pypi/python-packages/`. */
  readonly endpoint: string;
  /** Tokens of an hour. */
  readonly publisher: string;
  readonly reader: string;
  /** A token of a role that may do anything. */
  readonly administrator: string;
  readonly clock: { now: Date };
  /** The decisions since the last time, each in a line. */
  readonly decisions: () => readonly string[];
  readonly close: () => Promise<void>;
}

/** @param publicIndex - the index behind the store @default - the one that tests fill */
export async function openRegistry(publicIndex?: PublicIndex): Promise<Registry> {
  const clock = { now: new Date("2026-05-06T07:08:09.123Z") };
  const account = new SandboxAccount({ now: () => clock.now });
  const { codeartifact } = account;
  codeartifact.domains.create({ domain });
  codeartifact.repositories.create({ domain, repository: "pypi-store" });
  codeartifact.repositories.associateExternalConnection({
    domain,
    repository: "pypi-store",
    externalConnection: "public:pypi",
  });
  const { arn } = codeartifact.repositories.create({ domain, repository, upstreams: ["pypi-store"] });
  const arns = { domain: codeartifact.domains.describe({ domain }).arn, repository: arn };
  addRole(account, "publisher", publisherPolicy(arns, 3600, ["orb-common", "orb-models"]));
  addRole(account, "reader", readerPolicy(arns, 3600));
  const index = new TestIndex();
  const tokens = new AuthorizationTokens(account);
  const sts = new Sts(account);
  const decisions = new DecisionLog();
  const context: StackContext = {
    account,
    domain,
    tokens,
    sts,
    decisions,
    address: () => "",
    packages: new Packages(account, codeartifact, new MemoryPackageStore(), publicIndex ?? index),
  };
  const server = fastify({ routerOptions, forceCloseConnections: true, clientErrorHandler: answerClientError });
  void server.register(pypiRoutes(context));
  void server.register(codeartifactRoutes(context));
  await server.listen({ host: "127.0.0.1", port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}`;
  const logged: string[] = [];
  decisions.listen(({ who, action, resource, allowed, reason }) => {
    logged.push(`${who} ${action} ${resource} ${allowed ? "allowed" : "denied"}: ${reason}`);
  });
  const token = (session: Session) => tokens.mint(session, domain, 3600).authorizationToken;
  return {
    context,
    index,
    address,
    port,
    clock,
    endpoint: `${address}/pypi/${repository}/`,
    publisher: token(sessionOf("publisher")),
    reader: token(sessionOf("reader")),
    administrator: token(sts.administrator()),
    decisions: () => logged.splice(0),
    close: () => server.close(),
  };
}

function addRole({ iam }: SandboxAccount, roleName: string, permissions: object): void {
  const trust = { Sid: "NoCaller", Effect: "Deny", Principal: "*", Action: "sts:AssumeRole" };
  iam.roles.create({ roleName, assumeRolePolicyDocument: document(trust) });
  iam.roles.putPolicy({ roleName, policyName: "permissions", policyDocument: JSON.stringify(permissions) });
}

export function document(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** A session of a role, ten minutes long. */
export function sessionOf(roleName: string): Session {
  return {
    issuedAt: new Date("2026-05-06T07:08:09Z"),
    accessKeyId: "ASIA",
    secretAccessKey: "",
    sessionToken: "",
    assumedRoleId: "AROA:job",
    expiration: new Date("2026-05-06T07:18:09Z"),
    caller: { arn: `arn:aws:iam::123456789012:role/${roleName}`, sessionName: "job" },
    assumedRoleArn: `arn:aws:sts::123456789012:assumed-role/${roleName}/job`,
  };
}

/** The header that shows a token as pip and twine do. */
export function basic(password: string, user = "aws"): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

/** A form's fields: a list's values one after another; undefined leaves one out. */
export type Fields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The form that twine sends, but for the fields that are given. */
export function form({ filename, bytes }: MadeDistribution, fields: Fields = {}): FormData {
  const isWheel = filename.endsWith(".whl");
  const [name = "", version = ""] = filename.replace(/\.tar\.gz$/, "").split("-");
  const all: Fields = {
    ":action": "file_upload",
    protocol_version: "1",
    metadata_version: "2.1",
    name,
    version,
    filetype: isWheel ? "bdist_wheel" : "sdist",
    pyversion: isWheel ? "py3" : "source",
    sha256_digest: createHash("sha256").update(bytes).digest("hex"),
    classifiers: ["Private :: Do Not Upload", "Programming Language :: Python :: 3"],
    ...fields,
  };
  const made = new FormData();
  for (const [field, values] of Object.entries(all)) {
    for (const value of values === undefined ? [] : typeof values === "string" ? [values] : values) {
      made.append(field, value);
    }
  }
  made.append("content", new Blob([new Uint8Array(bytes)]), filename);
  return made;
}

/** The answer that a client gets. */
export interface Answer {
  readonly status: number;
  /** The reason phrase. */
  readonly reason: string;
  readonly text: string;
}

export async function answerOf(asked: Promise<Response>): Promise<Answer> {
  const response = await asked;
  return { status: response.status, reason: response.statusText, text: await response.text() };
}

/** Uploads as the publisher, unless another token is given. */
export function upload(
  { endpoint, publisher }: Registry,
  distribution: MadeDistribution,
  { fields, token = publisher, to = endpoint }: { fields?: Fields; token?: string; to?: string } = {},
): Promise<Answer> {
  return answerOf(fetch(to, { method: "POST", headers: basic(token), body: form(distribution, fields) }));
}

/** Reads below `http://127.0.0.1:PORT`, as the reader unless another token is given; redirects are not followed. */
export function read(
  { address, reader }: Registry,
  path: string,
  {
    token = reader,
    method = "GET",
    headers = {},
  }: { token?: string; method?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  return fetch(address + path, { method, redirect: "manual", headers: { ...basic(token), ...headers } });
}
