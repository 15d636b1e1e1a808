import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { runProcess } from "../../commands/python/runProcess";
import { RegistryStandIn } from "../support/github-actions/registryStandIn";
import { actionsFolder, registryInputs, RunnerStep } from "../support/github-actions/runnerStep";

/** Modules that the actions' programs, twine or pip import, and such that Python imports by itself. */
const modules = [
  ...["twine", "packaging", "pip", "requests", "json", "runpy", "subprocess", "base64", "tarfile", "hashlib"],
  ...["sitecustomize", "usercustomize", "codeartifact", "isolation", "step", "distributions", "attestations"],
];

describe("nothing of the workspace takes part in a step that has a token", () => {
  let step: RunnerStep;
  let marks: string;
  /** What an earlier step can set for the whole job through GITHUB_ENV. */
  let hostile: Readonly<Record<string, string>>;

  beforeEach(() => {
    step = new RunnerStep();
    marks = join(step.folder, "marks");
    const mark = (what: string) => `open(${JSON.stringify(marks)}, "a").write(${JSON.stringify(`${what}\n`)})\n`;
    const shell = (what: string) => `#!/bin/sh\necho "${what}" >> "${marks}"\n`;
    for (const folder of ["", "dist-packages/", "lib/python3/site-packages/"]) {
      for (const name of modules) {
        step.write(`${folder}${name}.py`, mark(`module ${name}`));
      }
    }
    step.write("dist-packages/evil.pth", `import sys; ${mark("evil.pth")}`);
    step.write("pyvenv.cfg", "home = .\ninclude-system-site-packages = true\n");
    for (const name of ["aws", "python3", "gh", "twine", "pip", "dirname", "sh"]) {
      step.write(`bin/${name}`, shell(`program ${name}`), 0o755);
    }
    const startup = step.write("startup.sh", `echo startup >> "${marks}"\n`);
    symlinkSync(join(step.workspace, "bin"), join(step.folder, "link"));
    hostile = {
      PYTHONPATH: step.workspace,
      PYTHONHOME: step.workspace,
      PYTHONSTARTUP: join(step.workspace, "json.py"),
      PYTHONUSERBASE: step.workspace,
      BASH_ENV: startup,
      ENV: startup,
      "BASH_FUNC_python3%%": `() { echo function >> "${marks}"; }`,
      "BASH_FUNC_cd%%": "() { :; }",
    };
  });

  afterEach(() => {
    step.remove();
  });

  const marked = () => (existsSync(marks) ? readFileSync(marks, "utf8").trim().split("\n") : []);
  /** A PATH on which the workspace's programs come first, in every form. */
  const hostilePath = () =>
    [join(step.workspace, "bin"), "bin", ".", "", join(step.folder, "link"), join(step.folder, "bin")].join(":") +
    `:${process.env.PATH ?? ""}`;
  const inputs = (tools: string) => ({
    ...registryInputs,
    PACKAGES: "orb-common",
    FILES: "dist",
    TOOLS: tools,
    AWS_ACCESS_KEY_ID: "ASIA",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: "of the role",
  });

  it("which does take part where Python and bash are started as usual", async () => {
    await runProcess("bash", ["-c", 'python3 -c "import json"; PYTHONHOME= /usr/bin/env aws'], {
      directory: step.workspace,
      environment: { ...hostile, PATH: hostilePath() },
    });

    expect(marked()).to.include.members(["startup", "function", "program aws"]);
    const { PYTHONPATH = "" } = hostile;
    await runProcess(join(step.folder, "bin/python3"), ["-m", "twine"], {
      directory: step.workspace,
      environment: { PYTHONPATH },
    });
    expect(marked()).to.include.members(["module sitecustomize", "module usercustomize", "module twine"]);
  });

  for (const [what, program] of [
    ["codeartifact-login", "codeartifact-login/login.py"],
    ["publish-python", "publish-python/publish.py"],
  ] as const) {
    it(`in ${what}: no module, program, function or start file`, async () => {
      const { filename, bytes } = await makeWheel({ name: "orb-common", version: "1.0.0" });
      step.write(`dist/${filename}`, bytes);
      const registry = new RegistryStandIn(step);

      const { exitCode, output } = await step.python(join(actionsFolder, program), {
        ...hostile,
        ...inputs(registry.tools),
        PATH: hostilePath(),
      });

      expect(exitCode, output).to.equal(0);
      expect(marked()).to.deep.equal([]);
      expect(registry.uploads).to.have.length(what === "publish-python" ? 1 : 0);
      expect(registry.awsEnvironments.length).to.be.greaterThan(1);
    });
  }

  it("in publish-python: no packages of the interpreter either, where an earlier step may have installed some", async () => {
    const { exitCode, output, venv } = await onVenv();

    expect(exitCode, output).to.equal(0);
    expect(marked()).to.deep.equal([]);
    // The same interpreter imports them where it is started as usual.
    await runProcess(join(venv, "bin/python"), ["-I", "-c", ""], { environment: {} });
    expect(marked()).to.include("evil.pth");
  });

  it("names a program that only the workspace has", async () => {
    const { exitCode, output } = await step.python(join(actionsFolder, "codeartifact-login/login.py"), {
      ...inputs(""),
      PATH: `${join(step.workspace, "bin")}:${join(step.folder, "bin")}`,
    });

    expect(exitCode).to.equal(1);
    expect(output).to.equal(
      "::error title=CodeArtifact::aws is not installed on this runner, or only in the workspace, whose programs are not used\n",
    );
  });

  /** Publishes with a `python3` whose site-packages an earlier step wrote to. */
  async function onVenv() {
    const venv = join(step.folder, "venv");
    await runProcess(join(step.folder, "bin/python3"), ["-m", "venv", "--without-pip", venv]);
    const { output: purelib } = await runProcess(
      join(venv, "bin/python"),
      ["-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
      { environment: {} },
    );
    mkdirSync(purelib.trim(), { recursive: true });
    step.writeOutside(
      join("venv", purelib.trim().slice(venv.length), "evil.pth"),
      `import sys; open(${JSON.stringify(marks)}, "a").write("evil.pth\\n")\n`,
    );
    const { filename, bytes } = await makeWheel({ name: "orb-common", version: "1.0.0" });
    step.write(`dist/${filename}`, bytes);
    const registry = new RegistryStandIn(step);
    const end = await step.python(join(actionsFolder, "publish-python/publish.py"), {
      ...inputs(registry.tools),
      PATH: `${join(venv, "bin")}:${join(step.folder, "bin")}:${process.env.PATH ?? ""}`,
    });
    return { ...end, venv };
  }
});
