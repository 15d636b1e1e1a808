import { createRequire } from "node:module";
import { resolve } from "node:path";

const load = createRequire(__filename);

/**
 * Runs the program that package.json names as `main`, or else index.ts, anew each time, and answers with what it exports. As in
 * Pulumi's own language host, an exported function is called. Source: sdk/nodejs/cmd/run/run.ts of pulumi/pulumi
 */
export function loadProgram(directory: string): unknown {
  // The dot says that it is a folder: a file beside it, with the folder's name and .ts behind it, would come first.
  const main = load.resolve(`${resolve(directory)}/.`);
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a module runs once for each entry of this cache
  delete load.cache[main];
  const exported: unknown = load(main);
  return typeof exported === "function" ? (exported as () => unknown)() : exported;
}
