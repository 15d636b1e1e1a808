import { expect } from "chai";
import { administratorAccess } from "../../iam/grammar";
import { decide } from "../../sandbox/authorization";
import { accountId, type PreparedAccount, prepareAccount } from "../support/bootstrap/account";

const domain = "orb-integration-hub-prod";
const place = `arn:aws:codeartifact:us-east-1:${accountId}`;
const inRepository = `${place}:package/${domain}/python-packages/pypi//any`;
const inStore = `${place}:package/${domain}/pypi-store/pypi//any`;
const elsewhere = `${place}:package/orb-integration-hub-dev/python-packages/pypi//any`;
const logGroup = `arn:aws:logs:us-east-1:${accountId}:log-group:/aws/events/${domain}-codeartifact-audit`;

const publishes = [["codeartifact:PublishPackageVersion", inRepository]] as const;
const looks = [
  ["codeartifact:DescribeDomain", `${place}:domain/${domain}`],
  ["codeartifact:ListPackages", `${place}:repository/${domain}/pypi-store`],
  ["codeartifact:ListPackageVersions", inStore],
] as const;
const events = [
  ["cloudtrail:LookupEvents", "*"],
  ["logs:FilterLogEvents", logGroup],
] as const;
const removes = [
  ["codeartifact:DeletePackageVersions", inRepository],
  ["codeartifact:DisposePackageVersions", inRepository],
  ["codeartifact:UpdatePackageVersionsStatus", inStore],
] as const;
const beyondAll = [
  ["codeartifact:DeletePackageVersions", elsewhere],
  ["codeartifact:ListPackageVersions", elsewhere],
  ["codeartifact:DeletePackage", inRepository],
  ["codeartifact:PutPackageOriginConfiguration", inRepository],
  ["codeartifact:PublishPackageVersion", inStore],
  ["logs:FilterLogEvents", `arn:aws:logs:us-east-1:${accountId}:log-group:/aws/lambda/other`],
  ["iam:CreateRole", `arn:aws:iam::${accountId}:role/other`],
] as const;

describe("the boundary of a stack's roles", () => {
  let prepared: PreparedAccount;
  before(async () => {
    prepared = await prepareAccount();
  });

  /** What a role of this name may do, whose own documents allow everything. */
  function allowed(role: string, requests: readonly (readonly [string, string])[]) {
    const { account, boundaries } = prepared;
    const caller = {
      arn: `arn:aws:iam::${accountId}:role/${role}`,
      permissions: [{ name: "everything", document: administratorAccess }],
      boundary: {
        name: "boundary",
        document: account.iam.policies.get({ policyArn: boundaries.prod }).policyDocument,
      },
    };
    return requests.filter(([action, resource]) => decide(account, caller, action, resource).outcome === "allowed");
  }

  const all = [...publishes, ...looks, ...events, ...removes, ...beyondAll];

  for (const kind of ["publisher", "publisher-maintainer", "reader", "other"]) {
    it(`lets a ${kind} publish, and neither list, nor look up events, nor remove a version`, () => {
      expect(allowed(`${domain}-codeartifact-${kind}`, all)).to.deep.equal(publishes);
    });
  }

  for (const kind of ["inspector", "inspector-audit"]) {
    it(`lets an ${kind} list and look up events, and remove nothing`, () => {
      expect(allowed(`${domain}-codeartifact-${kind}`, all)).to.deep.equal([...publishes, ...looks, ...events]);
    });
  }

  for (const kind of ["maintainer", "maintainer-cleanup"]) {
    it(`lets a ${kind} list and remove versions, and look up no events`, () => {
      expect(allowed(`${domain}-codeartifact-${kind}`, all)).to.deep.equal([...publishes, ...looks, ...removes]);
    });
  }

  it("denies a maintainer to remove in another registry, though a policy there lets its session", () => {
    const { codeartifact, iam } = prepared.account;
    const role = `${domain}-codeartifact-maintainer`;
    const caller = {
      arn: `arn:aws:iam::${accountId}:role/${role}`,
      sessionName: "job",
      permissions: [],
      boundary: {
        name: "boundary",
        document: iam.policies.get({ policyArn: prepared.boundaries.prod }).policyDocument,
      },
    };
    const statement = {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:sts::${accountId}:assumed-role/${role}/job` },
      Action: "codeartifact:*",
      Resource: "*",
    };
    for (const name of [domain, "orb-integration-hub-dev"]) {
      codeartifact.domains.create({ domain: name });
      codeartifact.domains.putPermissionsPolicy({
        domain: name,
        policyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
      });
    }

    const ends = [inRepository, elsewhere].map(
      (resource) => decide(prepared.account, caller, "codeartifact:DisposePackageVersions", resource).outcome,
    );

    expect(ends).to.deep.equal(["allowed", "explicitlyDenied"]);
  });

  it("knows the roles of its own domain alone", () => {
    for (const role of ["orb-integration-hub-dev-codeartifact-maintainer", `x-${domain}-codeartifact-inspector`]) {
      expect(allowed(role, all)).to.deep.equal(publishes);
    }
  });
});
