import type { SandboxAccount } from "../../account";

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
export interface Difference {
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
  readonly diff: (state: Properties, inputs: Properties) => Difference;
  readonly create: (account: SandboxAccount, inputs: Inputs, name: string) => CreatedResource;
  /** Absent where AWS has it no longer. The known resource is what the engine remembers; an import remembers nothing. */
  readonly read: (account: SandboxAccount, id: string, known?: FoundResource) => FoundResource | undefined;
  /** Answers with the state. */
  readonly update: (account: SandboxAccount, id: string, inputs: Inputs, known: FoundResource) => Properties;
  /** A resource that is gone already is no failure. */
  readonly delete: (account: SandboxAccount, id: string, state: Properties) => void;
}

/** Tags as @pulumi/aws has them. */
export type Tags = Readonly<Record<string, string>>;

/** The properties that have a value. */
export function given(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
