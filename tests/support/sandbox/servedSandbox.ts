import fastify, { type FastifyInstance, type FastifyPluginAsync } from "fastify";
import type { AddressInfo } from "node:net";
import { intendedRuns } from "../../../commands/access/impostors";
import type { Reader } from "../../../github/jobs";
import { audience, githubIssuer } from "../../../iam/trust";
import { roleName } from "../../../naming/registryNames";
import { SandboxAccount } from "../../../sandbox/account";
import { Packages } from "../../../sandbox/codeartifact/packages/packages";
import { watchedStore } from "../../../sandbox/codeartifact/packages/watchedStore";
import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import type { StackContext } from "../../../sandbox/context";
import { DecisionLog } from "../../../sandbox/decisionLog";
import { createIssuer, identityClaims, type Issuer, jobsOf } from "../../../sandbox/github/issuer";
import { deploy, type Deployment } from "../../../sandbox/pulumi/deployment";
import { AuthorizationTokens } from "../../../sandbox/sts/authorizationTokens";
import { type Session, Sts } from "../../../sandbox/sts/sts";
import { exampleProject } from "../exampleProject";
import { TestIndex } from "./packages";

/** A stack that the project's unmodified program has deployed, as a sandbox would serve it. */
export interface DeployedSandbox {
  readonly deployment: Deployment;
  readonly context: StackContext;
  readonly issuer: Issuer;
  /** What is behind the external connection. */
  readonly index: TestIndex;
  /** How far the account's clock is ahead of this machine's, in milliseconds. */
  readonly clock: { aheadBy: number };
  administrator(): Session;
  /** The session of the job that may publish. */
  publisher(): Promise<Session>;
  /** The session of a job that may read. @param name - of the reader; the stack's first one where none is given */
  reader(name?: string): Promise<Session>;
  /** Serves routes on a free port, and returns the address. `close` ends every server. */
  serve(...routes: readonly FastifyPluginAsync[]): Promise<string>;
  close(): Promise<void>;
}

/** @param stack - one of the example project */
export async function deploySandbox(stack = "dev"): Promise<DeployedSandbox> {
  const clock = { aheadBy: 0 };
  const account = new SandboxAccount({ now: () => new Date(Date.now() + clock.aheadBy) });
  account.iam.oidcProviders.create({ url: `https://${githubIssuer()}`, clientIDList: [audience] });
  const deployment = await deploy({ directory: exampleProject, stack, account });
  const { settings } = deployment;
  const issuer = await createIssuer(settings.issuer, jobsOf(settings));
  const sts = new Sts(account);
  sts.trustKeys(issuer.url, issuer.keys);
  const index = new TestIndex();
  const servers: FastifyInstance[] = [];
  let address = "";
  const context: StackContext = {
    ...{
      account,
      sts,
      domain: settings.domain,
      decisions: new DecisionLog(),
      tokens: new AuthorizationTokens(account),
    },
    packages: new Packages(
      account,
      account.codeartifact,
      watchedStore(new MemoryPackageStore(), (change) => {
        account.eventBridge.add(change);
      }),
      index,
    ),
    address: () => address,
  };

  const assume = async (kind: "publisher" | "reader", jobs: readonly Reader[], name?: string): Promise<Session> => {
    const found = jobs.find((reader) => name === undefined || reader.name === name);
    if (found === undefined) {
      throw new Error(`stack ${stack} has no ${kind}${name === undefined ? "" : ` ${name}`}`);
    }
    const [run] = intendedRuns(found.job);
    const claims = identityClaims({ run, workflowRef: run.jobWorkflowRef }, audience, account.now());
    return sts.assumeRoleWithWebIdentity({
      roleArn: account.iam.roles.get({ roleName: roleName(settings.domain, kind, found.name) }).arn,
      roleSessionName: `${kind}-job`,
      webIdentityToken: await issuer.sign(claims),
    });
  };

  return {
    deployment,
    context,
    issuer,
    index,
    clock,
    administrator: () => sts.administrator(),
    publisher: () => assume("publisher", settings.publishers),
    reader: (name) => assume("reader", settings.readers, name),
    serve: async (...routes) => {
      const server = fastify({ forceCloseConnections: true });
      servers.push(server);
      for (const plugin of routes) {
        await server.register(plugin);
      }
      await server.listen({ host: "127.0.0.1", port: 0 });
      address = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
      return address;
    },
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
