import type { Settings } from "./pulumiProject";

/** A change of settings, made and taken back. */
export interface SettingsChange {
  /** What changes, as a test's title. */
  readonly title: string;
  readonly settings: Settings;
  /** What the engine does to resources, sorted. */
  readonly there: readonly string[];
  readonly back: readonly string[];
  /** @default exampleSettings */
  readonly from?: Settings;
}

/** Changes none of the example settings of dev. */
export const exampleSettings: Settings = {};

/** What a first update with them does, sorted. */
export const exampleCreated: readonly string[] = [
  "create registry-domain",
  "create registry-origins-*",
  "create registry-origins-orb~",
  "create registry-publisher-permissions",
  "create registry-publisher-role",
  "create registry-pypi-store",
  "create registry-python-packages",
  "create registry-read-policy",
  "create registry-reader-lambda-layers-read-attachment",
  "create registry-reader-lambda-layers-role",
  "create registry-reader-promotion-read-attachment",
  "create registry-reader-promotion-role",
];

const [publisher, reader] = ["publisher", "reader"].map((name) => ({
  repository: `octo/${name}`,
  repositoryId: 11,
  ownerId: 22,
  ref: "refs/heads/main",
  workflow: ".github/workflows/deploy.yml",
}));
const publishing = { publishers: [publisher], readers: undefined };

function packages(count: number): Settings {
  return { packages: Array.from({ length: count }, (_, index) => `orb-package-${index}`) };
}

const everyRole = ["registry-publisher-role", "registry-reader-lambda-layers-role", "registry-reader-promotion-role"];
const everythingTagged = [
  ...[
    "registry-domain",
    "registry-origins-*",
    "registry-origins-orb~",
    "registry-publisher-role",
    "registry-pypi-store",
    "registry-python-packages",
    "registry-read-policy",
  ],
  ...["registry-reader-lambda-layers-role", "registry-reader-promotion-role"],
];

/** What the engine does to resources that are replaced. */
function replaced(...names: readonly string[]): readonly string[] {
  return ["create-replacement", "delete-replaced", "replace"].flatMap((op) => names.map((name) => `${op} ${name}`));
}

const readPolicyReplaced = replaced(
  ...[
    "registry-read-policy",
    "registry-reader-lambda-layers-read-attachment",
    "registry-reader-promotion-read-attachment",
  ],
);
const secondPartReplaced = replaced("registry-publisher-packages-2", "registry-publisher-packages-2-attachment");

const auditTrail = ["registry-audit-log", "registry-audit-log-policy"];
const trailKinds = ["access", "calls", "versions"];
const alarmKinds = ["denials", "policies", "public", "removals"];

function auditRules(kinds: readonly string[]): readonly string[] {
  return kinds.flatMap((kind) => [`registry-audit-${kind}`, `registry-audit-${kind}-target`]);
}

/** Each is tried on a stack `dev` with the settings `from`. */
export const settingsChanges: readonly SettingsChange[] = [
  {
    title: "a package is one permission more, and no package group is touched",
    settings: { packages: ["orb-common", "orb-models", "orb-extra"] },
    there: ["update registry-publisher-permissions"],
    back: ["update registry-publisher-permissions"],
  },
  {
    title: "packages that no longer fit one document go to policies beside it",
    from: packages(64),
    settings: packages(90),
    there: [
      "create registry-publisher-packages-1",
      "create registry-publisher-packages-1-attachment",
      "create registry-publisher-packages-2",
      "create registry-publisher-packages-2-attachment",
      "update registry-publisher-permissions",
    ],
    back: [
      "delete registry-publisher-packages-1",
      "delete registry-publisher-packages-1-attachment",
      "delete registry-publisher-packages-2",
      "delete registry-publisher-packages-2-attachment",
      "update registry-publisher-permissions",
    ],
  },
  {
    title: "a package more in such a policy is another policy in its place",
    from: packages(90),
    settings: { packages: [...(packages(90).packages as string[]), "orb-zebra"] },
    there: secondPartReplaced,
    back: secondPartReplaced,
  },
  {
    title: "a publisher's new name is another role",
    from: publishing,
    settings: { ...publishing, publishers: [{ ...publisher, name: "apps", packages: ["orb-common", "orb-models"] }] },
    there: [
      "create registry-publisher-apps-permissions",
      "create registry-publisher-apps-role",
      "delete registry-publisher-permissions",
      "delete registry-publisher-role",
    ],
    back: [
      "create registry-publisher-permissions",
      "create registry-publisher-role",
      "delete registry-publisher-apps-permissions",
      "delete registry-publisher-apps-role",
    ],
  },
  {
    title: "a reader is a role and its right to read",
    from: publishing,
    settings: { ...publishing, readers: [reader] },
    there: ["create registry-reader-read-attachment", "create registry-reader-role"],
    back: ["delete registry-reader-read-attachment", "delete registry-reader-role"],
  },
  {
    title: "an inspector is a role with permissions of its own",
    settings: { inspectors: [{ ...publisher }] },
    there: ["create registry-inspector-permissions", "create registry-inspector-role"],
    back: ["delete registry-inspector-permissions", "delete registry-inspector-role"],
  },
  {
    title: "a maintainer is a role with permissions of its own",
    settings: { maintainers: [{ ...publisher, name: "cleanup" }] },
    there: ["create registry-maintainer-cleanup-permissions", "create registry-maintainer-cleanup-role"],
    back: ["delete registry-maintainer-cleanup-permissions", "delete registry-maintainer-cleanup-role"],
  },
  {
    title: "an audit trail is a log group, its policy and three rules; the policy stays",
    settings: { audit: { retentionDays: 90 } },
    there: [...auditTrail, ...auditRules(trailKinds)].map((name) => `create ${name}`).sort(),
    back: [...auditTrail, ...auditRules(trailKinds)].map((name) => `delete ${name}`).sort(),
  },
  {
    title: "a topic for alarms is four rules more",
    from: { audit: { retentionDays: 90 } },
    settings: { audit: { retentionDays: 90, alarmTopicArn: "arn:aws:sns:us-east-1:123456789012:alarms" } },
    there: auditRules(alarmKinds).map((name) => `create ${name}`),
    back: auditRules(alarmKinds).map((name) => `delete ${name}`),
  },
  {
    title: "how long events are kept is the log group's own",
    from: { audit: { retentionDays: 90 } },
    settings: { audit: { retentionDays: 365 } },
    there: ["update registry-audit-log"],
    back: ["update registry-audit-log"],
  },
  {
    title: "GitHub's ids of a job are in its trust alone",
    from: publishing,
    settings: { ...publishing, publishers: [{ ...publisher, repositoryId: 33, ownerId: 44 }] },
    there: ["update registry-publisher-role"],
    back: ["update registry-publisher-role"],
  },
  {
    title: "another life of tokens is in what everyone may do",
    settings: { tokenLifetime: 1800 },
    there: [...readPolicyReplaced, "update registry-publisher-permissions"],
    back: [...readPolicyReplaced, "update registry-publisher-permissions"],
  },
  {
    title: "another length of sessions is the roles' own",
    settings: { sessionDuration: 7200 },
    there: everyRole.map((role) => `update ${role}`),
    back: everyRole.map((role) => `update ${role}`),
  },
  {
    title: "a boundary is the roles' own",
    settings: { permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary" },
    there: everyRole.map((role) => `update ${role}`),
    back: everyRole.map((role) => `update ${role}`),
  },
  {
    title: "without public packages the store's connection and the group of all others change",
    settings: { publicPackages: false },
    there: ["update registry-origins-*", "update registry-pypi-store"],
    back: ["update registry-origins-*", "update registry-pypi-store"],
  },
  {
    title: "the first other account brings the policies that let it read",
    settings: { readerAccountIds: ["444455556666"] },
    there: ["create registry-domain-policy", "create registry-repository-policy"],
    back: ["delete registry-domain-policy", "delete registry-repository-policy"],
  },
  {
    title: "a further account is in these policies",
    from: { readerAccountIds: ["444455556666"] },
    settings: { readerAccountIds: ["444455556666", "777788889999"] },
    there: ["update registry-domain-policy", "update registry-repository-policy"],
    back: ["update registry-domain-policy", "update registry-repository-policy"],
  },
  {
    title: "an organization is in these policies too",
    from: { readerAccountIds: ["444455556666"] },
    settings: { readerAccountIds: ["444455556666"], readerOrganizationId: "o-abcdefghij" },
    there: ["update registry-domain-policy", "update registry-repository-policy"],
    back: ["update registry-domain-policy", "update registry-repository-policy"],
  },
  {
    title: "an origin is a package group",
    settings: { origins: { private: ["orb~", "legacy-tool$"] } },
    there: ["create registry-origins-legacy-tool$"],
    back: ["delete registry-origins-legacy-tool$"],
  },
  {
    title: "an origin that moves to another list stays the same group",
    from: { origins: { private: ["orb~"], public: ["orb-billing"] } },
    settings: { origins: { private: ["orb~"], blocked: ["orb-billing"] } },
    there: ["update registry-origins-orb-billing$"],
    back: ["update registry-origins-orb-billing$"],
  },
  {
    title: "a tag is on everything that takes tags",
    settings: { tags: { Team: "platform" } },
    there: everythingTagged.map((name) => `update ${name}`),
    back: everythingTagged.map((name) => `update ${name}`),
  },
  {
    title: "protection is between the person and Pulumi: AWS hears nothing of it",
    settings: { protect: true },
    there: [],
    back: [],
  },
  {
    title: "the OIDC provider that would be looked up may be named",
    settings: { oidcProviderArn: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
    there: [],
    back: [],
  },
];
