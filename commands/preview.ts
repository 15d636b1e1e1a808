import { appendFileSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { type CommandOptions, runCommand, UsageError } from "./cli";
import { changeBetween } from "./preview/change";
import { judgeStacks } from "./preview/judge";
import { renderComment, renderSummary } from "./preview/render";

void runCommand({
  usage: `Usage: npm run preview -- --change FOLDER [--documents FOLDER] [--plans FOLDER] [--commit SHA]
                          [--run URL] [--summary FILE]

Run in a checkout of the branch that a change goes to. Writes, as Markdown, what the change does to
every stack: at the top what must not be overlooked, then each stack's plan, its access table and how
that differs from this checkout. Reads the change as data and runs nothing of it.

  --change FOLDER     a git checkout of the change, merged into this branch
  --documents FOLDER  STACK.json for each stack, from npm run access -- --stack STACK
                      --format documents in the change (default: documents)
  --plans FOLDER      STACK.json for each stack, from pulumi preview --stack STACK --json --show-sames,
                      and STACK.log with what it wrote to standard error (default: plans)
  --commit SHA        the commit that the text names
  --run URL           where the text says that the summary is
  --summary FILE      where to append the text with every attempt

Exit code 1 where a stack cannot be judged, or its documents allow what its settings do not mean.`,
  options: {
    change: { type: "string" },
    documents: { type: "string", default: "documents" },
    plans: { type: "string", default: "plans" },
    commit: { type: "string" },
    run: { type: "string" },
    summary: { type: "string" },
  },
  run: async ({ change: checkout, documents, plans, commit, run, summary }) => {
    if (typeof checkout !== "string") {
      throw new UsageError("--change is missing.");
    }
    const base = process.cwd();
    const change = changeBetween(base, resolve(checkout));
    try {
      const folders = {
        ...{ base, configuration: change.configuration },
        ...{ documents: resolve(String(documents)), plans: resolve(String(plans)) },
      };
      const stacks = await judgeStacks(change.stacks, folders);
      const preview = { stacks, otherFiles: change.otherFiles, commit: textOf(commit), run: textOf(run) };
      if (typeof summary === "string") {
        appendFileSync(summary, renderSummary(preview));
      }
      return { text: renderComment(preview), exitCode: stacks.every(({ isAsMeant }) => isAsMeant) ? 0 : 1 };
    } finally {
      rmSync(change.configuration, { recursive: true });
    }
  },
});

function textOf(option: CommandOptions[string]): string | undefined {
  return typeof option === "string" ? option : undefined;
}
