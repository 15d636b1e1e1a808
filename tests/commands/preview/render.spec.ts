import { expect } from "chai";
import type { Plan } from "../../../commands/preview/plan";
import { marker, type Preview, renderComment, renderSummary } from "../../../commands/preview/render";
import type { StackFacts, StackTable } from "../../../commands/preview/stackFacts";
import { stackPart } from "../../../commands/preview/stackPart";

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
  mismatches: [],
};

const urn = (type: string, name: string) =>
  `urn:pulumi:dev::package-registry::python-registry:index:PackageRegistry$${type}::${name}`;

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
    { severity: "warning", message: "orb-dev-codeartifact-reader admits no one yet\n" },
    { severity: "info", message: "for information" },
  ],
};

const preview = (all: readonly StackFacts[], others: Partial<Preview> = {}): Preview => ({
  stacks: all.map(stackPart),
  otherFiles: [],
  ...others,
});

const comment = (all: readonly StackFacts[], others?: Partial<Preview>) => renderComment(preview(all, others));

const facts = (known: Partial<StackFacts> = {}): StackFacts => ({
  stack: "dev",
  before: table,
  after: table,
  problem: undefined,
  plan,
  failure: undefined,
  ...known,
});

describe("the preview's comment", () => {
  it("begins with what tells it from others, then what must not be overlooked, then each stack", () => {
    expect(comment([facts()])).to.equal(
      [
        "<!-- package-registry preview -->",
        "",
        "## What this does to the registry",
        "",
        "Nothing here locks out every publisher, opens a private name, admits a new job, widens a permission, or touches what is protected.",
        "",
        "### `dev`",
        "",
        "**Plan:** 1 to create, 1 to update, 1 to replace.",
        "",
        "<details>",
        "<summary>each resource</summary>",
        "",
        "| | type | resource | what changes |",
        "| --- | --- | --- | --- |",
        "| `create` | `aws:iam/role:Role` | `registry-reader-role` |  |",
        "| `update` | `aws:iam/rolePolicy:RolePolicy` | `registry-publisher-permissions` | `policy` |",
        "| `replace` | `aws:iam/policy:Policy` | `registry-read-policy` | `description (replaces)` |",
        "",
        "</details>",
        "",
        "```text",
        "warning: orb-dev-codeartifact-reader admits no one yet",
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

    expect(comment([facts({ after })])).to.include(
      [
        "**Access:** changes, in 6 lines.",
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
    const text = comment([facts(), facts({ stack: "prod", plan: { steps, diagnostics: [] } })]);

    expect(text.split("\n").slice(0, 7)).to.deep.equal([
      marker,
      "",
      "## What this does to the registry",
      "",
      "> [!CAUTION]",
      "> - `prod`: **deletes** the protected `registry-domain`",
      "",
    ]);
  });

  it("says what could not be looked at, and never that all is well then", () => {
    const text = comment([facts({ plan: undefined }), facts({ stack: "prod", before: undefined })]);

    expect(text).to.include(
      "touches what is protected, as far as it could be looked at: `dev`, `prod` not in full, see below.",
    );
    expect(text).to.include("**Plan:** none. A pull request from a fork, or one of Dependabot, has no identity");
    expect(text).to.include("**Access:** not compared, as the base branch gave no table.");
  });

  it("says why a change is not judged, at the top in short and below in full", () => {
    const problem = "2 settings are wrong in stack dev:\n  packages: is missing\n  origins: is missing";
    const text = comment([facts({ after: undefined, problem })]);

    expect(text).to.include("> - `dev`: **it cannot be judged**: `2 settings are wrong in stack dev:`\n");
    expect(text).to.include(`**Access:** not judged.\n\n\`\`\`text\n${problem}\n\`\`\``);
  });

  it("says that a stack's file is removed", () => {
    const text = comment([facts({ after: undefined })]);

    expect(text).to.include("> - `dev`: **its stack file is removed**; what is deployed of it remains\n");
    expect(text).to.include("**Access:** the change has no such stack.");
  });

  it("repeats what Pulumi said where it gave no plan, its last lines alone and without colours", () => {
    const failure = Array.from({ length: 40 }, (_, index) => `\u001b[31mline ${index}\u001b[0m\r`).join("\n");
    const text = comment([facts({ plan: undefined, failure })]);

    expect(text).to.include("**Plan:** none.\n\n```text\nline 10\n");
    expect(text).to.include("\nline 39\n```");
    expect(text).not.to.match(/line 9\b|\r|\u001b/);
  });

  it("has no changes to tell of where there are none", () => {
    const text = comment([facts({ plan: { steps: plan.steps.slice(0, 1), diagnostics: [] } })]);

    expect(text).to.include("**Plan:** no changes.\n\n**Access:**");
  });

  describe("of a change of code", () => {
    const files = ["Pulumi.yaml", "iam/evaluate.ts", "iam/trust.ts", "iam/@acme`/x.ts"];

    it("says so in the first line that is seen, and names the places", () => {
      expect(comment([facts()], { otherFiles: files }).split("\n").slice(0, 5)).to.deep.equal([
        marker,
        "",
        "**This change touches more than stack files, so it reports itself what it registers:** `Pulumi.yaml`, `iam/` (3 files). " +
          "The base branch's code reads the settings, decides every request and writes this text. It does not see what the " +
          "changed code would do elsewhere, such as in a deployment: read the code too.",
        "",
        "## What this does to the registry",
      ]);
    });

    it("names a few of many places, and the number of the others", () => {
      const many = Array.from({ length: 1000 }, (_, index) => `folder-${index}/${"n".repeat(200)}`);

      expect(comment([facts()], { otherFiles: many })).to.match(/`folder-14\/` and 985 other places\. /);
    });

    it("has no such line where only stack files change", () => {
      expect(comment([facts()])).not.to.include("touches more");
    });
  });

  it("names the commit that it is about", () => {
    expect(comment([facts()], { commit: "0f".repeat(20) })).to.include(
      `## What \`${"0f".repeat(20)}\` does to the registry`,
    );
  });

  describe("of what a pull request may have chosen", () => {
    const texts = {
      "Markdown and HTML": "`</details> <img src=x> @acme/team | [x](https://evil.example) ```\n## gone",
      "the ends of blocks": "```\n</details>\n# gone\n```",
      "control characters": "\u0000\u001b[31mgone\u001b[0m\r\u0007\u0085\u2028## gone",
      "characters that change the direction": "\u202egone\u202c \u2066gone\u2069\u200f",
      "characters that look like ASCII, or like nothing": "\u0430cme/hub \u3164\u200b\ufeff\ud800 \u{1d41a}",
      "autolinks and references": "https://evil.example www.evil.example #1 GH-1 acme/hub@0123456 evil@evil.example",
    };
    for (const [what, hostile] of Object.entries(texts)) {
      describe(what, () => {
        const party = `domain ${hostile}`;
        const grant = {
          Sid: "One",
          Effect: "Allow",
          Principal: "*",
          Action: "codeartifact:DescribeDomain",
          Resource: "*",
        } as const;
        const after: StackTable = {
          ...table,
          domain: hostile,
          roles: [{ role, job: hostile, may: [hostile] }],
          sections: [
            {
              ...table.sections[0]!,
              party: hostile,
              attempts: [{ ...table.sections[0]!.attempts[0]!, what: hostile, reason: hostile }],
            },
          ],
          documents: [
            { party, kind: "resource", name: hostile, document: { Version: "2012-10-17", Statement: [grant] } },
            {
              party: hostile,
              kind: "trust",
              name: hostile,
              document: { Version: "2012-10-17", Statement: [{ ...grant, Sid: hostile }] },
            },
          ],
          origins: [
            { pattern: `/pypi//${hostile}~`, publish: [hostile], externalUpstream: "ALLOW", internalUpstream: "BLOCK" },
          ],
          mismatches: [{ ...table.sections[0]!.attempts[0]!, what: hostile, seen: "allowed", party: hostile }],
        };
        const all = [
          facts({
            stack: hostile,
            after,
            plan: {
              steps: [
                { op: "create", urn: urn("aws:iam/role:Role", hostile), diffReasons: [hostile] },
                {
                  op: "delete",
                  urn: urn(hostile, hostile),
                  oldState: { protect: true },
                  detailedDiff: { [hostile]: {} },
                },
                { op: "replace", urn: hostile, oldState: { protect: true }, replaceReasons: [hostile] },
              ],
              diagnostics: [{ severity: "error", message: hostile }],
            },
          }),
          facts({ stack: hostile, after: undefined, problem: hostile, plan: undefined, failure: hostile }),
        ];
        const others = { otherFiles: [hostile, `${hostile}/x`], commit: hostile };
        const text = renderSummary(preview(all, others));

        it("reads nothing as Markdown or HTML, and notifies no one", () => {
          const read = text
            .replaceAll(/^```[\s\S]*?^```$/gm, "")
            .split("\n")
            .map((line) => line.replaceAll(/`[^`]*`/g, ""));

          expect(read.join("\n")).not.to.match(/img|acme|evil|gone|@|#\d|GH-|https?:|www\./);
          expect(read.filter((line) => line === "</details>")).to.have.length(2);
          expect(read.filter((line) => line.startsWith("#"))).to.have.length(3);
        });

        it("shows printable ASCII alone", () => {
          expect(text).to.match(/^[\n -~]+$/);
        });

        it("keeps the columns of its tables, and the lines of its list", () => {
          const columns = text
            .split("\n")
            .filter((line) => line.startsWith("|"))
            .map((line) => line.split("|").length - 2);

          expect(columns).to.deep.equal([4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3]);
          expect(
            comment(all, others)
              .split("\n")
              .filter((line) => line.startsWith(">")),
          ).to.have.length(10);
        });
      });
    }
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
    const steps = [{ op: "delete", urn: urn("a:b:C", "kept"), oldState: { protect: true } }];
    const kept = { plan: { steps, diagnostics: [] } };

    it("is whole up to there", () => {
      const text = comment([facts({ before: many(220), after: many(220) })]);

      expect(text).to.have.length.within(55_000, 60_000);
      expect(text).to.match(/<\/details>\n$/);
    });

    it("leaves out the tables, says so and where they are, and keeps what must not be overlooked", () => {
      const text = comment([facts({ before: many(300), after: many(300), ...kept })], { run: "RUN" });

      expect(text).to.have.length.below(2_000);
      expect(text).to.include("**deletes** the protected `kept`");
      expect(text).not.to.include("<details>");
      expect(text).to.match(
        /\n\*\*Cut:\*\* GitHub takes no more here\. Left out: the tables of resources and roles of every stack; the whole is in the summary of the job that judges, "Describe the change": RUN\n$/,
      );
    });

    it("leaves out what changes where that is too long as well, and ends no block half-way", () => {
      const stacks = ["dev", "staging", "prod"].map((stack) =>
        facts({ stack, before: table, after: many(600), ...kept }),
      );
      const text = comment(stacks);

      expect(text).to.have.length.below(3_000);
      expect(text).to.include("**Access:** changes, in 601 lines.").and.not.to.include("```");
      expect(text).to.include(
        "Left out: the lines that change and Pulumi's messages, the tables of resources and roles",
      );
    });

    it("shows of each stack's warnings the first that fit, and how many more there are", () => {
      const mismatches = Array.from({ length: 500 }, (_, index) => ({
        what: `${"w".repeat(200)} ${index}`,
        party: role,
        reason: "",
        expected: "denied" as const,
        seen: "allowed" as const,
      }));
      const text = comment([facts({ after: { ...table, mismatches } }), facts({ stack: "prod", ...kept })]);

      expect(text).to.include(`${"w".repeat(200)} 0\``);
      expect(text).to.match(
        /> - `dev`: \*\*4\d\d more of these do not fit here\*\*\n> - `prod`: \*\*deletes\*\* the protected/,
      );
    });

    it("cuts a long name, and says by how much; of a trust policy it shows all that IAM takes", () => {
      const claim = (length: number) => ({ "token.example:sub": "s".repeat(length) });
      const trust = (length: number): StackTable => ({
        ...table,
        documents: [
          {
            party: "r".repeat(400),
            kind: "trust",
            name: "trust policy",
            document: {
              Version: "2012-10-17",
              Statement: [
                {
                  ...{
                    Sid: "One",
                    Effect: "Allow",
                    Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/token.example" },
                    Action: "sts:AssumeRoleWithWebIdentity",
                  },
                  Condition: { StringEquals: claim(length) },
                },
              ],
            },
          },
        ],
      });

      expect(comment([facts({ after: trust(2048) })])).to.include(
        `\`${"r".repeat(300)}\` (and 100 more characters) **is new and admits** \`sub ${"s".repeat(2048)}\`\n`,
      );
      expect(comment([facts({ after: trust(9000) })])).to.include("` (and 6504 more characters)\n");
    });

    it("stays within the limits of GitHub whatever it is made of", () => {
      const long = "\u{1f600}".repeat(40_000);
      const stacks = Array.from({ length: 9 }, () =>
        facts({
          stack: long,
          after: undefined,
          problem: `${long}\n`.repeat(50),
          plan: {
            steps: Array.from({ length: 1000 }, (_, index) => ({
              ...steps[0]!,
              op: `${"o".repeat(20)}-${String.fromCharCode(97 + (index % 26))}`,
              urn: long,
            })),
            diagnostics: [{ severity: "error", message: long }],
          },
        }),
      );
      const whole = preview(stacks, {
        otherFiles: Array.from({ length: 100 }, (_, index) => `${index}${long}/x`),
        commit: "0".repeat(40),
      });

      expect(Buffer.byteLength(renderComment(whole))).to.be.below(60_000);
      expect(Buffer.byteLength(renderSummary(whole))).to.be.below(1_000_000);
    });
  });
});
