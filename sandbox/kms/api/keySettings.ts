import type {
  DisableKeyRotationCommandInput,
  DisableKeyRotationCommandOutput,
  EnableKeyRotationCommandInput,
  EnableKeyRotationCommandOutput,
  GetKeyPolicyCommandInput,
  GetKeyPolicyCommandOutput,
  GetKeyRotationStatusCommandInput,
  GetKeyRotationStatusCommandOutput,
  ListKeyPoliciesCommandInput,
  ListKeyPoliciesCommandOutput,
  ListResourceTagsCommandInput,
  ListResourceTagsCommandOutput,
  PutKeyPolicyCommandInput,
  PutKeyPolicyCommandOutput,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from "@aws-sdk/client-kms";
import type { SandboxContext } from "../../context";
import { requestTagKeys, requestTags } from "../../core/conditions";
import { constraintError, rangeError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { notFound, throwIfInvalid } from "../errors";
import type { Key } from "../kms";
import { checkTagCount, keyArnOf, pageOf, policyNameError, readTags } from "./checks";
import { requireFurtherPut } from "./lockout";

const getKeyPolicy: Operation<GetKeyPolicyCommandInput, GetKeyPolicyCommandOutput> = (
  context,
  { KeyId: keyId, PolicyName: name = "default" },
) => {
  const resource = keyArnOf(context, keyId);
  throwIfInvalid(policyNameError(name));
  return {
    resource,
    answer: () => {
      const { document } = context.account.kms.getKeyPolicy({ keyId: resource });
      requireDefault(name);
      return { Policy: document, PolicyName: name };
    },
  };
};

const putKeyPolicy: Operation<PutKeyPolicyCommandInput, PutKeyPolicyCommandOutput> = (
  context,
  { KeyId: keyId, PolicyName: name = "default", Policy: policy, BypassPolicyLockoutSafetyCheck: isBypassed = false },
) => {
  const resource = keyArnOf(context, keyId);
  throwIfInvalid(policyNameError(name), constraintError("policy", policy, { minLength: 1, maxLength: 131_072 }));
  return {
    resource,
    answer: (session) => {
      context.account.kms.describeKey({ keyId: resource });
      requireDefault(name);
      if (!isBypassed) {
        requireFurtherPut(context, session, policy);
      }
      context.account.kms.putKeyPolicy({ keyId: resource, policy });
      return {};
    },
  };
};

const listKeyPolicies: Operation<ListKeyPoliciesCommandInput, ListKeyPoliciesCommandOutput> = (context, input) => {
  const resource = keyArnOf(context, input.KeyId);
  const page = pageOf("ListKeyPolicies", input);
  return {
    resource,
    answer: () => {
      context.account.kms.describeKey({ keyId: resource });
      const { items, ...rest } = page(["default"], (name) => name);
      return { PolicyNames: items, ...rest };
    },
  };
};

const enableKeyRotation: Operation<EnableKeyRotationCommandInput, EnableKeyRotationCommandOutput> = (
  context,
  { KeyId: keyId, RotationPeriodInDays: days },
) => {
  const resource = keyArnOf(context, keyId);
  throwIfInvalid(days === undefined ? undefined : rangeError("rotationPeriodInDays", days, 90, 2560));
  return {
    resource,
    answer: () => {
      context.account.kms.enableKeyRotation({ keyId: resource, rotationPeriodInDays: days });
      return {};
    },
  };
};

const disableKeyRotation: Operation<DisableKeyRotationCommandInput, DisableKeyRotationCommandOutput> = (
  context,
  { KeyId: keyId },
) => {
  const resource = keyArnOf(context, keyId);
  return {
    resource,
    answer: () => {
      context.account.kms.disableKeyRotation({ keyId: resource });
      return {};
    },
  };
};

/** A key that waits for its deletion is not rotated, whatever it is set to. */
const getKeyRotationStatus: Operation<GetKeyRotationStatusCommandInput, GetKeyRotationStatusCommandOutput> = (
  context,
  { KeyId: keyId },
) => {
  const resource = keyArnOf(context, keyId);
  return {
    resource,
    answer: () => {
      const key = context.account.kms.describeKey({ keyId: resource });
      const isRotated = key.enableKeyRotation && key.keyState !== "PendingDeletion";
      return {
        KeyRotationEnabled: isRotated,
        KeyId: key.arn,
        ...(isRotated
          ? { RotationPeriodInDays: key.rotationPeriodInDays, NextRotationDate: nextRotation(context, key) }
          : {}),
      };
    },
  };
};

const tagResource: Operation<TagResourceCommandInput, TagResourceCommandOutput> = (context, input) => {
  const { kms } = context.account;
  const resource = keyArnOf(context, input.KeyId);
  const tags = readTags(input.Tags);
  return {
    resource,
    conditions: requestTags(tags),
    answer: () => {
      checkTagCount({ ...kms.describeKey({ keyId: resource }).tags, ...tags });
      kms.tagResource({ keyId: resource, tags });
      return {};
    },
  };
};

const untagResource: Operation<UntagResourceCommandInput, UntagResourceCommandOutput> = (context, input) => {
  const resource = keyArnOf(context, input.KeyId);
  return {
    resource,
    conditions: requestTagKeys(input.TagKeys),
    answer: () => {
      context.account.kms.untagResource({ keyId: resource, tagKeys: input.TagKeys });
      return {};
    },
  };
};

const listResourceTags: Operation<ListResourceTagsCommandInput, ListResourceTagsCommandOutput> = (context, input) => {
  const resource = keyArnOf(context, input.KeyId);
  const page = pageOf("ListResourceTags", input, 50, 50);
  return {
    resource,
    answer: () => {
      const { tags } = context.account.kms.describeKey({ keyId: resource });
      const { items, ...rest } = page(Object.entries(tags), ([key]) => key);
      return { Tags: items.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), ...rest };
    },
  };
};

/** The end of the period that is running. */
function nextRotation({ account }: SandboxContext, { rotatedSince, rotationPeriodInDays }: Key): Date {
  const period = rotationPeriodInDays * 24 * 60 * 60 * 1000;
  const since = rotatedSince.getTime();
  return new Date(since + period * (Math.floor((account.now().getTime() - since) / period) + 1));
}

/** A key has one policy, whose name is `default`. */
function requireDefault(name: string): void {
  if (name !== "default") {
    throw notFound("No such policy exists");
  }
}

/** Each at https://docs.aws.amazon.com/kms/latest/APIReference/API_NAME.html */
export const keySettingOperations = {
  GetKeyPolicy: getKeyPolicy,
  PutKeyPolicy: putKeyPolicy,
  ListKeyPolicies: listKeyPolicies,
  EnableKeyRotation: enableKeyRotation,
  DisableKeyRotation: disableKeyRotation,
  GetKeyRotationStatus: getKeyRotationStatus,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListResourceTags: listResourceTags,
};
