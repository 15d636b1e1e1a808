import type { SandboxAccount } from "../../sandbox/account";
import { colors } from "../terminal/colors";
import { administratorLine } from "./instructions";
import { type PulumiState, stateLines } from "./pulumiState";

/** The lines to paste into another shell, so that any AWS client deploys into an account that is still empty. */
export function emptyInstructions({ accountId, region }: SandboxAccount, address: string, state: PulumiState): string {
  const heading = (text: string) => colors.bold(`# ${text}`);
  return [
    `${colors.bold(`Account ${accountId}`)} in ${region}, with GitHub's OIDC provider, serves at ${address} until Ctrl-C. Its page: ${address}/`,
    "",
    heading("In another shell, in this folder: be the account's administrator"),
    administratorLine(address),
    "",
    heading("Then any AWS client, such as the AWS CLI, boto3 or an AWS SDK"),
    "aws codeartifact create-domain --domain example",
    "",
    heading("Or your own Pulumi with its plugins aws and aws-native, and a state of its own"),
    ...stateLines(state, "dev"),
    "pulumi up --stack dev",
    "",
    heading("Or Terraform, with these settings of its provider aws"),
    terraformProvider(address),
    "",
    heading("CloudFormation and the CDK do not work: of CloudFormation, Cloud Control alone is served"),
  ].join("\n");
}

/** Older versions of the provider do not read AWS_ENDPOINT_URL. */
function terraformProvider(address: string): string {
  const endpoints = ["codeartifact", "iam", "kms", "sts"].map((service) => `    ${service.padEnd(12)} = "${address}"`);
  return ['provider "aws" {', "  endpoints {", ...endpoints, "  }", "}"].join("\n");
}
