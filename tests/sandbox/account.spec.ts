import { expect } from "chai";
import { SandboxAccount } from "../../sandbox/account";
import { AwsError } from "../../sandbox/core/awsError";
import { awsErrorOf } from "../support/sandbox/awsErrorOf";

describe("an account", () => {
  it("is one account of us-east-1 where nothing else is said", () => {
    const { partition, region, accountId } = new SandboxAccount();

    expect({ partition, region, accountId }).to.deep.equal({
      partition: "aws",
      region: "us-east-1",
      accountId: "123456789012",
    });
  });

  it("puts its partition, region and account into every ARN", () => {
    const { codeartifact, iam, kms } = new SandboxAccount({
      partition: "aws-cn",
      region: "cn-north-1",
      accountId: "210987654321",
    });
    const domain = codeartifact.domains.create({ domain: "orb" });
    const repository = codeartifact.repositories.create({ domain: "orb", repository: "python-packages" });
    const provider = iam.oidcProviders.create({ url: "https://issuer.example.com" });

    expect(domain.arn).to.equal("arn:aws-cn:codeartifact:cn-north-1:210987654321:domain/orb");
    expect(repository.arn).to.equal("arn:aws-cn:codeartifact:cn-north-1:210987654321:repository/orb/python-packages");
    expect(provider.arn).to.equal("arn:aws-cn:iam::210987654321:oidc-provider/issuer.example.com");
    expect(kms.createKey().arn).to.match(/^arn:aws-cn:kms:cn-north-1:210987654321:key\/[0-9a-f-]{36}$/);
    expect(
      codeartifact.repositories.endpoint({ domain: "orb", repository: "python-packages", format: "pypi" }),
    ).to.equal("https://orb-210987654321.d.codeartifact.cn-north-1.amazonaws.com.cn/pypi/python-packages/");
  });

  it("dates what is made by its clock", () => {
    const noon = new Date("2026-09-01T12:00:00Z");
    const { codeartifact } = new SandboxAccount({ now: () => noon });

    expect(codeartifact.domains.create({ domain: "orb" }).createdTime).to.equal(noon);
  });

  it("gives the same identifiers in every run", () => {
    const ids = () => {
      const { kms, codeartifact } = new SandboxAccount();

      return [
        kms.createKey().keyId,
        kms.createKey().keyId,
        codeartifact.domains.create({ domain: "orb" }).encryptionKey,
      ];
    };

    expect(ids()).to.deep.equal(ids());
    expect(new Set(ids()).size).to.equal(3);
  });

  it("holds the registries of several stacks at once", () => {
    const { codeartifact } = new SandboxAccount();
    for (const domain of ["orb-dev", "orb-staging", "orb-prod"]) {
      codeartifact.domains.create({ domain });
      codeartifact.repositories.create({ domain, repository: "python-packages" });
    }

    expect(codeartifact.domains.list().map(({ name, repositoryCount }) => [name, repositoryCount])).to.deep.equal([
      ["orb-dev", 1],
      ["orb-staging", 1],
      ["orb-prod", 1],
    ]);
  });

  it("rejects with an error that carries AWS's code and status", () => {
    const error = new AwsError("ConflictException", "no", 409);

    expect([error.name, error.code, error.status, error.message]).to.deep.equal([
      "ConflictException",
      "ConflictException",
      409,
      "no",
    ]);
    expect(new AwsError("ValidationException", "no").status).to.equal(400);
    expect(
      awsErrorOf(() => {
        throw error;
      }),
    ).to.equal("ConflictException 409: no");
  });
});
