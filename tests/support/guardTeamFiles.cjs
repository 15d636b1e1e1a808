/**
 * Mocha loads this file first (.mocharc.cjs), and so does a Node process that a test starts without a shell. From then on a call of
 * node:fs that reads, copies or links a stack file at the root, or deploy.yml, throws. Those files belong to the team that uses this
 * project: a test that depends on their values fails for the next team. Only teamFiles.spec.ts reads the stack files; of deploy.yml
 * the branches are the team's, and the files below take the rest.
 */
const childProcess = require("node:child_process");
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const { join, resolve, sep } = require("node:path");
const { promisify } = require("node:util");

const root = resolve(__dirname, "../..");
const test = (file) => join(root, "tests", file);
const rules = test("teamFiles.spec.ts");

/** Files by their paths, each with the files of tests that may read it. */
const teamFiles = new Map([
  ...["", "bootstrap"].flatMap((folder) =>
    fs
      .readdirSync(join(root, folder))
      .filter((file) => /^Pulumi(?:\..+)?\.yaml$/.test(file))
      .map((file) => [join(root, folder, file), [rules]]),
  ),
  [
    join(root, ".github/workflows/deploy.yml"),
    [
      rules,
      ...["support/exampleProject.ts", "workflows/workflows.spec.ts"].map(test),
      ...["bootstrap/settings.spec.ts", "repository.spec.ts"].map(test),
    ],
  ],
]);

/** @param filter - of `cp`, which may leave files out */
function check(path, filter = () => true) {
  if (typeof path !== "string") {
    return;
  }
  const source = resolve(path);
  const [used, readers] =
    [...teamFiles].find(([file]) => file === source || (file.startsWith(source + sep) && filter(file, ""))) ?? [];
  if (used !== undefined && !readers.some((file) => callers().includes(file))) {
    throw new Error(
      `${used} belongs to the team that uses this project. Take the example project's (tests/support/exampleProject.ts), ` +
        "so that a team's own values break no test.",
    );
  }
}

function callers() {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Infinity;
  const { stack } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return stack;
}

/** Calls `before` with a function's arguments each time that the function is called; it may answer with others. */
function guard(module, names, before) {
  for (const name of names) {
    const original = module[name];
    const guarded = (call) =>
      function (...args) {
        return call.apply(this, before(...args) ?? args);
      };
    module[name] = guarded(original);
    if (original[promisify.custom] !== undefined) {
      module[name][promisify.custom] = guarded(original[promisify.custom]);
    }
  }
}

// Deeper calls of `fs` itself do not pass through these.
const reading = ["readFile", "copyFile", "open", "link", "symlink"];
guard(fs, [...reading, ...reading.map((name) => `${name}Sync`), "createReadStream"], (path) => check(path));
guard(fs.promises, reading, (path) => check(path));
guard(fs, ["cp", "cpSync"], (path, _to, options) => check(path, options?.filter));
guard(fs.promises, ["cp"], (path, _to, options) => check(path, options?.filter));
guard(childProcess, ["spawn", "spawnSync", "execFile", "execFileSync"], (program, words, ...rest) =>
  program === process.execPath && Array.isArray(words)
    ? [program, ["--require", __filename, ...words], ...rest]
    : undefined,
);
syncBuiltinESMExports();
