import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { Cloud } from "../../cloud/cloud";
import { type ProviderHooks, providerService } from "./providerService";

/** The providers `aws` and `aws-native` of one account, where the Pulumi CLI of this machine can reach them. */
export interface ServedProvider {
  /** Value of `PULUMI_DEBUG_PROVIDERS`: the CLI then talks to these providers instead of starting its own. */
  readonly environment: string;
  /** Ends calls that are under way, too. */
  readonly close: () => void;
}

/**
 * Serves both providers, each on a port of this machine that is free. The CLI takes providers without authentication; other
 * machines cannot reach them.
 *
 * @param hooks - what tests do around a call
 */
export async function serveProvider(cloud: Cloud, hooks: ProviderHooks = {}): Promise<ServedProvider> {
  const servers = await Promise.all(["aws", "aws-native"].map((name) => serve(name, cloud, hooks)));
  return {
    environment: servers.map(({ name, port }) => `${name}:${port}`).join(","),
    close: () => {
      for (const { server } of servers) {
        server.forceShutdown();
      }
    },
  };
}

async function serve(name: string, cloud: Cloud, hooks: ProviderHooks) {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  // The program's classes are made for this version, and the engine warns of a provider that has another.
  const { version } = createRequire(__filename)(`@pulumi/${name}/package.json`) as { readonly version: string };
  const service = providerService(cloud, version, hooks);
  // What the service leaves out is answered as not implemented, which the engine takes for an older provider.
  server.addService(ResourceProviderService, service as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) {
        resolve(bound);
      } else {
        reject(error);
      }
    });
  });
  return { name, server, port };
}
