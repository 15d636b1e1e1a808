import { RunError } from "@pulumi/pulumi";
import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import type { PackageRegistryArgs } from "../../components/packageRegistry";
import { checkJob, checkRegistryArgs } from "../../components/validation";
import type { GithubJob } from "../../github/jobs";

const job: GithubJob = {
  repository: "octo/hub",
  repositoryId: "1001",
  ownerId: "2002",
  subjectContext: "environment:dev",
};
const issuer = "token.actions.githubusercontent.com";
const packages = ["orb-common"];

const args: PackageRegistryArgs = {
  domain: "orb-hub-dev",
  origins: { private: [{ name: "orb", match: "prefix" }], public: ["orb-open"], blocked: ["orb-bad"] },
  publicPackages: true,
  encryption: "aws-managed",
  protect: false,
  publishers: [{ job, packages }],
  readers: [{ job }],
  tokenLifetime: 1800,
  sessionDuration: 7200,
  issuer,
  oidcProviderArn: `arn:aws:iam::111122223333:oidc-provider/${issuer}`,
  tags: {},
};

/** The errors of the registry's arguments with changes. */
function errorsOf(changes: Partial<Record<keyof PackageRegistryArgs, unknown>>): readonly string[] {
  try {
    checkRegistryArgs("registry", { ...args, ...changes } as PackageRegistryArgs);
    return [];
  } catch (error) {
    expect(error).to.be.instanceOf(RunError);
    const [heading = "", ...lines] = (error as Error).message.split("\n  ");
    const count = lines.length === 1 ? "1 invalid argument" : `${lines.length} invalid arguments`;
    expect(heading).to.equal(`The PackageRegistry registry has ${count}:`);
    return lines;
  }
}

const publisher = (changes: Partial<GithubJob>) => ({ publishers: [{ job: { ...job, ...changes }, packages }] });
const publishing = (...names: readonly string[]) => ({ publishers: [{ job, packages: names }] });
const ids = "Read both with: gh api repos/OWNER/NAME --jq '.id, .owner.id'; 0 says not known yet";

/** A workflow whose file has a name of this many characters. */
const workflowOf = (characters: number) => `octo/hub/.github/workflows/${"w".repeat(characters)}.yml@refs/heads/main`;

describe("the arguments of a package registry", () => {
  it("has an audit as the setting has one, whose ARNs may be outputs", () => {
    const unknown = pulumi.output("not read");

    expect(errorsOf({ audit: { retentionDays: 2, alarmTopicArn: "alarms" } })).to.have.length(2);
    expect(errorsOf({ audit: { retentionDays: 365, alarmTopicArn: unknown, keyArn: unknown } })).to.deep.equal([]);
  });

  it("may be outputs where their values are not known yet", () => {
    const unknown = pulumi.output("not read");

    expect(
      errorsOf({
        oidcProviderArn: unknown,
        permissionsBoundary: unknown,
        sessionDuration: pulumi.output(1),
        encryption: { keyArn: unknown },
      }),
    ).to.deep.equal([]);
  });

  const cases: readonly {
    readonly rule: string;
    readonly wrong: Parameters<typeof errorsOf>[0];
    readonly says: readonly string[];
    readonly right: Parameters<typeof errorsOf>[0];
  }[] = [
    {
      rule: "give a publisher packages by their exact names",
      wrong: publishing("other-*", "orb-common"),
      says: [
        'publishers[0].packages[0]: "other-*" is not a package\'s name. Use at most 255 letters, digits, and between them . _ -',
      ],
      right: publishing("orb-other", "orb-common"),
    },
    {
      rule: "give a publisher packages that the origins keep private",
      wrong: publishing("other", "orb-open", "orb-bad"),
      says: [
        'publishers[0].packages[0]: "other" falls under no entry of origins.private. Add the line there: - "other$"',
        'publishers[0].packages[1]: "orb-open" is to come from public PyPI by origins.public. Remove one of the two',
        'publishers[0].packages[2]: "orb-bad" is to come from nowhere by origins.blocked. Remove one of the two',
      ],
      right: publishing("orb", "orb-a"),
    },
    {
      rule: "name packages as PEP 503 normalises them",
      wrong: { ...publishing("Orb_Common"), origins: { ...args.origins, public: ["Orb.Open"], blocked: ["Orb_Bad"] } },
      says: [
        'origins.public[0]: "Orb.Open" is not a normalised name. Write "orb-open"',
        'origins.blocked[0]: "Orb_Bad" is not a normalised name. Write "orb-bad"',
        'publishers[0].packages[0]: "Orb_Common" is not a normalised name. Write "orb-common"',
      ],
      right: { ...publishing("orb-common"), origins: args.origins },
    },
    {
      rule: "give a publisher at least one package, and a registry a publisher",
      wrong: publishing(),
      says: ["publishers[0].packages: the list is empty. List the private packages, as in: - orb-common"],
      right: { readers: [] },
    },
    {
      rule: "have private names of whole words",
      wrong: { origins: { ...args.origins, private: [{ name: "orb*", match: "prefix" }] } },
      says: [
        'origins.private[0]: "orb*~" is not a pattern. Write a name and behind it ~ (all names that begin with this word) or $ (this name alone)',
      ],
      right: { origins: { ...args.origins, private: [{ name: "orb", match: "prefix" }] } },
    },
    {
      rule: "name one repository without a wildcard, and its ids by their numbers",
      wrong: publisher({ repository: "octo/*", repositoryId: "*", ownerId: "0x1" }),
      says: [
        'publishers[0].repository: "octo/*" is not one GitHub repository. Write owner/name in GitHub\'s own spelling, without a wildcard',
        `publishers[0].repositoryId: "*" is not a number that GitHub gives. ${ids}`,
        `publishers[0].ownerId: "0x1" is not a number that GitHub gives. ${ids}`,
      ],
      right: publisher({ repository: "octo/hub.x", repositoryId: "0", ownerId: "7" }),
    },
    {
      rule: "name the subject of one job",
      wrong: {
        publishers: ["pull_request", "environment:*", "ref:refs/heads/*", "xref:refs/heads/main"].map(
          (subjectContext, index) => ({
            name: `p${index}`,
            job: { ...job, subjectContext },
            packages,
          }),
        ),
      },
      says: [
        'publishers[0].job.subjectContext: "pull_request" is not the subject of one job. Write environment:NAME or ref:refs/heads/BRANCH',
        'publishers[3].job.subjectContext: "xref:refs/heads/main" is not the subject of one job. Write environment:NAME or ref:refs/heads/BRANCH',
        'publishers[1].environment: "*" is not the name of one GitHub environment. Write 1 to 255 characters up to ÿ, without *, ?, $, / or %',
        'publishers[2].branch: "*" is not the name of one branch. Write it without refs/heads/ and without a wildcard, as in main',
      ],
      right: {
        publishers: ["environment:a%3Ab", "ref:refs/heads/main"].map((subjectContext, index) => ({
          name: `p${index}`,
          job: { ...job, subjectContext },
          packages,
        })),
      },
    },
    {
      rule: "name one ref and one workflow",
      wrong: publisher({ ref: "refs/heads/*", jobWorkflowRef: "octo/hub/.github/workflows/*.yml@refs/heads/main" }),
      says: [
        'publishers[0].ref: "refs/heads/*" is not one full ref. Write refs/heads/BRANCH or refs/tags/TAG without a wildcard, or the word any',
        'publishers[0].workflow: "octo/hub/.github/workflows/*.yml@refs/heads/main" is not one workflow. Write .github/workflows/FILE.yml, for a called workflow OWNER/NAME/.github/workflows/FILE.yml@FULL_REF, or the word any',
      ],
      right: publisher({ ref: "refs/heads/main", jobWorkflowRef: "octo/hub/.github/workflows/a.yml@refs/heads/main" }),
    },
    {
      rule: "give each of several jobs a name of its own",
      wrong: { readers: [{ job }, { name: "a", job }, { name: "a", job }] },
      says: [
        "readers[0].name: is missing. Use lower-case letters, digits and single hyphens, as in lambda-layers",
        'readers[2].name: "a" is the name of readers[1] too. Give each its own',
      ],
      right: {
        readers: [
          { name: "a", job },
          { name: "b", job },
        ],
      },
    },
    {
      rule: "have lifetimes that AWS takes",
      wrong: { tokenLifetime: 899, sessionDuration: 43_201 },
      says: [
        'tokenLifetime: "899" is not a number of seconds from 900 to 43200. Write whole seconds, as in 3600',
        'sessionDuration: "43201" is not a number of seconds from 3600 to 43200. Write whole seconds, as in 3600',
      ],
      right: { tokenLifetime: 900, sessionDuration: 43_200 },
    },
    {
      rule: "let exact accounts read",
      wrong: { otherAccounts: { organizationId: "o-*", accountIds: ["*"] } },
      says: [
        'readerOrganizationId: "o-*" is not an organization\'s id. Read it with: aws organizations describe-organization --query Organization.Id',
        'readerAccountIds[0]: "*" is not an account\'s id. Write its 12 digits in quotation marks',
      ],
      right: { otherAccounts: { organizationId: "o-abcdefghij", accountIds: ["444455556666"] } },
    },
    {
      rule: "name the issuer's provider, a policy and a key by their ARNs",
      wrong: {
        oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/example.com",
        permissionsBoundary: "arn:aws:iam::111122223333:policy/*",
        encryption: { keyArn: "alias/key" },
      },
      says: [
        'encryption: "alias/key" is not a choice of key. Write aws-managed, create, or the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID',
        `oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/example.com" is not the provider of ${issuer}. Write arn:aws:iam::ACCOUNT:oidc-provider/${issuer}, or leave it out to have it looked up`,
        'permissionsBoundary: "arn:aws:iam::111122223333:policy/*" is not a policy\'s ARN. Write arn:aws:iam::ACCOUNT:policy/NAME',
      ],
      right: {
        permissionsBoundary: "arn:aws:iam::111122223333:policy/path/boundary",
        encryption: { keyArn: "arn:aws:kms:eu-west-1:111122223333:key/abc" },
      },
    },
    {
      rule: "keep names as short as AWS takes them",
      wrong: { domain: "d".repeat(51) },
      says: [
        `domain: the domain "${"d".repeat(51)}" has 51 characters, CodeArtifact takes 50. Shorten one of the two`,
        `domain: the role "${"d".repeat(51)}-codeartifact-publisher" has 74 characters, IAM takes 64. Shorten it by 10`,
        `domain: the role "${"d".repeat(51)}-codeartifact-reader" has 71 characters, IAM takes 64. Shorten it by 7`,
      ],
      right: { domain: "d".repeat(41) },
    },
    {
      rule: "name the subject of one job for a reader, too",
      wrong: { readers: [{ job: { ...job, subjectContext: "pull_request" } }] },
      says: [
        'readers[0].job.subjectContext: "pull_request" is not the subject of one job. Write environment:NAME or ref:refs/heads/BRANCH',
      ],
      right: { readers: [{ job: { ...job, subjectContext: "ref:refs/heads/main" } }] },
    },
    {
      rule: "choose a key",
      wrong: { encryption: "none" },
      says: [
        'encryption: "none" is not a choice of key. Write aws-managed, create, or the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID',
      ],
      right: { encryption: "create" },
    },
    {
      rule: "spell a GitHub environment in one way",
      wrong: { readers: [{ job: { ...job, subjectContext: "environment:Dev" } }] },
      says: [
        'readers[0].environment: "Dev" is the environment "dev" of publishers[0].environment to GitHub, but not to IAM, ' +
          "which compares by case. Write both as GitHub spells it",
      ],
      right: { readers: [{ job: { ...job, subjectContext: "environment:prod" } }] },
    },
    {
      rule: "make no document longer than AWS takes",
      wrong: publisher({ ref: `refs/heads/${"b".repeat(200)}`, jobWorkflowRef: workflowOf(1500) }),
      says: [
        "publishers[0]: its trust policy has 2,433 characters, AWS takes 2,048. Shorten the names of environment, branch, ref " +
          "or workflow",
      ],
      right: publisher({ ref: `refs/heads/${"b".repeat(200)}`, jobWorkflowRef: workflowOf(1000) }),
    },
  ];
  for (const { rule, wrong, says, right } of cases) {
    it(rule, () => {
      expect(errorsOf(wrong)).to.deep.equal(says);
      expect(errorsOf(right)).to.deep.equal([]);
    });
  }
});

describe("the job of a role", () => {
  it("is one job, by the rules of the settings", () => {
    expect(() => {
      checkJob("deploy", { ...job, repositoryId: "*" });
    }).to.throw(
      RunError,
      `The GithubActionsRole deploy has 1 invalid argument:\n  job[0].repositoryId: "*" is not a number`,
    );
    checkJob("deploy", { ...job, repositoryId: "0" });
    expect(() => {
      checkJob("deploy", { ...job, subjectContext: "*" });
    }).to.throw(RunError, `\n  job[0].job.subjectContext: "*" is not the subject of one job.`);
    checkJob("deploy", { ...job, subjectContext: "ref:refs/heads/main" });
  });
});
