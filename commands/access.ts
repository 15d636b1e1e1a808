import { warningsOfFolder } from "./access/accountWarnings";
import { stackDocuments } from "./access/documents";
import { formats, renderAccessTable } from "./access/render";
import { deployWithSiblings } from "./access/otherStacks";
import { accessTable, surprises } from "./access/table";
import { runCommand, UsageError } from "./cli";
import { defaultStack } from "./defaultStack";

void runCommand({
  usage: `Usage: npm run access -- [--stack NAME] [--format text|markdown|json|documents]

Runs a stack's program on this machine and decides, by the documents it registers, who can publish
what, read, mint which tokens and change anything. Exit code 1 where a verdict is not as the settings
mean it.

  --stack NAME     the stack, by its file Pulumi.NAME.yaml (default: ${defaultStack()})
  --format FORMAT  text (default), markdown or json; documents prints the registered resources as JSON
                   and decides nothing: npm run preview of the base branch reads them`,
  options: {
    stack: { type: "string", default: defaultStack() },
    format: { type: "string", default: "text" },
  },
  run: async ({ stack, format }) => {
    const known = formats.find((name) => name === format);
    if (known === undefined && format !== "documents") {
      throw new UsageError(`--format ${String(format)} is not one of ${[...formats, "documents"].join(", ")}.`);
    }
    const { deployment, siblings, missing } = await deployWithSiblings(process.cwd(), String(stack));
    const warnings = [...deployment.warnings, ...missing, ...warningsOfFolder(process.cwd())];
    if (known === undefined) {
      return { text: JSON.stringify(stackDocuments(deployment, siblings), undefined, 1), warnings, exitCode: 0 };
    }
    const table = accessTable(deployment, siblings);
    return { text: renderAccessTable(table, known), warnings, exitCode: surprises(table).length === 0 ? 0 : 1 };
  },
});
