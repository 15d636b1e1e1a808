import { readExistingRegistry } from "./adopt/existingRegistry";
import { planAdoption } from "./adopt/plan";
import { renderAdoption } from "./adopt/render";
import { profileOption } from "./aws/clients";
import { runCommand } from "./cli";
import { stackSettings } from "./stackSettings";

void runCommand({
  call: "npm run adopt",
  summary: `
    Reads a registry that exists already and says what its stack would take over, what it would create beside it, and
    what is to be done before: above all whether private names have versions from public PyPI. It changes nothing. The
    steps are in docs/migration.md.`,
  options: {
    stack: {
      type: "text",
      value: "STACK",
      help: "the stack that is to have the registry, by its file Pulumi.STACK.yaml",
      required: true,
    },
    profile: profileOption("to read with"),
  },
  notes: "Exit code 1 where something prevents the adoption, 2 where AWS could not be asked.",
  run: async ({ stack, profile }) => {
    const settings = stackSettings(stack);
    const existing = await readExistingRegistry(settings, profile);
    const adoption = planAdoption(settings, existing);
    return { text: renderAdoption(adoption, { settings, stack }), exitCode: adoption.obstacles.length === 0 ? 0 : 1 };
  },
});
