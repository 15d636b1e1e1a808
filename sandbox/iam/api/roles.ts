import type * as aws from "@aws-sdk/client-iam";
import type { Operation } from "../../core/operation";
import { checkTagKeys, pageOf, roleTags, roleTarget } from "./checks";
import { requestTagKeys, requestTags } from "../../core/conditions";
import { listedRole, newRole, tagsOutput, wholeRole } from "./outputs";

/**
 * The condition key `iam:PermissionsBoundary` is the boundary that the request sets, so that a role without one can be kept
 * from being made.
 */
export const createRole: Operation<aws.CreateRoleCommandInput, aws.CreateRoleCommandOutput> = (context, input) => {
  const { iam, partition, accountId } = context.account;
  const { RoleName: roleName, Path: path = "/", PermissionsBoundary: permissionsBoundary } = input;
  const tags = roleTags(input.Tags);
  roleTarget(context, roleName);
  return {
    resource: `arn:${partition}:iam::${accountId}:role${path}${roleName}`,
    conditions: {
      ...requestTags(tags),
      ...(permissionsBoundary === undefined ? {} : { "iam:PermissionsBoundary": permissionsBoundary }),
    },
    answer: () => {
      if (permissionsBoundary !== undefined) {
        iam.policies.checkBoundary(permissionsBoundary);
      }
      const role = iam.roles.create({
        roleName,
        path,
        assumeRolePolicyDocument: input.AssumeRolePolicyDocument,
        description: input.Description,
        maxSessionDuration: input.MaxSessionDuration,
        permissionsBoundary,
        tags,
      });
      return { Role: newRole(role) };
    },
  };
};

export const getRole: Operation<aws.GetRoleCommandInput, aws.GetRoleCommandOutput> = (context, input) => {
  const { resource, boundary } = roleTarget(context, input.RoleName);
  return {
    resource,
    conditions: boundary,
    answer: () => ({ Role: wholeRole(context.account.iam.roles.get({ roleName: input.RoleName })) }),
  };
};

/** A list has less of each role: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export const listRoles: Operation<aws.ListRolesCommandInput, aws.ListRolesCommandOutput> = (
  { account: { iam } },
  input,
) => {
  const { PathPrefix: prefix = "/" } = input;
  const page = pageOf("ListRoles", input);
  return {
    resource: "*",
    answer: () => {
      const roles = iam.roles.list().filter(({ path }) => path.startsWith(prefix));
      const { items, ...rest } = page(roles, ({ arn }) => arn);
      return { Roles: items.map(listedRole), ...rest };
    },
  };
};

/** What the request leaves out stays as it is. */
export const updateRole: Operation<aws.UpdateRoleCommandInput, aws.UpdateRoleCommandOutput> = (context, input) => {
  const { resource, boundary } = roleTarget(context, input.RoleName);
  return {
    resource,
    conditions: boundary,
    answer: () => {
      context.account.iam.roles.update({
        roleName: input.RoleName,
        description: input.Description,
        maxSessionDuration: input.MaxSessionDuration,
      });
      return {};
    },
  };
};

export const updateRoleDescription: Operation<
  aws.UpdateRoleDescriptionCommandInput,
  aws.UpdateRoleDescriptionCommandOutput
> = (context, { RoleName: roleName, Description: description }) => {
  const { resource, boundary } = roleTarget(context, roleName);
  return {
    resource,
    conditions: boundary,
    answer: () => {
      const role = context.account.iam.roles.update({ roleName, description });
      return { Role: { ...newRole(role), Description: role.description } };
    },
  };
};

export const updateAssumeRolePolicy: Operation<
  aws.UpdateAssumeRolePolicyCommandInput,
  aws.UpdateAssumeRolePolicyCommandOutput
> = (context, { RoleName: roleName, PolicyDocument: policyDocument }) => {
  const { resource, boundary } = roleTarget(context, roleName);
  return {
    resource,
    conditions: boundary,
    answer: () => {
      context.account.iam.roles.updateTrust({ roleName, policyDocument });
      return {};
    },
  };
};

export const deleteRole: Operation<aws.DeleteRoleCommandInput, aws.DeleteRoleCommandOutput> = (context, input) => {
  const { resource, boundary } = roleTarget(context, input.RoleName);
  return {
    resource,
    conditions: boundary,
    answer: () => {
      context.account.iam.roles.delete({ roleName: input.RoleName });
      return {};
    },
  };
};

/** The condition key `iam:PermissionsBoundary` is the new boundary. */
export const putRolePermissionsBoundary: Operation<
  aws.PutRolePermissionsBoundaryCommandInput,
  aws.PutRolePermissionsBoundaryCommandOutput
> = (context, { RoleName: roleName, PermissionsBoundary: permissionsBoundary }) => {
  const { resource, conditions } = roleTarget(context, roleName);
  return {
    resource,
    conditions: { ...conditions, "iam:PermissionsBoundary": permissionsBoundary },
    answer: () => {
      const { policies, roles } = context.account.iam;
      roles.get({ roleName });
      policies.checkBoundary(permissionsBoundary);
      roles.putBoundary({ roleName, permissionsBoundary });
      return {};
    },
  };
};

export const deleteRolePermissionsBoundary: Operation<
  aws.DeleteRolePermissionsBoundaryCommandInput,
  aws.DeleteRolePermissionsBoundaryCommandOutput
> = (context, { RoleName: roleName }) => {
  const { resource, boundary } = roleTarget(context, roleName);
  return {
    resource,
    conditions: boundary,
    answer: () => {
      context.account.iam.roles.deleteBoundary({ roleName });
      return {};
    },
  };
};

export const tagRole: Operation<aws.TagRoleCommandInput, aws.TagRoleCommandOutput> = (context, input) => {
  const { RoleName: roleName } = input;
  const { resource, conditions } = roleTarget(context, roleName);
  const tags = roleTags(input.Tags);
  return {
    resource,
    conditions: { ...conditions, ...requestTags(tags) },
    answer: () => {
      context.account.iam.roles.tag({ roleName, tags });
      return {};
    },
  };
};

export const untagRole: Operation<aws.UntagRoleCommandInput, aws.UntagRoleCommandOutput> = (
  context,
  { RoleName: roleName, TagKeys: tagKeys },
) => {
  const { resource, conditions } = roleTarget(context, roleName);
  checkTagKeys(tagKeys);
  return {
    resource,
    conditions: { ...conditions, ...requestTagKeys(tagKeys) },
    answer: () => {
      context.account.iam.roles.untag({ roleName, tagKeys });
      return {};
    },
  };
};

export const listRoleTags: Operation<aws.ListRoleTagsCommandInput, aws.ListRoleTagsCommandOutput> = (
  context,
  input,
) => {
  const target = roleTarget(context, input.RoleName);
  const page = pageOf("ListRoleTags", input);
  return {
    ...target,
    answer: () => {
      const { tags } = context.account.iam.roles.get({ roleName: input.RoleName });
      const { items, ...rest } = page(tagsOutput(tags), ({ Key = "" }) => Key);
      return { Tags: items, ...rest };
    },
  };
};

/** There are no instance profiles here: a role has none. */
export const listInstanceProfilesForRole: Operation<
  aws.ListInstanceProfilesForRoleCommandInput,
  aws.ListInstanceProfilesForRoleCommandOutput
> = (context, input) => {
  const target = roleTarget(context, input.RoleName);
  pageOf("ListInstanceProfilesForRole", input);
  return {
    ...target,
    answer: () => {
      context.account.iam.roles.get({ roleName: input.RoleName });
      return { InstanceProfiles: [], IsTruncated: false };
    },
  };
};
