import {
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListOpenIDConnectProvidersCommand,
  ListPoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  CreateUserCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import type { Session } from "../../../sandbox/sts/sts";
import { iam as iamService } from "../../../sandbox/iam/api/iam";
import { queryRoutes } from "../../../sandbox/core/queryProtocol";
import { sts } from "../../../sandbox/sts/api";
import { issuer, trust } from "../../support/sandbox/identityTokens";
import { bareSandbox, send, type Served } from "../../support/sandbox/identities";
import { sign } from "../../support/sandbox/signing";

const account = "arn:aws:iam::123456789012";
const provider = `${account}:oidc-provider/${issuer}`;
const policyArn = `${account}:policy/team/reads`;
const document = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::a!b'(c)/*" },
});

describe("IAM", () => {
  const bare = bareSandbox();
  const { context, clock } = bare;
  const { iam } = context.account;
  const logged = () => context.decisions.entries().at(-1);
  let served: Served;
  let client: IAMClient;

  const clientOf = ({ accessKeyId, secretAccessKey, sessionToken }: Session, region = "us-east-1") =>
    new IAMClient({
      region,
      endpoint: served.address,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });

  before(async () => {
    clock.now = new Date();
    iam.oidcProviders.create({
      url: `https://${issuer}`,
      clientIDList: ["sts.amazonaws.com", "other"],
      tags: { Team: "a+b" },
    });
    iam.roles.create({
      roleName: "Publisher",
      path: "/jobs/",
      assumeRolePolicyDocument: trust(provider),
      description: "<publishes>",
      maxSessionDuration: 7200,
      tags: { Environment: "dev", Empty: "" },
      permissionsBoundary: `${account}:policy/bounds`,
    });
    iam.roles.create({ roleName: "reader", assumeRolePolicyDocument: trust(provider) });
    iam.policies.create({
      policyName: "reads",
      path: "/team/",
      policyDocument: document,
      tags: { Environment: "dev" },
    });
    iam.roles.putPolicy({ roleName: "Publisher", policyName: "permissions", policyDocument: document });
    iam.policies.attach({ roleName: "Publisher", policyArn });
    served = await bare.serve(queryRoutes(context, [sts, iamService]));
    client = clientOf(context.sts.administrator());
  });

  after(() => served.close());

  it("tells all of a role, its trust policy as it is stored", async () => {
    const { Role: role } = await client.send(new GetRoleCommand({ RoleName: "publisher" }));

    expect(role).to.deep.include({
      RoleName: "Publisher",
      Path: "/jobs/",
      Arn: `${account}:role/jobs/Publisher`,
      MaxSessionDuration: 7200,
      Description: "<publishes>",
      RoleId: iam.roles.get({ roleName: "publisher" }).roleId,
      PermissionsBoundary: {
        PermissionsBoundaryType: "Policy",
        PermissionsBoundaryArn: `${account}:policy/bounds`,
      },
      Tags: [
        { Key: "Environment", Value: "dev" },
        { Key: "Empty", Value: "" },
      ],
    });
    expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? "")).to.equal(trust(provider));
    expect(logged()).to.deep.include({
      action: "iam:GetRole",
      resource: `${account}:role/jobs/Publisher`,
      allowed: true,
    });
  });

  it("lists a role's policies, and gives each of them", async () => {
    const roleName = { RoleName: "Publisher" };
    const inline = await client.send(new ListRolePoliciesCommand(roleName));
    const attached = await client.send(new ListAttachedRolePoliciesCommand(roleName));
    const permissions = await client.send(new GetRolePolicyCommand({ ...roleName, PolicyName: "permissions" }));

    expect([inline.PolicyNames, inline.IsTruncated]).to.deep.equal([["permissions"], false]);
    expect(attached.AttachedPolicies).to.deep.equal([{ PolicyName: "reads", PolicyArn: policyArn }]);
    expect(permissions.PolicyDocument).to.match(/^%7B%22[\w%.~-]+%7D$/);
    expect(decodeURIComponent(permissions.PolicyDocument ?? "")).to.equal(document);
    expect((await client.send(new ListRolePoliciesCommand({ RoleName: "reader" }))).PolicyNames).to.deep.equal([]);
  });

  it("gives a managed policy and the version that is in force", async () => {
    const { Policy: policy } = await client.send(new GetPolicyCommand({ PolicyArn: policyArn }));
    const { PolicyVersion: version } = await client.send(
      new GetPolicyVersionCommand({ PolicyArn: policyArn, VersionId: policy?.DefaultVersionId }),
    );

    expect(policy).to.deep.include({
      PolicyName: "reads",
      Arn: policyArn,
      Path: "/team/",
      DefaultVersionId: "v1",
      AttachmentCount: 1,
      IsAttachable: true,
      Tags: [{ Key: "Environment", Value: "dev" }],
    });
    expect(version).to.deep.include({ VersionId: "v1", IsDefaultVersion: true });
    expect(decodeURIComponent(version?.Document ?? "")).to.equal(document);
  });

  it("tells of identity providers", async () => {
    const { OpenIDConnectProviderList: list } = await client.send(new ListOpenIDConnectProvidersCommand({}));
    const found = await client.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: provider }));

    expect(list).to.deep.equal([{ Arn: provider }]);
    expect(found).to.deep.include({
      Url: issuer,
      ClientIDList: ["sts.amazonaws.com", "other"],
      Tags: [{ Key: "Team", Value: "a+b" }],
    });
  });

  it("lists roles by path and page, without boundary and tags", async () => {
    const first = await client.send(new ListRolesCommand({ MaxItems: 1 }));
    const second = await client.send(new ListRolesCommand({ MaxItems: 1, Marker: first.Marker }));
    const jobs = await client.send(new ListRolesCommand({ PathPrefix: "/jobs/" }));

    expect([first, second].map(({ Roles = [], IsTruncated }) => [Roles[0]?.RoleName, IsTruncated])).to.deep.equal([
      ["Publisher", true],
      ["reader", false],
    ]);
    expect(jobs.Roles?.map(({ RoleName }) => RoleName)).to.deep.equal(["Publisher"]);
    expect(jobs.Roles?.[0]).not.to.have.any.keys("Tags", "PermissionsBoundary");
    expect(await errorOf(client.send(new ListRolesCommand({ Marker: "x" })))).to.match(
      /^ValidationError 400: Invalid M/,
    );
    expect(
      await errorOf(client.send(new ListRolePoliciesCommand({ RoleName: "reader", Marker: first.Marker }))),
    ).to.match(/^ValidationError 400: Invalid Marker/);
    expect(await errorOf(client.send(new ListRolesCommand({ MaxItems: 1001 })))).to.match(/^ValidationError 400: /);
  });

  it("lists the account's policies by path, page and use, without description and tags", async () => {
    iam.policies.create({ policyName: "bounds", policyDocument: document, description: "Bounds.", tags: { a: "b" } });
    const list = async (input: ConstructorParameters<typeof ListPoliciesCommand>[0] = {}) =>
      client.send(new ListPoliciesCommand({ Scope: "Local", ...input }));
    const names = async (input?: ConstructorParameters<typeof ListPoliciesCommand>[0]) =>
      (await list(input)).Policies?.map(({ PolicyName }) => PolicyName);
    const first = await list({ MaxItems: 1 });
    const { Policies: [bounds] = [] } = await list({ MaxItems: 1, Marker: first.Marker });

    expect([first.Policies?.[0]?.PolicyName, first.IsTruncated]).to.deep.equal(["reads", true]);
    expect(bounds).to.deep.include({ PolicyName: "bounds", AttachmentCount: 0, PermissionsBoundaryUsageCount: 1 });
    expect(bounds).not.to.have.any.keys("Description", "Tags");
    expect(await names({ PathPrefix: "/team/" })).to.deep.equal(["reads"]);
    expect(await names({ OnlyAttached: true })).to.deep.equal(["reads"]);
    expect(logged()).to.deep.include({ action: "iam:ListPolicies", resource: "*", allowed: true });
    expect(await errorOf(list({ Scope: "All" }))).to.match(
      /^NotImplemented 501: Scope All includes all policies of AWS/,
    );
    expect(await errorOf(list({ Scope: "Mine" as "Local" }))).to.match(/^ValidationError 400: .*'scope'/);
  });

  it("lists the roles that have a policy, attached or as a boundary", async () => {
    const bounds = `${account}:policy/bounds`;
    const roles = async (input: Omit<ConstructorParameters<typeof ListEntitiesForPolicyCommand>[0], "Marker">) => {
      const { PolicyRoles, PolicyUsers, PolicyGroups } = await client.send(new ListEntitiesForPolicyCommand(input));
      expect([PolicyUsers, PolicyGroups]).to.deep.equal([[], []]);
      return PolicyRoles;
    };
    const { roleId } = iam.roles.get({ roleName: "publisher" });
    const publisher = [{ RoleName: "Publisher", RoleId: roleId }];

    expect(await roles({ PolicyArn: policyArn })).to.deep.equal(publisher);
    expect(logged()).to.deep.include({ action: "iam:ListEntitiesForPolicy", resource: policyArn, allowed: true });
    expect(await roles({ PolicyArn: bounds })).to.deep.equal(publisher);
    expect(await roles({ PolicyArn: bounds, PolicyUsageFilter: "PermissionsBoundary" })).to.deep.equal(publisher);
    expect(await roles({ PolicyArn: bounds, PolicyUsageFilter: "PermissionsPolicy" })).to.deep.equal([]);
    expect(await roles({ PolicyArn: policyArn, EntityFilter: "User" })).to.deep.equal([]);
    expect(await roles({ PolicyArn: policyArn, PathPrefix: "/other/" })).to.deep.equal([]);
    expect(await errorOf(roles({ PolicyArn: `${account}:policy/missing` }))).to.match(/^NoSuchEntityException 404: /);
    expect(await errorOf(roles({ PolicyArn: policyArn, EntityFilter: "Robot" as "Role" }))).to.match(
      /^ValidationError 400: .*'entityFilter'/,
    );
  });

  it("says what is not there, with AWS's errors", async () => {
    const missing = `${account}:policy/missing`;

    expect(await errorOf(client.send(new GetRoleCommand({ RoleName: "unknown" })))).to.equal(
      "NoSuchEntityException 404: The role with name unknown cannot be found.",
    );
    expect(
      await errorOf(client.send(new GetRolePolicyCommand({ RoleName: "reader", PolicyName: "permissions" }))),
    ).to.equal("NoSuchEntityException 404: The role policy with name permissions cannot be found.");
    expect(await errorOf(client.send(new GetPolicyCommand({ PolicyArn: missing })))).to.equal(
      `NoSuchEntityException 404: Policy ${missing} was not found.`,
    );
    expect(await errorOf(client.send(new GetPolicyVersionCommand({ PolicyArn: policyArn, VersionId: "v2" })))).to.equal(
      `NoSuchEntityException 404: Policy ${policyArn} version v2 does not exist or is not attachable.`,
    );
    expect(
      await errorOf(
        client.send(
          new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: `${account}:oidc-provider/example.com` }),
        ),
      ),
    ).to.match(/^NoSuchEntityException 404: OpenIDConnect Provider not found/);
  });

  it("lets no one look who may not, and tells them nothing of what there is", async () => {
    const statement = { Effect: "Allow", Action: "iam:GetRole", Resource: `${account}:role/jobs/*` };
    iam.roles.putPolicy({
      roleName: "reader",
      policyName: "looks",
      policyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statement }),
    });
    const session = context.sts.administrator();
    const caller = { arn: iam.roles.get({ roleName: "reader" }).arn, sessionName: "job" };
    const reader = clientOf(Object.assign(session, { caller }));
    const denied = (action: string, resource: string) =>
      `AccessDenied 403: User: ${session.assumedRoleArn} is not authorized to perform: ${action} on resource: ${resource}`;

    expect((await reader.send(new GetRoleCommand({ RoleName: "Publisher" }))).Role?.RoleName).to.equal("Publisher");
    for (const RoleName of ["reader", "unknown"]) {
      expect(await errorOf(reader.send(new GetRoleCommand({ RoleName })))).to.include(
        denied("iam:GetRole", `${account}:role/${RoleName}`),
      );
    }
    expect(await errorOf(reader.send(new ListRolesCommand({})))).to.include(denied("iam:ListRoles", "*"));
    expect(logged()).to.deep.include({ action: "iam:ListRoles", resource: "*", allowed: false });
  });

  it("is asked in us-east-1, or the account's region; with a valid signature", async () => {
    const session = context.sts.administrator();
    const asked = (region: string, key = session) =>
      errorOf(clientOf(key, region).send(new GetRoleCommand({ RoleName: "reader" })));

    expect(await asked("eu-central-1")).to.equal("allowed");
    expect(await asked("eu-west-1")).to.match(/^SignatureDoesNotMatch 403: .*region/);
    expect(await asked("us-east-1", { ...session, secretAccessKey: "x" })).to.match(/^SignatureDoesNotMatch 403: /);
    expect(await asked("us-east-1", { ...session, accessKeyId: "ASIAAAAAAAAAAAAAAAAA" })).to.match(
      /^InvalidClientTokenId 403: /,
    );
    expect(logged()).to.deep.include({ who: "anonymous (no valid signature)", action: "iam:GetRole", allowed: false });
  });

  it("rejects what does not fit the API's model, before it says who may", async () => {
    const name = "a".repeat(65);

    expect(await errorOf(client.send(new GetRoleCommand({ RoleName: "a b" })))).to.match(
      /^ValidationError 400: .*role/,
    );
    expect(await errorOf(client.send(new GetRoleCommand({ RoleName: name })))).to.match(/^ValidationError 400: .*64/);
    expect(await errorOf(client.send(new GetRoleCommand({ RoleName: undefined })))).to.match(
      /Value null at 'roleName'/,
    );
    expect(await errorOf(client.send(new GetPolicyCommand({ PolicyArn: "arn:aws:s3:::bucket/key-of-it" })))).to.equal(
      "ValidationError 400: ARN arn:aws:s3:::bucket/key-of-it is not valid.",
    );
    expect(await errorOf(client.send(new GetPolicyVersionCommand({ PolicyArn: policyArn, VersionId: "1" })))).to.match(
      /^ValidationError 400: .*versionId/,
    );
    expect(logged()).to.deep.include({ action: "iam:GetPolicyVersion", resource: "*", allowed: false });
  });

  it("rejects any other operation by its name, and only for those who may ask for it", async () => {
    const create = (session: Session) =>
      errorOf(clientOf(session).send(new CreateUserCommand({ UserName: "someone" })));
    const reader = Object.assign(context.sts.administrator(), {
      caller: { arn: iam.roles.get({ roleName: "reader" }).arn, sessionName: "job" },
    });

    expect(await create(reader)).to.match(/^AccessDenied 403: .*iam:CreateUser on resource: .*:user\/someone/);
    expect(logged()).to.deep.include({ action: "iam:CreateUser", resource: `${account}:user/someone`, allowed: false });
    expect(await create(context.sts.administrator())).to.equal(
      "NotImplemented 501: iam:CreateUser is not modelled. sandbox/README.md says what is.",
    );
    expect(
      await errorOf(client.send(new GetPolicyCommand({ PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }))),
    ).to.match(/^NotImplemented 501: arn:aws:iam::aws:policy\/ReadOnlyAccess is AWS's own/);
  });

  it("shares its place with STS: the version tells which of them is asked", async () => {
    const session = context.sts.administrator();
    const ask = async (service: string, body: string) => {
      const headers = { host: served.host, "content-type": "application/x-www-form-urlencoded" };
      const signed = await sign(
        { method: "POST", headers, body },
        { session, date: clock.now, service, region: "us-east-1" },
      );
      return (await send(served, signed)).text;
    };

    expect(await ask("sts", "Action=GetCallerIdentity&Version=2011-06-15")).to.include(
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">',
    );
    expect(await ask("iam", "Action=ListRoles&Version=2010-05-08")).to.include(
      '<ListRolesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">',
    );
    expect(await ask("iam", "Action=GetRole&Version=2010-05-08")).to.include(
      '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">',
    );
    expect(await ask("sts", "Action=ListRoles&Version=2011-06-15")).to.include(
      "Could not find operation ListRoles for version 2011-06-15",
    );
  });
});

/** `allowed`, or the error as `NAME STATUS: message`. */
async function errorOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
    return "allowed";
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata: { httpStatusCode?: number } };
    return `${name} ${$metadata.httpStatusCode}: ${message}`;
  }
}
