import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "../provider/resourceType";

/** Properties as they travel between Pulumi's engine and a provider. */
export interface WireProperties {
  /** What is unknown in a preview is Pulumi's `unknownValue`; what is secret is in plain. */
  readonly values: Properties;
  /** Names of the properties that are secret, or hold a secret somewhere. */
  readonly secrets: ReadonlySet<string>;
}

// Source: sdk/go/common/resource/sig of pulumi/pulumi
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Reads what the engine sends. A null says nothing, as in the providers. */
export function readProperties(struct: Struct | undefined): WireProperties {
  const sent = Object.entries(struct?.toJavaScript() ?? {}).filter(([, value]) => value !== null);
  return {
    values: Object.fromEntries(sent.map(([name, value]) => [name, plain(value)])),
    secrets: new Set(sent.filter(([, value]) => holdsSecret(value)).map(([name]) => name)),
  };
}

/** Writes what the engine is answered; what was secret when it came stays so. */
export function writeProperties(values: Properties, secrets: ReadonlySet<string>): Struct {
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

function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (typeof value === "object" && value !== null) {
    return isSecret(value)
      ? plain(value.value)
      : Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  }
  return value;
}
