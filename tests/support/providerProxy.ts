import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { ServedProvider } from "../../sandbox/pulumi/serveProvider";

/** A call about a resource that reaches AWS; a preview does not. */
export interface ResourceCall {
  readonly operation: "create" | "read" | "update" | "delete";
  readonly urn: string;
}

/** What a test does around a call: it may keep the engine waiting, or throw. */
export interface ProviderHooks {
  readonly before?: (call: ResourceCall) => Promise<void> | void;
  /** The call has done its work, but its answer is not on its way yet. */
  readonly after?: (call: ResourceCall) => Promise<void> | void;
}

const anyLength = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

type Request = { readonly getUrn?: () => string; readonly getPreview?: () => boolean };
type Unary = (request: Request, done: grpc.requestCallback<unknown>) => void;

/** Passes every call on to a served provider, with what a test does before and after it. */
export async function proxiedProvider(served: ServedProvider, hooks: () => ProviderHooks): Promise<ServedProvider> {
  const proxies = await Promise.all(
    served.environment.split(",").map(async (entry) => {
      const [name = "", port = ""] = entry.split(":");
      const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), anyLength);
      return { client, ...(await listen(name, client, hooks)) };
    }),
  );
  return {
    environment: proxies.map(({ name, port }) => `${name}:${port}`).join(","),
    close: () => {
      for (const { client, server } of proxies) {
        server.forceShutdown();
        client.close();
      }
      served.close();
    },
  };
}

async function listen(name: string, client: ResourceProviderClient, hooks: () => ProviderHooks) {
  const server = new grpc.Server(anyLength);
  const handlers = Object.keys(ResourceProviderService).map((method) => [method, handler(client, method, hooks)]);
  server.addService(ResourceProviderService, Object.fromEntries(handlers) as grpc.UntypedServiceImplementation);
  const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
  return { name, server, port };
}

function handler(
  client: ResourceProviderClient,
  method: string,
  hooks: () => ProviderHooks,
): grpc.handleUnaryCall<Request, unknown> {
  const methods = client as unknown as Readonly<Record<string, Unary>>;
  return ({ request }, done) => {
    const call = resourceCall(method, request);
    const pass = () =>
      new Promise<unknown>((resolve, reject) => {
        methods[method]?.call(client, request, (error, response) => {
          if (error === null) {
            resolve(response);
          } else {
            reject(error);
          }
        });
      });
    const answer = async () => {
      await (call && hooks().before?.(call));
      const response = await pass();
      await (call && hooks().after?.(call));
      return response;
    };
    answer().then(
      (response) => {
        done(null, response);
      },
      (error: unknown) => {
        const { code = grpc.status.UNKNOWN, details, message, metadata } = error as Partial<grpc.ServiceError>;
        done({ code, details: details ?? message ?? String(error), metadata });
      },
    );
  };
}

function resourceCall(method: string, request: Request): ResourceCall | undefined {
  const operation = (["create", "read", "update", "delete"] as const).find((one) => one === method);
  return operation === undefined || request.getPreview?.() === true
    ? undefined
    : { operation, urn: request.getUrn?.() ?? "" };
}
