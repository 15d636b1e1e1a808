import { bridged, foundAs, type Inputs } from "./bridged";
import { withContext, ignoreNotFound, deleteIfExists } from "./errors";
import type { ResourceType } from "./resourceType";

interface RolePolicyAttachmentInputs {
  readonly role: string;
  readonly policyArn: string;
}

const inputs: Inputs = {
  role: { required: true, replaces: true },
  policyArn: { required: true, replaces: true, is: "arn" },
};

const { check, diff, ...declared } = bridged(inputs);

/**
 * `aws:iam/rolePolicyAttachment:RolePolicyAttachment`. There is nothing to update. Where the program does not choose, the old
 * attachment goes first.
 * Sources: internal/service/iam/role_policy_attachment.go of terraform-provider-aws; provider/resources.go of pulumi-aws
 */
export const rolePolicyAttachmentType: ResourceType<RolePolicyAttachmentInputs> = {
  ...declared,
  check,
  diff: (state, news) => {
    const difference = diff(state, news);
    return { ...difference, deleteBeforeReplace: difference.replaces.length > 0 };
  },
  computed: [],
  create: ({ iam }, { role, policyArn }) => {
    withContext(`attaching IAM Policy (${policyArn}) to IAM Role (${role})`, () => {
      iam.policies.attach({ roleName: role, policyArn });
    });
    return { id: `${role}/${policyArn}`, state: { role, policyArn } };
  },
  read: ({ iam }, id) => {
    const { role, policyArn } = parsed(id);
    const attached = withContext(`reading IAM Role Policy Attachment (${role}:${policyArn})`, () =>
      ignoreNotFound(() => iam.policies.attached({ roleName: role })),
    );
    return attached?.some((policy) => policy.policyArn === policyArn) === true
      ? foundAs(inputs, { role, policyArn })
      : undefined;
  },
  update: (_cloud, _id, news) => ({ ...news }),
  delete: ({ iam }, id) => {
    const { role, policyArn } = parsed(id);
    deleteIfExists(`detaching IAM Policy (${policyArn}) from IAM Role (${role})`, () => {
      iam.policies.detach({ roleName: role, policyArn });
    });
  },
};

function parsed(id: string): RolePolicyAttachmentInputs {
  const slash = id.indexOf("/");
  return { role: id.slice(0, slash), policyArn: id.slice(slash + 1) };
}
