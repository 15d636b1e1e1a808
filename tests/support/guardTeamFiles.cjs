/**
 * Mocha loads this file first (.mocharc.cjs), and so does a Node process that a test starts without a shell. From then on a call of
 * node:fs that reads, copies or links a stack file at the root throws. Those files belong to the team that uses this project: a test
 * that depends on their values fails for the next team. Only teamFiles.spec.ts reads them.
 */
const childProcess = require("node:child_process");
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const { join, resolve, sep } = require("node:path");
const { promisify } = require("node:util");

const root = resolve(__dirname, "../..");
const allowed = join(root, "tests/teamFiles.spec.ts");

const teamFiles = ["", "bootstrap"].flatMap((folder) =>
  fs
    .readdirSync(join(root, folder))
    .filter((file) => /^Pulumi(?:\..+)?\.yaml$/.test(file))
    .map((file) => join(root, folder, file)),
);

/** @param filter - of `cp`, which may leave files out */
function check(path, filter = () => true) {
  if (typeof path !== "string") {
    return;
  }
  const source = resolve(path);
  const used = teamFiles.find((file) => file === source || (file.startsWith(source + sep) && filter(file, "")));
  if (used !== undefined && !callers().includes(allowed)) {
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
