import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";

/** What Pulumi itself asks at the end of a process; it has no public types. */
const { leakedPromises } = createRequire(__filename)("@pulumi/pulumi/runtime/debuggable") as {
  readonly leakedPromises: () => readonly [leaks: Set<unknown>, message: string];
};

/** A resource as a component registered it. Other resources are represented by their logical names. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** Empty where it has none. */
  readonly parent: string;
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Sorted. */
  readonly dependencies: readonly string[];
  /** The explicit provider; empty for the default one. */
  readonly provider: string;
  /** The type that it had in an earlier release. @default - the same */
  readonly formerType?: string;
  /** Of the resource that is taken over. @default - it is made */
  readonly importId?: string;
  /** Whether the old resource goes first where it is replaced. @default - the provider decides */
  readonly deleteBeforeReplace?: boolean;
}

/** A provider function that was called. */
export interface FunctionCall {
  readonly token: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What a program did on Pulumi's mock runtime. */
export interface Recording<Result> {
  readonly result: Result;
  readonly resources: readonly Registration[];
  readonly calls: readonly FunctionCall[];
  readonly warnings: readonly string[];
  /** What each component passed to registerOutputs, by its logical name. */
  readonly registeredOutputs: ReadonlyMap<string, unknown>;
}

/** The account that the mocks answer for. */
export const account = "111122223333";
export const region = "eu-west-1";

const awsManagedKey = `arn:aws:kms:${region}:${account}:key/of-aws`;

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getAliasesList(): readonly { getSpec(): { getType(): string } | undefined }[];
  getCustom(): boolean;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDependenciesList(): string[];
  getProvider(): string;
  getImportid(): string;
  getDeletebeforereplace(): boolean;
  getDeletebeforereplacedefined(): boolean;
  getObject(): { toJavaScript(): Record<string, unknown> };
}

interface MockMonitor {
  registerResource(request: RegisterRequest, done: unknown): unknown;
  registerResourceOutputs(
    request: { getUrn(): string; getOutputs(): { toJavaScript(): unknown } | undefined },
    done: unknown,
  ): unknown;
}

/**
 * Runs `create` on Pulumi's mock runtime and answers once everything is registered. Mocks receive neither parents nor
 * options (pulumi/pulumi#14421), so the requests themselves are read on their way.
 *
 * @param audiences - of the account's OIDC provider for GitHub
 */
export async function record<Result>(
  create: () => Result | Promise<Result>,
  audiences: readonly string[] = ["sts.amazonaws.com"],
): Promise<Recording<Result>> {
  const resources: Registration[] = [];
  const calls: FunctionCall[] = [];
  const warnings: string[] = [];
  const registeredOutputs = new Map<string, unknown>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => ({
        id: `${name}-id`,
        state: { ...(inputs as object), ...computed(type, inputs as Inputs) },
      }),
      call: ({ token, inputs }) => {
        calls.push({ token, inputs: inputs as Inputs });
        return answer(token, inputs as Inputs, audiences);
      },
    },
    "package-registry",
    "dev",
    false,
    "organization",
  );

  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    resources.push({
      type: request.getType(),
      name: request.getName(),
      parent: nameIn(request.getParent()),
      custom: request.getCustom(),
      inputs: request.getObject().toJavaScript(),
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      dependencies: request.getDependenciesList().map(nameIn).sort(),
      provider: request.getProvider().split("::").at(-2) ?? "",
      ...formerType(request),
      ...(request.getImportid() === "" ? {} : { importId: request.getImportid() }),
      ...(request.getDeletebeforereplacedefined() ? { deleteBeforeReplace: request.getDeletebeforereplace() } : {}),
    });
    return register(request, done);
  };
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, done) => {
    registeredOutputs.set(nameIn(request.getUrn()), request.getOutputs()?.toJavaScript());
    return registerOutputs(request, done);
  };

  // Without an engine Pulumi logs to the console.
  const warn = console.warn;
  console.warn = (text: string) => warnings.push(text);
  try {
    const result = await create();
    await pulumi.runtime.disconnect();
    await new Promise((resolve) => setImmediate(resolve));
    const [leaks] = leakedPromises();
    if (leaks.size > 0) {
      leaks.clear();
      throw new Error(`something was never made: only ${resources.map(({ name }) => name).join(", ")}`);
    }
    return { result, resources, calls, warnings, registeredOutputs };
  } finally {
    console.warn = warn;
  }
}

function formerType(request: RegisterRequest): Pick<Registration, "formerType"> {
  const [alias] = request.getAliasesList().flatMap((one) => one.getSpec() ?? []);
  return alias === undefined ? {} : { formerType: alias.getType() };
}

/** The value of an output; rejects where the output does. */
export function valueOf<Value>(output: pulumi.Output<Value>): Promise<Value> {
  return (output as unknown as { promise(): Promise<Value> }).promise();
}

/** Why an output never gets a value, once `record` has drained what it depended on. */
export async function reasonOf(output: pulumi.Output<unknown>): Promise<unknown> {
  const internals = output as unknown as { isKnown: Promise<boolean>; isSecret: Promise<boolean> };
  const [reason] = await Promise.allSettled([
    valueOf(output),
    dependenciesOf(output),
    internals.isKnown,
    internals.isSecret,
  ]);
  if (reason.status === "fulfilled") {
    throw new Error(`it has the value ${JSON.stringify(reason.value)}`);
  }
  return reason.reason;
}

/** Logical names, sorted, of the resources that anyone who uses the output waits for. */
export async function dependenciesOf(output: pulumi.Output<unknown>): Promise<readonly string[]> {
  const internals = output as unknown as { allResources(): Promise<Set<pulumi.Resource>> };
  const urns = [...(await internals.allResources())].map(({ urn }) => valueOf(urn));
  return (await Promise.all(urns)).map(nameIn).sort();
}

/** The one resource of this logical name. */
export function named(resources: readonly Registration[], name: string): Registration {
  const found = resources.filter((resource) => resource.name === name);
  if (found.length !== 1) {
    throw new Error(`${found.length} resources are called ${name}: ${resources.map((one) => one.name).join(", ")}`);
  }
  return found[0]!;
}

/** A policy document among a resource's inputs, which holds no white space that AWS would not count. */
export function documentIn({ name, inputs }: Registration, input: string): unknown {
  const document: unknown = JSON.parse(String(inputs[input]));
  if (JSON.stringify(document) !== inputs[input]) {
    throw new Error(`${input} of ${name} holds white space: ${String(inputs[input])}`);
  }
  return document;
}

/** The resources of this Pulumi type. */
export function ofType(resources: readonly Registration[], type: string): readonly Registration[] {
  return resources.filter((resource) => resource.type === type);
}

type Inputs = Readonly<Record<string, string>>;

/** What AWS adds to a resource's own inputs. */
function computed(type: string, inputs: Inputs): object {
  const { domain, repository, name, domainName, pattern } = inputs;
  const codeartifact = `arn:aws:codeartifact:${region}:${account}`;
  switch (type) {
    case "aws:codeartifact/domain:Domain":
      return {
        arn: `${codeartifact}:domain/${domain!}`,
        owner: account,
        encryptionKey: inputs.encryptionKey ?? awsManagedKey,
      };
    case "aws:codeartifact/repository:Repository":
      return { arn: `${codeartifact}:repository/${domain!}/${repository!}`, domainOwner: account };
    case "aws-native:codeartifact:PackageGroup":
      return { arn: `${codeartifact}:package-group/${domainName!}${pattern!}` };
    case "aws:iam/role:Role":
      return { arn: `arn:aws:iam::${account}:role/${name!}` };
    case "aws:iam/openIdConnectProvider:OpenIdConnectProvider":
      return { arn: `arn:aws:iam::${account}:oidc-provider/${inputs.url!.replace("https://", "")}` };
    case "aws:iam/policy:Policy":
      return { arn: `arn:aws:iam::${account}:policy/${name!}` };
    case "aws:kms/key:Key":
      return { arn: `arn:aws:kms:${region}:${account}:key/made` };
    default:
      return {};
  }
}

function answer(token: string, inputs: Inputs, audiences: readonly string[]): object {
  switch (token) {
    case "aws:codeartifact/getRepositoryEndpoint:getRepositoryEndpoint":
      return {
        repositoryEndpoint:
          `https://${inputs.domain!}-${inputs.domainOwner!}.d.codeartifact.${region}.amazonaws.com` +
          `/${inputs.format!}/${inputs.repository!}/`,
      };
    case "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider":
      return {
        arn: `arn:aws:iam::${account}:oidc-provider/${inputs.url!.replace("https://", "")}`,
        clientIdLists: audiences,
      };
    case "aws:kms/getKey:getKey":
      return { arn: inputs.keyId!, keyManager: inputs.keyId === awsManagedKey ? "AWS" : "CUSTOMER" };
    default:
      throw new Error(`no mock answers ${token}`);
  }
}

function nameIn(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}
