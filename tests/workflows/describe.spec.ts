import { expect } from "chai";
import { marker } from "../../commands/preview/render";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { type PreviewRun, type PullRequest, PullRequests } from "../support/workflows/pullRequests";

/** A role of dev that admits a look-alike of its repository beside the job that it is made for. */
const admitsLookAlike: PullRequest["edits"] = {
  "iam/trust.ts": [
    "return policyDocument({",
    `return policyDocument({
      Sid: "LookAlike",
      Effect: "Allow",
      Principal: { Federated: providerArn },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [\`\${issuer}:aud\`]: audience,
          [\`\${issuer}:sub\`]: subjects(job).map((subject) => subject.replace("integration-hub/", "integration-hub-evil/")),
        },
      },
    }, {`,
  ],
};

const codeLine = /^\*\*This change touches more than stack files, so it reports itself what it registers:\*\* /;
const attacker = "sub repo:orb-integration-hub-evil/orb-integration-hub:environment:dev";
const admits = `> - \`dev\`: \`orb-integration-hub-dev-codeartifact-publisher\` **now also admits** \`${attacker}`;
const against =
  "> - `dev`: **allowed against the settings**, which mean it to be denied: `orb-integration-hub-dev-codeartifact-publisher look-alike owners and repositories`";

describeWorkflows("the comment on a pull request, by preview.yml unchanged", ({ act }) => {
  let requests: PullRequests;

  before(async () => {
    requests = await PullRequests.open(act);
  });

  after(() => {
    requests.close();
  });

  /** The one comment that is there, in lines, and the whole. */
  function commentOf({ comments, log }: PreviewRun): { readonly lines: readonly string[]; readonly body: string } {
    expect(comments, log).to.have.length(1);
    const { body } = comments[0]!;
    expect(Buffer.byteLength(body)).to.be.below(60_001);
    return { body, lines: body.split("\n") };
  }

  const jobs = (describe: "success" | "failure", documents: "success" | "failure" = "success") => ({
    documents,
    describe,
    comment: "success",
  });

  it("is about its commit, and has no line on code where only a stack file changes", async () => {
    const run = await requests.run({ settings: { origins: { private: ["orb~"], public: ["orb-billing"] } } });
    const { body, lines } = commentOf(run);

    expect(run.jobs, run.log).to.deep.equal(jobs("success"));
    expect(lines.slice(0, 6)).to.deep.equal([
      marker,
      "",
      `## What \`${run.head}\` does to the registry`,
      "",
      "> [!CAUTION]",
      "> - `dev`: **a private name opens**: `orb-billing` may come from elsewhere than this registry's publishers, by the package group `/pypi//orb-billing$`",
    ]);
    expect(lines.filter((line) => line.startsWith("> - "))).to.have.length(1);
    expect(body).to.include(
      "+ /pypi//orb-billing$ published to none; from outside through pypi-store; from upstreams to python-packages\n",
    );
    expect(run.summary).to.match(/\d+ attempts on `orb-integration-hub-dev`: all end as the settings mean them\./);
  });

  it("names a job that changed components admit, at its top, and says in its first line that code changes", async () => {
    const run = await requests.run({ edits: admitsLookAlike });
    const { body, lines } = commentOf(run);

    expect(run.jobs, run.log).to.deep.equal(jobs("failure"));
    expect(lines[2]).to.match(codeLine).and.include("`iam/`. ");
    expect(body).to.include(admits).and.include(against);
  });

  it("names it still where the evaluator, the comparison and the renderer are changed so that they would hide it", async () => {
    const run = await requests.run({
      edits: {
        ...admitsLookAlike,
        "iam/evaluate.ts": [
          'find(document, isOnRole ? "trust" : "resource")',
          'find(document, isOnRole ? "trust" : "resource").slice(-1)',
        ],
        "commands/preview/grants.ts": ["return statementsOf({ name, document }, kind)", "return []"],
        "commands/preview/render.ts": ["lines.length > 0", "lines.length > 1000"],
        "commands/preview.ts": ["renderComment(preview)", '"<!-- package-registry preview -->\\nNothing to see"'],
        "commands/access/table.ts": ["expected !== seen", "false"],
        "package.json": [
          '"preview": "node --require ./tools/pulumi/loader.cjs commands/preview.ts"',
          '"preview": "echo Nothing to see"',
        ],
      },
    });
    const { body, lines } = commentOf(run);

    expect(run.jobs, run.log).to.deep.equal(jobs("failure"));
    expect(lines[2]).to.match(codeLine).and.include("`commands/` (4 files), `iam/` (2 files), `package.json`. ");
    expect(body).to.include(admits).and.include(against).and.not.include("Nothing to see");
  });

  it("is not taken from an artifact that another job could have made first", async () => {
    const forged = `${marker}\nNothing to see`;
    const run = await requests.run({
      settings: { tokenLifetime: 1800 },
      artifacts: { comment: { "comment.md": forged }, "plan-dev": { "dev.json": '{"steps":[]}' } },
    });

    expect(run.jobs, run.log).to.deep.equal(jobs("success"));
    expect(commentOf(run).body).to.include("**Plan:** no changes.").and.not.include("Nothing to see");
  });

  it("shows what the change names as text: no Markdown, no HTML, no mention", async () => {
    const run = await requests.run({
      edits: {
        "iam/trust.ts": [
          "{ [`${issuer}:ref`]: job.ref }",
          '{ [`${issuer}:ref`]: "`<img src=x>` @acme/team | [x](https://evil.example)\\n# \\u202e" }',
        ],
      },
      files: { "Pulumi.@acme`.yaml": "config: {}", "@acme/`www.evil.example": "" },
    });
    const { body, lines } = commentOf(run);
    const outside = body.replaceAll(/^```[\s\S]*?^```$/gm, "").replaceAll(/`[^`\n]*`/g, "");

    expect(run.jobs, run.log).to.deep.equal(jobs("failure"));
    expect(lines[2]).to.match(codeLine).and.include("`@acme/`, `iam/`");
    expect(lines.filter((line) => line.startsWith("> - `@acme'`"))).to.deep.equal([
      "> - `@acme'`: **it cannot be judged**: `Pulumi allows no such name of a stack`",
    ]);
    expect(body).to.include(
      "; ref '<img src=x>' @acme/team | [x](https://evil.example) # \\u{202e}; job_workflow_ref ",
    );
    expect(outside).not.to.match(/@|<img|evil|acme/);
  });

  it("is bounded where a change is enormous, says what was cut and where it is, and keeps what counts", async () => {
    const packages = Array.from({ length: 400 }, (_, index) => `orb-${"p".repeat(40)}-${index}`);
    const publishers = Array.from({ length: 12 }, (_, index) => ({
      ...{
        name: `n${index}`,
        repository: `acme/hub-${"h".repeat(80)}${index}`,
        repositoryId: 700000001,
        ownerId: 700000002,
      },
      ref: "refs/heads/main",
      workflow: ".github/workflows/deploy.yml",
      environment: "e".repeat(200),
      packages: packages.slice(index * 30, index * 30 + 30),
    }));
    const run = await requests.run({
      settings: { packages, publishers, readers: undefined },
      artifacts: {
        "plan-dev": {
          "dev.json": JSON.stringify({
            steps: Array.from({ length: 20_000 }, (_, index) => ({
              op: "create",
              urn: `a::b::c::${"d".repeat(200)}${index}`,
            })),
          }),
        },
      },
    });
    const { body } = commentOf(run);

    expect(run.jobs, run.log).to.deep.equal(jobs("success"));
    expect(body).to.match(
      /\n\*\*Cut:\*\* GitHub takes no more here\. Left out: .* of every stack; the whole is in the summary of the job that judges, "Describe the change": \S+\/acme\/registry\/actions\/runs\/\d+\n$/,
    );
    expect(body)
      .to.include("**every publisher is locked out**")
      .and.include("`orb-integration-hub-dev-codeartifact-publisher-n11` **is new and admits**");
    expect(body).to.include("**Plan:** 20000 to create.");
  });

  it("says that nothing was judged where the program does not run, in place of an earlier commit's comment", async () => {
    const former = { id: 1, user: { login: "github-actions[bot]" }, body: `${marker}\nAll is well` };
    const run = await requests.run(
      { edits: { "index.ts": ["readSettings();", "readSettings(); throw new Error();"] } },
      [former],
    );
    const { body } = commentOf(run);

    expect(run.jobs, run.log).to.deep.equal(jobs("failure"));
    expect(body).to.include(
      "> - `dev`: **it cannot be judged**: `its program registered nothing; see the log of the job that runs it`",
    );
    expect(body).not.to.include("All is well");
  });

  it("says that nothing was judged where the base branch has no command for it yet, and fails", async () => {
    const run = await requests.run({ inBase: { "package.json": ['"preview":', '"former-preview":'] } });
    const { body } = commentOf(run);

    expect(run.jobs, run.log).to.deep.equal(jobs("failure"));
    expect(body).to.equal(
      `${marker}\n\n**Commit \`${run.head}\` was not judged:** the base branch has no command \`npm run preview\` yet. It judges ` +
        "the next change once this one is merged. Its changes are unknown here: read all of them.\n",
    );
  });

  it("says that nothing was judged where the job that judges fails before it could say so", async () => {
    const run = await requests.run({ base: "0".repeat(40) });

    expect(run.jobs, run.log).to.deep.equal(jobs("failure"));
    expect(commentOf(run).body).to.equal(
      `${marker}\n\n**Commit \`${run.head}\` was not judged:** the job "Describe the change" failed; its log says why.\n`,
    );
  });

  it("says that nothing was judged where the base branch's command fails, and fails", async () => {
    const run = await requests.run({
      inBase: { "commands/preview.ts": ["const base = process.cwd();", "const base = undefined.x;"] },
    });

    expect(run.jobs, run.log).to.deep.equal(jobs("failure"));
    expect(commentOf(run).body).to.match(
      /was not judged:\*\* the base branch's command ended with 1; see the log of the job "Describe the change"\. /,
    );
  });
});
