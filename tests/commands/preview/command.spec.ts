import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { marker } from "../../../commands/preview/render";
import { projectDirectory } from "../../support/deployments";
import { exampleFile, exampleProject } from "../../support/exampleProject";
import { commitAll } from "../../support/gitRepository";
import { type Ended, runCommand } from "../../support/commands/processes";

/** A change against a base that has three stacks, in which every job is known. */
interface Made {
  /** Settings of a stack that the change sets, by their names; undefined takes one away. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Files that it adds or changes, as they are committed. */
  readonly files?: Readonly<Record<string, string>>;
  /** Alters what its program wrote down. */
  readonly documents?: (documents: string) => string;
  readonly plans?: Readonly<Record<string, string>>;
}

/** The comment, the text for the summary, and how the command ended. */
interface Written extends Ended {
  readonly summary: string;
}

describe("npm run preview", () => {
  let folder: string;
  const stacks = ["dev", "prod"];

  function configuration(stack: string, settings: Readonly<Record<string, unknown>> = {}): string {
    const { config } = parse(exampleFile(`Pulumi.${stack}.yaml`)) as { config: Record<string, readonly object[]> };
    const known = (key: string) => config[key]?.map((job) => ({ ...job, repositoryId: 700000003, ownerId: 700000002 }));
    return stringify({
      config: {
        ...config,
        "package-registry:publishers": known("package-registry:publishers"),
        "package-registry:readers": known("package-registry:readers"),
        ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [`package-registry:${key}`, value])),
      },
    });
  }

  function project(side: string, settings?: Readonly<Record<string, unknown>>): string {
    const directory = join(folder, side);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "package.json"), JSON.stringify({ main: join(projectDirectory, "index.ts") }));
    cpSync(join(exampleProject, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
    for (const stack of stacks) {
      writeFileSync(join(directory, `Pulumi.${stack}.yaml`), configuration(stack, stack === "dev" ? settings : {}));
    }
    return directory;
  }

  async function documentsOf(directory: string): Promise<Readonly<Record<string, string>>> {
    const ended = await Promise.all(
      stacks.map(async (stack) => {
        const { exitCode, stdout } = await runCommand("access", ["--stack", stack, "--format", "documents"], {
          directory,
        });
        return exitCode === 0 ? [[stack, stdout] as const] : [];
      }),
    );
    return Object.fromEntries(ended.flat());
  }

  let ofBase: Readonly<Record<string, string>>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "package-registry-preview-"));
    ofBase = await documentsOf(project("base"));
    await commitAll(join(folder, "base"));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function preview({ settings, files = {}, documents = (text) => text, plans = {} }: Made): Promise<Written> {
    for (const name of ["change", "documents", "plans", "summary.md"]) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
    const change = project("change", settings);
    const written = settings === undefined ? ofBase : { ...ofBase, ...(await documentsOf(change)) };
    mkdirSync(join(folder, "documents"));
    for (const [stack, text] of Object.entries(written)) {
      writeFileSync(join(folder, "documents", `${stack}.json`), stack === "dev" ? documents(text) : text);
    }
    mkdirSync(join(folder, "plans"));
    for (const [name, text] of Object.entries(plans)) {
      writeFileSync(join(folder, "plans", name), text);
    }
    for (const [path, text] of Object.entries(files)) {
      writeFileSync(join(change, path), text);
    }
    await commitAll(change);
    const options = ["change", "documents", "plans"].flatMap((name) => [`--${name}`, join(folder, name)]);
    const ended = await runCommand(
      "preview",
      [...options, "--commit", "0123abc", "--run", "RUN", "--summary", join(folder, "summary.md")],
      { directory: join(folder, "base") },
    );
    return { ...ended, summary: readFileSync(join(folder, "summary.md"), "utf8") };
  }

  const warnings = ({ stdout }: Ended) => stdout.match(/^> - .*$/gm) ?? [];

  it("tells nothing of a change without effect, judges it, and ends with 0", async () => {
    const written = await preview({ plans: { "dev.json": '{"steps": []}' } });

    expect([written.exitCode, written.stderr]).to.deep.equal([0, ""]);
    expect(written.stdout.split("\n").slice(0, 3)).to.deep.equal([
      marker,
      "",
      "## What `0123abc` does to the registry",
    ]);
    expect(written.stdout).to.include("touches what is protected, as far as it could be looked at: `prod` not in full");
    expect(written.stdout.match(/^### .*$/gm)).to.deep.equal(["### `dev`", "### `prod`"]);
    expect(written.stdout.match(/^\*\*Access:\*\* as on the base branch\.$/gm)).to.have.length(2);
    expect(written.stdout).to.include("### `dev`\n\n**Plan:** no changes.");
    for (const stack of stacks) {
      expect(written.summary).to.match(
        new RegExp(`\\d+ attempts on \`orb-integration-hub-${stack}\`: all end as the settings mean them\\.`),
      );
    }
  });

  it("tells what a change of a stack file does, without a line on code", async () => {
    const written = await preview({ settings: { origins: { private: ["orb~"], public: ["orb-billing"] } } });

    expect(written.exitCode).to.equal(0);
    expect(written.stdout).not.to.include("touches more than stack files");
    expect(warnings(written)).to.deep.equal([
      "> - `dev`: **a private name opens**: `orb-billing` may come from elsewhere than this registry's publishers, by the package group `/pypi//orb-billing$`",
    ]);
  });

  it("says in its first line that code changes, with the documents as they were", async () => {
    const written = await preview({
      files: { "index.ts": "", "Pulumi.yaml": `${exampleFile("Pulumi.yaml")}\n# more\n` },
    });

    expect(written.exitCode).to.equal(0);
    expect(written.stdout.split("\n")[2]).to.match(
      /^\*\*This change touches more than stack files, so it reports itself what it registers:\*\* `Pulumi\.yaml`, `index\.ts`\. /,
    );
  });

  it("names a job that the documents admit against the settings, and ends with 1", async () => {
    const lookAlike = (text: string) =>
      text.replaceAll(
        "repo:orb-integration-hub/orb-integration-hub:environment:dev",
        "repo:orb-integration-hub-evil/orb-integration-hub:environment:dev",
      );
    const written = await preview({ documents: lookAlike });

    expect(written.exitCode).to.equal(1);
    expect(warnings(written).join("\n"))
      .to.include(
        "**denied against the settings**, which mean it to be allowed: `orb-integration-hub-dev-codeartifact-publisher the job, its subject by name`",
      )
      .and.match(/\*\*now also admits\*\* `sub repo:orb-integration-hub-evil\/orb-integration-hub:environment:dev or /);
  });

  it("does not judge a stack whose documents are not read, says so, judges the others, and ends with 1", async () => {
    const written = await preview({ documents: (text) => text.slice(0, -9) });

    expect(written.exitCode).to.equal(1);
    expect(warnings(written)).to.deep.equal([
      "> - `dev`: **it cannot be judged**: `what its program registered is not read: not JSON`",
    ]);
    expect(written.stdout).to.match(/### `prod`[^#]*\*\*Access:\*\* as on the base branch\./);
  });

  it("shows of a plan that is hostile nothing but text, and the end of what Pulumi printed", async () => {
    const urn = "urn:pulumi:dev::p::a:b:C::`</details>@acme/team\u202e";
    const written = await preview({
      plans: {
        "dev.json": JSON.stringify({
          steps: [{ op: "create", urn }],
          diagnostics: [{ severity: "error", message: "urn:pulumi:".repeat(400_000) }],
        }),
        "prod.json": "",
        "prod.log": `${"x".repeat(50_000)}\nerror: \`\`\`no credentials @acme/team`,
      },
    });

    expect(written.stdout).to.include("| `create` | `a:b:C` | `'</details>@acme/team\\u{202e}` |  |");
    expect(written.stdout).to.match(/> - `dev`: \*\*it cannot be deployed\*\*: `(?:urn:pulumi:)+/);
    expect(written.stdout).to.include("\nerror: '''no credentials @acme/team\n```");
    expect(written.stdout.length).to.be.below(20_000);
  });

  it("needs the change, and says so", async () => {
    const { exitCode, stderr } = await runCommand("preview", []);

    expect(exitCode).to.equal(2);
    expect(stderr).to.match(/^error: --change is missing: .*\nSee npm run preview -- --help\n$/);
  });
});
