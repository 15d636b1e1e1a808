import { expect } from "chai";
import { type AuditedRegistry, alarmRules, type AuditRule, trailRules } from "../../components/auditEvents";
import { eventPatternError, matchesPattern } from "../../sandbox/eventbridge/eventPattern";

const registry: AuditedRegistry = {
  partition: "aws",
  account: "123456789012",
  region: "us-east-1",
  domain: "acme-hub-prod",
  store: "pypi-store",
  privateNames: [
    { name: "acme", match: "prefix" },
    { name: "legacy-tool", match: "exact" },
  ],
  publicNames: ["acme-billing"],
};

/**
 * The event of a version that was published, with changes to its detail.
 * Shape: https://docs.aws.amazon.com/codeartifact/latest/ug/service-event-format-example.html
 */
function versionEvent(changes: Readonly<Record<string, unknown>> = {}) {
  const detail: Readonly<Record<string, unknown>> = {
    domainName: "acme-hub-prod",
    domainOwner: "123456789012",
    repositoryName: "python-packages",
    repositoryAdministrator: "123456789012",
    packageFormat: "pypi",
    packageNamespace: null,
    packageName: "acme-core",
    packageVersion: "1.0",
    packageVersionState: "Published",
    packageVersionRevision: "SoMeReViSiOn=",
    changes: { assetsAdded: 1, assetsRemoved: 0, assetsUpdated: 0, metadataUpdated: true, statusChanged: true },
    operationType: "Created",
    sequenceNumber: 1,
    eventDeduplicationId: "b6e2c6a1-0000-4000-8000-000000000000",
    ...changes,
  };
  const place = `${String(detail.domainName)}/${String(detail.repositoryName)}/pypi//${String(detail.packageName)}`;
  return {
    version: "0",
    id: "73f03fec-a137-971e-6ac6-07c8ffffffff",
    "detail-type": "CodeArtifact Package Version State Change",
    source: "aws.codeartifact",
    account: "123456789012",
    time: "2026-11-21T23:19:54Z",
    region: "us-east-1",
    resources: [`arn:aws:codeartifact:us-east-1:123456789012:package/${place}`],
    detail,
  };
}

/**
 * The event of a call, as CloudTrail's record in an envelope.
 * Shape: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
function callEvent(service: string, eventName: string, detail: Readonly<Record<string, unknown>>) {
  return {
    version: "0",
    id: "36eb8523-97d0-4518-b33d-ee3579ff19f0",
    "detail-type": "AWS API Call via CloudTrail",
    source: `aws.${service}`,
    account: "123456789012",
    time: "2026-11-21T23:19:54Z",
    region: "us-east-1",
    resources: [],
    detail: {
      eventVersion: "1.11",
      eventSource: `${service}.amazonaws.com`,
      eventName,
      readOnly: /^(?:Get|List|Describe|Read|Assume)/.test(eventName),
      ...detail,
    },
  };
}

const publisher = "acme-hub-prod-codeartifact-publisher";
const roleArn = `arn:aws:iam::123456789012:role/${publisher}`;
const policyArn = `arn:aws:iam::123456789012:policy/${publisher}-packages-1-1a2b3c4d`;
const denied = { errorCode: "AccessDenied", errorMessage: "Not authorized to perform sts:AssumeRoleWithWebIdentity" };

type Event = ReturnType<typeof versionEvent> | ReturnType<typeof callEvent>;

/** For each rule, events that it is for, and their nearest neighbours that it is not for. */
const events: Readonly<Record<string, { readonly heard: readonly Event[]; readonly ignored: readonly Event[] }>> = {
  versions: {
    heard: [versionEvent(), versionEvent({ repositoryName: "pypi-store", packageName: "requests" })],
    ignored: [
      versionEvent({ domainName: "acme-hub-prod-eu" }),
      versionEvent({ domainOwner: "210987654321" }),
      callEvent("codeartifact", "PublishPackageVersion", { requestParameters: { domain: "acme-hub-prod" } }),
    ],
  },
  calls: {
    heard: [
      callEvent("codeartifact", "PublishPackageVersion", { requestParameters: { domain: "acme-hub-prod" } }),
      callEvent("codeartifact", "DisposePackageVersions", { requestParameters: { domainName: "acme-hub-prod" } }),
      callEvent("codeartifact", "ReadFromRepository", {
        requestParameters: { domainName: "acme-hub-prod" },
        errorCode: "AccessDenied",
      }),
      callEvent("codeartifact", "TagResource", {
        requestParameters: {
          resourceArn: "arn:aws:codeartifact:us-east-1:123456789012:repository/acme-hub-prod/pypi-store",
        },
      }),
      callEvent("codeartifact", "UntagResource", {
        requestParameters: { resourceArn: "arn:aws:codeartifact:us-east-1:123456789012:domain/acme-hub-prod" },
      }),
    ],
    ignored: [
      callEvent("codeartifact", "ReadFromRepository", { requestParameters: { domainName: "acme-hub-prod" } }),
      callEvent("codeartifact", "PublishPackageVersion", { requestParameters: { domain: "acme-hub-dev" } }),
      callEvent("codeartifact", "UntagResource", {
        requestParameters: { resourceArn: "arn:aws:codeartifact:us-east-1:123456789012:domain/acme-hub-prod-eu" },
      }),
      callEvent("codeartifact", "DeleteDomain", { requestParameters: null }),
    ],
  },
  access: {
    heard: [
      callEvent("sts", "AssumeRoleWithWebIdentity", { requestParameters: { roleArn } }),
      callEvent("iam", "PutRolePolicy", { requestParameters: { roleName: publisher } }),
      callEvent("iam", "CreatePolicy", { requestParameters: { policyName: "acme-hub-prod-codeartifact-reader-1" } }),
      callEvent("iam", "DeletePolicy", { requestParameters: { policyArn } }),
    ],
    ignored: [
      callEvent("sts", "AssumeRoleWithWebIdentity", {
        requestParameters: { roleArn: "arn:aws:iam::123456789012:role/acme-hub-prod-deploy" },
      }),
      callEvent("sts", "AssumeRole", { requestParameters: { roleArn } }),
      callEvent("iam", "GetRole", { requestParameters: { roleName: publisher } }),
      callEvent("iam", "PutRolePolicy", { requestParameters: { roleName: "acme-hub-dev-codeartifact-publisher" } }),
    ],
  },
  removals: {
    heard: [
      versionEvent({ operationType: "Deleted" }),
      versionEvent({ operationType: "Updated", packageVersionState: "Disposed" }),
    ],
    ignored: [
      versionEvent({ operationType: "Updated", packageVersionState: "Archived" }),
      versionEvent({ operationType: "Deleted", domainName: "acme-hub-dev" }),
    ],
  },
  public: {
    heard: [
      versionEvent({ repositoryName: "pypi-store", packageName: "acme" }),
      versionEvent({ repositoryName: "pypi-store", packageName: "acme-core" }),
      versionEvent({ repositoryName: "pypi-store", packageName: "legacy-tool" }),
    ],
    ignored: [
      versionEvent({ packageName: "acme-core" }),
      versionEvent({ repositoryName: "pypi-store", packageName: "acmeter" }),
      versionEvent({ repositoryName: "pypi-store", packageName: "legacy-tool-2" }),
      versionEvent({ repositoryName: "pypi-store", packageName: "acme-billing" }),
      versionEvent({ repositoryName: "pypi-store", packageName: "requests" }),
    ],
  },
  policies: {
    heard: [
      callEvent("codeartifact", "PutDomainPermissionsPolicy", { requestParameters: { domain: "acme-hub-prod" } }),
      callEvent("codeartifact", "PutRepositoryPermissionsPolicy", { requestParameters: { domain: "acme-hub-prod" } }),
      callEvent("iam", "UpdateAssumeRolePolicy", { requestParameters: { roleName: publisher } }),
      callEvent("iam", "CreatePolicyVersion", { requestParameters: { policyArn } }),
    ],
    ignored: [
      callEvent("codeartifact", "PutDomainPermissionsPolicy", { requestParameters: { domain: "acme-hub-dev" } }),
      callEvent("iam", "UpdateAssumeRolePolicy", { requestParameters: { roleName: "acme-hub-prod-deploy" } }),
      callEvent("iam", "CreatePolicy", { requestParameters: { policyName: "acme-hub-prod-codeartifact-reader-1" } }),
      callEvent("iam", "CreatePolicyVersion", {
        requestParameters: { policyArn: "arn:aws:iam::123456789012:policy/team" },
      }),
    ],
  },
  denials: {
    heard: [callEvent("sts", "AssumeRoleWithWebIdentity", { requestParameters: { roleArn }, ...denied })],
    ignored: [
      callEvent("sts", "AssumeRoleWithWebIdentity", { requestParameters: { roleArn } }),
      callEvent("sts", "AssumeRoleWithWebIdentity", {
        requestParameters: { roleArn: "arn:aws:iam::123456789012:role/other" },
        ...denied,
      }),
    ],
  },
};

const rules: readonly AuditRule[] = [...trailRules(registry), ...alarmRules(registry)];

describe("the rules of an audit trail", () => {
  it("are three that keep events and four that raise an alarm", () => {
    expect(rules.map(({ name }) => name)).to.deep.equal(Object.keys(events));
  });

  for (const { name, pattern, readsToo } of rules) {
    it(`${name}: hear what they are for, and not what is next to it`, () => {
      const { heard, ignored } = events[name] ?? { heard: [], ignored: [] };

      expect(heard.filter((event) => !matchesPattern(pattern, event))).to.deep.equal([]);
      expect(ignored.filter((event) => matchesPattern(pattern, event))).to.deep.equal([]);
    });

    it(`${name}: ${readsToo ? "ask for" : "do not ask for"} events of calls that only read`, () => {
      const reads = (events[name]?.heard ?? []).filter(
        ({ detail }) => (detail as { readOnly?: boolean }).readOnly === true,
      );

      expect(reads.length > 0).to.equal(readsToo);
    });

    it(`${name}: are patterns that AWS takes, of at most 2,048 characters`, () => {
      expect(eventPatternError(pattern)).to.equal(undefined);
      expect(JSON.stringify(pattern)).to.have.length.below(2_049);
    });
  }

  it("know no public names where the settings name none", () => {
    const [, open] = alarmRules({ ...registry, publicNames: [] });

    expect(open?.pattern).not.to.have.property("resources");
    expect(
      matchesPattern(open?.pattern, versionEvent({ repositoryName: "pypi-store", packageName: "acme-billing" })),
    ).to.equal(true);
  });
});
