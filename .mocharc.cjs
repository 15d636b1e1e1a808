// Mocha adds the files that a call names to those named here, so a call that names its own would run all.
const named = process.argv.slice(2).some((word) => word.endsWith(".spec.ts"));

module.exports = {
  "node-option": ["import=tsx"],
  require: ["./tests/support/guardTeamFiles.cjs"],
  spec: named ? [] : "tests/**/*.spec.ts",
  "fail-zero": true,
  "forbid-only": Boolean(process.env.CI),
  timeout: 60_000,
};
