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

  it("names files and folders that exist, a folder with a slash at its end, each with one owner", () => {
    expect(rules).to.have.length.above(15);
    for (const [path, ...owners] of rules) {
      expect(
        files.some((file) => (path.endsWith("/") ? `/${file}`.startsWith(path) : `/${file}` === path)),
        path,
      ).to.equal(true);
      expect(owners, path).to.deep.equal(["@OWNER/registry-owners"]);
    }
  });

  it("names what decides access, and leaves the rest to every reviewer", () => {
    const isOwned = (file: string) =>
      rules.some(([path]) => (path.endsWith("/") ? `/${file}`.startsWith(path) : `/${file}` === path));
    const decides =
      /^(?:iam|naming|components|settings|bootstrap|commands|tools|\.github|\.ci|docs\/organization)\/|^(?:index|settings|clientSettings)\.ts$|^Pulumi(?:\.\w+)?\.yaml$|^package(?:-lock)?\.json$|^\.npmrc$/;

    expect(files.filter((file) => decides.test(file) && !isOwned(file))).to.deep.equal([]);
    expect(["README.md", "tests/repository.spec.ts", "sandbox/server.ts"].filter(isOwned)).to.deep.equal([]);
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

  /** Where Dependabot looks for a manifest of an ecosystem, or nothing for a file that is none. */
  function covering(file: string): readonly [ecosystem: string, directory: string] | undefined {
    const directory = dirname(`/${file}`);
    if (/(?:^|\/)package\.json$/.test(file)) {
      return ["npm", directory];
    }
    if (/(?:^|\/)(?:requirements\.(?:txt|in)|Pipfile|pyproject\.toml)$/.test(file)) {
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

  // The draft of the original plan is kept as it was; a stand-in is a test's own action and uses none.
  const manifests = files
    .filter((file) => !/^tests\/examples\/draft\/|\/standIns\//.test(file))
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
