import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { deployWorkflow } from "../bootstrap/settings";
import { projectDirectory } from "./support/deployments";
import { exampleProject } from "./support/exampleProject";
import { teamFileErrors } from "./support/teamFiles";

/** Files by their paths: how each text changes, or nothing for one that is removed. */
type Changes = Readonly<Record<string, ((text: string) => string) | undefined>>;

/** The errors of the example project's files with these changes. */
function errorsWith(changes: Changes): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), "package-registry-team-"));
  try {
    cpSync(exampleProject, directory, { recursive: true });
    mkdirSync(join(directory, dirname(deployWorkflow)), { recursive: true });
    writeFileSync(join(directory, deployWorkflow), "on: { push: { branches: [develop, main] } }\n");
    for (const [path, change] of Object.entries(changes)) {
      const file = join(directory, path);
      if (change === undefined) {
        rmSync(file);
      } else {
        writeFileSync(file, change(readFileSync(file, "utf8")));
      }
    }
    return teamFileErrors(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const replacing = (from: string | RegExp, to: string) => (text: string) => {
  expect(text).to.match(typeof from === "string" ? new RegExp(from) : from);
  return text.replace(from, to);
};
const appending = (line: string) => (text: string) => `${text}${line}\n`;

const account = "bootstrap/Pulumi.account.yaml";
const withIds = replacing(/Id: 0$/gm, "Id: 7");

describe("the Pulumi.yaml, stack files and bootstrap files of this project's team", () => {
  it("keep the rules, whatever the team's values and stacks are", () => {
    expect(teamFileErrors(projectDirectory)).to.deep.equal([]);
  });
});

describe("the rules for a team's files", () => {
  for (const [what, changes] of [
    ["the example's files", {}],
    [
      "ids that are filled in everywhere",
      { "Pulumi.dev.yaml": withIds, "Pulumi.staging.yaml": withIds, "Pulumi.prod.yaml": withIds, [account]: withIds },
    ],
    ["two stacks alone", { "Pulumi.staging.yaml": undefined, [account]: replacing(/ +staging: .*\n/, "") }],
    ["a stack that a person deploys, without bootstrap", { [account]: replacing(/ +staging: .*\n/, "") }],
    [
      "other branches, which the workflow runs on",
      {
        [deployWorkflow]: replacing("develop, main", "trunk, main"),
        [account]: replacing("refs/heads/develop", "refs/heads/trunk"),
      },
    ],
    ["no workflow that deploys", { [deployWorkflow]: undefined }],
    ["no bootstrap at all", { [account]: undefined }],
    [
      "other names in all files",
      {
        "Pulumi.yaml": replacing("customerId: orb", "customerId: acme"),
        "bootstrap/Pulumi.yaml": replacing("customerId: orb", "customerId: acme"),
      },
    ],
    ["an account for the stack alone", { "Pulumi.dev.yaml": appending('  aws:allowedAccountIds: ["012345678901"]') }],
  ] satisfies readonly (readonly [string, Changes])[]) {
    it(`accept ${what}`, () => {
      expect(errorsWith(changes)).to.deep.equal([]);
    });
  }

  for (const [what, changes, errors] of [
    [
      "a setting that the program rejects",
      { "Pulumi.prod.yaml": appending("  package-registry:tokenLifetime: 5") },
      [/^Pulumi\.prod\.yaml: 1 setting is wrong [^]*tokenLifetime: "5" is not/, /lists prod, and there is no valid/],
    ],
    [
      "a setting that bootstrap rejects",
      { [account]: appending("  package-registry-bootstrap:typo: x") },
      [/^bootstrap\/Pulumi\.account\.yaml: 1 setting is wrong [^]*typo: there is no such setting/],
    ],
    [
      "a file that is not YAML",
      { "Pulumi.dev.yaml": () => "config: [" },
      [/^Pulumi\.dev\.yaml: Pulumi\.dev\.yaml is not YAML/, /lists dev, and there is no valid Pulumi\.dev\.yaml/],
    ],
    [
      "another name of the project",
      { "bootstrap/Pulumi.yaml": replacing("name: package-registry-bootstrap", "name: acme") },
      [
        /^bootstrap\/Pulumi\.account\.yaml: bootstrap\/Pulumi\.yaml: name is acme\. Write package-registry-bootstrap\.$/,
      ],
    ],
    [
      "no stack",
      {
        "Pulumi.dev.yaml": undefined,
        "Pulumi.staging.yaml": undefined,
        "Pulumi.prod.yaml": undefined,
        [account]: undefined,
      },
      [/^There is no stack file: no Pulumi\.NAME\.yaml\.$/],
    ],
    [
      "ids that are filled in in one file alone",
      { "Pulumi.dev.yaml": withIds },
      Array.from(
        { length: 5 },
        () =>
          /orb-integration-hub has repositoryId 0 and ownerId 0, and repositoryId 7 and ownerId 7 in Pulumi\.dev\.yaml\.$/,
      ),
    ],
    [
      "one of a repository's two ids",
      { [account]: replacing("ownerId: 0", "ownerId: 7") },
      [
        /^bootstrap\/Pulumi\.account\.yaml: orb-integration-hub\/package-registry has repositoryId 0 and ownerId 7: fill in both/,
      ],
    ],
    [
      "a stack of bootstrap that has no file",
      { "Pulumi.staging.yaml": undefined },
      [/^bootstrap\/Pulumi\.account\.yaml: environments lists staging, and there is no valid Pulumi\.staging\.yaml\.$/],
    ],
    [
      "a customer that bootstrap calls otherwise",
      { "bootstrap/Pulumi.yaml": replacing("customerId: orb", "customerId: acme") },
      ["dev", "prod", "staging"].map(
        (stack) =>
          new RegExp(
            `^bootstrap/Pulumi\\.account\\.yaml: customerId is acme, and orb for Pulumi\\.${stack}\\.yaml\\.$`,
          ),
      ),
    ],
    [
      "a stack in another region than its account is prepared in",
      { "Pulumi.prod.yaml": replacing("us-east-1", "eu-central-1") },
      [/: aws:region is us-east-1, and eu-central-1 for Pulumi\.prod\.yaml\.$/],
    ],
    [
      "a branch that the workflow does not run on",
      { [account]: replacing("refs/heads/develop", "refs/heads/trunk") },
      [/: environments has refs\/heads\/trunk for dev, and \.github\/workflows\/deploy\.yml does not run there\.$/],
    ],
    [
      "a stack in another account than bootstrap's",
      {
        "Pulumi.prod.yaml": appending('  aws:allowedAccountIds: ["012345678901"]'),
        [account]: replacing("config:", 'config:\n  aws:allowedAccountIds: ["123456789012"]'),
      },
      [/: aws:allowedAccountIds is \["123456789012"\], and \["012345678901"\] for Pulumi\.prod\.yaml\.$/],
    ],
  ] satisfies readonly (readonly [string, Changes, readonly RegExp[]])[]) {
    it(`reject ${what}`, () => {
      const found = errorsWith(changes);

      expect(found, found.join("\n")).to.have.length(errors.length);
      found.forEach((error, index) => {
        expect(error).to.match(errors[index]!);
      });
    });
  }

  it("accept another team's files", () => {
    expect(teamFileErrors(join(__dirname, "fixtures/acme"))).to.deep.equal([]);
  });

  it("reject a stack that two accounts of bootstrap list", () => {
    const directory = mkdtempSync(join(tmpdir(), "package-registry-team-"));
    try {
      cpSync(exampleProject, directory, { recursive: true });
      cpSync(join(directory, account), join(directory, "bootstrap/Pulumi.second.yaml"));

      expect(teamFileErrors(directory)).to.deep.equal(
        ["dev", "prod", "staging"].map(
          (stack) => `bootstrap/Pulumi.second.yaml: environments lists ${stack}, which ${account} lists too.`,
        ),
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
