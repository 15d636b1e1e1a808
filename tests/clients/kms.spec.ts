import { expect } from "chai";
import type { Session } from "../../sandbox/sts/sts";
import { runBoto3 } from "../support/clients/boto3";
import { describeClient } from "../support/clients/describeClient";
import type { ClientRun } from "../support/clients/person";
import { awsEnvironment, publishDirectly } from "../support/clients/registry";
import { pinnedVersion, withVersion } from "../support/clients/tools";
import { makeWheel } from "../../sandbox/fixtures/distributions";

const account = "123456789012";
const absent = "00000000-0000-0000-0000-000000000000";

describeClient(`the AWS CLI ${pinnedVersion("awscli")}, asking KMS`, (given) => {
  let session: Session;
  const aws = (options: string, by = session, ...more: readonly string[]) =>
    given.person.run("aws", [...options.split(" "), ...more], {
      ...awsEnvironment(given.registry, by),
      AWS_MAX_ATTEMPTS: "1",
    });
  const answered = ({ exitCode, text }: ClientRun): Record<string, unknown> => {
    expect(exitCode, text).to.equal(0);
    return (text.trim() === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
  };
  const ask = async (options: string, ...more: readonly string[]) => answered(await aws(options, session, ...more));
  /** What the client prints of an error, without `aws: [ERROR]: `. */
  const errorOf = ({ exitCode, text }: ClientRun) => {
    expect(exitCode, text).not.to.equal(0);
    return text.slice(text.indexOf("An error occurred")).trim();
  };
  const rejected = async (options: string, ...more: readonly string[]) => errorOf(await aws(options, session, ...more));
  const makeKey = async () => {
    const { KeyMetadata: made } = await ask(
      "kms create-key --tags TagKey=Team,TagValue=acme --description",
      "of packages",
    );
    return made as { readonly KeyId: string; readonly Arn: string; readonly KeyState: string };
  };

  before(() => {
    session = given.registry.context.sts.administrator();
  });

  it("makes, describes, rotates, tags and renames a key", async () => {
    const { KeyId: id, Arn: arn } = await makeKey();

    await ask(`kms enable-key-rotation --rotation-period-in-days 180 --key-id ${id}`);
    await ask(`kms update-key-description --key-id ${id} --description changed`);
    await ask(`kms tag-resource --key-id ${id} --tags TagKey=Stage,TagValue=dev`);
    await ask(`kms create-alias --alias-name alias/acme --target-key-id ${id}`);

    for (const name of [id, arn, "alias/acme", arn.replace(/key\/.*/, "alias/acme")]) {
      const { KeyMetadata: key } = await ask(`kms describe-key --key-id ${name}`);
      expect(key).to.include({ Arn: arn, Description: "changed", KeyState: "Enabled", KeyManager: "CUSTOMER" });
    }
    expect(await ask(`kms get-key-rotation-status --key-id ${id}`)).to.include({
      KeyRotationEnabled: true,
      RotationPeriodInDays: 180,
    });
    expect((await ask(`kms list-resource-tags --key-id ${id}`)).Tags).to.deep.equal([
      { TagKey: "Team", TagValue: "acme" },
      { TagKey: "Stage", TagValue: "dev" },
    ]);
    expect(await rejected(`kms create-alias --alias-name alias/acme --target-key-id ${id}`)).to.equal(
      "An error occurred (AlreadyExistsException) when calling the CreateAlias operation: " +
        `An alias with the name ${arn.replace(/key\/.*/, "alias/acme")} already exists`,
    );
    expect(await rejected(`kms describe-key --key-id ${absent}`)).to.equal(
      "An error occurred (NotFoundException) when calling the DescribeKey operation: " +
        `Key '${arn.replace(id, absent)}' does not exist`,
    );
    expect(await rejected("kms describe-key --key-id acme")).to.equal(
      "An error occurred (NotFoundException) when calling the DescribeKey operation: Invalid keyId 'acme'",
    );
    expect(await rejected(`kms tag-resource --key-id ${id} --tags TagKey=aws:Team,TagValue=acme`)).to.equal(
      "An error occurred (TagException) when calling the TagResource operation: Tags beginning with aws: are reserved",
    );
  });

  it("puts a key policy, but none that locks its writer out", async () => {
    const { KeyId: id } = await makeKey();
    const { Policy: policy } = await ask(`kms get-key-policy --key-id ${id} --policy-name default`);
    const put = `kms put-key-policy --key-id ${id} --policy-name default --policy`;
    const other = String(policy).replace(`${account}:root`, `${account}:role/other`);

    expect(await rejected(put, other)).to.equal(
      "An error occurred (MalformedPolicyDocumentException) when calling the PutKeyPolicy operation: " +
        "The new key policy will not allow you to update the key policy in the future.",
    );
    await ask(put, String(policy));
    expect((await ask(`kms get-key-policy --key-id ${id}`)).Policy).to.equal(policy);
  });

  it("makes, lists, revokes and retires grants", async () => {
    const { KeyId: id } = await makeKey();
    const create = `kms create-grant --key-id ${id} --operations Decrypt --grantee-principal arn:aws:iam::${account}:role/reader`;
    const first = await ask(create);
    const { GrantToken: token } = await ask(create);

    expect((await ask(`kms list-grants --key-id ${id}`)).Grants).to.have.length(2);
    await ask(`kms revoke-grant --key-id ${id} --grant-id ${String(first.GrantId)}`);
    await ask("kms retire-grant --grant-token", String(token));
    expect(await rejected("kms retire-grant --grant-token", String(token))).to.match(
      /^An error occurred \(InvalidGrantTokenException\) when calling the RetireGrant operation/,
    );
    expect((await ask(`kms list-grants --key-id ${id}`)).Grants).to.deep.equal([]);
  });

  it("may do none of it as the publisher", async () => {
    const { KeyId: id } = await makeKey();

    for (const [options, operation] of [
      ["kms create-key", "CreateKey"],
      [`kms describe-key --key-id ${id}`, "DescribeKey"],
      [`kms disable-key --key-id ${id}`, "DisableKey"],
      [`kms schedule-key-deletion --key-id ${id}`, "ScheduleKeyDeletion"],
      [`kms retire-grant --key-id ${id} --grant-id ${"0".repeat(64)}`, "RetireGrant"],
      ["cloudcontrol list-resources --type-name AWS::CodeArtifact::Domain", "ListResources"],
    ] as const) {
      expect(errorOf(await aws(options, given.registry.publisher.session))).to.match(
        new RegExp(`^An error occurred \\(AccessDeniedException\\) when calling the ${operation} operation: User: `),
      );
    }
  });

  it("takes a domain's packages out of reach with its key, and gives them back", async () => {
    const { KeyId: id, Arn: arn } = await makeKey();
    const list = "codeartifact list-packages --domain keyed --repository packages";
    const outOfReach = (state: string) =>
      "An error occurred (AccessDeniedException) when calling the ListPackages operation: CodeArtifact cannot use KMS " +
      `key ${arn} of domain 'keyed': its state is ${state}. Enable the key, after you cancel its deletion.`;

    const { domain } = await ask(`codeartifact create-domain --domain keyed --encryption-key ${id}`);
    expect(domain).to.include({ encryptionKey: arn });
    await ask("codeartifact create-repository --domain keyed --repository packages");
    expect((await ask(list)).packages).to.deep.equal([]);

    await ask(`kms disable-key --key-id ${id}`);
    expect(await rejected(list)).to.equal(outOfReach("Disabled"));
    expect(await rejected(`codeartifact create-domain --domain other --encryption-key ${id}`)).to.equal(
      "An error occurred (ValidationException) when calling the CreateDomain operation: " +
        `Invalid encryption key '${id}': its state is Disabled. Give a key that is enabled.`,
    );
    expect(await rejected(`codeartifact create-domain --domain other --encryption-key ${absent}`)).to.equal(
      `An error occurred (ValidationException) when calling the CreateDomain operation: KMS key not found: ${absent}`,
    );
    expect(await ask(`kms schedule-key-deletion --pending-window-in-days 7 --key-id ${id}`)).to.include({
      KeyState: "PendingDeletion",
      PendingWindowInDays: 7,
    });
    expect(await rejected(list)).to.equal(outOfReach("PendingDeletion"));
    expect(await rejected(`kms enable-key --key-id ${id}`)).to.equal(
      `An error occurred (KMSInvalidStateException) when calling the EnableKey operation: ${arn} is pending deletion.`,
    );
    await ask(`kms cancel-key-deletion --key-id ${id}`);
    await ask(`kms enable-key --key-id ${id}`);
    expect((await ask(list)).packages).to.deep.equal([]);

    const remove = "codeartifact delete-domain --domain keyed";
    expect(await rejected(remove)).to.match(/^An error occurred \(ConflictException\) when calling the DeleteDomain/);
    await ask(`kms disable-key --key-id ${id}`);
    expect((await ask(remove)).domain).to.include({ name: "keyed" });
    expect(await rejected(list)).to.match(
      /^An error occurred \(ResourceNotFoundException\) when calling the ListPackages/,
    );
  });

  it("keeps pip from a package while the key is disabled", async () => {
    const { registry } = given;
    const { kms, codeartifact } = registry.context.account;
    const { encryptionKey } = codeartifact.domains.describe({ domain: registry.context.domain });
    const download = () =>
      given.person.run(
        "python",
        ["-m", "pip", "download", "--no-deps", "--no-cache-dir", "--dest", "got", "orb-common==1.0.0"],
        {
          PIP_INDEX_URL: registry.indexUrl(registry.publisher.token),
        },
      );
    await publishDirectly(registry, await makeWheel({ name: "orb-common", version: "1.0.0" }));

    expect((await download()).exitCode).to.equal(0);
    kms.disableKey({ keyId: encryptionKey });
    expect((await download()).text).to.include("No matching distribution found for orb-common==1.0.0");
    const headers = { authorization: `Bearer ${registry.publisher.token}` };
    expect((await fetch(`${registry.indexUrl()}orb-common/`, { headers })).status).to.equal(403);
    kms.enableKey({ keyId: encryptionKey });
    expect((await download()).exitCode).to.equal(0);
  });
});

const script = `
kms = boto3.client("kms")
key = kms.create_key(Description="of packages", Tags=[{"TagKey": "Team", "TagValue": "acme"}])["KeyMetadata"]["KeyId"]
print(json.dumps({
    "enabled": kms.describe_key(KeyId=key)["KeyMetadata"]["Enabled"],
    "listed": key in [one["KeyId"] for page in kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1}) for one in page["Keys"]],
    "none": outcome(lambda: kms.describe_key(KeyId="alias/none")),
    "encrypt": outcome(lambda: kms.encrypt(KeyId=key, Plaintext=b"text")),
    "asymmetric": outcome(lambda: kms.create_key(KeySpec="RSA_2048")),
    "disable": outcome(lambda: kms.disable_key(KeyId=key)),
    "rotate": outcome(lambda: kms.enable_key_rotation(KeyId=key)),
    "state": kms.schedule_key_deletion(KeyId=key)["KeyState"],
    "tag": outcome(lambda: kms.tag_resource(KeyId=key, Tags=[{"TagKey": "Stage", "TagValue": "dev"}])),
    "policy": outcome(lambda: kms.put_key_policy(KeyId=key, Policy=kms.get_key_policy(KeyId=key)["Policy"])),
}))
`;

describeClient(`${withVersion("boto3")}, asking KMS`, (given) => {
  it("gets AWS's typed errors beside what is answered", async () => {
    expect(await runBoto3(given, given.registry.context.sts.administrator(), script)).to.deep.equal({
      enabled: true,
      listed: true,
      none: ["NotFoundException", "NotFoundException", 400],
      encrypt: ["ClientError", "NotImplemented", 501],
      asymmetric: ["ClientError", "ValidationException", 400],
      disable: "answered",
      rotate: ["DisabledException", "DisabledException", 400],
      state: "PendingDeletion",
      tag: ["KMSInvalidStateException", "KMSInvalidStateException", 400],
      policy: "answered",
    });
  });
});
