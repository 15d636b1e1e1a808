import type { SandboxAccount } from "../../account";
import type { Policy } from "../../iam/policies";
import { bridged, changes, foundAs, type Inputs, tagChanges, tags, tagsState } from "./bridged";
import { withContext, ignoreNotFound, deleteIfExists } from "./errors";
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
    const policy = withContext(`creating IAM Policy (${policyName})`, () =>
      iam.policies.create({ policyName, policyDocument, description, tags }),
    );
    return { id: policy.arn, state: stateOf(policy) };
  },
  read: ({ iam }, policyArn) => {
    const policy = withContext(`reading IAM Policy (${policyArn})`, () =>
      ignoreNotFound(() => iam.policies.get({ policyArn })),
    );
    return policy && foundAs(inputs, stateOf(policy));
  },
  update: (account, policyArn, news, { state: old }) => {
    const { iam } = account;
    const { added, removed } = tagChanges(old, news);
    withContext(`updating tags for IAM Policy (${policyArn})`, () => {
      iam.policies.untag({ policyArn, tagKeys: removed });
      iam.policies.tag({ policyArn, tags: added });
    });
    if (changes(inputs, "policy", old, news)) {
      replaceDocument(account, policyArn, news.policy);
    }
    return stateOf(iam.policies.get({ policyArn }));
  },
  delete: ({ iam }, policyArn) => {
    deleteIfExists(`deleting IAM Policy (${policyArn})`, () => {
      for (const { versionId, isDefaultVersion } of iam.policies.listVersions({ policyArn })) {
        if (!isDefaultVersion) {
          iam.policies.deleteVersion({ policyArn, versionId });
        }
      }
      iam.policies.delete({ policyArn });
    });
  },
};

/** A document is never changed: another version comes into force, for which the oldest must go where there are five. */
function replaceDocument({ iam }: SandboxAccount, policyArn: string, policyDocument: string): void {
  const versions = iam.policies.listVersions({ policyArn });
  const oldest = versions.find(({ isDefaultVersion }) => !isDefaultVersion);
  if (versions.length >= 5 && oldest !== undefined) {
    iam.policies.deleteVersion({ policyArn, versionId: oldest.versionId });
  }
  const { versionId } = withContext(`creating IAM Policy (${policyArn})`, () =>
    iam.policies.createVersion({ policyArn, policyDocument }),
  );
  withContext(`setting Default Policy version for IAM Policy (${policyArn})`, () => {
    iam.policies.setDefaultVersion({ policyArn, versionId });
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
