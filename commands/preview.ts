import { resolve } from "node:path";
import { listStacks } from "../engine/stackFiles";
import { runCommand } from "./cli";
import { renderPreview } from "./preview/render";
import { readFacts } from "./preview/stackFacts";

void runCommand({
  usage: `Usage: npm run preview-comment -- --before FOLDER --after FOLDER --plans FOLDER

Writes, as Markdown, what a change does to every stack: at the top what must not be overlooked, then
each stack's plan, its access table and how that differs from the base branch.

  --before FOLDER  STACK.json for each stack, from npm run access -- --stack STACK --format json on
                   the branch that the change goes to
  --after FOLDER   the same, from the change
  --plans FOLDER   STACK.json from pulumi preview --stack STACK --json --show-sames, and STACK.log with
                   what it wrote to standard error

A file that is missing is said to be missing.`,
  options: {
    before: { type: "string", default: "before" },
    after: { type: "string", default: "after" },
    plans: { type: "string", default: "plans" },
  },
  run: ({ before, after, plans }) => {
    const order = ["dev", "staging", "prod"];
    const stacks = [...listStacks(process.cwd())].sort((one, other) => order.indexOf(one) - order.indexOf(other));
    const facts = readFacts(stacks, {
      before: resolve(String(before)),
      after: resolve(String(after)),
      plans: resolve(String(plans)),
    });
    return Promise.resolve({ text: renderPreview(facts), exitCode: 0 });
  },
});
