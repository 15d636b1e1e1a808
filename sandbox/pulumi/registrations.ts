import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it. */
export interface DeployedResource {
  readonly urn: string;
  /** Pulumi's type, `aws:iam/role:Role`. */
  readonly type: string;
  /** The logical name, unique among its type. */
  readonly name: string;
  /** URN of the parent; empty for the stack. */
  readonly parent: string;
  /** What the provider knows it by; empty for a component. */
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** URNs of what must exist before it. */
  readonly dependencies: readonly string[];
}

/** The request and answer of Pulumi's RegisterResource, as generated from its protocol. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}

interface RegisterResponse {
  getUrn(): string;
  getId(): string;
}

type Registered = (error: unknown, response?: RegisterResponse) => void;

interface Monitor {
  registerResource(request: RegisterRequest, done: Registered): unknown;
}

/**
 * Watches what the program registers from here on; the answer tells what that was, in the order in which it was asked for.
 * The mock runtime tells its mocks neither parents nor options, so the requests themselves are read on their way.
 */
export function observeRegistrations(): () => readonly DeployedResource[] {
  const requested: (DeployedResource | undefined)[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    const place = requested.push(undefined) - 1;
    return register(request, (error, response) => {
      if (response !== undefined) {
        requested[place] = {
          urn: response.getUrn(),
          type: request.getType(),
          name: request.getName(),
          parent: request.getParent(),
          id: response.getId(),
          inputs: request.getObject().toJavaScript(),
          protect: request.getProtect(),
          retainOnDelete: request.getRetainondelete(),
          dependencies: request.getDependenciesList(),
        };
      }
      done(error, response);
    });
  };
  return () => requested.filter((resource) => resource !== undefined);
}
