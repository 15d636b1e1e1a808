import { createRequire } from "node:module";
import { resolve } from "node:path";

const load = createRequire(__filename);

/** Runs the program that package.json names as `main`, anew each time, and answers with what it exports. */
export function loadProgram(directory: string): unknown {
  const main = load.resolve(resolve(directory));
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a module runs once for each entry of this cache
  delete load.cache[main];
  return load(main);
}
