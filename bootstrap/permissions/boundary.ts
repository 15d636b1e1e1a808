import { packageArn } from "../../iam/arns";
import { policyDocument, type PolicyDocument, type Statement } from "../../iam/documents";
import { tokenSeconds } from "../../iam/limits";
import {
  auditTrailAction,
  eventsAction,
  lookActions,
  publishActions,
  publisherPolicy,
  readActions,
  removeActions,
  statusAction,
} from "../../iam/permissions";
import type { RegistryTargets } from "../targets";
import { allow } from "./reading";

/**
 * The most that any role of a stack can come to, whatever is written into its own documents: publish any package to the
 * stack's repository, and read it. A role of an inspector's or a maintainer's name can come to more: list packages and events, and
 * remove versions. A deployment makes no role of these names.
 *
 * What is outside of that is denied, not just left out: a policy of the domain or the repository that names a role's session
 * passes by a boundary that only leaves something out. Source: "Permissions boundaries for IAM entities" in the IAM User Guide,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function boundaryPolicy(targets: RegistryTargets): PolicyDocument {
  const { domain, repository, repositories, packages, inspectorRoles, maintainerRoles } = targets;
  const published = packageArn(repository, "*");
  const used = [...publishActions, ...readActions, "codeartifact:GetAuthorizationToken", "sts:GetServiceBearerToken"];
  const looking = lookActions.filter((action) => !used.includes(action));
  const removing = [...removeActions, statusAction];
  const { Statement: publishing } = publisherPolicy({ domain, repository }, tokenSeconds.longest, ["*"]);
  return policyDocument(
    ...publishing,
    allow("LookAtDomain", domain, "codeartifact:DescribeDomain"),
    allow("ListPackages", repositories, "codeartifact:ListPackages"),
    allow("ListVersions", packages, "codeartifact:ListPackageVersions"),
    allow("ReadEvents", "*", eventsAction),
    allow("ReadAuditTrail", [targets.auditLogGroup, `${targets.auditLogGroup}:*`], auditTrailAction),
    allow("Remove", packages, removing),
    deny("NothingElse", {
      NotAction: [...used, ...looking, eventsAction, auditTrailAction, ...removing],
      Resource: "*",
    }),
    deny("PublishNowhereElse", { Action: publishActions, NotResource: published }),
    deny("ReadNowhereElse", { Action: readActions, NotResource: repository }),
    deny("RemoveNowhereElse", { Action: removing, NotResource: packages }),
    deny("OnlyTheseLook", { Action: looking, Resource: "*", ...unlessBy([inspectorRoles, maintainerRoles]) }),
    deny("OnlyInspectors", {
      Action: [eventsAction, auditTrailAction],
      Resource: "*",
      ...unlessBy([inspectorRoles]),
    }),
    deny("OnlyMaintainers", { Action: removing, Resource: "*", ...unlessBy([maintainerRoles]) }),
  );
}

function deny(sid: string, statement: Omit<Statement, "Sid" | "Effect">): Statement {
  return { Sid: sid, Effect: "Deny", ...statement };
}

function unlessBy(roles: readonly string[]): Pick<Statement, "Condition"> {
  return { Condition: { ArnNotLike: { "aws:PrincipalArn": roles } } };
}
