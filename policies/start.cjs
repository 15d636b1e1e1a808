// How Pulumi loads this pack. Its host hands `nodeargs` of a policy pack to the pack, not to Node (RunPlugin in
// sdk/nodejs/cmd/pulumi-language-nodejs/main.go of pulumi/pulumi), so the loader is required here.
"use strict";

require("../tools/pulumi/loader.cjs");
require("./index.ts");
