import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Person } from "../support/clients/person";
import { clientTools, pinnedVersion } from "../support/clients/tools";
import { runCommand } from "../support/commands/processes";
import { shipped } from "../support/deployments";
import { describePulumi } from "../support/describePulumi";
import { codeBlocks, consoleCommands, sectionOf } from "../support/docs/document";
import { documents, textOf } from "../support/docs/markdown";

/** README, and the documents that people follow. */
const pages = documents().filter((page) => page === "README.md" || /^docs\/(?!reference\/)/.test(page));

/** Documents whose commands other tests run, as they are written. */
const witnesses: Readonly<Record<string, string>> = {
  "docs/consumers.md": "tests/docs/consumersCommands.spec.ts",
  "docs/incidents.md": "tests/docs/incidents/document.spec.ts",
  "docs/lambda.md": "tests/examples/lambdaDeploy.spec.ts",
  "docs/operations.md": "tests/docs/operations.spec.ts",
};

interface DocumentedCommand {
  readonly page: string;
  /** On one line, without a comment, a redirection or the programs behind a pipe. */
  readonly words: string;
}

/** The commands of all pages, those that are joined by `&&` one by one. */
const commands: readonly DocumentedCommand[] = pages.flatMap((page) =>
  consoleCommands(textOf(page)).flatMap((command) =>
    command.split(/ *&&\s+/).map((words) => ({ page, words: words.replace(/ +(?:#|[|>] ?).*$/s, "") })),
  ),
);

const of = (program: string) => commands.filter(({ words }) => words.startsWith(`${program} `));
const unique = (of: readonly DocumentedCommand[]) => [...new Set(of.map(({ words }) => words))];

describe("the commands of README and docs", () => {
  const scripts = Object.keys((JSON.parse(shipped("package.json")) as { scripts: object }).scripts);

  it("are each run by a test, or compared with the program that takes them", () => {
    const compared = ["npm", "aws", "pulumi", "git"];
    const others = commands.filter(
      ({ page, words }) => witnesses[page] === undefined && !compared.includes(words.split(" ")[0] ?? ""),
    );

    expect(commands).to.have.length.above(170);
    expect(unique(others).map((words) => words.slice(0, 60))).to.deep.equal([
      // The settings' errors give this line.
      "gh api repos/OWNER/NAME --jq '.id, .owner.id'",
      // tests/examples/planMigration.spec.ts and lambdaDeploy.spec.ts
      ".github/actions/codeartifact-login/registry_login.py run --r",
      "python3 .github/registry/lambda/deploy_lambda.py rollback --",
      // Of GitHub's CLI, and run by no test.
      "gh search code --owner orb-integration-hub orb-integration-h",
      "gh secret list --env dev",
      // tests/docs/organization.spec.ts
      "mkdir filled",
      "cd docs/organization",
      'for file in *.json; do\n    jq -c . "$file"',
      "cd ../..",
    ]);
    for (const [page, witness] of Object.entries(witnesses)) {
      expect(existsSync(join(__dirname, "../..", witness)), witness).to.equal(true);
      expect(`${shipped(witness)}${shipped("tests/support/docs/incident.ts")}`).to.include(page);
    }
  });

  it("ask for GitHub's numbers as the settings' errors do", () => {
    expect(shipped("settings/githubJobs.ts")).to.include(`Read both with: ${of("gh api")[0]!.words}`);
  });

  it("name scripts of this project, also within sentences", () => {
    const named = pages.flatMap((page) => [...textOf(page).matchAll(/npm run ([\w:]+)/g)].map(([, name = ""]) => name));

    expect(named).to.have.length.above(90);
    expect(named.filter((name) => !scripts.includes(name))).to.deep.equal([]);
  });

  /** Parses a command's options as the command does, and runs nothing. */
  const parse = (words: string) => {
    const [, name = "", options = ""] = /^npm (?:run )?([\w:]+)(?: -- (.*))?$/.exec(words) ?? [];
    return runCommand(name === "start" ? "tour" : name, [
      ...options.split(" ").filter((word) => word !== ""),
      "--help",
    ]);
  };

  for (const words of unique(of("npm")).filter((each) => !/^npm (?:ci|test)$/.test(each))) {
    it(`has the script and the options: ${words.slice(0, 70)}`, async () => {
      const { exitCode, stderr } = await parse(words);

      expect(exitCode, stderr).to.equal(0);
    });
  }

  it("would report an option that does not exist", async () => {
    const { exitCode, stderr } = await parse("npm run promote -- --form dev --to staging");

    expect([exitCode, stderr.split("\n")[0]]).to.deep.equal([
      2,
      "error: Unknown option '--form'. Did you mean --format?",
    ]);
  });
});

describe(`the aws commands of README and docs, with the AWS CLI ${pinnedVersion("awscli")}`, () => {
  let person: Person;

  before(async () => {
    person = new Person(await clientTools());
    person.write("infrastructure/cloudformation/codeartifact.yml", "Resources: {}\n");
    person.write("filled/service-control-registry.json", "{}");
  });

  after(() => {
    person.leave();
  });

  // `deploy` and `wait` are of the CLI alone, and take no skeleton: with an option that does not exist they end before they ask.
  for (const words of unique(of("aws")).filter((each) => !/^aws cloudformation (?:deploy|wait) /.test(each))) {
    it(`have the operation and the options: ${words.slice(0, 70)}`, async () => {
      const line = `pulumi() { echo arn:aws:iam::123456789012:policy/reader; }\n${words} --generate-cli-skeleton input`;
      const environment = { AWS_DEFAULT_REGION: "us-east-1", ...variables };
      const known = await person.shell(line, environment);
      const unknown = await person.shell(`${line} --no-such-option`, environment);

      expect(known.exitCode, known.text).to.equal(0);
      expect(unknown.exitCode).not.to.equal(0);
    });
  }
});

/** What the commands of a runbook find in their shell. */
const variables = Object.fromEntries(
  ["ACCESS_KEY", "DOMAIN", "KEY", "PACKAGE", "REPOSITORY", "ROLE", "SINCE", "VERSION"].map((name) => [name, "x"]),
);

describePulumi("the pulumi commands of README and docs", (cli) => {
  for (const words of unique(of("pulumi"))) {
    it(`have the command and the options: ${words.slice(0, 70)}`, () => {
      const options = [...words.matchAll(/ (--[\w-]+)/g)].map(([, option = ""]) => option);
      const [, command = ""] = /^pulumi ((?:(?:stack|config|state) )?[a-z]+)/.exec(words) ?? [];
      const help = execFileSync("pulumi", [...command.split(" "), "--help"], {
        encoding: "utf8",
        env: { PATH: cli.path },
      });

      // An alias, such as `stack init`, has the help of its command.
      expect(help).to.match(new RegExp(`^Usage:\n +pulumi ${command.replace("init", "(?:init|new)")}\\b`, "m"));
      expect(options.filter((option) => !new RegExp(`${option}\\b`).test(help))).to.deep.equal([]);
    });
  }
});

describe("the git commands of docs/setup.md", () => {
  it("merge a later version into a team's copy", () => {
    const directory = mkdtempSync(join(tmpdir(), "package-registry-merge-"));
    const git = (folder: string, ...words: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.com", ...words], {
        cwd: join(directory, folder),
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    try {
      git("", "init", "--quiet", "project");
      git("project", "commit", "--quiet", "--allow-empty", "--message", "First");
      git("", "clone", "--quiet", "project", "team");
      git("project", "commit", "--quiet", "--allow-empty", "--message", "Later");
      git("project", "tag", "v0.1.0");
      const lines = consoleCommands(sectionOf("docs/setup.md", "Later versions"));
      for (const line of lines) {
        git("team", ...line.replace("ADDRESS", join(directory, "project")).split(" ").slice(1));
      }

      expect(lines).to.have.length(3);
      expect(git("team", "log", "--format=%s", "-1").trim()).to.equal("Later");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("the blocks of code in README and docs", () => {
  const limit = 100;

  /** Lines that a reader would have to scroll. One that is a long name or ARN behind at most one other word cannot be broken. */
  const tooLong = (text: string) =>
    codeBlocks(text)
      .flatMap((block) => block.text.split("\n"))
      .filter((line) => line.length > limit && line.trim().split(" ").length > 2);

  for (const page of documents().filter((one) => one === "README.md" || one.startsWith("docs/"))) {
    it(`have no line of more than ${limit} characters: ${page}`, () => {
      expect(tooLong(textOf(page))).to.deep.equal([]);
    });
  }

  it("would be reported with a longer one", () => {
    const line = `$ npm run promote -- ${"x ".repeat(50)}`;

    expect(tooLong(`\`\`\`console\n${line}\n\`\`\`\n`)).to.deep.equal([line]);
    expect(tooLong(`\`\`\`yaml\nkey: ${"x".repeat(120)}\n\`\`\`\n`)).to.deep.equal([]);
  });
});
