import type { ResourceType, Tags } from "./resourceType";

interface KeyInputs {
  readonly description?: string;
  readonly enableKeyRotation?: boolean;
  readonly tags?: Tags;
}

/** `aws:kms/key:Key` */
export const createKey: ResourceType<KeyInputs> = (cloud, inputs) => {
  const { keyId, arn } = cloud.kms.createKey(inputs);
  return { id: keyId, state: { ...inputs, keyId, arn, tagsAll: inputs.tags ?? {} } };
};
