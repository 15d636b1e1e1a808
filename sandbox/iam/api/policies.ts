import type * as aws from "@aws-sdk/client-iam";
import { notModelled } from "../../core/awsError";
import { choiceError, constraintError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { policyNameError } from "../checks";
import { throwIfInvalid } from "../errors";
import { policyUsages } from "../managedPolicies";
import { checkTagKeys, otherTags, pageOf, policyTarget } from "./checks";
import { requestTagKeys, requestTags } from "../../core/conditions";
import { listedPolicy, listedVersion, tagsOutput, wholeVersion } from "./outputs";

export const createPolicy: Operation<aws.CreatePolicyCommandInput, aws.CreatePolicyCommandOutput> = (
  { account: { iam, partition, accountId } },
  input,
) => {
  const { PolicyName: policyName, Path: path = "/" } = input;
  throwIfInvalid(policyNameError(policyName));
  const tags = otherTags(input.Tags);
  return {
    resource: `arn:${partition}:iam::${accountId}:policy${path}${policyName}`,
    conditions: requestTags(tags),
    answer: () => {
      const { PolicyDocument: policyDocument, Description: description } = input;
      const policy = iam.policies.create({ policyName, path, policyDocument, description, tags });
      return { Policy: { ...listedPolicy(policy), Tags: input.Tags?.length ? tagsOutput(policy.tags) : undefined } };
    },
  };
};

export const getPolicy: Operation<aws.GetPolicyCommandInput, aws.GetPolicyCommandOutput> = (
  context,
  { PolicyArn: policyArn },
) => ({
  ...policyTarget(context, policyArn),
  answer: () => {
    const policy = context.account.iam.policies.get({ policyArn });
    return {
      Policy: { ...listedPolicy(policy), Description: policy.description, Tags: tagsOutput(policy.tags) },
    };
  },
});

/** A list has less of each policy: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html */
export const listPolicies: Operation<aws.ListPoliciesCommandInput, aws.ListPoliciesCommandOutput> = (
  { account: { iam } },
  input,
) => {
  const {
    Scope: scope = "All",
    PathPrefix: prefix = "/",
    OnlyAttached: isOnlyAttached = false,
    PolicyUsageFilter: usage,
  } = input;
  throwIfInvalid(
    choiceError("scope", scope, ["All", "AWS", "Local"]),
    choiceError("policyUsageFilter", usage, policyUsages),
  );
  const page = pageOf("ListPolicies", input);
  return {
    resource: "*",
    answer: () => {
      if (scope !== "Local") {
        throw notModelled(
          `Scope ${scope} includes all policies of AWS, which the sandbox does not have. Ask for scope Local.`,
        );
      }
      const policies = iam.policies
        .list()
        .filter(
          ({ path, attachmentCount, permissionsBoundaryUsageCount }) =>
            path.startsWith(prefix) &&
            (!isOnlyAttached || attachmentCount > 0) &&
            (usage !== "PermissionsPolicy" || attachmentCount > 0) &&
            (usage !== "PermissionsBoundary" || permissionsBoundaryUsageCount > 0),
        );
      const { items, ...rest } = page(policies, ({ arn }) => arn);
      return { Policies: items.map(listedPolicy), ...rest };
    },
  };
};

export const deletePolicy: Operation<aws.DeletePolicyCommandInput, aws.DeletePolicyCommandOutput> = (
  context,
  { PolicyArn: policyArn },
) => ({
  ...policyTarget(context, policyArn),
  answer: () => {
    context.account.iam.policies.delete({ policyArn });
    return {};
  },
});

export const createPolicyVersion: Operation<
  aws.CreatePolicyVersionCommandInput,
  aws.CreatePolicyVersionCommandOutput
> = (context, { PolicyArn: policyArn, PolicyDocument: policyDocument, SetAsDefault: isDefault = false }) => ({
  ...policyTarget(context, policyArn),
  answer: () => {
    const { policies } = context.account.iam;
    const { versionId } = policies.createVersion({ policyArn, policyDocument });
    if (isDefault) {
      policies.setDefaultVersion({ policyArn, versionId });
    }
    return { PolicyVersion: listedVersion(policies.getVersion({ policyArn, versionId })) };
  },
});

export const getPolicyVersion: Operation<aws.GetPolicyVersionCommandInput, aws.GetPolicyVersionCommandOutput> = (
  context,
  { PolicyArn: policyArn, VersionId: versionId },
) => {
  checkVersionId(versionId);
  return {
    ...policyTarget(context, policyArn),
    answer: () => ({
      PolicyVersion: wholeVersion(context.account.iam.policies.getVersion({ policyArn, versionId })),
    }),
  };
};

/** The newest first, as recorded answers have them. */
export const listPolicyVersions: Operation<aws.ListPolicyVersionsCommandInput, aws.ListPolicyVersionsCommandOutput> = (
  context,
  input,
) => {
  const { PolicyArn: policyArn } = input;
  const page = pageOf("ListPolicyVersions", input);
  return {
    ...policyTarget(context, policyArn),
    answer: () => {
      const versions = [...context.account.iam.policies.listVersions({ policyArn })].reverse();
      const { items, ...rest } = page(versions, ({ versionId }) => versionId);
      return { Versions: items.map(listedVersion), ...rest };
    },
  };
};

export const setDefaultPolicyVersion: Operation<
  aws.SetDefaultPolicyVersionCommandInput,
  aws.SetDefaultPolicyVersionCommandOutput
> = (context, { PolicyArn: policyArn, VersionId: versionId }) => {
  checkVersionId(versionId);
  return {
    ...policyTarget(context, policyArn),
    answer: () => {
      context.account.iam.policies.setDefaultVersion({ policyArn, versionId });
      return {};
    },
  };
};

export const deletePolicyVersion: Operation<
  aws.DeletePolicyVersionCommandInput,
  aws.DeletePolicyVersionCommandOutput
> = (context, { PolicyArn: policyArn, VersionId: versionId }) => {
  checkVersionId(versionId);
  return {
    ...policyTarget(context, policyArn),
    answer: () => {
      context.account.iam.policies.deleteVersion({ policyArn, versionId });
      return {};
    },
  };
};

export const tagPolicy: Operation<aws.TagPolicyCommandInput, aws.TagPolicyCommandOutput> = (context, input) => {
  const { resource, conditions } = policyTarget(context, input.PolicyArn);
  const tags = otherTags(input.Tags);
  return {
    resource,
    conditions: { ...conditions, ...requestTags(tags) },
    answer: () => {
      context.account.iam.policies.tag({ policyArn: input.PolicyArn, tags });
      return {};
    },
  };
};

export const untagPolicy: Operation<aws.UntagPolicyCommandInput, aws.UntagPolicyCommandOutput> = (
  context,
  { PolicyArn: policyArn, TagKeys: tagKeys },
) => {
  const { resource, conditions } = policyTarget(context, policyArn);
  checkTagKeys(tagKeys);
  return {
    resource,
    conditions: { ...conditions, ...requestTagKeys(tagKeys) },
    answer: () => {
      context.account.iam.policies.untag({ policyArn, tagKeys });
      return {};
    },
  };
};

export const listPolicyTags: Operation<aws.ListPolicyTagsCommandInput, aws.ListPolicyTagsCommandOutput> = (
  context,
  input,
) => {
  const page = pageOf("ListPolicyTags", input);
  return {
    ...policyTarget(context, input.PolicyArn),
    answer: () => {
      const { tags } = context.account.iam.policies.get({ policyArn: input.PolicyArn });
      const { items, ...rest } = page(tagsOutput(tags), ({ Key = "" }) => Key);
      return { Tags: items, ...rest };
    },
  };
};

export const listEntitiesForPolicy: Operation<
  aws.ListEntitiesForPolicyCommandInput,
  aws.ListEntitiesForPolicyCommandOutput
> = (context, input) => {
  const { iam } = context.account;
  const {
    PolicyArn: policyArn,
    PathPrefix: prefix = "/",
    PolicyUsageFilter: usage,
    EntityFilter: kind = "Role",
  } = input;
  const target = policyTarget(context, policyArn);
  throwIfInvalid(
    choiceError("policyUsageFilter", usage, policyUsages),
    choiceError("entityFilter", kind, ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"]),
  );
  const page = pageOf("ListEntitiesForPolicy", input);
  return {
    ...target,
    answer: () => {
      const usages = policyUsages.filter((one) => usage === undefined || one === usage);
      const roles = new Set(usages.flatMap((one) => iam.policies.rolesWith({ policyArn, usage: one })));
      const found = [...roles].filter(({ path }) => kind === "Role" && path.startsWith(prefix));
      const { items, ...rest } = page(found, ({ arn }) => arn);
      const policyRoles = items.map(({ roleName, roleId }) => ({ RoleName: roleName, RoleId: roleId }));
      return { PolicyGroups: [], PolicyUsers: [], PolicyRoles: policyRoles, ...rest };
    },
  };
};

function checkVersionId(versionId: string): void {
  throwIfInvalid(constraintError("versionId", versionId, { pattern: "v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?" }));
}
