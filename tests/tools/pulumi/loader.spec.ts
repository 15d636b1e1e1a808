import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { projectDirectory } from "../../support/deployments";
import { type ProgramRun, runProgram } from "../../support/monitor";

describe("a program that tools/pulumi/loader.cjs loads", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "package-registry-compile-"));
    for (const entry of ["tools", "node_modules"]) {
      symlinkSync(join(projectDirectory, entry), join(directory, entry), "junction");
    }
    write("package.json", JSON.stringify({ name: "compiled", private: true, main: "index.ts" }));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  }

  const run = (): Promise<ProgramRun> =>
    runProgram({ directory, configuration: { project: "compiled", stack: "dev", values: {} } });

  it("is what its files say now, in each of two runs at once, and nothing is written beside it", async () => {
    write("index.ts", 'import { name } from "./parts/name";\nexport const made: string = name;\n');
    write("parts/name.ts", 'export const name = "before";\n');
    const before = await run();
    write("parts/name.ts", 'export const name = "after";\n');
    const files = readdirSync(directory, { recursive: true });
    const after = await Promise.all([run(), run()]);

    expect([before, ...after].map(({ outputs }) => outputs)).to.deep.equal([
      { made: "before" },
      { made: "after" },
      { made: "after" },
    ]);
    expect(readdirSync(directory, { recursive: true })).to.deep.equal(files);
  });

  it("ends with a stack trace of its TypeScript files and lines", async () => {
    write(
      "index.ts",
      'import { stop } from "./parts/stop";\n\ninterface Unused {\n  readonly name: string;\n}\n\nstop();\n',
    );
    write(
      "parts/stop.ts",
      '// One.\n// Two.\nexport function stop(): never {\n  throw new Error("It ends here.");\n}\n',
    );
    const { exitCode, messages } = await run();

    expect(exitCode).to.equal(32);
    expect(messages[0]?.text).to.include("Error: It ends here.");
    const trace = stripVTControlCharacters(messages[0]?.text ?? "");
    const places = [...trace.matchAll(/\(?(\S+\.ts:\d+:\d+)/g)].map(([, place = ""]) => place);
    expect(places.slice(0, 2)).to.deep.equal([`${directory}/parts/stop.ts:4:9`, `${directory}/index.ts:7:1`]);
  });

  it("does not run where a file is no TypeScript: the error names file, line and column", async () => {
    write("index.ts", 'import { name } from "./parts/name";\nexport const made = name;\n');
    write("parts/name.ts", 'export const name = = "x";\n');
    const { exitCode, messages, outputs } = await run();

    expect([exitCode, outputs]).to.deep.equal([32, {}]);
    expect(messages[0]?.text).to.include('parts/name.ts:1:20: ERROR: Unexpected "="');
  });

  it("has no TypeScript compiler and no installer loaded, until it serializes a function", async () => {
    const heavy =
      "Object.keys(require.cache).filter((file) => /\\/(?:typescript\\/lib|arborist)\\//.test(file)).length > 0";
    write(
      "index.ts",
      [
        'import * as pulumi from "@pulumi/pulumi";',
        `export const before = ${heavy};`,
        "export const serialized = pulumi.runtime.serializeFunction(() => 41 + 1).then(({ text }) => text);",
        `export const after = serialized.then(() => ${heavy});`,
      ].join("\n"),
    );
    const { outputs } = await run();

    expect([outputs.before, outputs.after]).to.deep.equal([false, true]);
    expect(outputs.serialized).to.include("return () => 41 + 1;");
  });
});
