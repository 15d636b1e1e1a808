import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runProcess } from "../../commands/python/runProcess";
import { layersFolder } from "../support/examples/describeLayers";
import { realPython } from "../support/realPython";

const registryToml = `
[layers.shared]
path = "layers/shared"
name = "orb-{environment}-shared-{python}-{architecture}"
python = ["3.12", "3.14"]
architectures = ["x86_64", "arm64"]

[functions.users]
path = "functions/users"
name = "orb-{environment}-users"
python = "3.14"
architecture = "arm64"
layers = ["shared"]
`;

describe("build_lambda.py", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "builds-"));
    writeFileSync(join(folder, "registry.toml"), registryToml);
    for (const path of ["layers/shared", "functions/users"]) {
      mkdirSync(join(folder, path), { recursive: true });
    }
    writeFileSync(join(folder, "functions/users/app.py"), "");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (...options: readonly string[]) =>
    runProcess(realPython(), ["-I", "-B", join(layersFolder, "build_lambda.py"), ...options], { directory: folder });
  const list = async () => {
    const { exitCode, output } = await run("list");
    expect(exitCode, output).to.equal(0);
    return JSON.parse(output) as readonly Readonly<Record<string, string>>[];
  };

  it("lists a layer for each of its Pythons and architectures, and a function for its own", async () => {
    const builds = await list();

    expect(builds.map(({ stem }) => stem)).to.deep.equal([
      ...["layer-shared-python3.12-x86_64", "layer-shared-python3.12-arm64"],
      ...["layer-shared-python3.14-x86_64", "layer-shared-python3.14-arm64", "function-users-python3.14-arm64"],
    ]);
    const { tools, ...last } = builds.at(-1)!;
    expect(last).to.deep.equal({
      ...{ stem: "function-users-python3.14-arm64", kind: "function", key: "users", folder: "functions/users" },
      ...{ python: "3.14", architecture: "arm64" },
    });
    expect(tools).to.match(/hub\/lambda\/requirements-pip\.txt$/);
  });

  for (const [lock, tools] of [
    ["Pipfile.lock", "requirements-pipenv.txt"],
    ["uv.lock", "requirements-uv.txt"],
    ["poetry.lock", "requirements-poetry.txt"],
    ["pylock.toml", "requirements-pip.txt"],
    ["requirements.txt", "requirements-pip.txt"],
  ] as const) {
    it(`names ${tools} as the tools of ${lock}`, async () => {
      const file = join(folder, "layers/shared", lock);
      writeFileSync(file, "");
      const [layer] = await list();
      rmSync(file);

      expect(layer?.tools).to.match(new RegExp(`/hub/lambda/${tools}$`));
    });
  }

  it("builds one by its name, for its architecture; another name is an error", async () => {
    expect((await run("build", "function-users-python3.14-arm64", "--to", "built")).exitCode).to.equal(0);
    const manifest = JSON.parse(
      readFileSync(join(folder, "built/function-users-python3.14-arm64.json"), "utf8"),
    ) as Record<string, unknown>;
    expect([manifest.name, manifest.key, manifest.architecture]).to.deep.equal([
      "orb-{environment}-users",
      "users",
      "arm64",
    ]);
    const { exitCode, output } = await run("build", "function-users", "--to", "built");

    expect(exitCode).to.equal(1);
    expect(output).to.match(
      /^function-users: registry\.toml has no such build\. It has layer-shared-python3\.12-x86_64, /,
    );
  });
});
