import { appendFileSync } from "node:fs";
import type { Session } from "../../../sandbox/sts/sts";
import { assumedSession } from "../sandbox/assumedSession";
import type { PromotionRegistries, Stack } from "./promoteRegistries";

/** What an inspector's role may ask of its registry: lists and descriptions. */
export const looks = [
  ...["DescribePackageVersion", "DescribeDomain", "ListPackages", "ListPackageVersionAssets", "ListPackageVersions"],
].map((name) => `codeartifact:${name}`);

/**
 * Makes an AWS profile in the config file of the registries, which asks at the address of one stack's sandbox.
 *
 * @param actions - all that the profile's role may do
 */
export function addProfile(
  { sandboxes, environment }: PromotionRegistries,
  profile: string,
  stack: Stack,
  actions: readonly string[],
): void {
  const { address, context } = sandboxes[stack];
  const session: Session = assumedSession(context, profile, [{ Effect: "Allow", Action: actions, Resource: "*" }]);
  appendFileSync(
    environment.AWS_CONFIG_FILE ?? "",
    [
      ...["", `[profile ${profile}]`, "region = us-east-1", `endpoint_url = ${address}`],
      ...[`aws_access_key_id = ${session.accessKeyId}`, `aws_secret_access_key = ${session.secretAccessKey}`],
      ...[`aws_session_token = ${session.sessionToken}`, ""],
    ].join("\n"),
  );
}
