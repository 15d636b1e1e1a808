import type { DeployedResource } from "../../../sandbox/pulumi/mockRuntime";

/** One request that an AWS provider makes, as IAM is asked about it. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** What the providers ask of AWS over a resource's life; create and update read back what they made. */
export interface Calls {
  readonly create: readonly Call[];
  readonly read: readonly Call[];
  /** A replacement included, where the program has the resource replaced. */
  readonly update: readonly Call[];
  readonly delete: readonly Call[];
}

interface Place {
  readonly account: string;
  readonly region: string;
}

type Inputs = Readonly<Record<string, unknown>>;

/** By Pulumi type. Resources of the model hold their ARNs as ids, but for roles, inline policies and attachments. */
type CallsOf = (resource: DeployedResource, place: Place) => Calls;

const call = (action: string, resource = "*", context: Call["context"] = {}): Call => ({ action, resource, context });
const calls = (resource: string, ...actions: readonly string[]) => actions.map((action) => call(action, resource));

/** Tags as a request that makes something carries them. */
function requestTags({ tags = {} }: Inputs): Call["context"] {
  const pairs = Array.isArray(tags)
    ? (tags as { key: string; value: string }[]).map(({ key, value }) => [key, value] as const)
    : Object.entries(tags as Record<string, string>);
  return Object.fromEntries(pairs.map(([key, value]) => [`aws:RequestTag/${key}`, value]));
}

/** Tags as a resource that exists carries them. */
function resourceTags(inputs: Inputs): Call["context"] {
  return Object.fromEntries(
    Object.entries(requestTags(inputs)).map(([key, value]) => [key.replace("RequestTag", "ResourceTag"), value]),
  );
}

const domain: CallsOf = ({ id, inputs }, { region }) => ({
  create: [
    call("codeartifact:CreateDomain", "*", requestTags(inputs)),
    ...calls(id, "codeartifact:TagResource"),
    ...(typeof inputs.encryptionKey === "string"
      ? ["kms:DescribeKey", "kms:CreateGrant"].map((action) =>
          call(action, String(inputs.encryptionKey), { "kms:ViaService": `codeartifact.${region}.amazonaws.com` }),
        )
      : []),
  ],
  read: calls(id, "codeartifact:DescribeDomain", "codeartifact:ListTagsForResource"),
  update: calls(id, "codeartifact:TagResource", "codeartifact:UntagResource"),
  delete: calls(id, "codeartifact:DeleteDomain"),
});

const repository: CallsOf = ({ id, inputs }) => {
  const upstreams = (inputs.upstreams ?? []) as readonly { readonly repositoryName: string }[];
  const join = upstreams.flatMap(({ repositoryName }) =>
    calls(id.replace(/[^/]*$/, repositoryName), "codeartifact:AssociateWithDownstreamRepository"),
  );
  // The store is without upstreams, and has its connection taken away and given back by the setting publicPackages.
  const connect = upstreams.length > 0 ? [] : calls(id, "codeartifact:AssociateExternalConnection");
  return {
    create: [
      call("codeartifact:CreateRepository", "*", requestTags(inputs)),
      ...calls(id, "codeartifact:TagResource"),
      ...join,
      ...connect,
    ],
    read: calls(id, "codeartifact:DescribeRepository", "codeartifact:ListTagsForResource"),
    update: [
      ...calls(id, "codeartifact:UpdateRepository", "codeartifact:TagResource", "codeartifact:UntagResource"),
      ...join,
      ...connect,
      ...(connect.length > 0 ? calls(id, "codeartifact:DisassociateExternalConnection") : []),
    ],
    delete: calls(id, "codeartifact:DeleteRepository"),
  };
};

const permissionsOf =
  (kind: "Domain" | "Repository"): CallsOf =>
  ({ id }) => ({
    create: calls(id, `codeartifact:Put${kind}PermissionsPolicy`),
    read: calls(id, `codeartifact:Get${kind}PermissionsPolicy`),
    update: calls(id, `codeartifact:Put${kind}PermissionsPolicy`),
    delete: calls(id, `codeartifact:Delete${kind}PermissionsPolicy`),
  });

/** Cloud Control, and what its handler asks with the caller's own permissions. */
const packageGroup: CallsOf = ({ id, inputs }) => ({
  create: [
    call("cloudformation:CreateResource"),
    call("codeartifact:CreatePackageGroup", "*", requestTags(inputs)),
    ...calls(id, "codeartifact:TagResource", "codeartifact:UpdatePackageGroupOriginConfiguration"),
    call("cloudformation:GetResourceRequestStatus"),
  ],
  read: [
    call("cloudformation:GetResource"),
    ...calls(
      id,
      "codeartifact:DescribePackageGroup",
      "codeartifact:ListAllowedRepositoriesForGroup",
      "codeartifact:ListTagsForResource",
    ),
  ],
  update: [
    call("cloudformation:UpdateResource"),
    ...calls(
      id,
      "codeartifact:UpdatePackageGroup",
      "codeartifact:UpdatePackageGroupOriginConfiguration",
      "codeartifact:TagResource",
      "codeartifact:UntagResource",
    ),
    call("cloudformation:GetResourceRequestStatus"),
  ],
  delete: [
    call("cloudformation:DeleteResource"),
    ...calls(id, "codeartifact:DeletePackageGroup"),
    call("cloudformation:GetResourceRequestStatus"),
  ],
});

const roleArnOf = (name: unknown, { account }: Place) => `arn:aws:iam::${account}:role/${String(name)}`;
const bounded = ({ permissionsBoundary }: Inputs): Call["context"] =>
  typeof permissionsBoundary === "string" ? { "iam:PermissionsBoundary": permissionsBoundary } : {};

/** AWS gives the boundary that a role has to every write but tagging, and with a new role or boundary the one that is set. */
const role: CallsOf = ({ inputs }, place) => {
  const arn = roleArnOf(inputs.name, place);
  const write = (action: string) => call(action, arn, bounded(inputs));
  return {
    create: [call("iam:CreateRole", arn, { ...requestTags(inputs), ...bounded(inputs) }), ...calls(arn, "iam:TagRole")],
    read: calls(arn, "iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies"),
    update: [
      ...["iam:UpdateAssumeRolePolicy", "iam:UpdateRoleDescription", "iam:UpdateRole"].map(write),
      write("iam:PutRolePermissionsBoundary"),
      ...calls(arn, "iam:TagRole", "iam:UntagRole"),
    ],
    delete: [...calls(arn, "iam:ListInstanceProfilesForRole"), write("iam:DeleteRole")],
  };
};

const rolePolicy: CallsOf = ({ inputs }, place) => {
  const arn = roleArnOf(inputs.role, place);
  const put = [call("iam:PutRolePolicy", arn, bounded(inputs))];
  return {
    create: put,
    read: calls(arn, "iam:GetRolePolicy"),
    update: put,
    delete: [call("iam:DeleteRolePolicy", arn, bounded(inputs))],
  };
};

/** Its name ends with a hash of its document, so that another document replaces it. */
const policy: CallsOf = ({ id, inputs }) => {
  const create = [call("iam:CreatePolicy", id, requestTags(inputs)), ...calls(id, "iam:TagPolicy")];
  const remove = calls(id, "iam:ListPolicyVersions", "iam:DeletePolicyVersion", "iam:DeletePolicy");
  return {
    create,
    read: calls(id, "iam:GetPolicy", "iam:GetPolicyVersion"),
    update: [...calls(id, "iam:TagPolicy", "iam:UntagPolicy"), ...create, ...remove],
    delete: remove,
  };
};

/** Replaced with the policy that it attaches. */
const rolePolicyAttachment: CallsOf = ({ inputs }, place) => {
  const arn = roleArnOf(inputs.role, place);
  const context = { "iam:PolicyARN": String(inputs.policyArn), ...bounded(inputs) };
  const create = [call("iam:AttachRolePolicy", arn, context)];
  const remove = [call("iam:DetachRolePolicy", arn, context)];
  return {
    create,
    read: calls(arn, "iam:ListAttachedRolePolicies"),
    update: [...create, ...remove],
    delete: remove,
  };
};

const key: CallsOf = ({ id, inputs }, { account, region }) => {
  const arn = `arn:aws:kms:${region}:${account}:key/${id}`;
  const own = (...actions: readonly string[]) => actions.map((action) => call(action, arn, resourceTags(inputs)));
  return {
    create: [
      call("kms:CreateKey", "*", requestTags(inputs)),
      call("kms:TagResource", arn, requestTags(inputs)),
      ...own("kms:EnableKeyRotation"),
    ],
    read: own("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"),
    update: own("kms:TagResource", "kms:UntagResource", "kms:UpdateKeyDescription", "kms:DisableKey"),
    delete: own("kms:ScheduleKeyDeletion"),
  };
};

/** Of the audit trail. A rule and its target are written whole, with tags on the way. */
const logGroup: CallsOf = ({ inputs }, { account, region }) => {
  const arn = `arn:aws:logs:${region}:${account}:log-group:${String(inputs.name)}`;
  return {
    create: [
      call("logs:CreateLogGroup", arn, requestTags(inputs)),
      ...calls(arn, "logs:TagResource", "logs:PutRetentionPolicy"),
    ],
    read: [call("logs:DescribeLogGroups"), ...calls(arn, "logs:ListTagsForResource")],
    update: calls(arn, "logs:TagResource", "logs:UntagResource", "logs:PutRetentionPolicy"),
    delete: calls(arn, "logs:DeleteLogGroup"),
  };
};

const logResourcePolicy: CallsOf = () => ({
  create: [call("logs:PutResourcePolicy")],
  read: [call("logs:DescribeResourcePolicies")],
  update: [call("logs:PutResourcePolicy")],
  delete: [call("logs:DeleteResourcePolicy")],
});

const ruleArnOf = (name: unknown, { account, region }: Place) =>
  `arn:aws:events:${region}:${account}:rule/${String(name)}`;

const eventRule: CallsOf = ({ inputs }, place) => {
  const arn = ruleArnOf(inputs.name, place);
  return {
    create: [call("events:PutRule", arn, requestTags(inputs)), ...calls(arn, "events:TagResource")],
    read: calls(arn, "events:DescribeRule", "events:ListTagsForResource"),
    update: calls(arn, "events:PutRule", "events:TagResource", "events:UntagResource"),
    delete: calls(arn, "events:DeleteRule"),
  };
};

const eventTarget: CallsOf = ({ inputs }, place) => {
  const arn = ruleArnOf(inputs.rule, place);
  return {
    create: calls(arn, "events:PutTargets"),
    read: calls(arn, "events:ListTargetsByRule"),
    update: calls(arn, "events:PutTargets"),
    delete: calls(arn, "events:RemoveTargets"),
  };
};

const nothing: CallsOf = () => ({ create: [], read: [], update: [], delete: [] });

const providers: Readonly<Record<string, CallsOf>> = {
  "aws:cloudwatch/eventRule:EventRule": eventRule,
  "aws:cloudwatch/eventTarget:EventTarget": eventTarget,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": logResourcePolicy,
  "aws:codeartifact/domain:Domain": domain,
  "aws:codeartifact/domainPermissions:DomainPermissions": permissionsOf("Domain"),
  "aws:codeartifact/repository:Repository": repository,
  "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": permissionsOf("Repository"),
  "aws-native:codeartifact:PackageGroup": packageGroup,
  "aws:iam/policy:Policy": policy,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
  "aws:kms/key:Key": key,
  "pulumi:providers:aws-native": nothing,
};

/**
 * What the AWS providers ask of AWS for a resource that a program registers.
 * Sources: internal/service of hashicorp/terraform-provider-aws; the handlers of
 * aws-cloudformation-resource-providers-codeartifact
 *
 * @param boundary - of the role that an inline policy or an attachment belongs to, which their own inputs do not tell
 */
export function callsOf(resource: DeployedResource, place: Place, boundary: string): Calls {
  if (resource.type.startsWith("pulumi:pulumi:") || resource.type.startsWith("python-registry:")) {
    return nothing(resource, place);
  }
  const provider = providers[resource.type];
  if (provider === undefined) {
    throw new Error(`nothing says what a provider asks AWS for a ${resource.type}`);
  }
  const ofRole = /:(?:RolePolicy|RolePolicyAttachment)$/.test(resource.type);
  const inputs = ofRole ? { ...resource.inputs, permissionsBoundary: boundary } : resource.inputs;
  return provider({ ...resource, inputs }, place);
}

/** What the program looks up. */
export function lookups(domainName: string, { account, region }: Place): readonly Call[] {
  return [
    call("iam:ListOpenIDConnectProviders"),
    call("iam:GetOpenIDConnectProvider", `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`),
    call(
      "codeartifact:GetRepositoryEndpoint",
      `arn:aws:codeartifact:${region}:${account}:repository/${domainName}/python-packages`,
    ),
    call("kms:DescribeKey", `arn:aws:kms:${region}:${account}:key/of-the-domain`),
  ];
}
