import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeSdist, makeWheel } from "../../sandbox/fixtures/distributions";
import { runProcess } from "../../commands/python/runProcess";
import { realPython } from "../support/realPython";
import { RegistryStandIn, token } from "../support/github-actions/registryStandIn";
import { actionsFolder, registryInputs, RunnerStep } from "../support/github-actions/runnerStep";

const supported = ["3.10", "3.11", "3.12", "3.13", "3.14"] as const;
const programs = readdirSync(actionsFolder, { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".py"),
);

/** The interpreters of this machine, by version: on PATH, or those that pyenv has. Python 3.11 alone is promised. */
const interpreters = supported.flatMap((version) => {
  const { stdout } = spawnSync("pyenv", ["latest", version], { encoding: "utf8" });
  const prefix = stdout ? spawnSync("pyenv", ["prefix", stdout.trim()], { encoding: "utf8" }).stdout.trim() : "";
  const candidates = [join(prefix, "bin/python3"), `python${version}`, realPython()];
  return candidates
    .map((command) =>
      spawnSync(command, ["-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"], {
        encoding: "utf8",
      }),
    )
    .flatMap(({ status, stdout: printed }) => (status === 0 ? [printed.trim().split(" ")] : []))
    .filter(([is, path]) => is === version && existsSync(path ?? ""))
    .slice(0, 1)
    .map(([, path]) => ({ version, path: path! }));
});

describe("the actions' programs", () => {
  it("are run here on Python 3.11 at least", () => {
    expect(interpreters.map(({ version }) => version)).to.include("3.11");
    expect(programs).to.have.length.greaterThan(6);
  });

  it("are written in the syntax of Python 3.10, which newer syntax is not", async () => {
    const parse =
      "import ast, pathlib, sys\nfor path in sys.argv[1:]: ast.parse(pathlib.Path(path).read_text(), path, feature_version=(3, 10))";
    const check = (paths: readonly string[], before = "") =>
      runProcess(realPython(), ["-I", "-c", `${before}${parse}`, ...paths]);
    const step = new RunnerStep();
    const newer = step.write("newer.py", "try:\n    pass\nexcept* ValueError:\n    pass\n");

    expect(await check(programs.map((path) => join(actionsFolder, path)))).to.deep.equal({ exitCode: 0, output: "" });
    expect((await check([newer])).output).to.include("SyntaxError");
    step.remove();
  });

  // A module or function that a version removes has warned before: so a run without warnings on the newest one here says the
  // most that can be said of one that is not here.
  for (const { version, path } of interpreters) {
    it(`log in and publish on Python ${version}, without a warning`, async () => {
      const step = new RunnerStep(path);
      const description = { name: "orb-common", version: "1.0.0" };
      for (const { filename, bytes } of [await makeWheel(description), await makeSdist(description)]) {
        step.write(`dist/${filename}`, bytes);
      }
      const registry = new RegistryStandIn(step);
      const inputs = { ...registryInputs, PACKAGES: "orb-common", FILES: "dist", TOOLS: registry.tools };
      /** As isolated.sh starts a program, with warnings as errors. */
      const strict = (program: string) =>
        step.writeOutside(
          "strict.py",
          `import runpy, sys, warnings\nwarnings.simplefilter("error")\n` +
            `runpy.run_path(${JSON.stringify(join(actionsFolder, program))}, run_name="__main__")\n`,
        );

      const login = await step.python(strict("codeartifact-login/login.py"), inputs);
      const publish = await step.python(strict("publish-python/publish.py"), inputs);

      expect(login.exitCode, login.output).to.equal(0);
      expect(login.outputs.token).to.equal(token);
      expect(publish.exitCode, publish.output).to.equal(0);
      expect(registry.uploads).to.have.length(2);
      step.remove();
    });
  }
});
