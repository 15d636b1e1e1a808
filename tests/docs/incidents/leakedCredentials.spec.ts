import * as codeartifactSdk from "@aws-sdk/client-codeartifact";
import * as stsSdk from "@aws-sdk/client-sts";
import { expect } from "chai";
import { operationsOf } from "../../../sandbox/core/model";
import { makeWheel } from "../../../sandbox/fixtures/distributions";
import type { Session } from "../../../sandbox/sts/sts";
import { awsEnvironment } from "../../support/clients/registry";
import { describePulumi } from "../../support/describePulumi";
import { sectionOf } from "../../support/docs/document";
import { callsIn, Incident, incidents } from "../../support/docs/incident";

const section = sectionOf(incidents, "Leaked credentials");

describePulumi(`${incidents}, leaked credentials`, (cli) => {
  let incident: Incident;

  before(async () => {
    incident = await Incident.open(cli, { stack: "prod" });
  });
  after(() => incident.close());

  /** What the AWS CLI gets for a session that asks for a registry token. */
  const mints = async (session: Session) => {
    const { exitCode, text } = await incident.person.shell(
      `aws codeartifact get-authorization-token --domain ${incident.domain()} --duration-seconds 900`,
      awsEnvironment(incident.sandbox, session),
    );
    return exitCode === 0 ? "a token" : /\((\w+)\)/.exec(text)?.[1];
  };

  it("are dead, session and token, and a job that starts later works", async () => {
    // Two minutes ago: a session that began in the second of the revocation is not older than it.
    incident.clock.aheadBy = -120_000;
    const leaked = await incident.job();
    incident.clock.aheadBy = 0;
    expect(await incident.publish(await makeWheel({ name: "orb-common", version: "1.0.0" }))).to.equal(200);
    await incident.prepares();
    const { accessKeyId } = leaked.session;

    const named = await incident.does(section, "Name the role", {
      values: { ROLE: leaked.roleName, ACCESS_KEY: accessKeyId },
    });
    const alive = [
      await mints(leaked.session),
      await incident.does(section, "Check that the token is dead", leaks(leaked)),
    ];
    const revoked = await incident.does(section, "Revoke its sessions");
    const dead = [
      await mints(leaked.session),
      await incident.does(section, "Check that the token is dead", leaks(leaked)),
    ];
    const seen = await incident.does(section, "See what the credentials did");

    expect([named.exitCode, revoked.exitCode], named.text + revoked.text).to.deep.equal([0, 0]);
    expect(alive).to.deep.equal(["a token", { exitCode: 0, text: "200 " }]);
    expect(dead).to.deep.equal(["AccessDeniedException", { exitCode: 0, text: "403 " }]);
    const [, audited = ""] = seen.text.split("> package-registry");
    expect(audited).to.include("allowed").and.to.include("orb-common 1.0.0");
    const byLeaked = callsIn(seen).filter((line) => line.includes(accessKeyId));
    expect(
      byLeaked.map((line) =>
        line
          .split(" ")
          .filter((_, index) => [1, 3, 9].includes(index))
          .join(" "),
      ),
    ).to.deep.equal([
      "ReadFromRepository orb-common AccessDeniedException",
      "GetAuthorizationToken - AccessDeniedException",
      "ReadFromRepository orb-common -",
      "GetAuthorizationToken - -",
    ]);

    const later = await incident.job();
    expect([await mints(later.session), await incident.pageStatus(later.token, "orb-common")]).to.deep.equal([
      "a token",
      200,
    ]);
  });

  it("work again if the policy is removed before they expire, and npm run verify reports the policy until then", async () => {
    const leaked = await incident.job();
    const reported = await incident.shell('npm run verify -- --stack "$STACK"');
    const removed = await incident.does(section, "Remove the policy 12 hours later");

    expect(reported.exitCode).to.equal(1);
    expect(reported.text).to.include("inline policy AWSRevokeOlderSessions").and.to.include("prod: 1 difference.");
    expect(removed.exitCode, removed.text).to.equal(0);
    expect(await mints(leaked.session)).to.equal("a token");
    expect(incident.undone(section)).to.deep.equal([]);
  });

  it("are not ended by any operation of AWS's models of STS and CodeArtifact", () => {
    const names = [...operationsOf(stsSdk).keys(), ...operationsOf(codeartifactSdk).keys()];

    expect(section.replaceAll("\n", " ")).to.include(
      "AWS has no operation that deletes session credentials or a registry token.",
    );
    expect(names.filter((name) => /Token|Session|Credential/.test(name)).sort()).to.deep.equal([
      "GetAuthorizationToken",
      "GetDelegatedAccessToken",
      "GetFederationToken",
      "GetSessionToken",
      "GetWebIdentityToken",
    ]);
  });
});

/** What someone pastes for the command that asks for the token. */
function leaks({ token }: { readonly token: string }) {
  return { input: token };
}
