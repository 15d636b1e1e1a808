import type { ResourceValidationPolicy } from "@pulumi/policy";
import { isInProduction, productionConfig } from "../production";
import { isOneOf, type SeenResource, types } from "../resources";

interface Config {
  /** ARN of the boundary that a role without one gets. */
  readonly boundary?: string;
}

/** A boundary limits a role whatever is attached to it later. */
export const boundary: ResourceValidationPolicy = {
  name: "boundary-on-every-role",
  description: "Every role of production has a permissions boundary.",
  severity: "high",
  configSchema: {
    properties: {
      ...productionConfig,
      boundary: {
        type: "string",
        pattern: "^arn:[^:]+:iam::(?:\\d{12}|aws):policy/.+$",
        description: "ARN of the boundary that the enforcement level remediate gives to a role without one.",
      },
    },
  },
  remediateResource: (resource) => {
    const { boundary: arn } = resource.getConfig<Config>();
    return arn !== undefined && lacksBoundary(resource) && isInProduction(resource, resource)
      ? { ...resource.props, permissionsBoundary: arn }
      : undefined;
  },
  validateResource: (resource, report) => {
    if (lacksBoundary(resource) && isInProduction(resource, resource)) {
      report(
        `${resource.name}: the role has no permissionsBoundary. Set it to the ARN of a policy; in a stack of package-registry, ` +
          "write the setting permissionsBoundary. Or set boundary in this rule's configuration, and its level to remediate.",
      );
    }
  },
};

function lacksBoundary(resource: SeenResource): boolean {
  // A boundary whose ARN is not known yet is a boundary. Reading it would end the rule, its descriptor does not.
  const value: unknown = Object.getOwnPropertyDescriptor(resource.props, "permissionsBoundary")?.value;
  return isOneOf(types.role, resource) && (value === undefined || value === null || value === "");
}
