import { nodeClients } from "./nodeClients";
import { pythonClients } from "./pythonClients";

/** Where and as whom a client talks to the registry. */
export interface RegistryAccess {
  /** Ends in `/pypi/REPOSITORY/`. */
  readonly endpoint: string;
  /** Sent as a password; empty for a caller without a token. */
  readonly token: string;
}

/** A distribution as it is uploaded. */
export interface Distribution {
  readonly filename: string;
  readonly bytes: Buffer;
}

/** How an attempt ended: a code to compare, and what the client was answered. */
export interface Outcome {
  /** An HTTP status, an AWS error's code, or what was reached: `orb-common 1.0.0`. */
  readonly code: string;
  /** @default "" */
  readonly detail?: string;
}

/** What publishes and installs. */
export interface Clients {
  /** Such as `twine 7.0.0`. */
  readonly publisher: string;
  /** Such as `pip 26.3`. */
  readonly installer: string;
  /** Builds an sdist and a wheel of a package, version 1.0.0. */
  build(name: string): Promise<readonly Distribution[]>;
  /** Ends with the HTTP status of the last upload. */
  publish(access: RegistryAccess, distributions: readonly Distribution[]): Promise<Outcome>;
  /**
   * Ends with what is installed, `NAME VERSION, …` in the order of the names, or `not found`.
   *
   * @param requirements - such as `orb-common` or `orb-common==99.0`
   * @param options.withoutDependencies - installs what is named alone. @default false
   */
  install(
    access: RegistryAccess,
    requirements: readonly string[],
    options?: { readonly withoutDependencies?: boolean },
  ): Promise<Outcome>;
}

/** The clients that this machine can run: twine and pip, or Node's own where there is no Python. */
export async function chooseClients(
  progress: (what: string) => void,
): Promise<{ readonly clients: Clients; readonly remark: readonly string[] }> {
  const python = await pythonClients(progress);
  return "missing" in python
    ? {
        clients: nodeClients,
        remark: [`Without twine and pip: ${python.missing}. The same attempts were made with Node's fetch.`],
      }
    : { clients: python, remark: [] };
}
