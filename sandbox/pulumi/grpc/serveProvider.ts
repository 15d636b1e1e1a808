import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { Cloud } from "../../account";
import type { DeployedResource } from "../registrations";
import { type ProviderHooks, providerService } from "./providerService";
import { StandingResources } from "./existingResources";

/** The providers `aws` and `aws-native` of one account, where the Pulumi CLI of this machine can reach them. */
export interface ServedProvider {
  /** Value of `PULUMI_DEBUG_PROVIDERS`: the CLI then talks to these providers instead of starting its own. */
  readonly environment: string;
  /** Ends calls that are under way, too. */
  readonly close: () => void;
}

/** What stands in the account already, and what tests do. */
export interface ServeOptions {
  /** Resources that the same program has made there without an engine: a create takes them over. @default none */
  readonly standing?: readonly DeployedResource[];
  /** What tests do around a call. */
  readonly hooks?: ProviderHooks;
}

/**
 * Serves both providers, each on a port of this machine that is free. The CLI takes providers without authentication; other
 * machines cannot reach them.
 */
export async function serveProvider(
  cloud: Cloud,
  { standing = [], hooks = {} }: ServeOptions = {},
): Promise<ServedProvider> {
  const resources = new StandingResources(standing);
  const servers = await Promise.all(["aws", "aws-native"].map((name) => serve(name, cloud, resources, hooks)));
  return {
    environment: servers.map(({ name, port }) => `${name}:${port}`).join(","),
    close: () => {
      for (const { server } of servers) {
        server.forceShutdown();
      }
    },
  };
}

async function serve(name: string, cloud: Cloud, standing: StandingResources, hooks: ProviderHooks) {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  // The program's classes are made for this version, and the engine warns of a provider that has another.
  const { version } = createRequire(__filename)(`@pulumi/${name}/package.json`) as { readonly version: string };
  const service = providerService(cloud, version, standing, hooks);
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
