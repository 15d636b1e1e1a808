// Compiles a Pulumi program and what it imports from this project in one step, each time it is loaded: nothing is
// stored, so nothing can be out of date. Pulumi.yaml loads this file by `nodeargs` and switches Pulumi's own ts-node off,
// which starts the TypeScript compiler and compiles file by file. Types are checked by `npm run typecheck`.
"use strict";

const { createRequire } = require("node:module");
const { dirname } = require("node:path");
const { buildSync } = require("esbuild");

// Pulumi prints stack traces through this package, so it must be Pulumi's own copy. `hookRequire` makes it read the
// source map from the compiled text; by default it looks for one in the .ts file.
createRequire(require.resolve("@pulumi/pulumi"))("source-map-support").install({ hookRequire: true });

require.extensions[".ts"] = (module, file) => {
  const { outputFiles } = buildSync({
    entryPoints: [file],
    outdir: dirname(file),
    write: false,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: "inline",
    sourcesContent: false,
    // Without it esbuild looks for a tsconfig.json beside each file.
    tsconfigRaw: {},
    // The error that is thrown lists every message.
    logLevel: "silent",
  });
  module._compile(outputFiles[0].text, file);
};
