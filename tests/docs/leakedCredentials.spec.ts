import * as codeartifactSdk from "@aws-sdk/client-codeartifact";
import {
  CodeartifactClient,
  GetAuthorizationTokenCommand,
  GetRepositoryEndpointCommand,
} from "@aws-sdk/client-codeartifact";
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import * as stsSdk from "@aws-sdk/client-sts";
import { expect } from "chai";
import { nameInArn } from "../../iam/arns";
import { codeartifactRoutes } from "../../sandbox/codeartifact/api/routes";
import { pypiRoutes } from "../../sandbox/codeartifact/pypi/routes";
import { operationsOf } from "../../sandbox/core/model";
import { queryRoutes } from "../../sandbox/core/queryProtocol";
import { iam } from "../../sandbox/iam/api/iam";
import type { Session } from "../../sandbox/sts/sts";
import { codeBlocks, consoleCommands, sectionOf } from "../support/docs/document";
import { type DeployedSandbox, deploySandbox } from "../support/sandbox/servedSandbox";
import { basic } from "../support/sandbox/pypi";

const heading = "Leaked credentials";
const minutes = (count: number) => count * 60_000;

describe("docs/operations.md, leaked credentials", () => {
  const section = sectionOf("docs/operations.md", heading);
  const [written] = codeBlocks(section).filter(({ text }) => text.startsWith("{"));
  let deployed: DeployedSandbox;
  let address: string;

  before(async () => {
    deployed = await deploySandbox();
    const { context } = deployed;
    address = await deployed.serve(queryRoutes(context, [iam]), codeartifactRoutes(context), pypiRoutes(context));
  });
  after(() => deployed.close());

  const options = ({ accessKeyId, secretAccessKey, sessionToken }: Session) => ({
    endpoint: address,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    maxAttempts: 1,
    systemClockOffset: deployed.clock.aheadBy,
  });
  const named = () => ({ domain: deployed.context.domain, repository: "python-packages", format: "pypi" }) as const;
  const works = async (session: Session): Promise<string> => {
    try {
      await new CodeartifactClient(options(session)).send(new GetRepositoryEndpointCommand(named()));
      return "works";
    } catch (error) {
      return (error as Error).name;
    }
  };
  const tokenOf = async (session: Session): Promise<string> => {
    const { domain } = named();
    const client = new CodeartifactClient(options(session));
    const { authorizationToken = "" } = await client.send(
      new GetAuthorizationTokenCommand({ domain, durationSeconds: 3600 }),
    );
    return authorizationToken;
  };
  const pageBy = async (token: string): Promise<number> =>
    (await fetch(`${address}/pypi/python-packages/simple/`, { headers: basic(token) })).status;

  it("end at once, as do registry tokens, and later sessions work", async () => {
    const leaked = await deployed.publisher();
    const token = await tokenOf(leaked);
    const roleName = nameInArn(leaked.caller.arn);
    const administrator = new IAMClient(options(deployed.administrator()));
    const reading = async () =>
      (await fetch(`${address}/pypi/python-packages/simple/orb/`, { headers: basic(token) })).status;
    expect([await works(leaked), await reading(), await pageBy("unknown")]).to.deep.equal(["works", 404, 401]);

    deployed.clock.aheadBy += minutes(1);
    const revokedAt = deployed.context.account.now().toISOString().replace(/\.\d+/, "");
    const document = (written?.text ?? "").replace("2026-11-29T12:00:00Z", revokedAt);
    expect(document).to.include(revokedAt);
    const policyName = "AWSRevokeOlderSessions";
    await administrator.send(
      new PutRolePolicyCommand({ RoleName: roleName, PolicyName: policyName, PolicyDocument: document }),
    );
    expect([await works(leaked), await reading()]).to.deep.equal(["AccessDeniedException", 403]);

    deployed.clock.aheadBy += minutes(1);
    const later = await deployed.publisher();
    expect([await works(later), await works(leaked)]).to.deep.equal(["works", "AccessDeniedException"]);
    expect(await pageBy(await tokenOf(later))).not.to.equal(403);

    await administrator.send(new DeleteRolePolicyCommand({ RoleName: roleName, PolicyName: policyName }));
    expect(await works(leaked)).to.equal("works");
  });

  it("are not ended by any operation of AWS's models of STS and CodeArtifact", () => {
    const names = [...operationsOf(stsSdk).keys(), ...operationsOf(codeartifactSdk).keys()];

    expect(section).to.include("AWS has no operation that deletes session credentials or a registry token.");
    expect(names.filter((name) => /Token|Session|Credential/.test(name)).sort()).to.deep.equal([
      "GetAuthorizationToken",
      "GetDelegatedAccessToken",
      "GetFederationToken",
      "GetSessionToken",
      "GetWebIdentityToken",
    ]);
  });

  it("are revoked by the policy that AWS's console names", () => {
    expect(consoleCommands(section)).to.deep.equal([
      "aws iam put-role-policy --role-name ROLE --policy-name AWSRevokeOlderSessions --policy-document file://revoke.json",
      "aws iam delete-role-policy --role-name ROLE --policy-name AWSRevokeOlderSessions",
    ]);
    expect(JSON.parse(written?.text ?? "")).to.have.nested.property("Statement[0].Effect", "Deny");
  });
});
