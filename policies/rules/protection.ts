import type { ResourceValidationPolicy } from "@pulumi/policy";
import { isInProduction, productionConfig } from "../production";
import { isOneOf, types } from "../resources";

/** Deleting a domain or repository deletes every package in it, for good. */
export const protection: ResourceValidationPolicy = {
  name: "protected-in-production",
  description: "A CodeArtifact domain or repository of production is protected.",
  severity: "high",
  configSchema: { properties: productionConfig },
  validateResource: (resource, report) => {
    if (
      isOneOf([...types.domain, ...types.repository], resource) &&
      !resource.opts.protect &&
      isInProduction(resource, resource)
    ) {
      report(
        `${resource.name}: the resource option protect is false, and a deletion would delete its packages. ` +
          "Set protect: true; in a stack of package-registry, remove the setting protect: false.",
      );
    }
  },
};
