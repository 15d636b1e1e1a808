module.exports = {
  "node-option": ["import=tsx"],
  spec: "tests/**/*.spec.ts",
  "fail-zero": true,
  "forbid-only": Boolean(process.env.CI),
  timeout: 20_000,
};
