import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { withAccessTable } from "./access/readme";
import { runCommand } from "./cli";

void runCommand({
  usage: `Usage: npm run readme

Writes the access table of the stack dev, as the program makes it now, into README.md.`,
  options: {},
  run: async () => {
    const before = readFileSync("README.md", "utf8");
    const after = await withAccessTable(before, process.cwd());
    writeFileSync("README.md.new", after);
    renameSync("README.md.new", "README.md");
    return { text: before === after ? "README.md is up to date." : "README.md has a new access table.", exitCode: 0 };
  },
});
