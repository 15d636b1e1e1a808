import type { Tags } from "../../core/identifiers";
import type { Key } from "../../kms/kms";
import { bridged, changes, foundAs, type Inputs, tagChanges, tags, tagsState, textOf } from "./bridged";
import { deleteIfExists, given, ignoreNotFound, type Properties, type ResourceType, withContext } from "./resourceType";

interface KeyInputs {
  readonly description?: string;
  readonly enableKeyRotation?: boolean;
  readonly deletionWindowInDays?: number;
  readonly isEnabled?: boolean;
  readonly tags?: Tags;
}

const inputs: Inputs = {
  description: { computed: true },
  enableKeyRotation: { default: false },
  deletionWindowInDays: { computed: true, range: [7, 30] },
  isEnabled: { default: true },
  ...tags,
};

/**
 * `aws:kms/key:Key`. A key that waits for its deletion counts as gone.
 * Source: internal/service/kms/key.go of terraform-provider-aws
 */
export const keyType: ResourceType<KeyInputs> = {
  ...bridged(inputs),
  computed: ["arn", "keyId"],
  create: ({ kms }, news) => {
    const { keyId } = withContext("creating KMS Key", () => kms.createKey(news));
    if (news.isEnabled === false) {
      withContext(`disabling KMS Key (${keyId})`, () => {
        kms.disableKey({ keyId });
      });
    }
    return { id: keyId, state: stateOf(kms.describeKey({ keyId })) };
  },
  read: ({ kms }, keyId) => {
    const key = withContext(`reading KMS Key (${keyId})`, () => ignoreNotFound(() => kms.describeKey({ keyId })));
    return key === undefined || key.keyState === "PendingDeletion" ? undefined : foundAs(inputs, stateOf(key));
  },
  update: ({ kms }, keyId, news, { state: old }) => {
    const { added, removed } = tagChanges(old, news);
    withContext(`updating tags for KMS Key (${keyId})`, () => {
      kms.untagResource({ keyId, tagKeys: removed });
      kms.tagResource({ keyId, tags: added });
    });
    const isEnablingChanged = changes(inputs, "isEnabled", old, news);
    // The rotation of a disabled key cannot be changed.
    if (isEnablingChanged && news.isEnabled !== false) {
      withContext(`enabling KMS Key (${keyId})`, () => {
        kms.enableKey({ keyId });
      });
    }
    if (changes(inputs, "enableKeyRotation", old, news)) {
      withContext(`updating KMS Key (${keyId}) rotation`, () => {
        if (news.enableKeyRotation === true) {
          kms.enableKeyRotation({ keyId });
        } else {
          kms.disableKeyRotation({ keyId });
        }
      });
    }
    if (changes(inputs, "description", old, news)) {
      withContext(`updating KMS Key (${keyId}) description`, () => {
        kms.updateKeyDescription({ keyId, description: news.description ?? "" });
      });
    }
    if (isEnablingChanged && news.isEnabled === false) {
      withContext(`disabling KMS Key (${keyId})`, () => {
        kms.disableKey({ keyId });
      });
    }
    return stateOf(kms.describeKey({ keyId }));
  },
  delete: ({ kms }, keyId, { deletionWindowInDays }) => {
    deleteIfExists(`deleting KMS Key (${keyId})`, () => {
      if (kms.describeKey({ keyId }).keyState !== "PendingDeletion") {
        kms.scheduleKeyDeletion({ keyId, pendingWindowInDays: deletionWindowInDays as number | undefined });
      }
    });
  },
};

function stateOf(key: Key): Properties {
  return given({
    description: textOf(key.description),
    enableKeyRotation: key.enableKeyRotation,
    isEnabled: key.keyState === "Enabled",
    keyId: key.keyId,
    arn: key.arn,
    ...tagsState(key.tags),
  });
}
