import { appendFileSync } from "node:fs";
import { logGroupArn, registryArns } from "../../../iam/arns";
import type { PolicyDocument } from "../../../iam/documents";
import { inspectorPolicy } from "../../../iam/permissions";
import { auditLogGroupName, repositoryName, storeName } from "../../../naming/registryNames";
import { assumedSession } from "../sandbox/assumedSession";
import type { PromotionRegistries, Stack } from "./promoteRegistries";

/** What the role of a stack's inspector may do. @param without - id of a statement that is left out */
export function inspectorOf({ sandboxes }: PromotionRegistries, stack: Stack, without?: string): PolicyDocument {
  const { account, domain } = sandboxes[stack].context;
  const arns = registryArns(account, domain, repositoryName);
  const { repository: store } = registryArns(account, domain, storeName);
  const policy = inspectorPolicy({ ...arns, store }, logGroupArn(arns.domain, auditLogGroupName(domain)));
  return { ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== without) };
}

/**
 * Makes an AWS profile in the config file of the registries, which asks at the address of one stack's sandbox.
 *
 * @param policy - all that the profile's role may do
 */
export function addProfile(
  { sandboxes, environment }: PromotionRegistries,
  profile: string,
  stack: Stack,
  { Statement }: PolicyDocument,
): void {
  const { address, context } = sandboxes[stack];
  const { accessKeyId, secretAccessKey, sessionToken } = assumedSession(context, profile, Statement);
  appendFileSync(
    environment.AWS_CONFIG_FILE ?? "",
    [
      ...["", `[profile ${profile}]`, "region = us-east-1", `endpoint_url = ${address}`],
      ...[`aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`],
      ...[`aws_session_token = ${sessionToken}`, ""],
    ].join("\n"),
  );
}
