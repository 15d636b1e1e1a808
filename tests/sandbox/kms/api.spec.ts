import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  type KMSServiceException,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeyPoliciesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import { expect } from "chai";
import { jsonRoutes } from "../../../sandbox/core/awsJson";
import { kms as kmsService } from "../../../sandbox/kms/api/api";
import type { Session } from "../../../sandbox/sts/sts";
import { assumedSession } from "../../support/sandbox/assumedSession";
import { bareSandbox, type Served } from "../../support/sandbox/identities";

const account = "arn:aws:iam::123456789012";
const arns = "arn:aws:kms:eu-central-1:123456789012";
const absent = "00000000-0000-0000-0000-000000000000";

describe("KMS's API", () => {
  const bare = bareSandbox();
  const { context, clock } = bare;
  const { kms } = context.account;
  let served: Served;
  let client: KMSClient;
  let keyId: string;

  const clientOf = ({ accessKeyId, secretAccessKey, sessionToken }: Session) =>
    new KMSClient({
      region: "eu-central-1",
      endpoint: served.address,
      maxAttempts: 1,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
  /** Code, status and message of what a request is rejected with. */
  const rejected = (sent: Promise<unknown>) =>
    sent.then(
      () => "answered",
      (thrown: unknown) => {
        const { name, message, $metadata } = thrown as KMSServiceException;
        return `${name} ${$metadata.httpStatusCode}: ${message}`;
      },
    );

  before(async () => {
    clock.now = new Date();
    served = await bare.serve(jsonRoutes(context, [kmsService]));
    client = clientOf(context.sts.administrator());
  });
  after(async () => {
    client.destroy();
    await served.close();
  });
  beforeEach(() => {
    ({ keyId } = kms.createKey({ description: "packages", tags: { Team: "orb" } }));
  });

  it("makes a key that is described by its id and its ARN", async () => {
    const { KeyMetadata: made } = await client.send(
      new CreateKeyCommand({
        Description: "of packages",
        KeyUsage: "ENCRYPT_DECRYPT",
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- Terraform's provider sends it
        CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
        BypassPolicyLockoutSafetyCheck: false,
        MultiRegion: false,
        Tags: [{ TagKey: "Team", TagValue: "orb" }],
      }),
    );
    const { KeyMetadata: byId } = await client.send(new DescribeKeyCommand({ KeyId: made?.KeyId }));
    const { KeyMetadata: byArn } = await client.send(new DescribeKeyCommand({ KeyId: made?.Arn }));

    expect(made).to.deep.include({
      AWSAccountId: "123456789012",
      Arn: `${arns}:key/${made?.KeyId}`,
      Description: "of packages",
      Enabled: true,
      KeyManager: "CUSTOMER",
      KeySpec: "SYMMETRIC_DEFAULT",
      KeyState: "Enabled",
      KeyUsage: "ENCRYPT_DECRYPT",
      MultiRegion: false,
      Origin: "AWS_KMS",
    });
    expect(byId).to.deep.equal(made);
    expect(byArn).to.deep.equal(made);
  });

  it("rejects a key of another kind by name, and an unknown kind as AWS does", async () => {
    const asymmetric = client.send(new CreateKeyCommand({ KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" }));
    const unknown = client.send(new CreateKeyCommand({ KeyUsage: "PLAY" as never }));

    expect(await rejected(asymmetric)).to.match(/^NotImplemented 501: KeyUsage SIGN_VERIFY, KeySpec RSA_2048/);
    expect(await rejected(unknown)).to.match(
      /^ValidationException 400: .*'PLAY' at 'keyUsage' .*: \[ENCRYPT_DECRYPT, SIGN_VERIFY, GENERATE_VERIFY_MAC/,
    );
    expect(await rejected(client.send(new CreateKeyCommand({ KeySpec: "HMAC_256" })))).to.equal(
      "ValidationException 400: You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
    );
    expect(await rejected(client.send(new CreateKeyCommand({ KeySpec: "HMAC_random" as never })))).to.match(
      /^ValidationException 400: .*'HMAC_random' at 'keySpec' .*: \[RSA_2048, ECC_NIST_P384/,
    );
    const Tags = [{ TagKey: "Team", TagValue: "v".repeat(257) }];
    expect(await rejected(client.send(new CreateKeyCommand({ Tags })))).to.match(/ at 'tags\.1\.member\.tagValue' /);
  });

  it("answers NotFoundException for a key, an alias and an id that are not there", async () => {
    const describeKey = (KeyId: string) => rejected(client.send(new DescribeKeyCommand({ KeyId })));

    expect(await describeKey(absent)).to.equal(`NotFoundException 400: Key '${arns}:key/${absent}' does not exist`);
    expect(await describeKey("alias/none")).to.equal(`NotFoundException 400: Alias ${arns}:alias/none is not found.`);
    // https://github.com/localstack/localstack/blob/main/tests/aws/services/kms/test_kms.snapshot.json
    for (const id of ["a b", "fake-key-id", "134f2428cec14b25a1ae9048164dba47", "mrk-fake-key-id"]) {
      expect(await describeKey(id)).to.equal(`NotFoundException 400: Invalid keyId '${id}'`);
    }
    expect(await describeKey(`arn:aws:kms:us-east-1:123456789012:key/${absent}`)).to.equal(
      "NotFoundException 400: Invalid arn us-east-1",
    );
    expect(await describeKey(`arn:aws:kms:eu-central-1:210987654321:key/${absent}`)).to.match(
      /^AccessDeniedException 400/,
    );
    expect(await describeKey("arn:aws:s3:::orb")).to.match(/^InvalidArnException 400: Invalid arn arn:aws:s3:::orb/);
  });

  it("changes what a provider changes of a key, and reads it back", async () => {
    await client.send(new UpdateKeyDescriptionCommand({ KeyId: keyId, Description: "" }));
    await client.send(new EnableKeyRotationCommand({ KeyId: keyId }));
    await client.send(new TagResourceCommand({ KeyId: keyId, Tags: [{ TagKey: "Stage", TagValue: "" }] }));
    await client.send(new UntagResourceCommand({ KeyId: keyId, TagKeys: ["Team"] }));
    await client.send(new DisableKeyCommand({ KeyId: keyId }));
    await client.send(new DisableKeyCommand({ KeyId: keyId }));

    const described = await client.send(new DescribeKeyCommand({ KeyId: keyId }));
    const rotation = await client.send(new GetKeyRotationStatusCommand({ KeyId: keyId }));
    const tags = await client.send(new ListResourceTagsCommand({ KeyId: keyId }));
    expect(described.KeyMetadata).to.include({ Description: "", KeyState: "Disabled", Enabled: false });
    expect(rotation).to.include({ KeyRotationEnabled: true, RotationPeriodInDays: 365 });
    expect(tags).to.deep.include({ Tags: [{ TagKey: "Stage", TagValue: "" }], Truncated: false });
    expect(rotation.NextRotationDate?.getTime()).to.equal(clock.now.getTime() + 365 * 86_400_000);
    expect(await rejected(client.send(new EnableKeyRotationCommand({ KeyId: keyId })))).to.equal(
      `DisabledException 400: ${arns}:key/${keyId} is disabled.`,
    );
    await client.send(new EnableKeyCommand({ KeyId: keyId }));
    expect(kms.describeKey({ keyId }).keyState).to.equal("Enabled");
  });

  it("rotates a key after 90 to 2560 days, as the request says", async () => {
    const enable = (RotationPeriodInDays: number) =>
      rejected(client.send(new EnableKeyRotationCommand({ KeyId: keyId, RotationPeriodInDays })));
    const daysToGo = async () => {
      const status = await client.send(new GetKeyRotationStatusCommand({ KeyId: keyId }));
      const { NextRotationDate: next, RotationPeriodInDays: period } = status;
      return [period, next && Math.round((next.getTime() - clock.now.getTime()) / 86_400_000)];
    };

    expect(await daysToGo()).to.deep.equal([undefined, undefined]);
    expect(await enable(89)).to.match(/^ValidationException 400: .*'89' at 'rotationPeriodInDays'/);
    expect(await enable(90)).to.equal("answered");
    expect(await daysToGo()).to.deep.equal([90, 90]);
    const { now } = clock;
    clock.now = new Date(now.getTime() - 100 * 86_400_000);
    kms.enableKeyRotation({ keyId, rotationPeriodInDays: 90 });
    clock.now = now;
    expect(await daysToGo()).to.deep.equal([90, 80]);
  });

  it("deletes a key once its days are over, and not before", async () => {
    const schedule = () => client.send(new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: 7 }));

    expect(await schedule()).to.deep.include({ KeyState: "PendingDeletion", PendingWindowInDays: 7 });
    expect(await rejected(schedule())).to.equal(
      `KMSInvalidStateException 400: ${arns}:key/${keyId} is pending deletion.`,
    );
    await client.send(new CancelKeyDeletionCommand({ KeyId: keyId }));
    expect(kms.describeKey({ keyId })).to.include({ keyState: "Disabled", deletionDate: undefined });
    expect(await rejected(client.send(new CancelKeyDeletionCommand({ KeyId: keyId })))).to.equal(
      `KMSInvalidStateException 400: ${arns}:key/${keyId} is not pending deletion.`,
    );

    await schedule();
    const { now } = clock;
    clock.now = new Date(now.getTime() + 7 * 24 * 60 * 60 * 1000 - 1);
    expect(kms.find(keyId)).to.not.equal(undefined);
    clock.now = new Date(clock.now.getTime() + 1);
    expect(kms.find(keyId)).to.equal(undefined);
    clock.now = now;
  });

  it("gives a key another name, once, and moves the name to another key", async () => {
    const { keyId: other } = kms.createKey();
    const alias = { AliasName: "alias/orb" };
    const describeAlias = async () => (await client.send(new DescribeKeyCommand({ KeyId: "alias/orb" }))).KeyMetadata;
    await client.send(new CreateAliasCommand({ ...alias, TargetKeyId: keyId }));

    expect((await describeAlias())?.KeyId).to.equal(keyId);
    expect(await rejected(client.send(new CreateAliasCommand({ ...alias, TargetKeyId: other })))).to.equal(
      `AlreadyExistsException 400: An alias with the name ${arns}:alias/orb already exists`,
    );
    await client.send(new UpdateAliasCommand({ ...alias, TargetKeyId: other }));
    expect((await describeAlias())?.KeyId).to.equal(other);
    const { Aliases: aliases } = await client.send(new ListAliasesCommand({ KeyId: other }));
    expect(aliases?.map(({ AliasArn }) => AliasArn)).to.deep.equal([`${arns}:alias/orb`]);
    await client.send(new DeleteAliasCommand(alias));
    expect(await rejected(client.send(new DeleteAliasCommand(alias)))).to.equal(
      `NotFoundException 400: Alias ${arns}:alias/orb is not found.`,
    );
    expect(
      await rejected(client.send(new CreateAliasCommand({ AliasName: "alias/aws/orb", TargetKeyId: other }))),
    ).to.match(/^NotAuthorizedException 400/);
  });

  it("grants a key's use to a principal until the grant is revoked or retired", async () => {
    const grant = {
      KeyId: keyId,
      GranteePrincipal: `${account}:role/reader`,
      Name: "reads",
      Operations: ["Decrypt" as const],
    };
    const made = await client.send(new CreateGrantCommand(grant));
    const again = await client.send(new CreateGrantCommand(grant));

    expect(again.GrantId).to.equal(made.GrantId);
    const { Grants: grants } = await client.send(new ListGrantsCommand({ KeyId: keyId }));
    expect(grants?.map(({ Name, Operations }) => [Name, Operations])).to.deep.equal([["reads", ["Decrypt"]]]);
    const revoke = () => client.send(new RevokeGrantCommand({ KeyId: keyId, GrantId: made.GrantId }));
    await revoke();
    expect(await rejected(revoke())).to.equal(`NotFoundException 400: Grant ID ${made.GrantId} not found`);
    const { GrantToken } = await client.send(new CreateGrantCommand(grant));
    await client.send(new RetireGrantCommand({ GrantToken }));
    expect(await rejected(client.send(new RetireGrantCommand({ GrantToken })))).to.match(
      /^InvalidGrantTokenException 400/,
    );
  });

  it("lets a grant be retired by whom it names, or by an IAM policy, and tells others nothing of it", async () => {
    const principals = ["retiring", "grantee", "delegate", "none"] as const;
    const delegated = [{ Effect: "Allow", Action: "kms:RetireGrant", Resource: `${arns}:key/${keyId}` }];
    const denied = [{ Effect: "Deny", Action: "kms:RetireGrant", Resource: "*" }];
    const retire = (by: string, statements: readonly object[], request: object) => {
      const one = clientOf(assumedSession(context, by, statements));
      return rejected(one.send(new RetireGrantCommand(request))).finally(() => {
        one.destroy();
      });
    };
    const grant = (...Operations: ("Decrypt" | "RetireGrant")[]) => {
      const [RetiringPrincipal, GranteePrincipal] = principals.map((name) => `${account}:role/${name}`);
      return client.send(new CreateGrantCommand({ KeyId: keyId, GranteePrincipal, RetiringPrincipal, Operations }));
    };
    const ids = { KeyId: keyId, GrantId: "0".repeat(64) };

    const { GrantToken, GrantId } = await grant("Decrypt");
    for (const [real, made] of [
      [{ GrantToken }, { GrantToken: "made-up" }],
      [{ KeyId: keyId, GrantId }, ids],
    ] as const) {
      const ofReal = await retire("none", [], real);
      expect(ofReal).to.match(/^AccessDeniedException 400: .*neither a grant nor an IAM policy/);
      expect(await retire("none", [], made)).to.equal(ofReal);
    }
    expect(await retire("grantee", [], { GrantToken })).to.match(/^AccessDeniedException/);
    expect(await retire("retiring", denied, { GrantToken })).to.match(/^AccessDeniedException/);
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: `${account}:role/none` }, Action: "kms:RetireGrant", Resource: "*" },
      ],
    });
    kms.putKeyPolicy({ keyId, policy });
    expect(await retire("none", [], { GrantToken }), "a key policy has no effect").to.match(/^AccessDeniedException/);
    kms.putKeyPolicy({ keyId, policy: policy.replace(/role\/none"},"Action":"[^"]*"/, 'root"},"Action":"kms:*"') });

    expect(await retire("retiring", [], { GrantToken })).to.equal("answered");
    expect(await retire("grantee", [], { GrantToken: (await grant("Decrypt", "RetireGrant")).GrantToken })).to.equal(
      "answered",
    );
    expect(await retire("delegate", delegated, { GrantToken: (await grant("Decrypt")).GrantToken })).to.equal(
      "answered",
    );
    expect(await retire("delegate", delegated, ids)).to.match(/^NotFoundException 400: Grant ID 0+ not found$/);
    expect(kms.grants.list(keyId)).to.deep.equal([]);
  });

  it("lists keys and policies page by page, and takes no marker of another list", async () => {
    kms.createKey();
    const first = await client.send(new ListKeysCommand({ Limit: 1 }));
    const second = await client.send(new ListKeysCommand({ Limit: 1, Marker: first.NextMarker }));
    const policies = await client.send(new ListKeyPoliciesCommand({ KeyId: keyId }));

    expect(first.Truncated).to.equal(true);
    expect([first, second].map(({ Keys }) => Keys?.[0]?.KeyArn)).to.deep.equal(
      kms
        .listKeys()
        .slice(0, 2)
        .map(({ arn }) => arn),
    );
    expect(policies.PolicyNames).to.deep.equal(["default"]);
    expect(await rejected(client.send(new ListKeysCommand({ Marker: "none" })))).to.equal(
      "InvalidMarkerException 400: Could not deserialize marker 'none'",
    );
  });

  it("rejects what it does not model by name, to a session that has the permission", async () => {
    const encrypt = new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from("text") });
    const powerless = clientOf(assumedSession(context, "powerless", []));

    expect(await rejected(client.send(encrypt))).to.equal("NotImplemented 501: kms:Encrypt is not modelled.");
    expect(await rejected(powerless.send(encrypt))).to.match(
      /^AccessDeniedException 400: .*kms:Encrypt on resource: arn/,
    );
    powerless.destroy();
  });

  describe("with a key policy", () => {
    const statement = (sid: string, principal: string, action: string) => ({
      Sid: sid,
      Effect: "Allow",
      Principal: { AWS: principal },
      Action: action,
      Resource: "*",
    });
    const policyOf = (...statements: readonly object[]) =>
      JSON.stringify({ Version: "2012-10-17", Statement: statements });
    const allowing = [{ Effect: "Allow", Action: "kms:DescribeKey", Resource: `${arns}:key/*` }];

    it("lets the account's IAM policies decide by default, and not where the policy leaves the account out", async () => {
      const reader = clientOf(assumedSession(context, "key-reader", allowing));
      const describeKey = () => rejected(reader.send(new DescribeKeyCommand({ KeyId: keyId })));
      const administrator = `${account}:role/Administrator`;

      expect(await describeKey()).to.equal("answered");
      kms.putKeyPolicy({ keyId, policy: policyOf(statement("Admin", administrator, "kms:*")) });
      expect(await describeKey()).to.match(/^AccessDeniedException 400: .*the key policy must allow it too/);
      expect(await rejected(client.send(new DescribeKeyCommand({ KeyId: keyId })))).to.equal("answered");
      reader.destroy();
    });

    it("lets an IAM policy ask for a key's tags", async () => {
      const tagged = { StringEquals: { "aws:ResourceTag/Team": "orb" } };
      const reader = clientOf(assumedSession(context, "key-reader", [{ ...allowing[0], Condition: tagged }]));
      const other = kms.createKey({ tags: { Team: "data" } });

      expect(await rejected(reader.send(new DescribeKeyCommand({ KeyId: keyId })))).to.equal("answered");
      expect(await rejected(reader.send(new DescribeKeyCommand({ KeyId: other.keyId })))).to.match(
        /^AccessDeniedException/,
      );
      reader.destroy();
    });

    it("lets a role that the policy names use the key without an IAM policy", async () => {
      const named = clientOf(assumedSession(context, "named", []));
      const describeKey = () => rejected(named.send(new DescribeKeyCommand({ KeyId: keyId })));

      expect(await describeKey()).to.match(/^AccessDeniedException 400/);
      const policy = policyOf(statement("Named", `${account}:role/named`, "kms:DescribeKey"));
      kms.putKeyPolicy({ keyId, policy });
      expect(await describeKey()).to.equal("answered");
      named.destroy();
    });

    it("rejects a policy that would lock its writer out, unless the check is bypassed", async () => {
      const policy = policyOf(statement("Other", `${account}:role/other`, "kms:*"));
      const put = (options: object = {}) =>
        rejected(client.send(new PutKeyPolicyCommand({ KeyId: keyId, Policy: policy, ...options })));
      const own = policyOf(statement("Root", `${account}:root`, "kms:*"));

      expect(await put()).to.equal(
        "MalformedPolicyDocumentException 400: The new key policy will not allow you to update the key policy in the future.",
      );
      expect(await put({ Policy: own })).to.equal("answered");
      const read = await client.send(new GetKeyPolicyCommand({ KeyId: keyId, PolicyName: "default" }));
      expect(read).to.include({ Policy: own, PolicyName: "default" });
      expect(await put({ BypassPolicyLockoutSafetyCheck: true })).to.equal("answered");
      expect(await put({ Policy: own })).to.match(/^AccessDeniedException/);
    });

    it("rejects a document that is not JSON, and a policy of another name", async () => {
      const put = new PutKeyPolicyCommand({ KeyId: keyId, Policy: "{" });
      const other = new GetKeyPolicyCommand({ KeyId: keyId, PolicyName: "other" });

      expect(await rejected(client.send(put))).to.match(/^MalformedPolicyDocumentException 400/);
      expect(await rejected(client.send(other))).to.equal("NotFoundException 400: No such policy exists");
    });

    it("keeps the key that AWS makes for CodeArtifact from every change", async () => {
      const { arn } = kms.awsManagedKey("aws/codeartifact");

      expect(await rejected(client.send(new ScheduleKeyDeletionCommand({ KeyId: arn })))).to.match(
        /^AccessDeniedException 400/,
      );
      const { KeyMetadata: described } = await client.send(new DescribeKeyCommand({ KeyId: "alias/aws/codeartifact" }));
      expect(described).to.include({ Arn: arn, KeyManager: "AWS" });
    });
  });
});
