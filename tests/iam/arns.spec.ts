import { expect } from "chai";
import {
  arnParts,
  longestArns,
  longestProviderArn,
  nameInArn,
  packageArn,
  registryArns,
  roleArn,
  userArn,
} from "../../iam/arns";

describe("the ARNs of a registry", () => {
  it("are its domain's and its repository's, in a region and an account", () => {
    expect(
      registryArns({ region: "eu-west-1", accountId: "123456789012" }, "orb-dev", "python-packages"),
    ).to.deep.equal({
      domain: "arn:aws:codeartifact:eu-west-1:123456789012:domain/orb-dev",
      repository: "arn:aws:codeartifact:eu-west-1:123456789012:repository/orb-dev/python-packages",
    });
  });
});

describe("the parts of an ARN", () => {
  it("are five between colons, and the rest with its own colons", () => {
    expect(arnParts("arn:aws:lambda:eu-west-1:123456789012:function:a:1")).to.deep.equal({
      partition: "aws",
      service: "lambda",
      region: "eu-west-1",
      account: "123456789012",
      path: "function:a:1",
    });
    expect(arnParts("text").account).to.equal(undefined);
  });
});

describe("the ARN of a package", () => {
  it("is its repository's, with an empty namespace: two slashes", () => {
    expect(
      packageArn("arn:aws:codeartifact:us-east-1:123456789012:repository/orb-dev/python-packages", "orb-common"),
    ).to.equal("arn:aws:codeartifact:us-east-1:123456789012:package/orb-dev/python-packages/pypi//orb-common");
  });

  it("keeps the repository's partition, region and account", () => {
    expect(packageArn("arn:aws-cn:codeartifact:cn-north-1:000000000001:repository/d/r", "p")).to.equal(
      "arn:aws-cn:codeartifact:cn-north-1:000000000001:package/d/r/pypi//p",
    );
  });

  it("changes the resource's type and no name that reads like it", () => {
    expect(packageArn("arn:aws:codeartifact:us-east-1:123456789012:repository/repository/repository", "p")).to.equal(
      "arn:aws:codeartifact:us-east-1:123456789012:package/repository/repository/pypi//p",
    );
  });
});

describe("the longest ARNs", () => {
  it("are of a domain, a repository and a provider", () => {
    expect(longestArns("orb-dev", "python-packages")).to.deep.equal({
      domain: "arn:aws-us-gov:codeartifact:ap-northeast-1:000000000000:domain/orb-dev",
      repository: "arn:aws-us-gov:codeartifact:ap-northeast-1:000000000000:repository/orb-dev/python-packages",
    });
    expect(longestProviderArn("token.actions.githubusercontent.com/acme")).to.equal(
      "arn:aws-us-gov:iam::000000000000:oidc-provider/token.actions.githubusercontent.com/acme",
    );
  });

  // Every region with CodeArtifact, and its partition: https://docs.aws.amazon.com/general/latest/gr/codeartifact.html
  for (const [partition, region] of [
    "us-east-1",
    "us-east-2",
    "us-west-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "eu-south-1",
  ].map((name) => ["aws", name] as const)) {
    it(`are no shorter than those of ${region}`, () => {
      const place = `arn:${partition}:codeartifact:${region}:123456789012`;
      const longest = longestArns("d", "r");
      expect(longest.domain.length).to.be.at.least(`${place}:domain/d`.length);
      expect(longest.repository.length).to.be.at.least(`${place}:repository/d/r`.length);
    });
  }
});

for (const [kind, form] of [
  ["role", roleArn],
  ["user", userArn],
] as const) {
  describe(`the ARN of a ${kind}`, () => {
    it("has a partition, an account, perhaps a path, and a name", () => {
      expect({ ...form.exec(`arn:aws-cn:iam::123456789012:${kind}/a/b/reader`)?.groups }).to.deep.equal({
        partition: "aws-cn",
        account: "123456789012",
        name: "reader",
      });
      expect(form.exec(`arn:aws:iam::123456789012:${kind}/reader`)?.groups?.name).to.equal("reader");
    });

    for (const arn of [
      `xarn:aws:iam::123456789012:${kind}/reader`,
      `arn::iam::123456789012:${kind}/reader`,
      `arn:aws:iam::1234567890123:${kind}/reader`,
      `arn:aws:iam:us-east-1:123456789012:${kind}/reader`,
      `arn:aws:iam::123456789012:${kind}/`,
      `arn:aws:iam::123456789012:${kind}/reader/`,
      `arn:aws:iam::123456789012:${kind}/reader:x`,
      `arn:aws:iam::123456789012:${kind}/a:b/reader`,
      "arn:aws:iam::123456789012:group/reader",
    ]) {
      it(`is not ${arn}`, () => {
        expect(form.test(arn)).to.equal(false);
      });
    }
  });
}

describe("the name in an ARN", () => {
  it("is the last part of its path, and the whole of a text without a path", () => {
    expect(nameInArn("arn:aws:iam::123456789012:role/service/reader")).to.equal("reader");
    expect(nameInArn("arn:aws:codeartifact:us-east-1:123456789012:domain/orb")).to.equal("orb");
    expect(nameInArn("reader")).to.equal("reader");
  });
});
