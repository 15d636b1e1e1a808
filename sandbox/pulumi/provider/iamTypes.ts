import { roleSessionSeconds } from "../../../iam/limits";
import type { SandboxAccount } from "../../account";
import type { Tags } from "../../core/identifiers";
import type { OpenIDConnectProvider } from "../../iam/oidcProviders";
import type { Policy } from "../../iam/managedPolicies";
import type { Role } from "../../iam/roles";
import { bridged, changes, foundAs, type Inputs, tagChanges, tags, tagsState, textOf } from "./bridged";
import { deleteIfExists, given, ignoreNotFound, type Properties, type ResourceType, withContext } from "./resourceType";

interface RoleInputs {
  readonly name: string;
  readonly assumeRolePolicy: string;
  readonly description?: string;
  readonly maxSessionDuration?: number;
  readonly permissionsBoundary?: string;
  readonly tags?: Tags;
}

const roleSchema: Inputs = {
  name: { required: true, replaces: true },
  assumeRolePolicy: { required: true, is: "policy" },
  description: {},
  maxSessionDuration: {
    default: roleSessionSeconds.default,
    range: [roleSessionSeconds.shortest, roleSessionSeconds.longest],
  },
  permissionsBoundary: { is: "arn" },
  ...tags,
};

/**
 * `aws:iam/role:Role`. `forceDetachPolicies` is false: with a role go its inline policies if the provider saw any when it last
 * read the role, and its attachments likewise. Others prevent the deletion.
 * Source: internal/service/iam/role.go of terraform-provider-aws
 */
export const roleType: ResourceType<RoleInputs> = {
  ...bridged(roleSchema),
  computed: ["arn", "uniqueId"],
  create: ({ iam }, news) => {
    const role = withContext(`creating IAM Role (${news.name})`, () =>
      iam.roles.create({
        roleName: news.name,
        assumeRolePolicyDocument: news.assumeRolePolicy,
        description: textOf(news.description),
        maxSessionDuration: news.maxSessionDuration,
        permissionsBoundary: news.permissionsBoundary,
        tags: news.tags,
      }),
    );
    return { id: role.roleName, state: roleState(iam, role) };
  },
  read: ({ iam }, roleName) => {
    const role = withContext(`reading IAM Role (${roleName})`, () => ignoreNotFound(() => iam.roles.get({ roleName })));
    return role && foundAs(roleSchema, roleState(iam, role));
  },
  update: (account, roleName, news, { state: old }) => {
    const { iam } = account;
    const { added, removed } = tagChanges(old, news);
    withContext(`updating tags for IAM Role (${roleName})`, () => {
      iam.roles.untag({ roleName, tagKeys: removed });
      iam.roles.tag({ roleName, tags: added });
    });
    if (changes(roleSchema, "assumeRolePolicy", old, news)) {
      withContext(`updating IAM Role (${roleName}) assume role policy`, () =>
        iam.roles.updateTrust({ roleName, policyDocument: news.assumeRolePolicy }),
      );
    }
    if (changes(roleSchema, "description", old, news)) {
      withContext(`updating IAM Role (${roleName}) description`, () =>
        iam.roles.update({ roleName, description: news.description ?? "" }),
      );
    }
    if (changes(roleSchema, "maxSessionDuration", old, news)) {
      withContext(`updating IAM Role (${roleName}) MaxSessionDuration`, () =>
        iam.roles.update({ roleName, maxSessionDuration: news.maxSessionDuration ?? roleSessionSeconds.default }),
      );
    }
    if (changes(roleSchema, "permissionsBoundary", old, news)) {
      updateBoundary(account, roleName, news.permissionsBoundary);
    }
    return roleState(iam, iam.roles.get({ roleName }));
  },
  delete: ({ iam }, roleName, { managedPolicyArns, inlinePolicies }) => {
    deleteIfExists(`deleting IAM Role (${roleName})`, () => {
      if (managedPolicyArns !== undefined) {
        for (const { policyArn } of iam.policies.attached({ roleName })) {
          iam.policies.detach({ roleName, policyArn });
        }
      }
      if (inlinePolicies !== undefined) {
        for (const policyName of iam.roles.listPolicies({ roleName })) {
          iam.roles.deletePolicy({ roleName, policyName });
        }
      }
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

function roleState(iam: SandboxAccount["iam"], role: Role): Properties {
  const { roleName } = role;
  const attached = iam.policies.attached({ roleName }).map(({ policyArn }) => policyArn);
  const inline = iam.roles
    .listPolicies({ roleName })
    .map((policyName) => ({ name: policyName, policy: iam.roles.getPolicy({ roleName, policyName }).policyDocument }));
  return given({
    name: roleName,
    assumeRolePolicy: role.assumeRolePolicyDocument,
    description: textOf(role.description),
    maxSessionDuration: role.maxSessionDuration,
    permissionsBoundary: role.permissionsBoundary,
    arn: role.arn,
    uniqueId: role.roleId,
    path: role.path,
    ...(attached.length === 0 ? {} : { managedPolicyArns: attached }),
    ...(inline.length === 0 ? {} : { inlinePolicies: inline }),
    ...tagsState(role.tags),
  });
}

interface RolePolicyInputs {
  readonly name: string;
  readonly role: string;
  readonly policy: string;
}

const rolePolicySchema: Inputs = {
  name: { required: true, replaces: true },
  role: { required: true, replaces: true },
  policy: { required: true, is: "policy" },
};

/** `aws:iam/rolePolicy:RolePolicy`. Source: internal/service/iam/role_policy.go of terraform-provider-aws */
export const rolePolicyType: ResourceType<RolePolicyInputs> = {
  ...bridged(rolePolicySchema),
  computed: [],
  create: (account, news) => ({ id: `${news.role}:${news.name}`, state: putRolePolicy(account, news) }),
  read: ({ iam }, id) => {
    const { roleName, policyName } = parseRolePolicyId(id);
    const policy = withContext(`reading IAM Role Policy (${id})`, () =>
      ignoreNotFound(() => iam.roles.getPolicy({ roleName, policyName })),
    );
    return policy && foundAs(rolePolicySchema, { name: policyName, role: roleName, policy: policy.policyDocument });
  },
  update: (account, _id, news) => putRolePolicy(account, news),
  delete: ({ iam }, id) => {
    deleteIfExists(`deleting IAM Role Policy (${id})`, () => {
      iam.roles.deletePolicy(parseRolePolicyId(id));
    });
  },
};

function putRolePolicy({ iam }: SandboxAccount, { role, name, policy }: RolePolicyInputs): Properties {
  withContext(`putting IAM Role (${role}) Policy (${name})`, () => {
    iam.roles.putPolicy({ roleName: role, policyName: name, policyDocument: policy });
  });
  return { name, role, policy };
}

function parseRolePolicyId(id: string): { roleName: string; policyName: string } {
  const [roleName = "", policyName = ""] = id.split(":");
  return { roleName, policyName };
}

interface PolicyInputs {
  readonly name: string;
  readonly policy: string;
  readonly description?: string;
  readonly tags?: Tags;
}

const policySchema: Inputs = {
  name: { required: true, replaces: true },
  description: { replaces: true },
  policy: { required: true, is: "policy" },
  ...tags,
};

/** `aws:iam/policy:Policy`. Source: internal/service/iam/policy.go of terraform-provider-aws */
export const policyType: ResourceType<PolicyInputs> = {
  ...bridged(policySchema),
  computed: ["arn"],
  create: ({ iam }, { name: policyName, policy: policyDocument, description, tags }) => {
    const policy = withContext(`creating IAM Policy (${policyName})`, () =>
      iam.policies.create({ policyName, policyDocument, description, tags }),
    );
    return { id: policy.arn, state: policyState(policy) };
  },
  read: ({ iam }, policyArn) => {
    const policy = withContext(`reading IAM Policy (${policyArn})`, () =>
      ignoreNotFound(() => iam.policies.get({ policyArn })),
    );
    return policy && foundAs(policySchema, policyState(policy));
  },
  update: (account, policyArn, news, { state: old }) => {
    const { iam } = account;
    const { added, removed } = tagChanges(old, news);
    withContext(`updating tags for IAM Policy (${policyArn})`, () => {
      iam.policies.untag({ policyArn, tagKeys: removed });
      iam.policies.tag({ policyArn, tags: added });
    });
    if (changes(policySchema, "policy", old, news)) {
      replaceDocument(account, policyArn, news.policy);
    }
    return policyState(iam.policies.get({ policyArn }));
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

function policyState(policy: Policy): Properties {
  return given({
    name: policy.policyName,
    policy: policy.policyDocument,
    description: textOf(policy.description),
    arn: policy.arn,
    path: policy.path,
    ...tagsState(policy.tags),
  });
}

interface RolePolicyAttachmentInputs {
  readonly role: string;
  readonly policyArn: string;
}

const attachmentSchema: Inputs = {
  role: { required: true, replaces: true },
  policyArn: { required: true, replaces: true, is: "arn" },
};

const attachment = bridged(attachmentSchema);

/**
 * `aws:iam/rolePolicyAttachment:RolePolicyAttachment`. There is nothing to update. Where the program does not choose, the old
 * attachment goes first.
 * Sources: internal/service/iam/role_policy_attachment.go of terraform-provider-aws; provider/resources.go of pulumi-aws
 */
export const rolePolicyAttachmentType: ResourceType<RolePolicyAttachmentInputs> = {
  ...attachment,
  diff: (state, news) => {
    const difference = attachment.diff(state, news);
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
    const { role, policyArn } = parseAttachmentId(id);
    const attached = withContext(`reading IAM Role Policy Attachment (${role}:${policyArn})`, () =>
      ignoreNotFound(() => iam.policies.attached({ roleName: role })),
    );
    return attached?.some((policy) => policy.policyArn === policyArn) === true
      ? foundAs(attachmentSchema, { role, policyArn })
      : undefined;
  },
  update: (_account, _id, news) => ({ ...news }),
  delete: ({ iam }, id) => {
    const { role, policyArn } = parseAttachmentId(id);
    deleteIfExists(`detaching IAM Policy (${policyArn}) from IAM Role (${role})`, () => {
      iam.policies.detach({ roleName: role, policyArn });
    });
  },
};

function parseAttachmentId(id: string): RolePolicyAttachmentInputs {
  const slash = id.indexOf("/");
  return { role: id.slice(0, slash), policyArn: id.slice(slash + 1) };
}

interface OpenIdConnectProviderInputs {
  readonly url: string;
  readonly clientIdLists: readonly string[];
  readonly thumbprintLists?: readonly string[];
  readonly tags?: Tags;
}

const oidcProviderSchema: Inputs = {
  url: { required: true, replaces: true },
  clientIdLists: { required: true, is: "set" },
  thumbprintLists: { computed: true },
  ...tags,
};

const oidcProvider = bridged(oidcProviderSchema);

/**
 * `aws:iam/openIdConnectProvider:OpenIdConnectProvider`. AWS answers its URL without `https://`, and the provider takes both for the same.
 * Thumbprints that a program no longer gives stay: AWS takes no empty list for them.
 * Source: internal/service/iam/openid_connect_provider.go of terraform-provider-aws
 */
export const openIdConnectProviderType: ResourceType<OpenIdConnectProviderInputs> = {
  ...oidcProvider,
  diff: (state, news) => oidcProvider.diff(state, { ...news, url: issuerOf(news.url) }),
  computed: ["arn"],
  create: ({ iam }, { url, clientIdLists, thumbprintLists, tags }) => {
    const provider = withContext("creating IAM OIDC Provider", () =>
      iam.oidcProviders.create({ url, clientIDList: clientIdLists, thumbprintList: thumbprintLists, tags }),
    );
    return { id: provider.arn, state: oidcProviderState(provider) };
  },
  read: ({ iam }, arn) => {
    const provider = withContext(`reading IAM OIDC Provider (${arn})`, () =>
      ignoreNotFound(() => iam.oidcProviders.get({ arn })),
    );
    return provider && foundAs(oidcProviderSchema, oidcProviderState(provider));
  },
  update: ({ iam: { oidcProviders } }, arn, news, { state: old }) => {
    const { added, removed } = tagChanges(old, news);
    withContext(`updating tags for IAM OIDC Provider (${arn})`, () => {
      oidcProviders.untag({ arn, tagKeys: removed });
      oidcProviders.tag({ arn, tags: added });
    });
    const { thumbprintLists: thumbprintList = [] } = news;
    if (thumbprintList.length > 0 && changes(oidcProviderSchema, "thumbprintLists", old, news)) {
      withContext(`updating IAM OIDC Provider (${arn}) thumbprint`, () => {
        oidcProviders.updateThumbprints({ arn, thumbprintList });
      });
    }
    const { clientIdLists: before } = old as unknown as OpenIdConnectProviderInputs;
    // A new audience first, as the provider does it.
    for (const clientID of news.clientIdLists.filter((id) => !before.includes(id))) {
      withContext(`adding IAM OIDC Provider (${arn}) client ID (${clientID})`, () => {
        oidcProviders.addClientID({ arn, clientID });
      });
    }
    for (const clientID of before.filter((id) => !news.clientIdLists.includes(id))) {
      withContext(`removing IAM OIDC Provider (${arn}) client ID (${clientID})`, () => {
        oidcProviders.removeClientID({ arn, clientID });
      });
    }
    return oidcProviderState(oidcProviders.get({ arn }));
  },
  delete: ({ iam }, arn) => {
    deleteIfExists(`deleting IAM OIDC Provider (${arn})`, () => {
      iam.oidcProviders.delete({ arn });
    });
  },
};

function oidcProviderState({ arn, url, clientIDList, thumbprintList, tags }: OpenIDConnectProvider): Properties {
  return { url, clientIdLists: clientIDList, thumbprintLists: thumbprintList, arn, ...tagsState(tags) };
}

function issuerOf(url: unknown): unknown {
  return typeof url === "string" ? url.replace(/^https:\/\//, "") : url;
}
