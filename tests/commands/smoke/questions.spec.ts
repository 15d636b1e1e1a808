import { expect } from "chai";
import { accessTable } from "../../../commands/access/table";
import { stackDocuments, textsOfPolicies } from "../../../commands/smoke/documents";
import { type AskedQuestion, tableQuestions, type TableQuestions } from "../../../commands/smoke/questions";
import { deployRegistry, publisher, publisherRole } from "../../support/commands/accessRegistry";

const account = "arn:aws:iam::123456789012";
const place = "arn:aws:codeartifact:us-east-1:123456789012";
const issuer = "token.actions.githubusercontent.com";

async function questionsWith(settings: Readonly<Record<string, unknown>> = {}) {
  const deployment = await deployRegistry(settings);
  const table = accessTable(deployment, []);
  return { deployment, table, ...tableQuestions(table, textsOfPolicies(deployment.account)) };
}

function of({ asked }: TableQuestions, party: string, what: string): readonly AskedQuestion[] {
  return asked.filter(({ row }) => row.party === party && row.what === what);
}

describe("the requests of an access table, as SimulateCustomPolicy takes them", () => {
  it("are of every row, or the row is listed with the reason why it is not asked", async () => {
    const { table, rows, asked, notAsked } = await questionsWith();
    const key = ({ party, relation, what }: AskedQuestion["row"]) => `${party} ${relation}: ${what}`;
    const covered = new Set([...asked, ...notAsked].map(({ row }) => key(row)));
    const all = table.sections.flatMap(({ party, relation, attempts }) =>
      attempts.map(({ what }) => key({ party, relation, what })),
    );

    expect(rows).to.equal(all.length);
    expect([...covered].sort()).to.deep.equal([...new Set(all)].sort());
    const reasons = [...new Set(notAsked.map(({ reason }) => reason.split(":")[0]))];
    expect(reasons.sort()).to.deep.equal([
      "AWS looks for the identity provider and its audience before it reads a policy",
      "sts",
      "the stack has no policy for other accounts, and SimulateCustomPolicy takes the resource's account by such a policy alone",
    ]);
  });

  it("have the role's own documents as they are deployed, and no caller where no policy of a resource decides", async () => {
    const { deployment, ...questions } = await questionsWith();
    const [question] = of(questions, publisherRole, "publish orb-common, orb-models");
    const { iam } = deployment.account;

    expect(question).to.deep.include({
      action: "codeartifact:PublishPackageVersion",
      resource: `${place}:package/orb-integration-hub-dev/python-packages/pypi//orb-common`,
      outcome: "allowed",
    });
    expect(question?.simulation).to.deep.equal({
      policies: [iam.roles.getPolicy({ roleName: publisherRole, policyName: "permissions" }).policyDocument],
      boundary: undefined,
      context: {},
    });
  });

  it("have both rights that a token takes, and the values that their conditions ask for", async () => {
    const questions = of(await questionsWith(), publisherRole, "mint a token of 900 to 3600 seconds");

    expect(questions.map(({ action, resource, simulation }) => [action, resource, simulation.context])).to.deep.equal([
      ["codeartifact:GetAuthorizationToken", `${place}:domain/orb-integration-hub-dev`, {}],
      [
        "sts:GetServiceBearerToken",
        "*",
        { "sts:AWSServiceName": ["codeartifact.amazonaws.com"], "sts:DurationSeconds": ["900"] },
      ],
      ["codeartifact:GetAuthorizationToken", `${place}:domain/orb-integration-hub-dev`, {}],
      [
        "sts:GetServiceBearerToken",
        "*",
        { "sts:AWSServiceName": ["codeartifact.amazonaws.com"], "sts:DurationSeconds": ["3600"] },
      ],
    ]);
  });

  it("ask the conditions of a trust policy as an identity policy, with the claims of the token", async () => {
    const questions = await questionsWith();
    const [job] = of(questions, publisherRole, "the job, its subject by name");
    const [fork] = of(questions, publisherRole, "a fork");
    const [statement] = (JSON.parse(job?.simulation.policies[0] ?? "") as { Statement: readonly object[] }).Statement;

    expect(Object.keys(statement!)).to.deep.equal(["Sid", "Effect", "Action", "Condition", "Resource"]);
    expect([job?.action, job?.resource, job?.outcome]).to.deep.equal(["sts:AssumeRoleWithWebIdentity", "*", "allowed"]);
    expect(job?.simulation.context).to.deep.equal({
      [`${issuer}:aud`]: ["sts.amazonaws.com"],
      [`${issuer}:job_workflow_ref`]: [`acme/hub/${publisher.workflow}@${publisher.ref}`],
      [`${issuer}:ref`]: [publisher.ref],
      [`${issuer}:repository_id`]: [String(publisher.repositoryId)],
      [`${issuer}:repository_owner_id`]: [String(publisher.ownerId)],
      [`${issuer}:sub`]: ["repo:acme/hub:environment:dev"],
    });
    expect(fork?.outcome).to.equal("implicitlyDenied");
    expect(fork?.simulation.policies).to.deep.equal(job?.simulation.policies);
  });

  it("give the policies of domain and repository as one, with a user of the caller's account", async () => {
    const { deployment, ...questions } = await questionsWith({ readerAccountIds: ["333344445555"] });
    const [other] = of(questions, "an administrator of account 333344445555", "read python-packages");
    const [own] = of(questions, publisherRole, "read python-packages");
    const { Statement } = JSON.parse(other?.simulation.resourcePolicy ?? "") as {
      Statement: readonly { readonly Resource: string; readonly Sid?: string }[];
    };

    expect(Statement.map(({ Resource, Sid }) => [Resource, Sid])).to.deep.equal([
      [`${place}:domain/orb-integration-hub-dev`, undefined],
      [`${place}:repository/orb-integration-hub-dev/python-packages`, undefined],
    ]);
    expect(other?.simulation).to.deep.include({
      callerArn: "arn:aws:iam::333344445555:user/administrator",
      resourceOwner: `${account}:root`,
      context: { "aws:PrincipalAccount": ["333344445555"] },
    });
    expect(own?.simulation.callerArn).to.equal(`${account}:user/${publisherRole}`);
    expect([other?.outcome, own?.outcome]).to.deep.equal(["allowed", "allowed"]);
    expect(deployment.settings.otherAccounts?.accountIds).to.deep.equal(["333344445555"]);
  });
});

describe("the documents of a stack", () => {
  const documents = async (settings: Readonly<Record<string, unknown>> = {}, boundary?: string) =>
    stackDocuments(await deployRegistry(settings), boundary).map(({ name, kind }) => `${kind}: ${name}`);

  it("are those of its roles, each text once", async () => {
    expect(await documents()).to.deep.equal([
      `trust: trust policy of ${publisherRole}`,
      `identity: permissions of ${publisherRole}`,
    ]);
  });

  it("are those of the domain, the repository and the audit trail too, and the boundary", async () => {
    const settings = { readerAccountIds: ["333344445555"], encryption: "create", audit: { retentionDays: 30 } };
    const all = await documents(settings, "{}");

    expect(all).to.include.members([
      "resource: policy of the domain",
      "resource: policy of python-packages",
      "resource: policy of the audit trail",
      "identity: permissions boundary",
    ]);
  });
});
