import type { Tags } from "../../core/identifiers";
import type { Key } from "../../kms/kms";
import { bridged, changes, foundAs, type Inputs, tagChanges, tags, tagsState } from "./bridged";
import { deleteIfExists, given, ignoreNotFound, type Properties, type ResourceType, withContext } from "./resourceType";

interface KeyInputs {
  readonly description?: string;
  readonly enableKeyRotation?: boolean;
  readonly deletionWindowInDays?: number;
  readonly tags?: Tags;
}

const inputs: Inputs = {
  description: { computed: true },
  enableKeyRotation: { default: false },
  deletionWindowInDays: { computed: true, range: [7, 30] },
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
    const key = withContext("creating KMS Key", () => kms.createKey(news));
    return { id: key.keyId, state: stateOf(key) };
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
    description: key.description === "" ? undefined : key.description,
    enableKeyRotation: key.enableKeyRotation,
    keyId: key.keyId,
    arn: key.arn,
    ...tagsState(key.tags),
  });
}
