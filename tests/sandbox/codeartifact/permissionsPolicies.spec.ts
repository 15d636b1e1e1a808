import { expect } from "chai";
import { SandboxAccount } from "../../../sandbox/account";
import { awsErrorOf } from "../../support/sandbox/awsErrorOf";

const domain = "orb";
const repository = "python-packages";

const document = (action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: "210987654321" }, Action: action, Resource: "*" }],
  });

function registry() {
  const { codeartifact } = new SandboxAccount();
  codeartifact.domains.create({ domain });
  codeartifact.repositories.create({ domain, repository });

  return codeartifact;
}

const kinds = [
  {
    kind: "domain",
    resourceArn: "arn:aws:codeartifact:us-east-1:123456789012:domain/orb",
    none: "ResourceNotFoundException 404: Policy not found. Domain 'orb' has no permissions policy.",
    changed: (revision: string) =>
      `ConflictException 409: The policy of Domain 'orb' is not at revision '${revision}': read it again and repeat.`,
    operations: (codeartifact = registry()) => ({
      put: (policyDocument: string, policyRevision?: string) =>
        codeartifact.domains.putPermissionsPolicy({ domain, policyDocument, policyRevision }),
      get: () => codeartifact.domains.getPermissionsPolicy({ domain }),
      remove: (policyRevision?: string) => codeartifact.domains.deletePermissionsPolicy({ domain, policyRevision }),
    }),
  },
  {
    kind: "repository",
    resourceArn: "arn:aws:codeartifact:us-east-1:123456789012:repository/orb/python-packages",
    none: "ResourceNotFoundException 404: Policy not found. Repository 'python-packages' has no permissions policy.",
    changed: (revision: string) =>
      `ConflictException 409: The policy of Repository 'python-packages' is not at revision '${revision}': ` +
      "read it again and repeat.",
    operations: (codeartifact = registry()) => ({
      put: (policyDocument: string, policyRevision?: string) =>
        codeartifact.repositories.putPermissionsPolicy({ domain, repository, policyDocument, policyRevision }),
      get: () => codeartifact.repositories.getPermissionsPolicy({ domain, repository }),
      remove: (policyRevision?: string) =>
        codeartifact.repositories.deletePermissionsPolicy({ domain, repository, policyRevision }),
    }),
  },
];

for (const { kind, resourceArn, none, changed, operations } of kinds) {
  describe(`the permissions policy of a ${kind}`, () => {
    it("is read as it was put, and until then there is none", () => {
      const { put, get } = operations();

      expect(awsErrorOf(get)).to.equal(none);
      const stored = put(document("codeartifact:ReadFromRepository"));
      expect(stored).to.include({ resourceArn, document: document("codeartifact:ReadFromRepository") });
      expect(get()).to.deep.equal(stored);
    });

    it("is replaced by the next one, with another revision", () => {
      const { put, get } = operations();
      const first = put(document("codeartifact:ReadFromRepository"));
      put(document("codeartifact:DescribeRepository"));

      expect(get().document).to.equal(document("codeartifact:DescribeRepository"));
      expect(get().revision).not.to.equal(first.revision);
    });

    it("is replaced or deleted only at the revision that the request names", () => {
      const { put, get, remove } = operations();
      const first = put(document("codeartifact:ReadFromRepository")).revision;
      const second = put(document("codeartifact:DescribeRepository"), first).revision;

      expect(awsErrorOf(() => put(document("codeartifact:ListPackages"), first))).to.equal(changed(first));
      expect(awsErrorOf(() => remove(first))).to.equal(changed(first));
      expect(get().document).to.equal(document("codeartifact:DescribeRepository"));
      expect(remove(second).revision).to.equal(second);
    });

    it("is deleted once", () => {
      const { put, get, remove } = operations();
      put(document("codeartifact:ReadFromRepository"));

      expect(remove().resourceArn).to.equal(resourceArn);
      expect(awsErrorOf(get)).to.equal(none);
      expect(awsErrorOf(() => remove())).to.equal(none);
    });

    it("has at most 7,168 characters, white space included", () => {
      const { put } = operations();
      const text = document("codeartifact:ReadFromRepository");

      expect(put(text.padEnd(7168)).document).to.have.length(7168);
      expect(awsErrorOf(() => put(text.padEnd(7169)))).to.equal(
        "ValidationException 400: The policy document has 7169 characters; at most 7168 are allowed.",
      );
    });

    it("names its principal", () => {
      const { put } = operations();
      const withoutPrincipal = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "codeartifact:ReadFromRepository", Resource: "*" }],
      });

      expect(put(document("codeartifact:ReadFromRepository")).resourceArn).to.equal(resourceArn);
      expect(awsErrorOf(() => put(withoutPrincipal))).to.equal(
        "ValidationException 400: Missing required field Principal",
      );
      expect(awsErrorOf(() => put("{"))).to.equal("ValidationException 400: This policy contains invalid Json");
    });
  });
}
