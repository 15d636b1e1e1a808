// Mocha adds the files that a call names to those named here, so a call that names its own would run all.
const named = process.argv.slice(2).filter((word) => word.endsWith(".spec.ts"));

module.exports = {
  // Two files of tests at a time. A call that names its own runs them in order, in this process.
  parallel: named.length === 0,
  jobs: 2,
  "node-option": ["import=tsx"],
  require: [
    "./tests/support/guardTeamFiles.cjs",
    ...(named.length === 0 ? ["./tests/support/announceWholeRun.cjs"] : []),
  ],
  spec: named.length > 0 ? [] : "tests/**/*.spec.ts",
  "fail-zero": true,
  "forbid-only": Boolean(process.env.CI),
  // Tests wait for events. This only ends a run that hangs, on a machine that may be many times slower than usual.
  timeout: 30 * 60_000,
};
