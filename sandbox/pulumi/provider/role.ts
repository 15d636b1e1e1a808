import { roleSessionSeconds } from "../../../iam/limits";
import type { SandboxAccount } from "../../account";
import type { Role } from "../../iam/roles";
import { bridged, changes, foundAs, type Inputs, tagChanges, tags, tagsState } from "./bridged";
import { withContext, ignoreNotFound, deleteIfExists } from "./errors";
import { given, type Properties, type ResourceType, type Tags } from "./resourceType";

interface RoleInputs {
  readonly name: string;
  readonly assumeRolePolicy: string;
  readonly description?: string;
  readonly maxSessionDuration?: number;
  readonly permissionsBoundary?: string;
  readonly tags?: Tags;
}

const inputs: Inputs = {
  name: { required: true, replaces: true },
  assumeRolePolicy: { required: true, is: "policy" },
  description: {},
  maxSessionDuration: { default: 3600, range: [roleSessionSeconds.shortest, roleSessionSeconds.longest] },
  permissionsBoundary: { is: "arn" },
  ...tags,
};

/**
 * `aws:iam/role:Role`. What a role still has when it is deleted is not detached from it (`forceDetachPolicies` is false).
 * Source: internal/service/iam/role.go of terraform-provider-aws
 */
export const roleType: ResourceType<RoleInputs> = {
  ...bridged(inputs),
  computed: ["arn", "uniqueId"],
  create: ({ iam }, news) => {
    const role = withContext(`creating IAM Role (${news.name})`, () =>
      iam.roles.create({
        roleName: news.name,
        assumeRolePolicyDocument: news.assumeRolePolicy,
        description: news.description,
        maxSessionDuration: news.maxSessionDuration,
        permissionsBoundary: news.permissionsBoundary,
        tags: news.tags,
      }),
    );
    return { id: role.roleName, state: stateOf(role) };
  },
  read: ({ iam }, roleName) => {
    const role = withContext(`reading IAM Role (${roleName})`, () => ignoreNotFound(() => iam.roles.get({ roleName })));
    return role && foundAs(inputs, stateOf(role));
  },
  update: (account, roleName, news, { state: old }) => {
    const { iam } = account;
    const { added, removed } = tagChanges(old, news);
    withContext(`updating tags for IAM Role (${roleName})`, () => {
      iam.roles.untag({ roleName, tagKeys: removed });
      iam.roles.tag({ roleName, tags: added });
    });
    if (changes(inputs, "assumeRolePolicy", old, news)) {
      withContext(`updating IAM Role (${roleName}) assume role policy`, () =>
        iam.roles.updateTrust({ roleName, policyDocument: news.assumeRolePolicy }),
      );
    }
    if (changes(inputs, "description", old, news)) {
      withContext(`updating IAM Role (${roleName}) description`, () =>
        iam.roles.update({ roleName, description: news.description ?? "" }),
      );
    }
    if (changes(inputs, "maxSessionDuration", old, news)) {
      withContext(`updating IAM Role (${roleName}) MaxSessionDuration`, () =>
        iam.roles.update({ roleName, maxSessionDuration: news.maxSessionDuration ?? 3600 }),
      );
    }
    if (changes(inputs, "permissionsBoundary", old, news)) {
      updateBoundary(account, roleName, news.permissionsBoundary);
    }
    return stateOf(iam.roles.get({ roleName }));
  },
  delete: ({ iam }, roleName) => {
    deleteIfExists(`deleting IAM Role (${roleName})`, () => {
      iam.roles.delete({ roleName });
    });
  },
};

function updateBoundary({ iam }: SandboxAccount, roleName: string, permissionsBoundary: string | undefined): void {
  if (permissionsBoundary === undefined) {
    withContext(`deleting IAM Role (${roleName}) permissions boundary`, () => {
      iam.roles.deleteBoundary({ roleName });
    });
  } else {
    withContext(`updating IAM Role (${roleName}) permissions boundary`, () => {
      iam.roles.putBoundary({ roleName, permissionsBoundary });
    });
  }
}

function stateOf(role: Role): Properties {
  return given({
    name: role.roleName,
    assumeRolePolicy: role.assumeRolePolicyDocument,
    description: role.description,
    maxSessionDuration: role.maxSessionDuration,
    permissionsBoundary: role.permissionsBoundary,
    arn: role.arn,
    uniqueId: role.roleId,
    path: role.path,
    ...tagsState(role.tags),
  });
}
