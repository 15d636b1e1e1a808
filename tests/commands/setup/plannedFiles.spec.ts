import { expect } from "chai";
import * as fc from "fast-check";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { deployWorkflow } from "../../../bootstrap/settings";
import { deployedStacks } from "../../../commands/deployment/deployedStacks";
import type { Answers, EnvironmentAnswer } from "../../../commands/setup/readAnswers";
import { checkFiles } from "../../../commands/setup/changes";
import { plannedFiles, readProjectFiles } from "../../../commands/setup/plannedFiles";
import { presentAnswers, type ProjectFiles } from "../../../commands/setup/presentAnswers";
import { exampleDeployWorkflow, exampleProject } from "../../support/exampleProject";

/** The files of the example, and the workflow that this project ships. */
const shipped: ProjectFiles = new Map([...readProjectFiles(exampleProject), [deployWorkflow, exampleDeployWorkflow()]]);

describe("npm run setup", () => {
  it("does not plan where a stack file names files for a setting", () => {
    const text = shipped.get("Pulumi.dev.yaml")!;
    const inFile = text.replace(
      / {2}package-registry:packages:\n(?: {4}- .*\n)+/,
      "  package-registry:packages: { file: a.yaml }\n",
    );

    expect(inFile).not.to.equal(text);
    expect(() => presentAnswers(new Map([...shipped, ["Pulumi.dev.yaml", inFile]]))).to.throw(
      "Pulumi.dev.yaml names files for packages, and npm run setup writes that setting into the stack file.",
    );
    expect(() => presentAnswers(shipped)).not.to.throw();
  });
});

/** The files after one run with these answers. */
function after(answers: Answers, files: ProjectFiles = shipped): ProjectFiles {
  return plannedFiles(files, presentAnswers(files), answers);
}

const acme: Answers = {
  customer: "acme",
  project: "shop",
  region: "eu-central-1",
  environments: [
    { name: "dev", branch: "develop", account: "012345678901", protect: false },
    { name: "prod", branch: "main", account: "210987654321", protect: true },
  ],
  packages: ["acme-core", "acme-billing"],
  privateNames: ["acme~"],
  publishers: [
    { name: "core", repository: "acme-org/core", workflow: ".github/workflows/release.yml", packages: ["acme-core"] },
    {
      name: "billing",
      repository: "acme-pay/billing",
      workflow: ".github/workflows/ci.yml",
      packages: ["acme-billing"],
    },
  ],
  readers: [{ name: "layers", repository: "acme-org/core", workflow: ".github/workflows/layers.yml" }],
  source: "acme-org/registry",
  ids: {
    "acme-org/core": { repository: "11", owner: "22" },
    "acme-pay/billing": { repository: "33", owner: "44" },
    "acme-org/registry": { repository: "55", owner: "22" },
  },
};

describe("the files that setup plans", () => {
  it("hold the answers that they were made of", () => {
    expect(presentAnswers(after(acme))).to.deep.equal(acme);
  });

  it("stay as they are, byte for byte, for the answers that they give", () => {
    expect([...after(presentAnswers(shipped))]).to.have.deep.members([...shipped]);
    const written = after(acme);
    expect([...after(acme, written)]).to.have.deep.members([...written]);
  });

  it("hold no value of the example that they were made from", () => {
    const values = [...after(acme)]
      .filter(([path]) => path.endsWith(".yaml"))
      .map(([, text]) => JSON.stringify(parse(text)));

    expect(values.join("\n")).not.to.match(/orb/i);
    expect([...shipped.values()].join("\n")).to.match(/orb/i);
  });

  it("are accepted as a deployment reads them", () => {
    expect(checkFiles(after(acme))).to.deep.equal([]);
    const long = after({ ...acme, customer: "a-customer-with-a-very-long-name-indeed" });
    expect(() => {
      checkFiles(long);
    }).to.throw(/^No file was written, because a deployment would reject them\./);
  });

  it("give a warning, once, for a region that has no CodeArtifact", () => {
    const warnings = checkFiles(after({ ...acme, region: "us-west-1" }));

    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/^aws:region: CodeArtifact has no endpoint in us-west-1 /);
  });

  it("keep every comment of the files that were there", () => {
    const comments = (files: ProjectFiles, path: string) => files.get(path)?.match(/(?<=^ *)#.*/gm) ?? [];
    const written = after({ ...acme, publishers: acme.publishers.slice(0, 1).map(unnamed) });

    for (const path of ["Pulumi.yaml", "Pulumi.dev.yaml", "bootstrap/Pulumi.yaml", ".github/workflows/deploy.yml"]) {
      // The line with the account is a comment until there is one.
      const expected = comments(shipped, path).filter((line) => !line.startsWith("# aws:allowedAccountIds"));
      expect(comments(written, path), path).to.deep.equal(expected);
    }
  });

  it("keep what no question is about", () => {
    const files = new Map(after(acme));
    const more =
      '  package-registry:tokenLifetime: 900 # short\n  package-registry:readerAccountIds:\n    - "012345678901"\n';
    files.set("Pulumi.prod.yaml", `${files.get("Pulumi.prod.yaml") ?? ""}${more}encryptionsalt: v1:abc\n`);
    const written = after({ ...acme, region: "eu-west-1" }, files).get("Pulumi.prod.yaml") ?? "";

    expect(written)
      .to.contain(more)
      .and.to.contain("encryptionsalt: v1:abc\n")
      .and.to.contain("aws:region: eu-west-1\n");
  });

  it("keep what bootstrap says of Lambda", () => {
    const path = "bootstrap/Pulumi.account.yaml";
    const lambda = [
      "  package-registry-bootstrap:lambda:",
      "    repository: acme-org/core",
      "    repositoryId: 11",
      "    ownerId: 22",
      "    branches:",
      "      dev: refs/heads/develop",
      "    layers:",
      "      - acme-shop-{environment}-shared",
      "",
    ].join("\n");
    const edited = new Map([...shipped, [path, shipped.get(path)! + lambda]]);
    const unchanged = plannedFiles(edited, presentAnswers(edited), presentAnswers(edited));

    expect(unchanged.get(path)).to.equal(edited.get(path));
    expect(after({ ...presentAnswers(edited), region: "eu-west-1" }, edited).get(path)).to.include(lambda.trimEnd());
    expect(checkFiles(unchanged)).to.deep.equal([]);
  });

  it("keep what a job says beside the answers, and change the rest of it", () => {
    const files = new Map(after(acme));
    const path = "Pulumi.prod.yaml";
    files.set(
      path,
      (files.get(path) ?? "")
        .replace("ref: refs/heads/main", "ref: any # tags too")
        .replace("workflow: .github/workflows/release.yml", "workflow: any"),
    );
    const ids = { ...acme.ids, "acme-org/core": { repository: "12", owner: "22" } };
    const written = after({ ...acme, ids }, files).get(path) ?? "";

    expect(written)
      .to.contain("ref: any # tags too")
      .and.to.contain("workflow: any")
      .and.to.contain("repositoryId: 12");
  });

  it("make a stack file for an environment that is new, without what belongs to another stack alone", () => {
    const files = new Map(shipped);
    const own = "  package-registry:permissionsBoundary: arn:aws:iam::123456789012:policy/p\nencryptionsalt: v1:abc\n";
    files.set("Pulumi.dev.yaml", `${shipped.get("Pulumi.dev.yaml") ?? ""}${own}`);
    const qa: EnvironmentAnswer = { name: "qa", branch: "qa", protect: false };
    const present = presentAnswers(files);
    const written =
      after({ ...present, environments: [...present.environments, qa] }, files).get("Pulumi.qa.yaml") ?? "";

    expect(written).not.to.match(/permissionsBoundary|encryptionsalt/);
    expect(written).to.contain("environment: qa").and.to.contain("ref: refs/heads/qa").and.to.contain("protect: false");
  });

  it("leave out the file of an environment that goes, unless Pulumi knows the stack", () => {
    const present = presentAnswers(shipped);
    const fewer = { ...present, environments: present.environments.filter(({ name }) => name !== "staging") };
    expect(after(fewer).has("Pulumi.staging.yaml")).to.equal(false);

    const known = new Map(shipped);
    known.set("Pulumi.staging.yaml", `${shipped.get("Pulumi.staging.yaml") ?? ""}encryptionsalt: v1:abc\n`);
    expect(() => after(fewer, known)).to.throw(
      "These files belong to stacks that Pulumi knows, and the environments leave them out: Pulumi.staging.yaml. Name their environments too, or remove each stack first: pulumi destroy and pulumi stack rm.",
    );
  });

  it("carry versions from each environment to the next, by a reader for each publisher", () => {
    const readers = (stack: string) =>
      (
        parse(after(acme).get(`Pulumi.${stack}.yaml`) ?? "") as {
          config: Record<string, { name: string; environment: string; ref: string }[]>;
        }
      ).config["package-registry:readers"]?.map(({ name, environment, ref }) => [name, environment, ref]);

    expect(readers("dev")).to.deep.equal([
      ["layers", "dev", "refs/heads/develop"],
      ["promotion-core", "prod", "refs/heads/main"],
      ["promotion-billing", "prod", "refs/heads/main"],
    ]);
    expect(readers("prod")).to.deep.equal([["layers", "prod", "refs/heads/main"]]);
  });

  it("put a name into quotation marks that YAML would read as something else, and leave others plain", () => {
    const named = after({
      ...acme,
      customer: "null",
      environments: acme.environments.map((one) => ({ ...one, branch: "1.0" })),
    });

    expect(named.get("Pulumi.yaml")).to.contain('package-registry:customerId: "null"\n');
    expect(named.get("Pulumi.yaml")).to.contain("package-registry:projectId: shop\n");
    expect(named.get(deployWorkflow)).to.contain('branches: ["1.0"]\n');
    checkFiles(named);
  });

  it("put a package's name into quotation marks that the Pulumi CLI would read as a number or a date", () => {
    const packages = ["2026-09-01", "1e3", "0b1", "acme-core"];
    const [publisher] = acme.publishers;
    const named = after({
      ...acme,
      packages,
      privateNames: packages.map((name) => `${name}$`),
      publishers: [unnamed(publisher!)],
    });

    expect(named.get("Pulumi.prod.yaml")).to.contain(
      '  package-registry:packages:\n    - "2026-09-01"\n    - "1e3"\n    - "0b1"\n    - acme-core\n',
    );
    checkFiles(named);
  });

  it("give a reader no workflow in a new stack file where it names none in the others", () => {
    const files = new Map(shipped);
    const path = "Pulumi.dev.yaml";
    const workflow = "      workflow: .github/workflows/deploy-lambda-layers.yml\n";
    files.set(path, (files.get(path) ?? "").replace(workflow, ""));
    files.delete("Pulumi.prod.yaml");
    const present = presentAnswers(files);
    const prod: EnvironmentAnswer = { name: "prod", branch: "main", protect: true };
    const planned = after({ ...present, environments: [...present.environments, prod] }, files);

    expect(planned.get("Pulumi.prod.yaml"))
      .to.contain("name: lambda-layers")
      .and.not.to.contain("deploy-lambda-layers");
    checkFiles(planned);
  });

  it("are deployed in the order of the answers, by a workflow that names the branches alone", () => {
    const [dev, prod] = acme.environments;
    const written = after({
      ...acme,
      environments: [
        { ...dev!, name: "test", branch: "trunk" },
        { ...prod!, name: "live-eu" },
        { ...prod!, name: "live", account: "012345678901" },
      ],
    });
    const directory = mkdtempSync(join(tmpdir(), "registry-setup-"));
    try {
      for (const [path, text] of written) {
        mkdirSync(dirname(join(directory, path)), { recursive: true });
        writeFileSync(join(directory, path), text);
      }
      expect(deployedStacks(directory)).to.deep.equal([
        { stack: "test", ref: "refs/heads/trunk" },
        { stack: "live-eu", ref: "refs/heads/main" },
        { stack: "live", ref: "refs/heads/main" },
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
    const [before, now] = [shipped, written].map((files) => (files.get(deployWorkflow) ?? "").split("\n"));
    expect(now!.filter((line, index) => line !== before![index])).to.deep.equal(["    branches: [trunk, main]"]);
  });

  it("say whose deployments delete package groups where that is not dev alone", () => {
    const key = "package-registry-bootstrap:deletableEnvironments";
    const deletable = (environments: readonly EnvironmentAnswer[]) =>
      [...after({ ...acme, environments })].flatMap(([path, text]) => {
        const named = /^bootstrap\/Pulumi\..+\.yaml$/.test(path)
          ? (parse(text) as { config: Record<string, unknown> }).config[key]
          : undefined;
        return named === undefined ? [] : [named];
      });
    const one = (name: string, protect: boolean): EnvironmentAnswer => ({ name, branch: "main", protect });

    expect(deletable([one("dev", false), one("prod", true)])).to.deep.equal([]);
    expect(deletable([one("test", false), one("live", true)])).to.deep.equal([["test"]]);
    expect(deletable([one("dev", true), one("prod", true)])).to.deep.equal([[]]);
  });

  it("hold any answers that they were made of, over any files that setup has written", () => {
    const check = fc.property(answers, answers, (first, second) => {
      const files = after(first);
      const again = after(second, files);
      expect(presentAnswers(again)).to.deep.equal(second);
      expect([...after(second, again)]).to.have.deep.members([...again]);
      checkFiles(again);
    });
    fc.assert(check, { numRuns: 60 });
  });
});

function unnamed({ repository, workflow }: Answers["publishers"][number]) {
  return { repository, workflow };
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{1,5}$/);
const repository = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,4}[a-z]\/[A-Za-z0-9._-]{1,5}[a-z]$/);
const workflow = fc.stringMatching(/^\.github\/workflows\/[a-z]{1,8}\.ya?ml$/);
const account = fc.option(fc.stringMatching(/^\d{12}$/), { nil: undefined });
const id = fc.integer({ min: 1, max: 2 ** 40 }).map(String);

const answers: fc.Arbitrary<Answers> = fc
  .record({
    customer: word,
    project: word,
    region: fc.constantFrom("us-east-1", "eu-central-1", "ap-southeast-2"),
    names: fc.uniqueArray(fc.oneof(fc.constantFrom("dev", "prod", "prod-eu", "null", "true", "no"), word), {
      minLength: 1,
      maxLength: 3,
    }),
    branches: fc.array(fc.constantFrom("main", "develop", "release/1.x", "true", "1.0"), {
      minLength: 3,
      maxLength: 3,
    }),
    accounts: fc.oneof(
      account.map((one) => [one, one, one]),
      fc.array(account, { minLength: 3, maxLength: 3 }),
    ),
    protects: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    packages: fc.uniqueArray(word, { minLength: 2, maxLength: 4 }),
    publishers: fc.uniqueArray(fc.tuple(word, repository, workflow), {
      minLength: 1,
      maxLength: 2,
      selector: ([name]) => name,
    }),
    readers: fc.uniqueArray(fc.tuple(word, repository, workflow), { maxLength: 2, selector: ([name]) => name }),
    source: repository,
    id,
  })
  .map(({ names, branches, accounts, protects, packages, publishers, readers, id: number, ...rest }) => {
    const several = publishers.length > 1;
    const repositories = [rest.source, ...[...publishers, ...readers].map(([, name]) => name)];
    return {
      ...rest,
      environments: names.map((name, index) => ({
        name,
        branch: branches[index]!,
        ...(accounts[index] === undefined ? {} : { account: accounts[index] }),
        protect: protects[index]!,
      })),
      packages,
      privateNames: packages.map((name) => `${name}~`),
      publishers: publishers.map(([name, of, file], index) => ({
        ...(several ? { name } : {}),
        repository: of,
        workflow: file,
        ...(several ? { packages: [packages[index]!] } : {}),
      })),
      readers: readers.map(([name, of, file]) => ({ name, repository: of, workflow: file })),
      ids: Object.fromEntries(repositories.map((name) => [name, { repository: number, owner: number }])),
    };
  });
