import { type Account, type Tags } from "../account";
import { uniqueId } from "../identifiers";
import { checkDocument, countedLength } from "./documents";
import { descriptionFault, pathFault, policyNameFault, sameName } from "./names";
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity, refuseIf } from "./refusals";
import { policyArnFault, type Roles } from "./roles";

/** A managed policy, with the document that is in force. */
export interface Policy {
  readonly arn: string;
  readonly policyName: string;
  /** `ANPA` and 17 characters. */
  readonly policyId: string;
  readonly path: string;
  readonly createDate: Date;
  readonly description?: string;
  /** JSON text. */
  readonly policyDocument: string;
  /** Roles that have it. */
  readonly attachmentCount: number;
  readonly tags: Tags;
}

/** What `createPolicy` takes. */
export interface CreatePolicy {
  /** At most 128 characters; unique in the account without regard to case. */
  readonly policyName: string;
  /** JSON text of at most 6,144 characters. */
  readonly policyDocument: string;
  readonly description?: string;
  /** @default "/" */
  readonly path?: string;
  readonly tags?: Tags;
}

/** How a list of a role's policies names one. */
export interface AttachedPolicy {
  readonly policyArn: string;
  readonly policyName: string;
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maximumLength = 6144;
const maximumPerRole = 10;

/** The account's managed policies, and which roles have them. Those of AWS itself (`arn:aws:iam::aws:policy/…`) are not here. */
export class Policies {
  readonly #account: Account;
  readonly #roles: Roles;
  readonly #policies = new Map<string, Omit<Policy, "attachmentCount">>();

  constructor(account: Account, roles: Roles) {
    this.#account = account;
    this.#roles = roles;
  }

  create({ policyName, policyDocument, description, path = "/", tags = {} }: CreatePolicy): Policy {
    refuseIf(policyNameFault(policyName), pathFault(path), descriptionFault(description));
    checkDocument(policyDocument, "identity");
    if (countedLength(policyDocument) > maximumLength) {
      throw limitExceeded(
        `Cannot exceed quota for PolicySize: ${maximumLength} (the document has ${countedLength(policyDocument)})`,
      );
    }
    if ([...this.#policies.values()].some((other) => sameName(other.policyName) === sameName(policyName))) {
      throw alreadyExists(`A policy called ${policyName} already exists. Duplicate names are not allowed.`);
    }

    const { partition, accountId, now } = this.#account;
    const arn = `arn:${partition}:iam::${accountId}:policy${path}${policyName}`;
    const policyId = uniqueId("ANPA", arn);
    this.#policies.set(arn, { arn, policyName, policyId, path, createDate: now(), description, policyDocument, tags });

    return this.get(arn);
  }

  get(policyArn: string): Policy {
    refuseIf(policyArnFault("policyArn", policyArn));
    const policy = this.#policies.get(policyArn);
    if (!policy) {
      throw noSuchEntity(`Policy ${policyArn} was not found.`);
    }
    const attachmentCount = this.#roles.list().filter((role) => role.attachedPolicies.has(policyArn)).length;

    return { ...policy, attachmentCount };
  }

  delete(policyArn: string): void {
    if (this.get(policyArn).attachmentCount > 0) {
      throw deleteConflict("Cannot delete a policy attached to entities.");
    }
    this.#policies.delete(policyArn);
  }

  list(): readonly Policy[] {
    return [...this.#policies.keys()].map((arn) => this.get(arn));
  }

  /** A policy that the role has already stays, and nothing is refused. */
  attach(roleName: string, policyArn: string): void {
    const { attachedPolicies } = this.#roles.state(roleName);
    refuseIf(policyArnFault("policyArn", policyArn));
    if (!this.#policies.has(policyArn)) {
      throw noSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`);
    }
    if (!attachedPolicies.has(policyArn) && attachedPolicies.size >= maximumPerRole) {
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${maximumPerRole}`);
    }
    attachedPolicies.add(policyArn);
  }

  detach(roleName: string, policyArn: string): void {
    if (!this.#roles.state(roleName).attachedPolicies.delete(policyArn)) {
      throw noSuchEntity(`Policy ${policyArn} was not found.`);
    }
  }

  attached(roleName: string): readonly AttachedPolicy[] {
    return [...this.#roles.state(roleName).attachedPolicies].map((policyArn) => ({
      policyArn,
      policyName: this.get(policyArn).policyName,
    }));
  }
}
