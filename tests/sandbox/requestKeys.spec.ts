import { DescribeDomainCommand } from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { githubIssuer } from "../../iam/trust";
import { nameInArn } from "../../iam/arns";
import type { Session } from "../../sandbox/sts/sts";
import { answered, type ServedApi, serveApi } from "../support/sandbox/servedApi";

/** Conditions of a statement that lets the publisher describe the domain: one that its request meets, one that it does not. */
interface Condition {
  readonly title: string;
  readonly met: object;
  readonly unmet: object;
}

const hour = 3_600_000;
const ahead = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

describe("a request's condition keys, as a client meets them", () => {
  let served: ServedApi;
  let publisher: Session;
  let domainArn: string;

  before(async () => {
    served = await serveApi();
    publisher = await served.publisher();
    const { codeartifact, iam } = served.context.account;
    domainArn = codeartifact.domains.describe({ domain: served.domain }).arn;
    codeartifact.tags.add(domainArn, { cost: "blue" });
    iam.roles.tag({ roleName: nameInArn(publisher.caller.arn), tags: { Project: "orb" } });
  });
  after(() => served.close());

  /** What the publisher gets when its role has one more inline policy. */
  const asked = async (...statements: readonly object[]): Promise<string> => {
    served.context.account.iam.roles.putPolicy({
      roleName: nameInArn(publisher.caller.arn),
      policyName: "more",
      policyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: statements.map((statement) => ({
          Action: "codeartifact:DescribeDomain",
          Resource: "*",
          ...statement,
        })),
      }),
    });
    const answer = await answered(served.client(publisher).send(new DescribeDomainCommand({ domain: served.domain })));
    return typeof answer === "string" ? answer : "allowed";
  };
  const denied = /^AccessDeniedException 403: User: arn:aws:sts::\d+:assumed-role\/\S+ is not authorized/;

  const of = (operator: string, key: string, met: string, unmet: string): Condition => ({
    title: `${operator} ${key}`,
    met: { [operator]: { [key]: met } },
    unmet: { [operator]: { [key]: unmet } },
  });
  const provider = `arn:aws:iam::123456789012:oidc-provider/${githubIssuer()}`;

  for (const { title, met, unmet } of [
    of("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"),
    of("DateLessThan", "aws:EpochTime", "32503680000", "1577836800"),
    of("NumericGreaterThan", "aws:EpochTime", "1577836800", "32503680000"),
    of("DateLessThan", "aws:TokenIssueTime", ahead(hour), ahead(-hour)),
    of("IpAddress", "aws:SourceIp", "127.0.0.0/8", "10.0.0.0/8"),
    of("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", "127.0.0.1"),
    of("StringEquals", "aws:RequestedRegion", "us-east-1", "eu-west-1"),
    of("stringequals", "aws:RequestedRegion", "us-east-1", "eu-west-1"),
    of("StringEquals", "AWS:requestedregion", "us-east-1", "eu-west-1"),
    of("StringEquals", "aws:PrincipalType", "AssumedRole", "User"),
    of("StringEquals", "aws:PrincipalAccount", "${aws:PrincipalAccount}", "${aws:PrincipalAccount}0"),
    of("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*", "arn:aws:iam::*:user/*"),
    of("ArnLike", "aws:PrincipalArn", "arn:aws:iam::${aws:PrincipalAccount}:role/*", "arn:aws:iam::${*}:role/*"),
    of("Bool", "aws:ViaAWSService", "false", "true"),
    of("Bool", "aws:SecureTransport", "false", "true"),
    of("Bool", "aws:PrincipalIsAWSService", "false", "true"),
    of("Bool", "aws:MultiFactorAuthPresent", "false", "true"),
    of("Null", "aws:CalledVia", "true", "false"),
    of("Null", "aws:username", "true", "false"),
    of("Null", "aws:Referer", "true", "false"),
    of("StringLike", "aws:UserAgent", "aws-sdk-js/*", "curl/*"),
    of("StringEquals", "aws:FederatedProvider", provider, `${provider}/other`),
    of("StringEquals", "aws:ResourceAccount", "123456789012", "210987654321"),
    of("StringLike", `${githubIssuer()}:sub`, "repo:*", "repo:other/*"),
    of("StringEquals", `${githubIssuer()}:aud`, "sts.amazonaws.com", "other.example"),
    of("StringEquals", "aws:PrincipalTag/project", "orb", "other"),
    of("StringEquals", "aws:ResourceTag/Cost", "blue", "red"),
    of("StringLike", "aws:userid", "AROA*:*", "AROA*:other"),
    of("Null", "s3:prefix", "true", "false"),
  ]) {
    it(`allow by ${title}, and deny by another value`, async () => {
      expect(await asked({ Effect: "Allow", Condition: met })).to.equal("allowed");
      expect(await asked({ Effect: "Allow", Condition: unmet })).to.match(denied);
    });
  }

  it("have the session's name in aws:userid", async () => {
    const session = publisher.caller.sessionName ?? "";
    const userid = (name: string) => ({ Effect: "Allow", Condition: { StringLike: { "aws:userid": `*:${name}` } } });
    expect(await asked(userid(session))).to.equal("allowed");
    expect(await asked(userid(`${session}x`))).to.match(denied);
  });

  it("keep a guard of the region from denying a request within it", async () => {
    const guard = (region: string) => [
      { Effect: "Allow" },
      {
        Effect: "Deny",
        Action: "codeartifact:*",
        Condition: { StringNotEquals: { "aws:RequestedRegion": region } },
      },
    ];
    expect(await asked(...guard("us-east-1"))).to.equal("allowed");
    expect(await asked(...guard("eu-west-1"))).to.match(/\(denied by statement 2 of inline policy more\)$/);
  });

  it("fill variables of a resource, where a missing one matches nothing without its default", async () => {
    const on = (name: string) => asked({ Effect: "Allow", Resource: domainArn.replace(/[^/]+$/, name) });
    expect(await on(served.domain)).to.equal("allowed");
    expect(await on("${aws:PrincipalTag/none, '" + served.domain + "'}")).to.equal("allowed");
    expect(await on("${aws:PrincipalTag/none}")).to.match(denied);
    expect(await on("${*}")).to.match(denied);
  });

  it("are named where they are not known, and then nothing is allowed and no request fails", async () => {
    const unknown = { StringNotEquals: { "aws:ResourceOrgID": "o-a1b2c3d4e5" } };
    const reason =
      /^AccessDeniedException 403: .*\(the sandbox cannot decide this: inline policy more, statement \d: the value of aws:ResourceOrgID in this request is not known\)$/;
    expect(await asked({ Effect: "Allow", Condition: unknown })).to.match(reason);
    expect(await asked({ Effect: "Allow" }, { Effect: "Deny", Condition: unknown })).to.match(reason);
    expect(await asked({ Effect: "Allow" }, { Effect: "Allow", Condition: unknown })).to.equal("allowed");
    expect(
      await asked(
        { Effect: "Allow" },
        { Effect: "Deny", Action: "s3:*", Condition: { Null: { "s3:prefix": "true" } } },
      ),
    ).to.equal("allowed");
  });

  it("decide nothing by what AWS stores and no request has", async () => {
    const allow = (statement: object) => asked({ Effect: "Allow", ...statement });
    expect(await allow({ Action: "codeartifact:DescribeDomain" })).to.equal("allowed");
    expect(await allow({ Action: "codeartifact: DescribeDomain" })).to.match(denied);
    expect(await allow({ Resource: domainArn })).to.equal("allowed");
    expect(await allow({ Resource: domainArn.split(":").slice(0, 3).join(":") })).to.match(denied);
    const withoutVendor = { RequestedRegion: "us-east-1" };
    expect(await allow({ Condition: { StringNotEquals: withoutVendor } })).to.equal("allowed");
    expect(await allow({ Condition: { StringEquals: withoutVendor } })).to.match(denied);
    expect(await allow({ Condition: { Sometimes: {} } })).to.match(/Sometimes is empty, which is not evaluated\)$/);
  });

  it("end every older session by AWSRevokeOlderSessions, and no newer one", async () => {
    const revoked = (time: string) => [
      { Effect: "Allow" },
      { Effect: "Deny", Action: "*", Condition: { DateLessThan: { "aws:TokenIssueTime": time } } },
    ];
    expect(await asked(...revoked(ahead(hour)))).to.match(/\(denied by statement 2 of inline policy more\)$/);
    expect(await asked(...revoked(ahead(-hour)))).to.equal("allowed");
  });
});
