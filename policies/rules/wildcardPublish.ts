import type { ResourceValidationPolicy } from "@pulumi/policy";
import { wildcardMatches } from "../../iam/matching";
import { isOfManyNames } from "../packageArns";
import { publishRights } from "../publishing";
import { permissionDocuments, type SeenResource, sharingDocuments } from "../resources";
import { checkStatements, type SeenStatement } from "../statements";

interface Config {
  /** Names of managed policies that only bound roles, and so give no right. */
  readonly boundaries?: readonly string[];
}

/** Who may publish under any name may publish what another team's builds install next. */
export const wildcardPublish: ResourceValidationPolicy = {
  name: "no-publish-on-wildcard-package",
  description: "The right to publish to CodeArtifact names each package.",
  severity: "critical",
  configSchema: {
    properties: {
      boundaries: {
        type: "array",
        items: { type: "string" },
        description: "Names of managed policies that are only permissions boundaries. * and ? are wildcards.",
        default: [],
      },
    },
  },
  validateResource: (resource, report) => {
    const { boundaries = [] } = resource.getConfig<Config>();
    if (isBoundary(resource, boundaries)) {
      return;
    }
    const check = (statements: readonly SeenStatement[]) => {
      for (const { statement, pattern } of publishRights(statements)) {
        if (statement.resources?.negated === true || isOfManyNames(pattern)) {
          report(
            `${resource.name}: ${statement.place} allows codeartifact:PublishPackageVersion on ${pattern}. ` +
              "Name each package: arn:aws:codeartifact:REGION:ACCOUNT:package/DOMAIN/REPOSITORY/pypi//NAME.",
          );
        }
      }
    };
    checkStatements(permissionDocuments(resource), "identity", report, check);
    checkStatements(sharingDocuments(resource), "resource", report, check);
    for (const [property, arn] of attachedPolicies(resource)) {
      report(
        `${resource.name}: ${property} attaches ${arn}, which allows codeartifact:PublishPackageVersion on *. ` +
          "Attach a policy that names each package.",
      );
    }
  },
};

function isBoundary({ type, props }: SeenResource, boundaries: readonly string[]): boolean {
  const property = new Map([
    ["aws:iam/policy:Policy", "name"],
    ["aws-native:iam:ManagedPolicy", "managedPolicyName"],
  ]).get(type);
  const name: unknown = property === undefined || boundaries.length === 0 ? undefined : props[property];
  return typeof name === "string" && boundaries.some((pattern) => wildcardMatches(pattern, name));
}

/**
 * AWS's own policies that allow publishing everywhere.
 * Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const publishingPolicies =
  /^arn:[^:]+:iam::aws:policy\/(?:AdministratorAccess|PowerUserAccess|AWSCodeArtifactAdminAccess)$/;

function attachedPolicies({ type, props }: SeenResource): readonly (readonly [property: string, arn: string])[] {
  const attached: readonly (readonly [string, unknown])[] = attachments.includes(type)
    ? [["policyArn", props.policyArn]]
    : type === "aws:iam/role:Role" || /^aws-native:iam:(?:Role|User|Group)$/.test(type)
      ? (Array.isArray(props.managedPolicyArns) ? props.managedPolicyArns : []).map((arn: unknown, index) => [
          `managedPolicyArns[${index}]`,
          arn,
        ])
      : [];
  return attached.flatMap(([property, arn]) =>
    typeof arn === "string" && publishingPolicies.test(arn) ? [[property, arn] as const] : [],
  );
}

const attachments = [
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
];
