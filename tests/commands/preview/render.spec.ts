import { expect } from "chai";
import { marker, renderPreview } from "../../../commands/preview/render";
import type { Plan, StackFacts, StackTable } from "../../../commands/preview/stackFacts";

const role = "orb-dev-codeartifact-publisher";

const table: StackTable = {
  stack: "dev",
  domain: "orb-dev",
  account: "123456789012",
  roles: [{ role, job: "acme/hub, environment:dev", may: ["publish orb-common", "read python-packages"] }],
  sections: [
    {
      party: role,
      relation: "may",
      attempts: [{ what: "read pypi-store", expected: "denied", seen: "denied", reason: "no statement allows it" }],
    },
  ],
  notes: [],
  documents: [],
  origins: [
    { pattern: "/pypi//orb~", publish: ["python-packages"], externalUpstream: "BLOCK", internalUpstream: "BLOCK" },
  ],
  surprises: [],
};

const urn = (type: string, name: string) =>
  `urn:pulumi:dev::package-registry::registry:index:PackageRegistry$${type}::${name}`;

const plan: Plan = {
  steps: [
    { op: "same", urn: urn("aws:codeartifact/domain:Domain", "registry-domain") },
    { op: "create", urn: urn("aws:iam/role:Role", "registry-reader-role") },
    {
      op: "update",
      urn: urn("aws:iam/rolePolicy:RolePolicy", "registry-publisher-permissions"),
      detailedDiff: { policy: { kind: "update" } },
      diffReasons: ["policy"],
    },
    {
      op: "replace",
      urn: urn("aws:iam/policy:Policy", "registry-read-policy"),
      diffReasons: ["description"],
      replaceReasons: ["description"],
    },
  ],
  diagnostics: [
    { severity: "warning", message: "orb-dev-codeartifact-reader admits nobody yet\n" },
    { severity: "info", message: "told" },
  ],
};

const facts = (known: Partial<StackFacts> = {}): StackFacts => ({
  stack: "dev",
  before: table,
  after: table,
  plan,
  failure: undefined,
  ...known,
});

describe("the preview's comment", () => {
  it("begins with what tells it from others, then what must not be overlooked, then each stack", () => {
    expect(renderPreview([facts()])).to.equal(
      [
        "<!-- package-registry preview -->",
        "",
        "## What this does to the registry",
        "",
        "Nothing here locks out every publisher, opens a private name, admits a new job, widens a permission, or touches what is protected.",
        "",
        "### dev",
        "",
        "**Plan:** 1 to create, 1 to update, 1 to replace.",
        "",
        "<details>",
        "<summary>each resource</summary>",
        "",
        "| | type | resource | what changes |",
        "| --- | --- | --- | --- |",
        "| create | `aws:iam/role:Role` | `registry-reader-role` |  |",
        "| update | `aws:iam/rolePolicy:RolePolicy` | `registry-publisher-permissions` | `policy` |",
        "| replace | `aws:iam/policy:Policy` | `registry-read-policy` | `description` (replaces) |",
        "",
        "</details>",
        "",
        "```text",
        "warning: orb-dev-codeartifact-reader admits nobody yet",
        "```",
        "",
        "**Access:** as on the base branch.",
        "",
        "<details>",
        "<summary>who may do what</summary>",
        "",
        "| role | of the job | may |",
        "| --- | --- | --- |",
        "| `orb-dev-codeartifact-publisher` | `acme/hub, environment:dev` | `publish orb-common; read python-packages` |",
        "",
        "</details>",
        "",
      ].join("\n"),
    );
  });

  it("shows how access differs from the base branch, line by line", () => {
    const after: StackTable = {
      ...table,
      roles: [{ ...table.roles[0]!, may: ["read python-packages"] }],
      sections: [{ ...table.sections[0]!, attempts: [{ ...table.sections[0]!.attempts[0]!, seen: "allowed" }] }],
      origins: [{ ...table.origins[0]!, externalUpstream: ["pypi-store"], internalUpstream: "ALLOW", publish: [] }],
    };

    expect(renderPreview([facts({ after })])).to.include(
      [
        "**Access:** changes.",
        "",
        "```diff",
        "- orb-dev-codeartifact-publisher (acme/hub, environment:dev) may publish orb-common; read python-packages",
        "+ orb-dev-codeartifact-publisher (acme/hub, environment:dev) may read python-packages",
        "- /pypi//orb~ published to python-packages; from outside through none; from upstreams to none",
        "+ /pypi//orb~ published to none; from outside through pypi-store; from upstreams to any",
        "- orb-dev-codeartifact-publisher may: read pypi-store: denied",
        "+ orb-dev-codeartifact-publisher may: read pypi-store: allowed",
        "```",
      ].join("\n"),
    );
  });

  it("puts what must not be overlooked at the top, of all stacks together", () => {
    const steps = [
      { op: "delete", urn: urn("aws:codeartifact/domain:Domain", "registry-domain"), oldState: { protect: true } },
    ];
    const text = renderPreview([facts(), facts({ stack: "prod", plan: { steps, diagnostics: [] } })]);

    expect(text.split("\n").slice(0, 7)).to.deep.equal([
      marker,
      "",
      "## What this does to the registry",
      "",
      "> [!CAUTION]",
      "> - prod: **deletes** the protected `registry-domain`",
      "",
    ]);
  });

  it("says what could not be looked at, and never that all is well then", () => {
    const text = renderPreview([facts({ plan: undefined }), facts({ stack: "prod", before: undefined })]);

    expect(text).to.include(
      "touches what is protected, as far as it could be looked at: dev, prod not in full, see below.",
    );
    expect(text).to.include("**Plan:** none. A pull request from a fork, or one of Dependabot, has no identity");
    expect(text).to.include("**Access:** not compared, as the base branch gave no table.");
    expect(renderPreview([facts({ after: undefined, before: undefined })])).to.include(
      "**Access:** the program could not be run; see the workflow's log.",
    );
  });

  it("repeats what Pulumi said where it gave no plan, its last lines alone and without colours", () => {
    const failure = Array.from({ length: 40 }, (_, index) => `\u001b[31mline ${index}\u001b[0m\r`).join("\n");
    const text = renderPreview([facts({ plan: undefined, failure })]);

    expect(text).to.include("**Plan:** Pulumi gave none, but said\n\n```text\nline 10\n");
    expect(text).to.include("\nline 39\n```");
    expect(text).not.to.match(/line 9\b|\r|\u001b/);
  });

  it("has no changes to tell of where there are none", () => {
    const text = renderPreview([facts({ plan: { steps: plan.steps.slice(0, 1), diagnostics: [] } })]);

    expect(text).to.include("**Plan:** no changes.\n\n**Access:**");
  });

  describe("of what a pull request may have chosen", () => {
    const hostile = "`</details> <img src=x> @everyone | [x](https://evil.example) ```\n## gone";
    const after: StackTable = { ...table, roles: [{ role, job: hostile, may: [hostile] }] };
    const text = renderPreview([
      facts({
        after,
        plan: {
          steps: [{ op: "create", urn: urn("aws:iam/role:Role", hostile), diffReasons: [hostile] }],
          diagnostics: [{ severity: "error", message: hostile }],
        },
      }),
    ]);

    /** The lines outside of blocks, without their pieces of code. */
    const read = text
      .replaceAll(/^```[\s\S]*?^```$/gm, "")
      .split("\n")
      .map((line) => line.replaceAll(/`[^`]*`/g, ""));

    it("reads nothing as Markdown or HTML, and notifies nobody", () => {
      expect(read.join("\n")).not.to.match(/img|everyone|evil|gone/);
      expect(read.filter((line) => line === "</details>")).to.have.length(2);
    });

    it("keeps the columns of its tables", () => {
      const rows = text.split("\n").filter((line) => line.startsWith("|"));
      const columns = rows.map((row) => row.replaceAll("\\|", "").split("|").length - 2);

      expect(columns).to.deep.equal([4, 4, 4, 3, 3, 3]);
    });
  });

  describe("of more than a comment takes", () => {
    const many = (length: number): StackTable => ({
      ...table,
      roles: Array.from({ length }, (_, index) => ({
        role: `${role}-${index}`,
        job: "j".repeat(100),
        may: ["m".repeat(100)],
      })),
    });

    it("leaves out what is folded away, says so, and keeps what must not be overlooked", () => {
      const steps = [{ op: "delete", urn: urn("a:b:C", "kept"), oldState: { protect: true } }];
      const text = renderPreview([facts({ before: many(300), after: many(300), plan: { steps, diagnostics: [] } })]);

      expect(text).to.have.length.below(2_000);
      expect(text).to.include("**deletes** the protected `kept`");
      expect(text).not.to.include("<details>");
      expect(text).to.match(/The rest does not fit into a comment: it is in the summary of the workflow's run\.\n$/);
    });

    it("is cut where even the rest is too long, within GitHub's limit", () => {
      const text = renderPreview([facts({ before: table, after: many(600) })]);

      expect(text).to.have.length.within(60_000, 65_536);
      expect(text).to.match(/\n```\n\nThe rest does not fit into a comment/);
    });

    it("is whole up to there", () => {
      expect(renderPreview([facts({ before: many(200), after: many(200) })])).to.match(/<\/details>\n$/);
    });
  });
});
