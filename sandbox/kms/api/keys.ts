import { createHash } from "node:crypto";
import type {
  CancelKeyDeletionCommandInput,
  CancelKeyDeletionCommandOutput,
  CreateKeyCommandInput,
  CreateKeyCommandOutput,
  DescribeKeyCommandInput,
  DescribeKeyCommandOutput,
  DisableKeyCommandInput,
  DisableKeyCommandOutput,
  EnableKeyCommandInput,
  EnableKeyCommandOutput,
  KeyMetadata,
  ListKeysCommandInput,
  ListKeysCommandOutput,
  ScheduleKeyDeletionCommandInput,
  ScheduleKeyDeletionCommandOutput,
  UpdateKeyDescriptionCommandInput,
  UpdateKeyDescriptionCommandOutput,
} from "@aws-sdk/client-kms";
import type { SandboxContext } from "../../context";
import { requestTags } from "../../core/conditions";
import { notModelled } from "../../core/awsError";
import { choiceError, constraintError, rangeError } from "../../core/constraints";
import { type Answer } from "../../core/model";
import type { Operation } from "../../core/operation";
import { throwIfInvalid } from "../errors";
import type { Key } from "../kms";
import { checkTagCount, describedKey, keyArnOf, keyOrAliasArnOf, pageOf, readTags } from "./checks";
import { requireFurtherPut } from "./lockout";

// https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
const description = { maxLength: 8192 };
const formerKeySpecs = (
  "RSA_2048 ECC_NIST_P384 ECC_NIST_P256 ECC_NIST_P521 HMAC_384 RSA_3072 ECC_SECG_P256K1 RSA_4096 SYMMETRIC_DEFAULT " +
  "HMAC_256 HMAC_224 HMAC_512 SM2"
).split(" ");
const laterKeySpecs = ["ML_DSA_44", "ML_DSA_65", "ML_DSA_87", "ECC_NIST_EDWARDS25519"];

const createKey: Operation<CreateKeyCommandInput, CreateKeyCommandOutput> = (context, input) => {
  const { kms } = context.account;
  const { Description: text, Policy: policy, BypassPolicyLockoutSafetyCheck: isBypassed = false } = input;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- Terraform's provider sends it
  const { KeyUsage: usage, CustomerMasterKeySpec: formerSpec, KeySpec: spec = formerSpec, Origin: origin } = input;
  throwIfInvalid(
    constraintError("description", text, description),
    choiceError("keyUsage", usage, ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"]),
    choiceError("customerMasterKeySpec", formerSpec, formerKeySpecs),
    choiceError("keySpec", input.KeySpec, [...formerKeySpecs, ...laterKeySpecs]),
    choiceError("origin", origin, ["AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"]),
    input.KeySpec !== undefined && formerSpec !== undefined
      ? "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated."
      : undefined,
    // https://github.com/localstack/localstack/blob/main/tests/aws/services/kms/test_kms.snapshot.json
    usage === undefined && spec !== undefined && spec !== "SYMMETRIC_DEFAULT"
      ? "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys."
      : undefined,
  );
  const tags = readTags(input.Tags);
  return {
    resource: "*",
    conditions: requestTags(tags),
    answer: (session) => {
      const others = [
        usage === undefined || usage === "ENCRYPT_DECRYPT" ? [] : [`KeyUsage ${usage}`],
        spec === undefined || spec === "SYMMETRIC_DEFAULT" ? [] : [`KeySpec ${spec}`],
        origin === undefined || origin === "AWS_KMS" ? [] : [`Origin ${origin}`],
        input.MultiRegion === true ? ["MultiRegion true"] : [],
        input.CustomKeyStoreId === undefined ? [] : ["CustomKeyStoreId"],
        input.XksKeyId === undefined ? [] : ["XksKeyId"],
      ].flat();
      if (others.length > 0) {
        throw notModelled(`${others.join(", ")}: only symmetric keys of one region, made by KMS, are modelled.`);
      }
      checkTagCount(tags);
      if (policy !== undefined && !isBypassed) {
        requireFurtherPut(context, session, policy);
      }
      return { KeyMetadata: metadataOf(context, kms.createKey({ description: text, tags, policy })) };
    },
  };
};

const describeKey: Operation<DescribeKeyCommandInput, DescribeKeyCommandOutput> = (context, { KeyId: keyId }) => {
  const resource = keyOrAliasArnOf(context, keyId);
  return { resource, answer: () => ({ KeyMetadata: metadataOf(context, describedKey(context, resource)) }) };
};

const listKeys: Operation<ListKeysCommandInput, ListKeysCommandOutput> = ({ account: { kms } }, input) => {
  const page = pageOf("ListKeys", input);
  return {
    resource: "*",
    answer: () => {
      const { items, ...rest } = page(kms.listKeys(), ({ arn }) => arn);
      return { Keys: items.map(({ keyId, arn }) => ({ KeyId: keyId, KeyArn: arn })), ...rest };
    },
  };
};

const enableKey: Operation<EnableKeyCommandInput, EnableKeyCommandOutput> = (context, { KeyId: keyId }) => {
  const resource = keyArnOf(context, keyId);
  return {
    resource,
    answer: () => {
      context.account.kms.enableKey({ keyId: resource });
      return {};
    },
  };
};

const disableKey: Operation<DisableKeyCommandInput, DisableKeyCommandOutput> = (context, { KeyId: keyId }) => {
  const resource = keyArnOf(context, keyId);
  return {
    resource,
    answer: () => {
      context.account.kms.disableKey({ keyId: resource });
      return {};
    },
  };
};

const updateKeyDescription: Operation<UpdateKeyDescriptionCommandInput, UpdateKeyDescriptionCommandOutput> = (
  context,
  { KeyId: keyId, Description: text },
) => {
  const resource = keyArnOf(context, keyId);
  throwIfInvalid(constraintError("description", text, description));
  return {
    resource,
    answer: () => {
      context.account.kms.updateKeyDescription({ keyId: resource, description: text });
      return {};
    },
  };
};

const scheduleKeyDeletion: Operation<ScheduleKeyDeletionCommandInput, ScheduleKeyDeletionCommandOutput> = (
  context,
  { KeyId: keyId, PendingWindowInDays: days = 30 },
) => {
  const resource = keyArnOf(context, keyId);
  throwIfInvalid(rangeError("pendingWindowInDays", days, 7, 30));
  return {
    resource,
    answer: () => {
      const key = context.account.kms.scheduleKeyDeletion({ keyId: resource, pendingWindowInDays: days });
      return {
        KeyId: key.arn,
        DeletionDate: key.deletionDate,
        KeyState: key.keyState,
        PendingWindowInDays: days,
      };
    },
  };
};

const cancelKeyDeletion: Operation<CancelKeyDeletionCommandInput, CancelKeyDeletionCommandOutput> = (
  context,
  { KeyId: keyId },
) => {
  const resource = keyArnOf(context, keyId);
  return {
    resource,
    answer: () => ({ KeyId: context.account.kms.cancelKeyDeletion({ keyId: resource }).arn }),
  };
};

function metadataOf({ account }: SandboxContext, key: Key): Answer<KeyMetadata> {
  return {
    AWSAccountId: account.accountId,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: key.creationDate,
    Enabled: key.keyState === "Enabled",
    Description: key.description,
    KeyUsage: "ENCRYPT_DECRYPT",
    KeyState: key.keyState,
    DeletionDate: key.deletionDate,
    Origin: "AWS_KMS",
    KeyManager: key.keyManager,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- AWS answers with both
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    KeySpec: "SYMMETRIC_DEFAULT",
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    MultiRegion: false,
    CurrentKeyMaterialId: createHash("sha256").update(`${key.arn} material`).digest("hex"),
  };
}

/** Each at https://docs.aws.amazon.com/kms/latest/APIReference/API_NAME.html */
export const keyOperations = {
  CreateKey: createKey,
  DescribeKey: describeKey,
  ListKeys: listKeys,
  EnableKey: enableKey,
  DisableKey: disableKey,
  UpdateKeyDescription: updateKeyDescription,
  ScheduleKeyDeletion: scheduleKeyDeletion,
  CancelKeyDeletion: cancelKeyDeletion,
};
