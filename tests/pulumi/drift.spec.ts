import { expect } from "chai";
import type { SandboxAccount } from "../../sandbox/account";
import { describePulumi } from "../support/describePulumi";
import { PulumiProject, stepTexts } from "../support/pulumiProject";

const domain = "orb-integration-hub-dev";
const repository = "python-packages";
const publisher = `${domain}-codeartifact-publisher`;
const readerPolicy = `arn:aws:iam::123456789012:policy/${domain}-codeartifact-reader-1e5ae495`;

/** Allows anyone who has it everything. */
const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

/** What someone changes past Pulumi, and what a refresh says of it. */
interface Drift {
  readonly what: string;
  readonly byHand: (account: SandboxAccount) => void;
  readonly found: string;
  /** How the next update mends it. */
  readonly mended: string;
}

const drifts: readonly Drift[] = [
  {
    what: "a domain's tag",
    byHand: ({ codeartifact }) => {
      codeartifact.tags.add(codeartifact.domains.describe({ domain }).arn, { Project: "mine" });
    },
    found: "update registry-domain",
    mended: "update registry-domain",
  },
  {
    what: "the store's connection",
    byHand: ({ codeartifact }) => {
      const store = { domain, repository: "pypi-store", externalConnection: "public:pypi" };
      codeartifact.repositories.disassociateExternalConnection(store);
    },
    found: "update registry-pypi-store",
    mended: "update registry-pypi-store",
  },
  {
    what: "the repository's upstream",
    byHand: ({ codeartifact }) => {
      codeartifact.repositories.update({ domain, repository, upstreams: [] });
    },
    found: "update registry-python-packages",
    mended: "update registry-python-packages",
  },
  {
    what: "a package group that lets in everything",
    byHand: ({ codeartifact }) => {
      const restrictions = { EXTERNAL_UPSTREAM: "ALLOW", INTERNAL_UPSTREAM: "ALLOW" } as const;
      codeartifact.packageGroups.updateOriginConfiguration({ domain, packageGroup: "/pypi//orb~", restrictions });
    },
    found: "update registry-origins-orb~",
    mended: "update registry-origins-orb~",
  },
  {
    what: "a package group that is gone",
    byHand: ({ codeartifact }) => {
      codeartifact.packageGroups.delete({ domain, packageGroup: "/pypi/*" });
    },
    found: "delete registry-origins-*",
    mended: "create registry-origins-*",
  },
  {
    what: "a domain policy for another account",
    byHand: ({ codeartifact }) => {
      const { document } = codeartifact.domains.getPermissionsPolicy({ domain });
      const policyDocument = document.replaceAll("444455556666", "999999999999");
      codeartifact.domains.putPermissionsPolicy({ domain, policyDocument });
    },
    found: "update registry-domain-policy",
    mended: "update registry-domain-policy",
  },
  {
    what: "a repository policy that is gone",
    byHand: ({ codeartifact }) => {
      codeartifact.repositories.deletePermissionsPolicy({ domain, repository });
    },
    found: "delete registry-repository-policy",
    mended: "create registry-repository-policy",
  },
  {
    what: "a trust policy that anyone of the account passes",
    byHand: ({ iam }) => {
      const policyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" }],
      });
      iam.roles.updateTrust({ roleName: publisher, policyDocument });
    },
    found: "update registry-publisher-role",
    mended: "update registry-publisher-role",
  },
  {
    what: "an inline policy",
    byHand: ({ iam }) => {
      iam.roles.putPolicy({ roleName: publisher, policyName: "permissions", policyDocument: everything });
    },
    found: "update registry-publisher-permissions",
    mended: "update registry-publisher-permissions",
  },
  {
    what: "a managed policy's version in force",
    byHand: ({ iam }) => {
      const { versionId } = iam.policies.createVersion({ policyArn: readerPolicy, policyDocument: everything });
      iam.policies.setDefaultVersion({ policyArn: readerPolicy, versionId });
    },
    found: "update registry-read-policy",
    mended: "update registry-read-policy",
  },
  {
    what: "an attached policy",
    byHand: ({ iam }) => {
      const roleName = `${domain}-codeartifact-reader-promotion`;
      iam.policies.detach({ roleName, policyArn: readerPolicy });
    },
    found: "delete registry-reader-promotion-read-attachment",
    mended: "create registry-reader-promotion-read-attachment",
  },
  {
    what: "a key's rotation",
    byHand: ({ kms, codeartifact }) => {
      kms.disableKeyRotation({ keyId: codeartifact.domains.describe({ domain }).encryptionKey });
    },
    found: "update registry-key",
    mended: "update registry-key",
  },
];

describePulumi("what is changed past Pulumi", (cli) => {
  let project: PulumiProject;

  before(async () => {
    project = new PulumiProject(cli);
    await project.init("dev", { encryption: "create", readerAccountIds: ["444455556666"] });
    expect((await project.up("dev")).exitCode).to.equal(0);
    for (const { byHand } of drifts) {
      byHand(project.account);
    }
  });

  after(() => {
    project.close();
  });

  it("is not looked for by a preview", async () => {
    expect((await project.preview("dev")).steps).to.deep.equal([]);
  });

  it(`is found by a refresh in every type of resource: ${drifts.map(({ what }) => what).join(", ")}`, async () => {
    const { exitCode, steps } = await project.refresh("dev");

    expect(exitCode).to.equal(0);
    expect(stepTexts(steps)).to.deep.equal(drifts.map(({ found }) => found).sort());
    expect(new Set(steps.map(({ type }) => type))).to.have.length(10);
  });

  it("is put right by the next update, and then nothing is left to do", async () => {
    const { exitCode, steps } = await project.up("dev");
    const refreshed = await project.refresh("dev");
    const { steps: further } = await project.preview("dev");

    expect(exitCode).to.equal(0);
    expect(stepTexts(steps)).to.deep.equal(drifts.map(({ mended }) => mended).sort());
    expect([refreshed.steps, further]).to.deep.equal([[], []]);
  });

  it("is not written over unseen where it is a domain's or a repository's policy", async () => {
    const policyDocument = everything.replace('"Action"', '"Principal":"*","Action"');
    project.account.codeartifact.repositories.putPermissionsPolicy({ domain, repository, policyDocument });
    project.configure("dev", { encryption: "create", readerAccountIds: ["777788889999"] });

    const rejected = await project.up("dev");
    const stored = project.account.codeartifact.repositories.getPermissionsPolicy({ domain, repository });
    await project.refresh("dev");
    const { exitCode } = await project.up("dev");
    const mended = project.account.codeartifact.repositories.getPermissionsPolicy({ domain, repository });

    expect(rejected.exitCode).to.equal(1);
    expect(rejected.messages.join("\n")).to.match(
      /^creating CodeArtifact Repository Permissions Policy: ConflictException: The policy of Repository 'python-packages' is not at revision '.*': read it again and repeat\.$/m,
    );
    expect(stored.document).to.equal(policyDocument);
    expect(exitCode).to.equal(0);
    expect(mended.document).to.include("777788889999");
  });
});
