// How Node loads a Pulumi program of this project: `nodeargs` in Pulumi.yaml names this file, and `typescript: false`
// there switches Pulumi's own loader off, which compiles file by file. Types are checked by `npm run typecheck`.
"use strict";

const Module = require("node:module");
const { dirname } = require("node:path");
const { buildSync } = require("esbuild");

// A program and what it imports from this project are compiled in one step, each time: nothing is stored, so nothing can
// be out of date.
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

// Pulumi prints stack traces through this package, so it must be Pulumi's own copy. `hookRequire` makes it read the
// source map from the compiled text; by default it looks for one in the .ts file.
Module.createRequire(require.resolve("@pulumi/pulumi"))("source-map-support").install({ hookRequire: true });

// @pulumi/pulumi loads these when it is imported: 0.4 s of the 0.7 s that it takes. It uses them only to serialize a
// function, so they are loaded when something of them is read.
const isPostponed = (request) => request === "@npmcli/arborist" || request.endsWith("/typescript-shim");

const load = Module._load;
Module._load = function (request, ...others) {
  const loadNow = () => Reflect.apply(load, this, [request, ...others]);
  // An ES module's marker, or the compiled import of it would copy every member.
  const read = (_target, key) => (key === "__esModule" ? true : loadNow()[key]);
  return isPostponed(request) ? new Proxy({}, { get: read }) : loadNow();
};
