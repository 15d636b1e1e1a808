import { expect } from "chai";
import { accessTable } from "../../../commands/access/table";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { amiss, deployRegistry, publisher } from "../../support/commands/accessRegistry";

const place = "arn:aws:codeartifact:us-east-1:123456789012";

describe("the access table of inspectors and maintainers", () => {
  let deployment: Deployment;
  let domain: string;

  before(async () => {
    deployment = await deployRegistry({
      inspectors: [{ ...publisher, workflow: ".github/workflows/inspect.yml" }],
      maintainers: [{ ...publisher, workflow: ".github/workflows/maintain.yml" }],
    });
    ({ domain } = deployment.settings);
  });

  const role = (kind: string) => `${domain}-codeartifact-${kind}`;
  const may = (kind: string) => accessTable(deployment, []).roles.find((one) => one.role === role(kind))?.may;

  it("says what each may, and finds nothing amiss", () => {
    expect(may("inspector")).to.deep.equal([
      "compare with what is published of any",
      "list packages and versions",
      "look up the account's events, and the audit trail",
    ]);
    expect(may("maintainer")).to.deep.equal([
      "compare with what is published of any",
      "read python-packages",
      "mint a token of 900 to 3600 seconds",
      "list packages and versions",
      "hide versions, and remove those of python-packages",
    ]);
    expect(amiss(deployment)).to.deep.equal([]);
  });

  const grants = [
    ["inspector", "codeartifact:ReadFromRepository", `${place}:repository/DOMAIN/python-packages`],
    ["inspector", "codeartifact:GetPackageVersionAsset", `${place}:package/DOMAIN/python-packages/pypi//*`],
    ["inspector", "codeartifact:UpdatePackageVersionsStatus", `${place}:package/DOMAIN/pypi-store/pypi//*`],
    ["inspector", "codeartifact:DescribePackageVersion", `${place}:package/DOMAIN/pypi-store/pypi//*`],
    ["maintainer", "codeartifact:DeletePackageVersions", `${place}:package/DOMAIN/pypi-store/pypi//*`],
    ["maintainer", "codeartifact:DeletePackage", `${place}:package/DOMAIN/python-packages/pypi//*`],
    ["maintainer", "codeartifact:PublishPackageVersion", `${place}:package/DOMAIN/python-packages/pypi//*`],
    ["publisher", "codeartifact:DisposePackageVersions", `${place}:package/DOMAIN/python-packages/pypi//*`],
    ["publisher", "codeartifact:ListPackageVersions", `${place}:package/DOMAIN/python-packages/pypi//*`],
  ] as const;
  for (const [kind, action, resource] of grants) {
    it(`finds amiss a right more: of the ${kind}, ${action} on ${resource.slice(place.length + 1)}`, () => {
      const { roles } = deployment.account.iam;
      const policyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: action, Resource: resource.replace("DOMAIN", domain) }],
      });
      roles.putPolicy({ roleName: role(kind), policyName: "more", policyDocument });
      try {
        const found = amiss(deployment);

        expect(found).to.have.length.above(0);
        expect(found.filter((line) => !line.startsWith(`${role(kind)}: `))).to.deep.equal([]);
      } finally {
        roles.deletePolicy({ roleName: role(kind), policyName: "more" });
      }
    });
  }

  for (const kind of ["inspector", "maintainer"]) {
    it(`finds amiss that a right is missing: all of the ${kind}'s`, () => {
      const { roles } = deployment.account.iam;
      const place = { roleName: role(kind), policyName: "permissions" };
      const { policyDocument } = roles.getPolicy(place);
      roles.deletePolicy(place);
      try {
        expect(amiss(deployment)).to.include.members([
          `${role(kind)}: list packages and versions`,
          `${role(kind)}: compare with what is published of any`,
        ]);
      } finally {
        roles.putPolicy({ ...place, policyDocument });
      }
      expect(amiss(deployment)).to.deep.equal([]);
    });
  }
});
