import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";

/** A resource as a test gives it to a rule. */
export interface GivenResource {
  readonly type: string;
  /** Logical name. @default subject */
  readonly name?: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** @default false */
  readonly protect?: boolean;
  /** Resources whose outputs a property has, by property. */
  readonly from?: Readonly<Record<string, GivenResource>>;
}

/** Where it is. */
export interface GivenPlace {
  /** @default prod */
  readonly stack?: string;
  readonly stackTags?: Readonly<Record<string, string>>;
  /** The rule's own configuration. */
  readonly config?: object;
}

/** What a rule reports of one resource. */
export function judge(
  { validateResource }: ResourceValidationPolicy,
  resource: GivenResource,
  place: GivenPlace = {},
): readonly string[] {
  const messages: string[] = [];
  for (const validate of [validateResource ?? []].flat()) {
    void validate(resourceArgs(resource, place), (message) => messages.push(message));
  }
  return messages;
}

/** What a rule reports of a stack, as `RESOURCE MESSAGE`. */
export function judgeStack(
  { validateStack }: StackValidationPolicy,
  resources: readonly GivenResource[],
  place: GivenPlace = {},
): readonly string[] {
  const messages: string[] = [];
  const seen = new Map(resources.map((resource) => [resource, policyResource(resource, place)]));
  for (const { from = {} } of resources) {
    Object.values(from).forEach((one) => seen.set(one, policyResource(one, place)));
  }
  for (const [{ from = {} }, one] of seen) {
    for (const [property, other] of Object.entries(from)) {
      one.propertyDependencies[property] = [seen.get(other)!];
    }
  }
  void validateStack({ resources: [...seen.values()], ...placeArgs(place) }, (message, urn) =>
    messages.push(`${urn?.split("::").at(-1) ?? "stack"} ${message}`),
  );
  return messages;
}

/** The inputs that a rule's remediation gives a resource; undefined where it leaves them. */
export function remedied(
  { remediateResource }: ResourceValidationPolicy,
  resource: GivenResource,
  place: GivenPlace = {},
): unknown {
  return remediateResource?.(resourceArgs(resource, place));
}

function resourceArgs(resource: GivenResource, place: GivenPlace): ResourceValidationArgs {
  return { ...resourceOf(resource, place), ...placeArgs(place) };
}

function policyResource(resource: GivenResource, place: GivenPlace): PolicyResource {
  return { ...resourceOf(resource, place), dependencies: [], propertyDependencies: {} };
}

function resourceOf({ type, name = "subject", props, protect = false }: GivenResource, { stack = "prod" }: GivenPlace) {
  return {
    type,
    name,
    props,
    urn: `urn:pulumi:${stack}::team::${type}::${name}`,
    opts: {
      protect,
      ignoreChanges: [],
      aliases: [],
      additionalSecretOutputs: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    },
    isType: () => false,
    asType: () => undefined,
  };
}

function placeArgs({ stackTags = {}, config = {} }: GivenPlace) {
  return {
    stackTags: new Map(Object.entries(stackTags)),
    getConfig: (() => config) as ResourceValidationArgs["getConfig"],
    notApplicable: (reason = "") => {
      throw new Error(`not applicable: ${reason}`);
    },
  };
}
