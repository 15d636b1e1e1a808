import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { RegistryClient } from "../support/sandbox/registryClient";
import { projectDirectory } from "../support/deployments";
import { type Ended, run, runCommand } from "../support/commands/processes";
import { RunningSandbox } from "../support/commands/runningSandbox";

/** A person at a shell of their own: a home that is empty, and stand-ins for the tools that are not part of this project. */
class Shell {
  readonly home = mkdtempSync(join(tmpdir(), "shell-"));
  readonly #bin = join(this.home, "bin");

  constructor() {
    mkdirSync(this.#bin);
    this.#addTool("aws", awsCli);
    this.#addTool("python", python);
  }

  /** Pastes lines, as the person with the settings of another account. */
  paste(shell: string, lines: string): Promise<Ended> {
    return run(shell, ["-eu", "-c", lines], {
      // The lines call npm run job.
      directory: projectDirectory,
      environment: {
        PATH: `${this.#bin}:${process.env.PATH ?? ""}`,
        HOME: this.home,
        AWS_PROFILE: "mine",
        AWS_ACCESS_KEY_ID: "AKIAMINE",
        AWS_SECRET_ACCESS_KEY: "mine",
        HTTP_PROXY: "http://127.0.0.1:9",
        http_proxy: "http://127.0.0.1:9",
        no_proxy: "internal.example",
      },
    });
  }

  /** All that is in the home. */
  files(): readonly string[] {
    return (readdirSync(this.home, { recursive: true }) as string[])
      .map((path) => join(this.home, path))
      .filter((path) => statSync(path).isFile());
  }

  close(): void {
    rmSync(this.home, { recursive: true });
  }

  #addTool(name: string, program: string): void {
    writeFileSync(join(this.#bin, name), `#!${process.execPath}\n${program}`);
    chmodSync(join(this.#bin, name), 0o755);
  }
}

/** `aws codeartifact get-authorization-token`, by AWS's own SDK, which finds place and credentials as the AWS CLI does. */
const awsCli = `
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
const { CodeartifactClient, GetAuthorizationTokenCommand } =
  require(${JSON.stringify(require.resolve("@aws-sdk/client-codeartifact"))});
const [service, operation, ...options] = process.argv.slice(2);
const option = (name) => options[options.indexOf(name) + 1];
if (service !== "codeartifact" || operation !== "get-authorization-token" || option("--output") !== "text") {
  throw new Error("aws is not known to do " + process.argv.slice(2).join(" "));
}
new CodeartifactClient({ region: option("--region"), maxAttempts: 1 })
  .send(new GetAuthorizationTokenCommand({
    domain: option("--domain"),
    domainOwner: option("--domain-owner"),
    durationSeconds: Number(option("--duration-seconds")),
  }))
  .then((answer) => console.log(answer[option("--query")]));
`;

/** Says how it was called, and what twine and pip would read in their environment. */
const python = `
const environment = Object.entries(process.env).filter(([name]) => /^(TWINE|PIP)_/.test(name));
console.log(JSON.stringify({ options: process.argv.slice(2), environment: Object.fromEntries(environment) }));
`;

interface PythonCall {
  readonly options: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

describe("npm run sandbox", () => {
  let directory: string;
  let sandbox: RunningSandbox;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "package-registry-"));
    sandbox = await RunningSandbox.start(["--offline", "--data", join(directory, "data")]);
  });

  after(async () => {
    await sandbox.end();
    rmSync(directory, { recursive: true });
  });

  it("says what it serves and where, and what the program warned of", async () => {
    expect(sandbox.stdout.text.split("\n").slice(0, 4)).to.deep.equal([
      `orb-integration-hub-dev, deployed from stack dev, serves at ${sandbox.address} until Ctrl-C. Its page: ${sandbox.address}/`,
      "",
      `  index URL   ${sandbox.address}/pypi/python-packages/simple/`,
      `  upload URL  ${sandbox.address}/pypi/python-packages/`,
    ]);
    expect(sandbox.stderr.text).to.match(/^(?:warning: \S+ admits no one yet: .*\n){5}$/);
    expect(await (await fetch(`${sandbox.address}/`)).text()).to.include("orb-integration-hub-dev");
  });

  for (const shell of ["sh", "bash"]) {
    it(`makes anyone who pastes its lines into ${shell} the job that publishes, past the settings of another account`, async () => {
      const person = new Shell();
      try {
        const { exitCode, stdout, stderr } = await person.paste(shell, sandbox.instructions);
        expect([exitCode, stderr]).to.deep.equal([0, ""]);
        const [twine, pip] = stdout
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as PythonCall);
        const { TWINE_PASSWORD: token = "", ...settings } = twine!.environment;
        const endpoint = `${sandbox.address}/pypi/python-packages/`;
        expect(settings).to.deep.equal({ TWINE_REPOSITORY_URL: endpoint, TWINE_USERNAME: "aws" });
        expect(twine!.options).to.deep.equal(["-m", "twine", "upload", "--non-interactive", "dist/*"]);
        expect(pip).to.deep.equal({
          options: ["-m", "pip", "install", "-r", "requirements.txt"],
          environment: { PIP_INDEX_URL: `${endpoint}simple/`.replace("://", `://aws:${token}@`) },
        });

        const client = new RegistryClient(endpoint, token);
        const wheel = await makeWheel({ name: "orb-common", version: shell === "sh" ? "1.0" : "2.0" });
        expect(await client.publish(wheel)).to.equal(200);
        expect((await client.install("orb-common")).get(wheel.filename)).to.deep.equal(wheel.bytes);
        expect(person.files().filter((file) => readFileSync(file, "utf8").includes(token))).to.deep.equal([]);
        expect(sandbox.stdout.text + sandbox.stderr.text).not.to.include(token);
      } finally {
        person.close();
      }
    });
  }

  it("tells every decision in a line", () => {
    const role = "orb-integration-hub-dev-codeartifact-publisher";
    const session = new RegExp(`assumed-role/${role}/GitHubActions-\\d+ `);
    expect(sandbox.decisions[0]).to.equal(
      `allowed repo:orb-integration-hub/orb-integration-hub:environment:dev sts:AssumeRoleWithWebIdentity role/${role} ` +
        'allowed by statement "AssumeFromGithubJob" of trust policy',
    );
    expect(sandbox.decisions[1]).to.match(session);
    expect(sandbox.decisions[1]!.replace(session, "")).to.equal(
      "allowed codeartifact:GetAuthorizationToken domain/orb-integration-hub-dev " +
        'allowed by statement "CapRegistryToken" of inline policy permissions',
    );
    expect(sandbox.decisions.filter((line) => line.includes("codeartifact:PublishPackageVersion"))).to.have.length(2);
  });

  it("rejects a port and a folder that are in use, and tells the way out", async () => {
    const { port } = new URL(sandbox.address);
    const data = join(directory, "data");
    const [samePort, sameFolder] = await Promise.all([
      runCommand("sandbox", ["--port", port, "--offline"]),
      runCommand("sandbox", ["--port", "0", "--offline", "--data", data]),
    ]);

    expect(samePort).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr: `error: Port ${port} is in use: stop what listens there, or choose another with --port.\n`,
    });
    const pid = sandbox.process.pid ?? 0;
    expect([sameFolder.exitCode, sameFolder.stdout]).to.deep.equal([1, ""]);
    expect(sameFolder.stderr).to.match(
      new RegExp(
        `^error: ${data} is in use by process ${pid}: stop it, or choose another folder\\. ` +
          `If that process is no sandbox, delete ${data}/lock/${pid}-[0-9a-f-]+\\n$`,
      ),
    );
  });

  it("ends with 0 on Ctrl-C, frees its folder, and serves what is in it another time", async () => {
    const page = async () => (await fetch(`${sandbox.address}/page/packages`)).text();
    expect(await page()).to.include("orb-common");
    expect(await sandbox.end()).to.deep.equal({ exitCode: 0, signal: null });
    expect(sandbox.stderr.text).to.match(
      /\nEnding, once every request that is under way has its answer\. Ctrl-C ends at once\.\n$/,
    );
    expect(readdirSync(join(directory, "data", "lock"))).to.deep.equal([]);

    sandbox = await RunningSandbox.start(["--offline", "--data", join(directory, "data")]);
    expect(await page()).to.include("orb-common");
  });
});

describe("npm run sandbox that is asked to end while a request is under way", () => {
  const body = JSON.stringify({
    repository: "orb-integration-hub/orb-integration-hub",
    environment: "dev",
    ref: "refs/heads/develop",
  });

  /** Sends a request but for the last half of its body. */
  async function beginRequest({ address }: RunningSandbox) {
    const { port, host } = new URL(address);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(
      `POST /github/jobs HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    // The request is under way once the server wants its body.
    await once(socket, "data");
    socket.write(body.slice(0, 20));
    return socket;
  }

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`answers it first, on ${signal}, and takes no other`, async () => {
      const sandbox = await RunningSandbox.start(["--offline"]);
      const socket = await beginRequest(sandbox);
      sandbox.process.kill(signal);
      await sandbox.stderr.until(/^Ending/m);
      // npm hands on what the terminal has sent already: the same Ctrl-C once more.
      sandbox.process.kill(signal);
      socket.write(body.slice(20));

      expect(await text(socket)).to.match(/^HTTP\/1\.1 201 Created\r\n/);
      expect(await sandbox.ended).to.deep.equal({ exitCode: 0, signal: null });
      expect(await fetch(sandbox.address).catch(() => "no answer")).to.equal("no answer");
    });
  }

  it("ends at once when it is asked again", async () => {
    const sandbox = await RunningSandbox.start(["--offline"]);
    const socket = await beginRequest(sandbox);
    const again = setInterval(() => sandbox.process.kill("SIGINT"), 50);
    try {
      expect(await sandbox.ended).to.deep.equal({ exitCode: 130, signal: null });
      const [, profiles = ""] = /AWS_CONFIG_FILE=(\S+)/.exec(sandbox.profileInstructions) ?? [];
      expect([profiles !== "", existsSync(profiles)]).to.deep.equal([true, false]);
    } finally {
      clearInterval(again);
      socket.destroy();
    }
  });
});

describe("npm run sandbox that is called wrongly", () => {
  it("ends with 2, says what is wrong and how it is called", async () => {
    const reasons = await Promise.all(
      [
        ["--port", "70000"],
        ["--upstream", "https://pypi.org/simple/", "--offline"],
        ["--upstream", "ftp://me:secret@index.example/simple/"],
      ].map(async (options) => {
        const { exitCode, stdout, stderr } = await runCommand("sandbox", options);
        expect([exitCode, stdout]).to.deep.equal([2, ""]);
        const [reason, ...more] = stderr.split("\n");
        expect(more).to.deep.equal(["See npm run sandbox -- --help", ""]);
        return reason;
      }),
    );
    expect(reasons).to.deep.equal([
      "error: --port 70000 is not a port: give a number from 0 to 65535",
      "error: --upstream and --offline exclude each other: give one of them",
      "error: --upstream ftp://index.example/simple/ is not the address of an index: give one with https:// or http://",
    ]);
  });

  it("ends with 1 for an unknown stack or a foreign folder, and leaves the folder as it is", async () => {
    const data = mkdtempSync(join(tmpdir(), "package-registry-"));
    try {
      writeFileSync(join(data, "thesis.txt"), "mine");
      const [stack, folder] = await Promise.all([
        runCommand("sandbox", ["--stack", "production", "--port", "0"]),
        runCommand("sandbox", ["--data", data, "--port", "0"]),
      ]);

      expect([stack.exitCode, stack.stdout]).to.deep.equal([1, ""]);
      expect(stack.stderr).to.match(/^error: There is no stack production: /);
      expect(folder).to.deep.equal({
        exitCode: 1,
        stdout: "",
        stderr: `error: ${data} is not empty and holds no packages of the sandbox: there is thesis.txt. Choose another folder\n`,
      });
      expect(readdirSync(data)).to.deep.equal(["thesis.txt"]);
    } finally {
      rmSync(data, { recursive: true });
    }
  });

  it("explains itself for --help", async () => {
    const { exitCode, stdout, stderr } = await runCommand("sandbox", ["--help"]);

    expect([exitCode, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.match(/^Usage: npm run sandbox /);
    const { scripts } = JSON.parse(readFileSync(join(projectDirectory, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    expect(scripts.sandbox).to.include("commands/sandbox.ts");
  });
});
