import { colors } from "./colors";
import { stringify } from "yaml";
import { renderAccessTable } from "./access/render";
import { deployWithSiblings } from "./access/siblings";
import { accessTable, surprises } from "./access/table";
import { runCommand } from "./cli";
import { resourceTree } from "./start/resourceTree";

void runCommand({
  usage: `Usage: npm start [-- --stack NAME]

Deploys a stack, by its unmodified program, to a model of AWS on this machine, and prints what was made
and who can do what with it. Nothing leaves this machine. Exit code 1 where AWS would refuse a resource,
or a verdict is not as the settings mean it.

  --stack NAME  the stack, by its file Pulumi.NAME.yaml (default: dev)`,
  options: { stack: { type: "string", default: "dev" } },
  run: async ({ stack }) => {
    const { deployment, siblings, missing } = await deployWithSiblings(process.cwd(), String(stack));
    const table = accessTable(deployment, siblings);
    const sections = [
      heading("Resources"),
      resourceTree(deployment.resources),
      heading("Outputs"),
      stringify(deployment.outputs, { lineWidth: 0 }).trimEnd(),
      heading("Access"),
      renderAccessTable(table, "text"),
    ];
    return {
      text: sections.join("\n\n"),
      warnings: [...deployment.warnings, ...missing],
      exitCode: surprises(table).length === 0 ? 0 : 1,
    };
  },
});

function heading(text: string): string {
  return colors.underline(colors.bold(text));
}
