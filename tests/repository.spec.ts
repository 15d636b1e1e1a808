import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";

const project = resolve(__dirname, "..");
const read = (file: string) => readFileSync(join(project, file), "utf8");

/** Files of the repository, from its root on. */
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: project,
  encoding: "utf8",
})
  .trim()
  .split("\n")
  .filter((file) => existsSync(join(project, file)));

describe("CODEOWNERS", () => {
  const rules = read(".github/CODEOWNERS")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(/\s+/) as [string, ...string[]]);

  /** Whether a rule's path, which may have a `*`, matches a file. Source: https://docs.github.com/articles/about-code-owners */
  function matches(path: string, file: string): boolean {
    const pattern = path.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*");
    return new RegExp(`^${pattern}${path.endsWith("/") ? "" : "$"}`).test(`/${file}`);
  }

  it("names files and folders that exist, a folder with a slash at its end, each with an owner", () => {
    expect(rules).to.have.length.above(15);
    for (const [path, ...owners] of rules) {
      expect(
        files.some((file) => matches(path, file)),
        path,
      ).to.equal(true);
      // A team writes its own owners.
      expect(owners, path).to.have.length.above(0);
      expect(
        owners.filter((owner) => !/^@[\w-]+(?:\/[\w.-]+)?$/.test(owner)),
        path,
      ).to.deep.equal([]);
    }
  });

  it("names what decides access, and leaves the rest to every reviewer", () => {
    const isOwned = (file: string) => rules.some(([path]) => matches(path, file));
    const decides =
      /^(?:iam|naming|components|settings|bootstrap|policies|commands|tools|\.github|\.ci|docs\/organization)\/|^(?:index|settings|clientSettings)\.ts$|^Pulumi(?:\..+)?\.yaml$|^package(?:-lock)?\.json$|^\.npmrc$/;

    expect(files.filter((file) => decides.test(file) && !isOwned(file))).to.deep.equal([]);
    expect(["README.md", "tests/repository.spec.ts", "sandbox/sandbox.ts"].filter(isOwned)).to.deep.equal([]);
  });
});

interface Update {
  readonly "package-ecosystem": string;
  readonly directories: readonly string[];
  readonly schedule: { readonly interval: string };
  readonly cooldown: Readonly<Record<string, number>>;
}

describe("dependabot.yml", () => {
  const { version, updates } = parse(read(".github/dependabot.yml")) as {
    readonly version: number;
    readonly updates: readonly Update[];
  };

  /** Where Dependabot looks for a manifest of an ecosystem, or undefined for any other file. */
  function covering(file: string): readonly [ecosystem: string, directory: string] | undefined {
    const directory = dirname(`/${file}`);
    if (/(?:^|\/)package\.json$/.test(file)) {
      return ["npm", directory];
    }
    if (/(?:^|\/)(?:requirements(?:-\w+)?\.(?:txt|in)|Pipfile|pyproject\.toml)$/.test(file)) {
      return ["pip", directory];
    }
    if (/(?:^|\/)go\.mod$/.test(file)) {
      return ["gomod", directory];
    }
    if (/(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/.test(file)) {
      return ["github-actions", directory === "/.github/workflows" ? "/" : directory];
    }
    return /(?:^|\/)action\.ya?ml$/.test(file) ? ["github-actions", directory] : undefined;
  }

  // The draft of the original plan is kept as it was; a stand-in is a test's own action and uses none; a fixture's package.json
  // names a program and no dependency, and so does that of the policy pack.
  const manifests = files
    .filter((file) => !/^tests\/fixtures\/|\/standIns\/|^policies\//.test(file))
    .flatMap((file) => {
      const found = covering(file);
      return found === undefined ? [] : [{ file, place: found.join(" ") }];
    });
  const covered = updates.flatMap((update) => update.directories.map((one) => `${update["package-ecosystem"]} ${one}`));

  it("covers every manifest of the repository, and names no folder without one", () => {
    expect(version).to.equal(2);
    expect(manifests.map(({ file }) => file)).to.include.members([
      "package.json",
      "tools/workflows/go.mod",
      ".github/workflows/deploy.yml",
    ]);
    expect(manifests.filter(({ place }) => !covered.includes(place)).map(({ file }) => file)).to.deep.equal([]);
    expect(covered.filter((one) => !manifests.some(({ place }) => place === one))).to.deep.equal([]);
    expect(new Set(covered).size).to.equal(covered.length);
  });

  it("waits at least a week, with keys that the ecosystem knows", () => {
    for (const { "package-ecosystem": ecosystem, schedule, cooldown } of updates) {
      const known = ecosystem === "github-actions" ? ["default-days"] : ["default-days", "semver-major-days"];

      expect(schedule.interval, ecosystem).to.equal("weekly");
      expect(cooldown["default-days"], ecosystem).to.be.at.least(7);
      expect(
        Object.keys(cooldown).filter((key) => !known.includes(key)),
        ecosystem,
      ).to.deep.equal([]);
    }
  });
});

describe("SECURITY.md", () => {
  it("leads to files and pages that exist, and gives no address of mail", () => {
    const text = read("SECURITY.md");
    const links = [...text.matchAll(/\]\((?!https:)([^)#]+)/g)].map(([, path = ""]) => path);
    const named = [...text.matchAll(/`([\w.]+\/[\w./-]*)`/g)].map(([, path = ""]) => path);

    expect([...links, ...named]).to.have.length.above(12);
    expect([...links, ...named].filter((path) => !existsSync(join(project, path)))).to.deep.equal([]);
    expect(text).not.to.match(/@|mailto/);
  });
});

describe("examples/stack-reference", () => {
  it("installs as the project does: exact versions, and no script of a package runs", () => {
    expect(read("examples/stack-reference/.npmrc")).to.equal(read(".npmrc"));
    expect(read(".npmrc")).to.match(/^ignore-scripts=true$/m);
  });
});

describe("what a team does not edit", () => {
  /** Whether a line of a program or workflow has a name of the example's, other than in a comment, an example or a path. */
  const usesExampleName = (line: string) =>
    /\borb\b|integration-hub/.test(line) &&
    !/^\s*(?:\*|\/\/|\/\*|#)|\bas in\b|examples\/integration-hub|tests\/fixtures\/orb/.test(line);

  it("has no name of the example's", () => {
    const programs = files.filter(
      (file) =>
        /\.(?:[cm]?[jt]s|ya?ml|sh|py|json)$|^\.ci\//.test(file) &&
        !/^(?:tests|docs|examples)\/|(?:^|\/)(?:package-lock\.json|Pulumi(?:\..+)?\.yaml)$/.test(file),
    );
    const lines = programs.flatMap((file) =>
      read(file)
        .split("\n")
        .map((line, index) => ({ place: `${file}:${index + 1}`, line })),
    );

    expect(programs).to.include.members(["commands/tour.ts", ".github/workflows/deploy.yml", ".ci/run"]);
    expect(lines.filter(({ line }) => usesExampleName(line)).map(({ place }) => place)).to.deep.equal([]);
  });

  it("may show one as an example", () => {
    expect(usesExampleName("  // as orb-common")).to.equal(false);
    expect(usesExampleName('"Name one, as in orb-common==1.4.0"')).to.equal(false);
    expect(usesExampleName('const customer = "orb";')).to.equal(true);
    expect(usesExampleName("role-to-assume: orb-integration-hub-dev-deploy")).to.equal(true);
  });
});
