import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { isObject, listOf, parseJson } from "../../iam/json";
import { auditLogGroupName } from "../../naming/registryNames";
import { isInProduction, productionConfig } from "../production";
import { isOneOf, types } from "../resources";
import { isUnknown, known } from "../unknowns";

/** Who published and deleted what is kept: CodeArtifact's events go to a log group. */
export const auditTrail: StackValidationPolicy = {
  name: "audit-in-production",
  description: "The events of a CodeArtifact domain of production go to a log group.",
  severity: "high",
  configSchema: { properties: productionConfig },
  validateStack: (stack, report) => {
    const rules = stack.resources.filter(recordsCodeArtifact);
    const isKept = stack.resources.some((target) => rules.some((rule) => sendsToLogGroup(target, rule)));
    const domains = stack.resources.filter((one) => isOneOf(types.domain, one) && isInProduction(one, stack));
    for (const domain of isKept ? [] : domains) {
      const name = known(domain.props, "domain") ?? known(domain.props, "domainName");
      const group = auditLogGroupName(typeof name === "string" ? name : "DOMAIN");
      report(
        `${domain.name}: ` +
          (rules.length === 0
            ? "no enabled EventBridge rule of this stack has the source aws.codeartifact"
            : `the EventBridge rule ${rules.map((rule) => rule.name).join(", ")} has no log group as its target`) +
          `, so nothing keeps who published and deleted. Add a rule with source aws.codeartifact and a target such as the log ` +
          `group ${group}; in a stack of package-registry, write the setting audit.`,
        domain.urn,
      );
    }
  },
};

const ruleTypes = ["aws:cloudwatch/eventRule:EventRule", "aws-native:events:Rule"];

function recordsCodeArtifact(resource: PolicyResource): boolean {
  const { props } = resource;
  if (!isOneOf(ruleTypes, resource) || known(props, "state") === "DISABLED" || known(props, "isEnabled") === false) {
    return false;
  }
  if (isUnknown(props, "eventPattern")) {
    // It may name an ARN that the preview does not know. The update knows it.
    return true;
  }
  const pattern = known(props, "eventPattern");
  const value = typeof pattern === "string" ? parseJson(pattern)?.value : pattern;
  return isObject(value) && listOf(value.source).includes("aws.codeartifact");
}

function sendsToLogGroup(target: PolicyResource, rule: PolicyResource): boolean {
  if (target.urn === rule.urn) {
    // AWS's own provider has the targets in the rule.
    return listOf(known(rule.props, "targets") ?? undefined).some(
      (one) => isObject(one) && (isLogGroup(known(one, "arn")) || dependsOnLogGroup(rule, "targets")),
    );
  }
  if (target.type !== "aws:cloudwatch/eventTarget:EventTarget") {
    return false;
  }
  const name = known(target.props, "rule");
  const isOfRule =
    target.propertyDependencies.rule?.some(({ urn }) => urn === rule.urn) === true ||
    (name !== undefined && name === known(rule.props, "name"));
  return isOfRule && (isLogGroup(known(target.props, "arn")) || dependsOnLogGroup(target, "arn"));
}

function isLogGroup(arn: unknown): boolean {
  return typeof arn === "string" && /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:/.test(arn);
}

/** A preview does not know the ARN of a log group that is still to be made. */
function dependsOnLogGroup({ propertyDependencies }: PolicyResource, property: string): boolean {
  return (
    propertyDependencies[property]?.some(({ type }) =>
      ["aws:cloudwatch/logGroup:LogGroup", "aws-native:logs:LogGroup"].includes(type),
    ) === true
  );
}
