import type { PolicyConfigSchema, ResourceValidationArgs } from "@pulumi/policy";
import { isObject } from "../iam/json";
import { wildcardMatches } from "../iam/matching";
import type { SeenResource } from "./resources";

/** The configuration of every rule that is for production alone. */
export const productionConfig: PolicyConfigSchema["properties"] = {
  production: {
    type: "array",
    items: { type: "string" },
    description:
      "Names of stacks, or values of the tag Environment of a stack or a resource, that are production. * and ? are wildcards.",
    default: ["prod*"],
  },
};

/** Whether a resource is in production: by its stack's name, its stack's tag Environment, or its own. */
export function isInProduction(
  { urn, props }: Pick<SeenResource, "urn" | "props">,
  place: Pick<ResourceValidationArgs, "stackTags" | "getConfig">,
): boolean {
  const { production = ["prod*"] } = place.getConfig<{ readonly production?: readonly string[] }>();
  const names = [stackOf(urn), place.stackTags.get("Environment"), ownTag(props)];
  return names.some((name) => name !== undefined && production.some((pattern) => wildcardMatches(pattern, name)));
}

/** `urn:pulumi:STACK::PROJECT::TYPE::NAME` */
function stackOf(urn: string): string {
  return urn.split("::", 1)[0]?.split(":").at(-1) ?? "";
}

/** Tags are an object at one provider, and a list of keys and values at the other. */
function ownTag({ tags }: SeenResource["props"]): string | undefined {
  const value: unknown = Array.isArray(tags)
    ? tags.filter(isObject).find(({ key }) => key === "Environment")?.value
    : isObject(tags)
      ? tags.Environment
      : undefined;
  return typeof value === "string" ? value : undefined;
}
