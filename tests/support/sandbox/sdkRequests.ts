import { buildQueryString, type HttpRequest } from "@smithy/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";
import type { OperationModel } from "../../../sandbox/core/model";

/** A request as the SDK's own serializer writes it. */
export interface SdkRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What the clients of `@aws-sdk/client-*` have in common. */
interface Client {
  send(command: unknown): Promise<unknown>;
  destroy(): void;
}

/** An input of an operation with the members that its model requires, or with all that it has. */
export function exampleInput({ input }: OperationModel, members: "required" | "all"): unknown {
  return input.isUnitSchema() ? {} : example(input, members, "");
}

/** The request that a service's SDK client sends for an input. Nothing goes over the network. */
export async function sdkRequest(sdk: object, client: string, name: string, input: unknown): Promise<SdkRequest> {
  const classes = sdk as Readonly<Record<string, new (given: unknown) => unknown>>;
  const sent: SdkRequest[] = [];
  const sender = new classes[client]!({
    region: "us-east-1",
    credentials: { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "example" },
    maxAttempts: 1,
    requestHandler: {
      handle: ({ method, path, query, headers, body }: HttpRequest) => {
        const search = buildQueryString(query);
        sent.push({
          method,
          headers,
          url: `${path}${search && `?${search}`}`,
          body: Buffer.from((body ?? "") as string),
        });
        return Promise.reject(new Error("not sent"));
      },
    },
  }) as Client;
  await sender.send(new classes[`${name}Command`]!(input)).catch((error: unknown) => {
    if (sent.length === 0) {
      throw error;
    }
  });
  sender.destroy();
  return sent[0]!;
}

/** The members that have a value. */
export function definedMembers(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || Buffer.isBuffer(value)) {
    return Array.isArray(value) ? value.map(definedMembers) : value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, definedMembers(member)]),
  );
}

function example(schema: NormalizedSchema, members: "required" | "all", name: string): unknown {
  if (schema.isStructSchema()) {
    const [, , , , , , required = 0] = schema.getSchema() as unknown as readonly (number | undefined)[];
    const all = [...schema.structIterator()];
    return Object.fromEntries(
      all
        // An empty structure within a form leaves no trace.
        .slice(0, members === "all" ? all.length : name === "" ? required : Math.max(1, required))
        .map(([member, type]) => [member, example(type, members, member)]),
    );
  }
  if (schema.isListSchema()) {
    return [1, 2].map((number) => example(schema.getValueSchema(), members, `${name} ${number}`));
  }
  if (schema.isMapSchema()) {
    return {
      "1.0 ä": example(schema.getValueSchema(), members, name),
      "2+0": example(schema.getValueSchema(), members, name),
    };
  }
  if (schema.isNumericSchema()) {
    return 7;
  }
  if (schema.isBooleanSchema()) {
    return true;
  }
  const text = `${name} <a&b>/ä+%20 "c"`;
  return schema.isBlobSchema() ? Buffer.from(text) : text;
}
