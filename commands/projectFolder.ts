import { createRequire } from "node:module";
import { dirname } from "node:path";

/**
 * The root of this project. `__dirname` would be another folder in a command than in its tests: a command is compiled in one
 * step, and then every file has the place of the command's own.
 */
export const projectFolder = dirname(createRequire(__filename).resolve("#package.json"));
