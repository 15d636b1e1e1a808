import * as aws from "@aws-sdk/client-iam";
import { expect } from "chai";
import { queryRoutes } from "../../../sandbox/core/queryProtocol";
import { iam as iamService } from "../../../sandbox/iam/api/iam";
import { bareSandbox, type Served } from "../../support/sandbox/identities";
import { errorOf } from "../../support/sandbox/sdkErrors";

/** Answers of AWS that others have recorded, in February 2026: `test_iam_FILE.snapshot.json` in this folder. */
const recordings = "https://github.com/localstack/localstack/tree/main/tests/aws/services/iam";

const ofAccount = (path: string) => `arn:aws:iam::123456789012:${path}`;
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
});
const reads = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::example_bucket" },
});

/** The account has role and policy `one`, where the role has the policy, and an inline policy `inline`. */
const RoleName = "one";
const PolicyArn = ofAccount("policy/one");
const noPolicy = ofAccount("policy/none");
const noProvider = ofAccount("oidc-provider/none.example.com");
const url = "https://one.example.com";
const twice = [
  { Key: "key", Value: "1" },
  { Key: "key", Value: "2" },
];
const otherCase = [
  { Key: "key", Value: "1" },
  { Key: "Key", Value: "2" },
];
const tooMany = Array.from({ length: 51 }, (_, index) => ({ Key: `key${index}`, Value: "" }));

type Row = readonly [title: string, command: object, error: string];

const roles: readonly Row[] = [
  [
    "GetRole of none",
    new aws.GetRoleCommand({ RoleName: "none" }),
    "NoSuchEntityException 404: The role with name none cannot be found.",
  ],
  [
    "UpdateRole of none",
    new aws.UpdateRoleCommand({ RoleName: "none", Description: "test" }),
    "NoSuchEntityException 404: The role with name none cannot be found.",
  ],
  [
    "DeleteRole of none",
    new aws.DeleteRoleCommand({ RoleName: "none" }),
    "NoSuchEntityException 404: The role with name none cannot be found.",
  ],
  [
    "CreateRole of a name that is taken",
    new aws.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }),
    "EntityAlreadyExistsException 409: Role with name one already exists.",
  ],
  [
    "DeleteRole with a managed policy",
    new aws.DeleteRoleCommand({ RoleName }),
    "DeleteConflictException 409: Cannot delete entity, must detach all policies first.",
  ],
  [
    "DeleteRole with an inline policy",
    new aws.DeleteRoleCommand({ RoleName: "two" }),
    "DeleteConflictException 409: Cannot delete entity, must delete policies first.",
  ],
  [
    "UpdateAssumeRolePolicy with no JSON",
    new aws.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: "not valid json" }),
    "MalformedPolicyDocumentException 400: This policy contains invalid Json",
  ],
  [
    "UpdateAssumeRolePolicy with a resource",
    new aws.UpdateAssumeRolePolicyCommand({
      RoleName,
      PolicyDocument: trust.replace('"Action"', '"Resource":"*","Action"'),
    }),
    "MalformedPolicyDocumentException 400: Has prohibited field Resource",
  ],
  [
    "GetRolePolicy of none",
    new aws.GetRolePolicyCommand({ RoleName, PolicyName: "none" }),
    "NoSuchEntityException 404: The role policy with name none cannot be found.",
  ],
  [
    "DeleteRolePolicy of none",
    new aws.DeleteRolePolicyCommand({ RoleName, PolicyName: "none" }),
    "NoSuchEntityException 404: The role policy with name none cannot be found.",
  ],
  [
    "PutRolePolicy of no role",
    new aws.PutRolePolicyCommand({ RoleName: "none", PolicyName: "inline", PolicyDocument: reads }),
    "NoSuchEntityException 404: The role with name none cannot be found.",
  ],
  [
    "AttachRolePolicy by a name",
    new aws.AttachRolePolicyCommand({ RoleName, PolicyArn: "longpolicynamebutnoarn" }),
    "ValidationError 400: ARN longpolicynamebutnoarn is not valid.",
  ],
  [
    "AttachRolePolicy of none",
    new aws.AttachRolePolicyCommand({ RoleName, PolicyArn: noPolicy }),
    `NoSuchEntityException 404: Policy ${noPolicy} does not exist or is not attachable.`,
  ],
  [
    "DetachRolePolicy of one that the role does not have",
    new aws.DetachRolePolicyCommand({ RoleName: "two", PolicyArn }),
    `NoSuchEntityException 404: Policy ${PolicyArn} was not found.`,
  ],
  [
    "PutRolePermissionsBoundary with no policy's ARN",
    new aws.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: ofAccount("not_a_policy/invalid") }),
    `InvalidInputException 400: ARN ${ofAccount("not_a_policy/invalid")} is not valid.`,
  ],
  [
    "CreateRole with no policy's ARN as its boundary",
    new aws.CreateRoleCommand({
      RoleName: "three",
      AssumeRolePolicyDocument: trust,
      PermissionsBoundary: ofAccount("not_a_policy/invalid"),
    }),
    `InvalidInputException 400: ARN ${ofAccount("not_a_policy/invalid")} is not valid.`,
  ],
  [
    "PutRolePermissionsBoundary of none",
    new aws.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: noPolicy }),
    `NoSuchEntityException 404: Scope ARN: ${noPolicy} does not exist or is not attachable.`,
  ],
  [
    "CreateRole with a boundary that does not exist",
    new aws.CreateRoleCommand({ RoleName: "three", AssumeRolePolicyDocument: trust, PermissionsBoundary: noPolicy }),
    `NoSuchEntityException 404: Scope ARN: ${noPolicy} does not exist or is not attachable.`,
  ],
  [
    "PutRolePermissionsBoundary of no role",
    new aws.PutRolePermissionsBoundaryCommand({ RoleName: "none", PermissionsBoundary: PolicyArn }),
    "NoSuchEntityException 404: The role with name none cannot be found.",
  ],
  [
    "TagRole of none",
    new aws.TagRoleCommand({ RoleName: "none", Tags: [{ Key: "key", Value: "" }] }),
    "NoSuchEntityException 404: The role with name none cannot be found.",
  ],
  [
    "TagRole with 51 tags",
    new aws.TagRoleCommand({ RoleName, Tags: tooMany }),
    "ValidationError 400: 1 validation error detected: Value at 'tags' failed to satisfy constraint: " +
      "Member must have length less than or equal to 50",
  ],
  [
    "UntagRole with 51 keys",
    new aws.UntagRoleCommand({ RoleName, TagKeys: tooMany.map(({ Key }) => Key) }),
    "ValidationError 400: 1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: " +
      "Member must have length less than or equal to 50",
  ],
  ...[twice, otherCase].map((Tags): Row => [
    `TagRole with ${Tags.map(({ Key }) => Key).join(" and ")}`,
    new aws.TagRoleCommand({ RoleName, Tags }),
    "InvalidInputException 400: Duplicate tag keys found. Please note that Tag keys are case insensitive.",
  ]),
];

const policies: readonly Row[] = [
  [
    "CreatePolicy of a name that is taken",
    new aws.CreatePolicyCommand({ PolicyName: "one", PolicyDocument: reads }),
    "EntityAlreadyExistsException 409: A policy called one already exists. Duplicate names are not allowed.",
  ],
  [
    "DeletePolicy of one that a role has",
    new aws.DeletePolicyCommand({ PolicyArn }),
    "DeleteConflictException 409: Cannot delete a policy attached to entities.",
  ],
  [
    "DeletePolicy of none",
    new aws.DeletePolicyCommand({ PolicyArn: noPolicy }),
    `NoSuchEntityException 404: Policy ${noPolicy} was not found.`,
  ],
  ...[PolicyArn, noPolicy].flatMap((arn): readonly Row[] => {
    const of = arn === noPolicy ? "no policy" : "no version";
    const missing = { PolicyArn: arn, VersionId: "v9" };
    const error = `NoSuchEntityException 404: Policy ${arn} version v9 does not exist or is not attachable.`;
    return [
      [`GetPolicyVersion of ${of}`, new aws.GetPolicyVersionCommand(missing), error],
      [`SetDefaultPolicyVersion of ${of}`, new aws.SetDefaultPolicyVersionCommand(missing), error],
      [`DeletePolicyVersion of ${of}`, new aws.DeletePolicyVersionCommand(missing), error],
    ];
  }),
  [
    "DeletePolicyVersion of the default",
    new aws.DeletePolicyVersionCommand({ PolicyArn, VersionId: "v1" }),
    "DeleteConflictException 409: Cannot delete the default version of a policy.",
  ],
  [
    "CreatePolicyVersion of a sixth",
    new aws.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: reads }),
    "LimitExceededException 409: A managed policy can have up to 5 versions. Before you create a new version, you must " +
      "delete an existing version.",
  ],
  [
    "ListEntitiesForPolicy of none",
    new aws.ListEntitiesForPolicyCommand({ PolicyArn: noPolicy }),
    `NoSuchEntityException 404: Policy ${noPolicy} does not exist or is not attachable.`,
  ],
  [
    "TagPolicy of none",
    new aws.TagPolicyCommand({ PolicyArn: noPolicy, Tags: [{ Key: "key", Value: "" }] }),
    `NoSuchEntityException 404: Policy ${noPolicy} was not found.`,
  ],
  [
    "TagPolicy with a key twice",
    new aws.TagPolicyCommand({ PolicyArn, Tags: twice }),
    "InvalidInputException 400: Duplicate tag keys found.",
  ],
];

const managed = "arn:aws:iam::aws:policy/AdministratorAccess";

const managedPolicies: readonly Row[] = [
  [
    "DeletePolicy of AWS's own",
    new aws.DeletePolicyCommand({ PolicyArn: managed }),
    "AccessDenied 403: Cannot delete policies outside your own account.",
  ],
  [
    "DeletePolicyVersion of AWS's own",
    new aws.DeletePolicyVersionCommand({ PolicyArn: managed, VersionId: "v1" }),
    "AccessDenied 403: Cannot delete policy versions for policies outside your own account.",
  ],
  [
    "SetDefaultPolicyVersion of AWS's own",
    new aws.SetDefaultPolicyVersionCommand({ PolicyArn: managed, VersionId: "v1" }),
    "AccessDenied 403: Cannot update policies outside your own account.",
  ],
];

const providers: readonly Row[] = [
  [
    "CreateOpenIDConnectProvider of a URL that is taken",
    new aws.CreateOpenIDConnectProviderCommand({ Url: url }),
    `EntityAlreadyExistsException 409: Provider with url ${url} already exists.`,
  ],
  [
    "CreateOpenIDConnectProvider with 6 thumbprints",
    new aws.CreateOpenIDConnectProviderCommand({
      Url: "https://two.example.com",
      ThumbprintList: Array.from({ length: 6 }, () => "a".repeat(40)),
    }),
    "InvalidInputException 400: Thumbprint list must contain fewer than 5 entries.",
  ],
  [
    "GetOpenIDConnectProvider of none",
    new aws.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: noProvider }),
    `NoSuchEntityException 404: OpenIDConnect Provider not found for arn ${noProvider}`,
  ],
  [
    "DeleteOpenIDConnectProvider of none",
    new aws.DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: noProvider }),
    `NoSuchEntityException 404: OpenId connect Provider ${noProvider} cannot be found.`,
  ],
];

describe(`IAM's errors, as recorded at ${recordings}`, () => {
  const bare = bareSandbox();
  const { context, clock } = bare;
  let served: Served;
  let client: aws.IAMClient;
  const send = (command: object) => client.send(command as aws.GetRoleCommand);

  before(async () => {
    clock.now = new Date();
    const { iam } = context.account;
    iam.roles.create({ roleName: RoleName, assumeRolePolicyDocument: trust });
    iam.roles.create({ roleName: "two", assumeRolePolicyDocument: trust });
    iam.roles.putPolicy({ roleName: "two", policyName: "inline", policyDocument: reads });
    const { arn: policyArn } = iam.policies.create({ policyName: "one", policyDocument: reads });
    for (let version = 2; version <= 5; version += 1) {
      iam.policies.createVersion({ policyArn, policyDocument: reads });
    }
    iam.policies.attach({ roleName: RoleName, policyArn });
    iam.oidcProviders.create({ url });

    served = await bare.serve(queryRoutes(context, [iamService]));
    const { accessKeyId, secretAccessKey, sessionToken } = context.sts.administrator();
    client = new aws.IAMClient({
      region: "eu-central-1",
      endpoint: served.address,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      maxAttempts: 1,
    });
  });
  after(async () => {
    client.destroy();
    await served.close();
  });

  for (const [file, rows] of Object.entries({ roles, policies, managed_policies: managedPolicies, oidc: providers })) {
    describe(`test_iam_${file}.snapshot.json`, () => {
      for (const [title, command, error] of rows) {
        it(`${title}: ${error.slice(0, error.indexOf(":"))}`, async () => {
          expect(await errorOf(send(command))).to.equal(error);
        });
      }
    });
  }

  describe("and then", () => {
    it("nothing is changed", () => {
      const { iam } = context.account;
      expect(iam.roles.list().map(({ roleName, tags }) => [roleName, tags])).to.deep.equal([
        ["one", {}],
        ["two", {}],
      ]);
      expect(iam.policies.get({ policyArn: PolicyArn })).to.include({ defaultVersionId: "v1", attachmentCount: 1 });
      expect(iam.oidcProviders.list().map((provider) => provider.url)).to.deep.equal(["one.example.com"]);
    });

    it("what was rejected is answered where nothing is in its way", async () => {
      for (const command of [
        new aws.DeleteRolePolicyCommand({ RoleName: "two", PolicyName: "inline" }),
        new aws.DeleteRoleCommand({ RoleName: "two" }),
        new aws.DetachRolePolicyCommand({ RoleName, PolicyArn }),
        new aws.DeleteRoleCommand({ RoleName }),
        new aws.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: "v5" }),
        new aws.DeletePolicyVersionCommand({ PolicyArn, VersionId: "v1" }),
        new aws.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: reads }),
        new aws.ListEntitiesForPolicyCommand({ PolicyArn }),
        new aws.TagPolicyCommand({ PolicyArn, Tags: otherCase }),
      ]) {
        expect(await errorOf(send(command)), command.constructor.name).to.equal("answered");
      }
    });
  });
});
