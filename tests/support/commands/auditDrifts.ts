import { auditLogGroupName, auditRuleName } from "../../../naming/registryNames";
import { accountId } from "./deployedRegistry";
import type { Drift } from "./drifts";

const domain = "orb-integration-hub-dev";
const audited = { audit: { retentionDays: 365 } };
const auditGroup = `arn:aws:logs:us-east-1:${accountId}:log-group:${auditLogGroupName(domain)}`;
const auditRule = (kind: string) => auditRuleName(domain, kind);
/** Keys in order, as they are compared. */
const versionsOf = (domainName: string) =>
  `{"detail":{"domainName":["${domainName}"],"domainOwner":["${accountId}"]},` +
  `"detail-type":["CodeArtifact Package Version State Change"],"source":["aws.codeartifact"]}`;

/** What was changed by hand in an audit trail. */
export const auditDrifts: readonly Drift[] = [
  {
    title: "a rule of the audit trail was turned off, another looks for less, and a third sends events elsewhere",
    settings: audited,
    make: ({ account: { eventBridge } }) => {
      const { eventPattern } = eventBridge.rules.describe(auditRule("versions"));
      eventBridge.rules.setState(auditRule("access"), "DISABLED");
      eventBridge.rules.put({
        ...eventBridge.rules.describe(auditRule("versions")),
        eventPattern: eventPattern.replace(domain, "another"),
      });
      eventBridge.rules.putTargets(auditRule("calls"), [{ id: "audit", arn: `${auditGroup}-elsewhere` }]);
    },
    found: [
      `event rule ${auditRule("access")}, state: ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS -> DISABLED`,
      `event rule ${auditRule("calls")}, targets: ${auditGroup} -> ${auditGroup}-elsewhere`,
      `event rule ${auditRule("versions")}, pattern: ${versionsOf(domain)} -> ${versionsOf("another")}`,
    ],
  },
  {
    title: "a rule of the audit trail is gone, and another has lost its target",
    settings: audited,
    make: ({ account: { eventBridge } }) => {
      for (const name of ["calls", "versions"].map(auditRule)) {
        eventBridge.rules.removeTargets(name, ["audit"]);
      }
      eventBridge.rules.delete(auditRule("calls"));
    },
    found: [
      `event rule ${auditRule("calls")}: there -> none`,
      `event rule ${auditRule("versions")}, targets: ${auditGroup} -> none`,
    ],
  },
  {
    title: "the audit trail's events are kept for a day, and EventBridge may not write them",
    settings: audited,
    make: ({ account: { logs } }) => {
      logs.putRetentionPolicy(auditLogGroupName(domain), 1);
      logs.resourcePolicies.delete("package-registry-audit");
    },
    found: [
      `log group ${auditLogGroupName(domain)}, days of retention: 365 -> 1`,
      "resource policy package-registry-audit of CloudWatch Logs: there -> none",
    ],
  },
  {
    title: "the audit trail's log group is gone",
    settings: audited,
    make: ({ account: { logs } }) => {
      logs.deleteLogGroup(auditLogGroupName(domain));
    },
    found: [`log group ${auditLogGroupName(domain)}: there -> none`],
  },
];
