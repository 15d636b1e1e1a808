import { expect } from "chai";
import { decide, decideToken, type RoleCaller } from "../../../sandbox/authorization";
import { accessTable, type AccessTable } from "../../../commands/access/table";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { amiss, attemptsOf, deployRegistry, verdicts } from "../../support/commands/accessRegistry";

const organizationId = "o-a1b2c3d4e5";
const account = "111122223333";

const nothing = {
  "publish orb-common, orb-models, orb-not-in-packages, requests": "denied",
  "publish into pypi-store": "denied",
  "read python-packages": "denied",
  "read pypi-store": "denied",
  "mint a token of 900 to 3600 seconds": "denied",
  "compare with what is published of others, or in pypi-store": "denied",
  "look at anything else (18 actions)": "denied",
  "change anything (22 actions)": "denied",
};
const onlyReading = {
  ...nothing,
  "read python-packages": "allowed",
  "mint a token of 900 to 3600 seconds": "allowed",
};

function accountsOf(table: AccessTable): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const parties = table.sections.map(({ party }) => party).filter((party) => party.startsWith("an administrator"));
  return Object.fromEntries(parties.map((party) => [party, verdicts(attemptsOf(table, party))]));
}

describe("principals of other accounts", () => {
  it("do nothing where no setting names them", async () => {
    expect(accountsOf(accessTable(await deployRegistry(), []))).to.deep.equal({
      "an administrator of another account": nothing,
    });
  });

  it("read, and no more, where the setting names their organization; those outside it do nothing", async () => {
    const deployment = await deployRegistry({ readerOrganizationId: organizationId });

    expect(accountsOf(accessTable(deployment, []))).to.deep.equal({
      "an administrator of another account": nothing,
      "an administrator of the organization's other accounts": onlyReading,
    });
    expect(amiss(deployment)).to.deep.equal([]);
  });

  it("read, and no more, where the setting names their account, whatever their organization", async () => {
    const deployment = await deployRegistry({ readerAccountIds: [account, "444455556666"] });

    expect(accountsOf(accessTable(deployment, []))).to.deep.equal({
      "an administrator of another account": nothing,
      [`an administrator of account ${account}`]: onlyReading,
      "an administrator of account 444455556666": onlyReading,
    });
    expect(amiss(deployment)).to.deep.equal([]);
  });

  it("read, and no more, of the account by which a table shows any other, which is then another one", async () => {
    const deployment = await deployRegistry({ readerAccountIds: ["210987654321", "210987654322"] });

    expect(accountsOf(accessTable(deployment, []))).to.deep.equal({
      "an administrator of another account": nothing,
      "an administrator of account 210987654321": onlyReading,
      "an administrator of account 210987654322": onlyReading,
    });
    expect(amiss(deployment)).to.deep.equal([]);
  });

  it("do nothing either where the stack's own account is that one", async () => {
    const deployment = await deployRegistry({ "aws:allowedAccountIds": ["210987654321"] });
    const attempts = attemptsOf(accessTable(deployment, []), "an administrator of another account");

    expect(deployment.account.accountId).to.equal("210987654321");
    expect(verdicts(attempts)).to.deep.equal(nothing);
    expect(attempts.find(({ what }) => what === "read python-packages")?.reason).to.include(
      "but a policy of account 210987654321 must allow it too",
    );
    expect(amiss(deployment)).to.deep.equal([]);
  });

  it("read where either of the two settings names them", async () => {
    const deployment = await deployRegistry({ readerOrganizationId: organizationId, readerAccountIds: [account] });

    expect(accountsOf(accessTable(deployment, []))).to.deep.equal({
      "an administrator of another account": nothing,
      "an administrator of the organization's other accounts": onlyReading,
      [`an administrator of account ${account}`]: onlyReading,
    });
    expect(amiss(deployment)).to.deep.equal([]);
  });
});

describe("principals of the owner's account", () => {
  let deployment: Deployment;
  const readRepository = (caller: RoleCaller) =>
    decide(deployment.account, caller, "codeartifact:ReadFromRepository", String(deployment.outputs.repositoryArn));
  const administrator = [
    { name: "all", document: { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } } },
  ];
  const ofOrganization = { arn: `arn:aws:iam::${account}:role/reader`, organizationId, permissions: administrator };
  /** Its permissions are those the account holds for it: none. */
  const unprivileged = { arn: "arn:aws:iam::123456789012:role/unprivileged", organizationId };

  before(async () => {
    deployment = await deployRegistry({
      readerOrganizationId: organizationId,
      readerAccountIds: ["123456789012", account],
    });
    deployment.account.iam.roles.create({
      roleName: "unprivileged",
      assumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      }),
    });
  });

  it("get nothing from the organization's right to read, which a role of another account of it has", () => {
    expect(readRepository(ofOrganization).outcome).to.equal("allowed");
    const { outcome, unmet } = readRepository(unprivileged);

    expect({ outcome, unmet }).to.deep.equal({ outcome: "implicitlyDenied", unmet: ["aws:PrincipalAccount"] });
  });

  it("mint no token by the organization's right to do so, which a role of another account of it has", () => {
    const mint = (caller: RoleCaller) =>
      decideToken(deployment.account, caller, String(deployment.outputs.domainArn), 900);

    expect(mint(ofOrganization).outcome).to.equal("allowed");
    const { outcome, unmet } = mint(unprivileged);
    expect({ outcome, unmet }).to.deep.equal({ outcome: "implicitlyDenied", unmet: ["aws:PrincipalAccount"] });
  });

  it("are not tried as another account, though the setting lists their account", () => {
    expect(Object.keys(accountsOf(accessTable(deployment, [])))).to.deep.equal([
      "an administrator of another account",
      "an administrator of the organization's other accounts",
      `an administrator of account ${account}`,
    ]);
    expect(amiss(deployment)).to.deep.equal([]);
  });
});
