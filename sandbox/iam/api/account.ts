import type * as aws from "@aws-sdk/client-iam";
import { documentLimits, iamLimits } from "../../../iam/limits";
import type { SandboxContext } from "../../context";
import { choiceError } from "../../core/constraints";
import type { Operation } from "../../core/operation";
import { throwIfInvalid } from "../errors";
import type { Policy } from "../managedPolicies";
import type { Role } from "../roles";
import { pageOf } from "./checks";
import { boundaryOutput, encodedDocument, listedPolicy, newRole, tagsOutput, wholeVersion } from "./outputs";

// The account has no users, groups and the like: these operations answer with empty lists.

const nothing = { IsTruncated: false } as const;

export const listUsers: Operation<aws.ListUsersCommandInput, aws.ListUsersCommandOutput> = () => ({
  resource: "*",
  answer: () => ({ Users: [], ...nothing }),
});

export const listGroups: Operation<aws.ListGroupsCommandInput, aws.ListGroupsCommandOutput> = () => ({
  resource: "*",
  answer: () => ({ Groups: [], ...nothing }),
});

export const listInstanceProfiles: Operation<
  aws.ListInstanceProfilesCommandInput,
  aws.ListInstanceProfilesCommandOutput
> = () => ({ resource: "*", answer: () => ({ InstanceProfiles: [], ...nothing }) });

export const listSAMLProviders: Operation<
  aws.ListSAMLProvidersCommandInput,
  aws.ListSAMLProvidersCommandOutput
> = () => ({ resource: "*", answer: () => ({ SAMLProviderList: [] }) });

export const listServerCertificates: Operation<
  aws.ListServerCertificatesCommandInput,
  aws.ListServerCertificatesCommandOutput
> = () => ({ resource: "*", answer: () => ({ ServerCertificateMetadataList: [], ...nothing }) });

export const listVirtualMFADevices: Operation<
  aws.ListVirtualMFADevicesCommandInput,
  aws.ListVirtualMFADevicesCommandOutput
> = () => ({ resource: "*", answer: () => ({ VirtualMFADevices: [], ...nothing }) });

export const listAccountAliases: Operation<
  aws.ListAccountAliasesCommandInput,
  aws.ListAccountAliasesCommandOutput
> = () => ({ resource: "*", answer: () => ({ AccountAliases: [], ...nothing }) });

/** The counts of this account, and IAM's default quotas as a recorded answer has them. */
export const getAccountSummary: Operation<aws.GetAccountSummaryCommandInput, aws.GetAccountSummaryCommandOutput> = ({
  account: { iam },
}) => ({
  resource: "*",
  answer: () => {
    const policies = iam.policies.list();
    const versions = policies.map(({ arn }) => iam.policies.listVersions({ policyArn: arn }).length);
    return {
      SummaryMap: {
        ...quotas,
        Roles: iam.roles.list().length,
        Policies: policies.length,
        PolicyVersionsInUse: versions.reduce((sum, each) => sum + each, 0),
        Providers: iam.oidcProviders.list().length,
      },
    };
  },
});

const quotas = {
  AccessKeysPerUserQuota: 2,
  AccountAccessKeysPresent: 0,
  AccountMFAEnabled: 0,
  AccountPasswordPresent: 0,
  AccountSigningCertificatesPresent: 0,
  AssumeRolePolicySizeQuota: documentLimits["trust policy"],
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: iamLimits.managedPoliciesPerRole,
  AttachedPoliciesPerUserQuota: 10,
  GlobalEndpointTokenVersion: 1,
  GroupPolicySizeQuota: 5_120,
  Groups: 0,
  GroupsPerUserQuota: 10,
  GroupsQuota: 300,
  InstanceProfiles: 0,
  InstanceProfilesQuota: 1_000,
  MFADevices: 0,
  MFADevicesInUse: 0,
  PoliciesQuota: iamLimits.policiesOfAccount,
  PolicySizeQuota: documentLimits["managed policy"],
  PolicyVersionsInUseQuota: 10_000,
  RolePolicySizeQuota: documentLimits["inline policy"],
  RolesQuota: iamLimits.rolesOfAccount,
  ServerCertificates: 0,
  ServerCertificatesQuota: 20,
  SigningCertificatesPerUserQuota: 2,
  UserPolicySizeQuota: 2_048,
  Users: 0,
  UsersQuota: 5_000,
  VersionsPerPolicyQuota: iamLimits.versionsOfPolicy,
};

/** Everything at once. Of AWS's own policies, those that a role has. */
export const getAccountAuthorizationDetails: Operation<
  aws.GetAccountAuthorizationDetailsCommandInput,
  aws.GetAccountAuthorizationDetailsCommandOutput
> = (context, input) => {
  const kinds = ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"] as const;
  const { Filter: filter = kinds } = input;
  throwIfInvalid(...filter.map((kind) => choiceError("filter", kind, kinds)));
  const page = pageOf("GetAccountAuthorizationDetails", input);
  return {
    resource: "*",
    answer: () => {
      const { roles, policies } = context.account.iam;
      const attached = roles.states().flatMap(({ attachedPolicies }) => [...attachedPolicies]);
      const ofAws = [...new Set(attached)].filter((arn) => arn.includes(":iam::aws:"));
      const all: readonly (Role | Policy)[] = [
        ...(filter.includes("Role") ? roles.list() : []),
        ...(filter.includes("LocalManagedPolicy") ? policies.list() : []),
        ...(filter.includes("AWSManagedPolicy") ? ofAws.map((policyArn) => policies.get({ policyArn })) : []),
      ];
      const { items, ...rest } = page(all, ({ arn }) => arn);
      return {
        UserDetailList: [],
        GroupDetailList: [],
        RoleDetailList: items.flatMap((item) => ("roleName" in item ? [roleDetail(context, item)] : [])),
        Policies: items.flatMap((item) => ("policyName" in item ? [policyDetail(context, item)] : [])),
        ...rest,
      };
    },
  };
};

function roleDetail({ account: { iam } }: SandboxContext, role: Role) {
  const { roleName } = role;
  const inline = iam.roles.listPolicies({ roleName }).map((policyName) => ({
    PolicyName: policyName,
    PolicyDocument: encodedDocument(iam.roles.getPolicy({ roleName, policyName }).policyDocument),
  }));
  const attached = iam.policies
    .attached({ roleName })
    .map(({ policyArn, policyName }) => ({ PolicyName: policyName, PolicyArn: policyArn }));
  return {
    ...newRole(role),
    InstanceProfileList: [],
    RolePolicyList: inline,
    AttachedManagedPolicies: attached,
    PermissionsBoundary: boundaryOutput(role),
    Tags: tagsOutput(role.tags),
    RoleLastUsed: {},
  };
}

function policyDetail({ account: { iam } }: SandboxContext, policy: Policy) {
  const versions = [...iam.policies.listVersions({ policyArn: policy.arn })].reverse();
  return {
    ...listedPolicy(policy),
    Description: policy.description,
    PolicyVersionList: versions.map(wholeVersion),
  };
}
