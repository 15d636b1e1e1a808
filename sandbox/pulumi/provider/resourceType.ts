import type { SandboxAccount } from "../../account";
import { AwsError } from "../../core/awsError";

/** Inputs or state of a resource, under the names of its type's schema. What is unknown yet is Pulumi's `unknownValue`. */
export type Properties = Readonly<Record<string, unknown>>;

/** What Pulumi's engine knows of a resource once it is made. */
export interface CreatedResource {
  readonly id: string;
  /** Inputs and computed outputs. */
  readonly state: Properties;
}

/** A resource as AWS has it. */
export interface FoundResource {
  /** @default - the one that it was looked up by; an import may look it up by another */
  readonly id?: string;
  readonly state: Properties;
  /** What a program would have to say to have it so. */
  readonly inputs: Properties;
}

/** Why the provider rejects an input before AWS is asked. */
export interface InputError {
  readonly property: string;
  readonly reason: string;
}

/** What has changed between a resource and what the program says of it. */
export interface ResourceDifference {
  /** Names of properties; absent, the engine compares the inputs itself. */
  readonly changed?: readonly string[];
  /** Those among them that take another resource. */
  readonly replaces: readonly string[];
  /** Whether the old resource must go first, because it holds the name. */
  readonly deleteBeforeReplace: boolean;
}

/** How a provider handles one type of resource. */
export interface ResourceType<Inputs = Properties> {
  /** Names of the inputs that are modelled. */
  readonly inputs: readonly string[];
  /** Names of outputs that only AWS can tell. */
  readonly computed: readonly string[];
  /** @default - every input is accepted */
  readonly check?: (inputs: Properties) => readonly InputError[];
  readonly diff: (state: Properties, inputs: Properties) => ResourceDifference;
  readonly create: (account: SandboxAccount, inputs: Inputs, name: string) => CreatedResource;
  /** Absent where AWS has it no longer. The known resource is what the engine remembers; an import remembers nothing. */
  readonly read: (account: SandboxAccount, id: string, known?: FoundResource) => FoundResource | undefined;
  /** Answers with the state. */
  readonly update: (account: SandboxAccount, id: string, inputs: Inputs, known: FoundResource) => Properties;
  /** A resource that is gone already is no failure. */
  readonly delete: (account: SandboxAccount, id: string, state: Properties) => void;
}

/** The properties that have a value. */
export function given(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** An operation that AWS rejects, in the provider's words; what AWS itself said is the cause. */
export class ProviderError extends Error {
  /** The resource exists, but not as it was asked for: the engine remembers it, and the next update completes it. */
  readonly made?: CreatedResource;

  constructor(message: string, cause: AwsError, made?: CreatedResource) {
    super(message, { cause });
    this.name = "ProviderError";
    this.made = made;
  }

  /** The same of a resource that was made before AWS rejected the rest. */
  after(made: CreatedResource): ProviderError {
    return new ProviderError(this.message, this.cause as AwsError, made);
  }
}

/**
 * Does something at AWS. The provider's words begin with what it was doing; its noise about HTTP is left out.
 *
 * @throws ProviderError
 */
export function withContext<Answer>(doing: string, call: () => Answer): Answer {
  return translateError(call, ({ code, message }) => `${doing}: ${code}: ${message}`);
}

/** Does something at AWS, and words its error. */
export function translateError<Answer>(call: () => Answer, words: (error: AwsError) => string): Answer {
  try {
    return call();
  } catch (error) {
    throw error instanceof AwsError ? new ProviderError(words(error), error) : error;
  }
}

/** Does something more for a resource that is made, and names it in the error where AWS rejects that. */
export function withMade(made: () => CreatedResource, call: () => void): void {
  try {
    call();
  } catch (error) {
    throw error instanceof ProviderError ? error.after(made()) : error;
  }
}

/** What AWS has, or nothing where it has no such thing. */
export function ignoreNotFound<Answer>(describe: () => Answer): Answer | undefined {
  try {
    return describe();
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Deletes what may be gone already. */
export function deleteIfExists(doing: string, remove: () => unknown): void {
  withContext(doing, () => ignoreNotFound(remove));
}

/** How AWS's services say that there is no such thing. */
function isNotFound(error: unknown): boolean {
  const codes = ["ResourceNotFoundException", "NoSuchEntity", "NotFoundException"];
  return error instanceof AwsError && codes.includes(error.code);
}
