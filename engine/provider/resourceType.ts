import type { Cloud } from "../../cloud/cloud";

/** What Pulumi's engine knows of a resource once it is made. */
export interface CreatedResource {
  readonly id: string;
  /** Inputs and computed outputs, under the names of the provider's schema. */
  readonly state: Readonly<Record<string, unknown>>;
}

/** Makes one resource of a Pulumi type in an account. The inputs are those of the type's schema. */
export type ResourceType<Inputs> = (cloud: Cloud, inputs: Inputs, name: string) => CreatedResource;

/** Tags as @pulumi/aws has them. */
export type Tags = Readonly<Record<string, string>>;
