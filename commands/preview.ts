import { appendFileSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { runCommand } from "./cli";
import { changeBetween } from "./preview/change";
import { judgeStacks } from "./preview/judge";
import { renderComment, renderSummary } from "./preview/render";

void runCommand({
  call: "npm run preview",
  summary: `
    Run in a checkout of the branch that a change goes to. Writes, as Markdown, what the change does to every stack: at
    the top what must not be overlooked, then each stack's plan, its access table and how that differs from this
    checkout. Reads the change as data and runs nothing of it.`,
  options: {
    change: {
      type: "text",
      value: "FOLDER",
      help: "a git checkout of the change, merged into this branch",
      required: true,
    },
    documents: {
      type: "text",
      value: "FOLDER",
      help: "STACK.json for each stack, from npm run access -- --stack STACK --format documents in the change",
      default: "documents",
    },
    plans: {
      type: "text",
      value: "FOLDER",
      help:
        "STACK.json for each stack, from pulumi preview --stack STACK --json --show-sames, and STACK.log with what it " +
        "wrote to standard error",
      default: "plans",
    },
    commit: { type: "text", value: "SHA", help: "the commit that the text names" },
    run: { type: "text", value: "URL", help: "where the text says that the summary is" },
    summary: { type: "text", value: "FILE", help: "where to append the text with every attempt" },
  },
  notes: "Exit code 1 where a stack cannot be judged, or its documents allow what its settings do not say.",
  run: async ({ change: checkout, documents, plans, commit, run, summary }) => {
    const base = process.cwd();
    const change = changeBetween(base, resolve(checkout));
    try {
      const stacks = await judgeStacks(change.stacks, {
        base,
        configuration: change.configuration,
        documents: resolve(documents),
        plans: resolve(plans),
      });
      const preview = { stacks, otherFiles: change.otherFiles, commit, run };
      if (summary !== undefined) {
        appendFileSync(summary, renderSummary(preview));
      }
      return { text: renderComment(preview), exitCode: stacks.every(({ isAsExpected }) => isAsExpected) ? 0 : 1 };
    } finally {
      rmSync(change.configuration, { recursive: true });
    }
  },
});
