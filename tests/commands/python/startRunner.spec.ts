import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { findPython } from "../../../commands/python/findPython";
import { runProcess } from "../../../commands/python/runProcess";
import { type RunTool, startRunner } from "../../../commands/python/startRunner";

/** A module of Python's own that runs the code it is given. */
const code = (text: string) => ["timeit", "-n1", "-r1", text];

describe("Python's runner", function () {
  this.timeout(60_000);

  let folder: string;
  let python: string;
  let run: RunTool;

  before(async function () {
    const found = await findPython();
    if ("missing" in found) {
      throw new Error(found.missing);
    }
    python = found.command;
    run = startRunner({ python, bin: tmpdir() }, ["json.tool"]);
  });

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "package-registry-")));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("runs a module in its folder and environment, as a process of its own does", async () => {
    const words = code("import os, sys; print(os.getcwd(), os.environ['HOME'], os.environ['COLOR'], sys.argv[1])");
    const { exitCode, output } = await run(folder, words, { COLOR: "blue" });
    const process = await runProcess(python, ["-I", "-m", ...words], {
      directory: folder,
      environment: { HOME: folder, COLOR: "blue" },
    });

    expect([exitCode, output.split("\n")[0]]).to.deep.equal([0, `${folder} ${folder} blue -n1`]);
    expect([process.exitCode, process.output.split("\n")[0]]).to.deep.equal([0, output.split("\n")[0]]);
  });

  for (const [what, words] of [
    ["an error that the module reports", ["json.tool", "absent.json"]],
    ["a wrong call", ["json.tool", "--absent"]],
    ["an exception", ["runpy_absent"]],
  ] as const) {
    it(`ends with the exit code of ${what}, and shows its output`, async () => {
      const forked = await run(folder, words, {});
      const process = await runProcess(python, ["-I", "-m", ...words], { directory: folder });

      expect(forked.exitCode).to.equal(process.exitCode);
      expect(forked.exitCode).to.be.above(0);
      expect(forked.output.trim().split("\n").at(-1)).to.include(process.output.trim().split(": ").at(-1));
    });
  }

  it("runs calls at the same time, and none sees what another changes", async () => {
    const wait = "import os, time; os.environ['SEEN'] = 'yes'; time.sleep(0.2)";
    const look = "import os; print(os.environ.get('SEEN'))";
    const [, seen] = await Promise.all([run(folder, code(wait), {}), run(folder, code(look), {})]);

    expect(seen.output).to.match(/^None\n/);
  });

  it("says so where it ends before a call does", async () => {
    const ended = startRunner({ python, bin: tmpdir() }, []);
    const call = ended(folder, code("import os, signal; os.kill(os.getppid(), signal.SIGKILL)"), {});

    expect(await call.catch((error: unknown) => String(error))).to.equal("Error: Python's runner ended with SIGKILL");
  });
});
