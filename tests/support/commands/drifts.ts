import type { RestrictionMode, RestrictionType } from "../../../sandbox/codeartifact/packageGroups";
import { putPackageOriginConfiguration } from "../../../sandbox/codeartifact/packages/versionChanges";
import { repositoryName, storeName } from "../../../naming/registryNames";
import { wheel } from "../sandbox/packages";
import { accountId, type Standing } from "./deployedRegistry";

/** Something changed by hand, behind Pulumi's back. */
export interface Drift {
  /** What someone has done. */
  readonly title: string;
  /** Beside the example settings of dev. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Of these those that have been changed without an update. */
  readonly changed?: Readonly<Record<string, unknown>>;
  readonly make?: (standing: Standing) => unknown;
  /** Every difference, as `WHAT: DECLARED -> LIVE`. */
  readonly found: readonly string[];
}

const domain = "orb-integration-hub-dev";
const publisher = `${domain}-codeartifact-publisher`;
const lambdaLayers = `${domain}-codeartifact-reader-lambda-layers`;
const readPolicy = `arn:aws:iam::${accountId}:policy/${domain}-codeartifact-reader-fde436ee`;
const leftover = `${domain}-codeartifact-reader-0a1b2c3d`;
const bounds = `arn:aws:iam::${accountId}:policy/bounds`;
const provider = `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com`;
const registry = { domain, repository: repositoryName };
const store = { domain, repository: storeName };
const orb = "/pypi//orb~";
const place = `arn:aws:codeartifact:us-east-1:${accountId}`;

const allow = (Action: string | readonly string[], Resource = "*") =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action, Resource } });

const serviceTrust = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service: "codebuild.amazonaws.com" }, Action: "sts:AssumeRole" },
});

const allows = (Action: string) => JSON.stringify({ Effect: "Allow", Action, Resource: "*" });

const shared = (Action: string, Principal: unknown = "*") =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Principal, Action, Resource: "*" } });

export const drifts: readonly Drift[] = [
  {
    title: "a tag of the domain is another",
    make: ({ account: { codeartifact } }) => {
      codeartifact.tags.add(codeartifact.domains.describe({ domain }).arn, { Environment: "prod" });
    },
    found: [`domain ${domain}, tag Environment: "dev" -> "prod"`],
  },
  {
    title: "the domain has a policy that admits everyone",
    make: ({ account }) =>
      account.codeartifact.domains.putPermissionsPolicy({
        domain,
        policyDocument: shared("codeartifact:GetAuthorizationToken"),
      }),
    found: [
      `domain ${domain}, policy: none -> ` +
        '{"Effect":"Allow","Principal":"*","Action":"codeartifact:GetAuthorizationToken","Resource":"*"}',
    ],
  },
  {
    title: "the domain's policy, by which another account reads, is gone",
    settings: { readerAccountIds: ["111122223333"] },
    make: ({ account }) => account.codeartifact.domains.deletePermissionsPolicy({ domain }),
    found: [
      `domain ${domain}, policy: {"Sid":"ReadFromAccounts","Effect":"Allow","Action":["codeartifact:GetAuthorizationToken"],` +
        `"Resource":"${place}:domain/${domain}","Principal":{"AWS":["arn:aws:iam::111122223333:root"]},` +
        `"Condition":{"StringNotEquals":{"aws:PrincipalAccount":"${accountId}"}}} -> none`,
    ],
  },
  {
    title: "the domain has another key than the settings name",
    settings: { encryption: `arn:aws:kms:us-east-1:${accountId}:key/one` },
    changed: { encryption: `arn:aws:kms:us-east-1:${accountId}:key/two` },
    found: [
      `domain ${domain}, encryption key: arn:aws:kms:us-east-1:${accountId}:key/two -> ` +
        `arn:aws:kms:us-east-1:${accountId}:key/one`,
    ],
  },
  {
    title: "the domain's key is another account's, and not AWS's or the stack's own",
    settings: { encryption: "arn:aws:kms:us-east-1:111122223333:key/theirs" },
    changed: { encryption: "aws-managed" },
    found: [`domain ${domain}, encryption key: a key of account ${accountId} -> a key of account 111122223333`],
  },
  {
    title: "a package was added to the settings, and nothing deployed since",
    changed: { packages: ["orb-common", "orb-models", "orb-new"] },
    found: [
      `role ${publisher}, inline policy permissions: ${publishing("orb-common", "orb-models", "orb-new")} -> ` +
        publishing("orb-common", "orb-models"),
    ],
  },
  {
    title: "the repository has lost its upstream",
    make: ({ account }) => account.codeartifact.repositories.update({ ...registry, upstreams: [] }),
    found: [`repository ${repositoryName}, upstreams: ${storeName} -> none`],
  },
  {
    title: "the repository has another upstream beside the store",
    make: ({ account }) => {
      account.codeartifact.repositories.create({ domain, repository: "detour" });
      account.codeartifact.repositories.update({ ...registry, upstreams: ["detour", storeName] });
    },
    found: [
      `repository ${repositoryName}, upstreams: ${storeName} -> detour, ${storeName}`,
      "repository detour: none -> there",
    ],
  },
  {
    title: "the repository is connected to public PyPI itself",
    make: ({ account }) => {
      account.codeartifact.repositories.update({ ...registry, upstreams: [] });
      account.codeartifact.repositories.associateExternalConnection({ ...registry, externalConnection: "public:pypi" });
    },
    found: [
      `repository ${repositoryName}, upstreams: ${storeName} -> none`,
      `repository ${repositoryName}, external connections: none -> public:pypi`,
    ],
  },
  {
    title: "the store is cut off from public PyPI",
    make: ({ account }) =>
      account.codeartifact.repositories.disassociateExternalConnection({ ...store, externalConnection: "public:pypi" }),
    found: [`repository ${storeName}, external connections: public:pypi -> none`],
  },
  {
    title: "the store is connected although public packages are off",
    settings: { publicPackages: false },
    make: ({ account }) =>
      account.codeartifact.repositories.associateExternalConnection({ ...store, externalConnection: "public:pypi" }),
    found: [`repository ${storeName}, external connections: none -> public:pypi`],
  },
  {
    title: "the repository has a policy that lets another account publish",
    make: ({ account }) =>
      account.codeartifact.repositories.putPermissionsPolicy({
        ...registry,
        policyDocument: shared("codeartifact:PublishPackageVersion", { AWS: ["111122223333"] }),
      }),
    found: [
      `repository ${repositoryName}, policy: none -> {"Effect":"Allow","Principal":{"AWS":["111122223333"]},` +
        '"Action":"codeartifact:PublishPackageVersion","Resource":"*"}',
    ],
  },
  {
    title: "the repository is described otherwise, and has a tag more",
    make: ({ account: { codeartifact } }) => {
      codeartifact.repositories.update({ ...registry, description: "Mine." });
      codeartifact.tags.add(codeartifact.repositories.describe(registry).arn, { Owner: "me" });
    },
    found: [
      `repository ${repositoryName}, description: Private Python packages, and public ones through the store. -> Mine.`,
      `repository ${repositoryName}, tag Owner: none -> "me"`,
    ],
  },
  {
    title: "the private names' package group is gone, so that they are taken for public ones",
    make: ({ account }) => account.codeartifact.packageGroups.delete({ domain, packageGroup: orb }),
    found: [
      `package group ${orb}: there -> none`,
      `package orb-common, package group: ${orb} (STRONG) -> /pypi/* (STRONG)`,
      `package orb-models, package group: ${orb} (STRONG) -> /pypi/* (STRONG)`,
      `package orb-common, public versions: reach nothing -> reach public:pypi, then ${storeName}, then ${repositoryName}`,
      `package orb-models, public versions: reach nothing -> reach public:pypi, then ${storeName}, then ${repositoryName}`,
    ],
  },
  {
    title: "a closer package group takes one of the private names, and opens it",
    make: (standing) => {
      standing.account.codeartifact.packageGroups.create({ domain, packageGroup: "/pypi//orb-common$" });
      open("/pypi//orb-common$", { EXTERNAL_UPSTREAM: "ALLOW", INTERNAL_UPSTREAM: "ALLOW" })(standing);
    },
    found: [
      `package orb-common, package group: ${orb} (STRONG) -> /pypi//orb-common$ (STRONG)`,
      "package group /pypi//orb-common$: none -> there",
      `package orb-common, public versions: reach nothing -> reach public:pypi, then ${storeName}, then ${repositoryName}`,
    ],
  },
  {
    title: "a closer package group inherits that private names are open to the store",
    make: (standing) => {
      standing.account.codeartifact.packageGroups.create({ domain, packageGroup: "/pypi//orb-common$" });
      open(orb, { EXTERNAL_UPSTREAM: "ALLOW_SPECIFIC_REPOSITORIES", INTERNAL_UPSTREAM: "ALLOW" }, [
        { repositoryName: storeName, originRestrictionType: "EXTERNAL_UPSTREAM" },
      ])(standing);
      open("/pypi//orb-common$", { PUBLISH: "BLOCK" })(standing);
    },
    found: [
      `package group ${orb}, EXTERNAL_UPSTREAM: BLOCK -> only ${storeName}`,
      `package group ${orb}, INTERNAL_UPSTREAM: BLOCK -> ALLOW`,
      `package orb-common, package group: ${orb} (STRONG) -> /pypi//orb-common$ (STRONG)`,
      "package group /pypi//orb-common$: none -> there",
      `package orb-common, public versions: reach nothing -> reach public:pypi, then ${storeName}, then ${repositoryName}`,
      `package orb-models, public versions: reach nothing -> reach public:pypi, then ${storeName}, then ${repositoryName}`,
    ],
  },
  {
    title: "a private name only looks like those of an open group, by which it enters nowhere",
    make: (standing) => {
      standing.account.codeartifact.packageGroups.create({ domain, packageGroup: "/pypi//orb-cornmon$" });
      open("/pypi//orb-cornmon$", { EXTERNAL_UPSTREAM: "ALLOW", INTERNAL_UPSTREAM: "ALLOW" })(standing);
    },
    found: [
      `package orb-common, package group: ${orb} (STRONG) -> /pypi//orb-cornmon$ (WEAK)`,
      "package group /pypi//orb-cornmon$: none -> there",
    ],
  },
  {
    title: "private names may be published into any repository",
    make: open(orb, { PUBLISH: "ALLOW" }),
    found: [`package group ${orb}, PUBLISH: only ${repositoryName} -> ALLOW`],
  },
  {
    title: "private names may come in by the store, but not go on",
    make: open(orb, { EXTERNAL_UPSTREAM: "ALLOW" }),
    found: [`package group ${orb}, EXTERNAL_UPSTREAM: BLOCK -> ALLOW`],
  },
  {
    title: "private names may come from public PyPI",
    make: open(orb, { EXTERNAL_UPSTREAM: "ALLOW_SPECIFIC_REPOSITORIES", INTERNAL_UPSTREAM: "ALLOW" }, [
      { repositoryName: storeName, originRestrictionType: "EXTERNAL_UPSTREAM" },
    ]),
    found: [
      `package group ${orb}, EXTERNAL_UPSTREAM: BLOCK -> only ${storeName}`,
      `package group ${orb}, INTERNAL_UPSTREAM: BLOCK -> ALLOW`,
      `package orb-common, public versions: reach nothing -> reach public:pypi, then ${storeName}, then ${repositoryName}`,
      `package orb-models, public versions: reach nothing -> reach public:pypi, then ${storeName}, then ${repositoryName}`,
    ],
  },
  {
    title: "private names may come from public PyPI, but one of them closes itself",
    make: async (standing) => {
      open(orb, { EXTERNAL_UPSTREAM: "ALLOW", INTERNAL_UPSTREAM: "ALLOW" })(standing);
      const { packages } = standing.sandbox.context;
      await putPackageOriginConfiguration(packages, registry, "orb-common", { publish: "ALLOW", upstream: "BLOCK" });
    },
    found: [
      `package group ${orb}, EXTERNAL_UPSTREAM: BLOCK -> ALLOW`,
      `package group ${orb}, INTERNAL_UPSTREAM: BLOCK -> ALLOW`,
      `package orb-models, public versions: reach nothing -> reach public:pypi, then ${storeName}, then ${repositoryName}`,
    ],
  },
  {
    title: "a group inherits what it is to say itself",
    make: open("/pypi/*", { INTERNAL_UPSTREAM: "INHERIT" }),
    found: [`package group /pypi/*, INTERNAL_UPSTREAM: only ${repositoryName} -> ALLOW, inherited`],
  },
  {
    title: "public names may come in by the repository itself",
    make: open("/pypi/*", {}, [{ repositoryName, originRestrictionType: "EXTERNAL_UPSTREAM" }]),
    found: [`package group /pypi/*, EXTERNAL_UPSTREAM: only ${storeName} -> only ${storeName}, ${repositoryName}`],
  },
  {
    title: "a private package is closed to publishers by its own settings",
    make: async ({ sandbox: { context } }) => {
      await context.packages.publish(registry, "orb-common", wheel("orb-common", "1.0.0"));
      await putPackageOriginConfiguration(context.packages, registry, "orb-common", {
        publish: "BLOCK",
        upstream: "ALLOW",
      });
    },
    found: [`package orb-common in ${repositoryName}, publish: ALLOW -> BLOCK`],
  },
  {
    title: "a public version of a private name came in while the group was open, and the group is closed again",
    make: async (standing) => {
      const { index, sandbox } = standing;
      const { filename } = index.add("orb-evil", "9.9.9");
      open(orb, { EXTERNAL_UPSTREAM: "ALLOW", INTERNAL_UPSTREAM: "ALLOW" })(standing);
      await sandbox.context.packages.download(registry, "orb-evil", filename);
      open(orb, { EXTERNAL_UPSTREAM: "BLOCK", INTERNAL_UPSTREAM: "BLOCK" })(standing);
    },
    found: [
      `package orb-evil in ${storeName}, versions: come from publishers of this registry alone -> came from outside (EXTERNAL): 9.9.9`,
      `package orb-evil in ${repositoryName}, versions: come from publishers of this registry alone -> came from outside (EXTERNAL): 9.9.9`,
    ],
  },
  {
    title: "GitHub's OIDC provider is gone",
    make: ({ account }) => {
      account.iam.oidcProviders.delete({ arn: provider });
    },
    found: [`OIDC provider ${provider}: there -> none`],
  },
  {
    title: "GitHub's OIDC provider does not know the audience",
    make: ({ account }) => {
      account.iam.oidcProviders.delete({ arn: provider });
      const url = "https://token.actions.githubusercontent.com";
      account.iam.oidcProviders.create({ url, clientIDList: ["https://github.com/orb"] });
    },
    found: [`OIDC provider ${provider}, audience sts.amazonaws.com: known -> none`],
  },
  {
    title: "a role is gone",
    make: ({ account: { iam } }) => {
      iam.roles.deletePolicy({ roleName: publisher, policyName: "permissions" });
      iam.roles.delete({ roleName: publisher });
    },
    found: [`role ${publisher}: there -> none`],
  },
  {
    title: "a role that no setting names is named as the registry's are",
    make: ({ account: { iam } }) => {
      const { assumeRolePolicyDocument } = iam.roles.get({ roleName: publisher });
      iam.roles.create({ roleName: `${publisher}-former`, assumeRolePolicyDocument });
      iam.roles.create({ roleName: `${publisher}s-of-another-kind`, assumeRolePolicyDocument });
    },
    found: [`role ${publisher}-former: none -> there`],
  },
  {
    title: "a role trusts any job of the repository's owner",
    make: ({ account: { iam } }) => {
      const statement = {
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:orb-integration-hub/*" } },
      };
      const trust = JSON.parse(iam.roles.get({ roleName: publisher }).assumeRolePolicyDocument) as Document;
      const policyDocument = JSON.stringify({ ...trust, Statement: [...trust.Statement, statement] });
      iam.roles.updateTrust({ roleName: publisher, policyDocument });
    },
    found: [
      `role ${publisher}, trust policy: none -> {"Effect":"Allow","Principal":{"Federated":"${provider}"},` +
        '"Action":"sts:AssumeRoleWithWebIdentity",' +
        '"Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:orb-integration-hub/*"}}}',
    ],
  },
  {
    title: "sessions of a role may last longer",
    make: ({ account }) => account.iam.roles.update({ roleName: publisher, maxSessionDuration: 43200 }),
    found: [`role ${publisher}, session duration: 3600 s -> 43200 s`],
  },
  {
    title: "a role is bounded by a policy",
    make: ({ account }) => {
      account.iam.roles.putBoundary({ roleName: publisher, permissionsBoundary: readPolicy });
    },
    found: [`role ${publisher}, permissions boundary: none -> ${readPolicy}`],
  },
  {
    title: "the policy that is to bound a role does not any more",
    settings: { permissionsBoundary: bounds, readers: [] },
    make: ({ account }) => {
      account.iam.roles.deleteBoundary({ roleName: publisher });
    },
    found: [`role ${publisher}, permissions boundary: ${bounds} -> none`],
  },
  {
    title: "a role's permissions are gone",
    make: ({ account }) => {
      account.iam.roles.deletePolicy({ roleName: publisher, policyName: "permissions" });
    },
    found: [
      `role ${publisher}, inline policy permissions: ${[...reading(), publishing("orb-common", "orb-models")].join("\n")} -> none`,
    ],
  },
  {
    title: "a role has a policy more of its own",
    make: ({ account }) => {
      account.iam.roles.putPolicy({
        roleName: publisher,
        policyName: "more",
        policyDocument: allow("codeartifact:DeletePackageVersions"),
      });
    },
    found: [`role ${publisher}, inline policy more: none -> ${allows("codeartifact:DeletePackageVersions")}`],
  },
  {
    title: "a role may mint tokens of twelve hours, and as long as its session",
    make: ({ account }) => {
      account.iam.roles.putPolicy({
        roleName: publisher,
        policyName: "tokens",
        policyDocument: allow("sts:GetServiceBearerToken"),
      });
    },
    found: [
      `role ${publisher}, inline policy tokens: none -> ${allows("sts:GetServiceBearerToken")}`,
      `role ${publisher}, life of its tokens: at most 3600 s -> 3601 s, 43200 s, as long as its session (0)`,
    ],
  },
  {
    title: "a role has a managed policy more",
    make: ({ account: { iam } }) => {
      const { arn: policyArn } = iam.policies.create({ policyName: "admin", policyDocument: allow("*") });
      iam.policies.attach({ roleName: publisher, policyArn });
    },
    found: [`role ${publisher}, attached policy arn:aws:iam::${accountId}:policy/admin: none -> attached`],
  },
  {
    title: "a reader has lost the policy by which it reads",
    make: ({ account }) => {
      account.iam.policies.detach({ roleName: lambdaLayers, policyArn: readPolicy });
    },
    found: [`role ${lambdaLayers}, attached policy ${readPolicy}: attached -> none`],
  },
  {
    title: "a reader policy is left over, and a role outside the stack has it",
    make: ({ account: { iam } }) => {
      const { arn: policyArn } = iam.policies.create({ policyName: leftover, policyDocument: allow("s3:GetObject") });
      iam.roles.create({ roleName: "builds", assumeRolePolicyDocument: serviceTrust });
      iam.policies.attach({ roleName: "builds", policyArn });
    },
    found: [`policy arn:aws:iam::${accountId}:policy/${leftover}: none -> there`],
  },
  {
    title: "a policy with packages of a publisher is left over, from before such policies had a hash",
    make: ({ account: { iam } }) =>
      iam.policies.create({ policyName: `${publisher}-packages-1`, policyDocument: allow("s3:GetObject") }),
    found: [`policy arn:aws:iam::${accountId}:policy/${publisher}-packages-1: none -> there`],
  },
  {
    title: "an undeclared role of the registry has no boundary",
    settings: { permissionsBoundary: bounds, readers: [] },
    make: ({ account: { iam } }) =>
      iam.roles.create({ roleName: lambdaLayers, assumeRolePolicyDocument: serviceTrust }),
    found: [`role ${lambdaLayers}: none -> there`, `role ${lambdaLayers}, permissions boundary: ${bounds} -> none`],
  },
  {
    title: "a role outside the stack has the readers' policy and no boundary",
    settings: { permissionsBoundary: bounds },
    make: ({ account: { iam } }) => {
      iam.roles.create({ roleName: "builds", assumeRolePolicyDocument: serviceTrust });
      iam.policies.attach({ roleName: "builds", policyArn: readPolicy });
    },
    found: [`role builds, permissions boundary: one of its own, because it has ${readPolicy} -> none`],
  },
  {
    title: "nothing differs where such a role has a boundary",
    settings: { permissionsBoundary: bounds },
    make: ({ account: { iam } }) => {
      const permissionsBoundary = `arn:aws:iam::${accountId}:policy/of-builds`;
      iam.roles.create({ roleName: "builds", assumeRolePolicyDocument: serviceTrust, permissionsBoundary });
      iam.policies.attach({ roleName: "builds", policyArn: readPolicy });
    },
    found: [],
  },
  {
    title: "nothing differs where the settings name no boundary and such a role has none",
    make: ({ account: { iam } }) => {
      iam.roles.create({ roleName: "builds", assumeRolePolicyDocument: serviceTrust });
      iam.policies.attach({ roleName: "builds", policyArn: readPolicy });
    },
    found: [],
  },
  {
    title: "a version of the readers' policy that allows more is in force",
    make: ({ account: { iam } }) => {
      const policyDocument = widened(iam.policies.get({ policyArn: readPolicy }).policyDocument);
      const { versionId } = iam.policies.createVersion({ policyArn: readPolicy, policyDocument });
      iam.policies.setDefaultVersion({ policyArn: readPolicy, versionId });
    },
    found: [
      `policy ${readPolicy}, document: none -> {"Sid":"More","Effect":"Allow","Action":"codeartifact:*","Resource":"*"}`,
    ],
  },
  {
    title: "a tag of a role is gone, one of a policy is another, one of a package group is new",
    make: ({ account: { iam, codeartifact } }) => {
      iam.roles.untag({ roleName: publisher, tagKeys: ["ManagedBy"] });
      iam.policies.tag({ policyArn: readPolicy, tags: { Project: "other" } });
      codeartifact.tags.add(codeartifact.packageGroups.describe({ domain, packageGroup: orb }).arn, { Owner: "me" });
    },
    found: [
      `package group ${orb}, tag Owner: none -> "me"`,
      `role ${publisher}, tag ManagedBy: "pulumi" -> none`,
      `policy ${readPolicy}, tag Project: "integration-hub" -> "other"`,
    ],
  },
];

interface Document {
  readonly Statement: readonly object[];
}

function widened(document: string): string {
  const policy = JSON.parse(document) as Document;
  const statement = { Sid: "More", Effect: "Allow", Action: "codeartifact:*", Resource: "*" };
  return JSON.stringify({ ...policy, Statement: [...policy.Statement, statement] });
}

function open(
  packageGroup: string,
  restrictions: Partial<Record<RestrictionType, RestrictionMode>>,
  addAllowedRepositories: readonly { repositoryName: string; originRestrictionType: RestrictionType }[] = [],
) {
  return ({ account }: Standing) => {
    account.codeartifact.packageGroups.updateOriginConfiguration({
      domain,
      packageGroup,
      restrictions,
      addAllowedRepositories,
    });
  };
}

/** The statement of a publisher's that names its packages. */
function publishing(...names: readonly string[]): string {
  const Resource = names.map((name) => `${place}:package/${domain}/${repositoryName}/pypi//${name}`);
  const Action = ["PublishPackageVersion", "DescribePackageVersion", "ListPackageVersionAssets"];
  return JSON.stringify({
    Sid: "PublishPackages",
    Effect: "Allow",
    Action: Action.map((name) => `codeartifact:${name}`),
    Resource,
  });
}

/** The statements of everyone who reads. */
function reading(): readonly string[] {
  const Action = ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"];
  return [
    `{"Sid":"MintRegistryToken","Effect":"Allow","Action":"codeartifact:GetAuthorizationToken","Resource":"${place}:domain/${domain}"}`,
    '{"Sid":"CapRegistryToken","Effect":"Allow","Action":"sts:GetServiceBearerToken","Resource":"*","Condition":' +
      '{"StringEquals":{"sts:AWSServiceName":"codeartifact.amazonaws.com"},"NumericGreaterThanEquals":' +
      '{"sts:DurationSeconds":"900"},"NumericLessThanEquals":{"sts:DurationSeconds":"3600"}}}',
    JSON.stringify({
      Sid: "ReadRepository",
      Effect: "Allow",
      Action,
      Resource: `${place}:repository/${domain}/${repositoryName}`,
    }),
  ];
}
