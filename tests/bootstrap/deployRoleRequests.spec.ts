import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DetachRolePolicyCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { deployJob } from "../../bootstrap/accountRoles";
import { intendedRuns } from "../../commands/access/impostors";
import { audience } from "../../iam/trust";
import { queryRoutes } from "../../sandbox/core/queryProtocol";
import { identityClaims } from "../../sandbox/github/issuer";
import { iam as iamService } from "../../sandbox/iam/api/iam";
import { accountId, type PreparedAccount, prepareAccount } from "../support/bootstrap/account";
import { bareSandbox, type Served } from "../support/sandbox/identities";
import { createSigner, trust } from "../support/sandbox/identityTokens";
import { errorOf } from "../support/sandbox/sdkErrors";

const roleName = "orb-integration-hub-dev-codeartifact-publisher";
const arn = (path: string) => `arn:aws:iam::${accountId}:${path}`;
const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
});

describe("the requests of dev's deployment job to IAM", () => {
  let prepared: PreparedAccount;
  let served: Served;
  let client: IAMClient;
  let assumeRolePolicy: string;

  before(async () => {
    prepared = await prepareAccount();
    const { account, settings, boundaries } = prepared;
    const bare = bareSandbox("other", account);
    const signer = await createSigner("github");
    bare.context.sts.trustKeys(`https://${settings.issuer}`, signer.keys);
    const dev = settings.environments.find(({ name }) => name === "dev")!;
    const job = deployJob(settings.source, dev);
    const [run] = intendedRuns(job);
    const { accessKeyId, secretAccessKey, sessionToken } = await bare.context.sts.assumeRoleWithWebIdentity({
      roleArn: prepared.roles.deploy.dev.arn,
      roleSessionName: "deploy",
      webIdentityToken: await signer.sign({
        iss: `https://${settings.issuer}`,
        ...identityClaims({ run, workflowRef: run.jobWorkflowRef }, audience, account.now()),
      }),
    });
    served = await bare.serve(queryRoutes(bare.context, [iamService]));
    client = new IAMClient({
      region: account.region,
      endpoint: served.address,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      maxAttempts: 1,
    });
    assumeRolePolicy = trust(account.iam.oidcProviders.list()[0]!.arn);
    expect(boundaries.dev).to.equal(arn("policy/orb-integration-hub-dev-boundary"));
  });

  after(() => served.close());

  const denied = (action: string, resource: string) =>
    new RegExp(`^AccessDenied 403: .*not authorized to perform: iam:${action} on resource: ${resource}`);
  const create = (name: string, PermissionsBoundary?: string) =>
    errorOf(
      client.send(
        new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: assumeRolePolicy, PermissionsBoundary }),
      ),
    );

  it("make the registry's roles with the stack's boundary, and none without it", async () => {
    const { boundaries } = prepared;

    for (const boundary of [undefined, boundaries.prod, "arn:aws:iam::aws:policy/AdministratorAccess"]) {
      expect(await create(roleName, boundary)).to.match(denied("CreateRole", arn(`role/${roleName}`)));
    }
    expect(await create("administrator", boundaries.dev)).to.match(denied("CreateRole", arn("role/administrator")));
    expect(await create(roleName, boundaries.dev)).to.equal("answered");
    expect(prepared.account.iam.roles.get({ roleName }).permissionsBoundary).to.equal(boundaries.dev);
  });

  it("change a role that has the boundary, and none that lacks it", async () => {
    const { iam } = prepared.account;
    const unbounded = `${roleName}-unbounded`;
    iam.roles.create({ roleName: unbounded, assumeRolePolicyDocument: assumeRolePolicy });
    const change = async (RoleName: string) => [
      await errorOf(
        client.send(new PutRolePolicyCommand({ RoleName, PolicyName: "permissions", PolicyDocument: everything })),
      ),
      await errorOf(client.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: assumeRolePolicy }))),
    ];

    expect(await change(roleName)).to.deep.equal(["answered", "answered"]);
    const [put, update] = await change(unbounded);
    expect(put).to.match(denied("PutRolePolicy", arn(`role/${unbounded}`)));
    expect(update).to.match(denied("UpdateAssumeRolePolicy", arn(`role/${unbounded}`)));
    expect(
      await errorOf(client.send(new TagRoleCommand({ RoleName: roleName, Tags: [{ Key: "Team", Value: "data" }] }))),
    ).to.equal("answered");
  });

  it("never take the boundary away, nor put another in its place", async () => {
    const put = (PermissionsBoundary: string) =>
      errorOf(client.send(new PutRolePermissionsBoundaryCommand({ RoleName: roleName, PermissionsBoundary })));

    expect(await errorOf(client.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: roleName })))).to.match(
      denied("DeleteRolePermissionsBoundary", arn(`role/${roleName}`)),
    );
    expect(await put(prepared.boundaries.staging)).to.match(
      denied("PutRolePermissionsBoundary", arn(`role/${roleName}`)),
    );
    expect(await put(prepared.boundaries.dev)).to.equal("answered");
  });

  it("make the registry's policies, attach them and delete what was made", async () => {
    const PolicyName = "orb-integration-hub-dev-codeartifact-reader";
    const make = (name: string) =>
      errorOf(client.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: everything })));
    const attachment = { RoleName: roleName, PolicyArn: arn(`policy/${PolicyName}`) };

    expect(await make(PolicyName)).to.equal("answered");
    expect(await make("another")).to.match(denied("CreatePolicy", arn("policy/another")));
    expect(await errorOf(client.send(new AttachRolePolicyCommand(attachment)))).to.equal("answered");
    expect(await errorOf(client.send(new DetachRolePolicyCommand(attachment)))).to.equal("answered");
    prepared.account.iam.roles.deletePolicy({ roleName, policyName: "permissions" });
    expect(await errorOf(client.send(new DeleteRoleCommand({ RoleName: roleName })))).to.equal("answered");
    expect(await errorOf(client.send(new DeleteRoleCommand({ RoleName: `${roleName}-unbounded` })))).to.match(
      denied("DeleteRole", arn(`role/${roleName}-unbounded`)),
    );
  });
});
