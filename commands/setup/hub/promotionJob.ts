import { CommandError } from "../../cli";
import { environmentContext } from "../../../github/jobs";
import type { HubStack } from "./hubStacks";
import type { Team } from "./registryToml";
import { accountVariable, indented, type Job, roleArn, uses } from "./workflowParts";

/**
 * What starts promotions.
 *
 * @param environments - that get versions by promotion
 */
export function promotionTrigger(environments: readonly string[]): string {
  return `  workflow_dispatch:
    inputs:
      releases:
        description: What to promote, such as common==1.4.0 models==1.2.0
        required: true
      to:
        description: The environment that gets it
        type: choice
        options: [${environments.join(", ")}]
        required: true`;
}

/**
 * The job that carries versions from one stack to the next, with the command of this project. It is two jobs in one: a reader of the
 * first stack, and the publisher of the second.
 *
 * @param path - of the workflow that attested
 * @throws CommandError if the first stack has no reader for it
 */
export function promotionJob(
  path: string,
  { promotion }: Team,
  source: HubStack,
  target: HubStack & { readonly publisher: { readonly role: string; readonly branch: string } },
): Job {
  const { environment, publisher } = target;
  const reader = source.promotionReaders[environmentContext(environment)];
  if (promotion === undefined || reader === undefined) {
    throw new CommandError(
      `registry.toml: [promotion] needs a reader in Pulumi.${source.environment}.yaml for the environment ${environment}. ` +
        "npm run setup writes one called promotion.",
    );
  }
  const profile = (name: string, stack: HubStack, role: string) => `[profile ${name}]
role_arn = ${roleArn(stack, role, "$AWS_ACCOUNT_ID")}
role_session_name = $GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT
web_identity_token_file = $RUNNER_TEMP/identity
region = ${stack.region}`;
  const script = `umask 077
curl --silent --show-error --fail --header "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\
  "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" | jq --raw-output .value > "$RUNNER_TEMP/identity"
cat > "$AWS_CONFIG_FILE" <<END
${profile("source", source, reader)}
${profile("target", target, publisher.role)}
END
read -ra releases <<< "$RELEASES"
signer=()
if [ -n "$ATTESTED_BY" ]; then
  signer=(--attested-by "$ATTESTED_BY" --signer-workflow ${path} --source-ref refs/heads/${publisher.branch})
fi
npm run --silent promote -- --from ${source.environment} --to ${environment} \\
  --from-profile source --to-profile target "\${signer[@]}" "\${releases[@]}"`;
  return {
    id: `promote-${environment}`,
    name: `Promote from ${source.environment} to ${environment}`,
    if: `github.event_name == 'workflow_dispatch' && github.ref == 'refs/heads/${publisher.branch}' && inputs.to == '${environment}'`,
    minutes: 15,
    environment,
    permissions: [
      "contents: read",
      "id-token: write # to be the jobs that both roles name",
      "attestations: read # to verify who built the files",
    ],
    steps: [
      uses("checkout", {
        repository: promotion.project,
        ref: promotion.commit,
        "persist-credentials": "false",
      }),
      uses("setupNode", { "node-version-file": ".nvmrc", "package-manager-cache": "false" }),
      "- run: npm ci --no-audit --no-fund",
      `- name: Promote the same files
  run: |
${indented(script, 4)}
  env:
    RELEASES: \${{ inputs.releases }}
    AWS_ACCOUNT_ID: ${accountVariable}
    AWS_CONFIG_FILE: \${{ runner.temp }}/aws
    GH_TOKEN: \${{ github.token }}`,
    ],
  };
}
