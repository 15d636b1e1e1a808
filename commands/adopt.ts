import { readExistingRegistry } from "./adopt/existingRegistry";
import { renderAdoption } from "./adopt/render";
import { planAdoption } from "./adopt/plan";
import { runCommand, UsageError } from "./cli";
import { stackSettings } from "./stackSettings";

void runCommand({
  usage: `Usage: npm run adopt -- --stack STACK [OPTIONS]

Looks at a registry that exists already and says what its stack would take over, what it would make beside it, and what
is to be done before: above all whether versions from public PyPI stand under private names. It changes nothing.
The steps are in docs/migration.md.

  --stack STACK    the stack that is to have the registry, by its file Pulumi.STACK.yaml
  --profile NAME   the AWS profile to look with (default: aws:profile of the stack, or the usual credentials)

Exit code 1 where something stands in the way, 2 where AWS could not be asked.`,
  options: { stack: { type: "string" }, profile: { type: "string" } },
  run: async ({ stack, profile }) => {
    if (typeof stack !== "string") {
      throw new UsageError("--stack is missing: give the stack that is to have the registry");
    }
    const settings = stackSettings(stack);
    const existing = await readExistingRegistry(settings, typeof profile === "string" ? profile : undefined);
    const adoption = planAdoption(settings, existing);
    return { text: renderAdoption(adoption, { settings, stack }), exitCode: adoption.obstacles.length === 0 ? 0 : 1 };
  },
});
