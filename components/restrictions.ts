import type { PackageGroup } from "@pulumi/aws-native/codeartifact/packageGroup";
import * as pulumi from "@pulumi/pulumi";
import { refusal } from "./refusal";

/** One way by which package versions come in. */
export interface Restriction {
  readonly restrictionMode: "ALLOW_SPECIFIC_REPOSITORIES" | "BLOCK";
  readonly repositories?: pulumi.Input<string>[];
}

/** Where the packages of a group come from. */
export type Restrictions = Readonly<Record<"publish" | "externalUpstream" | "internalUpstream", Restriction>>;

/**
 * The group's ARN, handed out only if AWS restricts the group as asked. Cloud Control makes a group before it restricts it: a
 * failure in between leaves one that lets in what its parent does, and that later updates take for whole.
 *
 * @throws RunError where it stands without them
 */
export function restrictedArn(group: PackageGroup, restrictions: Restrictions): pulumi.Output<string> {
  const { arn, domainName, pattern, originConfiguration } = group;
  return pulumi
    .all([arn, domainName, pattern, originConfiguration, restrictions])
    .apply(([known, domain, name, actual, asked]) => {
      const { publish, externalUpstream, internalUpstream } = actual?.restrictions ?? {};
      if (
        restrictionText(publish) !== restrictionText(asked.publish) ||
        restrictionText(externalUpstream) !== restrictionText(asked.externalUpstream) ||
        restrictionText(internalUpstream) !== restrictionText(asked.internalUpstream)
      ) {
        throw refusal(
          `The package group ${name} of ${domain} stands without its restrictions: an update was cut short once it was made. ` +
            `Delete it, and the next update makes it whole: aws codeartifact delete-package-group --domain ${domain} ` +
            `--package-group '${name}' && pulumi refresh && pulumi up`,
        );
      }
      return known;
    });
}

function restrictionText(restriction?: {
  readonly restrictionMode: string;
  readonly repositories?: readonly string[];
}): string {
  return [restriction?.restrictionMode, ...[...(restriction?.repositories ?? [])].sort()].join(" ");
}
