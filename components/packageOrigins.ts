import { PackageGroup } from "@pulumi/aws-native/codeartifact/packageGroup";
import * as pulumi from "@pulumi/pulumi";
import { everyPackage, groupPattern, type Origins } from "../naming/packagePatterns";
import { programError } from "./programError";

/** What the package groups of a domain are made of. */
export interface PackageOriginsArgs {
  readonly domain: pulumi.Input<string>;
  /** The repository that private packages are published to and clients read. */
  readonly repository: pulumi.Input<string>;
  /** The repository that alone brings in public packages. */
  readonly store: pulumi.Input<string>;
  readonly origins: Origins;
  /** Whether public packages come in at all. */
  readonly publicPackages: boolean;
  /** Whether the groups are kept from deletion. */
  readonly protect: boolean;
  /** On every group. */
  readonly tags: pulumi.Input<Readonly<Record<string, string>>>;
}

/**
 * Package groups: for every name, where its versions may come from. A package belongs to the group of the closest pattern.
 * Source: https://docs.aws.amazon.com/codeartifact/latest/ug/package-group-origin-controls.html
 */
export class PackageOrigins extends pulumi.ComponentResource {
  /** ARN of each package group, by its pattern, as `/pypi//orb~`. */
  readonly packageGroups: pulumi.Output<Readonly<Record<string, string>>>;

  constructor(name: string, args: PackageOriginsArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "python-registry:index:PackageOrigins",
      name,
      args,
      pulumi.mergeOptions(opts, { aliases: [{ type: "registry:index:PackageOrigins" }] }),
    );
    const block: Restriction = { restrictionMode: "BLOCK" };
    const only = (repository: pulumi.Input<string>): Restriction => ({
      restrictionMode: "ALLOW_SPECIFIC_REPOSITORIES",
      repositories: [repository],
    });
    const fromPublishers = { publish: only(args.repository), externalUpstream: block, internalUpstream: block };
    const fromPublic = {
      publish: block,
      externalUpstream: args.publicPackages ? only(args.store) : block,
      internalUpstream: only(args.repository),
    };
    const fromNowhere = { publish: block, externalUpstream: block, internalUpstream: block };

    const exactly = (packageName: string) => groupPattern({ name: packageName, match: "exact" });
    const rules = [
      ...args.origins.private.map((pattern) => ({
        pattern: groupPattern(pattern),
        description: "Private packages: only publishers of this registry bring them in.",
        restrictions: fromPublishers,
      })),
      ...args.origins.public.map((packageName) => ({
        pattern: exactly(packageName),
        description: "A public package under a private prefix.",
        restrictions: fromPublic,
      })),
      ...args.origins.blocked.map((packageName) => ({
        pattern: exactly(packageName),
        description: "A package that comes from nowhere.",
        restrictions: fromNowhere,
      })),
      {
        pattern: everyPackage,
        description: "Every other package: from public PyPI through the store, where that is allowed.",
        restrictions: fromPublic,
      },
    ];
    const tags = pulumi.output(args.tags).apply((all) => Object.entries(all).map(([key, value]) => ({ key, value })));
    const arns = rules.map(({ pattern, description, restrictions }) => {
      // A group is known by its pattern: a name that moves between the lists changes its group in place.
      const group = new PackageGroup(
        `${name}-${pattern.split("/").at(-1) ?? pattern}`,
        { domainName: args.domain, pattern, description, originConfiguration: { restrictions }, tags },
        { parent: this, protect: args.protect, retainOnDelete: args.protect },
      );
      return restrictedArn(group, restrictions);
    });

    this.packageGroups = pulumi
      .all(arns)
      .apply((known) => Object.fromEntries(rules.map(({ pattern }, index) => [pattern, known[index] ?? ""])));
    this.registerOutputs({ packageGroups: this.packageGroups });
  }
}

/** One way by which package versions come in. */
interface Restriction {
  readonly restrictionMode: "ALLOW_SPECIFIC_REPOSITORIES" | "BLOCK";
  readonly repositories?: pulumi.Input<string>[];
}

/** Where the packages of a group come from. */
export type Restrictions = Readonly<Record<"publish" | "externalUpstream" | "internalUpstream", Restriction>>;

/**
 * The group's ARN, known only if AWS restricts the group as asked. Cloud Control makes a group before it restricts it: a
 * failure in between leaves a group that admits what its parent admits, and later updates find nothing to change in it.
 *
 * @throws RunError if AWS has the group without them
 */
export function restrictedArn(group: PackageGroup, restrictions: Restrictions): pulumi.Output<string> {
  const { arn, domainName, pattern, originConfiguration } = group;
  return pulumi
    .all([arn, domainName, pattern, originConfiguration, restrictions])
    .apply(([known, domain, name, actual, asked]) => {
      const ways = ["publish", "externalUpstream", "internalUpstream"] as const;
      if (ways.some((way) => restrictionText(actual?.restrictions[way]) !== restrictionText(asked[way]))) {
        throw programError(
          `The package group ${name} of ${domain} has no restrictions: an update was cut short once it was made. ` +
            `Delete it, and the next update makes it whole: aws codeartifact delete-package-group --domain ${domain} ` +
            `--package-group '${name}' && pulumi refresh && pulumi up`,
        );
      }
      return known;
    });
}

function restrictionText(restriction?: { restrictionMode: string; repositories?: readonly string[] }): string {
  return [restriction?.restrictionMode, ...[...(restriction?.repositories ?? [])].sort()].join(" ");
}
