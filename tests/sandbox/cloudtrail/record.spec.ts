import { DescribeDomainCommand, GetAuthorizationTokenCommand, TagResourceCommand } from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import type { CloudTrailRecord } from "../../../sandbox/cloudtrail/record";
import { pypiRoutes } from "../../../sandbox/codeartifact/pypi/routes";
import { startJob, identityToken } from "../../../sandbox/github/client";
import { githubRoutes } from "../../../sandbox/github/routes";
import { queryRoutes } from "../../../sandbox/core/queryProtocol";
import { makeWheel } from "../../../sandbox/fixtures/distributions";
import { sts } from "../../../sandbox/sts/api";
import { answered, serveApi, type ServedApi } from "../../support/sandbox/servedApi";
import { RegistryClient } from "../../support/sandbox/registryClient";

const accountId = "123456789012";
const roleName = "orb-integration-hub-dev-codeartifact-publisher";
const domainArn = `arn:aws:codeartifact:us-east-1:${accountId}:domain/orb-integration-hub-dev`;

describe("the account's event history", () => {
  let api: ServedApi;

  before(async () => {
    api = await serveApi();
  });

  after(() => api.close());

  /** The records that some calls leave. */
  async function recorded(calls: () => Promise<unknown>): Promise<readonly CloudTrailRecord[]> {
    const { cloudTrail } = api.context.account;
    const before = cloudTrail.calls().length;
    await calls();
    return cloudTrail
      .calls()
      .slice(before)
      .map(({ record }) => record);
  }

  it("has a call with who made it, from where, what it asked for, and for which resource", async () => {
    const publisher = await api.publisher();
    const { domain } = api;
    const [record] = await recorded(() =>
      api.client(publisher).send(new GetAuthorizationTokenCommand({ domain, durationSeconds: 900 })),
    );
    const { eventID, requestID, eventTime, userAgent, ...rest } = record!;

    expect(rest).to.deep.equal({
      eventVersion: "1.11",
      userIdentity: {
        type: "AssumedRole",
        principalId: publisher.assumedRoleId,
        arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/publisher-job`,
        accountId,
        accessKeyId: publisher.accessKeyId,
        sessionContext: {
          sessionIssuer: {
            type: "Role",
            principalId: publisher.assumedRoleId.split(":")[0],
            arn: `arn:aws:iam::${accountId}:role/${roleName}`,
            accountId,
            userName: roleName,
          },
          webIdFederationData: {
            federatedProvider: `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com`,
            attributes: {},
          },
          attributes: {
            creationDate: `${publisher.issuedAt.toISOString().slice(0, 19)}Z`,
            mfaAuthenticated: "false",
          },
        },
      },
      eventSource: "codeartifact.amazonaws.com",
      eventName: "GetAuthorizationToken",
      awsRegion: "us-east-1",
      sourceIPAddress: "127.0.0.1",
      errorCode: undefined,
      errorMessage: undefined,
      requestParameters: { domain, durationSeconds: 900 },
      responseElements: null,
      additionalEventData: undefined,
      readOnly: true,
      resources: [{ accountId, type: "AWS::CodeArtifact::Domain", ARN: domainArn }],
      eventType: "AwsApiCall",
      managementEvent: true,
      recipientAccountId: accountId,
      eventCategory: "Management",
    });
    expect(userAgent).to.match(/^aws-sdk-js\//);
    expect(eventTime).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(eventID).not.to.equal(requestID);
  });

  it("has the error of a call that is denied or fails, and the answer of one that changes something", async () => {
    const { domain } = api;
    const records = await recorded(async () => {
      await answered(api.client(await api.publisher()).send(new DescribeDomainCommand({ domain })));
      await answered(api.client(api.administrator()).send(new DescribeDomainCommand({ domain: "other" })));
      await api
        .client(api.administrator())
        .send(new TagResourceCommand({ resourceArn: domainArn, tags: [{ key: "team", value: "orb" }] }));
    });

    expect(
      records.map(({ eventName, errorCode, readOnly, requestParameters, responseElements }) => {
        return [eventName, errorCode, readOnly, requestParameters, responseElements];
      }),
    ).to.deep.equal([
      ["DescribeDomain", "AccessDeniedException", true, { domain }, null],
      ["DescribeDomain", "ResourceNotFoundException", true, { domain: "other" }, null],
      ["TagResource", undefined, false, { resourceArn: domainArn, tags: [{ key: "team", value: "orb" }] }, {}],
    ]);
  });

  it("has what package managers send and read, denied and not, and nothing of a caller without a valid token", async () => {
    const { authorizationToken = "" } = await api
      .client(await api.publisher())
      .send(new GetAuthorizationTokenCommand({ domain: api.domain, durationSeconds: 900 }));
    const address = await api.serve(pypiRoutes(api.context));
    const client = (token: string) => new RegistryClient(`${address}/pypi/python-packages/`, token);
    const [common, other] = await Promise.all(
      ["orb-common", "orb-other"].map((name) => makeWheel({ name, version: "1.0" })),
    );
    const records = await recorded(async () => {
      await client(authorizationToken).publish(common!);
      await client(authorizationToken).publish(other!);
      await client("none").publish(common!);
      await fetch(`${address}/pypi/python-packages/simple/orb-common/`, {
        headers: { authorization: `Bearer ${authorizationToken}` },
      });
    });
    const repository = domainArn.replace(":domain/", ":repository/").concat("/python-packages");
    const parameters = {
      domainName: api.domain,
      domainOwner: accountId,
      repositoryName: "python-packages",
      packageFormat: "pypi",
    };
    const uploads = { httpMethod: "POST", requestUri: "/pypi/python-packages/" };

    expect(
      records.map(({ eventName, errorCode, requestParameters, additionalEventData, resources = [] }) => {
        return [eventName, errorCode, requestParameters, additionalEventData, resources.map(({ ARN }) => ARN)];
      }),
    ).to.deep.equal([
      [
        "PublishPackageVersion",
        undefined,
        { ...parameters, packageName: "orb-common", packageVersion: "1.0" },
        uploads,
        [`${repository.replace(":repository/", ":package/")}/pypi//orb-common`],
      ],
      [
        "PublishPackageVersion",
        "AccessDeniedException",
        { ...parameters, packageName: "orb-other", packageVersion: "1.0" },
        uploads,
        [`${repository.replace(":repository/", ":package/")}/pypi//orb-other`],
      ],
      [
        "ReadFromRepository",
        undefined,
        { ...parameters, packageName: "orb-common" },
        { httpMethod: "GET", requestUri: "/pypi/python-packages/simple/orb-common/" },
        [repository],
      ],
    ]);
  });

  it("has who asks for a role, admitted or not, and no token of theirs", async () => {
    const { context, issuer } = api;
    const address = await api.serve(queryRoutes(context, [sts]), githubRoutes(context, issuer));
    const repository = "orb-integration-hub/orb-integration-hub";
    const assume = async (name: string) => {
      const job = await startJob(address, { repository: name, environment: "dev" });
      const form = {
        Action: "AssumeRoleWithWebIdentity",
        Version: "2011-06-15",
        RoleArn: `arn:aws:iam::${accountId}:role/${roleName}`,
        RoleSessionName: "run-1",
        WebIdentityToken: await identityToken(address, job, "sts.amazonaws.com"),
      };
      await fetch(`${address}/`, { method: "POST", body: new URLSearchParams(form) });
    };
    const records = await recorded(async () => {
      await assume(repository);
      await assume("orb-integration-hub/look-alike");
    });
    const provider = `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com`;
    const identity = (name: string) => {
      const userName = `repo:${name}:environment:dev`;
      const principalId = `${provider}:sts.amazonaws.com:${userName}`;
      return { type: "WebIdentityUser", principalId, userName, identityProvider: provider };
    };

    expect(records.map(({ eventName, userIdentity, errorCode }) => [eventName, userIdentity, errorCode])).to.deep.equal(
      [
        ["AssumeRoleWithWebIdentity", identity(repository), undefined],
        ["AssumeRoleWithWebIdentity", identity("orb-integration-hub/look-alike"), "AccessDenied"],
      ],
    );
    expect(records[0]!.responseElements).to.deep.include({ provider, audience: "sts.amazonaws.com" });
    expect(JSON.stringify(records)).not.to.match(/eyJ|IQoJb3JpZ2luX2Vj|secretAccessKey/);
  });
});
