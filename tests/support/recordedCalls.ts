import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as cloudcontrol from "@aws-sdk/client-cloudcontrol";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as codeartifact from "@aws-sdk/client-codeartifact";
import * as events from "@aws-sdk/client-eventbridge";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import type { Session } from "../../sandbox/sts/sts";

/** A request of a provider's to AWS. */
export interface RecordedCall {
  /** `iam:CreateRole`, with the AWS CLI's name of the service. */
  readonly operation: string;
  /** `${keyId}`, `${policyRevision}` and `${requestToken}` are what an earlier answer gave. */
  readonly input: Readonly<Record<string, unknown>>;
}

export const phases = ["create", "read", "update", "delete"] as const;
export type Phase = (typeof phases)[number];

/** What a real provider asked of AWS while OpenTofu or Pulumi made, read, changed and deleted one resource. */
export interface Recording extends Readonly<Record<Phase, readonly RecordedCall[]>> {
  /** The file's name without its ending. */
  readonly name: string;
  /** Pulumi's type. */
  readonly type: string;
  /** Provider and engine, with their versions. */
  readonly recordedFrom: string;
  /** What makes the resources that this one needs. */
  readonly before: readonly RecordedCall[];
}

const directory = join(__dirname, "../fixtures/providerCalls");

export const recordings: readonly Recording[] = readdirSync(directory)
  .sort()
  .map((file) => ({
    name: basename(file, ".json"),
    ...(JSON.parse(readFileSync(join(directory, file), "utf8")) as Omit<Recording, "name">),
  }));

interface Client {
  send(command: unknown): Promise<Readonly<Record<string, unknown>>>;
}

const services = {
  cloudcontrol: [cloudcontrol, "CloudControlClient"],
  codeartifact: [codeartifact, "CodeartifactClient"],
  events: [events, "EventBridgeClient"],
  iam: [iam, "IAMClient"],
  kms: [kms, "KMSClient"],
  logs: [logs, "CloudWatchLogsClient"],
} as const;

/** What answers gave that later calls name. */
export type Given = Map<string, string>;

/** Carries recorded calls out with the AWS SDK, as one identity. */
export class Replay {
  readonly #clients = new Map<string, Client>();
  readonly #given: Given;

  /** @param given - shared by the identities that work on the same resources */
  constructor(endpoint: string, { accessKeyId, secretAccessKey, sessionToken }: Session, given: Given) {
    this.#given = given;
    for (const [name, [sdk, client]] of Object.entries(services)) {
      const classes = sdk as unknown as Readonly<Record<string, new (settings: object) => Client>>;
      const credentials = { accessKeyId, secretAccessKey, sessionToken };
      this.#clients.set(name, new classes[client]!({ endpoint, region: "us-east-1", maxAttempts: 1, credentials }));
    }
  }

  /** @throws the SDK's error for a call that is rejected */
  async send({ operation, input }: RecordedCall): Promise<Readonly<Record<string, unknown>>> {
    const [service, name] = operation.split(":") as [keyof typeof services, string];
    const commands = services[service][0] as unknown as Readonly<Record<string, new (input: unknown) => unknown>>;
    const filled = JSON.parse(
      JSON.stringify(input).replace(/\$\{(\w+)\}/g, (whole, key: string) => this.#given.get(key) ?? whole),
    ) as unknown;
    const answer = await this.#clients.get(service)!.send(new commands[`${name}Command`]!(filled));
    this.#keep(answer);
    return answer;
  }

  #keep(answer: {
    readonly KeyMetadata?: { readonly KeyId?: string };
    readonly ProgressEvent?: { readonly RequestToken?: string };
    readonly policy?: { readonly revision?: string };
  }): void {
    const found = {
      keyId: answer.KeyMetadata?.KeyId,
      requestToken: answer.ProgressEvent?.RequestToken,
      policyRevision: answer.policy?.revision,
    };
    for (const [key, value] of Object.entries(found)) {
      if (value !== undefined) {
        this.#given.set(key, value);
      }
    }
  }
}
