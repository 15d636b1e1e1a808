import type { AddressInfo } from "node:net";
import type { PackageStore } from "./codeartifact/packages/store";
import { Packages } from "./codeartifact/packages/packages";
import type { PublicIndex } from "./codeartifact/packages/search";
import { AuthorizationTokens } from "./sts/authorizationTokens";
import { Sts } from "./sts/sts";
import type { Deployment } from "./pulumi/deployment";
import { DecisionLog } from "./decisionLog";
import { createIssuer } from "./github/issuer";
import { SandboxError } from "./core/awsError";
import { createServer } from "./server";
import type { SandboxContext } from "./context";

/** What a sandbox is opened over. */
export interface SandboxOptions {
  readonly deployment: Deployment;
  /** Where packages are kept. */
  readonly store: PackageStore;
  /** The index behind the external connection. */
  readonly publicIndex: PublicIndex;
  /** @default - any that is free */
  readonly port?: number;
}

/** A registry that serves on this machine alone. */
export interface Sandbox {
  readonly context: SandboxContext;
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly address: string;
  /** Ends what is under way, then stops. */
  close(): Promise<void>;
}

/** Serves a deployed stack: on 127.0.0.1, where no other machine reaches them. */
export async function openSandbox({ deployment, store, publicIndex, port = 0 }: SandboxOptions): Promise<Sandbox> {
  const { account, settings } = deployment;
  const issuer = await createIssuer(settings);
  const sts = new Sts(account);
  sts.trustKeys(issuer.url, issuer.keys);
  let address = "";
  const context: SandboxContext = {
    ...{ account, sts, domain: settings.domain },
    packages: new Packages(account, account.codeartifact, store, publicIndex),
    tokens: new AuthorizationTokens(account),
    decisions: new DecisionLog(),
    address: () => address,
  };
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
  return { context, address, close: () => server.close() };
}
