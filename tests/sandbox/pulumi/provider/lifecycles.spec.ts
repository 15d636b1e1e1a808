import { unknownValue } from "@pulumi/pulumi/runtime";
import { expect } from "chai";
import { SandboxAccount } from "../../../../sandbox/account";
import { resourceType } from "../../../../sandbox/pulumi/provider/provider";
import { type Properties, ProviderError } from "../../../../sandbox/pulumi/provider/resourceType";

const domainType = "aws:codeartifact/domain:Domain";
const repositoryType = "aws:codeartifact/repository:Repository";
const domainPermissionsType = "aws:codeartifact/domainPermissions:DomainPermissions";
const repositoryPermissionsType = "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy";
const groupType = "aws-native:codeartifact:PackageGroup";
const roleType = "aws:iam/role:Role";
const rolePolicyType = "aws:iam/rolePolicy:RolePolicy";
const policyType = "aws:iam/policy:Policy";
const attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const oidcProviderType = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
const keyType = "aws:kms/key:Key";
const logGroupType = "aws:cloudwatch/logGroup:LogGroup";
const logPolicyType = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy";
const ruleType = "aws:cloudwatch/eventRule:EventRule";
const targetType = "aws:cloudwatch/eventTarget:EventTarget";

const readPolicyArn = "arn:aws:iam::123456789012:policy/read";
const boundary = "arn:aws:iam::123456789012:policy/boundary";

function document(action: string, principal?: string): string {
  const statement = { Effect: "Allow", Action: action, ...(principal === undefined ? { Resource: "*" } : {}) };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [principal === undefined ? statement : { ...statement, Principal: { AWS: principal } }],
  });
}

const trust = document("sts:AssumeRole", "123456789012");
const sharing = (accountId: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "codeartifact:ReadFromRepository", Principal: { AWS: accountId }, Resource: "*" },
    ],
  });
const writing = (group: string) =>
  JSON.stringify({
    Statement: [
      {
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Resource: `arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/${group}:*`,
      },
    ],
    Version: "2012-10-17",
  });
const groupArn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/audit";
const pattern = (source: string) => JSON.stringify({ source: [source] });
const only = (...repositories: string[]) => ({ restrictionMode: "ALLOW_SPECIFIC_REPOSITORIES", repositories });
const thumbprint = (digit: string) => digit.repeat(40);
const block = { restrictionMode: "BLOCK" };

/** A type's life: how it is made, and what of it can change. */
interface Life {
  readonly type: string;
  /** Types that must exist before. */
  readonly after: readonly string[];
  readonly inputs: Properties;
  /** Inputs that AWS answers in other words, which is no difference. @default - none */
  readonly answered?: Properties;
  /** What an import names, where it is not the id. @default - the id */
  readonly importId?: string;
  /** Changes in place, each beside what changes. */
  readonly updates: readonly Properties[];
  /** Changes that take another resource. */
  readonly replacements: readonly Properties[];
  /** Whether the old one must go first where something else than the name changes. */
  readonly deletedFirst?: boolean;
}

const lives: readonly Life[] = [
  {
    type: keyType,
    after: [],
    inputs: { description: "Encrypts.", enableKeyRotation: true, tags: { Team: "platform" } },
    updates: [
      { description: "Else." },
      { enableKeyRotation: false },
      { isEnabled: false },
      { tags: { Team: "data", Cost: "1" } },
    ],
    replacements: [],
  },
  {
    type: domainType,
    after: [],
    inputs: { domain: "orb", tags: { Team: "platform" } },
    updates: [{ tags: { Cost: "1" } }],
    replacements: [{ domain: "acme" }, { encryptionKey: "arn:aws:kms:us-east-1:123456789012:key/own" }],
  },
  {
    type: repositoryType,
    after: [domainType],
    inputs: { domain: "orb", repository: "python-packages", description: "Private." },
    updates: [
      { description: "Else." },
      { externalConnections: { externalConnectionName: "public:pypi" } },
      { tags: { Team: "platform" } },
    ],
    replacements: [{ domain: "acme" }, { repository: "other" }, { domainOwner: "444455556666" }],
  },
  {
    type: domainPermissionsType,
    after: [domainType],
    inputs: { domain: "orb", policyDocument: sharing("444455556666") },
    updates: [{ policyDocument: sharing("777788889999") }],
    replacements: [{ domain: "acme" }],
  },
  {
    type: repositoryPermissionsType,
    after: [domainType, repositoryType],
    inputs: { domain: "orb", repository: "python-packages", policyDocument: sharing("444455556666") },
    updates: [{ policyDocument: sharing("777788889999") }],
    replacements: [{ domain: "acme" }, { repository: "other" }],
  },
  {
    type: roleType,
    after: [],
    inputs: { name: "deploy", assumeRolePolicy: trust, maxSessionDuration: 7200 },
    updates: [
      { assumeRolePolicy: document("sts:AssumeRole", "444455556666") },
      { maxSessionDuration: 3600 },
      { permissionsBoundary: boundary },
      { description: "Deploys." },
      { tags: { Team: "platform" } },
    ],
    replacements: [{ name: "other" }],
  },
  {
    type: rolePolicyType,
    after: [roleType],
    inputs: { name: "permissions", role: "deploy", policy: document("s3:GetObject") },
    updates: [{ policy: document("s3:PutObject") }],
    replacements: [{ name: "other" }, { role: "other" }],
    deletedFirst: true,
  },
  {
    type: policyType,
    after: [],
    inputs: { name: "read", policy: document("s3:GetObject"), tags: { Team: "platform" } },
    updates: [{ policy: document("s3:PutObject") }, { tags: { Cost: "1" } }],
    replacements: [{ name: "other" }, { description: "Reads." }],
    deletedFirst: true,
  },
  {
    type: attachmentType,
    after: [roleType, policyType],
    inputs: { role: "deploy", policyArn: readPolicyArn },
    updates: [],
    replacements: [{ role: "other" }, { policyArn: boundary }],
    deletedFirst: true,
  },
  {
    type: oidcProviderType,
    after: [],
    inputs: {
      url: "https://iss.example.com/octo",
      clientIdLists: ["sts.amazonaws.com", "other"],
      thumbprintLists: [thumbprint("a")],
      tags: { Team: "platform" },
    },
    answered: { url: "iss.example.com/octo" },
    updates: [
      { clientIdLists: ["sts.amazonaws.com", "new"] },
      { thumbprintLists: [thumbprint("b"), thumbprint("c")] },
      { tags: { Cost: "1" } },
    ],
    replacements: [{ url: "https://iss.example.com" }],
  },
  {
    type: groupType,
    after: [domainType, repositoryType],
    inputs: {
      domainName: "orb",
      domainOwner: "123456789012",
      pattern: "/pypi//orb~",
      description: "Private.",
      originConfiguration: {
        restrictions: { publish: only("python-packages"), externalUpstream: block, internalUpstream: block },
      },
      tags: [{ key: "Team", value: "platform" }],
    },
    updates: [
      { description: "Else." },
      { contactInfo: "platform" },
      {
        originConfiguration: {
          restrictions: { publish: block, externalUpstream: block, internalUpstream: only("python-packages") },
        },
      },
      { tags: [{ key: "Cost", value: "1" }] },
    ],
    replacements: [],
  },
  {
    type: logGroupType,
    after: [],
    inputs: { name: "/aws/events/audit", retentionInDays: 365, tags: { Team: "platform" } },
    updates: [{ retentionInDays: 30 }, { deletionProtectionEnabled: true }, { tags: { Cost: "1" } }],
    replacements: [{ name: "/aws/events/other" }, { logGroupClass: "INFREQUENT_ACCESS" }],
    deletedFirst: true,
  },
  {
    type: logPolicyType,
    after: [],
    inputs: { policyName: "events", policyDocument: writing("audit") },
    updates: [{ policyDocument: writing("other") }],
    replacements: [{ policyName: "other" }],
  },
  {
    type: ruleType,
    after: [],
    inputs: { name: "audit", eventPattern: pattern("aws.codeartifact"), tags: { Team: "platform" } },
    updates: [
      { eventPattern: pattern("aws.iam") },
      { description: "Audits." },
      { state: "DISABLED" },
      { tags: { Cost: "1" } },
    ],
    replacements: [{ name: "other" }],
  },
  {
    type: targetType,
    after: [ruleType],
    inputs: { rule: "audit", targetId: "log", arn: groupArn },
    importId: "audit/log",
    updates: [
      { arn: `${groupArn}-other` },
      { inputPath: "$.detail" },
      { inputTransformer: { inputPaths: { name: "$.detail.eventName" }, inputTemplate: '"<name>"' } },
      { retryPolicy: { maximumRetryAttempts: 3 } },
    ],
    replacements: [{ rule: "other" }, { targetId: "other" }],
  },
];

const inputsOf = (type: string) => lives.find((life) => life.type === type)!.inputs;

describe("the provider's types", () => {
  let account: SandboxAccount;
  const make = ({ type, after, inputs }: Life) => {
    for (const needed of after) {
      resourceType(needed).create(account, inputsOf(needed), "needed");
    }
    return resourceType(type).create(account, inputs, "thing");
  };

  beforeEach(() => {
    account = new SandboxAccount();
  });

  for (const life of lives) {
    const { type, inputs, answered = {}, updates, replacements, deletedFirst = false } = life;
    const { check, diff, read, update, delete: remove } = resourceType(type);

    describe(type, () => {
      it("is read as it was made, with the inputs that would make it so, and differs in nothing", () => {
        const { id, state } = make(life);
        const found = read(account, life.importId ?? id);

        expect(found?.id ?? id).to.equal(id);
        expect(found?.state).to.deep.equal(state);
        expect(found?.inputs).to.deep.include({ ...inputs, ...answered });
        expect(check?.(inputs)).to.deep.equal([]);
        expect(diff(state, inputs).changed ?? []).to.deep.equal([]);
      });

      it("is deleted, is then not there, and to delete it again is no failure", () => {
        const { id, state } = make(life);
        remove(account, id, state);

        expect(read(account, id, { state, inputs })).to.equal(undefined);
        remove(account, id, state);
      });

      for (const change of updates) {
        const [property = ""] = Object.keys(change);
        it(`changes ${property} in place, and back`, () => {
          const { id, state } = make(life);
          const news = { ...inputs, ...change };
          const updated = update(account, id, news, { state, inputs });

          expect(diff(state, news)).to.deep.include({ replaces: [] });
          expect(updated).to.deep.include(change);
          expect(read(account, life.importId ?? id)?.state).to.deep.equal(updated);
          const back = update(account, id, inputs, { state: updated, inputs: news });
          expect(diff(back, inputs).changed ?? []).to.deep.equal([]);
        });
      }

      for (const change of replacements) {
        const [property = ""] = Object.keys(change);
        it(`takes another one for another ${property}`, () => {
          const { state } = make(life);

          expect(diff(state, { ...inputs, ...change })).to.deep.equal({
            changed: [property],
            replaces: [property],
            deleteBeforeReplace: deletedFirst && property !== "name",
          });
        });
      }

      it("takes an input for changed that a preview does not know yet", () => {
        const { state } = make(life);
        const [property = ""] = Object.keys(inputs);

        expect(diff(state, { ...inputs, [property]: unknownValue }).changed ?? [property]).to.deep.equal([property]);
        expect(check?.({ ...inputs, [property]: unknownValue })).to.deep.equal([]);
      });
    });
  }

  it("reject before AWS is asked what they can tell is wrong", () => {
    const errorsOf = (type: string, changes: Properties) =>
      resourceType(type)
        .check?.({ ...inputsOf(type), ...changes })
        .map(({ property, reason }) => `${property}: ${reason}`);

    expect(errorsOf(domainType, { domain: undefined, encryptionKey: "alias/own" })).to.deep.equal([
      'domain: Missing required argument. The argument "domain" is required',
      'encryptionKey: "encryptionKey" (alias/own) is an invalid ARN',
    ]);
    expect(errorsOf(roleType, { assumeRolePolicy: "{", maxSessionDuration: 60 })).to.deep.equal([
      'assumeRolePolicy: "assumeRolePolicy" contains an invalid JSON policy',
      "maxSessionDuration: expected maxSessionDuration to be in the range (3600 - 43200), got 60",
    ]);
    expect(errorsOf(logGroupType, { retentionInDays: 8 })?.[0]).to.match(
      /^retentionInDays: expected retentionInDays to be one of \[0,1,3,5,7,14,.*\], got 8$/,
    );
    expect(errorsOf(ruleType, { eventPattern: "{", state: "ON" })).to.deep.equal([
      'eventPattern: "eventPattern" contains an invalid JSON',
      'state: expected state to be one of ["ENABLED","DISABLED","ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"], got ON',
    ]);
    expect(errorsOf(groupType, { pattern: undefined })).to.deep.equal([
      "pattern: required property 'pattern' is missing",
    ]);
  });

  it("compare a policy by its meaning", () => {
    const rolePolicy = resourceType(rolePolicyType);
    const state = { ...inputsOf(rolePolicyType), policy: document("s3:GetObject") };
    const rewritten = JSON.stringify({
      Statement: { Resource: ["*"], Action: ["s3:GetObject"], Effect: "Allow" },
      Version: "2012-10-17",
    });

    expect(rolePolicy.diff(state, { ...state, policy: rewritten }).changed).to.deep.equal([]);
    expect(rolePolicy.diff(state, { ...state, policy: document("s3:PutObject") }).changed).to.deep.equal(["policy"]);
  });

  for (const type of [keyType, repositoryType, roleType, policyType]) {
    it(`take an empty description of ${type} for none`, () => {
      resourceType(domainType).create(account, { domain: "orb" }, "domain");
      const { create, diff, read, update } = resourceType(type);
      const empty = { ...inputsOf(type), description: "" };
      const { id, state } = create(account, empty, "thing");
      const none = { ...empty, description: undefined };

      expect(state).not.to.have.property("description");
      expect(diff(state, empty).changed).to.deep.equal([]);
      expect(diff(state, none).changed).to.deep.equal([]);
      expect(read(account, id)?.state).to.deep.equal(state);
      if (type !== policyType) {
        const described = update(account, id, { ...empty, description: "Said." }, { state, inputs: empty });
        expect(described).to.deep.include({ description: "Said." });
        expect(diff(described, none).changed).to.deep.equal(type === keyType ? [] : ["description"]);
      }
    });
  }

  it("disable a key after its other changes, and enable it before them", () => {
    const { create, update } = resourceType(keyType);
    const enabled = { enableKeyRotation: true };
    const disabled = { description: "Retired.", enableKeyRotation: false, isEnabled: false };
    const { id, state } = create(account, enabled, "key");
    const retired = update(account, id, disabled, { state, inputs: enabled });

    expect(account.kms.describeKey({ keyId: id })).to.deep.include({ keyState: "Disabled", enableKeyRotation: false });
    expect(update(account, id, enabled, { state: retired, inputs: disabled })).to.deep.include({
      ...enabled,
      isEnabled: true,
    });
    expect(create(account, { isEnabled: false }, "other").state).to.deep.include({ isEnabled: false });
  });

  it("leave a log group where it is that is to outlive the stack, and delete another", () => {
    const { create, delete: remove, read } = resourceType(logGroupType);
    const kept = create(account, { name: "kept", skipDestroy: true }, "kept");
    const gone = create(account, { name: "gone" }, "gone");
    for (const { id, state } of [kept, gone]) {
      remove(account, id, state);
    }

    expect(account.logs.list().map(({ logGroupName }) => logGroupName)).to.deep.equal(["kept"]);
    expect(read(account, "kept", { state: kept.state, inputs: {} })?.state).to.deep.include({ skipDestroy: true });
    expect(read(account, "kept")?.state).to.deep.include({ skipDestroy: false });
  });

  it("make no log group with a key that its own policy keeps from CloudWatch Logs", () => {
    const { create } = resourceType(logGroupType);
    const keyArn = account.kms.createKey().arn;

    expect(() => create(account, { name: "audit", kmsKeyId: keyArn }, "audit")).to.throw(
      ProviderError,
      "creating CloudWatch Logs Log Group (audit): InvalidParameterException: The specified KMS key does not exist or is not " +
        "allowed to be used with LogGroup 'arn:aws:logs:us-east-1:123456789012:log-group:audit'",
    );
    expect(account.logs.list()).to.deep.equal([]);
  });

  it("keep a rule's state that a program says nothing of, until something else of the rule changes", () => {
    const { create, diff, update } = resourceType(ruleType);
    const inputs = inputsOf(ruleType);
    const { id } = create(account, inputs, "rule");
    account.eventBridge.rules.setState(id, "DISABLED");
    const found = resourceType(ruleType).read(account, id)!;

    expect(diff(found.state, inputs).changed).to.deep.equal([]);
    expect(update(account, id, { ...inputs, description: "Else." }, found)).to.deep.include({ state: "ENABLED" });
  });

  it("compare an event pattern by its meaning, and send it without white space", () => {
    const { create, diff } = resourceType(ruleType);
    const inputs = { name: "audit", eventPattern: '{ "source": ["aws.iam"], "detail": { "b": [1], "a": [2] } }' };
    const { state } = create(account, inputs, "rule");

    expect(state.eventPattern).to.equal('{"detail":{"a":[2],"b":[1]},"source":["aws.iam"]}');
    expect(diff(state, inputs).changed).to.deep.equal([]);
    expect(diff(state, { ...inputs, eventPattern: '{"source":["aws.iam"]}' }).changed).to.deep.equal(["eventPattern"]);
  });

  it("do not delete a rule before its targets", () => {
    const rule = resourceType(ruleType);
    const made = rule.create(account, inputsOf(ruleType), "rule");
    const target = resourceType(targetType).create(account, inputsOf(targetType), "target");

    expect(target.id).to.equal("audit-log");
    expect(() => {
      rule.delete(account, made.id, made.state);
    }).to.throw(ProviderError, "ValidationException: Rule can't be deleted since it has targets.");
    resourceType(targetType).delete(account, target.id, target.state);
    rule.delete(account, made.id, made.state);
    expect(account.eventBridge.rules.list()).to.deep.equal([]);
  });

  it("leave to AWS what a program says nothing of", () => {
    const { state } = make(lives.find(({ type }) => type === domainType)!);

    expect(state.encryptionKey).to.equal(account.kms.awsManagedKey("aws/codeartifact").arn);
    expect(resourceType(domainType).diff(state, inputsOf(domainType)).changed).to.deep.equal([]);
  });

  it("compare an OIDC provider's audiences without their order, and its thumbprints with it", () => {
    const { create, diff } = resourceType(oidcProviderType);
    const inputs = { ...inputsOf(oidcProviderType), thumbprintLists: [thumbprint("a"), thumbprint("b")] };
    const { state } = create(account, inputs, "provider");
    const reversed = (property: "clientIdLists" | "thumbprintLists") =>
      diff(state, { ...inputs, [property]: [...(state[property] as string[])].reverse() }).changed;

    expect(reversed("clientIdLists")).to.deep.equal([]);
    expect(reversed("thumbprintLists")).to.deep.equal(["thumbprintLists"]);
  });

  it("leave an OIDC provider the thumbprints that a program no longer gives", () => {
    const { create, diff, update } = resourceType(oidcProviderType);
    const inputs = inputsOf(oidcProviderType);
    const { id, state } = create(account, inputs, "provider");
    const without = { ...inputs, thumbprintLists: undefined };

    expect(diff(state, without).changed).to.deep.equal([]);
    const updated = update(account, id, { ...without, clientIdLists: ["other"] }, { state, inputs });
    expect(updated).to.deep.include({ thumbprintLists: [thumbprint("a")], clientIdLists: ["other"] });
  });

  it("add an OIDC provider's new audience before they remove another, which AWS rejects of 100", () => {
    const { create, read, update } = resourceType(oidcProviderType);
    const inputs = {
      ...inputsOf(oidcProviderType),
      clientIdLists: Array.from({ length: 100 }, (_, n) => `client-${n}`),
    };
    const { id, state } = create(account, inputs, "provider");
    const [, ...others] = inputs.clientIdLists;

    expect(() => update(account, id, { ...inputs, clientIdLists: [...others, "new"] }, { state, inputs })).to.throw(
      ProviderError,
      `adding IAM OIDC Provider (${id}) client ID (new): LimitExceeded: `,
    );
    expect(read(account, id)?.state).to.deep.equal(state);
    const fewer = update(account, id, { ...inputs, clientIdLists: others }, { state, inputs });
    expect(
      update(account, id, { ...inputs, clientIdLists: [...others, "new"] }, { state: fewer, inputs }),
    ).to.deep.include({ clientIdLists: [...others, "new"] });
  });

  describe("of a repository", () => {
    const store = { domain: "orb", repository: "pypi-store" };
    const withUpstream = {
      domain: "orb",
      repository: "python-packages",
      upstreams: [{ repositoryName: "pypi-store" }],
    };
    const { create, diff, update } = resourceType(repositoryType);

    beforeEach(() => {
      resourceType(domainType).create(account, { domain: "orb" }, "domain");
      create(account, store, "store");
    });

    it("never lose the last upstream: an empty list is not sent", () => {
      const { id, state } = create(account, withUpstream, "repository");
      const without = { ...withUpstream, upstreams: undefined };
      const updated = update(account, id, without, { state, inputs: withUpstream });

      expect(updated.upstreams).to.deep.equal([{ repositoryName: "pypi-store" }]);
      expect(diff(updated, without).changed).to.deep.equal(["upstreams"]);
    });

    it("cannot change a connection: the new one is made while the old one is there", () => {
      const connected = (externalConnectionName: string) => ({
        ...store,
        externalConnections: { externalConnectionName },
      });
      const id = "arn:aws:codeartifact:us-east-1:123456789012:repository/orb/pypi-store";
      const inputs = connected("public:pypi");
      const state = update(account, id, inputs, { state: store, inputs: store });

      expect(() => update(account, id, connected("public:npmjs"), { state, inputs })).to.throw(
        ProviderError,
        `associating CodeArtifact Repository (${id}) external connection (public:npmjs): ValidationException: ` +
          "ExternalConnections for repositories are currently limited to 1",
      );
      expect(update(account, id, store, { state, inputs })).not.to.have.property("externalConnections");
    });

    it("cannot change from a connection to upstreams in one update: the upstreams come first", () => {
      const inputs = {
        domain: "orb",
        repository: "python-packages",
        externalConnections: { externalConnectionName: "public:pypi" },
      };
      const { id, state } = create(account, inputs, "repository");

      expect(() => update(account, id, withUpstream, { state, inputs })).to.throw(
        ProviderError,
        /^updating CodeArtifact Repository \(arn:.*\): ValidationException: .*remove its external connection/,
      );
    });

    it("are remembered where they were made but not connected", () => {
      const inputs = { ...withUpstream, externalConnections: { externalConnectionName: "public:pypi" } };
      let failure: unknown;
      try {
        create(account, inputs, "repository");
      } catch (error) {
        failure = error;
      }

      expect((failure as ProviderError).made).to.deep.include({
        id: "arn:aws:codeartifact:us-east-1:123456789012:repository/orb/python-packages",
      });
      expect((failure as ProviderError).made?.state).to.deep.include({ upstreams: withUpstream.upstreams });
    });
  });

  describe("of IAM", () => {
    it("make a policy's document again as a new version, and delete the oldest of five", () => {
      const { id, state } = resourceType(policyType).create(account, inputsOf(policyType), "policy");
      let known = { state, inputs: inputsOf(policyType) };
      for (const bucket of ["one", "two", "three", "four", "five"]) {
        const inputs = { ...known.inputs, policy: document(`s3:${bucket}`) };
        known = { state: resourceType(policyType).update(account, id, inputs, known), inputs };
      }

      const versions = account.iam.policies.listVersions({ policyArn: id });
      expect(versions.map(({ versionId }) => versionId)).to.deep.equal(["v2", "v3", "v4", "v5", "v6"]);
      expect(account.iam.policies.get({ policyArn: id }).policyDocument).to.equal(document("s3:five"));
      resourceType(policyType).delete(account, id, known.state);
      expect(account.iam.policies.list()).to.deep.equal([]);
    });

    it("delete and detach, with a role, the policies of a role that had some when it was last read", () => {
      const { delete: remove, read } = resourceType(roleType);
      const { id } = resourceType(roleType).create(account, inputsOf(roleType), "role");
      const { arn: policyArn } = account.iam.policies.create({ policyName: "hand", policyDocument: document("s3:*") });
      account.iam.policies.attach({ roleName: "deploy", policyArn });
      const permissions = { policyName: "first", policyDocument: document("s3:GetObject") };
      account.iam.roles.putPolicy({ roleName: "deploy", ...permissions });
      const found = read(account, id)!;
      account.iam.roles.putPolicy({ roleName: "deploy", ...permissions, policyName: "second" });

      expect(found.state).to.deep.include({
        managedPolicyArns: [policyArn],
        inlinePolicies: [{ name: "first", policy: permissions.policyDocument }],
      });
      expect(found.inputs).not.to.have.any.keys("managedPolicyArns", "inlinePolicies");
      remove(account, id, found.state);
      expect(account.iam.roles.list()).to.deep.equal([]);
      expect(account.iam.policies.list().map(({ arn }) => arn)).to.deep.equal([policyArn]);
    });

    it("do not delete a role whose inline policy came after the role was last read", () => {
      const role = resourceType(roleType).create(account, inputsOf(roleType), "role");
      account.iam.roles.putPolicy({
        roleName: "deploy",
        policyName: "hand",
        policyDocument: document("s3:GetObject"),
      });

      expect(() => {
        resourceType(roleType).delete(account, role.id, role.state);
      }).to.throw(
        ProviderError,
        "deleting IAM Role (deploy): DeleteConflict: Cannot delete entity, must delete policies first.",
      );
    });

    it("do not detach what someone else attached to a role that is to go", () => {
      const role = resourceType(roleType).create(account, inputsOf(roleType), "role");
      const { arn: policyArn } = account.iam.policies.create({ policyName: "hand", policyDocument: document("s3:*") });
      account.iam.policies.attach({ roleName: "deploy", policyArn });

      expect(() => {
        resourceType(roleType).delete(account, role.id, role.state);
      }).to.throw(
        ProviderError,
        "deleting IAM Role (deploy): DeleteConflict: Cannot delete entity, must detach all policies first.",
      );
    });
  });

  describe("of package groups", () => {
    const { create, read, update, delete: remove } = resourceType(groupType);
    const inputs = inputsOf(groupType);

    beforeEach(() => {
      resourceType(domainType).create(account, { domain: "orb" }, "domain");
      resourceType(repositoryType).create(account, inputsOf(repositoryType), "repository");
    });

    it("reject a second one in Cloud Control's words", () => {
      create(account, inputs, "group");

      expect(() => create(account, inputs, "group")).to.throw(
        ProviderError,
        "operation CREATE failed with \"AlreadyExists\": Resource of type 'AWS::CodeArtifact::PackageGroup' with identifier " +
          "'/pypi//orb~' already exists.",
      );
    });

    it("adopt the root, which every domain has, and leave it when they are deleted", () => {
      const root = { domainName: "orb", pattern: "/*", originConfiguration: { restrictions: { publish: block } } };
      const { id, state } = create(account, root, "root");
      remove(account, id, state);
      const { originConfiguration } = account.codeartifact.packageGroups.describe({
        domain: "orb",
        packageGroup: "/*",
      });

      expect(originConfiguration.restrictions.PUBLISH.mode).to.equal("BLOCK");
      expect(originConfiguration.restrictions.EXTERNAL_UPSTREAM.mode).to.equal("ALLOW");
    });

    it("change more than 100 allowed repositories in several requests", () => {
      const names = Array.from({ length: 150 }, (_, index) => `repository-${index}`);
      for (const repository of names) {
        account.codeartifact.repositories.create({ domain: "orb", repository });
      }
      const { id, state } = create(account, inputs, "group");
      const news = { ...inputs, originConfiguration: { restrictions: { publish: only(...names) } } };
      const updated = update(account, id, news, { state, inputs });

      expect(updated.originConfiguration).to.deep.equal({
        restrictions: {
          publish: only(...names),
          externalUpstream: { restrictionMode: "INHERIT" },
          internalUpstream: { restrictionMode: "INHERIT" },
        },
      });
    });

    it("tell what AWS has changed since as changed inputs, and nothing else", () => {
      const { id, state } = create(account, inputs, "group");
      const said = { ...inputs, domainOwner: undefined };
      account.codeartifact.packageGroups.update({ domain: "orb", packageGroup: "/pypi//orb~", description: "Else." });

      expect(read(account, id, { state, inputs: said })?.inputs).to.deep.equal({
        domainName: "orb",
        pattern: "/pypi//orb~",
        description: "Else.",
        originConfiguration: inputs.originConfiguration,
        tags: inputs.tags,
      });
    });

    it("send only what the program changes, so that a change by hand stays until it is found", () => {
      const { id, state } = create(account, inputs, "group");
      account.codeartifact.packageGroups.update({
        domain: "orb",
        packageGroup: "/pypi//orb~",
        description: "By hand.",
      });
      const news = { ...inputs, tags: [{ key: "Cost", value: "1" }] };

      expect(update(account, id, news, { state, inputs })).to.deep.include({
        description: "By hand.",
        tags: news.tags,
      });
    });

    it("are not updated where they are gone", () => {
      const { id, state } = create(account, inputs, "group");
      remove(account, id, state);

      expect(() => update(account, id, { ...inputs, description: "Else." }, { state, inputs })).to.throw(
        ProviderError,
        /^operation UPDATE failed with "NotFound": Resource of type 'AWS::CodeArtifact::PackageGroup' with identifier '\/pypi\/\/orb~' was not found\./,
      );
    });
  });
});
