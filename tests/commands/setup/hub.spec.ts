import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { readProjectFiles } from "../../../commands/setup/plannedFiles";
import { runProcess } from "../../../commands/python/runProcess";
import { projectDirectory } from "../../support/deployments";
import { exampleProject } from "../../support/exampleProject";
import { type Ended, runCommand } from "../../support/commands/processes";
import { realPython } from "../../support/realPython";
import { lambdaSetting } from "../../support/examples/planLambda";
import { repository } from "../../support/examples/registries";
import { planFunctions, planLayers, writePlanRepository } from "../../support/examples/planRepository";

describe("npm run setup -- --hub", () => {
  let folder: string;
  let project: string;
  let hub: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "setup-hub-"));
    [project, hub] = [join(folder, "project"), join(folder, "hub")];
    for (const path of readProjectFiles(exampleProject).keys()) {
      mkdirSync(join(project, path, ".."), { recursive: true });
      cpSync(join(exampleProject, path), join(project, path));
    }
    symlinkSync(join(projectDirectory, "node_modules"), join(project, "node_modules"));
    writePlanRepository(hub);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const setup = (...options: readonly string[]): Promise<Ended> =>
    runCommand("setup", ["--hub", hub, ...options], { directory: project });
  const succeed = async (...options: readonly string[]) => {
    const { exitCode, stdout, stderr } = await setup(...options);
    expect(exitCode, stderr).to.equal(0);
    return stdout;
  };
  const fail = async (...options: readonly string[]) => {
    const before = await tree();
    const { exitCode, stderr } = await setup(...options);
    expect(exitCode).not.to.equal(0);
    expect(await tree()).to.equal(before);
    return stderr;
  };
  const read = (path: string) => readFileSync(join(hub, path), "utf8");
  const change = (path: string, from: string, to: string) => {
    const text = readFileSync(path, "utf8");
    expect(text).to.include(from);
    writeFileSync(path, text.replaceAll(from, to));
  };
  /** Adds a reader to the stack dev. */
  const useReader = (first: string, environment: string, ref: string) => {
    change(
      join(project, "Pulumi.dev.yaml"),
      "  package-registry:readers:\n",
      `  package-registry:readers:\n${first}      repository: ${repository}\n` +
        `      repositoryId: 0\n      ownerId: 0\n      environment: ${environment}\n      ref: ${ref}\n      workflow: any\n`,
    );
  };
  /** Removes the # of a table in registry.toml. */
  const useLambda = (table: string) => {
    const text = read("registry.toml");
    const lines = new RegExp(`^# \\[${table}\\]\\n(?:# .*\\n)*`, "m");
    expect(text).to.match(lines);
    writeFileSync(
      join(hub, "registry.toml"),
      text.replace(lines, (found) => found.replace(/^# /gm, "")),
    );
  };
  /** Every file with its mode and its hash. */
  const tree = async () => {
    const list = "find . -type f -printf '%m %p ' -exec sha256sum {} + | sort";
    return (await runProcess("sh", ["-c", list], { directory: hub })).output;
  };

  it("sees the plan's repository: packages in order, schemas, layers, functions, and the branch that was dropped", async () => {
    await succeed("--yes");
    const lambda = (kind: string, keys: readonly string[], more: (key: string) => readonly string[]) =>
      [...keys]
        .sort()
        .flatMap((key) => [
          `# [${kind}.${key}]`,
          `# path = "backend/${kind}/${key}"`,
          `# name = "orb-integration-hub-{environment}-${key}"`,
          ...more(key),
        ]);

    expect(
      read("registry.toml")
        .split("# As the stacks")[0]
        ?.split("\n")
        .filter((line) => !/^(?:# [A-Z`][^=]*|# function uses.*|#.*`.*|)$/.test(line)),
    ).to.deep.equal([
      "[branches]",
      'pre-release = ["develop"]',
      'release = ["main"]',
      'build = ["organizations-feature"]',
      "[packages.orb-common]",
      'path = "backend/packages/orb-common"',
      "[packages.orb-models]",
      'path = "backend/packages/orb-models"',
      'sources = ["schemas/**"]',
      ...lambda("layers", planLayers, () => ['# python = ["3.12"]', '# architectures = ["x86_64"]']),
      ...lambda("functions", planFunctions, (key) => [
        '# python = "3.12"',
        '# architecture = "x86_64"',
        `# layers = ["${key}"]`,
      ]),
    ]);
    const { on } = parse(read(".github/workflows/deploy-packages.yml")) as {
      readonly on: { readonly push: { readonly branches: readonly string[]; readonly paths: readonly string[] } };
    };
    expect(on.push.branches).to.deep.equal(["develop", "main", "organizations-feature"]);
    expect(on.push.paths).to.include.members(["backend/packages/orb-common/**", "schemas/**"]);
  });

  it("names what it cannot keep of the present workflow, and keeps the paths that packages at the top have beside them", async () => {
    for (const name of ["orb-common", "orb-models"]) {
      cpSync(join(hub, "backend/packages", name), join(hub, name), { recursive: true });
    }
    rmSync(join(hub, "backend/packages"), { recursive: true });
    const workflow = ".github/workflows/deploy-packages.yml";
    change(join(hub, workflow), "organizations-feature]", 'organizations-feature, "feature/**"]');
    change(join(hub, workflow), "backend/packages/**", "orb-*/**");
    change(join(hub, workflow), '      - "schemas/**"\n', '      - "schemas/**"\n      - "!docs/**"\n');

    const shown = await succeed("--yes");

    expect(read("registry.toml")).to.include('[packages.orb-models]\npath = "orb-models"\nsources = ["schemas/**"]\n');
    expect(read("registry.toml")).to.include('build = ["organizations-feature"]\n');
    expect(shown).to.include("  In registry.toml, if it is to stay: the branch feature/**\n");
    expect(shown).to.include("  In registry.toml, if it is to stay: the path !docs/**\n");
  });

  it("names a layer by its whole path where another folder has the same name", async () => {
    cpSync(join(hub, "backend/layers/shared"), join(hub, "frontend/layers/shared"), { recursive: true });
    await succeed("--yes");

    for (const folder of ["backend", "frontend"]) {
      expect(read("registry.toml")).to.include(
        `# [layers.${folder}-layers-shared]\n# path = "${folder}/layers/shared"\n`,
      );
    }
  });

  it("writes no job for a reader without a branch, and none for a deployer of another repository", async () => {
    useReader("    - name: any\n", "dev", "any");
    writeFileSync(
      join(project, "bootstrap/Pulumi.account.yaml"),
      readFileSync(join(project, "bootstrap/Pulumi.account.yaml"), "utf8") +
        lambdaSetting.replace(/repository: .*/, "repository: orb-integration-hub/another"),
    );
    await succeed("--yes");
    useLambda("layers.shared");
    await succeed("--yes");
    const jobs = () =>
      Object.keys((parse(read(".github/workflows/deploy-lambda-layers.yml")) as { readonly jobs: object }).jobs);

    expect(jobs()).to.deep.equal(["builds", "build-dev", "build-staging", "build-prod"]);
    change(join(project, "bootstrap/Pulumi.account.yaml"), "orb-integration-hub/another", repository);
    await succeed("--yes");
    expect(jobs()).to.deep.equal([
      ...["builds", "build-dev", "build-staging", "deploy-staging", "build-prod", "deploy-prod"],
    ]);
  });

  it("takes the names of a stack whose packages are in a file", async () => {
    change(
      join(project, "Pulumi.dev.yaml"),
      "  package-registry:packages:\n    - orb-common\n    - orb-models\n",
      "  package-registry:packages:\n    file: packages.yaml\n",
    );
    writeFileSync(join(project, "packages.yaml"), "- orb-common\n- orb-models\n");

    await succeed("--yes");

    expect(read(".github/workflows/deploy-packages.yml")).to.include("  PACKAGES: orb-common orb-models\n");
  });

  it("writes a version where setup.py alone had one", async () => {
    await succeed("--yes");

    expect([read("backend/packages/orb-common/VERSION"), read("backend/packages/orb-models/VERSION")]).to.deep.equal([
      "0.1.0\n",
      "0.1.0\n",
    ]);
  });

  it("puts a layer's Pipfile on one source once registry.toml has the layer, and leaves the others", async () => {
    const others = planLayers.filter((layer) => layer !== "shared");
    const pipfiles = () => others.map((layer) => read(`backend/layers/${layer}/Pipfile`));
    const before = [...pipfiles(), read(".github/workflows/deploy-lambda-layers.yml")];
    await succeed("--yes");
    expect([...pipfiles(), read(".github/workflows/deploy-lambda-layers.yml")]).to.deep.equal(before);
    useLambda("layers.shared");
    await succeed("--yes");

    expect(pipfiles()).to.deep.equal(before.slice(0, 2));
    expect(read(".github/workflows/deploy-lambda-layers.yml")).to.include("      - backend/layers/shared/**\n");
    expect(read("backend/layers/shared/Pipfile")).to.equal(
      '[[source]]\nname = "python-packages"\nurl = "${CODEARTIFACT_INDEX_URL}"\nverify_ssl = true\n\n' +
        '[packages]\norb-common = "*"\norb-models = "*"\nboto3 = "*"\n\n[requires]\npython_version = "3.12"\n',
    );
  });

  it("shows what it would change, and asks before it writes", async () => {
    const before = await tree();
    const shown = await succeed("--dry-run");

    expect(shown).to.match(/^--- \.github\/workflows\/deploy-packages\.yml$/m);
    expect(shown).to.include("\n+0.1.0\n");
    expect(shown).to.match(/^created {2}\.github\/registry\/packages\/releases\.py$/m);
    expect(shown).to.include("No file was written: --dry-run.");
    expect(await tree()).to.equal(before);
    expect(await fail()).to.include("There is no terminal to ask on. Give --yes to write, or --dry-run to look.");
  });

  it("changes nothing a second time, and touches nothing else", async () => {
    const outside = ["backend/packages/orb-common/setup.py", "backend/layers/build_layer.sh", "schemas"];
    const digest = async () =>
      (
        await runProcess("sh", ["-c", `find ${outside.join(" ")} -type f -exec sha256sum {} +`], {
          directory: hub,
        })
      ).output;
    const before = await digest();
    await succeed("--yes");
    const first = await tree();

    expect(await succeed("--yes")).to.include("The repository has all of this already.");
    expect(await tree()).to.equal(first);
    expect(await digest()).to.equal(before);
    expect(JSON.parse(await succeed("--yes", "--format", "json"))).to.deep.equal({ written: false, files: [] });
  });

  it("has nothing to change in the example, to which it adds actions and scripts", async () => {
    rmSync(hub, { recursive: true });
    cpSync(join(projectDirectory, "examples/integration-hub"), hub, { recursive: true });
    const { files } = JSON.parse(await succeed("--yes", "--format", "json")) as {
      readonly files: readonly { readonly path: string; readonly change: string }[];
    };

    expect(files.length).to.be.greaterThan(20);
    expect(
      files.filter(({ path, change }) => change !== "created" || !/^\.github\/(?:actions|registry)\//.test(path)),
    ).to.deep.equal([]);
  });

  it("keeps what the team writes into registry.toml, and makes the workflows of it", async () => {
    await succeed("--yes");
    const own = '# Ours.\nattestations = "always"\n\n';
    writeFileSync(
      join(hub, "registry.toml"),
      own + read("registry.toml").replace('build = ["organizations-feature"]', "build = []  # later"),
    );
    const team = read("registry.toml");

    await succeed("--yes");

    expect(read("registry.toml")).to.equal(team);
    const workflow = read(".github/workflows/deploy-packages.yml");
    expect(workflow).to.include("    branches: [develop, main]\n");
    expect(workflow).to.include("  ATTESTED_BY: ${{ github.repository }}\n");
  });

  it("follows a change of the stacks", async () => {
    await succeed("--yes");
    change(join(project, "Pulumi.dev.yaml"), "aws:region: us-east-1", "aws:region: eu-central-1");
    change(
      join(project, "Pulumi.dev.yaml"),
      '# aws:allowedAccountIds: ["123456789012"]',
      'aws:allowedAccountIds: ["111122223333"]',
    );

    await succeed("--yes");

    expect(read(".github/workflows/deploy-packages.yml")).to.include(
      "          role-to-assume: arn:aws:iam::111122223333:role/orb-integration-hub-dev-codeartifact-publisher\n" +
        "          aws-region: eu-central-1\n",
    );
    expect(read("registry.toml")).to.include(
      '[registries.dev]\ndomain = "orb-integration-hub-dev"\nowner = "111122223333"\nregion = "eu-central-1"\n',
    );
  });

  it("has pull requests install from the registry where a stack has a reader for the environment ci", async () => {
    useReader("    - name: ci\n", "ci", "any");
    await succeed("--yes");
    const { jobs } = parse(read(".github/workflows/deploy-packages.yml")) as {
      readonly jobs: Readonly<Record<string, { readonly environment?: string; readonly permissions: object }>>;
    };

    expect(jobs.dependencies?.environment).to.equal("ci");
    expect(
      Object.entries(jobs).flatMap(([job, { permissions }]) => ("id-token" in permissions ? job : [])),
    ).to.deep.equal(["dependencies", "attest", "publish-dev", "publish-staging", "publish-prod"]);
  });

  it("copies files that are run as such, and a registry.toml that the scripts take", async () => {
    await succeed("--yes");
    const { exitCode, output } = await runProcess(
      realPython(),
      [
        "-c",
        "import sys; sys.path.append('.github/registry'); import registry_file, pathlib; print(registry_file.read(pathlib.Path('.')).packages['orb-models'])",
      ],
      { directory: hub },
    );

    expect(statSync(join(hub, ".github/registry/lambda/build_layer.sh")).mode & 0o111).to.equal(0o111);
    expect(exitCode, output).to.equal(0);
    expect(output).to.include("sources=('schemas/**',)");
  });

  for (const [what, prepare, options, says] of [
    [
      "a package without a folder",
      () => {
        rmSync(join(hub, "backend/packages/orb-models"), { recursive: true });
      },
      [],
      "orb-models is in the stacks' packages, and no setup.py or pyproject.toml in",
    ],
    [
      "another repository than a publisher's",
      () => undefined,
      ["--repository", "orb-integration-hub/other"],
      "No stack has a publisher in orb-integration-hub/other.",
    ],
    [
      "an option that asks for another file",
      () => undefined,
      ["--customer", "acme"],
      "--hub takes all names from the stack files. Leave out --customer.",
    ],
    [
      "a registry.toml that is not TOML",
      () => {
        writeFileSync(join(hub, "registry.toml"), "[branches\n");
      },
      [],
      "registry.toml: Invalid TOML document",
    ],
    [
      "a registry.toml with a value of another kind",
      () => {
        writeFileSync(join(hub, "registry.toml"), "[branches]\nrelease = 1\n");
      },
      [],
      "registry.toml: branches.release: Invalid input: expected array, received number",
    ],
    [
      "a publisher without a branch",
      () => {
        change(
          join(project, "Pulumi.prod.yaml"),
          "ref: refs/heads/main\n      workflow: .github/workflows/deploy-packages.yml",
          "ref: any\n      workflow: any",
        );
      },
      [],
      "Pulumi.prod.yaml: the publisher orb-integration-hub/orb-integration-hub names no branch, or no workflow of " +
        "orb-integration-hub/orb-integration-hub, so no workflow can be written for it. Give it ref: refs/heads/BRANCH and " +
        "workflow: .github/workflows/FILE.yml.",
    ],
    [
      "a workflow that is not YAML",
      () => {
        writeFileSync(join(hub, ".github/workflows/deploy-packages.yml"), "on: [push\n");
      },
      [],
      ".github/workflows/deploy-packages.yml is not YAML: ",
    ],
    [
      "a branch and a path that YAML would read as something else",
      () => {
        writeFileSync(
          join(hub, "registry.toml"),
          '[branches]\nbuild = ["a: b"]\n[packages.orb-common]\npath = "x\\n- run: y"\n',
        );
      },
      [],
      "registry.toml: branches.build.0: write a branch, such as develop\n" +
        "registry.toml: packages.orb-common.path: write a folder from the root of the repository",
    ],
    [
      "a branch that publishes and is in no list",
      () => {
        writeFileSync(
          join(hub, "registry.toml"),
          '[branches]\nrelease = ["main"]\n[packages.orb-common]\npath = "a"\n[packages.orb-models]\npath = "b"\n',
        );
      },
      [],
      "registry.toml: dev publishes from develop, which is in no list of [branches]. Add it to pre-release or to release.",
    ],
  ] as const) {
    it(`rejects ${what}, and writes nothing`, async () => {
      prepare();

      expect(await fail("--yes", ...options)).to.include(says);
    });
  }

  it("rejects a folder that is not there", async () => {
    const { exitCode, stderr } = await runCommand("setup", ["--hub", join(folder, "none")], { directory: project });

    expect(exitCode).to.equal(1);
    expect(stderr).to.include(
      `--hub: there is no folder ${join(folder, "none")}. Give the root of the team's repository.`,
    );
  });
});
