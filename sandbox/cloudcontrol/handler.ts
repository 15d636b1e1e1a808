import type { RequestContext } from "../../iam/evaluate";
import type { SandboxAccount } from "../account";
import { requestTagKeys, requestTags } from "../core/conditions";
import { AwsError } from "../core/awsError";
import type { Tags } from "../core/identifiers";
import type { InRepository } from "../codeartifact/names";

/** For whom a handler works: what it does at CodeArtifact is done with the caller's own permissions. */
export interface Caller {
  readonly account: SandboxAccount;
  /** Throws AccessDeniedException unless the caller may do this. */
  readonly allow: (action: string, resource: string, conditions?: RequestContext) => void;
  /** Deletes the packages of a repository that is deleted. */
  readonly deletePackages: (place: InRepository) => void;
}

/** A type of resource: its properties, and what makes, reads, changes and deletes one. */
export interface ResourceHandler<Model = never> {
  readonly typeName: string;
  /** The types of its properties, by their names in the type's schema. */
  readonly properties: Readonly<Record<string, "String" | "JSONArray" | "JSONObject">>;
  readonly required: readonly string[];
  readonly createOnly: readonly string[];
  /** Properties that AWS chooses. `EncryptionKey` is among them in the schema, and can be given all the same. */
  readonly readOnly: readonly string[];
  /** Properties whose value is a policy document. */
  readonly documents: readonly string[];
  /** The ARN that a desired resource has or will have. */
  readonly identify: (account: SandboxAccount, desired: Model) => string;
  readonly create: (caller: Caller, desired: Model) => void;
  /** @throws ResourceNotFoundException */
  readonly read: (caller: Caller, arn: string) => object;
  readonly update: (caller: Caller, arn: string, desired: Model) => void;
  /** @throws ResourceNotFoundException */
  readonly delete: (caller: Caller, arn: string) => void;
  /** ARNs. @throws InvalidRequest where the model lacks what the list needs */
  readonly list: (caller: Caller, model: Partial<Model>) => readonly string[];
}

/** A tag as a resource's properties have it. */
export interface ModelTag {
  readonly key: string;
  readonly value: string;
}

export function tagsOf(tags: readonly ModelTag[] = []): Tags {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

/** Absent where there are no tags. */
export function listOfTags(tags: Tags): readonly ModelTag[] | undefined {
  const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
  return list.length === 0 ? undefined : list;
}

/** Each of two operations only where there is something for it to do. */
export function changeTags({ account, allow }: Caller, arn: string, current: Tags, desired: Tags): void {
  const removed = Object.keys(current).filter((key) => !(key in desired));
  const added = Object.fromEntries(Object.entries(desired).filter(([key, value]) => current[key] !== value));
  if (removed.length > 0) {
    allow("codeartifact:UntagResource", arn, requestTagKeys(removed));
    account.codeartifact.tags.remove(arn, removed);
  }
  if (Object.keys(added).length > 0) {
    allow("codeartifact:TagResource", arn, requestTags(added));
    account.codeartifact.tags.add(arn, added);
  }
}

/** The properties that have a value. */
export function given<Model extends object>(model: Model): Model {
  return Object.fromEntries(Object.entries(model).filter(([, value]) => value !== undefined)) as Model;
}

export function invalidRequest(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/**
 * What a handler calls an error of CodeArtifact.
 * Source: throwCfnException of aws-cloudformation/aws-cloudformation-resource-providers-codeartifact
 */
export function handlerErrorCode(code: string): string {
  return handlerErrorCodes[code] ?? "GeneralServiceException";
}

const handlerErrorCodes: Readonly<Record<string, string>> = {
  AccessDeniedException: "AccessDenied",
  ConflictException: "AlreadyExists",
  ResourceNotFoundException: "NotFound",
  ServiceQuotaExceededException: "ServiceLimitExceeded",
  ValidationException: "InvalidRequest",
  InternalServerException: "ServiceInternalError",
};
