import { expect } from "chai";
import { decide } from "../../../sandbox/authorization";
import { SandboxAccount } from "../../../sandbox/account";
import { accessTable, type AccessTable, tableMismatches } from "../../../commands/access/table";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { packageArn } from "../../../iam/arns";
import {
  amiss,
  attemptsOf,
  deployRegistry,
  publisher,
  publisherRole,
  readerRole,
  verdicts,
} from "../../support/commands/accessRegistry";

const reader = { ...publisher, workflow: ".github/workflows/read.yml" };
const everyName = "orb-common, orb-models, orb-not-in-packages, requests";

/** What no one but the stack's own roles is tried on less than. */
const nothing = {
  [`publish ${everyName}`]: "denied",
  "publish into pypi-store": "denied",
  "read python-packages": "denied",
  "compare with what is published of others, or in pypi-store": "denied",
  "read pypi-store": "denied",
  "mint a token of 900 to 3600 seconds": "denied",
};

/** Reading is a matter of the repository; with it goes the token that it takes. */
const reading = { "read python-packages": "allowed", "mint a token of 900 to 3600 seconds": "allowed" };

const ofOwnRole = {
  "look at anything else (20 actions)": "denied",
  "change anything (41 actions)": "denied",
  "mint a token that lives as long as the session (0)": "denied",
  "mint a token of 3601 seconds": "denied",
  "mint a token of 12 hours": "denied",
  "have AWS issue a token for another service": "denied",
  "anything in the registry of stack staging": "denied",
};

const ofOthers = { "look at anything else (18 actions)": "denied", "change anything (22 actions)": "denied" };

describe("the roles of a stack", () => {
  let dev: Deployment;
  let staging: Deployment;
  let table: AccessTable;

  before(async () => {
    dev = await deployRegistry({ readers: [reader] });
    staging = await deployRegistry({ readers: [reader] }, { stack: "staging", account: dev.account });
    table = accessTable(dev, [staging]);
  });

  it("may, as a publisher, publish its packages, read and mint short tokens, and nothing else", () => {
    expect(verdicts(attemptsOf(table, publisherRole))).to.deep.equal({
      "publish orb-common, orb-models": "allowed",
      "publish orb-not-in-packages, requests": "denied",
      "publish into pypi-store": "denied",
      "compare with what is published of these": "allowed",
      "compare with what is published of others, or in pypi-store": "denied",
      "read pypi-store": "denied",
      ...reading,
      ...ofOwnRole,
    });
  });

  it("may, as a reader, read and mint short tokens, and nothing else", () => {
    expect(verdicts(attemptsOf(table, readerRole))).to.deep.equal({ ...nothing, ...reading, ...ofOwnRole });
  });

  it("are summed up by the job and by what they were allowed", () => {
    const job = "acme/hub, environment:dev, refs/heads/develop, .github/workflows";

    expect(table.roles).to.deep.equal([
      {
        role: publisherRole,
        job: `${job}/deploy.yml`,
        may: [
          "publish orb-common, orb-models",
          "compare with what is published of these",
          "read python-packages",
          "mint a token of 900 to 3600 seconds",
        ],
      },
      {
        role: readerRole,
        job: `${job}/read.yml`,
        may: ["read python-packages", "mint a token of 900 to 3600 seconds"],
      },
    ]);
  });

  it("may do nothing in the registry of another environment in the same account, neither those here nor those there", () => {
    const denied = (what: string) => ({ [what]: "denied" });

    expect(verdicts(attemptsOf(table, "stack staging", "has roles, here without rights"))).to.deep.equal({
      ...denied("anything, by orb-integration-hub-staging-codeartifact-publisher"),
      ...denied("anything, by orb-integration-hub-staging-codeartifact-reader"),
    });
    expect(attemptsOf(table, readerRole).at(-1)).to.deep.include({
      what: "anything in the registry of stack staging",
      expected: "denied",
      seen: "denied",
    });
  });

  it("may do nothing in another account, where even an administrator's right is not enough", () => {
    const attempts = attemptsOf(table, "an administrator of another account");

    expect(verdicts(attempts)).to.deep.equal({ ...nothing, ...ofOthers });
    expect(attempts.find(({ what }) => what === "read python-packages")?.reason).to.equal(
      "statement 1 of its own administrator policy allows codeartifact:GetRepositoryEndpoint, " +
        "but a policy of account 123456789012 must allow it too: no statement allows codeartifact:GetRepositoryEndpoint",
    );
  });

  it("are alone in their account, where a role that no one gave anything may do nothing", () => {
    expect(verdicts(attemptsOf(table, "a role of this account that is of no stack"))).to.deep.equal({
      ...nothing,
      ...ofOthers,
    });
  });

  it("and those of the other stack, its account and another account are all that the table lists", () => {
    expect(table.sections.map(({ party, relation }) => `${party} ${relation}`)).to.deep.equal([
      `${publisherRole} may be assumed by`,
      `${publisherRole} may`,
      `${readerRole} may be assumed by`,
      `${readerRole} may`,
      "stack staging has roles, here without rights",
      "a role of this account that is of no stack may",
      "an administrator of another account may",
    ]);
    expect(amiss(dev, [staging])).to.deep.equal([]);
  });
});

describe("two publishers of one stack", () => {
  it("publish their own packages, and neither the other's", async () => {
    const deployment = await deployRegistry({
      publishers: [
        { ...publisher, name: "commons", packages: ["orb-common"] },
        { ...publisher, name: "models", packages: ["orb-models"] },
      ],
    });
    const table = accessTable(deployment, []);
    const publishing = (name: string) =>
      attemptsOf(table, `${publisherRole}-${name}`)
        .filter(({ what }) => what.startsWith("publish orb"))
        .map(({ what, seen }) => `${seen}: ${what}`);

    expect(publishing("commons")).to.deep.equal([
      "allowed: publish orb-common",
      "denied: publish orb-models, orb-not-in-packages, requests",
    ]);
    expect(publishing("models")).to.deep.equal([
      "allowed: publish orb-models",
      "denied: publish orb-common, orb-not-in-packages, requests",
    ]);
    expect(amiss(deployment)).to.deep.equal([]);
  });
});

describe("the publisher of more packages than a document holds", () => {
  const packages = Array.from({ length: 120 }, (_, index) => `orb-package-${1000 + index}`);
  const listed = "orb-package-1000, orb-package-1001, orb-package-1002, orb-package-1003, orb-package-1004";
  let deployment: Deployment;
  let table: AccessTable;

  before(async () => {
    deployment = await deployRegistry({ packages, readers: [reader] });
    table = accessTable(deployment, []);
  });

  it("publishes the first as the last of them, by managed policies, and no other", () => {
    const { account, outputs } = deployment;
    const publish = (name: string) =>
      decide(
        account,
        { arn: `arn:aws:iam::123456789012:role/${publisherRole}` },
        "codeartifact:PublishPackageVersion",
        packageArn(String(outputs.repositoryArn), name),
      );

    expect(["orb-package-1000", "orb-package-1060", "orb-package-1119"].map(publish)).to.deep.equal(
      ["1-2565fb57", "2-b6206617", "3-66f5af19"].map((part) => ({
        outcome: "allowed",
        decidedBy: { document: `managed policy ${publisherRole}-packages-${part}`, statement: "PublishPackages" },
        reason: `allowed by statement "PublishPackages" of managed policy ${publisherRole}-packages-${part}`,
      })),
    );
    expect(publish("orb-package-1120").outcome).to.equal("implicitlyDenied");
  });

  it("is tried on every one of them, and the table finds nothing amiss", () => {
    expect(tableMismatches(table)).to.deep.equal([]);

    const { iam } = deployment.account;
    const policyArn = `arn:aws:iam::123456789012:policy/${publisherRole}-packages-2-b6206617`;
    iam.policies.detach({ roleName: publisherRole, policyArn });
    try {
      expect(amiss(deployment)).to.deep.equal([
        `${publisherRole}: publish ${listed}, and 115 more`,
        `${publisherRole}: compare with what is published of these`,
      ]);
    } finally {
      iam.policies.attach({ roleName: publisherRole, policyArn });
    }
  });

  it("has a row of its first names and the number of the others", () => {
    expect(table.roles[0]!.may[0]).to.equal(`publish ${listed}, and 115 more`);
    expect(Object.keys(verdicts(attemptsOf(table, readerRole)))[0]).to.equal(`publish ${listed}, and 117 more`);
  });

  it("has every name in its row up to six", async () => {
    const names = (count: number) => packages.slice(0, count).join(", ");
    const row = async (count: number) => {
      const one = await deployRegistry({ packages: packages.slice(0, count) });
      return accessTable(one, []).roles[0]!.may[0];
    };

    expect(await row(6)).to.equal(`publish ${names(6)}`);
    expect(await row(7)).to.equal(`publish ${names(5)}, and 2 more`);
  });
});

describe("a permissions boundary that the account holds", () => {
  const denyingPublication = {
    Version: "2012-10-17",
    Statement: [
      { Sid: "Anything", Effect: "Allow", Action: "*", Resource: "*" },
      { Sid: "NoPublication", Effect: "Deny", Action: "codeartifact:PublishPackageVersion", Resource: "*" },
    ],
  };
  async function bounded(document: object): Promise<Deployment> {
    const account = new SandboxAccount();
    account.iam.oidcProviders.create({
      url: "https://token.actions.githubusercontent.com",
      clientIDList: ["sts.amazonaws.com"],
    });
    const { arn } = account.iam.policies.create({ policyName: "boundary", policyDocument: JSON.stringify(document) });
    return deployRegistry({ permissionsBoundary: arn }, { account });
  }

  it("takes away what it denies, and the table says that this is not what the settings mean", async () => {
    const deployment = await bounded(denyingPublication);
    const [publish] = attemptsOf(accessTable(deployment, []), publisherRole);
    const document = "permissions boundary arn:aws:iam::123456789012:policy/boundary";

    expect(publish).to.deep.equal({
      what: "publish orb-common, orb-models",
      expected: "allowed",
      seen: "denied",
      decidedBy: { document, statement: "NoPublication" },
      reason: `denied by statement "NoPublication" of ${document}`,
    });
    expect(amiss(deployment)).to.deep.equal([`${publisherRole}: publish orb-common, orb-models`]);
  });

  it("changes nothing where it allows everything, and the table has no note of it", async () => {
    const [anything] = denyingPublication.Statement;
    const table = accessTable(await bounded({ Version: "2012-10-17", Statement: [anything] }), []);

    expect([tableMismatches(table), table.notes]).to.deep.equal([[], []]);
  });
});

describe("a permissions boundary that the account does not hold", () => {
  it("is taken to allow everything, and the table says so", async () => {
    const permissionsBoundary = "arn:aws:iam::aws:policy/PowerUserAccess";
    const deployment = await deployRegistry({ permissionsBoundary });

    expect(amiss(deployment)).to.deep.equal([]);
    expect(accessTable(deployment, []).notes).to.deep.equal([
      `${permissionsBoundary} is taken to allow everything: what it says is not this program's to know.`,
    ]);
  });
});
