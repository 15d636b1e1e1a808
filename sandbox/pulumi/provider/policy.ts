import type { Cloud } from "../../account";
import type { Policy } from "../../iam/policies";
import { bridged, changes, foundAs, type Inputs, tagChanges, tags, tagsState } from "./bridged";
import { during, found, gone } from "./errors";
import { given, type Properties, type ResourceType, type Tags } from "./resourceType";

interface PolicyInputs {
  readonly name: string;
  readonly policy: string;
  readonly description?: string;
  readonly tags?: Tags;
}

const inputs: Inputs = {
  name: { required: true, replaces: true },
  description: { replaces: true },
  policy: { required: true, is: "policy" },
  ...tags,
};

/** `aws:iam/policy:Policy`. Source: internal/service/iam/policy.go of terraform-provider-aws */
export const policyType: ResourceType<PolicyInputs> = {
  ...bridged(inputs),
  computed: ["arn"],
  create: ({ iam }, { name: policyName, policy: policyDocument, description, tags }) => {
    const policy = during(`creating IAM Policy (${policyName})`, () =>
      iam.createPolicy({ policyName, policyDocument, description, tags }),
    );
    return { id: policy.arn, state: stateOf(policy) };
  },
  read: ({ iam }, policyArn) => {
    const policy = during(`reading IAM Policy (${policyArn})`, () => found(() => iam.getPolicy({ policyArn })));
    return policy && foundAs(inputs, stateOf(policy));
  },
  update: (cloud, policyArn, news, { state: old }) => {
    const { iam } = cloud;
    const { added, removed } = tagChanges(old, news);
    during(`updating tags for IAM Policy (${policyArn})`, () => {
      iam.untagPolicy({ policyArn, tagKeys: removed });
      iam.tagPolicy({ policyArn, tags: added });
    });
    if (changes(inputs, "policy", old, news)) {
      replaceDocument(cloud, policyArn, news.policy);
    }
    return stateOf(iam.getPolicy({ policyArn }));
  },
  delete: ({ iam }, policyArn) => {
    gone(`deleting IAM Policy (${policyArn})`, () => {
      for (const { versionId, isDefaultVersion } of iam.listPolicyVersions({ policyArn })) {
        if (!isDefaultVersion) {
          iam.deletePolicyVersion({ policyArn, versionId });
        }
      }
      iam.deletePolicy({ policyArn });
    });
  },
};

/** A document is never changed: another version comes into force, for which the oldest must go where there are five. */
function replaceDocument({ iam }: Cloud, policyArn: string, policyDocument: string): void {
  const versions = iam.listPolicyVersions({ policyArn });
  const oldest = versions.find(({ isDefaultVersion }) => !isDefaultVersion);
  if (versions.length >= 5 && oldest !== undefined) {
    iam.deletePolicyVersion({ policyArn, versionId: oldest.versionId });
  }
  const { versionId } = during(`creating IAM Policy (${policyArn})`, () =>
    iam.createPolicyVersion({ policyArn, policyDocument }),
  );
  during(`setting Default Policy version for IAM Policy (${policyArn})`, () => {
    iam.setDefaultPolicyVersion({ policyArn, versionId });
  });
}

function stateOf(policy: Policy): Properties {
  return given({
    name: policy.policyName,
    policy: policy.policyDocument,
    description: policy.description,
    arn: policy.arn,
    path: policy.path,
    ...tagsState(policy.tags),
  });
}
