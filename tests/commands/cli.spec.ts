import { expect } from "chai";
import { type Command, runCommand, UsageError } from "../../commands/cli";
import { EngineError } from "../../sandbox/pulumi/engineError";
import { SettingsError } from "../../settings/errors";
import { type Ended, runCommand as runProcess } from "../support/commands/processes";

const usage = "Usage: greet [--name NAME]";

/** Runs a command in this process, as if called with these options, and then does what comes after it. */
async function call(options: readonly string[], run: Command["run"], after = () => {}): Promise<Ended> {
  const { argv, exitCode: before } = process;
  const writeOut = process.stdout.write.bind(process.stdout);
  const writeError = process.stderr.write.bind(process.stderr);
  const written = { stdout: "", stderr: "" };
  const listeners = process.stdout.listeners("error");
  process.argv = ["node", "greet", ...options];
  process.exitCode = undefined;
  process.stdout.write = (text: unknown) => (written.stdout += String(text)) !== "";
  process.stderr.write = (text: unknown) => (written.stderr += String(text)) !== "";
  try {
    await runCommand({ usage, options: { name: { type: "string", default: "you" } }, run });
    after();
    return { exitCode: exitCode(), ...written };
  } finally {
    process.argv = argv;
    process.exitCode = before;
    process.stdout.write = writeOut;
    process.stderr.write = writeError;
    for (const added of process.stdout.listeners("error").filter((one) => !listeners.includes(one))) {
      process.stdout.off("error", added as () => void);
    }
  }
}

function exitCode(): number {
  return typeof process.exitCode === "number" ? process.exitCode : 0;
}

/** The codes with which a command ends the process when its output fails. */
async function exitAfter(run: Command["run"], code: string): Promise<readonly unknown[]> {
  const codes: unknown[] = [];
  const exit = process.exit.bind(process);
  process.exit = ((ended: unknown) => codes.push(ended)) as unknown as typeof process.exit;
  try {
    await call([], run, () => process.stdout.emit("error", Object.assign(new Error("write failed"), { code })));
  } finally {
    process.exit = exit;
  }
  return codes;
}

const greet: Command["run"] = ({ name }) => Promise.resolve({ text: `Hello ${String(name)}.`, exitCode: 0 });
const fail = (error: Error) => () => Promise.reject(error);

describe("a command", () => {
  it("prints its text with the end of the line, and ends with its exit code", async () => {
    expect(await call([], greet)).to.deep.equal({ exitCode: 0, stdout: "Hello you.\n", stderr: "" });
    expect(await call(["--name", "Ada"], greet)).to.deep.equal({ exitCode: 0, stdout: "Hello Ada.\n", stderr: "" });
    expect(await call([], () => Promise.resolve({ text: "no\n", exitCode: 1 }))).to.deep.equal({
      exitCode: 1,
      stdout: "no\n",
      stderr: "",
    });
  });

  it("prints warnings beside its text, each on a line", async () => {
    const warnings = ["one", "another"];

    expect(await call([], () => Promise.resolve({ text: "done", warnings, exitCode: 0 }))).to.deep.equal({
      exitCode: 0,
      stdout: "done\n",
      stderr: "warning: one\nwarning: another\n",
    });
  });

  for (const exitCode of [0, 1]) {
    it(`ends with its exit code, ${exitCode}, where its reader has closed the pipe`, async () => {
      const done = () => Promise.resolve({ text: "done", exitCode });

      expect(await exitAfter(done, "EPIPE")).to.deep.equal([exitCode]);
    });
  }

  it("ends with 1 where its text cannot be written for another reason", async () => {
    expect(await exitAfter(greet, "ENOSPC")).to.deep.equal([1]);
  });

  for (const option of ["--help", "-h"]) {
    it(`explains itself for ${option}, and does nothing`, async () => {
      expect(await call([option], fail(new Error("it ran")))).to.deep.equal({
        exitCode: 0,
        stdout: `${usage}\n`,
        stderr: "",
      });
    });
  }

  for (const [rule, options, reason] of [
    ["an option is not known", ["--nme", "Ada"], /^error: Unknown option '--nme'/],
    ["an option lacks its value", ["--name"], /^error: Option '--name <value>' argument missing/],
    ["something is given that is no option", ["Ada"], /^error: Unexpected argument 'Ada'/],
  ] as const) {
    it(`ends with 2 and its usage where ${rule}`, async () => {
      const { exitCode, stdout, stderr } = await call(options, greet);

      expect([exitCode, stdout]).to.deep.equal([2, ""]);
      expect(stderr).to.match(reason);
      expect(stderr.endsWith(`\n\n${usage}\n`)).to.equal(true);
    });
  }

  it("ends with 2 and its usage where a value is not one of those it takes", async () => {
    expect(await call([], fail(new UsageError("--name Ada is taken.")))).to.deep.equal({
      exitCode: 2,
      stdout: "",
      stderr: `error: --name Ada is taken.\n\n${usage}\n`,
    });
  });

  it("ends with 1 and the message alone where settings are wrong or a stack cannot be deployed", async () => {
    expect(await call([], fail(new EngineError("refused")))).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr: "error: refused\n",
    });
    expect(await call([], fail(new SettingsError("dev", ["tags: wrong"])))).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr: "error: 1 setting is wrong in stack dev (Pulumi.dev.yaml, Pulumi.yaml):\n  tags: wrong\n",
    });
  });

  it("does not swallow a mistake of its own", async () => {
    const bug = new TypeError("a bug");

    expect(await call([], fail(bug)).catch((error: unknown) => error)).to.equal(bug);
  });
});

describe("the commands themselves", () => {
  it("explain themselves, and refuse a value they do not take before anything is deployed", async () => {
    const [help, nonsense] = await Promise.all([
      runProcess("tour", ["--help"]),
      runProcess("access", ["--format", "nonsense"]),
    ]);

    expect([help.exitCode, help.stderr]).to.deep.equal([0, ""]);
    expect(help.stdout).to.match(
      /^Usage: npm start -- \[--stack NAME\] \[--dist DIR\] \[--format text\|json\]\n(?:.*\n)+ {2}--stack NAME .*\(default: dev\)\n(?:.*\n){3}$/,
    );
    expect([nonsense.exitCode, nonsense.stdout]).to.deep.equal([2, ""]);
    expect(nonsense.stderr).to.match(
      /^error: --format nonsense is not one of text, markdown, json, documents\.\n\nUsage: npm run access -- \[--stack NAME\] \[--format text\|markdown\|json\|documents\]\n/,
    );
  });
});
