import * as grpc from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { type IResourceProviderServer, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import type { SandboxAccount } from "../account";
import type { DeployedResource } from "./mockRuntime";
import { callFunction, resourceType } from "./provider/provider";
import { type CreatedResource, type Properties, ProviderError, type ResourceType } from "./provider/resourceType";

/** The providers `aws` and `aws-native` of one account, where the Pulumi CLI of this machine can reach them. */
export interface ServedProvider {
  /** Value of `PULUMI_DEBUG_PROVIDERS`: the CLI then talks to these providers instead of starting its own. */
  readonly environment: string;
  /** Ends calls that are under way, too. */
  readonly close: () => void;
}

/**
 * Serves both providers, each on a free port of this machine. The CLI takes providers without authentication; other machines
 * cannot reach them.
 *
 * @param existing - resources that the same program has made there without an engine: a create takes them over
 */
export async function serveProvider(
  account: SandboxAccount,
  existing: readonly DeployedResource[] = [],
): Promise<ServedProvider> {
  const resources = new ExistingResources(existing);
  const servers = await Promise.all(["aws", "aws-native"].map((name) => serve(name, account, resources)));
  return {
    environment: servers.map(({ name, port }) => `${name}:${port}`).join(","),
    close: () => {
      for (const { server } of servers) {
        server.forceShutdown();
      }
    },
  };
}

async function serve(name: string, account: SandboxAccount, existing: ExistingResources) {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  // The program's classes are made for this version, and the engine warns of a provider that has another.
  const { version } = createRequire(__filename)(`@pulumi/${name}/package.json`) as { readonly version: string };
  const service = providerService(account, version, existing);
  // The engine treats a call that is answered as not implemented as one that an older provider lacks, and works without it.
  server.addService(ResourceProviderService, service as grpc.UntypedServiceImplementation);
  const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
  return { name, server, port };
}

/**
 * A provider of one account as Pulumi's engine talks to them, each type handled as its AWS provider handles it.
 * Protocol: proto/pulumi/provider.proto of pulumi/pulumi
 */
function providerService(
  account: SandboxAccount,
  version: string,
  existing: ExistingResources,
): Partial<IResourceProviderServer> {
  return {
    attach: answer(() => new Empty()),
    cancel: answer(() => new Empty()),
    getPluginInfo: answer(() => new PluginInfo().setVersion(version)),
    checkConfig: answer((request) => new messages.CheckResponse().setInputs(request.getNews())),
    // Unknown: the engine compares the inputs.
    diffConfig: answer(() => new messages.DiffResponse()),
    configure: answer((request) => {
      checkConfiguration(account, readProperties(request.getArgs()).values);
      return new messages.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
    invoke: answer((request) => {
      const { values } = readProperties(request.getArgs());
      const result = callFunction(account, request.getTok(), values);
      return new messages.InvokeResponse().setReturn(writeProperties(result, new Set()));
    }),
    check: answer((request) => {
      const errors = typeOf(request).check?.(readProperties(request.getNews()).values) ?? [];
      return new messages.CheckResponse()
        .setInputs(request.getNews())
        .setFailuresList(
          errors.map(({ property, reason }) => new messages.CheckFailure().setProperty(property).setReason(reason)),
        );
    }),
    diff: answer((request) => {
      const state = readProperties(request.getOlds()).values;
      return diffResponse(typeOf(request), state, readProperties(request.getNews()).values);
    }),
    create: answer((request) => {
      const { values, secrets } = readProperties(request.getProperties());
      if (request.getPreview()) {
        return new messages.CreateResponse().setProperties(writeProperties(preview(typeOf(request), values), secrets));
      }
      const resource = { urn: request.getUrn(), name: request.getName(), inputs: values };
      const { id, state } = existing.create(account, typeOf(request), resource);
      return new messages.CreateResponse().setId(id).setProperties(writeProperties(state, secrets));
    }),
    read: answer((request) => {
      const state = readProperties(request.getProperties());
      const inputs = readProperties(request.getInputs());
      const isKnown = Object.keys(state.values).length > 0;
      const known = isKnown ? { state: state.values, inputs: inputs.values } : undefined;
      const found = typeOf(request).read(account, request.getId(), known);
      // An answer without an id says that AWS has it no longer.
      return found === undefined
        ? new messages.ReadResponse()
        : new messages.ReadResponse()
            .setId(found.id ?? request.getId())
            .setProperties(writeProperties(found.state, state.secrets))
            .setInputs(writeProperties(found.inputs, inputs.secrets));
    }),
    update: answer((request) => {
      const known = {
        state: readProperties(request.getOlds()).values,
        inputs: readProperties(request.getOldInputs()).values,
      };
      const { values, secrets } = readProperties(request.getNews());
      if (request.getPreview()) {
        const kept = Object.entries(known.state).filter(([property]) => !(property in known.inputs));
        const planned = { ...Object.fromEntries(kept), ...values };
        return new messages.UpdateResponse().setProperties(writeProperties(planned, secrets));
      }
      const state = typeOf(request).update(account, request.getId(), values, known);
      return new messages.UpdateResponse().setProperties(writeProperties(state, secrets));
    }),
    delete: answer((request) => {
      const { values } = readProperties(request.getProperties());
      typeOf(request).delete(account, request.getId(), values);
      return new Empty();
    }),
  };
}

/** The URN holds the types of all its parents, then its own. */
function typeOf(request: { getUrn(): string }): ResourceType<unknown> {
  const [, , types = ""] = request.getUrn().split("::");
  return resourceType(types.split("$").at(-1) ?? types);
}

function preview({ computed }: ResourceType<unknown>, inputs: Properties): Properties {
  const unknowns = Object.fromEntries(computed.map((property) => [property, pulumi.runtime.unknownValue]));
  return { ...unknowns, ...inputs };
}

function diffResponse(type: ResourceType<unknown>, state: Properties, inputs: Properties): messages.DiffResponse {
  const { changed, replaces, deleteBeforeReplace } = type.diff(state, inputs);
  const response = new messages.DiffResponse().setDeletebeforereplace(deleteBeforeReplace);
  if (changed === undefined) {
    return response.setChanges(messages.DiffResponse.DiffChanges.DIFF_UNKNOWN);
  }
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  response
    .setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...changed])
    .setReplacesList([...replaces])
    .setHasdetaileddiff(true);
  for (const property of changed) {
    const kind = kindOf(state[property], inputs[property], replaces.includes(property));
    response.getDetaileddiffMap().set(property, new messages.PropertyDiff().setKind(kind));
  }
  return response;
}

function kindOf(before: unknown, after: unknown, replaces: boolean): messages.PropertyDiff.Kind {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
  if (before === undefined) {
    return replaces ? ADD_REPLACE : ADD;
  }
  if (after === undefined) {
    return replaces ? DELETE_REPLACE : DELETE;
  }
  return replaces ? UPDATE_REPLACE : UPDATE;
}

/** A handler that answers what `give` gives, and tells the engine why where that throws. */
function answer<Request, Response>(
  give: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return ({ request }, done) => {
    void Promise.resolve(request)
      .then(give)
      .then(
        (response) => {
          done(null, response);
        },
        (error: unknown) => {
          done(statusOf(error));
        },
      );
  };
}

function statusOf(error: unknown): Partial<grpc.StatusObject> {
  const details = error instanceof Error ? error.message : String(error);
  const code = grpc.status.UNKNOWN;
  if (!(error instanceof ProviderError) || error.made === undefined) {
    return { code, details };
  }
  // A resource that is made in part travels beside the error, so that the engine remembers it.
  const { id, state } = error.made;
  const failed = new ErrorResourceInitFailed()
    .setId(id)
    .setProperties(writeProperties(state, new Set()))
    .setReasonsList([details]);
  const packed = new Any();
  packed.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(code).setMessage(details);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code, details, metadata };
}

/**
 * Rejects a provider that is set to another region or account than the sandbox has. Credentials and profile are not read:
 * the sandbox asks for none.
 *
 * @throws Error
 */
function checkConfiguration(
  account: SandboxAccount,
  { region, allowedAccountIds, forbiddenAccountIds }: Properties,
): void {
  if (region !== undefined && region !== account.region) {
    throw new Error(
      `aws:region is ${JSON.stringify(region)}, and the sandbox is in ${account.region}. ` +
        `Deploy the stack that it was started for, or start the sandbox again for this one.`,
    );
  }
  const allowed = listOf(allowedAccountIds).map(String);
  if (allowed.length > 0 && !allowed.includes(account.accountId)) {
    throw new Error(`AWS account ID not allowed: ${account.accountId}`);
  }
  if (listOf(forbiddenAccountIds).map(String).includes(account.accountId)) {
    throw new Error(`AWS account ID forbidden: ${account.accountId}`);
  }
}

/** The engine hands a provider's lists and objects on as JSON. */
function listOf(value: unknown): readonly unknown[] {
  const list: unknown = typeof value === "string" ? JSON.parse(value) : value;
  return Array.isArray(list) ? list : [];
}

/** Properties as they travel between Pulumi's engine and a provider. */
interface WireProperties {
  /** What is unknown in a preview is Pulumi's `unknownValue`; what is secret is in plainValue. */
  readonly values: Properties;
  /** Names of the properties that are secret, or hold a secret somewhere. */
  readonly secrets: ReadonlySet<string>;
}

// Source: sdk/go/common/resource/sig of pulumi/pulumi
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Reads what the engine sends. A null says nothing, as in the providers. */
function readProperties(struct: Struct | undefined): WireProperties {
  const sent = Object.entries(struct?.toJavaScript() ?? {}).filter(([, value]) => value !== null);
  return {
    values: Object.fromEntries(sent.map(([name, value]) => [name, plainValue(value)])),
    secrets: new Set(sent.filter(([, value]) => holdsSecret(value)).map(([name]) => name)),
  };
}

/** Writes what the engine is answered; what was secret when it came stays so. */
function writeProperties(values: Properties, secrets: ReadonlySet<string>): Struct {
  const marked = Object.entries(values).map(([name, value]) => [
    name,
    secrets.has(name) ? { [signatureKey]: secretSignature, value } : value,
  ]);
  // The protocol has no form for what is undefined: by way of JSON it is left out.
  const written = JSON.stringify(Object.fromEntries(marked));
  return Struct.fromJavaScript(JSON.parse(written) as Record<string, JavaScriptValue>);
}

function isSecret(value: object): value is { readonly value: unknown } {
  return (value as Record<string, unknown>)[signatureKey] === secretSignature;
}

function holdsSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && (isSecret(value) || Object.values(value).some(holdsSecret));
}

function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plainValue);
  }
  if (typeof value === "object" && value !== null) {
    return isSecret(value)
      ? plainValue(value.value)
      : Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainValue(each)]));
  }
  return value;
}

/**
 * Resources that an account has before an engine knows of them, because the same program was run into it by other
 * means. A create of one of these takes it over, once, where it would collide at AWS.
 */
class ExistingResources {
  readonly #ids: Map<string, string>;

  constructor(resources: readonly { readonly urn: string; readonly id: string }[]) {
    this.#ids = new Map(resources.map(({ urn, id }) => [resourceKey(urn), id]));
  }

  /** Makes the resource, or changes the one that exists to what is wanted. */
  create(
    account: SandboxAccount,
    type: ResourceType<unknown>,
    { urn, name, inputs }: { readonly urn: string; readonly name: string; readonly inputs: Properties },
  ): CreatedResource {
    const id = this.#ids.get(resourceKey(urn));
    const found = id === undefined ? undefined : type.read(account, id);
    this.#ids.delete(resourceKey(urn));
    if (id === undefined || found === undefined) {
      return type.create(account, inputs, name);
    }
    const { changed, replaces } = type.diff(found.state, inputs);
    if (replaces.length > 0) {
      type.delete(account, id, found.state);
      return type.create(account, inputs, name);
    }
    return { id, state: changed?.length === 0 ? found.state : type.update(account, id, inputs, found) };
  }
}

/** Stack, project, own type and name. Of the parents' types, which a URN holds too, the mock runtime knows the nearest alone. */
function resourceKey(urn: string): string {
  const [stack, project, types = "", name] = urn.split("::");
  return [stack, project, types.split("$").at(-1), name].join("::");
}
