import type * as aws from "@aws-sdk/client-iam";
import type { Operation } from "../../core/operation";
import { policyArnError, policyNameError } from "../checks";
import { throwIfInvalid } from "../errors";
import { pageOf, roleTarget } from "./checks";
import { encodedDocument } from "./outputs";

export const putRolePolicy: Operation<aws.PutRolePolicyCommandInput, aws.PutRolePolicyCommandOutput> = (
  context,
  { RoleName: roleName, PolicyName: policyName, PolicyDocument: policyDocument },
) => {
  const { resource, boundary } = roleTarget(context, roleName);
  throwIfInvalid(policyNameError(policyName));
  return {
    resource,
    conditions: boundary,
    answer: () => {
      context.account.iam.roles.putPolicy({ roleName, policyName, policyDocument });
      return {};
    },
  };
};

export const getRolePolicy: Operation<aws.GetRolePolicyCommandInput, aws.GetRolePolicyCommandOutput> = (
  context,
  { RoleName: roleName, PolicyName: policyName },
) => {
  const target = roleTarget(context, roleName);
  throwIfInvalid(policyNameError(policyName));
  return {
    ...target,
    answer: () => {
      const policy = context.account.iam.roles.getPolicy({ roleName, policyName });
      return {
        RoleName: policy.roleName,
        PolicyName: policy.policyName,
        PolicyDocument: encodedDocument(policy.policyDocument),
      };
    },
  };
};

export const listRolePolicies: Operation<aws.ListRolePoliciesCommandInput, aws.ListRolePoliciesCommandOutput> = (
  context,
  input,
) => {
  const target = roleTarget(context, input.RoleName);
  const page = pageOf("ListRolePolicies", input);
  return {
    ...target,
    answer: () => {
      const names = context.account.iam.roles.listPolicies({ roleName: input.RoleName });
      const { items, ...rest } = page(names, (name) => name);
      return { PolicyNames: items, ...rest };
    },
  };
};

export const deleteRolePolicy: Operation<aws.DeleteRolePolicyCommandInput, aws.DeleteRolePolicyCommandOutput> = (
  context,
  { RoleName: roleName, PolicyName: policyName },
) => {
  const { resource, boundary } = roleTarget(context, roleName);
  throwIfInvalid(policyNameError(policyName));
  return {
    resource,
    conditions: boundary,
    answer: () => {
      context.account.iam.roles.deletePolicy({ roleName, policyName });
      return {};
    },
  };
};

export const attachRolePolicy: Operation<aws.AttachRolePolicyCommandInput, aws.AttachRolePolicyCommandOutput> = (
  context,
  { RoleName: roleName, PolicyArn: policyArn },
) => {
  const { resource, boundary } = roleTarget(context, roleName);
  throwIfInvalid(policyArnError("policyArn", policyArn));
  return {
    resource,
    conditions: { ...boundary, "iam:PolicyARN": policyArn },
    answer: () => {
      context.account.iam.policies.attach({ roleName, policyArn });
      return {};
    },
  };
};

export const detachRolePolicy: Operation<aws.DetachRolePolicyCommandInput, aws.DetachRolePolicyCommandOutput> = (
  context,
  { RoleName: roleName, PolicyArn: policyArn },
) => {
  const { resource, boundary } = roleTarget(context, roleName);
  throwIfInvalid(policyArnError("policyArn", policyArn));
  return {
    resource,
    conditions: { ...boundary, "iam:PolicyARN": policyArn },
    answer: () => {
      context.account.iam.policies.detach({ roleName, policyArn });
      return {};
    },
  };
};

export const listAttachedRolePolicies: Operation<
  aws.ListAttachedRolePoliciesCommandInput,
  aws.ListAttachedRolePoliciesCommandOutput
> = (context, input) => {
  const target = roleTarget(context, input.RoleName);
  const page = pageOf("ListAttachedRolePolicies", input);
  return {
    ...target,
    answer: () => {
      const attached = context.account.iam.policies.attached({ roleName: input.RoleName });
      const { items, ...rest } = page(attached, ({ policyArn }) => policyArn);
      const policies = items.map(({ policyArn, policyName }) => ({ PolicyName: policyName, PolicyArn: policyArn }));
      return { AttachedPolicies: policies, ...rest };
    },
  };
};
