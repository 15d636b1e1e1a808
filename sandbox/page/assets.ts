import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Not `__dirname`: a command is compiled in one step, and then every file has the place of the command's own. */
const browserFolder = join(dirname(createRequire(__filename).resolve("#package.json")), "sandbox/page/browser");

/** The page's script: one ES module of the files in browser/ and of preact. */
export async function pageScript(): Promise<string> {
  // A sandbox that no browser looks at compiles nothing.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(browserFolder, "main.tsx")],
    write: false,
    bundle: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    // Without it esbuild looks for a tsconfig.json beside each file.
    tsconfigRaw: {},
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

/** In the order in which later rules come before earlier ones. */
const styleFiles = ["base", "controls", "path", "decisions", "views", "widths"];

/** The page's style sheet. */
export async function pageStyle(): Promise<string> {
  const parts = styleFiles.map((name) => readFile(join(browserFolder, "styles", `${name}.css`), "utf8"));
  return (await Promise.all(parts)).join("\n");
}

/** Makes a value at the first call; a call after a failure tries again. */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
