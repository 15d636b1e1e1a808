import type { Patterns } from "../iam/grammar";
import { resourceMatches } from "../iam/matching";
import { matchedPackage } from "./packageArns";
import { includesAction, type SeenStatement } from "./statements";

/** A right to publish that a statement gives. */
export interface PublishRight {
  readonly statement: SeenStatement;
  /** The pattern of Resource, or how its NotResource reads. */
  readonly pattern: string;
  /** A package that it includes. */
  readonly packageArn: string;
}

const publish = "codeartifact:PublishPackageVersion";

/**
 * The rights to publish of a policy, one for each pattern. A statement that denies the same, without a condition, takes a right
 * away. Conditions of a statement that allows are not counted: none of CodeArtifact's condition keys names a package.
 *
 * @param repository - rights in repositories of this name alone @default - in all repositories
 */
export function publishRights(statements: readonly SeenStatement[], repository?: string): readonly PublishRight[] {
  const publishing = statements.filter((statement) => includesAction(statement, publish));
  const denying = publishing.filter(({ effect, written }) => effect === "Deny" && written.length === 0);
  return publishing
    .filter(({ effect }) => effect === "Allow")
    .flatMap((statement) =>
      packagesOf(statement.resources, repository)
        .filter(({ packageArn }) => !denying.some(({ resources }) => includesResource(resources, packageArn)))
        .map((right) => ({ statement, ...right })),
    );
}

function packagesOf(resources: Patterns | undefined, repository?: string): readonly Omit<PublishRight, "statement">[] {
  if (resources?.negated !== true) {
    return (resources?.patterns ?? []).flatMap((pattern) => {
      const packageArn = matchedPackage(pattern, repository);
      return packageArn === undefined ? [] : [{ pattern, packageArn }];
    });
  }
  // Of all packages one that no one names: only a pattern of all packages leaves it out.
  const packageArn = matchedPackage("*", repository) ?? "";
  const pattern = `all but NotResource ${resources.patterns.join(", ")}`;
  return includesResource(resources, packageArn) ? [{ pattern, packageArn }] : [];
}

function includesResource(resources: Patterns | undefined, arn: string): boolean {
  return (
    resources !== undefined && resources.patterns.some((pattern) => resourceMatches(pattern, arn)) !== resources.negated
  );
}
