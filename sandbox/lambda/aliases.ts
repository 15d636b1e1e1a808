import { randomUUID } from "node:crypto";
import { conflict, notFound, revisionMismatch } from "./errors";
import type { FunctionReference } from "./names";

/** A name for one of a function's versions. */
export interface Alias {
  readonly arn: string;
  readonly name: string;
  readonly functionVersion: string;
  readonly description: string;
  readonly revisionId: string;
}

/** A change of an alias. What is not given stays. */
export interface AliasChange {
  readonly functionVersion?: string;
  readonly description?: string;
  /** That the alias must still have. */
  readonly revisionId?: string;
}

/** The aliases of one function. Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html */
export class Aliases {
  readonly #function: FunctionReference;
  readonly #isVersion: (version: string) => boolean;
  readonly #aliases = new Map<string, Alias>();

  /** @param isVersion - whether the function has a version */
  constructor(reference: FunctionReference, isVersion: (version: string) => boolean) {
    this.#function = reference;
    this.#isVersion = isVersion;
  }

  /**
   * @throws ResourceConflictException for a name that is in use
   * @throws ResourceNotFoundException for a version that the function does not have
   */
  create(name: string, functionVersion: string, description = ""): Alias {
    const arn = `${this.#function.arn}:${name}`;
    if (this.#aliases.has(name)) {
      throw conflict(`Alias already exists: ${arn}`);
    }
    this.#checkVersion(functionVersion);
    return this.#set({ arn, name, functionVersion, description, revisionId: randomUUID() });
  }

  /** @throws ResourceNotFoundException */
  get(name: string): Alias {
    const alias = this.find(name);
    if (alias === undefined) {
      throw notFound(`Cannot find alias arn: ${this.#function.arn}:${name}`);
    }
    return alias;
  }

  find(name: string): Alias | undefined {
    return this.#aliases.get(name);
  }

  /**
   * @throws ResourceNotFoundException for an alias or a version that the function does not have
   * @throws PreconditionFailedException for an alias that has changed since
   */
  update(name: string, { functionVersion, description, revisionId }: AliasChange): Alias {
    const alias = this.find(name);
    if (alias === undefined) {
      throw notFound(`Alias not found: ${this.#function.arn}:${name}`);
    }
    if (revisionId !== undefined && revisionId !== alias.revisionId) {
      throw revisionMismatch();
    }
    this.#checkVersion(functionVersion ?? alias.functionVersion);
    return this.#set({
      ...alias,
      functionVersion: functionVersion ?? alias.functionVersion,
      description: description ?? alias.description,
      revisionId: randomUUID(),
    });
  }

  /** By their names. @param functionVersion - that they are for, where one is given */
  list(functionVersion?: string): readonly Alias[] {
    return [...this.#aliases.values()]
      .filter((alias) => functionVersion === undefined || alias.functionVersion === functionVersion)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  #checkVersion(version: string): void {
    if (!this.#isVersion(version)) {
      throw notFound(`Function not found: ${this.#function.arn}:${version}`);
    }
  }

  #set(alias: Alias): Alias {
    this.#aliases.set(alias.name, alias);
    return alias;
  }
}
