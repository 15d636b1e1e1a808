import { expect } from "chai";
import { SettingsError } from "../../settings/errors";
import { lambda, settingsOf } from "../support/bootstrap/account";

const wayOut = "Write letters, digits, _ and - without a wildcard, at most";
const inPlace = "with the environment's name in place of {environment}";

/** The lines that a changed setting `lambda` is rejected with. */
function errorsOf(changes: object, others: object = {}): readonly string[] {
  try {
    settingsOf({ ...others, lambda: { ...lambda, ...changes } });
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.errors;
    }
    throw error;
  }
  return [];
}

describe("the setting lambda of an account", () => {
  it("says whose job deploys what in which environment", () => {
    expect(settingsOf({ lambda }).lambda).to.deep.equal({
      workflow: ".github/workflows/deploy-lambda-layers.yml",
      branches: lambda.branches,
      bucket: "orb-{environment}-zips",
      deployers: [["dev", "develop"] as const, ["prod", "main"] as const].map(([environment, branch]) => ({
        environment,
        roleName: `orb-integration-hub-${environment}-lambda-deployer`,
        job: {
          repository: "acme/hub",
          repositoryId: "700000003",
          ownerId: "700000002",
          ref: `refs/heads/${branch}`,
          subjectContext: `environment:${environment}`,
          jobWorkflowRef: `acme/hub/.github/workflows/deploy-lambda-layers.yml@refs/heads/${branch}`,
        },
        targets: {
          layers: [`orb-${environment}-shared`],
          functions: [`orb-${environment}-users`, `orb-${environment}-posts`],
          bucket: `orb-${environment}-zips`,
        },
      })),
    });
  });

  it("may be absent, and may leave out bucket, workflow, and either layers or functions", () => {
    const targets = (changes: object) =>
      settingsOf({ lambda: { ...lambda, ...changes } }).lambda!.deployers.map((one) => one.targets)[0];

    expect(settingsOf()).not.to.have.property("lambda");
    expect(targets({ bucket: undefined, functions: undefined })).to.deep.equal({
      layers: ["orb-dev-shared"],
      functions: [],
    });
    expect(targets({ layers: [], bucket: undefined })).to.deep.equal({
      layers: [],
      functions: ["orb-dev-users", "orb-dev-posts"],
    });
    expect(settingsOf({ lambda: { ...lambda, workflow: ".github/workflows/lambda.yml" } }).lambda!.workflow).to.equal(
      ".github/workflows/lambda.yml",
    );
  });

  it("may name the same layer, function and bucket where one environment alone is deployed", () => {
    const names = { layers: ["shared"], functions: ["users"], bucket: "orb-zips" };

    expect(errorsOf({ ...names, branches: { dev: "refs/heads/develop" } })).to.deep.equal([]);
    expect(errorsOf(names)).to.deep.equal([
      'lambda.layers[0]: "shared" is one layer of dev and prod. Write {environment} into it, so that each has its own',
      'lambda.functions[0]: "users" is one function of dev and prod. Write {environment} into it, so that each has its own',
      'lambda.bucket: "orb-zips" is one bucket of dev and prod. Write {environment} into it, so that each has its own',
    ]);
  });

  const wrong: readonly (readonly [string, object, readonly string[]])[] = [
    [
      "a key that means nothing",
      { layer: "x" },
      [
        "lambda.layer: there is no such setting. Did you mean layers? Remove it, or use one of: repository, repositoryId, ownerId, workflow, branches, layers, functions, bucket",
      ],
    ],
    [
      "no repository and no ids",
      { repository: undefined, repositoryId: undefined, ownerId: "x" },
      [
        "lambda.repository: is missing. Write owner/name in GitHub's own spelling, without a wildcard",
        "lambda.repositoryId: is missing. Read both with: gh api repos/OWNER/NAME --jq '.id, .owner.id'; 0 says not known yet",
        `lambda.ownerId: "x" is not a number that GitHub gives. Read both with: gh api repos/OWNER/NAME --jq '.id, .owner.id'; 0 says not known yet`,
      ],
    ],
    [
      "a workflow of another form",
      { workflow: "any" },
      ['lambda.workflow: "any" is not one workflow of the repository. Write .github/workflows/FILE.yml'],
    ],
    [
      "no branches",
      { branches: {} },
      ["lambda.branches: {} names no environment. Write a line for each environment, as in dev: refs/heads/develop"],
    ],
    [
      "a branch of an environment that the account does not have, and a tag",
      { branches: { dev: "refs/tags/v1", qa: "refs/heads/main" } },
      [
        'lambda.branches.dev: "refs/tags/v1" is not the full ref of one branch. Write refs/heads/BRANCH',
        'lambda.branches.qa: "qa" is not one of environments (dev, staging, prod). Add it there, or remove it here',
      ],
    ],
    [
      "any branch",
      { branches: { dev: "any" } },
      ['lambda.branches.dev: "any" is not the full ref of one branch. Write refs/heads/BRANCH'],
    ],
    [
      "a wildcard, a number and a name that is there twice",
      { layers: ["orb-{environment}-*", 7, "a-{environment}", "a-{environment}"] },
      [
        `lambda.layers[0]: "orb-{environment}-*" is not the name of one layer. ${wayOut} 140 ${inPlace}`,
        "lambda.layers[1]: 7 is a number in YAML, not text. Write what is meant in quotation marks",
        'lambda.layers[3]: "a-{environment}" is listed twice. Remove one of the two',
      ],
    ],
    [
      "a function whose name is too long in one of the environments",
      { functions: [`${"f".repeat(60)}{environment}`, `${"f".repeat(61)}{environment}`] },
      [
        `lambda.functions[1]: "${"f".repeat(61)}{environment}" is not the name of one function. ${wayOut} 64 ${inPlace}`,
      ],
    ],
    [
      "names that are no list",
      { layers: "shared", functions: null },
      ['lambda.layers: "shared" is not a list. List the names of layers, or leave the setting out'],
    ],
    [
      "neither layers nor functions",
      { layers: [], functions: undefined },
      ["lambda: names no layer and no function. Write at least one under layers or functions"],
    ],
    [
      "a bucket of another form",
      { bucket: "s3://orb-{environment}-zips" },
      [`lambda.bucket: "s3://orb-{environment}-zips" is not an S3 bucket's name. Write its name alone, without s3://`],
    ],
  ];
  for (const [what, changes, lines] of wrong) {
    it(`is rejected with ${what}`, () => {
      expect(errorsOf(changes)).to.deep.equal(lines);
    });
  }

  it("is rejected where it is no object", () => {
    expect(() => settingsOf({ lambda: ["dev"] })).to.throw(
      'lambda: ["dev"] is not an object. Describe the job that deploys: see Lambda in bootstrap/README.md',
    );
  });

  it("is rejected where a role's name would be too long", () => {
    const branches = { dev: "refs/heads/develop" };
    const ended = (projectId: string) => errorsOf({ branches }, { environments: branches, projectId });

    expect(ended("p".repeat(40))).to.deep.equal([]);
    expect(ended("p".repeat(41))).to.deep.equal([
      `lambda: the role orb-${"p".repeat(41)}-dev-lambda-deployer would have 65 characters, IAM takes 64. Shorten customerId or projectId`,
    ]);
  });

  it("is rejected with more names than the documents of a role take", () => {
    const names = (count: number, what: string) =>
      Array.from({ length: count }, (_, index) => `orb-integration-hub-{environment}-${what}-${index}`);
    const branches = { dev: "refs/heads/develop" };

    expect(errorsOf({ branches, layers: names(10, "layer"), functions: names(150, "function") })).to.deep.equal([]);
    expect(errorsOf({ branches, layers: names(10, "layer"), functions: names(400, "function") })).to.deep.equal([
      "lambda: 10 layers and 400 functions do not fit the documents of one role: IAM takes one of 10,240 characters and 10 of " +
        "6,144. List fewer here, and deploy the others with a role of your own",
    ]);
    // As bootstrap/README.md says of names with 40 characters.
    const long = (count: number, what: string) =>
      Array.from({ length: count }, (_, index) => `${what}-${index}`.padEnd(40, "x"));
    const ended = (count: number) => errorsOf({ branches, layers: long(10, "l"), functions: long(count, "f") });
    expect([ended(220).length, ended(230).length]).to.deep.equal([0, 1]);
    expect(errorsOf({ branches, layers: names(100, "layer"), functions: names(1, "function") })[0]).to.match(
      /^lambda: 100 layers and 1 functions do not fit/,
    );
  });
});
