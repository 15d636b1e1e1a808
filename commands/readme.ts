import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { withAccessTable } from "./access/access";
import { runCommand } from "./cli";
import { drawing } from "./readme/drawing";
import { withOperations } from "./sandbox/operationsList";
import { searchComplete, withReachTable } from "./reach/readme";

/** The stacks that the documents show. A team's own stacks change without them. */
const exampleProject = "tests/fixtures/orb";

void runCommand({
  call: "npm run readme",
  summary: `
    Writes two tables of the stacks in ${exampleProject}, as the programs make them now: the access table of the stack
    dev into docs/access.md, and what each kind of role can reach into docs/access.md and bootstrap/README.md. Writes the
    operations that the sandbox answers into sandbox/README.md, and draws docs/registry.svg from docs/registry.dot.`,
  options: {},
  run: async () => {
    const reaches = await searchComplete(exampleProject);
    const access = readFileSync("docs/access.md", "utf8");
    const bootstrap = readFileSync("bootstrap/README.md", "utf8");
    const sandbox = readFileSync("sandbox/README.md", "utf8");
    const drawn = existsSync("docs/registry.svg") ? readFileSync("docs/registry.svg", "utf8") : "";
    const changed = [
      write("docs/access.md", access, withReachTable(await withAccessTable(access, exampleProject), reaches)),
      write("bootstrap/README.md", bootstrap, withReachTable(bootstrap, reaches)),
      write("sandbox/README.md", sandbox, await withOperations(sandbox)),
      write("docs/registry.svg", drawn, await drawing(readFileSync("docs/registry.dot", "utf8"))),
    ].flat();
    return {
      text: changed.length === 0 ? "Everything is up to date." : `New in ${changed.join(" and ")}.`,
      exitCode: 0,
    };
  },
});

function write(file: string, before: string, after: string): readonly string[] {
  if (before === after) {
    return [];
  }
  writeFileSync(`${file}.new`, after);
  renameSync(`${file}.new`, file);
  return [file];
}
