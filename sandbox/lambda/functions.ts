import type { Architecture, Runtime } from "@aws-sdk/client-lambda";
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { AccountInfo } from "../core/identifiers";
import { Aliases } from "./aliases";
import { type Code, mostUnzipped } from "./code";
import { conflict, invalid, notFound, revisionMismatch } from "./errors";
import type { LayerVersion } from "./layers";
import { type FunctionReference, latest, qualifiedArn } from "./names";

/** What a function runs with. A published version keeps it. */
export interface FunctionSettings {
  readonly runtime: Runtime | undefined;
  readonly role: string;
  readonly handler: string | undefined;
  readonly description: string;
  /** In seconds. */
  readonly timeout: number;
  /** In MB. */
  readonly memorySize: number;
  readonly environment: Readonly<Record<string, string>> | undefined;
  readonly layers: readonly LayerVersion[];
  readonly architecture: Architecture;
}

/** A version of a function: `$LATEST`, or one that is published and never changed. */
export interface FunctionVersion {
  readonly version: string;
  readonly settings: FunctionSettings;
  readonly code: Code;
  readonly revisionId: string;
  readonly lastModified: Date;
}

/** What a function is doing: it is made, it is changed, or it can be called. */
export type Progress = "creating" | "updating" | "ready";

interface FunctionState {
  readonly reference: FunctionReference;
  current: FunctionVersion;
  progress: Progress;
  lastVersion: number;
  readonly published: Map<string, FunctionVersion>;
  readonly aliases: Aliases;
}

/** A function's version as a request sees it. */
export interface SeenVersion extends FunctionVersion {
  readonly reference: FunctionReference;
  /** With the qualifier that the request gives. */
  readonly arn: string;
  readonly progress: Progress;
}

/** A function has at most so many layers: https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html */
const mostLayers = 5;

/**
 * The functions of an account. A change of a function is under way until the function is read for the first time after it:
 * until then the function takes no other change, as at AWS while a change takes its time.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
export class Functions {
  readonly #account: AccountInfo;
  readonly #functions = new Map<string, FunctionState>();

  constructor(account: AccountInfo) {
    this.#account = account;
  }

  /** @throws ResourceConflictException for a name that is in use */
  create(reference: FunctionReference, settings: FunctionSettings, code: Code): SeenVersion {
    if (this.#functions.has(reference.arn)) {
      throw conflict(`Function already exist: ${reference.name}`);
    }
    checkLayers(settings.layers, code);
    const state: FunctionState = {
      reference,
      current: this.#version(latest, settings, code),
      progress: "creating",
      lastVersion: 0,
      published: new Map(),
      aliases: new Aliases(reference, (version) => this.#isVersion(reference, version)),
    };
    this.#functions.set(reference.arn, state);
    return seen(state, state.current, undefined);
  }

  /**
   * A function's version, by its number, `$LATEST` or an alias. It ends a change that is under way.
   *
   * @throws ResourceNotFoundException
   */
  get(reference: FunctionReference): SeenVersion {
    const state = this.#state(reference);
    const version = this.#find(state, reference.qualifier ?? latest);
    if (version === undefined) {
      throw functionNotFound(qualifiedArn(reference));
    }
    state.progress = "ready";
    return seen(state, version, reference.qualifier);
  }

  /** `$LATEST` of every function, by the functions' names. */
  list(): readonly SeenVersion[] {
    return [...this.#functions.values()]
      .map((state) => seen(state, state.current, undefined))
      .sort((one, other) => (one.arn < other.arn ? -1 : 1));
  }

  /** All versions, `$LATEST` first and then from the first on. */
  versions(reference: FunctionReference): readonly SeenVersion[] {
    const state = this.#state(reference);
    return [state.current, ...state.published.values()].map((version) => seen(state, version, version.version));
  }

  /** @throws ResourceConflictException while a change is under way */
  updateSettings(reference: FunctionReference, change: Partial<FunctionSettings>, revisionId?: string): SeenVersion {
    const state = this.#changeable(reference, revisionId);
    const settings = { ...state.current.settings, ...change };
    checkLayers(settings.layers, state.current.code);
    return this.#update(state, settings, state.current.code);
  }

  /** @throws ResourceConflictException while a change is under way */
  updateCode(
    reference: FunctionReference,
    code: Code,
    {
      architecture,
      revisionId,
      dryRun = false,
    }: { architecture?: Architecture; revisionId?: string; dryRun?: boolean },
  ): SeenVersion {
    const state = this.#changeable(reference, revisionId);
    checkLayers(state.current.settings.layers, code);
    const settings = { ...state.current.settings, architecture: architecture ?? state.current.settings.architecture };
    if (dryRun) {
      return seen(state, { ...state.current, settings, code }, undefined);
    }
    return this.#update(state, settings, code);
  }

  /**
   * Publishes `$LATEST`, or returns the last version where nothing has changed since.
   * Source: https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
   *
   * @throws ResourceConflictException while a change is under way
   */
  publishVersion(
    reference: FunctionReference,
    { description, codeSha256, revisionId }: { description?: string; codeSha256?: string; revisionId?: string } = {},
  ): SeenVersion {
    const state = this.#changeable(reference, revisionId);
    const { settings, code } = state.current;
    if (codeSha256 !== undefined && codeSha256 !== code.sha256) {
      throw invalid(
        `CodeSHA256 (${codeSha256}) is different from current CodeSHA256 in $LATEST (${code.sha256}). ` +
          "Please try again with the CodeSHA256 in $LATEST.",
      );
    }
    const last = state.published.get(String(state.lastVersion));
    if (last !== undefined && isSame(last, state.current)) {
      return seen(state, last, last.version);
    }
    const number = String(++state.lastVersion);
    const own = { ...settings, description: description ?? settings.description };
    const published = this.#version(number, own, code);
    state.published.set(number, published);
    return seen(state, published, number);
  }

  /** @throws ResourceNotFoundException */
  aliases(reference: FunctionReference): Aliases {
    return this.#state(reference).aliases;
  }

  #state(reference: FunctionReference): FunctionState {
    const state = this.#functions.get(reference.arn);
    if (state === undefined) {
      throw functionNotFound(qualifiedArn(reference));
    }
    return state;
  }

  #changeable(reference: FunctionReference, revisionId: string | undefined): FunctionState {
    const state = this.#state(reference);
    if (state.progress !== "ready") {
      const why =
        state.progress === "creating"
          ? "The function is currently in the following state: Pending"
          : `An update is in progress for resource: ${reference.arn}`;
      throw conflict(`The operation cannot be performed at this time. ${why}`);
    }
    if (revisionId !== undefined && revisionId !== state.current.revisionId) {
      throw revisionMismatch();
    }
    return state;
  }

  #update(state: FunctionState, settings: FunctionSettings, code: Code): SeenVersion {
    state.current = this.#version(latest, settings, code);
    state.progress = "updating";
    return seen(state, state.current, undefined);
  }

  #version(version: string, settings: FunctionSettings, code: Code): FunctionVersion {
    return { version, settings, code, revisionId: randomUUID(), lastModified: this.#account.now() };
  }

  #isVersion(reference: FunctionReference, version: string): boolean {
    const state = this.#state(reference);
    return version === latest || state.published.has(version);
  }

  #find({ current, published, aliases }: FunctionState, qualifier: string): FunctionVersion | undefined {
    const version = aliases.find(qualifier)?.functionVersion ?? qualifier;
    return version === latest ? current : published.get(version);
  }
}

function functionNotFound(arn: string) {
  return notFound(`Function not found: ${arn}`);
}

function seen(state: FunctionState, version: FunctionVersion, qualifier: string | undefined): SeenVersion {
  const { reference, progress: underWay } = state;
  // A version is published when nothing is under way, and then stays as it is.
  const progress = version.version === latest ? underWay : "ready";
  return { ...version, reference, arn: qualifiedArn({ arn: reference.arn, qualifier }), progress };
}

/** Whether a published version is what `$LATEST` is now. Its description may be its own. */
function isSame(published: FunctionVersion, current: FunctionVersion): boolean {
  const { description } = current.settings;
  return (
    published.code.sha256 === current.code.sha256 &&
    isDeepStrictEqual(content({ ...published.settings, description }), content(current.settings))
  );
}

/** The settings with layers by their ARNs, which say all of them. */
function content({ layers, ...settings }: FunctionSettings): unknown {
  return { ...settings, layers: layers.map(({ arn }) => arn) };
}

/**
 * What a function may have as layers. That a layer names other runtimes or architectures than the function's is no error:
 * they only filter lists. https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html
 */
function checkLayers(layers: readonly LayerVersion[], code: Code): void {
  if (layers.length > mostLayers) {
    throw invalid(`Cannot reference more than ${mostLayers} layers.`);
  }
  for (const [index, { arn, layer }] of layers.entries()) {
    const other = layers.slice(0, index).find((one) => one.layer.arn === layer.arn);
    if (other !== undefined) {
      throw invalid(
        "Two different versions of the same layer are not allowed to be referenced in the same function. " +
          `${arn} and ${other.arn} are versions of the same layer.`,
      );
    }
  }
  const size = layers.reduce((sum, one) => sum + one.code.unzippedSize, code.unzippedSize);
  if (size > mostUnzipped) {
    throw invalid(
      `Function code combined with layers exceeds the maximum allowed size of ${mostUnzipped} bytes. ` +
        `The actual size is ${size} bytes.`,
    );
  }
}
