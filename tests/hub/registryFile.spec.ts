import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProcess } from "../../commands/python/runProcess";
import { projectDirectory } from "../support/deployments";
import { realPython } from "../support/realPython";

describe("registry.toml", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "registry-toml-"));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  const read = async (text: string) => {
    writeFileSync(join(folder, "registry.toml"), text);
    const program =
      "import sys, pathlib\nsys.path.append(sys.argv[1])\nimport registry_file\n" +
      "try:\n  print(registry_file.read(registry_file.find(pathlib.Path('.'))))\n" +
      "except registry_file.Invalid as error:\n  print(error)\n  sys.exit(1)\n";
    return runProcess(realPython(), ["-c", program, join(projectDirectory, "hub")], {
      directory: folder,
      environment: { PYTHONDONTWRITEBYTECODE: "1" },
    });
  };

  const whole =
    'attestations = "always"\n[registries.dev]\ndomain = "orb-dev"\n[branches]\npre-release = ["develop"]\nrelease = ["main", "release/1.x"]\n' +
    'build = ["feature"]\n[packages.orb-common]\npath = "packages/orb-common"\nsources = ["schemas/**"]\nversion = "tag"\n' +
    'generate = ["python", "make.py"]\n[layers.shared]\npath = "layers/shared"\nname = "orb-{environment}-{python}-{architecture}"\n' +
    'python = ["3.12", "3.13"]\narchitectures = ["x86_64", "arm64"]\n[functions.users]\npath = "functions/users"\n' +
    'name = "orb-{environment}-users"\npython = "3.13"\narchitecture = "arm64"\nlayers = ["shared"]\n';

  it("names branches, packages, layers and functions", async () => {
    const { exitCode, output } = await read(whole);

    expect(exitCode, output).to.equal(0);
    for (const part of [
      "pre_release_branches=('develop',), release_branches=('main', 'release/1.x'), build_branches=('feature',)",
      "sources=('schemas/**',), version='tag', generate=('python', 'make.py')",
      "pythons=('3.12', '3.13'), architectures=('x86_64', 'arm64')",
      "python='3.13', architecture='arm64', layers=('shared',)",
    ]) {
      expect(output).to.include(part);
    }
  });

  it("may be empty", async () => {
    expect((await read("")).exitCode).to.equal(0);
  });

  it("is found in a folder above, and an error says what writes it", async () => {
    const program =
      "import sys, pathlib; sys.path.append(sys.argv[1]); import registry_file\ntry: registry_file.find(pathlib.Path('/'))\nexcept registry_file.Invalid as error: print(error)";
    const { output } = await runProcess(realPython(), ["-c", program, join(projectDirectory, "hub")]);

    expect(output).to.equal("There is no registry.toml in / or above it: npm run setup -- --hub DIR writes one\n");
  });

  it("lists every error at once", async () => {
    const { exitCode, output } = await read(
      'package = 1\n[branches]\nrelease = ["main"]\nbuild = ["main"]\n[packages.orb-common]\nversion = "git"\n' +
        '[layers.shared]\npath = "../shared"\npython = ["3.9"]\n[functions.users]\npath = "users"\nlayers = ["other"]\n',
    );

    expect(exitCode).to.equal(1);
    expect(output.trim().split("\n")).to.deep.equal([
      "registry.toml: package: there is no such key. Write one of registries, attestations, branches, promotion, packages, layers, functions",
      "registry.toml: packages.orb-common.path: it is missing. Write a folder from the root of the repository, as in backend/packages/orb-common",
      "registry.toml: packages.orb-common.version: 'git' is not one of file, tag",
      "registry.toml: layers.shared.path: '../shared' leaves the repository. Write a folder in it",
      "registry.toml: layers.shared.python: '3.9' is not one of 3.10, 3.11, 3.12, 3.13, 3.14",
      "registry.toml: layers.shared.python: it is empty. Write at least one of 3.10, 3.11, 3.12, 3.13, 3.14",
      "registry.toml: branches: 'main' is named twice. Write each branch once",
      "registry.toml: functions.users.layers: there is no [layers.other]. Write one of shared",
    ]);
  });

  for (const [what, from, to, says] of [
    [
      "a layer of several builds with one name",
      "{python}-",
      "",
      "layers.shared.name: 'orb-{environment}-{architecture}' is the same for 3.12 and 3.13. Add {python}",
    ],
    [
      "a function whose layer is not built for it",
      'python = "3.13"',
      'python = "3.14"',
      "functions.users.layers: shared is not built for Python 3.14 on arm64. Add both to [layers.shared]",
    ],
    [
      "a package's name that is not normalized",
      "[packages.orb-common]",
      "[packages.ORB_Common]",
      "packages.ORB_Common: 'ORB_Common' is not a name here. Write letters, digits and hyphens, as in orb-common",
    ],
    [
      "a branch with a pattern",
      '"develop"',
      '"feature/*"',
      "branches.pre-release: 'feature/*' is not a branch, such as develop",
    ],
    ["a list that is a text", '["feature"]', '"feature"', "branches.build: 'feature' is not a list. Write [\"…\"]"],
    [
      "a table that is a text",
      '[registries.dev]\ndomain = "orb-dev"\n[branches]',
      "branches = 1\n[other]",
      "branches: 1 is not a table. Write [branches]",
    ],
  ] as const) {
    it(`rejects ${what}`, async () => {
      expect(whole).to.include(from);
      const { exitCode, output } = await read(whole.replace(from, to));

      expect(exitCode).to.equal(1);
      expect(output).to.include(`registry.toml: ${says}\n`);
    });
  }
});
