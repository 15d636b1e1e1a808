/** Says what a run of all tests installs, and how long it takes, before it begins. */
exports.mochaGlobalSetup = () => {
  process.stderr.write(
    [
      "All tests, two files at a time: 40 to 60 minutes on two cores.",
      "The first run installs pip's clients into .cache/ (about 500 MB), and Chromium into node_modules/.cache/.",
      "For one file: npx mocha tests/iam/evaluate.spec.ts",
      "",
    ].join("\n"),
  );
};
