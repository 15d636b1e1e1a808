import { join } from "node:path";
import { expect } from "chai";
import { accessTable, tableMismatches } from "../../../commands/access/table";
import type { Plan } from "../../../commands/preview/plan";
import type { StackFacts, StackTable } from "../../../commands/preview/stackFacts";
import { warningsOf } from "../../../commands/preview/warnings";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { deployChanged, projectDirectory } from "../../support/deployments";

const publisher = {
  repository: "acme/hub",
  repositoryId: 700000001,
  ownerId: 700000002,
  ref: "refs/heads/main",
  workflow: ".github/workflows/deploy.yml",
};
const reader = { name: "layers", ...publisher };
const role = "orb-integration-hub-prod-codeartifact";
const origins = { private: ["orb~"], public: ["orb-billing"], blocked: ["orb-comon"] };

/** A stack in use: its jobs are known, and each kind of origin is there. */
const inUse = {
  publishers: [publisher],
  readers: [reader],
  origins,
  packages: ["orb-common", "orb-models"],
};

type Settings = Readonly<Record<string, unknown>>;

function deployed(settings: Settings, program?: string): Promise<Deployment> {
  return deployChanged({ stack: "prod", settings: { ...inUse, ...settings }, program });
}

function tableOf(deployment: Deployment): StackTable {
  const table = accessTable(deployment, []);
  return { ...table, mismatches: tableMismatches(table) };
}

const facts = (known: Partial<StackFacts>): StackFacts => ({
  stack: "prod",
  before: undefined,
  after: undefined,
  problem: undefined,
  plan: undefined,
  failure: undefined,
  ...known,
});

/** Who a role admits, as a warning tells it. */
const job = (changes: Partial<Record<keyof typeof publisher | "sub", string | number>> = {}) => {
  const { repository, repositoryId, ownerId, ref, workflow } = { ...publisher, ...changes };
  const [owner, name] = String(repository).split("/");
  const environment = changes.sub ?? "environment:prod";
  return (
    `\`sub repo:${repository}:${environment} or repo:${owner!}@${ownerId}/${name!}@${repositoryId}:${environment}; ` +
    `repository_id ${repositoryId}; repository_owner_id ${ownerId}; ref ${ref}; ` +
    `job_workflow_ref ${repository}/${workflow}@${ref}\``
  );
};

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `orb-package-${index}`);

/** A change of settings, from what they were to what they become, and what is called out. */
interface Case {
  readonly title: string;
  readonly before?: Settings;
  readonly after: Settings;
  readonly says: readonly string[];
}

const lockedOut = `**every publisher is locked out**: the job that could assume \`${role}-publisher\` can publish nothing any more`;
const opens = (name: string, group: string) =>
  `**a private name opens**: \`${name}\` may come from elsewhere than this registry's publishers, by the package group \`${group}\``;
const mayPublish = (party: string, ...names: readonly string[]) =>
  ["PublishPackageVersion", "DescribePackageVersion", "ListPackageVersionAssets"].map(
    (action) =>
      `\`${party}\` **may now** \`codeartifact:${action}\` on ${names
        .map((name) => `\`package/orb-integration-hub-prod/python-packages/pypi//${name}\``)
        .join(", ")}`,
  );

const cases: Readonly<Record<string, readonly Case[]>> = {
  "nothing of": [
    { title: "no change at all", after: {}, says: [] },
    { title: "a package that is taken away", after: { packages: ["orb-common"] }, says: [] },
    { title: "a reader that goes", after: { readers: undefined }, says: [] },
    {
      title: "an entry of origins that closes a name",
      after: { origins: { ...origins, private: ["orb~", "legacy$"] } },
      says: [],
    },
    { title: "a public name that becomes private", after: { origins: { ...origins, public: [] } }, says: [] },
    { title: "a shorter life of tokens", after: { tokenLifetime: 1800 }, says: [] },
    {
      title: "a workflow that a reader is held to",
      before: { readers: [{ ...reader, workflow: undefined }] },
      after: {},
      says: [],
    },
    { title: "tags and a session's length", after: { tags: { Team: "hub" }, sessionDuration: 7200 }, says: [] },
    {
      title: "ids that are still not known",
      before: { publishers: [{ ...publisher, repositoryId: 0 }] },
      after: { publishers: [{ ...publisher, repositoryId: 0, ref: "refs/heads/next" }] },
      says: [],
    },
    {
      title: "another account, which the model takes from a setting",
      after: { permissionsBoundary: "arn:aws:iam::210987654321:policy/orb-integration-hub-prod-boundary" },
      says: [],
    },
    {
      title: "packages that move from managed documents into an inline one, as far as they could be published before",
      before: { packages: numbered(120) },
      after: { packages: numbered(20) },
      says: [],
    },
  ],
  "that every publisher is locked out, by": [
    { title: "ids that are forgotten", after: { publishers: [{ ...publisher, repositoryId: 0 }] }, says: [lockedOut] },
    {
      title: "another branch, whose job is admitted instead",
      after: { publishers: [{ ...publisher, ref: "refs/heads/next" }] },
      says: [lockedOut, `\`${role}-publisher\` **now also admits** ${job({ ref: "refs/heads/next" })}`],
    },
    {
      title: "a new name, which gives its role another ARN",
      after: { publishers: [{ ...publisher, name: "services" }] },
      says: [lockedOut, `\`${role}-publisher-services\` **is new and admits** ${job()}`],
    },
  ],
  "no lock-out, where": [
    {
      title: "one of two publishers goes",
      before: {
        publishers: [
          { ...publisher, name: "services", packages: ["orb-common"] },
          { ...publisher, name: "models", packages: ["orb-models"] },
        ],
      },
      after: { publishers: [{ ...publisher, name: "services", packages: ["orb-common"] }] },
      says: [],
    },
    {
      title: "no one could publish before",
      before: { publishers: [{ ...publisher, repositoryId: 0 }] },
      after: { publishers: [{ ...publisher, ownerId: 0 }] },
      says: [],
    },
  ],
  "a private name that opens, by": [
    {
      title: "an entry that is taken out of private",
      before: { origins: { ...origins, private: ["orb~", "legacy-tool$"] } },
      after: {},
      says: [opens("legacy-tool", "/pypi/*")],
    },
    {
      title: "an entry that is moved to public",
      before: { origins: { ...origins, blocked: ["orb-secret"] } },
      after: { origins: { ...origins, public: ["orb-billing", "orb-secret"] } },
      says: [opens("orb-secret", "/pypi//orb-secret$")],
    },
    {
      title: "a name under a private prefix that is said to be public",
      after: { origins: { ...origins, public: ["orb-billing", "orb-auth"] } },
      says: [opens("orb-auth", "/pypi//orb-auth$")],
    },
    {
      title: "a prefix that gets narrower",
      after: { origins: { private: ["orb-common~", "orb-models~"], public: [], blocked: [] } },
      says: [
        opens("orb-comon", "/pypi/*"),
        "**a private name opens**: `orb`, `orb-anything` may come from elsewhere than this registry's publishers, by the package group `/pypi/*`",
      ],
    },
    {
      title: "public packages, where none were allowed",
      before: { publicPackages: false, origins: { private: ["orb~"] } },
      after: { publicPackages: true, origins: { private: ["orb-common$", "orb-models$"] } },
      says: [
        "**a private name opens**: `orb`, `orb-anything` may come from elsewhere than this registry's publishers, by the package group `/pypi/*`",
      ],
    },
  ],
  "a job that is admitted, by": [
    {
      title: "ids that become known",
      before: { publishers: [{ ...publisher, repositoryId: 0 }] },
      after: {},
      says: [`\`${role}-publisher\` **now also admits** ${job()}`],
    },
    {
      title: "other ids behind the same name",
      after: { readers: [{ ...reader, repositoryId: 700000009 }] },
      says: [`\`${role}-reader-layers\` **now also admits** ${job({ repositoryId: 700000009 })}`],
    },
    {
      title: "another environment",
      after: { readers: [{ ...reader, environment: "staging" }] },
      says: [`\`${role}-reader-layers\` **now also admits** ${job({ sub: "environment:staging" })}`],
    },
    {
      title: "a workflow that is left open",
      after: { readers: [{ ...reader, workflow: "any" }] },
      says: [`\`${role}-reader-layers\` **now also admits** ${job().replace(/; job_workflow_ref.*/, "`")}`],
    },
    {
      title: "one more reader",
      after: { readers: [reader, { ...reader, name: "more", repository: "acme/more", repositoryId: 700000003 }] },
      says: [
        `\`${role}-reader-more\` **is new and admits** ${job({ repository: "acme/more", repositoryId: 700000003 })}`,
      ],
    },
  ],
  "a permission that gets wider, by": [
    {
      title: "one more package",
      after: { packages: ["orb-common", "orb-models", "orb-new"] },
      says: mayPublish(`${role}-publisher`, "orb-new"),
    },
    {
      title: "many more packages, and names some of them",
      before: { packages: numbered(20) },
      after: { packages: numbered(120) },
      says: mayPublish(`${role}-publisher`, ...[100, 101, 102, 103, 104].map((index) => `orb-package-${index}`)).map(
        (line) => `${line} and 95 more`,
      ),
    },
    {
      title: "a longer life of tokens, for all who mint them",
      after: { tokenLifetime: 43_200 },
      says: [`${role}-publisher`, `${role}-reader-layers`].map(
        (party) => `\`${party}\` **may now** \`sts:GetServiceBearerToken\` on \`*\``,
      ),
    },
    {
      title: "another account that may read",
      after: { readerAccountIds: ["210987654321"] },
      says: [
        "`domain` **may now** `codeartifact:GetAuthorizationToken` on `domain/orb-integration-hub-prod`",
        ...["GetRepositoryEndpoint", "ReadFromRepository"].map(
          (action) =>
            `\`python-packages\` **may now** \`codeartifact:${action}\` on \`repository/orb-integration-hub-prod/python-packages\``,
        ),
      ],
    },
  ],
};

describe("a change calls out", () => {
  for (const [what, group] of Object.entries(cases)) {
    describe(what, () => {
      for (const { title, before = {}, after, says } of group) {
        it(title, async () => {
          const [known, changed] = await Promise.all([deployed(before), deployed(after)]);
          const warnings = warningsOf(facts({ before: tableOf(known), after: tableOf(changed) }));

          expect(warnings).to.deep.equal(says.map((text) => ({ stack: "prod", text })));
        });
      }
    });
  }
});

describe("a change of the program calls out", () => {
  let known: StackTable;

  before(async () => {
    known = tableOf(await deployed({}));
  });

  const changed = async (addition: string) => {
    const program = `
      const main = ${JSON.stringify(join(projectDirectory, "index.ts"))};
      delete require.cache[main];
      const registry = require(main);
      const name = "orb-integration-hub-prod-codeartifact-publisher";
      const allow = (statement) => JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", ...statement } });
      ${addition}
      module.exports = registry;
    `;
    return warningsOf(facts({ before: known, after: tableOf(await deployed({}, program)) })).map(({ text }) => text);
  };

  it("a role that it makes beside those of its outputs", async () => {
    expect(
      await changed(`
        new pulumi.CustomResource("aws:iam/role:Role", "extra-role", {
          name: "extra-role",
          assumeRolePolicy: allow({ Sid: "Any", Principal: { AWS: "210987654321" }, Action: "sts:AssumeRole" }),
        });
      `),
    ).to.deep.equal([
      "`extra-role` is **a role that no setting means**, and is not tried out",
      "`extra-role` **is new and admits** `210987654321`",
    ]);
  });

  it("a right that no setting means, both by what it is and by the attempts it lets through", async () => {
    const texts = await changed(`
      new pulumi.CustomResource("aws:iam/rolePolicy:RolePolicy", "wide", {
        name: "wide",
        role: registry.publisherRoleArns.apply(() => name),
        policy: allow({ Sid: "Wide", Action: "codeartifact:*", Resource: "*" }),
      });
    `);

    expect(texts).to.have.length.above(3);
    expect(texts.at(-1)).to.equal(
      "`orb-integration-hub-prod-codeartifact-publisher` **may now** `codeartifact:*` on `*`",
    );
    expect(texts[0]).to.equal(
      "**allowed against the settings**, which mean it to be denied: `orb-integration-hub-prod-codeartifact-publisher publish orb-not-in-packages, requests`",
    );
  });

  it("nothing, where it adds a narrower right beside the one that is there", async () => {
    expect(
      await changed(`
        new pulumi.CustomResource("aws:iam/rolePolicy:RolePolicy", "narrow", {
          name: "narrow",
          role: registry.publisherRoleArns.apply(() => name),
          policy: registry.repositoryArn.apply((arn) => allow({ Action: "codeartifact:ReadFromRepository", Resource: arn })),
        });
      `),
    ).to.deep.equal([]);
  });
});

describe("a plan calls out", () => {
  const urn =
    "urn:pulumi:prod::package-registry::python-registry:index:PackageRegistry$aws:codeartifact/domain:Domain::registry-domain";
  const step = (op: string, before?: boolean, after?: boolean): Plan["steps"][number] => ({
    op,
    urn,
    ...(before === undefined ? {} : { oldState: { protect: before } }),
    ...(after === undefined ? {} : { newState: { protect: after } }),
    replaceReasons: op === "replace" ? ["domain", "encryptionKey"] : [],
  });
  const texts = (steps: Plan["steps"], diagnostics: Plan["diagnostics"] = []) =>
    warningsOf(facts({ plan: { steps, diagnostics } })).map(({ text }) => text);

  it("what it deletes, replaces or no longer protects of what is protected", () => {
    expect(texts([step("delete", true)])).to.deep.equal(["**deletes** the protected `registry-domain`"]);
    expect(texts([step("replace", true, true)])).to.deep.equal([
      "**replaces** the protected `registry-domain`, because of `domain`, `encryptionKey`",
    ]);
    for (const op of ["same", "update"]) {
      expect(texts([step(op, true, false)])).to.deep.equal(["**no longer protects** `registry-domain` from deletion"]);
    }
  });

  it("a replacement once, though Pulumi takes three steps for it", () => {
    const steps = [step("create-replacement", true, true), step("replace", true, true), step("delete-replaced", true)];

    expect(texts(steps)).to.have.length(1);
  });

  it("nothing of what is not protected, or stays as it is", () => {
    expect(
      texts([step("delete", false), step("replace", false, false), step("create", undefined, true)]),
    ).to.deep.equal([]);
    expect(texts([step("same", true, true), step("update", true, true), step("update", false, false)])).to.deep.equal(
      [],
    );
  });

  it("why Pulumi would reject it, and no warning", () => {
    const diagnostics = [
      { severity: "warning", message: "admits no one yet" },
      { severity: "error", message: `error: Preview failed: resource "${urn}" cannot be deleted` },
      { severity: "error", message: "error: preview failed" },
    ];

    expect(texts([], diagnostics)).to.deep.equal([
      '**it cannot be deployed**: `Preview failed: resource "registry-domain" cannot be deleted`',
    ]);
  });

  it("that Pulumi failed, where it says no more", () => {
    expect(texts([], [{ severity: "error", message: "error: preview failed" }])).to.deep.equal([
      "**it cannot be deployed**: `preview failed`",
    ]);
  });
});

describe("a stack that is not judged", () => {
  it("is called out with the first line of the reason, beside one that is judged", async () => {
    const table = tableOf(await deployed({}));
    const texts = (known: Partial<StackFacts>) => warningsOf(facts(known)).map(({ text }) => text);

    expect(texts({ before: table, problem: "2 settings are wrong:\n  packages" })).to.deep.equal([
      "**it cannot be judged**: `2 settings are wrong:`",
    ]);
    expect(texts({ problem: "a new stack" })).to.deep.equal(["**it cannot be judged**: `a new stack`"]);
    expect(texts({ before: table })).to.deep.equal(["**its stack file is removed**; what is deployed of it remains"]);
    expect(texts({ after: table })).to.deep.equal([]);
    expect(texts({ before: table, after: table })).to.deep.equal([]);
  });
});
