import { expect } from "chai";
import { describePulumi } from "../support/describePulumi";
import { PulumiProject, type Settings, stepTexts } from "../support/pulumiProject";

/** A change of settings, made and taken back. */
interface Change {
  /** What changes, as a test's title. */
  readonly title: string;
  readonly settings: Settings;
  /** What the engine does to resources, sorted; in this table `/` means `registry-`. */
  readonly there: readonly string[];
  readonly back: readonly string[];
  /** @default the example settings of dev */
  readonly from?: Settings;
}

const shippedSettings: Settings = {};

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

const everyRole = ["/publisher-role", "/reader-lambda-layers-role", "/reader-promotion-role"];
const everythingTagged = [
  ...["/domain", "/origins-*", "/origins-orb~", "/publisher-role", "/pypi-store", "/python-packages", "/read-policy"],
  ...["/reader-lambda-layers-role", "/reader-promotion-role"],
];

/** What the engine does to resources that are replaced. */
function replaced(...names: readonly string[]): readonly string[] {
  return ["create-replacement", "delete-replaced", "replace"].flatMap((op) => names.map((name) => `${op} ${name}`));
}

const readPolicyReplaced = replaced(
  ...["/read-policy", "/reader-lambda-layers-read-attachment", "/reader-promotion-read-attachment"],
);
const secondPartReplaced = replaced("/publisher-packages-2", "/publisher-packages-2-attachment");

const changes: readonly Change[] = [
  {
    title: "a package is one permission more, and no package group is touched",
    settings: { packages: ["orb-common", "orb-models", "orb-extra"] },
    there: ["update /publisher-permissions"],
    back: ["update /publisher-permissions"],
  },
  {
    title: "packages that no longer fit one document go to policies beside it",
    from: packages(64),
    settings: packages(90),
    there: [
      "create /publisher-packages-1",
      "create /publisher-packages-1-attachment",
      "create /publisher-packages-2",
      "create /publisher-packages-2-attachment",
      "update /publisher-permissions",
    ],
    back: [
      "delete /publisher-packages-1",
      "delete /publisher-packages-1-attachment",
      "delete /publisher-packages-2",
      "delete /publisher-packages-2-attachment",
      "update /publisher-permissions",
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
      "create /publisher-apps-permissions",
      "create /publisher-apps-role",
      "delete /publisher-permissions",
      "delete /publisher-role",
    ],
    back: [
      "create /publisher-permissions",
      "create /publisher-role",
      "delete /publisher-apps-permissions",
      "delete /publisher-apps-role",
    ],
  },
  {
    title: "a reader is a role and its right to read",
    from: publishing,
    settings: { ...publishing, readers: [reader] },
    there: ["create /reader-read-attachment", "create /reader-role"],
    back: ["delete /reader-read-attachment", "delete /reader-role"],
  },
  {
    title: "GitHub's ids of a job are in its trust alone",
    from: publishing,
    settings: { ...publishing, publishers: [{ ...publisher, repositoryId: 33, ownerId: 44 }] },
    there: ["update /publisher-role"],
    back: ["update /publisher-role"],
  },
  {
    title: "another life of tokens is in what everyone may do",
    settings: { tokenLifetime: 1800 },
    there: [...readPolicyReplaced, "update /publisher-permissions"],
    back: [...readPolicyReplaced, "update /publisher-permissions"],
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
    there: ["update /origins-*", "update /pypi-store"],
    back: ["update /origins-*", "update /pypi-store"],
  },
  {
    title: "the first other account brings the policies that let it read",
    settings: { readerAccountIds: ["444455556666"] },
    there: ["create /domain-policy", "create /repository-policy"],
    back: ["delete /domain-policy", "delete /repository-policy"],
  },
  {
    title: "a further account is in these policies",
    from: { readerAccountIds: ["444455556666"] },
    settings: { readerAccountIds: ["444455556666", "777788889999"] },
    there: ["update /domain-policy", "update /repository-policy"],
    back: ["update /domain-policy", "update /repository-policy"],
  },
  {
    title: "an organization is in these policies too",
    from: { readerAccountIds: ["444455556666"] },
    settings: { readerAccountIds: ["444455556666"], readerOrganizationId: "o-abcdefghij" },
    there: ["update /domain-policy", "update /repository-policy"],
    back: ["update /domain-policy", "update /repository-policy"],
  },
  {
    title: "an origin is a package group",
    settings: { origins: { private: ["orb~", "legacy-tool$"] } },
    there: ["create /origins-legacy-tool$"],
    back: ["delete /origins-legacy-tool$"],
  },
  {
    title: "an origin that moves to another list stays the same group",
    from: { origins: { private: ["orb~"], public: ["orb-billing"] } },
    settings: { origins: { private: ["orb~"], blocked: ["orb-billing"] } },
    there: ["update /origins-orb-billing$"],
    back: ["update /origins-orb-billing$"],
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

describePulumi("a change of settings on the real engine", (cli) => {
  let project: PulumiProject;
  /** What exists. */
  let current = shippedSettings;

  const up = async (settings: Settings) => {
    project.configure("dev", settings);
    const { exitCode, steps, messages } = await project.up("dev");
    expect(exitCode, messages.join("\n")).to.equal(0);
    current = settings;
    return stepTexts(steps).map((step) => step.replace(" registry-", " /"));
  };

  before(async () => {
    project = new PulumiProject(cli);
    await project.init("dev");
    await up(shippedSettings);
  });

  after(() => {
    project.close();
  });

  for (const { title, settings, there, back, from = shippedSettings } of changes) {
    it(title, async () => {
      if (current !== from) {
        await up(from);
      }

      expect(await up(settings)).to.deep.equal(there);
      expect(await up(from)).to.deep.equal(back);
    });
  }

  const wayOut = 'A registry beside it can have it: docs/operations.md, "Another name or key".';

  it("of the domain's name is rejected before anything is done, with the way out", async () => {
    await up(shippedSettings);
    project.configure("dev", { customerId: "acme" });
    const { exitCode, steps, messages } = await project.up("dev");

    expect(exitCode).to.equal(1);
    expect(messages).to.include(
      "The domain orb-integration-hub-dev cannot be renamed to acme-integration-hub-dev. " +
        `Set customerId, projectId and environment back. ${wayOut}`,
    );
    expect(steps).to.deep.equal([]);
    expect(await up(shippedSettings)).to.deep.equal([]);
  });

  it("of its key is rejected in the preview, with the way out", async () => {
    const { encryptionKey } = project.account.codeartifact.domains.describe({ domain: "orb-integration-hub-dev" });
    const other = project.account.kms.createKey();
    for (const encryption of ["create", other.arn]) {
      project.configure("dev", { encryption });
      const { exitCode, steps, messages } = await project.preview("dev");

      expect(exitCode).to.equal(1);
      expect(messages).to.include(
        `The domain orb-integration-hub-dev is encrypted with the key ${encryptionKey}, and cannot change to another. ` +
          "Set encryption back: to aws-managed where that key is AWS's own, to create where this stack made it, else to " +
          `this ARN. ${wayOut}`,
      );
      expect(stepTexts(steps)).to.deep.equal(encryption === "create" ? ["create registry-key"] : []);
    }
    expect(await up(shippedSettings)).to.deep.equal([]);
  });
});
