import { type IncomingMessage, request as send, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { HttpServers } from "../httpServers";
import type { GithubRun } from "../../../github/claims";
import { identityToken, startJob } from "../../../sandbox/github/client";
import { environments, type Registries, repository } from "./registries";
import { environmentOf, mayIdentify, type WorkflowFile } from "./workflowFile";

/** The run whose jobs ask for identity tokens. */
export interface IdentifiedRun {
  readonly event: GithubRun["event"];
  readonly ref: string;
  /** Path of its file in the repository. */
  readonly path: string;
  readonly workflow: WorkflowFile;
  /** The only job that asks, if a run has but one. @default - each names itself */
  readonly job?: string;
  /** Lets a job of an environment go on, or not; GitHub holds it back until then. */
  readonly approve: (environment: string) => Promise<boolean>;
}

/** One address for what act can give to all jobs of a run alike: GitHub's identity tokens, and AWS. */
export interface RegistryGateway {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  run: IdentifiedRun | undefined;
  /** Every registry token, secret key and session token that was handed out. */
  readonly secrets: readonly string[];
  readonly close: () => Promise<void>;
}

/**
 * A job's claims follow from the workflow file alone: its environment, whether it may have a token at all. Calls to AWS go to
 * the registry that they name, as AWS would find it by the account and the domain.
 */
export async function openRegistryGateway({ of }: Registries): Promise<RegistryGateway> {
  const secrets: string[] = [];
  const identify = async ({ searchParams }: URL, response: ServerResponse) => {
    const { run } = gateway;
    const job = searchParams.get("job") ?? run?.job ?? "";
    if (run === undefined || !mayIdentify(run.workflow, job)) {
      reject(response, `${job} has no permission id-token: write`);
      return;
    }
    const environment = environmentOf(run.workflow, job);
    if (environment !== undefined && !(await run.approve(environment))) {
      reject(response, `${environment} was not approved`);
      return;
    }
    // Jobs that only install, in an environment without a stack, are readers of dev.
    const stack = environments.find((name) => name === environment) ?? "dev";
    const { address } = of[stack];
    const { event, ref, path } = run;
    const started = await startJob(address, { repository, event, ref, workflow: path, environment });
    const value = await identityToken(address, started, searchParams.get("audience") ?? "");
    response.setHeader("content-type", "application/json").end(JSON.stringify({ value }));
  };

  const forward = async (url: URL, request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const named = `${url.searchParams.get("domain") ?? ""} ${new URLSearchParams(body.toString()).get("RoleArn") ?? ""}`;
    // Lambda and S3 name no domain. The caller's key is known to its own account.
    const key = /Credential=([^/]+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const environment =
      environments.find((name) => named.includes(`orb-integration-hub-${name}`)) ??
      environments.find((name) => of[name].context.sts.find(key) !== undefined);
    if (environment === undefined) {
      reject(response, `no registry matches ${request.method ?? ""} ${url.pathname}`);
      return;
    }
    const { address } = of[environment];
    // With its headers as they are: the signature is over the host that the caller knows.
    const { method, headers } = request;
    const sent = send(`${address}${request.url ?? ""}`, { method, headers }, (answer) => {
      void buffer(answer).then((bytes) => {
        const found = /"authorizationToken":"([^"]+)"|<(?:SecretAccessKey|SessionToken)>([^<]+)</g;
        secrets.push(...[...bytes.toString().matchAll(found)].map(([, token, key]) => token ?? key ?? ""));
        response.writeHead(answer.statusCode ?? 500, answer.headers).end(bytes);
      });
    });
    sent.end(body);
  };

  const servers = new HttpServers();
  const address = await servers.serve((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    void (url.pathname === "/identity" ? identify(url, response) : forward(url, request, response));
  });
  const gateway: RegistryGateway = {
    address,
    run: undefined,
    secrets,
    close: () => servers.close(),
  };
  return gateway;
}

function reject(response: ServerResponse, message: string): void {
  response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ message }));
}
