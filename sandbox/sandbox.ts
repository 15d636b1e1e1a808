import fastify, { type FastifyInstance } from "fastify";
import type { AddressInfo } from "node:net";
import { accessAnalyzerRoutes } from "./accessanalyzer/routes";
import { cloudControl } from "./cloudcontrol/api";
import { cloudTrail } from "./cloudtrail/api";
import { codeartifactRoutes } from "./codeartifact/api/routes";
import { Packages } from "./codeartifact/packages/packages";
import type { PublicIndex } from "./codeartifact/packages/search";
import type { PackageStore } from "./codeartifact/packages/store";
import { watchedStore } from "./codeartifact/packages/watchedStore";
import { pypiRoutes, routerOptions } from "./codeartifact/pypi/routes";
import { githubIssuer } from "../iam/trust";
import type { SandboxAccount } from "./account";
import { endpointPath, type SandboxContext, type StackContext } from "./context";
import { SandboxError } from "./core/awsError";
import { jsonRoutes } from "./core/awsJson";
import { answerClientError } from "./core/clientErrors";
import { queryRoutes } from "./core/queryProtocol";
import { DecisionLog } from "./decisionLog";
import { createIssuer, type Issuer, jobsOf } from "./github/issuer";
import type { KnownJob } from "./github/jobDescription";
import { githubRoutes } from "./github/routes";
import { isJournaled, type Journal } from "./journal/journal";
import { eventBridge } from "./eventbridge/api/api";
import { iam } from "./iam/api/iam";
import { kms } from "./kms/api/api";
import { lambdaRoutes } from "./lambda/api/routes";
import { logs } from "./logs/api/api";
import { ownLimits } from "./ownLimits";
import type { ConnectLines } from "./page/answers";
import { pageRoutes } from "./page/page";
import type { Deployment } from "./pulumi/deployment";
import { s3Routes } from "./s3/routes";
import { sns } from "./sns/api";
import { sts } from "./sts/api";
import { administratorRoute } from "./sts/routes";
import { AuthorizationTokens } from "./sts/authorizationTokens";
import { Sts } from "./sts/sts";

/** How a sandbox is opened. */
interface SandboxOptions {
  /** Where packages are kept. */
  readonly store: PackageStore;
  /** The index behind the external connection. */
  readonly publicIndex: PublicIndex;
  /** @default - any that is free */
  readonly port?: number;
  /**
   * Keeps what requests change in the account.
   * @default - the account lasts as long as the process
   */
  readonly journal?: Journal;
  /** What the page shows to be pasted into another shell. @default - nothing */
  readonly connectLines?: (sandbox: Pick<AccountSandbox, "address" | "endpointOf">) => ConnectLines;
}

/** An account that is served on this machine alone. */
export interface AccountSandbox {
  readonly context: SandboxContext;
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly address: string;
  /** Where the Python endpoints of a domain's repositories are: the address, with a path if there are several domains. */
  readonly endpointOf: (domain: string) => string;
  /** Ends what is under way, then stops. */
  close(): Promise<void>;
}

/** A registry that is served on this machine alone. */
export interface Sandbox extends AccountSandbox {
  readonly context: StackContext;
}

/** One stack, alone in its account. */
interface ServedStack {
  readonly deployment: Deployment;
}

/** An account with any number of stacks. */
interface ServedAccount {
  readonly account: SandboxAccount;
  /** @default - none */
  readonly deployments?: readonly Deployment[];
  /**
   * Jobs that are known beside those of the stacks' settings.
   * @default - none
   */
  readonly jobs?: readonly KnownJob[];
}

/** Serves an account: on 127.0.0.1, where no other machine reaches it. */
export async function openSandbox(options: SandboxOptions & ServedStack): Promise<Sandbox>;
export async function openSandbox(options: SandboxOptions & ServedAccount): Promise<AccountSandbox>;
export async function openSandbox({
  store,
  publicIndex,
  port = 0,
  journal,
  connectLines,
  ...served
}: SandboxOptions & (ServedStack | ServedAccount)): Promise<AccountSandbox> {
  const {
    account,
    deployments = [],
    jobs = [],
  } = "deployment" in served
    ? { account: served.deployment.account, deployments: [served.deployment], jobs: undefined }
    : served;
  const [first, ...others] = deployments.map(({ settings }) => settings);
  const issuer = await createIssuer(first?.issuer ?? githubIssuer(), [
    ...deployments.flatMap(({ settings }) => jobsOf(settings)),
    ...jobs,
  ]);
  const sts = new Sts(account);
  sts.trustKeys(issuer.url, issuer.keys);
  let address = "";
  const watched = watchedStore(store, (change) => {
    account.eventBridge.add(change);
  });
  const context: SandboxContext = {
    account,
    sts,
    // A path without a domain is unambiguous where there is one stack.
    domain: others.length === 0 ? first?.domain : undefined,
    packages: new Packages(account, account.codeartifact, watched, publicIndex),
    tokens: new AuthorizationTokens(account),
    decisions: new DecisionLog(),
    stacks: deployments.map(({ stack }) => stack),
    connectLines: connectLines && (() => connectLines({ address, endpointOf })),
    keep: journal && ((call, work) => (isJournaled(call.action) ? journal.keep(call, work) : Promise.resolve(work()))),
    address: () => address,
  };
  const endpointOf = (domain: string) => address + endpointPath(context, { domain, domainOwner: account.accountId });
  account.eventBridge.listenFailures(({ rule, action, resource, reason }) => {
    context.decisions.add(
      { who: `events.amazonaws.com (rule ${rule.name})`, action, resource },
      { allowed: false, reason: `the event is dropped: ${reason}` },
    );
  });
  const server = createServer(context, issuer);
  try {
    await server.listen({ host: "127.0.0.1", port });
  } catch (error) {
    await server.close();
    throw (error as NodeJS.ErrnoException).code === "EADDRINUSE"
      ? new SandboxError(`Port ${port} is in use: stop what listens there, or choose another with --port.`)
      : error;
  }
  address = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  return {
    context,
    address,
    endpointOf,
    close: () => server.close(),
  };
}

/** All routes on one port. The path alone selects the service, whatever host a request names. */
export function createServer(context: SandboxContext, issuer: Issuer): FastifyInstance {
  const server = fastify({
    rewriteUrl: ({ url = "/" }) => pathOf(url),
    routerOptions,
    forceCloseConnections: "idle",
    // Long enough for a slow client, short enough that one which stalls holds nothing for long.
    requestTimeout: ownLimits.requestTime.most * 1000,
    http: { maxHeaderSize: ownLimits.requestHeaders.most, headersTimeout: ownLimits.requestTime.most * 1000 },
    clientErrorHandler: answerClientError,
  });
  endWithLastAnswer(server);
  void server.register(queryRoutes(context, [sts, iam, sns]));
  void server.register(jsonRoutes(context, [kms, cloudControl, cloudTrail, eventBridge, logs]));
  void server.register(codeartifactRoutes(context));
  void server.register(lambdaRoutes(context));
  void server.register(accessAnalyzerRoutes(context));
  void server.register(s3Routes(context));
  void server.register(pypiRoutes(context));
  void server.register(githubRoutes(context, issuer));
  void server.register(administratorRoute(context));
  void server.register(pageRoutes(context));
  server.setNotFoundHandler((request, reply) => {
    void reply
      .code(404)
      .type("text/plain; charset=utf-8")
      .send(
        `Nothing is at ${request.method} ${request.url.split("?")[0] ?? ""}. Here are: / (page, STS, IAM, SNS, KMS, Cloud Control, CloudTrail, EventBridge and CloudWatch Logs), ` +
          "/v1/ (CodeArtifact), /DATE/ (Lambda), /BUCKET/KEY (S3, where the request is signed for it), " +
          "/policy/validation (IAM Access Analyzer, likewise), " +
          "/pypi/REPOSITORY/ and /d/DOMAIN-OWNER/pypi/REPOSITORY/ (packages), /github/ (identity tokens).\n",
      );
  });
  return server;
}

/**
 * The path of a request. A proxy's client names the whole address, as in `GET http://host/path`. The host of a domain's
 * repositories becomes a part of the path: `http://DOMAIN-OWNER.d.codeartifact.REGION.amazonaws.com/pypi/REPOSITORY/`.
 */
function pathOf(url: string): string {
  const [, host, path = url] = /^https?:\/\/([^/]*)(.*)$/is.exec(url) ?? [];
  const [, endpoint] = /^([^.]+)\.d\.codeartifact\./i.exec(host ?? "") ?? [];
  return endpoint !== undefined && path.startsWith("/pypi/") ? `/d/${endpoint}${path}` : path || "/";
}

/**
 * Has a server that closes end as soon as the requests that are under way have their answers. Clients keep their connections
 * for a request to come, and browsers open some for none: left alone these would hold it up for a minute and more.
 */
function endWithLastAnswer(server: FastifyInstance): void {
  let underWay = 0;
  let isClosing = false;
  const endIfLast = () => {
    if (isClosing && underWay === 0) {
      server.server.closeAllConnections();
    }
  };
  server.addHook("onRequest", (_request, _reply, done) => {
    underWay++;
    done();
  });
  server.addHook("onResponse", (_request, _reply, done) => {
    underWay--;
    endIfLast();
    done();
  });
  server.addHook("preClose", (done) => {
    isClosing = true;
    endIfLast();
    done();
  });
}
