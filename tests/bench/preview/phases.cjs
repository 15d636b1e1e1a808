// Loaded into every Node process of a timed preview. In the one that runs the Pulumi program it notes when the program's
// files are loaded and when the process ends, in milliseconds from its start.
"use strict";

const { writeFileSync } = require("node:fs");
const Module = require("node:module");

const file = process.env.PACKAGE_REGISTRY_BENCH_PHASES;
if (file !== undefined && /[/\\]cmd[/\\]run[/\\]index\.js$/.test(process.argv[1] ?? "")) {
  const load = Module._load;
  let loaded;
  Module._load = function (request, ...others) {
    try {
      return Reflect.apply(load, this, [request, ...others]);
    } finally {
      if (request.endsWith("index.ts")) {
        loaded ??= performance.now();
      }
    }
  };
  process.on("exit", () => {
    writeFileSync(file, JSON.stringify({ loaded, ended: performance.now() }));
  });
}
