import { expect } from "chai";
import { tokenSeconds } from "../../iam/limits";
import { inspectorPolicy, maintainerPolicy, publisherPolicy, publishPolicy, readerPolicy } from "../../iam/permissions";

const arns = {
  domain: "arn:aws:codeartifact:us-east-1:123456789012:domain/orb-dev",
  repository: "arn:aws:codeartifact:us-east-1:123456789012:repository/orb-dev/python-packages",
  store: "arn:aws:codeartifact:us-east-1:123456789012:repository/orb-dev/pypi-store",
};
const logGroup = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/orb-dev-codeartifact-audit";
const storePackages = "arn:aws:codeartifact:us-east-1:123456789012:package/orb-dev/pypi-store/pypi//*";
const packageArns = "arn:aws:codeartifact:us-east-1:123456789012:package/orb-dev/python-packages/pypi/";

const read = (tokenLifetime: string) => [
  {
    Sid: "MintRegistryToken",
    Effect: "Allow",
    Action: "codeartifact:GetAuthorizationToken",
    Resource: "arn:aws:codeartifact:us-east-1:123456789012:domain/orb-dev",
  },
  {
    Sid: "CapRegistryToken",
    Effect: "Allow",
    Action: "sts:GetServiceBearerToken",
    Resource: "*",
    Condition: {
      StringEquals: { "sts:AWSServiceName": "codeartifact.amazonaws.com" },
      NumericGreaterThanEquals: { "sts:DurationSeconds": "900" },
      NumericLessThanEquals: { "sts:DurationSeconds": tokenLifetime },
    },
  },
  {
    Sid: "ReadRepository",
    Effect: "Allow",
    Action: ["codeartifact:GetRepositoryEndpoint", "codeartifact:ReadFromRepository"],
    Resource: "arn:aws:codeartifact:us-east-1:123456789012:repository/orb-dev/python-packages",
  },
];
const look = [
  { Sid: "LookAtDomain", Effect: "Allow", Action: "codeartifact:DescribeDomain", Resource: arns.domain },
  {
    Sid: "ListPackages",
    Effect: "Allow",
    Action: "codeartifact:ListPackages",
    Resource: [arns.repository, arns.store],
  },
  {
    Sid: "ListVersions",
    Effect: "Allow",
    Action: "codeartifact:ListPackageVersions",
    Resource: [`${packageArns}/*`, storePackages],
  },
  {
    Sid: "LookAtVersions",
    Effect: "Allow",
    Action: ["codeartifact:DescribePackageVersion", "codeartifact:ListPackageVersionAssets"],
    Resource: `${packageArns}/*`,
  },
];
const publish = (resources: readonly string[]) => ({
  Sid: "PublishPackages",
  Effect: "Allow",
  Action: [
    "codeartifact:PublishPackageVersion",
    "codeartifact:DescribePackageVersion",
    "codeartifact:ListPackageVersionAssets",
  ],
  Resource: resources,
});

describe("what a role may do", () => {
  it("a reader mints tokens of at least 900 seconds and at most the cap, and reads one repository", () => {
    expect(readerPolicy(arns, 3600)).to.deep.equal({ Version: "2012-10-17", Statement: read("3600") });
    expect(readerPolicy(arns, 43_200)).to.deep.equal({ Version: "2012-10-17", Statement: read("43200") });
    expect(tokenSeconds.shortest).to.equal(900);
  });

  it("a publisher does what a reader does, and publishes exactly its packages", () => {
    expect(publisherPolicy(arns, 1200, ["orb-models", "orb-common"])).to.deep.equal({
      Version: "2012-10-17",
      Statement: [...read("1200"), publish([`${packageArns}/orb-models`, `${packageArns}/orb-common`])],
    });
  });

  it("an inspector lists packages, versions and events, and reads the audit trail: no package, no token", () => {
    expect(inspectorPolicy(arns, logGroup)).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        ...look,
        { Sid: "ReadEvents", Effect: "Allow", Action: "cloudtrail:LookupEvents", Resource: "*" },
        {
          Sid: "ReadAuditTrail",
          Effect: "Allow",
          Action: "logs:FilterLogEvents",
          Resource: [logGroup, `${logGroup}:*`],
        },
      ],
    });
  });

  it("a maintainer reads, lists and removes versions, and in the store sets a version's status alone", () => {
    expect(maintainerPolicy(arns, 1200)).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        ...read("1200"),
        ...look,
        {
          Sid: "RemoveVersions",
          Effect: "Allow",
          Action: ["codeartifact:DeletePackageVersions", "codeartifact:DisposePackageVersions"],
          Resource: `${packageArns}/*`,
        },
        {
          Sid: "SetStatus",
          Effect: "Allow",
          Action: "codeartifact:UpdatePackageVersionsStatus",
          Resource: [`${packageArns}/*`, storePackages],
        },
      ],
    });
  });

  it("a part of a publisher's packages has a document to itself, which says nothing else", () => {
    expect(publishPolicy(arns, ["orb-common"])).to.deep.equal({
      Version: "2012-10-17",
      Statement: [publish([`${packageArns}/orb-common`])],
    });
  });
});
