import { revision } from "../core/identifiers";
import { parsePolicy, type ParsedPolicy, PolicyError } from "../../iam/grammar";
import { conflict, notFound, throwIfInvalid } from "./errors";

/** A policy as stored on a domain or a repository. */
export interface ResourcePolicy {
  readonly resourceArn: string;
  readonly revision: string;
  /** JSON text, as it was given. */
  readonly document: string;
}

/** A policy as it is stored, and as requests are decided by it. */
export interface StoredResourcePolicy extends ResourcePolicy {
  readonly policy: ParsedPolicy;
}

/** What a put takes, apart from the name of the resource. */
export interface PutPermissionsPolicy {
  /** JSON text of at most 7,168 characters. */
  readonly policyDocument: string;
  /** The revision that is being replaced; an error if another one is stored by now. */
  readonly policyRevision?: string;
}

// https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ResourcePolicy.html
const maximumLength = 7168;

/** What a delete takes, apart from the name of the resource. */
export interface DeletePermissionsPolicy {
  /** The revision to delete. It is an error if another one is stored by now. */
  readonly policyRevision?: string;
}

/** The permissions policy of one domain or repository. */
export class PermissionsPolicy {
  readonly #resourceArn: string;
  readonly #resource: string;
  #stored: ResourcePolicy | undefined;
  #policy: ParsedPolicy | undefined;
  #puts = 0;

  /** @param resource How messages name it: `Domain 'orb'`. */
  constructor(resourceArn: string, resource: string) {
    this.#resourceArn = resourceArn;
    this.#resource = resource;
  }

  put({ policyDocument, policyRevision }: PutPermissionsPolicy): ResourcePolicy {
    throwIfInvalid(lengthError(policyDocument));
    const policy = parse(policyDocument);
    this.#checkRevision(policyRevision);

    this.#puts += 1;
    this.#policy = policy;
    this.#stored = {
      resourceArn: this.#resourceArn,
      revision: revision(`${this.#resourceArn} ${this.#puts} ${policyDocument}`),
      document: policyDocument,
    };
    return this.#stored;
  }

  /** The policy, where one is stored. */
  find(): StoredResourcePolicy | undefined {
    return this.#stored && this.#policy && { ...this.#stored, policy: this.#policy };
  }

  get(): ResourcePolicy {
    if (!this.#stored) {
      throw notFound(`Policy not found. ${this.#resource} has no permissions policy.`);
    }
    return this.#stored;
  }

  delete(policyRevision?: string): ResourcePolicy {
    const stored = this.get();
    this.#checkRevision(policyRevision);
    this.#stored = undefined;
    this.#policy = undefined;
    return stored;
  }

  #checkRevision(expected: string | undefined): void {
    if (expected !== undefined && expected !== this.#stored?.revision) {
      throw conflict(`The policy of ${this.#resource} is not at revision '${expected}': read it again and repeat.`);
    }
  }
}

/** @throws ValidationException in AWS's words */
function parse(policyDocument: string): ParsedPolicy {
  try {
    return parsePolicy(policyDocument, "resource", "policy");
  } catch (error) {
    throwIfInvalid(error instanceof PolicyError ? error.reason : undefined);
    throw error;
  }
}

function lengthError(policyDocument: string): string | undefined {
  return policyDocument.length > maximumLength
    ? `The policy document has ${policyDocument.length} characters; at most ${maximumLength} are allowed.`
    : undefined;
}
