import { expect } from "chai";
import { decide } from "../../../sandbox/authorization";
import type { WebIdentitySession } from "../../../sandbox/sts/sts";
import {
  account,
  after,
  assuming,
  claims,
  createSigner,
  roleArn,
  type Signer,
  start,
  subject,
} from "../../support/sandbox/identityTokens";

const constraint = "ValidationError 400: 1 validation error detected: Value";
const domainArn = "arn:aws:codeartifact:us-east-1:123456789012:domain/orb-dev";

describe("a session", () => {
  let github: Signer;
  let token: string;
  let world: ReturnType<typeof account>;

  before(async () => {
    github = await createSigner("github");
    token = await github.sign(claims());
  });

  beforeEach(() => {
    world = account(github);
  });

  const open = (durationSeconds?: number): Promise<WebIdentitySession> =>
    world.sts.assumeRoleWithWebIdentity({
      roleArn,
      roleSessionName: "GitHubActions",
      webIdentityToken: token,
      durationSeconds,
    });

  it("has credentials in AWS's form, and is named after role and session", async () => {
    const session = await open();
    const { roleId } = world.account.iam.roles.get({ roleName: "publisher" });

    expect(session.accessKeyId).to.match(/^ASIA[A-Z2-7]{16}$/);
    expect(session.secretAccessKey).to.match(/^[\w-]{40}$/);
    expect(session.sessionToken).to.match(/^IQoJb3JpZ2luX2Vj[\w-]{512}$/);
    expect([session.assumedRoleArn, session.assumedRoleId, session.subject]).to.deep.equal([
      ...["arn:aws:sts::123456789012:assumed-role/publisher/GitHubActions", `${roleId}:GitHubActions`, subject],
    ]);
    expect(session.caller).to.deep.equal({ arn: roleArn, roleId, sessionName: "GitHubActions" });
  });

  it("shares no credential with another, not even one of the same token", async () => {
    const [one, other] = [await open(), await open()];

    for (const secret of ["accessKeyId", "secretAccessKey", "sessionToken"] as const) {
      expect(one[secret]).not.to.equal(other[secret]);
    }
  });

  it("is named after the role alone where the role has a path, as AWS names it", async () => {
    const { assumeRolePolicyDocument } = world.account.iam.roles.get({ roleName: "publisher" });
    const { arn } = world.account.iam.roles.create({ roleName: "deep", path: "/ci/python/", assumeRolePolicyDocument });
    const session = await world.sts.assumeRoleWithWebIdentity({
      roleArn: arn,
      roleSessionName: "GitHubActions",
      webIdentityToken: token,
    });

    expect(session.assumedRoleArn).to.equal("arn:aws:sts::123456789012:assumed-role/deep/GitHubActions");
  });

  it("is found by its access key, also once it has ended, and by nothing else", async () => {
    const { accessKeyId, sessionToken } = await open();

    world.clock.now = after(100_000);
    expect(world.sts.find(accessKeyId)?.sessionToken).to.equal(sessionToken);
    expect(world.sts.find(sessionToken)).to.equal(undefined);
    expect(world.sts.find(accessKeyId.toLowerCase())).to.equal(undefined);
    expect(world.sts.find("")).to.equal(undefined);
  });

  it("lasts an hour where nothing else is asked", async () => {
    expect((await open()).expiration).to.deep.equal(after(3600));
    expect((await open(900)).expiration).to.deep.equal(after(900));
  });

  it("lasts 900 seconds at least, and at most as long as its role lets it", async () => {
    const lasting = (durationSeconds: number) => assuming(world, token, { durationSeconds });
    const longer =
      "ValidationError 400: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";

    expect(await lasting(900)).to.equal("assumed");
    expect(await lasting(899)).to.equal(
      `${constraint} '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900`,
    );
    expect(await lasting(0)).to.match(/greater than or equal to 900$/);
    expect(await lasting(3600)).to.equal("assumed");
    expect(await lasting(3601)).to.equal(longer);
    world.account.iam.roles.update({ roleName: "publisher", maxSessionDuration: 43_200 });
    expect(await lasting(43_200)).to.equal("assumed");
    expect(await lasting(43_201)).to.equal(
      `${constraint} '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200`,
    );
    for (const none of [900.5, Number.NaN, Infinity]) {
      expect(await lasting(none)).to.equal(
        `${constraint} '${none}' at 'durationSeconds' failed to satisfy constraint: Member must be a whole number`,
      );
    }
  });

  it("that would last too long is rejected like any other for a job without access, and shows nothing of the role", async () => {
    const strange = await github.sign(claims({ sub: "repo:evil/hub:environment:dev" }));

    expect(await assuming(world, token, { durationSeconds: 3601 })).to.match(/exceeds the MaxSessionDuration/);
    expect(await assuming(world, strange, { durationSeconds: 3601 })).to.match(/^AccessDenied 403/);
  });

  it("has a name of 2 to 64 letters, digits and +=,.@-_", async () => {
    const named = (roleSessionName: string) => assuming(world, token, { roleSessionName });

    for (const name of ["ab", "a".repeat(64), "Run_1+=,.@-", "GitHubActions"]) {
      expect(await named(name)).to.equal("assumed");
    }
    expect(await named("a")).to.equal(
      `${constraint} 'a' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2`,
    );
    expect(await named("a".repeat(65))).to.match(/Member must have length less than or equal to 64 \(it has 65\)$/);
    for (const name of ["a b", "a/b", "a:b", "ürb", "a\nb"]) {
      expect(await named(name)).to.equal(
        `${constraint} '${name}' at 'roleSessionName' failed to satisfy constraint: ` +
          "Member must satisfy regular expression pattern: [\\w+=,.@-]*",
      );
    }
  });

  it("is of a role that is named by its ARN", async () => {
    const of = (arn: string) => assuming(world, token, { roleArn: arn });

    expect(await of(roleArn)).to.equal("assumed");
    expect(await of("publisher")).to.match(
      /at 'roleArn' failed to satisfy constraint: .* greater than or equal to 20$/,
    );
    expect(await of(`arn:aws:iam::123456789012:role/${"a".repeat(2048)}`)).to.match(/less than or equal to 2048/);
    for (const arn of [
      "arn:aws:iam::123456789012:user/publisher",
      "arn:aws:iam::1234:role/publisher-of-packages",
      "https://example.com/role/publisher",
      `${roleArn} and another`,
    ]) {
      expect(await of(arn)).to.equal("ValidationError 400: Request ARN is invalid");
    }
  });

  it("of an administrator lasts 12 hours, and nothing is rejected to it", async () => {
    const { accessKeyId, caller, expiration } = world.sts.administrator();
    world.account.codeartifact.domains.create({ domain: "orb-dev" });
    const allowed = (who: typeof caller) =>
      decide(world.account, who, "codeartifact:DeleteDomain", domainArn).outcome === "allowed";

    expect(expiration).to.deep.equal(new Date(start.getTime() + 43_200_000));
    expect(world.sts.find(accessKeyId)?.caller).to.deep.equal(caller);
    expect(allowed(caller)).to.equal(true);
    expect(allowed((await open()).caller)).to.equal(false);
  });
});
