import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { makeWheel } from "../../../sandbox/fixtures/distributions";
import { findPython } from "../../../commands/python/findPython";
import { type PythonTools, pythonTools } from "../../../commands/python/pythonTools";
import { runProcess } from "../../../commands/python/runProcess";
import { projectDirectory } from "../../support/deployments";
import { changeEnvironment } from "../../support/environment";

const shippedRequirements = join(projectDirectory, "commands/python/requirements.txt");

describe("Python's tools", () => {
  let folder: string;
  let cache: string;
  let wheel: Awaited<ReturnType<typeof makeWheel>>;

  before(async () => {
    wheel = await makeWheel({ name: "tool-of-a-test", version: "1.0.0" });
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "package-registry-tools-"));
    cache = join(folder, "cache");
    writeFileSync(join(folder, wheel.filename), wheel.bytes);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** A requirements file of one package, at this address. */
  function requirements(url: string, sha256 = createHash("sha256").update(wheel.bytes).digest("hex")): string {
    const file = join(folder, `requirements-${sha256.slice(0, 4)}.txt`);
    writeFileSync(file, `tool-of-a-test @ ${url} --hash=sha256:${sha256}\n`);
    return file;
  }

  function localRequirements(): string {
    return requirements(pathToFileURL(join(folder, wheel.filename)).href);
  }

  async function make(file: string, messages: string[] = []): Promise<PythonTools> {
    const tools = await pythonTools(file, (what) => messages.push(what), cache);
    if ("missing" in tools) {
      throw new Error(tools.missing);
    }
    return tools;
  }

  async function versionSeenBy({ python }: PythonTools): Promise<string> {
    const { output } = await runProcess(python, ["-c", "import tool_of_a_test as tool; print(tool.__version__)"]);
    return output.trim();
  }

  it("are made once: the second time nothing is made or said, unless someone deleted them", async () => {
    const file = localRequirements();
    const messages: string[] = [];
    const first = await make(file, messages);
    const before = { entries: readdirSync(cache), changed: statSync(first.python).ctimeMs };
    const second = await make(file, messages);

    expect(messages).to.deep.equal(["installing Python's tools, this once"]);
    expect(second).to.deep.equal(first);
    expect({ entries: readdirSync(cache), changed: statSync(second.python).ctimeMs }).to.deep.equal(before);
    expect(await versionSeenBy(second)).to.equal("1.0.0");
    expect(existsSync(join(second.bin, "pip"))).to.equal(true);

    rmSync(join(second.bin, ".."), { recursive: true });
    expect(await versionSeenBy(await make(file, messages))).to.equal("1.0.0");
    expect(messages).to.have.length(2);
    expect(readdirSync(cache)).to.have.length(2);
  });

  it("are the same ones for two who make them at once, and nothing else is left", async () => {
    const file = localRequirements();
    const messages: string[] = [];
    const [one, other] = await Promise.all([make(file, messages), make(file, messages)]);

    expect(messages).to.have.length(2);
    expect(one).to.deep.equal(other);
    expect(readdirSync(cache)).to.have.length(2);
    expect(await versionSeenBy(one)).to.equal("1.0.0");
  });

  it("whose making is killed half-way are not there, and the next one makes them whole and clears up", async () => {
    let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
    const server = createServer((request, response) => {
      answer(request, response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const file = requirements(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${wheel.filename}`);
      const asked = new Promise<void>((resolve) => {
        answer = () => {
          resolve();
        };
      });
      const maker = startMaker(file);
      await asked;
      // With the pip that it started.
      process.kill(-maker.pid!, "SIGKILL");
      await once(maker, "exit");
      server.closeAllConnections();
      const half = readdirSync(cache);
      expect(half).to.have.length(1);
      expect(half[0]).to.match(new RegExp(`^[0-9a-f]{16}\\.${maker.pid}\\.[0-9a-f]{8}$`));

      answer = (_request, response) => {
        response.end(wheel.bytes);
      };
      expect(await versionSeenBy(await make(file))).to.equal("1.0.0");
      expect(readdirSync(cache)).to.have.length(2).and.not.to.include(half[0]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  /** Another process that makes the tools, with a group of its own. */
  function startMaker(file: string) {
    const tsx = pathToFileURL(require.resolve("tsx")).href;
    const tools = JSON.stringify(join(projectDirectory, "commands/python/pythonTools.ts"));
    const options = [file, cache].map((one) => JSON.stringify(one));
    const script = `require(${tools}).pythonTools(${options[0]}, () => {}, ${options[1]})`;
    return spawn(process.execPath, ["--import", tsx, "--input-type=commonjs", "-e", script], {
      detached: true,
      stdio: "ignore",
    });
  }

  it("are missing, with pip's reason, where a file is not the pinned one; and nothing is left", async () => {
    const file = requirements(pathToFileURL(join(folder, wheel.filename)).href, "0".repeat(64));
    const tools = await pythonTools(file, () => undefined, cache);

    expect(tools).to.have.all.keys("missing");
    expect((tools as { missing: string }).missing).to.match(/^pip cannot install Python's tools: .*[0-9a-f]{64}/);
    expect(readdirSync(cache)).to.deep.equal([]);
  });

  it("are missing, with the folder and the way out, where no folder can be made", async () => {
    // A folder below a file cannot be made by anyone, root included.
    const file = requirements(pathToFileURL(join(folder, wheel.filename)).href, "0".repeat(64));
    const tools = await pythonTools(file, () => undefined, join(file, "cache"));

    expect((tools as { missing: string }).missing).to.match(
      /^Python's tools are kept in \S+\/cache, which cannot be made: E\w+: .*\. Run the command in a copy that you may write to$/,
    );
  });

  it("pin every package by version and hashes, for every platform, and name no host", () => {
    const text = readFileSync(shippedRequirements, "utf8");
    const [, ...entries] = text.replaceAll("\\\n", "").split(/\n(?=[a-z])/);

    expect(entries.map((entry) => entry.split("==")[0])).to.include.members(["pip", "setuptools", "twine"]);
    for (const entry of entries) {
      expect(entry).to.match(/^[a-z\d-]+==\S+ (?:;[^-]* )?(?: +--hash=sha256:[0-9a-f]{64})+\s*$/);
    }
    expect(text).not.to.match(/:\/\//);
    expect(text).to.match(/^# This file was autogenerated by uv via the following command:\n# {4}printf /);
  });
});

describe("the Python that tools are made with", () => {
  let folder: string;
  let restore: () => void;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "package-registry-path-"));
    restore = changeEnvironment({ PATH: folder });
  });

  afterEach(() => {
    restore();
    rmSync(folder, { recursive: true });
  });

  /** A command on the path, which says that it is such a Python. */
  function command(name: string, answer: Readonly<Record<string, unknown>> | string): void {
    writeFileSync(
      join(folder, name),
      `#!/bin/sh\necho '${typeof answer === "string" ? answer : JSON.stringify(answer)}'\n`,
    );
    chmodSync(join(folder, name), 0o755);
  }

  it("is missing where the path has none", async () => {
    expect(await findPython()).to.deep.equal({ missing: "there is no Python on the PATH (python3, python)" });
  });

  it("is python3 from 3.10 on, and no older one", async () => {
    command("python3", { version: "3.9.21", identity: "old", complete: true });
    expect(await findPython()).to.deep.equal({ missing: "python3 is Python 3.9.21, and 3.10 or newer is needed" });

    command("python3", { version: "3.10.0", identity: "new enough", complete: true });
    expect(await findPython()).to.deep.equal({ command: "python3", identity: "new enough" });
  });

  it("is python where python3 is too old", async () => {
    command("python3", { version: "3.6.8", identity: "old", complete: true });
    command("python", { version: "3.13.1", identity: "new", complete: true });

    expect(await findPython()).to.deep.equal({ command: "python", identity: "new" });
  });

  it("is missing, with the remedy, where it cannot make environments", async () => {
    command("python3", { version: "3.12.3", identity: "as Debian ships it", complete: false });

    expect(await findPython()).to.deep.equal({
      missing: "python3 lacks the modules venv and ensurepip (on Debian: apt install python3-venv)",
    });
  });

  it("is missing where a command of that name is not Python", async () => {
    command("python", "Python was not found; run without arguments to install it");

    expect(await findPython()).to.deep.equal({ missing: "there is no Python on the PATH (python3, python)" });
  });
});
