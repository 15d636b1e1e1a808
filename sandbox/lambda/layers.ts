import type { Architecture, Runtime } from "@aws-sdk/client-lambda";
import type { AccountInfo } from "../core/identifiers";
import type { Code } from "./code";
import { notFound } from "./errors";
import type { LayerReference } from "./names";

/** A version of a layer. It is never changed, and its number is never used again. */
export interface LayerVersion {
  readonly layer: LayerReference;
  readonly arn: string;
  readonly version: number;
  readonly description: string;
  readonly createdDate: Date;
  readonly code: Code;
  readonly compatibleRuntimes: readonly Runtime[];
  readonly compatibleArchitectures: readonly Architecture[];
  readonly licenseInfo: string | undefined;
}

/** Leaves out what is not compatible. What is not given is not asked for. */
export interface LayerFilter {
  readonly runtime?: Runtime;
  readonly architecture?: Architecture;
}

interface LayerState {
  readonly layer: LayerReference;
  lastVersion: number;
  readonly versions: Map<number, LayerVersion>;
}

/** The layers of an account. Source: https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html */
export class Layers {
  readonly #account: AccountInfo;
  readonly #layers = new Map<string, LayerState>();

  constructor(account: AccountInfo) {
    this.#account = account;
  }

  publish(
    layer: LayerReference,
    content: Omit<LayerVersion, "layer" | "arn" | "version" | "createdDate">,
  ): LayerVersion {
    const state = this.#layers.get(layer.arn) ?? { layer, lastVersion: 0, versions: new Map<number, LayerVersion>() };
    this.#layers.set(layer.arn, state);
    const version = ++state.lastVersion;
    const published = { ...content, layer, version, arn: `${layer.arn}:${version}`, createdDate: this.#account.now() };
    state.versions.set(version, published);
    return published;
  }

  /** @throws ResourceNotFoundException */
  get(layerArn: string, version: number): LayerVersion {
    const found = this.find(layerArn, version);
    if (found === undefined) {
      throw notFound("The resource you requested does not exist.");
    }
    return found;
  }

  find(layerArn: string, version: number): LayerVersion | undefined {
    return this.#layers.get(layerArn)?.versions.get(version);
  }

  /** A layer's versions, the latest first. A layer that is not there has none, as at AWS. */
  versions(layerArn: string, filter: LayerFilter = {}): readonly LayerVersion[] {
    const versions = [...(this.#layers.get(layerArn)?.versions.values() ?? [])];
    return versions.filter((version) => passes(version, filter)).reverse();
  }

  /** The latest version of each layer that has one, by the layers' names. */
  latestVersions(filter: LayerFilter = {}): readonly LayerVersion[] {
    return [...this.#layers.keys()].sort().flatMap((arn) => this.versions(arn, filter).slice(0, 1));
  }

  /** A version that is not there is no error. Functions that use it keep it. */
  delete(layerArn: string, version: number): void {
    this.#layers.get(layerArn)?.versions.delete(version);
  }
}

function passes({ compatibleRuntimes, compatibleArchitectures }: LayerVersion, { runtime, architecture }: LayerFilter) {
  return (
    (runtime === undefined || compatibleRuntimes.includes(runtime)) &&
    (architecture === undefined || compatibleArchitectures.includes(architecture))
  );
}
