import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type CommandResult, runCommand, UsageError } from "../../commands/cli";
import { EngineError } from "../../sandbox/pulumi/stackFiles";
import { SettingsError } from "../../settings/errors";
import { projectDirectory } from "../support/deployments";
import { type Ended, run, runCommand as runProcess } from "../support/commands/processes";

const greeting = {
  call: "npm run greet",
  summary: `
    Greets a person, in a paragraph that is longer than a line of eighty characters, so that it has to be broken
    between words.

    A second paragraph.`,
  words: "WORD …",
  options: {
    name: { type: "text", value: "NAME", help: "the person", default: "you" },
    sender: { type: "text", value: "NAME", help: "who greets" },
    "language-of-greeting": { type: "choice", choices: ["english", "latin"], help: "latin is for scholars" },
    loud: { type: "flag", help: "greets so loud that the help for this option has to go on in a second line below it" },
  },
  notes: `
    Example:

      npm run greet -- --loud`,
} as const;

type Run = (
  values: {
    readonly name: string;
    readonly sender: string | undefined;
    readonly "language-of-greeting": "english" | "latin";
    readonly loud: boolean;
  },
  words: readonly string[],
) => Promise<CommandResult>;

interface Around {
  /** Variables that npm sets. */
  readonly npm?: Readonly<Record<string, string>>;
  readonly after?: () => void;
}

const help = `Usage: npm run greet -- [--name NAME] [--sender NAME]
       [--language-of-greeting english|latin] [--loud] WORD …

Greets a person, in a paragraph that is longer than a line of eighty characters,
so that it has to be broken between words.

A second paragraph.

  --name NAME             the person (default: you)
  --sender NAME           who greets
  --language-of-greeting LANGUAGE-OF-GREETING
                          english (default), latin; latin is for scholars
  --loud                  greets so loud that the help for this option has to go
                          on in a second line below it

Example:

  npm run greet -- --loud
`;

/** Runs a command in this process, as if called with these options, and then does what comes after it. */
async function call(options: readonly string[], run: Run, { npm = {}, after = () => {} }: Around = {}): Promise<Ended> {
  const { argv, exitCode: before } = process;
  const writeOut = process.stdout.write.bind(process.stdout);
  const writeError = process.stderr.write.bind(process.stderr);
  const written = { stdout: "", stderr: "" };
  const listeners = process.stdout.listeners("error");
  process.argv = ["node", "commands/greet.ts", ...options];
  const environment = { npm_lifecycle_script: "node --require ./tools/pulumi/loader.cjs commands/greet.ts", ...npm };
  const replaced = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));
  Object.assign(process.env, environment);
  process.exitCode = undefined;
  process.stdout.write = (text: unknown) => (written.stdout += String(text)) !== "";
  process.stderr.write = (text: unknown) => (written.stderr += String(text)) !== "";
  try {
    await runCommand({ ...greeting, run });
    after();
    return { exitCode: exitCode(), ...written };
  } finally {
    process.argv = argv;
    for (const [name, value] of Object.entries(replaced)) {
      if (value === undefined) {
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- an environment variable has no undefined
        delete process.env[name];
      } else {
        process.env[name] = value;
      }
    }
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
async function exitAfter(run: Run, code: string): Promise<readonly unknown[]> {
  const codes: unknown[] = [];
  const exit = process.exit.bind(process);
  process.exit = ((ended: unknown) => codes.push(ended)) as unknown as typeof process.exit;
  try {
    const after = () => process.stdout.emit("error", Object.assign(new Error("write failed"), { code }));
    await call([], run, { after });
  } finally {
    process.exit = exit;
  }
  return codes;
}

const greet: Run = ({ name }) => Promise.resolve({ text: `Hello ${name}.`, exitCode: 0 });
const repeat: Run = (values, words) => Promise.resolve({ text: JSON.stringify([values, words]), exitCode: 0 });
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
    it(`prints the help made from its definition for ${option}, in 80 columns, and does nothing`, async () => {
      expect(await call([option], fail(new Error("it ran")))).to.deep.equal({ exitCode: 0, stdout: help, stderr: "" });
      expect(Math.max(...help.split("\n").map(({ length }) => length))).to.be.at.most(80);
    });
  }

  it("gets each value in its type, and the words", async () => {
    const { stdout } = await call(["--sender", "Bo", "--loud", "--language-of-greeting", "latin", "x", "y"], repeat);

    expect(JSON.parse(stdout)).to.deep.equal([
      { name: "you", sender: "Bo", "language-of-greeting": "latin", loud: true },
      ["x", "y"],
    ]);
    expect(JSON.parse((await call([], repeat)).stdout)).to.deep.equal([
      { name: "you", "language-of-greeting": "english", loud: false },
      [],
    ]);
  });

  it("takes a negative number for the value of the option before it, and no option", async () => {
    const [values] = JSON.parse((await call(["--sender", "-1", "--name=-2.5"], repeat)).stdout) as readonly object[];

    expect(values).to.deep.include({ sender: "-1", name: "-2.5" });
    expect((await call(["--sender", "--loud"], repeat)).exitCode).to.equal(2);
  });

  for (const [rule, options, reason] of [
    ["an option is not known", ["--nme", "Ada"], "Unknown option '--nme'. Did you mean --name?"],
    ["an option lacks its value", ["--name"], "Option '--name <value>' argument missing"],
    [
      "a value is not one of the choices",
      ["--language-of-greeting", "greek"],
      "--language-of-greeting greek is not one of english, latin.",
    ],
  ] as const) {
    it(`ends with 2, the error and where the help is, where ${rule}`, async () => {
      expect(await call(options, fail(new Error("it ran")))).to.deep.equal({
        exitCode: 2,
        stdout: "",
        stderr: `error: ${reason}\nSee npm run greet -- --help\n`,
      });
    });
  }

  it("ends with 2 and the error where it finds the call wrong itself", async () => {
    expect(await call([], fail(new UsageError("--name Ada is taken.")))).to.deep.equal({
      exitCode: 2,
      stdout: "",
      stderr: "error: --name Ada is taken.\nSee npm run greet -- --help\n",
    });
  });

  for (const [given, npm, reason] of [
    [
      "--name=Ada",
      { npm_config_name: "Ada" },
      "--name as a setting of its own. Put -- before the options: npm run greet -- --name Ada",
    ],
    // npm keeps the option and hands the value on as a word.
    [
      "--name Ada",
      { npm_config_name: "true" },
      "--name as a setting of its own. Put -- before the options: npm run greet -- --name NAME",
    ],
    [
      "--loud",
      { npm_config_loud: "true" },
      "--loud as a setting of its own. Put -- before the options: npm run greet -- --loud",
    ],
    [
      "--language-of-greeting=latin",
      { npm_config_language_of_greeting: "latin" },
      "--language-of-greeting as a setting of its own. Put -- before the options: npm run greet -- --language-of-greeting latin",
    ],
  ] as const) {
    it(`ends with 2 where npm took ${given}, so that no other value is used silently`, async () => {
      expect(await call([], fail(new Error("it ran")), { npm })).to.deep.equal({
        exitCode: 2,
        stdout: "",
        stderr: `error: npm took ${reason}\nSee npm run greet -- --help\n`,
      });
    });
  }

  it("runs where npm has a setting that is not from this call", async () => {
    const said = async (npm: Readonly<Record<string, string>>, options: readonly string[] = []) =>
      (await call(options, greet, { npm })).stdout;

    expect(await said({ npm_config_name: "https://mirror.example/" })).to.equal("Hello you.\n");
    expect(await said({ npm_config_name: "Ada", npm_lifecycle_script: "mocha" })).to.equal("Hello you.\n");
    expect(await said({ npm_config_name: "Ada" }, ["--name", "Ada"])).to.equal("Hello Ada.\n");
    expect(await said({ npm_config_loud: "" })).to.equal("Hello you.\n");
  });

  it("ends with 1 and the message alone where settings are wrong or a stack cannot be deployed", async () => {
    expect(await call([], fail(new EngineError("rejected")))).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr: "error: rejected\n",
    });
    expect(await call([], fail(new SettingsError("dev", ["tags: wrong"])))).to.deep.equal({
      exitCode: 1,
      stdout: "",
      stderr: "error: 1 setting is wrong in stack dev (Pulumi.dev.yaml, Pulumi.yaml):\n  tags: wrong\n",
    });
  });

  it("does not swallow a error of its own", async () => {
    const bug = new TypeError("a bug");

    expect(await call([], fail(bug)).catch((error: unknown) => error)).to.equal(bug);
  });
});

describe("the commands themselves", function () {
  this.timeout(60_000);

  it("reject a value that they do not take before anything is deployed", async () => {
    expect(await runProcess("access", ["--format", "nonsense"])).to.deep.equal({
      exitCode: 2,
      stdout: "",
      stderr: "error: --format nonsense is not one of text, markdown, json, documents.\nSee npm run access -- --help\n",
    });
  });

  for (const name of [
    "access",
    "adopt",
    "audit",
    "block",
    "cleanup",
    "cost",
    "deployment",
    "job",
    "preview",
    "promote",
    "reach",
    "sandbox",
    "setup",
    "tour",
    "verify",
  ]) {
    it(`print the help of ${name} in 80 columns`, async () => {
      const { exitCode, stdout, stderr } = await runProcess(name, ["--help"]);

      expect([exitCode, stderr]).to.deep.equal([0, ""]);
      expect(stdout).to.match(/^Usage: npm (?:start|run (?:--silent )?\w+) -- /);
      expect(stdout.split("\n").filter(({ length }) => length > 80)).to.deep.equal([]);
    });
  }

  it("never run for another stack than the one that npm took", async () => {
    const npm = { npm_config_cache: join(tmpdir(), "npm-cache"), npm_config_update_notifier: "false" };
    const call = (...words: string[]) =>
      run("npm", ["run", "--silent", "access", ...words], { directory: projectDirectory, environment: npm });

    expect(await call("--stack=nowhere")).to.deep.equal({
      exitCode: 2,
      stdout: "",
      stderr:
        "error: npm took --stack as a setting of its own. Put -- before the options: npm run access -- --stack nowhere\n" +
        "See npm run access -- --help\n",
    });
    expect((await call("--", "--stack=nowhere")).stderr).to.include("There is no stack nowhere");
  });
});
