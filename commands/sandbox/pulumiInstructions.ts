import { colors } from "../terminal/colors";
import { shellText } from "../terminal/shellText";

/**
 * The lines to paste into another shell, so that a person's own Pulumi deploys into the sandbox instead of AWS. The state is
 * kept apart: in that of the real stack nothing of this account has a place.
 *
 * @param providers - value of `PULUMI_DEBUG_PROVIDERS`
 */
export function pulumiInstructions(stack: string, providers: string): string {
  return [
    colors.bold("# With your own Pulumi: deploy into this account, over what stands, with a state of its own"),
    `export PULUMI_DEBUG_PROVIDERS=${providers} PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true`,
    'export PULUMI_BACKEND_URL="file://$(mktemp -d)" PULUMI_CONFIG_PASSPHRASE=',
    `pulumi stack init ${shellText(stack)} # writes a line encryptionsalt into the stack file: take it out afterwards`,
    `pulumi up --stack ${shellText(stack)}`,
  ].join("\n");
}
