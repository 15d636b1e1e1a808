import { expect } from "chai";
import { type Claims, claimsOf, type GithubRun } from "../../github/claims";
import { packageArn, type RegistryArns } from "../../iam/arns";
import { evaluate } from "../../iam/evaluate";
import { environmentContext, type GithubJob } from "../../github/jobs";
import { publisherPolicy } from "../../iam/permissions";
import { githubIssuer, trustPolicy } from "../../iam/trust";
import { planRole } from "../support/planRole";

const issuer = githubIssuer();
const providerArn = `arn:aws:iam::123456789012:oidc-provider/${issuer}`;
const repository = "orb-integration-hub/orb-integration-hub";
const ref = "refs/heads/main";
const jobWorkflowRef = `${repository}/.github/workflows/deploy-packages.yml@${ref}`;

const job: GithubJob = {
  repository,
  repositoryId: "1001",
  ownerId: "2002",
  ref,
  jobWorkflowRef,
  subjectContext: environmentContext("prod"),
};
const run: GithubRun = {
  repository,
  repositoryId: "1001",
  ownerId: "2002",
  ref,
  jobWorkflowRef,
  event: "push",
  environment: "prod",
  immutableSubject: false,
};

function arnsOf(environment: string, repositoryName: string): RegistryArns {
  const place = "arn:aws:codeartifact:us-east-1:123456789012";
  const domain = `orb-integration-hub-${environment}`;
  return { domain: `${place}:domain/${domain}`, repository: `${place}:repository/${domain}/${repositoryName}` };
}

const prod = arnsOf("prod", "python-packages");

const ours = {
  trust: trustPolicy(job, issuer, providerArn),
  permissions: publisherPolicy(prod, 3600, ["orb-common", "orb-models"]),
};

type Role = typeof planRole | typeof ours;

function admits(role: Role, claims: Claims): boolean {
  return (
    evaluate(
      {
        caller: { kind: "web-identity", providerArn },
        action: "sts:AssumeRoleWithWebIdentity",
        resource: "arn:aws:iam::123456789012:role/publisher",
        context: Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${issuer}:${claim}`, value])),
      },
      { resource: [{ name: "trust policy", document: role.trust }], resourceAccount: "123456789012" },
    ).outcome === "allowed"
  );
}

function allows(role: Role, action: string, resource: string, context: Readonly<Record<string, string>> = {}): boolean {
  return (
    evaluate(
      { caller: { kind: "role", arn: "arn:aws:iam::123456789012:role/publisher" }, action, resource, context },
      { identity: [{ name: "permissions", document: role.permissions }] },
    ).outcome === "allowed"
  );
}

function allowsToken(role: Role, seconds: number): boolean {
  return allows(role, "sts:GetServiceBearerToken", "*", {
    "sts:AWSServiceName": "codeartifact.amazonaws.com",
    "sts:DurationSeconds": String(seconds),
  });
}

/** How the original plan's documents and this project's end the same request. */
function both(decide: (role: Role) => boolean): { readonly plan: boolean; readonly ours: boolean } {
  return { plan: decide(planRole), ours: decide(ours) };
}

describe("the original plan's role, beside this project's", () => {
  const publish = (arns: RegistryArns, name: string) => (role: Role) =>
    allows(role, "codeartifact:PublishPackageVersion", packageArn(arns.repository, name));
  const assume = (change: Partial<GithubRun>) => (role: Role) =>
    admits(role, claimsOf({ ...run, ...change }, "sts.amazonaws.com"));

  it("both admit the intended job, while its subject goes by name", () => {
    expect(both(assume({}))).to.deep.equal({ plan: true, ours: true });
  });

  it("the plan rejects the same job once its repository has an immutable subject", () => {
    expect(both(assume({ immutableSubject: true }))).to.deep.equal({ plan: false, ours: true });
  });

  it("the plan admits every other repository of the organization", () => {
    const elsewhere = { repository: "orb-integration-hub/sandbox", repositoryId: "1002" };
    expect(both(assume(elsewhere))).to.deep.equal({ plan: true, ours: false });
  });

  it("the plan admits every branch, tag, environment, workflow and pull request", () => {
    const others: Partial<GithubRun>[] = [
      { ref: "refs/heads/experiment" },
      { ref: "refs/tags/v1", environment: undefined },
      { environment: "dev" },
      { jobWorkflowRef: `${repository}/.github/workflows/another.yml@${ref}` },
      { event: "pull_request", ref: "refs/pull/7/merge", environment: undefined },
    ];
    for (const other of others) {
      expect(both(assume(other)), JSON.stringify(other)).to.deep.equal({ plan: true, ours: false });
    }
  });

  it("the plan admits anyone who registers the organization's name again", () => {
    expect(both(assume({ repositoryId: "9001", ownerId: "9002" }))).to.deep.equal({ plan: true, ours: false });
  });

  it("both publish the team's packages", () => {
    expect(both(publish(prod, "orb-common"))).to.deep.equal({ plan: true, ours: true });
    expect(both(publish(prod, "orb-models"))).to.deep.equal({ plan: true, ours: true });
  });

  it("the plan publishes every other package, into every repository and environment", () => {
    expect(both(publish(prod, "requests"))).to.deep.equal({ plan: true, ours: false });
    expect(both(publish(arnsOf("prod", "pypi-store"), "orb-common"))).to.deep.equal({ plan: true, ours: false });
    expect(both(publish(arnsOf("dev", "python-packages"), "orb-common"))).to.deep.equal({ plan: true, ours: false });
  });

  it("both mint a token for as long as a publish takes, the plan also one for 12 hours or a whole session", () => {
    expect(both((role) => allowsToken(role, 900))).to.deep.equal({ plan: true, ours: true });
    expect(both((role) => allowsToken(role, 3600))).to.deep.equal({ plan: true, ours: true });
    expect(both((role) => allowsToken(role, 43_200))).to.deep.equal({ plan: true, ours: false });
    expect(both((role) => allowsToken(role, 0))).to.deep.equal({ plan: true, ours: false });
  });

  it("the plan mints tokens for every domain of the account", () => {
    const mint = (environment: string) => (role: Role) =>
      allows(role, "codeartifact:GetAuthorizationToken", arnsOf(environment, "python-packages").domain);
    expect(both(mint("prod"))).to.deep.equal({ plan: true, ours: true });
    expect(both(mint("dev"))).to.deep.equal({ plan: true, ours: false });
  });
});
